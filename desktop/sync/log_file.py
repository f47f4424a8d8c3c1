"""The log of sync, to read and as a file for support: no tokens, no MPANs, no paths of the person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from desktop import __version__
from desktop.excel.saving import replacing
from desktop.report.privacy import MpanChoice, masked_words
from desktop.submissions.reading import moment
from desktop.sync.model import Endpoint, LogLine
from desktop.sync.redaction import redacted
from local_db.sync_log import LogRow

_LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


def lines_of(found: Iterable[LogRow]) -> tuple[LogLine, ...]:
    """Lines as they are shown."""
    return tuple(
        LogLine(moment(one.at) or _LONG_AGO, one.endpoint, one.item, one.event, one.detail, one.request_id)
        for one in found
    )


def write(path: Path, lines: Iterable[LogLine], endpoints: Iterable[Endpoint], at: datetime) -> None:
    """Write the file, oldest line first; details are masked and redacted. Raises NotSaved."""
    with replacing(path) as file:
        said = [f"Log of sync, MHHS Desk {__version__}, written {at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"]
        for one in endpoints:
            protocol = "-".join(str(each) for each in one.protocol) if one.protocol else "never spoken to"
            said.append(f"Endpoint {one.name}: id {one.uuid}, protocol {protocol}, tries in vain {one.tries}")
        said.append("time\tendpoint\titem\tevent\tdetail\trequest")
        file.write("\n".join(masked(one) for one in said).encode() + b"\n")
        for line in lines:
            cells = (
                f"{line.at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ}", masked(line.endpoint), line.item,
                masked(line.event), masked(line.detail), line.request_id,
            )  # fmt: skip
            file.write("\t".join(" ".join(cell.split()) for cell in cells).encode() + b"\n")


def masked(text: str) -> str:
    """Without tokens and the person's folder; long numbers to their last four digits."""
    return masked_words(redacted(text), MpanChoice.LAST_FOUR)
