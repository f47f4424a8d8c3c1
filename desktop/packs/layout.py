"""What lies where in a sealed pack, and which names its files may have."""

from __future__ import annotations

import re
from pathlib import Path

MANIFEST = "manifest-sha256.txt"
TAG_MANIFEST = "tagmanifest-sha256.txt"
SIGNATURE_NAME = "tagmanifest-sha256.txt.sig"
PEM_NAME = "public-key.pem"
INFO_NAME = "bag-info.txt"
INDEX_NAME, README_NAME = "index.html", "README.txt"
VERIFIER_NAME = "verify_pack.py"
BAGIT_NAME = "bagit.txt"
BAGIT = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD = "data/"
SUBMISSION = "data/submission.json"

NEEDED = (BAGIT_NAME, INFO_NAME, MANIFEST, TAG_MANIFEST, SIGNATURE_NAME, PEM_NAME, INDEX_NAME, README_NAME,
          VERIFIER_NAME, SUBMISSION)  # fmt: skip
"""Every pack has these; a split one has `parts/part-1-of-3.txt` and so on besides."""

READ = frozenset({BAGIT_NAME, INFO_NAME, MANIFEST, TAG_MANIFEST, SIGNATURE_NAME, PEM_NAME, SUBMISSION, VERIFIER_NAME})
"""Those that a check looks into; of all others the hash is enough."""

UNCOVERED = frozenset({TAG_MANIFEST, SIGNATURE_NAME})
"""The only two that the tag manifest cannot list: itself, and the signature over it."""

VERIFIER_FILE = Path(__file__).resolve().parents[2] / "resources" / "pack" / VERIFIER_NAME

LONGEST_NAME = 80
_NAME = re.compile(rf"[A-Za-z0-9_-][A-Za-z0-9._-]{{0,{LONGEST_NAME - 1}}}")
_RESERVED = re.compile(r"(con|prn|aux|nul|clock\$|conin\$|conout\$|com[0-9]|lpt[0-9])(\.|$)", re.IGNORECASE)
OF_THE_SYSTEM = frozenset({".DS_Store", "Thumbs.db", "desktop.ini", ".directory"})
"""What file managers leave in a folder that somebody looked into. Anything could be in one: it is passed over only
beside data/, where nobody takes it for a part of the pack, and only when it is small."""
LARGEST_OF_SYSTEM = 64 * 1024
"""Bytes of such a file that is passed over."""

AS_KEPT = "evidence files are as they were kept"
"""Beside the choice of personal data, which is none about them, in what a check tells."""

PART = re.compile(r"(?P<stem>.+)\.part-(?P<number>[1-9][0-9]{0,3})-of-(?P<last>[1-9][0-9]{0,3})\.zip", re.IGNORECASE)
"""Names of the ZIPs of a split pack."""


def part_name(name: str, number: int, last: int) -> str:
    """ACME-RTTM-0004-v2-pack-1.part-1-of-3.zip; of one part alone: ACME-RTTM-0004-v2-pack-1.zip."""
    return f"{name}.zip" if last == 1 else f"{name}.part-{number}-of-{last}.zip"


def part_note(number: int, last: int) -> str:
    """The file in a part that says which others belong to it; every part has its own."""
    return f"parts/part-{number}-of-{last}.txt"


def is_safe(path: str) -> bool:
    """Whether a path within a pack is the same file on every computer and does no harm on any.

    Each name has 1 to 80 of A-Z a-z 0-9 . _ -, does not begin or end with a full stop, and is no device of Windows.
    """
    return all(
        _NAME.fullmatch(name) and not name.endswith(".") and not _RESERVED.match(name) for name in path.split("/")
    )
