"""Every measurement in turn: `python -m benchmarks [--quick]`. What each means, and what was measured: README.md."""

from __future__ import annotations

import subprocess
import sys

FULL = (
    ("whole_job", "1000000"),
    ("whole_job", "100000"),
    ("checks", "1000000"),
    ("csv_import",),
    ("xlsx_reading",),
    ("history",),
    ("evidence",),
    ("packs", "2"),
    ("traceability",),
    ("workbook",),
    ("window",),
    ("timeline",),
    ("central_load",),
    ("desk_start",),
    ("peers", "1000000"),
)
QUICK = (("whole_job", "100000"), ("checks", "100000"), ("peers", "100000", "--repeat", "1", "--cases", "ours,loop"))


def main() -> int:
    """Run them one after another, each in a process of its own; 1 when one failed."""
    failed = 0
    for module, *arguments in QUICK if "--quick" in sys.argv else FULL:
        print(f"\n== {module} {' '.join(arguments)}", flush=True)
        failed |= (
            subprocess.run([sys.executable, "-m", f"benchmarks.{module}", *arguments], check=False).returncode != 0
        )
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
