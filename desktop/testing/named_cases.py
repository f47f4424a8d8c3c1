"""Which known test case a test means that gives no id: the one that is named in its name, or has its title.

Test tools rarely write an id of its own; people put it into the name: `TC-001 gain`, `test_TC_001_gain`, `test_tc001`.
Decided here:

- An id counts as a whole word, without case, dashes, underscores and blanks; between two digits such a mark counts, for
  TC-1-2 is not TC-12. It must have a letter and a digit: "1" or "gain" stands in a name for other reasons.
- What goes on before or behind with a dash or a point is a longer id: NON-FUNC-1 is not FUNC-1, TC-1.2 not TC-1.
- Two cases in one name, or two cases whose ids are the same so, mean none.
- A title counts when one case only has it, without case. That of a case which a test report brought (its id ends in
  the name of the test) does not: tests of one name in two classes are two.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from desktop.records.rows import Record
from desktop.testing.model import Status

_MARKS = re.compile(r"[-_\s]+")
_BETWEEN = re.compile(r"(\d)[-_\s]+(?=\d)")
_LONGEST = 200
_TOLD = 5
_WORST = (Status.FAILED, Status.BLOCKED, Status.NOT_RUN, Status.PASSED, Status.NOT_APPLICABLE)


@dataclass
class NamedCases:
    """Finds the case of a name, and keeps what was found to be told."""

    by_id: Mapping[str, str]
    """Folded id to the id; '' where several are the same so."""
    by_title: Mapping[str, str]
    longest: int
    in_names: list[tuple[str, str]] = field(default_factory=list)
    """Name and the id in it."""
    by_titles: list[tuple[str, str]] = field(default_factory=list)

    @staticmethod
    def of(cases: Iterable[tuple[str, str]]) -> NamedCases:
        """`cases`: ids and titles."""
        ids: dict[str, str] = {}
        titles: dict[str, str] = {}
        for key, title in cases:
            folded = _folded(key)
            if any(one.isdigit() for one in folded) and any(one.isalpha() for one in folded):
                ids[folded] = "" if folded in ids else key
            name = _title(title)
            if name and not _title(key).endswith(f".{name}"):
                titles[name] = "" if name in titles else key
        return NamedCases(ids, titles, max(map(len, ids), default=0))

    def case_of(self, name: str) -> str:
        """The id of the case that is meant, noted to be told; '' when none is, or it is not sure which."""
        titled = self.by_title.get(_title(name), "")
        named = self._in(name)
        if len(named | ({titled} if titled else set())) != 1 or "" in named:
            return ""
        key = titled or next(iter(named))
        (self.by_titles if titled else self.in_names).append((name, key))
        return key

    def notes(self) -> list[str]:
        """In sentences."""
        notes = []
        one, many = "is taken as a result of the case", "are taken as results of the cases"
        for pairs, single, plural in (
            (self.in_names, f"test {one} named in it", f"tests {many} named in them"),
            (self.by_titles, f"test {one} that has its name as title", f"tests {many} that have their names as titles"),
        ):
            if not pairs:
                continue
            shown = "; ".join(f"“{name[:80]}” is {key}" for name, key in pairs[:_TOLD])
            more = f"; and {len(pairs) - _TOLD:,} more" if len(pairs) > _TOLD else ""
            notes.append(f"{len(pairs):,} {single if len(pairs) == 1 else plural}: {shown}{more}.")
        return notes

    def _in(self, name: str) -> set[str]:
        """Ids that stand in a name, the longer of two that overlap; '' for one that several cases have."""
        text = name[:_LONGEST]
        words = [match.span() for match in re.finditer(r"[^\W_]+", text)]
        found: list[tuple[int, int, str]] = []
        for at, (start, _) in enumerate(words):
            if re.search(r"\w[-.]$", text[:start]):
                continue
            for _, end in words[at:]:
                folded = _folded(text[start:end])
                if len(folded) > self.longest:
                    break
                if folded in self.by_id and not re.match(r"[-.]\d", text[end:]):
                    found.append((start, end, self.by_id[folded]))
        return {
            key
            for start, end, key in found
            if not any(a <= start and end <= b and (a, b) != (start, end) for a, b, _ in found)
        }


def worst_of(records: Sequence[Record], key: str) -> Record:
    """Several tests of one case as one result: the worst, with a message that says how many there were."""
    order = {status.value: place for place, status in enumerate(_WORST)}
    statuses = [one.values.get("status", Status.NOT_RUN.value) for one in records]
    worst = records[min(range(len(records)), key=lambda at: order[statuses[at]])]
    told = ", ".join(f"{statuses.count(one)} {one.lower()}" for one in order if one in statuses)
    says = [
        (one.values.get("title", one.key), one.values.get("message") or one.values.get("reason")) for one in records
    ]
    message = "\n".join([f"{len(records)} tests: {told}.", *(f"{name}: {text}" for name, text in says if text)])
    values = {**worst.values, "title": key, "message": message}
    if days := [day for one in records if (day := one.values.get("executed"))]:
        values["executed"] = max(days)
    if seconds := [float(text) for one in records if (text := one.values.get("seconds"))]:
        values["seconds"] = repr(sum(seconds))
    if worst.values.get("status", Status.NOT_RUN.value) == Status.NOT_RUN.value:
        values.pop("executed", None)
    asked = tuple(dict.fromkeys(one for record in records for one in record.keys.get("requirements", ())))
    return replace(worst, values=values, keys={**worst.keys, "requirements": asked} if asked else worst.keys)


def _folded(text: str) -> str:
    return _MARKS.sub("", _BETWEEN.sub("\\1\0", text.strip().casefold())).replace("\0", "-")


def _title(text: str) -> str:
    return " ".join(text.split()).casefold()
