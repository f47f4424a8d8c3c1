"""The form checks (FMT) in plain Python: one dict of cells as they stood gives, for each check, the items at fault.

Written from the rules, not from the product's code: no polars, no shared constants. `as_of` is 23/11/2026.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from datetime import date

Row = dict[str, str]

AS_OF = date(2026, 11, 23)
PLACEHOLDERS = {
    "", "data not available", "not applicable", "not available", "not known", "null", "n/a", "na", "#n/a", "none",
    "nil",
    "nan", "unknown", "tbc", "blank", "(blank)", "-", "--", "---", "?", "n.a.", "no data", "(null)", "<null>",
}  # fmt: skip
MPANS = ("mpan", "linked_mpan", "related_mpan")
WEIGHTS = (3, 5, 7, 13, 17, 19, 23, 29, 31, 37, 41, 43)
LIVE = {*range(10, 28), *range(29, 41), 42, 43, 45, 46, 47, 48, 51, 52}
SPECIAL = {77, 78, 97, 98, 99}
PARTIES = (
    "supplier",
    "meter_operator", "data_collector", "data_aggregator", "data_service", "metering_service", "smso", "map",
)  # fmt: skip
METER_TYPES = {
    *("CHECK", "H", "K", "LAG", "LEAD", "MAIN", "N", "NCAMR", "RCAMR", "RCAMY", "NSS", "S", "T", "SPECL", "S1"),
    *(f"S2{meter}{more}" for meter in "ABC" for more in ("", "D", "DE")),
    *(f"2{meter}{more}F" for meter in "ABC" for more in ("", "D", "E", "DE")),
}
POSTCODE = re.compile(r"(GIR 0AA|[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2})")


def hidden(character: str) -> bool:
    return not character.isascii() and (character.isspace() or unicodedata.category(character) in {"Cf", "Zs"})


def blank(character: str) -> bool:
    return character.isspace() or hidden(character)


def plain(text: str) -> str:
    """Digits of any script and full-width characters as ASCII."""
    out = []
    for character in text:
        value = unicodedata.decimal(character, None)
        if value is not None:
            out.append(str(value))
        elif 0xFF01 <= ord(character) <= 0xFF5E:
            out.append(chr(ord(character) - 0xFEE0))
        else:
            out.append(character)
    return "".join(out)


def strip(text: str) -> str:
    start, end = 0, len(text)
    while start < end and blank(text[start]):
        start += 1
    while end > start and blank(text[end - 1]):
        end -= 1
    return text[start:end]


def bare(text: str) -> str:
    """Without outer spaces, an apostrophe in front, and `="..."`."""
    text = strip(plain(text))
    if text.startswith('="') and text.endswith('"') and len(text) > 2:
        text = text[2:-1]
    elif text.startswith('"') and text.endswith('"') and len(text) > 1:
        text = text[1:-1]
    return strip(text.lstrip("'"))


def solid(text: str) -> str:
    return "".join(character for character in bare(text) if not blank(character))


def nothing(text: str, *, none_counts: bool = False) -> bool:
    word = " ".join(bare(text).lower().split())
    return word in (PLACEHOLDERS - {"none"} if none_counts else PLACEHOLDERS)


def mpan_digits(text: str) -> str:
    """The digits of an MPAN cell without what may stand around and between them; else ''."""
    number = solid(text)
    if re.fullmatch(r"[0-9]+\.00?", re.sub(r"[-/]", "", number)):
        number = re.sub(r"[-/]", "", number).split(".")[0]
    if re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.0+)?", number):
        number = number.replace(",", "")
    number = re.sub(r"^([0-9]+)\.0+$", r"\1", number)
    number = re.sub(r"[-./]", "", number).upper()
    supply = re.sub("^S", "", number)
    if re.fullmatch(r"[0-9]{5}[0-9A-Z]{3}[0-9]{13}", supply):
        return supply[-13:]
    return number if re.fullmatch(r"[0-9]+", number) else ""


def mpan_nothing(text: str) -> bool:
    digits = mpan_digits(text)
    return (
        nothing(text) or text.strip().lower() == "tba" or digits == "0" or (len(digits) == 13 and len(set(digits)) == 1)
    )


def mpan_lost(text: str) -> bool:
    stood = strip(text)
    inner = stood[2:-1] if stood.startswith('="') and stood.endswith('"') else stood
    stood = "".join(character for character in inner.lstrip("'") if not blank(character))
    return bool(
        re.fullmatch(r"[+-]?[0-9]+(\.[0-9]*)?[eE]\+?[0-9]{1,3}", stood) or re.fullmatch(r"[0-9]{15}0+(\.0+)?", stood)
    )


def mpan_number(text: str) -> str:
    """Thirteen digits, or ''."""
    digits = mpan_digits(text)
    return digits if len(digits) == 13 and not mpan_nothing(text) and not mpan_lost(text) else ""


def _mpans(row: Row, wrong: Callable[[str], bool]) -> set[str]:
    return {item for item in MPANS if item in row and wrong(row[item])}


def fmt_01(row: Row) -> set[str]:
    return {"mpan"} if mpan_nothing(row["mpan"]) else set()


def fmt_02(row: Row) -> set[str]:
    return _mpans(row, lambda text: not mpan_nothing(text) and not mpan_lost(text) and len(mpan_digits(text)) != 13)


def fmt_03(row: Row) -> set[str]:
    def spoiled(text: str) -> bool:
        stood = strip(text)
        inner = stood[2:-1] if stood.startswith('="') and stood.endswith('"') else stood
        inner = inner.lstrip("'")
        tight = "".join(character for character in inner if not blank(character))
        dressed = (
            stood.startswith("'")
            or (stood.startswith('="') and stood.endswith('"'))
            or re.fullmatch(r"[0-9,]+\.0+", tight)
            or re.fullmatch(r"[0-9]+\.00?", re.sub(r"[-/]", "", tight))
            or re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.0+)?", inner)
        )
        return not mpan_nothing(text) and (mpan_lost(text) or bool(dressed))

    return _mpans(row, spoiled)


def fmt_04(row: Row) -> set[str]:
    texts = {"address", "domestic_premises", "metered", "ct_ratio", "distributor"}
    return {
        item
        for item, text in row.items()
        if not any(item.startswith(one) for one in texts)
        and (not text.isascii() or text.endswith(("\n", "\r")))
        and not nothing(text, none_counts=item in {"smso", "smets_version"})
    }


def fmt_05(row: Row) -> set[str]:
    def fails(text: str) -> bool:
        number = mpan_number(text)
        total = sum(int(digit) * weight for digit, weight in zip(number, WEIGHTS, strict=False))
        return number != "" and total % 11 % 10 != int(number[12])

    return _mpans(row, fails)


def fmt_06(row: Row) -> set[str]:
    return _mpans(row, lambda text: mpan_number(text) != "" and int(mpan_number(text)[:2]) not in LIVE)


def code(text: str, width: int = 0) -> str:
    """A code in capitals, digits padded; '' where nothing is there."""
    if nothing(text):
        return ""
    made = re.sub(r"^([0-9]+)\.0+$", r"\1", solid(text)).upper()
    return made.zfill(width) if re.fullmatch("[0-9]+", made) else made


def migrated(row: Row) -> bool:
    held = {name for name in ("data_service", "metering_service") if not nothing(row.get(name, ""))}
    legacy = any(not nothing(row.get(name, "")) for name in ("meter_operator", "data_collector", "data_aggregator"))
    enough = held == {"data_service", "metering_service"} or ("data_service" in held and segment(row) == "U")
    return enough and not legacy


def segment(row: Row) -> str:
    made = code(row.get("market_segment", ""))
    words = {"SMART": "S", "ADVANCED": "A", "UNMETERED": "U"}
    return words.get(made, made)


def fmt_07(row: Row) -> set[str]:
    text = row["supply_number"]
    if nothing(text) or migrated(row):
        return set()
    supply = solid(text).upper().removeprefix("S")
    supply = re.sub(r"[-./]", "", supply)
    if not re.fullmatch(r"[0-9]{5}[0-9A-Z]{3}[0-9]{13}", supply):
        return {"supply_number"}
    stated = {
        (0, 2): code(row.get("profile_class", ""), 2),
        (2, 5): code(row.get("mtc", ""), 3),
        (5, 8): code(row.get("llfc", ""), 3).rjust(3, "0") if code(row.get("llfc", "")) else "",
        (8, 21): mpan_number(row["mpan"]),
    }
    differs = any(value and supply[start:end] != value for (start, end), value in stated.items())
    return {"supply_number"} if differs else set()


def fmt_08(row: Row) -> set[str]:
    group = code(row["gsp_group"])
    group = f"_{group}" if re.fullmatch("[A-Z]", group) else group
    return {"gsp_group"} if group and not re.fullmatch("_[A-HJ-NP]", group) else set()


def fmt_09(row: Row) -> set[str]:
    made = code(row["profile_class"], 2)
    wrong = not re.fullmatch("0[0-8]", made) if made else not migrated(row)
    return {"profile_class"} if wrong else set()


def fmt_10(row: Row) -> set[str]:
    made = code(row["measurement_class"])
    wrong = not re.fullmatch("[A-G]", made) if made else not migrated(row)
    return {"measurement_class"} if wrong else set()


def fmt_11(row: Row) -> set[str]:
    made = code(row["energisation_status"]).replace("-", "").replace("_", "")
    words = {"ENERGISED", "DEENERGISED", "E", "D", "ENERGIZED", "DEENERGIZED", "LIVE"}
    return set() if made in words else {"energisation_status"}


def fmt_14(row: Row) -> set[str]:
    made = code(row["llfc"], 3)
    return {"llfc"} if made and not re.fullmatch("[0-9A-HJ-NP-Z]{3}", made.rjust(3, "0")) else set()


def fmt_15(row: Row) -> set[str]:
    wrong = set()
    for item in PARTIES:
        text = row.get(item, "")
        if nothing(text, none_counts=item == "smso"):
            continue
        made = solid(text).upper()
        dip = item in {"supplier", "data_service", "metering_service"} and re.fullmatch("[0-9]{10}", made)
        if not dip and not re.fullmatch("[A-Z]{4}", made):
            wrong.add(item)
    return wrong


def fmt_17(row: Row) -> set[str]:
    made = code(row["meter_type"]).replace("_", "")
    return {"meter_type"} if made and made not in METER_TYPES else set()


def fmt_18(row: Row) -> set[str]:
    text = row["meter_serial"]
    fillers = {
        "unknown", "unk", "tbc", "tba", "n/a", "na", "n.a.", "#n/a", "not applicable", "not available",
        "data not available", "not known", "no meter", "nometer",
    }  # fmt: skip
    if " ".join(text.lower().split()) in fillers:
        return {"meter_serial"}
    if nothing(text):
        return set()
    made = re.sub(r"^([0-9]+)\.0+$", r"\1", solid(text)).upper()
    return set() if re.fullmatch("[A-Z0-9]{1,10}", made) and set(made) != {"0"} else {"meter_serial"}


def fmt_19(row: Row) -> set[str]:
    sets = {
        "market_segment": {"S", "A", "U", "SMART", "ADVANCED", "UNMETERED"},
        "connection_type": {"W", "L", "H", "E", "U"},
        "energy_direction": {"I", "E", "IMPORT", "EXPORT"},
        "domestic_premises": {"T", "F", "Y", "N", "TRUE", "FALSE", "YES", "NO", "1", "0"},
    }
    return {
        item
        for item, known in sets.items()
        if item in row and not nothing(row[item]) and solid(row[item]).upper() not in known
    }


def fmt_20(row: Row) -> set[str]:
    wrong = set()
    text = row.get("postcode", "")
    if not nothing(text):
        made = " ".join("".join(" " if blank(one) else one for one in text).split()).strip("' ").upper()
        if re.fullmatch("[0-9A-Z]{5,7}", made):
            made = f"{made[:-3]} {made[-3:]}"
        if not POSTCODE.fullmatch(made):
            wrong.add("postcode")
    uprn = row.get("uprn", "")
    if not nothing(uprn) and not re.fullmatch("[1-9][0-9]{0,11}", re.sub(r"\.0+$", "", solid(uprn))):
        wrong.add("uprn")
    return wrong


def read_date(text: str) -> date | None:
    """A date as the product says it reads one, the open date included; None where there is none to read."""
    for pattern, order in (
        (r"([0-9]{1,2})[/-]([0-9]{1,2})[/-]([0-9]{4})", (2, 1, 0)),
        (r"([0-9]{4})[/-]([0-9]{1,2})[/-]([0-9]{1,2})", (0, 1, 2)),
        (r"([0-9]{4})([0-9]{2})([0-9]{2})", (0, 1, 2)),
    ):
        match = re.fullmatch(pattern, bare(text))
        if match:
            parts = [int(part) for part in match.groups()]
            try:
                return date(*(parts[place] for place in order))
            except ValueError:
                return None
    return None


def fmt_21(row: Row) -> set[str]:
    wrong = set()
    for item, text in row.items():
        if not item.endswith(("_date", "_from", "_to")) or nothing(text):
            continue
        day = read_date(text)
        if day is None:
            wrong.add(item)
        elif day.year == 9999:
            continue
        elif item != "meter_install_date" and day < date(1996, 4, 1):
            wrong.add(item)
        ahead = item in {"supply_end_date", "supply_start_date", "meter_install_date"} or item.endswith("_to")
        if day is not None and not ahead and day > AS_OF:
            wrong.add(item)
    return wrong


def fmt_22(row: Row) -> set[str]:
    lines = sorted(item for item in row if item.startswith("address_"))
    if all(nothing(row[item]) for item in lines):
        return {lines[0]}
    since = read_date(row.get("energisation_status_from", ""))
    if code(row.get("energisation_status", "")) not in {"E", "ENERGISED"} or since is None:
        return set()
    if (AS_OF - since).days <= 90:
        return set()
    return {
        item
        for item in lines
        if re.search(r"\bPLOT\b", row[item].upper())
        or (re.match(r"\s*(PL|PC)\s*[0-9]", row[item].upper()) and not POSTCODE.fullmatch(row[item].strip().upper()))
    }


RULES: dict[str, Callable[[Row], set[str]]] = {
    f"FMT-{number:02d}": globals()[f"fmt_{number:02d}"]
    for number in (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 14, 15, 17, 18, 19, 20, 21, 22)
}
