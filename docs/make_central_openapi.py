"""Writes docs/central-openapi.json, the published document of the central service, from its routes.

    .venv/bin/python docs/make_central_openapi.py

tests/central/test_central_contract.py holds that it is current.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "central-openapi.json"


def document() -> str:
    """The document as it is published."""
    from central.app import build
    from central.central import Central
    from central.settings import Settings

    with tempfile.TemporaryDirectory(prefix="mhhs-central-") as folder:
        settings = Settings(Path(folder))
        central = Central(settings)
        try:
            return json.dumps(build(settings, central).openapi(), indent=1, ensure_ascii=False) + "\n"
        finally:
            central.close()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    PAGE.write_text(document(), encoding="utf-8")
