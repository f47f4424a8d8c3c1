"""A long mutation campaign over the workbook readers.

Run: python -m tests.desktop.portfolio_readers.fuzz_campaign --seconds 600 [--first 0]
It stops at the first input over which the two readers differ or anything but a refusal is raised, and names its seed.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
import traceback
from collections import Counter
from pathlib import Path

from tests.desktop.portfolio_readers import mutations


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=60)
    options.add_argument("--first", type=int, default=0)
    given = options.parse_args()
    end = time.monotonic() + given.seconds
    seed = given.first
    worst = 0.0
    ends: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder:
        while time.monotonic() < end:
            begun = time.monotonic()
            try:
                quick, exact = mutations.one_round(Path(folder), seed)
            except BaseException:
                traceback.print_exc()
                print(f"seed {seed}: raised")
                return 1
            if quick != exact:
                print(f"seed {seed}: the readers differ\nbulk:  {quick}\nexact: {exact}")
                return 1
            ends[quick if isinstance(quick, str) else "read"] += 1
            worst = max(worst, time.monotonic() - begun)
            seed += 1
    print(f"{seed - given.first:,} inputs, {dict(ends)}, worst {worst:.2f} s, 0 differences, 0 exceptions")
    return 0


if __name__ == "__main__":
    sys.exit(main())
