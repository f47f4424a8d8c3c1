"""The rules over several rows in plain Python, one dict a row of cleaned values: what the fast rules must agree with.

Row numbers start at 1; each rule gives the set of (row, item) that are at fault. MPANs in these rows are thirteen
digits, malformed text, or blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

Row = dict[str, str]
Found = set[tuple[int, str]]

WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
METER_ITEMS = {"meter_serial", "meter_type", "meter_install_date", "map", "map_from", "map_to", "ct_ratio"}
GROUPS = {f"_{letter}" for letter in "ABCDEFGHJKLMNP"}


def number(row: Row, item: str = "mpan") -> str:
    """The 13 digits, or nothing."""
    text = row.get(item, "")
    return text if re.fullmatch("[0-9]{13}", text) and len(set(text)) > 1 else ""


def filled(row: Row, item: str) -> bool:
    """Whether something stands in an MPAN cell that is not a mere filler."""
    return row.get(item, "") not in {"", "0"} and not re.fullmatch(r"(\d)\1{12}", row[item])


def holds(text: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(text, WEIGHTS, strict=False))
    return total % 11 % 10 == int(text[12])


def by_mpan(rows: Sequence[Row]) -> dict[str, list[int]]:
    groups: dict[str, list[int]] = {}
    for place, row in enumerate(rows, start=1):
        if number(row):
            groups.setdefault(number(row), []).append(place)
    return groups


def row_01(rows: Sequence[Row]) -> Found:
    found: Found = set()
    for places in by_mpan(rows).values():
        group = [rows[place - 1] for place in places]
        names = {name for row in rows for name in row}
        differ = {name for name in names if len({row.get(name, "") for row in group}) > 1}
        serials = [row.get("meter_serial", "") for row in group]
        meters_only = differ <= METER_ITEMS and all(serials) and len(set(serials)) == len(serials)
        if len(places) > 1 and not meters_only:
            found |= {(place, "mpan") for place in places}
    return found


def row_02(rows: Sequence[Row]) -> Found:
    found: Found = set()
    for place, row in enumerate(rows, start=1):
        if number(row) and number(row) == number(row, "linked_mpan"):
            found.add((place, "linked_mpan"))
        for other in rows:
            directions = {row.get("energy_direction"), other.get("energy_direction")}
            if number(row) and number(row) == number(other) and directions == {"I", "E"}:
                found.add((place, "energy_direction"))
    return found


def links(rows: Sequence[Row]) -> list[tuple[int, str, str]]:
    return [
        (place, number(row), number(row, "linked_mpan"))
        for place, row in enumerate(rows, start=1)
        if number(row) and number(row, "linked_mpan") and number(row) != number(row, "linked_mpan")
    ]


def row_03(rows: Sequence[Row]) -> Found:
    found: Found = set()
    named = links(rows)
    pairs = {(a, b) for _, a, b in named}
    places = by_mpan(rows)
    unclear = {
        number(row)
        for row in rows
        if filled(row, "linked_mpan") and not (number(row, "linked_mpan") and holds(number(row, "linked_mpan")))
    }
    for place, a, b in named:
        if not (holds(a) and holds(b)) or (b, a) in pairs:
            continue
        if b in places and b not in unclear:
            found.add((place, "linked_mpan"))
            found |= {(there, "linked_mpan") for there in places[b]}
        elif len({x for _, x, y in named if y == b and holds(x)}) > 1:
            found.add((place, "linked_mpan"))
    for place, a, b in named:
        for there, x, y in named:
            mine, theirs = rows[place - 1].get("energy_direction"), rows[there - 1].get("energy_direction")
            if (a, b) == (y, x) and mine == theirs and mine in ("I", "E") and holds(a) and holds(b):
                found |= {(place, "energy_direction"), (there, "energy_direction")}
    return found


def row_04(rows: Sequence[Row]) -> Found:
    """Without the root causes ROW-02 and ROW-03, which the engine takes out."""
    found: Found = set()
    named = [(place, a, b) for place, a, b in links(rows) if holds(a) and holds(b)]
    pairs = {(a, b) for _, a, b in named}
    places = by_mpan(rows)
    for place, a, b in named:
        returned = (b, a) in pairs
        if a[:2] != b[:2] and (returned or b not in places):
            found.add((place, "linked_mpan"))
        for there, x, y in named:
            if (x, y) != (b, a):
                continue
            one, other = rows[place - 1], rows[there - 1]
            if {one.get("gsp_group"), other.get("gsp_group")} <= GROUPS and one["gsp_group"] != other["gsp_group"]:
                found.add((place, "gsp_group"))
            if not one.get("meter_serial") or one.get("meter_serial") != other.get("meter_serial"):
                continue
            segments = one.get("market_segment"), other.get("market_segment")
            if set(segments) <= {"S", "A", "U"} and segments[0] != segments[1]:
                found.add((place, "market_segment"))
            services = one.get("metering_service"), other.get("metering_service")
            if all(services) and services[0] != services[1]:
                found.add((place, "metering_service"))
    return found


def row_05(rows: Sequence[Row]) -> Found:
    found: Found = set()
    places = by_mpan(rows)
    for place, row in enumerate(rows, start=1):
        if not re.fullmatch("[0-9]{3}", row.get("mtc", "")) or not 500 <= int(row["mtc"]) <= 783:
            continue
        partner = number(row, "related_mpan")
        if not filled(row, "related_mpan"):
            found.add((place, "related_mpan"))
        if not partner or not holds(partner) or not number(row):
            continue
        if partner == number(row) or partner not in places:
            found.add((place, "related_mpan"))
            continue
        for there in places[partner]:
            for item in ("supplier", "supply_start_date", "market_segment"):
                mine, theirs = row.get(item, ""), rows[there - 1].get(item, "")
                if mine and theirs and mine != theirs:
                    found |= {(place, item), (there, item)}
    return found


def row_07(rows: Sequence[Row]) -> Found:
    found: Found = set()
    family = {number(row): {number(row)} for row in rows if number(row)}
    for row in rows:
        for item in ("linked_mpan", "related_mpan"):
            near, far = number(row), number(row, item)
            if near and far:
                joined = family.get(near, {near}) | family.get(far, {far})
                for member in joined:
                    family[member] = joined

    def stem(serial: str) -> str:
        match = re.fullmatch("([A-Z])[0-9]{2}([A-Z]+[0-9]+)", serial)
        return f"{match[1]}-{match[2]}" if match else serial

    for place, row in enumerate(rows, start=1):
        for other in rows:
            serials = row.get("meter_serial", ""), other.get("meter_serial", "")
            if not number(row) or not number(other) or not all(re.fullmatch("[A-Z0-9]{1,10}", s) for s in serials):
                continue
            if stem(serials[0]) == stem(serials[1]) and number(other) not in family[number(row)]:
                found.add((place, "meter_serial"))
    return found


def row_08(rows: Sequence[Row]) -> Found:
    found: Found = set()
    for place, row in enumerate(rows, start=1):
        for other in rows:
            one, two = number(row), number(other)
            if not one or not two or one == two or not holds(one) or not holds(two):
                continue
            swapped = one[:11] == two[:11] and one[11:] == two[:10:-1]
            apart = sum(a != b for a, b in zip(one, two, strict=True)) == 1
            beside = " " in row.get("postcode", "") and row.get("postcode") == other.get("postcode")
            if swapped or (apart and beside):
                found.add((place, "mpan"))
    return found
