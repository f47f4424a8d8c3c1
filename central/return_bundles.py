"""What goes back to a laptop that is never online: receipts, changes, content packs, the answer to its enrolment.

Signed by the endpoint; it never holds a token.
"""

from __future__ import annotations

import json
import os
import uuid as uuids
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from central.blobs.durable import sync_folder
from central.clock import moment
from central.points import reach
from central.refusals import Refused
from central.tables import receipt, submission
from desktop.sync.wire import bundle as wire
from desktop.sync.wire.feed import PACK, Page
from desktop.sync.wire.receipts import sign_bytes

if TYPE_CHECKING:
    from central.central import Central

_PAGE = 1_000


def write(central: Central, row: Row[Any], folder: Path) -> Path:
    """Write it for the laptop of that row into a folder; gives the file. Whole, or not there."""
    after, pages = _pages(central, row)
    now = moment(central.clock())
    entries = [
        wire.small("enrolment.json", _text(_answer(central, row))),
        wire.small("info.json", _text(central.info().as_json())),
        *_receipts(central, row.participant),
        *(wire.small(f"changes/{number:06d}.json", _text(page.as_json())) for number, page in enumerate(pages)),
        *_packs(central, pages),
    ]
    header = wire.Header(
        str(uuids.uuid4()), wire.RETURN, central.identity.uuid, row.participant, row.own_uuid or row.uuid,
        1, 1, now, after,
    )  # fmt: skip
    name = f"{row.participant}-return-{now[:10]}-{header.id[:8]}"
    fresh, target = folder / f"{name}.unfinished", folder / f"{name}{wire.ENDING}"
    signing = central.keys.signing()

    def sign(manifest: bytes) -> str:
        return sign_bytes(wire.fingerprint(manifest), signing.private, signing.id, wire.RETURN_TYPE)

    try:
        with fresh.open("xb") as file:
            wire.write(file, name, header, entries, sign)
            file.flush()
            os.fsync(file.fileno())
        reach("return-written")
        fresh.replace(target)
    except Exception:
        fresh.unlink(missing_ok=True)
        raise
    sync_folder(folder)
    return target


def _pages(central: Central, row: Row[Any]) -> tuple[str, list[Page]]:
    """Changes after the cursor that the laptop had; from the start when that is not known any more."""
    feed = central.feed
    after = row.cursor
    try:
        page = feed.page(row.participant, after, _PAGE)
    except Refused:
        after = ""
        page = feed.page(row.participant, after, _PAGE)
    pages = [page]
    while page.has_more:
        page = feed.page(row.participant, page.next, _PAGE)
        pages.append(page)
    return after, pages


def _receipts(central: Central, participant: str) -> list[wire.Entry]:
    """All of the participant: a laptop may be enrolled anew, and knows by one that lacks that it was lost here."""
    query = (
        select(submission.c.envelope, receipt.c.jws)
        .join(receipt, receipt.c.submission == submission.c.id)
        .where(submission.c.participant == participant)
        .order_by(receipt.c.number)
    )
    with central.db.read() as connection:
        return [wire.small(f"receipts/{one.envelope}.jws", one.jws.encode()) for one in connection.execute(query)]


def _packs(central: Central, pages: list[Page]) -> list[wire.Entry]:
    wanted = {one.id for page in pages for one in page.items if one.type == PACK and not one.data.get("withdrawn")}
    return [wire.small(f"packs/{one}", central.packs.data(one)) for one in sorted(wanted)]


def _answer(central: Central, row: Row[Any]) -> dict[str, Any]:
    who = central.participants.get(row.participant)
    info = central.info()
    return {
        "participant": who.id,
        "participant_name": who.name,
        "endpoint": info.endpoint,
        "epoch": info.epoch,
        "recipients": list(info.recipients),
    }


def _text(body: object) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode()
