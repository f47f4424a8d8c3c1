"""Write THIRD-PARTY.md: every package in the built app with its version and licence; fails on one nobody has looked at.

Usage: python packaging/licences/collect.py   (in the development environment, from the project's root)
"""

from __future__ import annotations

import re
import sys
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
OUT = Path(__file__).with_name("THIRD-PARTY.md")

LOOKED_UP = {
    "sqlcipher3": "zlib (pysqlite); SQLCipher: BSD-3-Clause; bundles OpenSSL: Apache-2.0",
    "sqlite-fts4": "Apache-2.0",
    "click-default-group": "Unlicense (public domain)",
    "pyside6-essentials": "LGPL-3.0-only (Qt for Python and Qt)",
    "shiboken6": "LGPL-3.0-only",
    "certifi": "MPL-2.0 (unmodified)",
    "polars-runtime-32": "MIT",
}
"""Licences read in the packages themselves where the metadata names none or a choice of several."""
ELSEWHERE = {
    "backports-tarfile": "MIT", "pywin32-ctypes": "BSD-3-Clause", "tzdata": "Apache-2.0",
    "importlib-metadata": "Apache-2.0", "zipp": "MIT", "colorama": "BSD-3-Clause", "lazy-importer": "MIT",
}  # fmt: skip
"""Packages of other systems or Python versions, which are not installed here."""


def locked() -> dict[str, str]:
    """Name and version of every package that requirements.lock pins."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    return dict(re.findall(r"^([A-Za-z0-9_.-]+)==([^ ;\\]+)", text, re.MULTILINE))


def licence(name: str) -> str | None:
    """The licence as looked up, else as the package's metadata says; None when it says nothing."""
    if name in LOOKED_UP:
        return LOOKED_UP[name]
    try:
        about = metadata(name)
    except PackageNotFoundError:
        return ELSEWHERE.get(name)
    stated = about.get("License-Expression") or ""
    if not stated:
        classifiers = [c.split(" :: ")[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
        stated = "; ".join(c for c in classifiers if c != "OSI Approved") or (about.get("License") or "").split("\n")[0]
    return stated or ELSEWHERE.get(name)


def main() -> int:
    """Write the file; returns 1 when a package has no known licence or one we may not ship."""
    rows, unknown = [], []
    for name, version in sorted(locked().items()):
        found = licence(name)
        if not found or (re.search(r"\bA?GPL\b", found) and "LGPL" not in found):
            unknown.append(f"{name} ({found or 'no licence named'})")
        rows.append(f"| {name} | {version} | {found} |")
    if unknown:
        print("Look these up before shipping:", ", ".join(unknown))
        return 1
    text = "\n".join([
        "# What MHHS Desk is built with", "",
        "MHHS Desk itself is under the MIT licence (LICENSE). The built app holds Python (PSF licence), Qt 6",
        "(LGPL-3.0) and the packages below, each under its own licence. Qt and its bindings are separate libraries in",
        "the app's folder and may be replaced by your own build of the same version; the source of that Qt version is",
        "offered at the Qt Project's site, and nothing in our licence forbids reverse engineering for debugging such",
        "changes. The licence texts of Qt are beside this file.", "",
        "| package | version | licence |", "|---|---|---|", *rows, "",
    ])  # fmt: skip
    OUT.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
