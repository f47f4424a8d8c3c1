"""Write a generated portfolio to a file: `python -m benchmarks.portfolios 1000000 out.csv`."""

from __future__ import annotations

import argparse
import time
from pathlib import Path

from desktop.sample.generated import COLUMNS, MAPPING, chunks, portfolio, write_portfolio

__all__ = ["COLUMNS", "MAPPING", "chunks", "portfolio", "write_portfolio"]


def main() -> None:
    """Write one from the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rows", type=int)
    parser.add_argument("path", type=Path)
    given = parser.parse_args()
    start = time.perf_counter()
    write_portfolio(given.rows, given.path)
    size, taken = given.path.stat().st_size, time.perf_counter() - start
    print(f"{given.rows:,} rows, {size:,} bytes ({size / max(1, given.rows):.0f} a row) in {taken:.1f} s")


if __name__ == "__main__":
    main()
