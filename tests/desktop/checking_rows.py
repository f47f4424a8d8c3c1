"""Runs checks over a few rows written as dicts, through the real engine, and makes MPANs to write them with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from desktop.cleanse.check import Check
from desktop.cleanse.checks import row_duplicates, row_links, row_meters, tmp, xfd_meter, xfd_segment, xfd_settlement
from desktop.cleanse.columns import CheckSource
from desktop.cleanse.engine import CheckResult, run_checks

AS_OF = date(2026, 11, 23)
MODULES = (row_duplicates, row_links, row_meters, xfd_settlement, xfd_segment, xfd_meter, tmp)
CHECKS: dict[str, Check] = {check.id: check for module in MODULES for check in module.CHECKS}
CODES: dict[str, Any] = {
    "distributors": [
        {"id": "10", "mpid": "EELC", "name": "Eastern Power Networks", "gsp_groups": ["_A"]},
        {"id": "12", "mpid": "LOND", "name": "London Power Networks", "gsp_groups": ["_C"]},
        {"id": "13", "mpid": "MANW", "name": "SP Manweb Plc", "gsp_groups": ["_D"]},
        {"id": "17", "mpid": "HYDE", "name": "Scottish Hydro Elec Power Dist", "gsp_groups": ["_N", "_P"]},
        {"id": "26", "mpid": "GUCL", "name": "Last Mile Electricity Ltd", "gsp_groups": []},
        {"id": "77", "mpid": "AMSN", "name": "Asset Metering System Network", "gsp_groups": [], "special": True},
    ]
}
WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def check_digit(first_twelve: str) -> int:
    return sum(int(digit) * weight for digit, weight in zip(first_twelve, WEIGHTS, strict=True)) % 11 % 10


def mpan(number: int, distributor: int = 10) -> str:
    """A valid MPAN: the same for the same arguments."""
    twelve = f"{distributor:02d}{number:010d}"
    return f"{twelve}{check_digit(twelve)}"


def run(
    rows: Sequence[Mapping[str, str]],
    *ids: str,
    settings: Mapping[str, Mapping[str, Any]] | None = None,
    standing: Mapping[str, pl.DataFrame] | None = None,
    as_of: date = AS_OF,
    columns: Sequence[str] = (),
) -> CheckResult:
    """Run these checks; every key of any row is a mapped item, and a row without it has a blank cell there."""
    names = list(dict.fromkeys([*columns, *(name for row in rows for name in row)]))
    frame = pl.DataFrame(
        {name: [row.get(name, "") for row in rows] for name in names}, schema=dict.fromkeys(names, pl.String)
    )
    return run_checks(
        CheckSource.of_frame(frame),
        [CHECKS[one] for one in ids],
        as_of=as_of,
        codes=CODES,
        settings={one: {"settings": values} for one, values in (settings or {}).items()},
        standing=standing,
        strict=True,
        block_rows=100,
    )


def found(rows: Sequence[Mapping[str, str]], check_id: str, **how: Any) -> set[tuple[int, str]]:
    """The findings of one check as (row from 1, item)."""
    findings = run(rows, check_id, **how).findings
    pairs = [(row, str(item)) for row, item in findings.select("row", "item").iter_rows()]
    assert len(pairs) == len(set(pairs)), "two findings about one item of one row"
    return set(pairs)


def messages(rows: Sequence[Mapping[str, str]], check_id: str, **how: Any) -> list[str]:
    """The messages of one check, in row order."""
    return run(rows, check_id, **how).findings["message"].to_list()
