"""What evidence can prove of the cleanse: findings by their names.

Names of targets leave with workbooks and lists of evidence, and an MPAN is personal data: a finding is called by its
check and the last four digits of its MPAN, never by the whole number. A search may give all thirteen digits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from desktop.cleanse.catalogue import all_checks
from desktop.cleanse.history import unpacked
from desktop.evidence.model import TargetName
from local_db import findings as finding_rows
from local_db.connection import Store

_READ = ["fingerprint", "check_id", "mpan"]


class FindingTargets:
    """The names of findings, those that went included; their id is the fingerprint."""

    def __init__(self, store: Store) -> None:
        """Nothing is read before it is asked for."""
        self._store = store

    def names(self, ids: Sequence[int]) -> Mapping[int, TargetName]:
        """How these are called; fingerprints that are not known (any more) are left out."""
        if not ids:
            return {}
        connection = self._store.read()
        found: dict[int, TargetName] = {}
        for parts in (finding_rows.present_parts, finding_rows.gone_parts):
            wanted = [one for one in dict.fromkeys(ids) if one not in found]
            if wanted:
                rows = unpacked(parts(connection), _READ)
                rows = rows.filter(pl.col("fingerprint").is_in(wanted)) if rows.height else rows
                found.update({int(number): _name(check, mpan) for number, check, mpan in rows.select(_READ).rows()})
        return found

    def find(self, text: str, limit: int) -> Sequence[tuple[int, TargetName]]:
        """Findings that are there, in reading order: each word has to stand in check id, its title or the MPAN."""
        rows = unpacked(finding_rows.present_parts(self._store.read()), _READ)
        if not rows.height:
            return []
        titles = {check.id: check.title.lower() for check in all_checks()}
        checks = rows["check_id"].cast(pl.String)
        searched = rows.select(
            text=pl.concat_str(
                pl.lit(checks).str.to_lowercase(), pl.lit(checks.replace(titles)), "mpan", separator=" "
            )
        )["text"]  # fmt: skip
        kept = pl.repeat(True, rows.height, dtype=pl.Boolean, eager=True)
        for word in text.lower().split():
            kept &= searched.str.contains(word, literal=True)
        shown = rows.select(_READ).filter(kept).head(limit).rows()
        return [(int(number), _name(check, mpan)) for number, check, mpan in shown]


def _name(check_id: str, mpan: str) -> TargetName:
    title = next((check.title for check in all_checks() if check.id == check_id), check_id)
    digits = "".join(one for one in mpan if one.isdigit())
    return TargetName(f"{check_id} …{digits[-4:]}" if digits else check_id, title)
