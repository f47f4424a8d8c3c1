"""Rules that compare the distributor of an MPAN with the distributor and the GSP group that its row states."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import polars as pl

from desktop.cleanse.check import KeyColumns, RuleContext
from desktop.cleanse.judged import GSP_GROUPS, live_distributors
from desktop.cleanse.lines import lines, no_lines
from desktop.cleanse.mpan_arithmetic import check_digit_holds, distributor_id
from desktop.cleanse.standing import column_of, live_on

GROUPS_TABLE = "GSP_Group_Distributor"
_FILLER_WORDS = frozenset({"ltd", "limited", "plc", "the", "company", "co", "and"})
"""Words of company names that people leave out or write otherwise."""
_SHORT_WORDS = {"elec": "electricity", "dist": "distribution"}


def stated_distributor_differs(keys: KeyColumns, ctx: RuleContext) -> pl.DataFrame:
    """XFD-01: the distributor column names another distributor than the first two digits of the MPAN."""
    distributors = live_distributors(ctx)
    frame = keys.frame("mpan", "distributor").drop_nulls()
    frame = frame.with_columns(id=distributor_id(pl.col("mpan"))).filter(pl.col("id").is_in(list(distributors)))
    pairs = frame.select("id", "distributor").unique()
    wrong = [
        (number, stated, distributors[number]["mpid"])
        for number, stated in pairs.iter_rows()
        if _names_another(stated, number, distributors)
    ]
    if not wrong:
        return no_lines()
    schema = {"id": pl.Int64, "distributor": pl.String, "mpid": pl.String}
    found = _genuine(frame.join(pl.DataFrame(wrong, schema=schema, orient="row"), on=["id", "distributor"]))
    prefix = pl.col("id").cast(pl.String).str.zfill(2)
    message = pl.format("The MPAN begins with {}, which is {}, but the distributor is given as {}.",
                        prefix, pl.col("mpid"), pl.col("distributor"))  # fmt: skip
    return lines(found, "distributor", message, pl.col("mpid"))


def _genuine(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose check digit holds: where it does not, the first two digits are not to be trusted either."""
    return rows.filter(check_digit_holds(pl.col("mpan")))


def _names_another(stated: str, number: int, distributors: Mapping[int, Mapping[str, Any]]) -> bool:
    """Whether the text is the MPID or name of another distributor, or a 4-letter MPID that is not this one's."""
    own = distributors[number]
    # "Eastern Power Networks (EPN)" is the name with a short form behind it.
    forms = {plain_name(stated), plain_name(re.sub(r"\([^()]*\)\s*$", "", stated))}
    if forms & _names(own):
        return False
    if any(forms & _names(other) for key, other in distributors.items() if key != number):
        return True
    return re.fullmatch(r"[A-Z]{4}", stated.strip()) is not None


def _names(distributor: Mapping[str, Any]) -> set[str]:
    """The texts by which a distributor is known: its id, its MPID and its name."""
    return {plain_name(str(distributor["mpid"])), plain_name(str(distributor["name"])), str(distributor["id"])}


def plain_name(text: str) -> str:
    """A company name for comparing: lower case, without punctuation and small words, elec and dist written out."""
    words = re.sub(r"[^a-z0-9]+", " ", text.lower().replace("'", "")).split()
    kept = [_SHORT_WORDS.get(word, word) for word in words if word not in _FILLER_WORDS]
    return " ".join(kept or words)


def gsp_group_not_open(keys: KeyColumns, ctx: RuleContext) -> pl.DataFrame:
    """XFD-02: the GSP group is not among those of the distributor that issued the MPAN."""
    open_groups = groups_by_distributor(ctx)
    frame = keys.frame("mpan", "gsp_group").drop_nulls()
    frame = frame.with_columns(id=distributor_id(pl.col("mpan")))
    frame = frame.filter(pl.col("id").is_in(list(open_groups)) & pl.col("gsp_group").is_in(GSP_GROUPS))
    pairs = frame.select("id", "gsp_group").unique()
    wrong = [
        (number, group, ", ".join(sorted(open_groups[number])))
        for number, group in pairs.iter_rows()
        if group not in open_groups[number]
    ]
    if not wrong:
        return no_lines()
    schema = {"id": pl.Int64, "gsp_group": pl.String, "open": pl.String}
    found = _genuine(frame.join(pl.DataFrame(wrong, schema=schema, orient="row"), on=["id", "gsp_group"]))
    message = pl.format(
        "Distributor {} does not work in GSP group {}.", pl.col("id").cast(pl.String).str.zfill(2), pl.col("gsp_group")
    )
    return lines(found, "gsp_group", message, pl.format("One of: {}", pl.col("open")))


def groups_by_distributor(ctx: RuleContext) -> dict[int, frozenset[str]]:
    """Distributor id to its GSP groups on the day: from the industry table when loaded, else from the code list.

    A distributor of which neither knows a group is left out: it is not judged.
    """
    distributors = live_distributors(ctx)
    listed = {number: frozenset(entry.get("gsp_groups") or ()) for number, entry in distributors.items()}
    loaded = _groups_by_mpid(ctx)
    if loaded is not None:
        listed = {number: loaded.get(str(entry["mpid"]), frozenset()) for number, entry in distributors.items()}
    return {number: groups for number, groups in listed.items() if groups}


def _groups_by_mpid(ctx: RuleContext) -> dict[str, frozenset[str]] | None:
    """The industry table's pairs in force, by MPID; None where the table is not loaded or lacks the columns."""
    table = ctx.standing.get(GROUPS_TABLE)
    if table is None:
        return None
    group = column_of(table, "gsp", "group", "id")
    mpid = column_of(table, "mpid") or column_of(table, "participant", "id")
    if group is None or mpid is None:
        return None
    live = live_on(table, ctx.as_of).select(
        pl.col(mpid).str.strip_chars().str.to_uppercase().alias("mpid"),
        pl.col(group).str.strip_chars().str.to_uppercase().alias("group"),
    )
    pairs = live.group_by("mpid").agg(pl.col("group").unique())
    return {name: frozenset(groups) for name, groups in pairs.iter_rows()}


def gsp_group_note(keys: KeyColumns, ctx: RuleContext) -> str:
    """What XFD-02 could not judge: distributors in the file whose GSP groups are not known."""
    known = groups_by_distributor(ctx)
    unknown = [number for number in live_distributors(ctx) if number not in known]
    if not unknown:
        return ""
    rows = keys.frame("mpan", "gsp_group").drop_nulls()
    rows = _genuine(rows.filter(distributor_id(pl.col("mpan")).is_in(unknown)))
    there = rows.select(distributor_id(pl.col("mpan")).unique().sort()).to_series().to_list()
    if not there:
        return ""
    if len(there) == 1:
        return f"distributor {there[0]:02d}, whose GSP groups are not in the list."
    return f"distributors {', '.join(f'{number:02d}' for number in there)}, whose GSP groups are not in the list."
