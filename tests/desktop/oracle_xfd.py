"""The cross-field rules in plain Python: one dict of cleaned values a row gives the set of items at fault."""

from __future__ import annotations

from collections.abc import Callable

Row = dict[str, str]

CT = {"L", "H", "E"}
SMART = {"S1", "S2A", "S2B", "S2C", "S2AD", "S2CDE", "2AF", "2ADEF"}
ADVANCED = {"H", "NCAMR", "RCAMR", "RCAMY"}
TRADITIONAL = {"N", "K", "S", "T"}
OTHER = {"NSS", "CHECK", "MAIN", "LAG", "LEAD", "SPECL"}
NHH_PROFILES = {f"0{number}" for number in range(1, 9)}


def migrated(row: Row) -> bool:
    services = row.get("data_service") and (row.get("market_segment") == "U" or row.get("metering_service"))
    legacy = row.get("meter_operator") or row.get("data_collector") or row.get("data_aggregator")
    return bool(services) and not legacy


def legacy_item(row: Row, name: str) -> str:
    """A settlement item that migrated rows are not judged by."""
    return "" if migrated(row) else row.get(name, "")


def xfd_03(row: Row) -> set[str]:
    pc, mc = legacy_item(row, "profile_class"), legacy_item(row, "measurement_class")
    half_hourly = mc in set("CDEFG") and pc in NHH_PROFILES
    return {"profile_class"} if half_hourly or (mc in set("AB") and pc == "00") else set()


def xfd_04(row: Row) -> set[str]:
    pc, mc = legacy_item(row, "profile_class"), legacy_item(row, "measurement_class")
    wrong = mc == "A" and pc in {"05", "06", "07", "08"} and row["energy_direction"] == "I"
    return {"profile_class"} if wrong else set()


def xfd_05(row: Row) -> set[str]:
    pc, ssc = legacy_item(row, "profile_class"), legacy_item(row, "ssc")
    lacking = pc in NHH_PROFILES and not ssc
    return {"ssc"} if lacking or (pc == "00" and ssc.isdigit()) else set()


def xfd_06(row: Row) -> set[str]:
    kind = {"0001": "I", "0002": "E"}.get(legacy_item(row, "ssc"))
    return {"ssc"} if (kind, row["energy_direction"]) in {("I", "E"), ("E", "I")} else set()


def xfd_07(row: Row) -> set[str]:
    wrong = legacy_item(row, "ssc") == "0002" and row["measurement_class"] == "A"
    return {"profile_class"} if wrong and row["profile_class"] in (NHH_PROFILES | {"00"}) - {"08"} else set()


def xfd_16(row: Row) -> set[str]:
    pair = legacy_item(row, "measurement_class"), row["domestic_premises"]
    return {"domestic_premises"} if pair in {("F", "F"), ("G", "T"), ("C", "T"), ("E", "T")} else set()


def xfd_17(row: Row) -> set[str]:
    pc, domestic = legacy_item(row, "profile_class"), row["domestic_premises"]
    home, business = pc in {"01", "02"}, pc in NHH_PROFILES - {"01", "02"} and row.get("energy_direction") != "E"
    return {"domestic_premises"} if (home and domestic == "F") or (business and domestic == "T") else set()


def xfd_18(row: Row) -> set[str]:
    allowed = {"E": CT, "G": {"W"}, "B": {"U"}, "D": {"U"}}.get(legacy_item(row, "measurement_class"))
    connection = row["connection_type"]
    wrong = allowed and connection in CT | {"W", "U"} and connection not in allowed
    return {"measurement_class"} if wrong else set()


def xfd_19(row: Row) -> set[str]:
    held = row["ct_ratio"] not in {"", "0", "1", "1/1", "1:1"}
    wrong = legacy_item(row, "measurement_class") == "A" and (row["connection_type"] in CT or held)
    return {"measurement_class"} if wrong else set()


def xfd_20(row: Row) -> set[str]:
    return {"measurement_class"} if legacy_item(row, "measurement_class") == "B" else set()


def xfd_21(row: Row) -> set[str]:
    segment, mc, metered = row["market_segment"], legacy_item(row, "measurement_class"), row["metered"]
    if segment not in {"S", "A", "U"}:
        return set()
    wrong = mc in set("ABCDEFG") and (segment == "U") != (mc in {"B", "D"})
    wrong = wrong or (metered in {"T", "F"} and (segment == "U") != (metered == "F"))
    return {"market_segment"} if wrong or (mc in {"C", "E"} and segment != "A") else set()


def xfd_22(row: Row) -> set[str]:
    segment, kind = row["market_segment"], row["meter_type"]
    if segment not in {"S", "A", "U"}:
        return set()
    wrong = (kind in ADVANCED and segment != "A") or (kind in SMART | TRADITIONAL and segment != "S")
    return {"market_segment"} if wrong else set()


def xfd_23(row: Row) -> set[str]:
    segment, connection = row["market_segment"], row["connection_type"]
    if segment not in {"S", "A", "U"} or connection not in CT | {"W", "U"}:
        return set()
    wrong = (connection in CT and segment != "A") or ((connection == "U") != (segment == "U"))
    return {"market_segment"} if wrong else set()


def xfd_24(row: Row) -> set[str]:
    if row["market_segment"] != "U" and legacy_item(row, "measurement_class") not in {"B", "D"}:
        return set()
    items = {"meter_serial"} if row["meter_serial"] else set()
    items |= {"meter_type"} if row["meter_type"] in SMART | ADVANCED | TRADITIONAL | OTHER else set()
    mtc = legacy_item(row, "mtc")
    unmetered = {*range(857, 862), 863, *range(502, 507)}
    return items | ({"mtc"} if mtc.isdigit() and int(mtc) not in unmetered else set())


def xfd_25(row: Row) -> set[str]:
    mc = legacy_item(row, "measurement_class")
    metered = row["metered"] == "T" or row["market_segment"] in {"S", "A"} or mc in set("ACEFG")
    unmetered = row["metered"] == "F" or row["market_segment"] == "U" or mc in {"B", "D"}  # said by XFD-21
    if row["energisation_status"] != "E" or not metered or unmetered:
        return set()
    if not row["meter_serial"]:
        return {"meter_serial"}
    return {"mtc"} if legacy_item(row, "mtc") == "800" else set()


def xfd_26(row: Row) -> set[str]:
    kind, items = row["meter_type"], set()
    if kind in SMART and row["smso"] in {"", "NONE"}:
        items.add("smso")
    if kind in SMART and legacy_item(row, "mtc") == "801":
        items.add("mtc")
    if kind in ADVANCED | TRADITIONAL | OTHER:
        items |= {item for item in ("smso", "smets_version") if row[item] not in {"", "NONE"}}
        if row["dcc_service_flag"] == "A":
            items.add("dcc_service_flag")
    return items


RULES: dict[str, Callable[[Row], set[str]]] = {
    name.upper().replace("_", "-"): rule for name, rule in globals().items() if name.startswith("xfd_")
}
