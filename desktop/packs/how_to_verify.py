"""The exact lines with which anybody checks a pack, for its index and README; a test runs them."""

from __future__ import annotations

from desktop.packs.layout import MANIFEST, PEM_NAME, SIGNATURE_NAME, TAG_MANIFEST, VERIFIER_NAME

PYTHON = f"python {VERIFIER_NAME}"
SHA256SUM = f"sha256sum -c --quiet {MANIFEST} {TAG_MANIFEST}"
POWERSHELL = (
    f"Get-Content {MANIFEST}, {TAG_MANIFEST} | ForEach-Object {{ $h, $f = $_ -split '  ', 2; "
    'if ((Get-FileHash -Algorithm SHA256 -LiteralPath $f).Hash -ne $h) { "CHANGED: $f" } }'
)
OPENSSL = f"openssl pkeyutl -verify -pubin -inkey {PEM_NAME} -rawin -in {TAG_MANIFEST} -sigfile {SIGNATURE_NAME}"
FINGERPRINT = f"openssl pkey -pubin -in {PEM_NAME} -outform DER | tail -c 32 | openssl dgst -sha256"
DESK = "mhhs-desk verify ."


def steps() -> tuple[tuple[str, str, str], ...]:
    """(heading, what it does, the line) of each way, the easiest first.

    No line has the fingerprint in it: a forged pack would tell its own.
    """
    return (
        (
            "With Python 3.9 or newer",
            "Checks everything: every file, nothing added, nothing missing, the signature, the key. The script is in "
            "this folder, so whoever forged a pack could have changed it too: if you do not trust where the pack is "
            "from, use a copy of the script that you got by another way, or the lines below. With --fingerprint and "
            "the figures that the sender told you it checks the key as well; never use those that stand in the pack "
            "itself. A small file that a file manager left beside data/ (.DS_Store, Thumbs.db, desktop.ini) is told "
            "and passed over; within data/ it is a fault.",
            PYTHON,
        ),
        ("With MHHS Desk", "The same, with a program of your own.", DESK),
        (
            "The files, with sha256sum (Linux, macOS with coreutils, Git Bash)",
            "Says nothing when every listed file is as it was sealed. It does not see files that were added.",
            SHA256SUM,
        ),
        (
            "The files, with PowerShell (Windows)",
            "Names each file that was changed; otherwise says nothing.",
            POWERSHELL,
        ),
        (
            "The signature, with OpenSSL 3",
            "“Signature Verified Successfully”: the list of hashes is the one that was sealed. Without this, hashes "
            "alone show nothing: whoever changes a file can write new hashes.",
            OPENSSL,
        ),
        ("The key’s fingerprint, with OpenSSL 3", "Has to be the fingerprint that the sender tells you.", FINGERPRINT),
    )


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups of four, as it is read over the telephone."""
    return " ".join(fingerprint[at : at + 4] for at in range(0, len(fingerprint), 4))


PROVES = (
    "A check that succeeds shows that these files are, to the bit, those that were sealed with the key of this "
    "fingerprint, that none is missing and none was added."
)
PROVES_NOT = (
    "It does not show whose key it is: anybody can seal a pack with a key of their own. Ask the sender for the "
    "fingerprint by another way (telephone, in person) and compare. Nor does it show that what the files say is true, "
    "or the true time: the time is that of the sealing computer’s clock. It is a simple electronic signature with "
    "tamper evidence."
)
