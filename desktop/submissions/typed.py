"""What a person typed about a submission, as it leaves: masked as all that it says, by its choice of personal data.

Title, covering note and reason; comments with their answers; the names of recipients' files. The workspace keeps them
as they were typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from desktop.report.privacy import MpanChoice, masked_words
from desktop.submissions.content import Content, Row, Table
from desktop.submissions.kinds.masking import Masking
from desktop.submissions.model import Submission

_KEY = 2
"""Place of the row key in a row of the comments log."""
_BLOCK = 32_768


def masked_submission(one: Submission) -> Submission:
    """A draft as it says who hands over what and why."""
    choice, details = one.details.mpan_choice, one.details
    if choice is MpanChoice.FULL:
        return one
    title, covering = masked_words(details.title, choice), masked_words(details.covering, choice)
    return replace(
        one, details=replace(details, title=title, covering=covering), reason=masked_words(one.reason, choice)
    )


def masked_log(lines: Iterable[tuple[str, ...]], masking: Masking) -> tuple[tuple[str, ...], ...]:
    """Rows of the comments log. A row's key is masked as the tables mask it, so that it finds its row."""
    made = []
    for line in lines:
        cells = masking.column(line)
        cells[_KEY] = masking.keys([line[_KEY]])[0]
        made.append(tuple(cells))
    return tuple(made)


def masked_table_keys(content: Content, masking: Masking) -> Content:
    """An earlier version that showed more, to compare by keys: its keys as a newer one masks them."""
    if masking.full:
        return content

    def with_keys(table: Table) -> Table:
        def rows() -> Iterator[Row]:
            left = table.rows()
            while block := list(islice(left, _BLOCK)):
                keys = masking.keys([str(row[0]) for row in block])
                yield from ((key, *row[1:]) for key, row in zip(keys, block, strict=True))

        return replace(table, rows=rows)

    evidence = tuple(replace(one, ref=masking.words(one.ref)) for one in content.evidence)
    position = tuple((masking.words(item), detail) for item, detail in content.position)
    return replace(
        content, tables=tuple(with_keys(one) for one in content.tables), evidence=evidence, position=position
    )
