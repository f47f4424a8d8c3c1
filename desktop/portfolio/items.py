"""The data items MHHS Desk knows: machine name, name shown to people, kind, and a number that never changes.

Names are those of the command line's `--map` and of `item` in `check --json`. Shown names follow the MHHS data
catalogue (DI numbers) where it has one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ItemKind(StrEnum):
    """What a cell of the item holds; it decides how the text is cleaned for comparing."""

    MPAN = "mpan"
    CODE = "code"
    """A short code out of a known set: upper-cased, padded to `width` where it has one."""
    MPID = "mpid"
    SERIAL = "serial"
    DATE = "date"
    POSTCODE = "postcode"
    UPRN = "uprn"
    FLAG = "flag"
    TEXT = "text"


@dataclass(frozen=True)
class Item:
    """One data item. `number` is part of finding fingerprints: never reused, never changed. `width` in characters."""

    number: int
    name: str
    title: str
    kind: ItemKind
    width: int = 0


def _items() -> tuple[Item, ...]:
    mpan, code, mpid, date = ItemKind.MPAN, ItemKind.CODE, ItemKind.MPID, ItemKind.DATE
    base = [
        Item(1, "mpan", "MPAN", mpan, 13),
        Item(2, "linked_mpan", "Linked import/export MPAN", mpan, 13),
        Item(3, "related_mpan", "Related MPAN", mpan, 13),
        Item(4, "supply_number", "Supply number (21 characters)", ItemKind.TEXT, 21),
        Item(5, "distributor", "Distributor", ItemKind.TEXT),
        Item(6, "gsp_group", "GSP Group ID", code, 2),
        Item(7, "profile_class", "Profile Class", code, 2),
        Item(8, "measurement_class", "Measurement Class", code, 1),
        Item(9, "energisation_status", "Energisation Status", code),
        Item(10, "ssc", "Standard Settlement Configuration", code, 4),
        Item(11, "mtc", "Meter Timeswitch Class", code, 3),
        Item(12, "llfc", "Line Loss Factor Class", code, 3),
        Item(13, "supplier", "Supplier", mpid, 4),
        Item(14, "supply_start_date", "Supply Start Date", date),
        Item(15, "supply_end_date", "Supply End Date", date),
        Item(16, "meter_operator", "Meter Operator", mpid, 4),
        Item(17, "data_collector", "Data Collector", mpid, 4),
        Item(18, "data_aggregator", "Data Aggregator", mpid, 4),
        Item(19, "data_service", "Data Service", mpid, 4),
        Item(20, "metering_service", "Metering Service", mpid, 4),
        Item(21, "smso", "SMSO", mpid, 4),
        Item(22, "map", "Meter Asset Provider", mpid, 4),
        Item(23, "meter_serial", "Meter Serial Number", ItemKind.SERIAL, 10),
        Item(24, "meter_type", "Meter Type", code),
        Item(25, "meter_install_date", "Meter Installation Date", date),
        Item(26, "smets_version", "SMETS Version", code),
        Item(27, "dcc_service_flag", "DCC Service Flag", code),
        Item(28, "domestic_premises", "Domestic Premises Indicator", ItemKind.FLAG),
        Item(29, "market_segment", "Market Segment Indicator", code),
        Item(30, "connection_type", "Connection Type Indicator", code),
        Item(31, "energy_direction", "Energy Direction", code),
        Item(32, "metered", "Metered Indicator", ItemKind.FLAG),
        Item(33, "consent_granularity", "Consent Granularity", code),
        Item(34, "duos_tariff_id", "DUoS Tariff ID", code, 3),
        *(Item(35 + n, f"address_{n}", f"Address line {n}", ItemKind.TEXT) for n in range(1, 10)),
        Item(45, "postcode", "Postcode", ItemKind.POSTCODE),
        Item(46, "uprn", "UPRN", ItemKind.UPRN),
        Item(47, "extract_date", "Extract Date", date),
        Item(48, "ct_ratio", "CT Ratio", ItemKind.TEXT),
    ]
    # Dated items: effective-from and effective-to of the item itself.
    dated = (
        "gsp_group", "profile_class", "measurement_class", "energisation_status", "ssc", "mtc", "llfc", "supplier",
        "meter_operator", "data_collector", "data_aggregator", "data_service", "metering_service", "smso", "map",
        "dcc_service_flag", "market_segment", "connection_type", "duos_tariff_id",
    )  # fmt: skip
    titles = {item.name: item.title for item in base}
    for place, name in enumerate(dated):
        base.append(Item(100 + 2 * place, f"{name}_from", f"{titles[name]} effective from", date))
        base.append(Item(101 + 2 * place, f"{name}_to", f"{titles[name]} effective to", date))
    return tuple(base)


ITEMS: dict[str, Item] = {item.name: item for item in _items()}
"""Every item by its machine name, in the order people expect to read them."""

NEEDED = ("mpan",)
"""Items without which a portfolio cannot be taken at all."""
