"""A sound portfolio written from the rules alone, and hands to run the command line on it as another program would.

Nothing here is read from the checks: the rows follow the domain's facts (who may hold which profile class, meter,
segment and service), so that a finding on them is a false alarm.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from desktop.cli import main

ROOT = Path(__file__).resolve().parents[2]
AS_OF = "2026-11-23"

_PLAIN = (
    "mpan linked_mpan related_mpan supply_number distributor gsp_group profile_class measurement_class "
    "energisation_status ssc mtc llfc supplier supply_start_date supply_end_date meter_operator data_collector "
    "data_aggregator data_service metering_service smso map meter_serial meter_type meter_install_date smets_version "
    "dcc_service_flag domestic_premises market_segment connection_type energy_direction metered consent_granularity "
    "duos_tariff_id address_1 address_2 address_3 address_4 address_5 address_6 address_7 address_8 address_9 "
    "postcode uprn extract_date"
)
_DATED = (
    "gsp_group profile_class measurement_class energisation_status ssc mtc llfc supplier meter_operator "
    "data_collector data_aggregator data_service metering_service smso map dcc_service_flag market_segment "
    "connection_type duos_tariff_id"
)
PLAIN, DATED = _PLAIN.split(), _DATED.split()
ITEMS = (*PLAIN, *(f"{item}_{end}" for item in DATED for end in ("from", "to")))
"""Every item that `--map` takes, as the product's description lists them."""

CHECKS = (
    *(f"FIL-{n:02}" for n in (1, 2, 3)),
    *(f"FMT-{n:02}" for n in (*range(1, 12), 14, 15, *range(17, 23))),
    *(f"ROW-{n:02}" for n in range(1, 9)),
    *(f"TMP-{n:02}" for n in (1, 6, 7, 8)),
    *(f"XFD-{n:02}" for n in (*range(1, 8), *range(16, 27))),
)
"""Every check of the first job."""

_DISTRIBUTORS = {
    "10": ("EELC", "Eastern Power Networks", "_A", "CB1"),
    "11": ("EMEB", "National Grid (East Midlands)", "_B", "NG7"),
    "12": ("LOND", "London Power Networks", "_C", "SE10"),
    "13": ("MANW", "SP Manweb Plc", "_D", "L15"),
    "14": ("MIDE", "National Grid Elec Dist (West Midlands)", "_E", "B29"),
    "15": ("NEEB", "Northern Powergrid (Northeast) plc", "_F", "NE6"),
    "16": ("NORW", "Electricity North West Limited", "_G", "M14"),
    "17": ("HYDE", "Scottish Hydro Elec Power Dist", "_P", "IV2"),
    "18": ("SPOW", "SP Distribution PLC", "_N", "G12"),
    "19": ("SEEB", "South Eastern Power Networks", "_J", "BN3"),
    "20": ("SOUT", "Southern Electric Power Distribution Plc", "_H", "SO16"),
    "21": ("SWAE", "National Grid Elec Dist (South Wales)", "_K", "CF24"),
    "22": ("SWEB", "National Grid Elec Dist (South West)", "_L", "EX4"),
    "23": ("YELG", "Northern Powergrid (Yorkshire) plc", "_M", "LS6"),
    "24": ("IPNL", "Independent Power Networks Limited", "_G", "W1A"),
    "25": ("LENG", "ESP Utilities Group Limited", "_P", "EC1A"),
    "31": ("UKPD", "UK Power Distribution Limited", "_C", "E1"),
    "39": ("STRK", "Stark Infra-Electricity Ltd", "_B", "LE12"),
    "52": ("GLPN", "Grid Line Power Networks Ltd", "_L", "BS1"),
}
_WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)


def remainder(twelve: str) -> int:
    """The weighted sum of the first twelve digits on 11: 10 gives the check digit 0."""
    return sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, twelve, strict=True)) % 11


def mpan(prefix: str, seed: int, *, ten: bool = False) -> str:
    """A whole MPAN of this distributor id; `ten` looks for one whose remainder is 10."""
    body = seed * 7_919_104_729 % 10**10
    while True:
        twelve = f"{prefix}{body:010d}"
        if not ten or remainder(twelve) == 10:
            return f"{twelve}{remainder(twelve) % 10}"
        body = (body + 1_000_003) % 10**10


def _site(prefix: str, seed: int) -> dict[str, str]:
    mpid, _, group, outward = _DISTRIBUTORS[prefix]
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    return {
        "distributor": mpid,
        "gsp_group": group,
        "address_1": f"{seed + 1} The Ploughlands",
        "address_2": "NULL",
        "address_5": "Placeham",
        "address_9": "PLC Park",
        "postcode": f"{outward} {seed % 9 + 1}{letters[seed % 20]}{letters[seed // 20 % 20]}",
        "uprn": str(100_000_000 + seed * 7919),
    }


LEGACY = {
    "profile_class": "01",
    "measurement_class": "A",
    "energisation_status": "E",
    "ssc": "0393",
    "mtc": "801",
    "llfc": "100",
    "supplier": "BGAS",
    "supply_start_date": "2019-04-01",
    "meter_operator": "AESM",
    "data_collector": "BMET",
    "data_aggregator": "BMET",
    "map": "AESM",
    "meter_type": "N",
    "meter_install_date": "2012-03-09",
    "domestic_premises": "T",
    "market_segment": "S",
    "connection_type": "W",
    "energy_direction": "I",
    "metered": "true",
    "duos_tariff_id": "100",
    "extract_date": "2026-11-20",
    **{f"{item}_from": "2019-04-01" for item in ("gsp_group", "profile_class", "measurement_class", "mtc", "llfc")},
    **{f"{item}_from": "2019-04-01" for item in ("energisation_status", "ssc", "supplier", "duos_tariff_id")},
    **{f"{item}_from": "2019-04-01" for item in ("meter_operator", "data_collector", "data_aggregator", "map")},
    "market_segment_from": "2025-01-06",
    "connection_type_from": "2025-01-06",
}
BUSINESS = {"profile_class": "03", "domestic_premises": "F"}
ECONOMY = {"profile_class": "02", "ssc": "0151", "mtc": "803"}
PREPAID = {"mtc": "835", "meter_type": "K"}
SMART = {
    "mtc": "888",
    "ssc": "0151",
    "profile_class": "02",
    "meter_type": "S2A",
    "meter_install_date": "2021-06-15",
    "smso": "SMLU",
    "smso_from": "2021-06-15",
    "smets_version": "SMETS2",
    "dcc_service_flag": "A",
    "dcc_service_flag_from": "2021-06-15",
    "consent_granularity": "H",
}
FIRST_SMART = SMART | {"meter_type": "S1", "smets_version": "SMETS1", "mtc": "899"}
NOT_SMART = {"smso": "NONE", "smets_version": "NONE", "dcc_service_flag": "W"}
AMR = {
    "profile_class": "03",
    "domestic_premises": "F",
    "mtc": "873",
    "meter_type": "RCAMR",
    "market_segment": "A",
}
HALF_HOURLY = {
    "profile_class": "00",
    "measurement_class": "C",
    "ssc": "",
    "ssc_from": "",
    "mtc": "845",
    "llfc": "5A1",
    "duos_tariff_id": "5A1",
    "meter_type": "H",
    "domestic_premises": "F",
    "market_segment": "A",
    "connection_type": "L",
}
UNMETERED = {
    "profile_class": "00",
    "measurement_class": "D",
    "ssc": "",
    "ssc_from": "",
    "mtc": "863",
    "llfc": "800",
    "duos_tariff_id": "800",
    "meter_operator": "",
    "meter_operator_from": "",
    "map": "",
    "map_from": "",
    "meter_serial": "",
    "meter_type": "",
    "meter_install_date": "",
    "domestic_premises": "F",
    "market_segment": "U",
    "connection_type": "U",
    "metered": "false",
}
_LEGACY_ONLY = "profile_class measurement_class ssc mtc llfc meter_operator data_collector data_aggregator"
MIGRATED = {item: "" for name in DATED if name in _LEGACY_ONLY for item in (name, f"{name}_from")} | {
    "supply_number": "",
    "data_service": "UDMS",
    "metering_service": "BGAS",
    "data_service_from": "2026-03-02",
    "metering_service_from": "2026-03-02",
    "market_segment_from": "2026-03-02",
}
MIGRATED_SMART = (
    SMART | {"domestic_premises": "T", "market_segment": "S", "meter_type": "S2ADE", "data_service": "EDFE"} | MIGRATED
)
MIGRATED_ADVANCED = {"meter_type": "H", "market_segment": "A", "connection_type": "L", "domestic_premises": "F"}
MIGRATED_ADVANCED |= MIGRATED
MIGRATED_UNMETERED = UNMETERED | MIGRATED
MIGRATED_UNMETERED |= {"data_service": "PDAL", "metering_service": "", "metering_service_from": ""}
EXPORT = {
    "profile_class": "08",
    "ssc": "0482",
    "mtc": "867",
    "llfc": "900",
    "duos_tariff_id": "900",
    "energy_direction": "E",
}
HH_EXPORT = HALF_HOURLY | {"measurement_class": "E", "energy_direction": "E", "llfc": "7C1", "duos_tariff_id": "7C1"}
DEAD = {"energisation_status": "D", "energisation_status_from": "2026-07-13"}

Row = dict[str, str]


@dataclass(frozen=True)
class Portfolio:
    """Named rows in file order; `names` tells the data row (from 1) of each."""

    rows: tuple[Row, ...]
    names: dict[str, int]

    def row(self, name: str) -> int:
        """The data row from 1."""
        return self.names[name]

    def cell(self, name: str, item: str) -> str:
        """What a cell holds."""
        return self.rows[self.names[name] - 1].get(item, "")

    def planted(self, *changes: tuple[str, dict[str, str]]) -> Portfolio:
        """The same portfolio with these cells changed; a supply number follows unless it is itself changed."""
        rows = list(self.rows)
        for name, cells in changes:
            place = self.names[name] - 1
            rows[place] = rows[place] | cells
            if "supply_number" not in cells and rows[place].get("supply_number"):
                rows[place] = rows[place] | {"supply_number": supply_number(rows[place])}
        return Portfolio(tuple(rows), self.names)

    def with_row(self, name: str, row: Row) -> Portfolio:
        """One more row at the end."""
        return Portfolio((*self.rows, row), self.names | {name: len(self.rows) + 1})


def supply_number(row: Row) -> str:
    """The 21 characters that a row's parts make."""
    return f"{row['profile_class']:0>2}{row['mtc']:0>3}{row['llfc']:0>3}{row['mpan']}"


class _Writer:
    def __init__(self, start: int) -> None:
        self.start = start
        self.rows: list[Row] = []
        self.names: dict[str, int] = {}

    def add(self, name: str, prefix: str, *parts: dict[str, str], ten: bool = False, site: str = "") -> str:
        seed = len(self.rows)
        number = mpan(prefix, self.start + seed + 11, ten=ten)
        home = {key: self.rows[self.names[site] - 1].get(key, "") for key in _site(prefix, 0)} if site else {}
        row: Row = {"mpan": number, **LEGACY, "meter_serial": _serial(self.start + seed)}
        row |= _site(prefix, seed) | home
        for part in parts:
            row |= part
        row |= {key: "" for key in ("meter_serial",) if row["metered"] == "false"}
        if row.get("profile_class") and "supply_number" not in row and seed % 2 == 0:
            row["supply_number"] = supply_number(row)
        self.rows.append(row)
        self.names[name] = seed + 1
        return number

    def link(self, one: str, other: str, item: str = "linked_mpan") -> None:
        first, second = self.rows[self.names[one] - 1], self.rows[self.names[other] - 1]
        first[item], second[item] = second["mpan"], first["mpan"]

    def portfolio(self) -> Portfolio:
        return Portfolio(tuple(self.rows), dict(self.names))


def _serial(seed: int) -> str:
    """A serial number of letters, so that no part of it is a year."""
    letters = []
    for _ in range(6):
        seed, place = divmod(seed, 20)
        letters.append("BCDFGHJKLMNPQRSTVWXZ"[place])
    return "K7" + "".join(letters)


def sound(start: int = 0) -> Portfolio:
    """Some ninety rows of every kind that a supplier holds, none with a fault; other numbers for another start."""
    w = _Writer(start)
    for prefix in _DISTRIBUTORS:
        w.add(f"home {prefix}", prefix)
    for prefix in ("10", "11", "18", "20", "24"):
        w.add(f"ten {prefix}", prefix, ten=True)
    w.add("south in London", "20", {"gsp_group": "_C"})
    w.add("south in Yorkshire", "20", {"gsp_group": "_M"})
    w.add("hydro in the south", "17", {"gsp_group": "_N"})
    for place, profile in enumerate(("03", "04"), start=12):
        w.add(f"shop {profile}", str(place), BUSINESS, {"profile_class": profile})
    for place, prefix in enumerate(("12", "14", "22")):
        w.add(f"economy {place}", prefix, ECONOMY)
    w.add("key meter", "13", PREPAID)
    w.add("token meter", "15", {"mtc": "837", "meter_type": "T"})
    w.add("smartcard meter", "16", {"mtc": "836", "meter_type": "S"})
    w.add("no longer smart", "23", NOT_SMART)
    for place, kind in enumerate(("S2A", "S2B", "S2C", "S2AD", "2ADEF", "2CDEF", "2AF")):
        w.add(f"smart {place}", ("10", "11", "12", "17", "20", "23", "26")[place] if place < 6 else "25", SMART,
              {"meter_type": kind})  # fmt: skip
    w.add("first smart", "19", FIRST_SMART)
    w.add("smart shop", "21", SMART, {"profile_class": "04", "domestic_premises": "F"})
    w.add("advanced, not smets", "10", AMR, {"meter_type": "NSS", "market_segment": "S"})
    w.add("amr shop", "11", AMR)
    w.add("amr other", "12", AMR, {"meter_type": "NCAMR"})
    w.add("factory", "14", HALF_HOURLY)
    w.add("factory hv", "15", HALF_HOURLY, {"connection_type": "H"})
    w.add("steelworks", "21", HALF_HOURLY, {"connection_type": "E"})
    w.add("small ct", "16", HALF_HOURLY, {"measurement_class": "E"})
    w.add("half-hourly shop", "17", HALF_HOURLY, {"measurement_class": "G", "connection_type": "W"})
    w.add("half-hourly smart shop", "18", SMART, HALF_HOURLY,
          {"measurement_class": "G", "connection_type": "W", "market_segment": "S", "meter_type": "S2C"})  # fmt: skip
    w.add("half-hourly home", "18", SMART, HALF_HOURLY, {
        "measurement_class": "F", "connection_type": "W", "market_segment": "S", "domestic_premises": "T",
        "meter_type": "S2A",
    })  # fmt: skip
    w.add("half-hourly home with ct", "19", HALF_HOURLY, {"measurement_class": "F", "domestic_premises": "T"})
    w.add("street lights", "20", UNMETERED)
    w.add("traffic lights", "10", UNMETERED)
    w.add("migrated home", "10", MIGRATED_SMART)
    w.add("migrated home ten", "22", MIGRATED_SMART, ten=True)
    w.add("migrated dumb home", "13", MIGRATED | NOT_SMART, {"meter_type": "N"})
    w.add("migrated works", "14", MIGRATED_ADVANCED)
    w.add("migrated lights", "15", MIGRATED_UNMETERED)
    w.add("solar import", "10")
    w.add("solar export", "10", EXPORT, site="solar import")
    w.link("solar import", "solar export")
    w.add("micro import", "12", SMART)
    w.add("micro export", "12", SMART, EXPORT, {"mtc": "888", "ssc": "0483"}, site="micro import")
    w.link("micro import", "micro export")
    w.rows[w.names["micro export"] - 1]["meter_serial"] = w.rows[w.names["micro import"] - 1]["meter_serial"]
    w.rows[w.names["micro export"] - 1]["supplier"] = "AXPO"
    w.add("wind import", "17", HALF_HOURLY)
    w.add("wind export", "17", HH_EXPORT, site="wind import")
    w.link("wind import", "wind export")
    w.add("chp import", "16", {"mtc": "801"})
    w.add("chp export", "16", EXPORT, {"mtc": "869", "ssc": "0490"}, site="chp import")
    w.link("chp import", "chp export")
    w.add("migrated import", "20", MIGRATED_SMART)
    w.add("migrated export", "20", MIGRATED_SMART, {"energy_direction": "E", "domestic_premises": "T"},
          site="migrated import")  # fmt: skip
    w.link("migrated import", "migrated export")
    w.add("heat day", "23", {"mtc": "500"})
    w.add("heat night", "23", {"mtc": "500"}, site="heat day")
    w.link("heat day", "heat night", "related_mpan")
    w.add("flat primary", "11", SMART, {"mtc": "507", "ssc": "0151"})
    w.add("flat second", "11", SMART, {"mtc": "508"}, site="flat primary")
    w.add("flat third", "11", SMART, {"mtc": "509"}, site="flat primary")
    for name in ("flat second", "flat third"):
        w.rows[w.names[name] - 1]["related_mpan"] = w.rows[w.names["flat primary"] - 1]["mpan"]
    w.rows[w.names["flat primary"] - 1]["related_mpan"] = w.rows[w.names["flat second"] - 1]["mpan"]
    w.add("two meters a", "14", BUSINESS)
    for second in ("two meters b", "two meters c"):
        row = w.rows[w.names["two meters a"] - 1]
        w.rows.append(row | {"meter_serial": _serial(start + len(w.rows)), "meter_install_date": "2015-08-04"})
        w.names[second] = len(w.rows)
    w.add("asleep", "15", DEAD)
    w.add("asleep without a meter", "16", DEAD, {"meter_serial": "", "meter_type": "", "meter_install_date": ""})
    w.add("leaving", "18", {"supply_end_date": "2028-06-30"})
    w.add("open for ever", "19", {"supply_end_date": "9999-12-31", "mtc_to": "9999-12-31"})
    w.add("new plot", "20", {"address_1": "PLOT 4", "energisation_status_from": "2026-10-30",
                             "supply_start_date": "2026-10-30"})  # fmt: skip
    w.add("retail park", "21", BUSINESS, {"address_1": "PC World 4 Plotters Yard", "address_2": "Plympton"})
    w.add("plain words", "22", {"postcode": "W1A 1AA", "uprn": "1", "address_1": "1"})
    w.add("low digits", "11", {"llfc": "9ZZ", "duos_tariff_id": "9ZZ", "uprn": "999999999999"})
    return w.portfolio()


def csv_text(portfolio: Portfolio, headings: tuple[str, ...] = ITEMS) -> str:
    """The portfolio as CSV text with these items as headings."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(headings)
    writer.writerows([row.get(item, "") for item in headings] for row in portfolio.rows)
    return out.getvalue()


_EES = {
    "mpan-core": "mpan",
    **{f"address-line-{n}": f"address_{n}" for n in range(1, 10)},
    "post-code": "postcode",
    "supplier": "supplier",
    "supplier-dip": "",
    "registration-from": "supply_start_date",
    "mtc": "mtc",
    "mtc-date": "mtc_from",
    "llfc": "llfc",
    "llfc-from": "llfc_from",
    "pc": "profile_class",
    "ssc": "ssc",
    "measurement-class": "measurement_class",
    "energisation-status": "energisation_status",
    "da": "data_aggregator",
    "dc": "data_collector",
    "mop": "meter_operator",
    "mop-appoint-date": "meter_operator_from",
    "gsp-group": "gsp_group",
    "gsp-effective-from": "gsp_group_from",
    "dno-name": "distributor",
    "dno-dip": "",
    "Domestic Premises Indicator": "domestic_premises",
    "Duos Tariff Id": "duos_tariff_id",
    "Duos Tariff Id Effective From Date": "duos_tariff_id_from",
    "Market Segment Indicator": "market_segment",
    "Market Segment Indicator Effective From Date": "market_segment_from",
    "Data Service Dip Id": "",
    "Data Service Effective From Date": "data_service_from",
    "Data Service Effective To Date": "data_service_to",
    "Data Service Mpid": "data_service",
    "Metering Service Dip Id": "",
    "Metering Service Effective From Date": "metering_service_from",
    "Metering Service Effective To Date": "metering_service_to",
    "Metering Service Mpid": "metering_service",
    "msn": "meter_serial",
    "meter-install-date": "meter_install_date",
    "meter-type": "meter_type",
    "map-id": "map",
}
"""The 47 headings of an EES export, in order, and the item each carries; '' for a DIP identifier."""


def ees_text(portfolio: Portfolio) -> str:
    """The portfolio as an EES export writes it: its headings, `NULL` for missing lines, names of distributors, dates
    as DD/MM/YYYY in some columns and YYYYMMDD in others."""
    names = {mpid: name for mpid, name, _, _ in _DISTRIBUTORS.values()}
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(_EES)
    for row in portfolio.rows:
        cells = []
        for heading, item in _EES.items():
            text = row.get(item, "") if item else "1000000017" * heading.startswith("dno")
            if item.startswith("address_") and not text:
                text = "NULL"
            if item == "distributor":
                text = names[text]
            if len(text) == 10 and text[4] == text[7] == "-":
                year, month, day = text.split("-")
                text = f"{year}{month}{day}" if item == "meter_install_date" else f"{day}/{month}/{year}"
            cells.append(text)
        writer.writerow(cells)
    return out.getvalue()


@dataclass(frozen=True)
class Outcome:
    """What one call of the command line gave."""

    status: int
    out: str
    err: str

    @property
    def report(self) -> dict[str, Any]:
        """The JSON on standard output."""
        assert self.status == 0, self.err
        value: dict[str, Any] = json.loads(self.out)
        return value

    @property
    def found(self) -> set[tuple[str, int | None, str]]:
        """(check, row, item) of every finding; no finding may stand twice."""
        places = [(one["check"], one["row"], one["item"]) for one in self.report["findings"]]
        assert len(places) == len(set(places)), sorted(places, key=str)
        return set(places)

    def outcome(self, check: str) -> str:
        """What became of a check."""
        return next(one["outcome"] for one in self.report["checks"] if one["id"] == check)


class Desk:
    """The command line in this process."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self._capsys = capsys

    def run(self, *arguments: object) -> Outcome:
        """One command."""
        self._capsys.readouterr()
        status = main([str(one) for one in arguments])
        told = self._capsys.readouterr()
        return Outcome(status, told.out, told.err)

    def check(self, content: str | bytes, *options: object, name: str = "portfolio.csv") -> Outcome:
        """`check` of a file of this content, as of the day that the tests keep, JSON to standard output."""
        path = self.folder / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return self.run("check", path, "--as-of", AS_OF, "--json", "-", *options)


def outside(*arguments: object, cwd: Path | None = None, **options: Any) -> subprocess.CompletedProcess[str]:
    """The command line as another program starts it."""
    return subprocess.run(
        [sys.executable, "-m", "ui", *map(str, arguments)],
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=120,
        check=False,
        **options,
    )
