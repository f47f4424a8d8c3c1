"""Generated portfolios for the sample, tests and benchmarks: 26 realistic columns, about 5 % of rows with one fault.

Row n is the same in every file whatever its length, and on every machine: all numbers come from SplitMix64 of the row's
number. No name, address or MPAN in here is anybody's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl

CHUNK = 250_000
FAULTY = 50
"""Faulty rows in a thousand."""

COLUMNS: tuple[tuple[str, str], ...] = (
    ("mpan", "MPAN"),
    ("distributor", "Distributor"),
    ("gsp_group", "GSP Group ID"),
    ("profile_class", "Profile Class"),
    ("measurement_class", "Measurement Class"),
    ("energisation_status", "Energisation Status"),
    ("ssc", "Standard Settlement Configuration"),
    ("mtc", "Meter Timeswitch Class"),
    ("llfc", "Line Loss Factor Class"),
    ("supplier", "Supplier"),
    ("supply_start_date", "Supply Start Date"),
    ("meter_operator", "Meter Operator"),
    ("data_collector", "Data Collector"),
    ("data_aggregator", "Data Aggregator"),
    ("meter_serial", "Meter Serial Number"),
    ("meter_type", "Meter Type"),
    ("meter_install_date", "Meter Installation Date"),
    ("domestic_premises", "Domestic Premises Indicator"),
    ("market_segment", "Market Segment Indicator"),
    ("connection_type", "Connection Type Indicator"),
    ("energy_direction", "Energy Direction"),
    ("linked_mpan", "Linked import/export MPAN"),
    ("address_1", "Address line 1"),
    ("address_2", "Address line 2"),
    ("postcode", "Postcode"),
    ("extract_date", "Extract Date"),
)
"""Item and heading, in file order."""

MAPPING: dict[str, str] = dict(COLUMNS)

# Per thousand, PC, MC, SSC, MTC, LLFC stem, meter type, domestic, segment, connection, aggregator
_KINDS = (
    (480, "01", "A", "0393", "801", "10", "S2A", "T", "S", "W", "NDAA"),
    (180, "01", "A", "0393", "801", "10", "N", "T", "S", "W", "NDAA"),
    (120, "02", "A", "0151", "801", "11", "N", "T", "S", "W", "NDAB"),
    (90, "03", "A", "0393", "801", "20", "S1", "F", "S", "W", "NDAA"),
    (40, "04", "A", "0151", "801", "21", "N", "F", "S", "W", "NDAB"),
    (40, "00", "G", "", "845", "30", "H", "F", "A", "W", "HDAA"),
    (20, "00", "E", "", "845", "31", "H", "F", "A", "L", "HDAA"),
    (15, "00", "C", "", "845", "50", "H", "F", "A", "H", "HDAA"),
    (15, "00", "F", "", "845", "32", "S2C", "T", "S", "W", "HDAA"),
)
_DISTRIBUTORS = (
    ("10", "EELC", "_A"), ("11", "EMEB", "_B"), ("12", "LOND", "_C"), ("13", "MANW", "_D"), ("14", "MIDE", "_E"),
    ("15", "NEEB", "_F"), ("16", "NORW", "_G"), ("18", "SPOW", "_N"), ("19", "SEEB", "_J"), ("21", "SWAE", "_K"),
    ("22", "SWEB", "_L"), ("23", "YELG", "_M"), ("20", "SOUT", "_H"), ("17", "HYDE", "_P"),
)  # fmt: skip
_STREETS = (
    "High Street", "Station Road", "Church Lane", "Mill Road", "The Green", "Victoria Road", "Park Avenue",
    "Kings Road", "Manor Close", "Orchard Way", "School Lane", "Bridge Street", "North Street", "Queens Drive",
    "Windmill Hill", "Elm Grove",
)  # fmt: skip
_TOWNS = ("NORTHFORD", "EASTLEIGHTON", "WESTBRIDGE", "SOUTHMERE", "MIDDLEWELL", "OAKHAMPTON", "RIVERTON", "STONEBECK")
_AREAS = ("AB", "BD", "CM", "DE", "EX", "GL", "HU", "IP", "LE", "ME", "NR", "OX", "PE", "SA", "TN", "YO")
_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def mix(row: pl.Expr, salt: int) -> pl.Expr:
    """SplitMix64 of a row number and a salt: an evenly spread UInt64."""
    state = (row.cast(pl.UInt64) + pl.lit(salt * 1_000_003, pl.UInt64)) * pl.lit(0x9E3779B97F4A7C15, pl.UInt64)
    state = (state ^ (state // 2**30)) * pl.lit(0xBF58476D1CE4E5B9, pl.UInt64)
    state = (state ^ (state // 2**27)) * pl.lit(0x94D049BB133111EB, pl.UInt64)
    return state ^ (state // 2**31)


def _pick(row: pl.Expr, salt: int, count: int) -> pl.Expr:
    return (mix(row, salt) % count).cast(pl.Int64)


def _from(values: tuple[str, ...] | list[str], place: pl.Expr) -> pl.Expr:
    return pl.lit(pl.Series(list(values), dtype=pl.String)).gather(place)


def _mpan(row: pl.Expr, distributor: pl.Expr, salt: int = 0) -> pl.Expr:
    """A valid MPAN, different for each row below ten thousand million: 7,368,787 shares no factor with 10**10."""
    middle = (row.cast(pl.Int64) * 7_368_787 + salt) % 10**10
    core = _from([code for code, _, _ in _DISTRIBUTORS], distributor).cast(pl.Int64) * 10**10 + middle
    total = sum((core // 10 ** (11 - place) % 10 * weight for place, weight in enumerate(_WEIGHTS)), pl.lit(0))
    return (core * 10 + total % 11 % 10).cast(pl.String)


def _date(row: pl.Expr, salt: int, first: int, days: int) -> pl.Expr:
    """DD/MM/YYYY, `first` and `days` counted from 1970."""
    return (pl.lit(first) + _pick(row, salt, days)).cast(pl.Int32).cast(pl.Date).dt.to_string("%d/%m/%Y")


def _sound(row: pl.Expr) -> list[pl.Expr]:
    """The 26 columns without any fault."""
    kind_of = [place for place, kind in enumerate(_KINDS) for _ in range(kind[0])]
    kind = pl.lit(pl.Series(kind_of, dtype=pl.Int64)).gather(_pick(row, 1, 1000))
    distributor = _pick(row, 2, len(_DISTRIBUTORS))
    serial = (
        _from(["S", "E", "Z", "D", "K"], _pick(row, 5, 5))
        + (pl.lit(10) + _pick(row, 6, 16)).cast(pl.String)
        + row.cast(pl.String).str.zfill(7)
    )
    postcode = (
        _from(_AREAS, _pick(row, 8, len(_AREAS)))
        + (1 + _pick(row, 9, 28)).cast(pl.String)
        + " "
        + _pick(row, 10, 10).cast(pl.String)
        + _from(list("ABDEFGHJLN"), _pick(row, 11, 10))
        + _from(list("PQRSTUWXYZ"), _pick(row, 12, 10))
    )
    linked = pl.when(_pick(row, 13, 100) < 4).then(_mpan(row, distributor, 5_000_000_000)).otherwise(pl.lit(""))
    by_kind = {name: place for place, name in enumerate(
        ("weight", "profile_class", "measurement_class", "ssc", "mtc", "llfc", "meter_type", "domestic_premises",
         "market_segment", "connection_type", "data_aggregator")
    )}  # fmt: skip

    def kinds(name: str) -> pl.Expr:
        return _from([str(one[by_kind[name]]) for one in _KINDS], kind)

    columns = {
        "mpan": _mpan(row, distributor),
        "distributor": _from([one[1] for one in _DISTRIBUTORS], distributor),
        "gsp_group": _from([one[2] for one in _DISTRIBUTORS], distributor),
        "profile_class": kinds("profile_class"),
        "measurement_class": kinds("measurement_class"),
        "energisation_status": pl.when(_pick(row, 14, 100) < 2).then(pl.lit("D")).otherwise(pl.lit("E")),
        "ssc": kinds("ssc"),
        "mtc": kinds("mtc"),
        "llfc": kinds("llfc") + _pick(row, 15, 10).cast(pl.String),
        "supplier": pl.lit("DESK"),
        "supply_start_date": _date(row, 16, 11_500, 8_900),
        "meter_operator": _from(["MOPA", "MOPB", "MOPC", "MOPD"], _pick(row, 17, 4)),
        "data_collector": _from(["DCAA", "DCBB", "DCCC"], _pick(row, 18, 3)),
        "data_aggregator": kinds("data_aggregator"),
        "meter_serial": serial,
        "meter_type": kinds("meter_type"),
        "meter_install_date": _date(row, 19, 14_600, 5_800),
        "domestic_premises": kinds("domestic_premises"),
        "market_segment": kinds("market_segment"),
        "connection_type": kinds("connection_type"),
        "energy_direction": pl.lit("I"),
        "linked_mpan": linked,
        "address_1": (1 + _pick(row, 20, 240)).cast(pl.String) + " " + _from(_STREETS, _pick(row, 21, len(_STREETS))),
        "address_2": _from(_TOWNS, _pick(row, 22, len(_TOWNS))),
        "postcode": postcode,
        "extract_date": pl.lit("20/11/2026"),
    }
    return [columns[item].alias(heading) for item, heading in COLUMNS]


def _other(heading: str, value: str, then: str, otherwise: str) -> pl.Expr:
    return pl.when(pl.col(heading) == value).then(pl.lit(then)).otherwise(pl.lit(otherwise))


_FAULTS: tuple[tuple[str, pl.Expr], ...] = (
    ("MPAN", pl.lit("Data not available")),
    ("MPAN", pl.lit("1.03000E+12")),
    ("MPAN", pl.col("MPAN").str.head(12) + ((pl.col("MPAN").str.tail(1).cast(pl.Int64) + 3) % 10).cast(pl.String)),
    ("MPAN", pl.col("MPAN").str.slice(0, 5) + "0" + pl.col("MPAN").str.slice(5)),
    ("MPAN", pl.col("MPAN") + "\u00a0"),
    ("MPAN", pl.col("MPAN").shift(7).fill_null("0")),
    ("Profile Class", pl.lit("9")),
    ("Profile Class", _other("Profile Class", "00", "03", "00")),
    ("Measurement Class", pl.lit("H")),
    ("GSP Group ID", pl.lit("_I")),
    ("Energisation Status", pl.lit("")),
    ("Standard Settlement Configuration", _other("Profile Class", "00", "0393", "")),
    ("Line Loss Factor Class", pl.lit("I01")),
    ("Meter Operator", pl.lit("mop1")),
    ("Meter Serial Number", pl.lit("UNKNOWN")),
    ("Meter Serial Number", pl.col("Meter Serial Number").shift(11).fill_null("TBC")),
    ("Meter Type", pl.lit("ZZ9")),
    ("Postcode", pl.lit("C012 5NB")),
    ("Address line 1", pl.lit("PLOT 14")),
    ("Supply Start Date", pl.lit("31/02/2024")),
    ("Meter Installation Date", pl.lit("01/07/2031")),
    ("Market Segment Indicator", pl.lit("U")),
    ("Connection Type Indicator", pl.lit("L")),
    ("Domestic Premises Indicator", _other("Domestic Premises Indicator", "T", "F", "T")),
)  # fmt: skip
"""One fault a faulty row, each as likely: the heading and what stands there instead."""


def portfolio(rows: int, first: int = 1, month: int = 0) -> pl.DataFrame:
    """Data rows `first` to `first + rows - 1`, text columns under their headings.

    `month` 0 is the newest; for each month before it a quarter of the faults were not there yet, and others, since
    mended, were.
    """
    number = pl.int_range(first, first + rows, dtype=pl.Int64, eager=True).alias("row").to_frame()
    row = pl.col("row")
    faulty = (mix(row, 30) % 1000 < FAULTY) & (mix(row, 40) % 100 >= 25 * month)
    mended = mix(row, 41) % 1000 < 32 * month
    frame = number.with_columns(_sound(row)).with_columns(
        pl.when(faulty | mended).then(_pick(row, 31, len(_FAULTS))).otherwise(-1).alias("fault")
    )
    replaced: dict[str, pl.Expr] = {}
    for place, (heading, text) in enumerate(_FAULTS):
        so_far = replaced.get(heading, pl.col(heading))
        replaced[heading] = pl.when(pl.col("fault") == place).then(text).otherwise(so_far)
    return frame.with_columns(text.alias(heading) for heading, text in replaced.items()).drop("row", "fault")


def chunks(rows: int) -> Iterator[pl.DataFrame]:
    """The portfolio of so many rows, a part at a time."""
    for first in range(1, rows + 1, CHUNK):
        yield portfolio(min(CHUNK, rows + 1 - first), first)


def write_portfolio(rows: int, path: Path) -> None:
    """Write a portfolio as a UTF-8 CSV with headings."""
    with path.open("wb") as file:
        for place, chunk in enumerate(chunks(rows)):
            chunk.write_csv(file, include_header=place == 0)
