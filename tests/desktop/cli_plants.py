"""Faults planted one at a time into the sound portfolio, with exactly what must be reported: check, row, item.

Written from the rules and judged by hand: where one mistake breaks two rules as they are written, both stand here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cli_hands import Portfolio, mpan, remainder, supply_number

Place = tuple[str, str, str]
"""Check, name of the row, item."""


@dataclass(frozen=True)
class Plant:
    """One change of the sound portfolio and what it must lead to."""

    label: str
    changes: tuple[tuple[str, dict[str, str]], ...]
    expected: frozenset[Place]
    industry: bool = False


def _one(row: str, item: str, value: str, *found: str | Place, industry: bool = False, **more: str) -> Plant:
    """One cell changed; a bare check id means: that cell."""
    expected = frozenset((one, row, item) if isinstance(one, str) else one for one in found)
    also = "".join(f", {name}={text!a}" for name, text in more.items())
    return Plant(f"{row}: {item}={value!a}{also}", ((row, {item: value, **more}),), expected, industry)


def _both(check: str, item: str, *rows: str) -> tuple[Place, ...]:
    return tuple((check, row, item) for row in rows)


def plants(p: Portfolio) -> list[Plant]:
    """Every plant for this portfolio, in an order that is the same for each."""
    return [*_numbers(p), *_codes(p), *_texts_and_dates(p), *_pairs(), *_segments(), *_meters(p), *_rows(p), *_table()]


def _numbers(p: Portfolio) -> Iterator[Plant]:
    m = p.cell("home 11", "mpan")
    other = {48 + n: 0x660 + n for n in range(10)}
    wide = {48 + n: 0xFF10 + n for n in range(10)}
    for text in ("", "Data not available", "NULL", "n/a", "Not Applicable", "0", "1" * 13, "0" * 13, "-", "TBC"):
        yield _one("home 11", "mpan", text, "FMT-01")
    for text in (m[:12], m + "7", f"{m[:5]}O{m[6:]}", "ABC"):
        yield _one("home 11", "mpan", text, "FMT-02")
    for text in ("1.10E+12", f"{m[0]}.{m[1:7]}E+12", "1E12", f"{m}.0", f"'{m}"):
        yield _one("home 11", "mpan", text, "FMT-03")
    for text in (f"{m}\xa0", f"{m[:4]}\u200b{m[4:]}", m.translate(wide), m.translate(other), f"\ufeff{m}"):
        yield _one("home 11", "mpan", text, "FMT-04")
    yield _one("home 11", "mpan", f"{m}\n", "FMT-04", "FIL-02")
    yield _one("home 11", "mpan", f"{m}\t", "FIL-02")
    spaced = f"{m[:2]} {m[2:6]} {m[6:10]} {m[10:]}"
    for text in (f"01801100{m}", f"01 801 100 {m}", spaced, f"{m[:2]}-{m[2:10]}-{m[10:]}", f" {m} "):
        yield _one("home 11", "mpan", text)
    wrong = m[:12] + str((int(m[12]) + 3) % 10)
    yield _one("home 11", "mpan", wrong, "FMT-05")
    partner = p.cell("solar export", "mpan")
    yield _one("solar import", "linked_mpan", partner[:12] + str((int(partner[12]) + 3) % 10), "FMT-05")
    yield _one("solar import", "linked_mpan", "123", "FMT-02")
    for prefix in ("41", "49", "05", "53", "28", "77", "78", "97", "98", "99"):
        yield _one("home 11", "mpan", mpan(prefix, int(m) % 10**6), "FMT-06")
    yield _one("home 11", "mpan", "0000000000001", "FMT-05", "FMT-06")
    s = supply_number(p.rows[p.row("home 10") - 1])
    for text in (f"03{s[2:]}", f"{s[:2]}802{s[5:]}", f"{s[:5]}101{s[8:]}", s[:8] + m, s[:-1], f"{s}1", f"XX{s[2:]}", m):
        yield _one("home 10", "supply_number", text, "FMT-07")
    for text in (f"{s[:2]} {s[2:5]} {s[5:8]} {s[8:]}", f"S {s}"):
        yield _one("home 10", "supply_number", text)
    yield _one("migrated home", "supply_number", f"02888100{p.cell('migrated home', 'mpan')}")


def _codes(p: Portfolio) -> Iterator[Plant]:
    for text in ("_I", "_O", "Q", "_Z", "London", "__A", "AA", "10"):
        yield _one("home 10", "gsp_group", text, "FMT-08")
    for text in ("A", "_a", "a", "_a "):
        yield _one("home 10", "gsp_group", text)
    for item, check, wrong, right in (
        ("profile_class", "FMT-09", ("09", "9", "X", "", "-1"), ("1", " 01 ")),
        ("measurement_class", "FMT-10", ("H", "Z", "", "AA", "1"), ("a", " A")),
        ("energisation_status", "FMT-11", ("X", "", "Z", "1"), ("Energised", "energised", "e")),
        ("llfc", "FMT-14", ("1I0", "O10", "1000", "1-0"), ("10", "1", "", "c1c")),
        ("supplier", "FMT-15", ("BGA", "BG4S", "BGASS", "12345", "British Gas"), ("bgas", "QQQQ", "NONE")),
        ("meter_operator", "FMT-15", ("BGA", "AE5M"), ()),
        ("data_collector", "FMT-15", ("BGA",), ()),
        ("data_aggregator", "FMT-15", ("BGA",), ()),
        ("map", "FMT-15", ("BGA",), ()),
        ("meter_type", "FMT-17", ("XYZ", "S9"), ("N_", "n", "NULL", "CHECK", "NSS")),
        ("meter_serial", "FMT-18", ("ABCDEFGHIJK", "AB-12", "UNKNOWN", "TBC", "0000000", "N/A", "#N/A"),
         ("k01 m7", "1", "ABCDEFGHIJ")),
        ("market_segment", "FMT-19", ("X", "AA", "1"), ("Smart", "")),
        ("connection_type", "FMT-19", ("Q", "CT"), ("w", "")),
        ("energy_direction", "FMT-19", ("B", "Both", "X"), ("Import", "")),
        ("domestic_premises", "FMT-19", ("maybe", "X", "2"), ("Yes", "Y", "true", "")),
    ):  # fmt: skip
        for text in wrong:
            yield _one("home 11", item, text, check)
        for text in right:
            yield _one("home 11", item, text)
    for text in ("UD", "100000001"):
        yield _one("migrated home", "data_service", text, "FMT-15")
    yield _one("migrated home", "metering_service", "UD", "FMT-15")
    yield _one("migrated home", "data_service", "1000000017")
    yield _one("home 11", "meter_serial", p.cell("home 11", "mpan"), "FMT-18")
    for text in ("s2a", "S2A_"):
        yield _one("smart 0", "meter_type", text)
    for text in ("SMETS2", "S2", "S9"):
        yield _one("smart 0", "meter_type", text, "FMT-17")


def _texts_and_dates(p: Portfolio) -> Iterator[Plant]:
    for text in ("C012 5NB", "RM9", "ZZ", "IP60 LE", "CM7", "12345", "NG7 2A", "NG77 2ABC"):
        yield _one("home 11", "postcode", text, "FMT-20")
    for text in ("GIR 0AA", "NG72AB", "ng7 2ab", " NG7  2AB", "", "Data not available"):
        yield _one("home 11", "postcode", text)
    for text in ("0", "0123", "1234567890123", "ABC", "1.0E+11", "-5"):
        yield _one("home 11", "uprn", text, "FMT-20")
    yield _one("home 11", "postcode", "NG7\xa02AB", "FMT-04")
    yield _one("home 11", "supplier", "BG\u200bAS", "FMT-04")
    for text in ("32/01/2020", "31/02/2020", "1990-01-01", "soon", "20201301", "1996-03-31", "12/31/2020", "43922"):
        yield _one("home 11", "supply_start_date", text, "FMT-21")
    for text in ("2026-11-23", "01/04/1996", "19960401"):
        yield _one("home 11", "supply_start_date", text)
    for text in ("2027-01-01", "2026-11-24", "", "31/12/9999"):
        yield _one("home 11", "supply_start_date", text, "TMP-01")
    for text in ("2027-01-01", "2026-11-24", "1949-12-31", "1899-12-30", "99991231"):
        yield _one("home 11", "meter_install_date", text, "TMP-06")
    for text in ("1950-01-01", "1985-06-01", "2026-11-23"):
        yield _one("home 11", "meter_install_date", text)
    for item in ("mtc_from", "energisation_status_from", "market_segment_from", "metering_service_from"):
        yield _one("home 11", item, "2027-01-01", "FMT-21")
        yield _one("home 11", item, "1990-01-01", "FMT-21")
    for item in ("mtc_to", "supply_end_date", "data_service_to"):
        yield _one("home 11", item, "31/12/9999")
        yield _one("home 11", item, "2040-01-01")
    for text in ("2026-11-25", "2026-12-07", "2024-01-01"):
        yield _one("home 11", "supply_end_date", text, "TMP-07")
    yield _one("home 11", "supply_end_date", "2026-12-08")
    for text in ("2025-01-01", "2025-11-22"):
        yield _one("asleep", "energisation_status_from", text, ("TMP-08", "asleep", "energisation_status"))
    for text in ("2025-11-23", ""):
        yield _one("asleep", "energisation_status_from", text)
    lines = [f"address_{n}" for n in range(1, 10)]
    for text in ("", "NULL"):
        change = ("home 11", dict.fromkeys(lines, text))
        yield Plant(f"address all {text!r}", (change,), frozenset({("FMT-22", "home 11", "address_1")}))
    for text in ("PLOT 4", "Plot 12A High St", "PL 4", "PL4", "PC12", "PC 3", "pl4 The Meadows", "Flat 2 Plot 7"):
        yield _one("home 11", "address_1", text, "FMT-22")
    yield _one("home 11", "address_3", "PLOT 4", "FMT-22")
    for text in ("PLYMOUTH", "PC World", "Plotters", "PL", "PLC 4"):
        yield _one("home 11", "address_1", text)
    yield _one("asleep", "address_1", "PLOT 4")


def _pairs() -> Iterator[Plant]:
    for text in ("LOND", "London Power Networks", "ZZZZ", "12"):
        yield _one("home 11", "distributor", text, "XFD-01")
    for text in ("emeb", "National Grid (East Midlands)", "11", "EMEB "):
        yield _one("home 11", "distributor", text)
    for row, group in (("home 10", "_B"), ("home 20", "_P"), ("home 20", "_N"), ("home 17", "_A"), ("home 31", "_P")):
        yield _one(row, "gsp_group", group, "XFD-02")
    for row, group in (("home 39", "_P"), ("home 24", "_P"), ("home 20", "_A"), ("home 17", "_N")):
        yield _one(row, "gsp_group", group)
    yield _one("home 11", "profile_class", "00", "XFD-03", ("XFD-05", "home 11", "ssc"))
    yield _one("shop 03", "measurement_class", "G", ("XFD-03", "shop 03", "profile_class"))
    yield _one("factory", "measurement_class", "A", ("XFD-03", "factory", "profile_class"), "XFD-19")
    for profile in ("05", "06", "07", "08"):
        yield _one("shop 03", "profile_class", profile, "XFD-04")
    yield _one("factory", "ssc", "0393", "XFD-05")
    yield _one("home 11", "ssc", "", "XFD-05")
    yield _one("street lights", "ssc", "0428", "XFD-05")
    for row, text in (("half-hourly home", "F"), ("half-hourly shop", "T"), ("factory", "T"), ("small ct", "T")):
        yield _one(row, "domestic_premises", text, "XFD-16")
    yield _one("home 11", "domestic_premises", "F", "XFD-17")
    yield _one("shop 03", "domestic_premises", "T", "XFD-17")
    yield _one("solar export", "domestic_premises", "F")
    yield _one("small ct", "connection_type", "W", ("XFD-18", "small ct", "measurement_class"))
    yield _one("half-hourly shop", "connection_type", "L", ("XFD-18", "half-hourly shop", "measurement_class"))
    for letter in "LHE":
        yield _one("amr shop", "connection_type", letter, ("XFD-19", "amr shop", "measurement_class"))
    yield Plant(
        "unmetered non-half-hourly left over",
        (("street lights", {"profile_class": "08", "measurement_class": "B", "ssc": "0428", "mtc": "857"}),),
        frozenset({("XFD-20", "street lights", "measurement_class")}),
    )


def _segments() -> Iterator[Plant]:
    def segment(row: str, letter: str, *checks: str) -> Plant:
        return _one(row, "market_segment", letter, *checks)

    yield segment("home 11", "U", "XFD-21", "XFD-22", "XFD-23")
    yield segment("home 11", "A", "XFD-22")
    yield segment("factory", "S", "XFD-21", "XFD-22", "XFD-23")
    yield segment("factory", "U", "XFD-21", "XFD-22", "XFD-23")
    yield segment("half-hourly shop", "S", "XFD-22")
    yield segment("street lights", "S", "XFD-21", "XFD-23")
    yield segment("street lights", "A", "XFD-21", "XFD-23")
    yield segment("migrated home", "U", "XFD-21", "XFD-22", "XFD-23")
    yield segment("migrated home", "A", "XFD-22")
    yield segment("migrated works", "S", "XFD-22", "XFD-23")
    for row in ("home 11", "factory", "migrated works"):
        yield _one(row, "metered", "false", ("XFD-21", row, "market_segment"))
    for row in ("street lights", "migrated lights"):
        yield _one(row, "metered", "true", ("XFD-21", row, "market_segment"))
    for row, kind in (("home 11", "H"), ("home 11", "RCAMR"), ("amr shop", "N"), ("factory", "K")):
        yield _one(row, "meter_type", kind, ("XFD-22", row, "market_segment"))
    yield _one("amr shop", "meter_type", "NSS")
    for row, letter in (("home 11", "U"), ("factory", "U"), ("migrated home", "L"), ("migrated lights", "W")):
        yield _one(row, "connection_type", letter, ("XFD-23", row, "market_segment"))
    yield _one("factory", "connection_type", "W")


def _meters(p: Portfolio) -> Iterator[Plant]:
    own = p.cell("street lights", "mpan")[3:12]
    yield _one("street lights", "meter_serial", own, "XFD-24")
    yield _one("migrated lights", "meter_serial", p.cell("migrated lights", "mpan")[3:12], "XFD-24")
    yield _one("street lights", "meter_type", "N", "XFD-24", ("XFD-22", "street lights", "market_segment"))
    yield _one("street lights", "mtc", "801", "XFD-24")
    yield _one("street lights", "mtc", "857")
    yield _one("home 11", "meter_serial", "", "XFD-25")
    yield _one("home 11", "meter_serial", "NULL", "XFD-25")
    yield _one("migrated home", "meter_serial", "", "XFD-25")
    yield _one("home 11", "mtc", "800", "XFD-25")
    yield _one("asleep", "mtc", "800")
    for text in ("NONE", ""):
        yield _one("smart 0", "smso", text, "XFD-26")
    for item, text in (("smso", "SMLU"), ("smets_version", "SMETS2"), ("dcc_service_flag", "A")):
        yield _one("home 11", item, text, "XFD-26")
    for item, text in (("smso", "NONE"), ("smets_version", "NONE"), ("dcc_service_flag", "S")):
        yield _one("home 11", item, text)


def _rows(p: Portfolio) -> Iterator[Plant]:
    solar, serial = p.cell("solar import", "mpan"), p.cell("home 10", "meter_serial")
    several = ("two meters a", "two meters b", "two meters c")
    yield _one("two meters b", "profile_class", "04", *_both("ROW-01", "mpan", *several))
    yield _one("two meters b", "meter_serial", p.cell(several[0], "meter_serial"), *_both("ROW-01", "mpan", *several))
    yield _one("home 11", "linked_mpan", p.cell("home 11", "mpan"), "ROW-02")
    broken = _both("ROW-03", "linked_mpan", "solar import", "solar export")
    yield _one("solar import", "linked_mpan", "", *broken)
    yield _one("solar import", "linked_mpan", p.cell("home 10", "mpan"), *broken, ("ROW-03", "home 10", "linked_mpan"))
    yield _one("home 11", "linked_mpan", solar, "ROW-03", ("ROW-03", "solar import", "linked_mpan"))
    yield _one("wind export", "energy_direction", "I",
               *_both("ROW-03", "energy_direction", "wind import", "wind export"))  # fmt: skip
    yield _one("home 11", "linked_mpan", mpan("11", int(solar) % 10**6))
    yield _one("micro export", "gsp_group", "_A", "XFD-02", *_both("ROW-04", "gsp_group", "micro import",
                                                                  "micro export"))  # fmt: skip
    shared = {"meter_serial": p.cell("migrated import", "meter_serial")}
    pair = ("migrated import", "migrated export")
    yield _one(pair[1], "metering_service", "AESM", *_both("ROW-04", "metering_service", *pair), **shared)
    yield _one(pair[1], "metering_service", "AESM")
    yield _one(pair[1], "supplier", "EDFE", **shared)
    yield _one("heat day", "related_mpan", "", "ROW-05")
    yield _one("flat third", "related_mpan", "", "ROW-05")
    for item, text in (("supplier", "EDFE"), ("supply_start_date", "2020-01-01")):
        yield _one("heat night", item, text, *_both("ROW-05", item, "heat day", "heat night"))
    for code in ("500", "510", "783"):
        yield _one("home 11", "mtc", code, ("ROW-05", "home 11", "related_mpan"))
    for code in ("869", "870", "871"):
        yield _one("home 11", "mtc", code, ("ROW-06", "home 11", "linked_mpan"))
    doubled = _both("ROW-07", "meter_serial", "home 10", "home 11")
    for text in (serial, f"{serial[:3]} {serial[3:]}", serial.lower()):
        yield _one("home 11", "meter_serial", text, *doubled)
    key = int(solar[2:8]) % 90_000 + 10_000
    years = (("home 10", {"meter_serial": f"E10BG{key}"}), ("home 11", {"meter_serial": f"E11BG{key}"}))
    yield Plant("serials that differ in the year", years, frozenset(doubled))
    one, other = next(
        (twin, twin[:11] + twin[12] + twin[11])
        for twin in (mpan("11", int(solar) % 10**6 + step) for step in range(1000))
        if twin[11] != twin[12] and remainder(twin[:11] + twin[12]) % 10 == int(twin[11])
    )
    swapped = (("home 11", {"mpan": one}), ("amr shop", {"mpan": other}))
    yield Plant("last two digits swapped", swapped, frozenset(_both("ROW-08", "mpan", "home 11", "amr shop")))
    one, other = next(
        (twin, edited)
        for twin in (mpan("11", int(solar) % 10**6 + step) for step in range(2000, 9000))
        for place in range(2, 10)
        for edited in (f"{twin[:place]}{(int(twin[place]) + 1) % 10}{twin[place + 1 :]}",)
        if remainder(edited[:12]) % 10 == int(edited[12])
    )
    near = {"postcode": p.cell("home 11", "postcode")}
    alike = (("home 11", {"mpan": one}), ("amr shop", {"mpan": other, **near}))
    yield Plant("one edit at one postcode", alike, frozenset(_both("ROW-08", "mpan", "home 11", "amr shop")))
    apart = (("home 11", {"mpan": one}), ("amr shop", {"mpan": other}))
    yield Plant("one edit at two postcodes", apart, frozenset())


def _table() -> Iterator[Plant]:
    yield _one("solar export", "ssc", "0393", "XFD-06", industry=True)
    yield _one("home 11", "ssc", "0482", "XFD-06", industry=True)
    yield _one("solar export", "profile_class", "01", "XFD-07", industry=True)
    yield _one("smart 0", "mtc", "801", "XFD-26", industry=True)
    yield _one("home 11", "mtc", "510", ("ROW-05", "home 11", "related_mpan"), industry=True)
    yield _one("home 11", "supplier", "ZZZZ", "FMT-15", industry=True)
    yield _one("home 11", "supplier", "BPGL", industry=True)
