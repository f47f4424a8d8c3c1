"""The words people write where the industry has a letter, and the words that stand for an empty cell."""

from __future__ import annotations

PLACEHOLDERS = frozenset(
    {
        "",
        "-",
        "--",
        "---",
        "?",
        "#n/a",
        "(blank)",
        "(null)",
        "<null>",
        "blank",
        "data not available",
        "n.a.",
        "n/a",
        "na",
        "nan",
        "nil",
        "no data",
        "none",
        "not applicable",
        "not available",
        "not known",
        "null",
        "tbc",
        "unknown",
    }
)
"""Lower-case texts that mean "nothing here". EES pads address lines with NULL; registers write Data not available."""

NONE_IS_A_VALUE = frozenset({"smso", "smets_version"})
"""Items in which NONE is a genuine value: `NONE` is an MPID in role 5 (domain data 3.5), and a SMETS version (3.13)."""

_TRUE = ("T", "TRUE", "Y", "YES", "1")
_FALSE = ("F", "FALSE", "N", "NO", "0")

FLAG_WORDS: dict[str, str] = {**dict.fromkeys(_TRUE, "T"), **dict.fromkeys(_FALSE, "F")}

_ENERGISED = ("ENERGISED", "ENERGIZED", "EN", "LIVE")
_DEENERGISED = ("DEENERGISED", "DEENERGIZED", "DE")

CODE_WORDS: dict[str, dict[str, str]] = {
    "energisation_status": {**dict.fromkeys(_ENERGISED, "E"), **dict.fromkeys(_DEENERGISED, "D")},
    "energy_direction": {
        "IMPORT": "I", "IMP": "I", "CONSUMPTION": "I", "EXPORT": "E", "EXP": "E", "GENERATION": "E",
    },
    "market_segment": {
        "SMART": "S", "SMARTSEGMENT": "S", "ADVANCED": "A", "ADVANCEDSEGMENT": "A",
        "UNMETERED": "U", "UMS": "U", "UNMETEREDSEGMENT": "U", "UNMETEREDSUPPLIES": "U",
    },
    "connection_type": {
        "WHOLECURRENT": "W", "WC": "W", "LVCT": "L", "LVWITHCT": "L", "LOWVOLTAGE": "L", "LV": "L",
        "HVCT": "H", "HVWITHCT": "H", "HIGHVOLTAGE": "H", "HV": "H",
        "EHVCT": "E", "EHVWITHCT": "E", "EXTRAHIGHVOLTAGE": "E", "EHV": "E", "UNMETERED": "U", "UMS": "U",
    },
    "dcc_service_flag": {"ACTIVE": "A", "SUSPENDED": "S", "WITHDRAWN": "W"},
    "metered": {"METERED": "T", "UNMETERED": "F"},
    "domestic_premises": {"DOMESTIC": "T", "NONDOMESTIC": "F"},
}  # fmt: skip
"""Per item: the word in capitals without spaces and hyphens, and the letter it stands for."""
