"""An endpoint that says anything at all: no page holds up the next one, and nothing of the person's own goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from freezing_hands import WalkingClock
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sync_inbox_hands import COMMENT, Desk, a_desk

from desktop.participant.model import Contact
from desktop.sync.model import Delivery
from desktop.sync.wire.feed import STATES, Item, Page

WORDS = ("submission", "state", "note", "by", "their_ref", "at", "id", "author", "text", "kind", "proposed", "table",
         "row", "column", "in_reply_to", "from", "version", "sha256", "size", "title", "withdrawn", "reason", "receipt",
         "record", "value", "source", "recipient")  # fmt: skip
TYPES = ("status", "comment", "pack", "receipt", "record", "weather", "")

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False) | st.text(max_size=12)
    | st.sampled_from([*STATES, "contacts", "participant", "milestones", "\ud800", "\x00", "0" * 64,
                       "2026-11-24T09:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z", "UUID", "COMMENT"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=5,
)  # fmt: skip
items = st.builds(
    Item,
    st.integers(0, 9),
    st.sampled_from(TYPES),
    st.sampled_from(["UUID", "COMMENT", "contacts", "x", "\ud800"]),
    st.integers(-1, 9),
    st.dictionaries(st.sampled_from(WORDS), values, max_size=10),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Desk, Delivery]]:
    made = a_desk(tmp_path_factory.mktemp("hostile") / "workspace", WalkingClock())
    with closing(made.workspace):
        made.workspace.participant.save_contact(Contact("signatory", "Ann"))
        yield made, made.queued()


def known(value: object, one: Delivery) -> object:
    """Ids that are real, so that more than the door is tried."""
    if isinstance(value, dict):
        return {key: known(inner, one) for key, inner in value.items()}
    return {"UUID": one.uuid, "COMMENT": COMMENT.format(1)}.get(value, value) if isinstance(value, str) else value


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(items, max_size=4), st.sampled_from(["first", "second"]))
def test_every_page_is_taken_and_nothing_of_the_person_is_lost(
    desk: tuple[Desk, Delivery], page: list[Item], epoch: str
) -> None:
    made, one = desk
    real = tuple(
        Item(item.seq, item.type, str(known(item.id, one)), item.version, known(dict(item.data), one))  # type: ignore[arg-type]
        for item in page
    )
    made.workspace.inbox.take_page(made.endpoint, Page(real, "next", False, epoch))
    made.workspace.inbox.offers()
    made.workspace.inbox.conflicts()
    made.workspace.inbox.outgoing_records(made.endpoint)
    assert [each.name for each in made.workspace.participant.contacts() if each.hat == "signatory"][:1] == ["Ann"]
    assert made.workspace.outbox.get(one.uuid).receipt == ""
    assert made.workspace.submissions.verify_kept(one.submission_id) == ()
    assert [each.id for each in made.workspace.reviews.comments()] == sorted(
        each.id for each in made.workspace.reviews.comments()
    )


def test_a_moment_that_cannot_be_is_now(tmp_path: Path) -> None:
    made = a_desk(tmp_path / "workspace", WalkingClock())
    with closing(made.workspace):
        one = made.queued()
        for at in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "1e400", "", None, 17):
            before = len(made.events(one))
            made.take(made.status(one, "in review", note=str(at), at=at))
            assert [event[2] for event in made.events(one)][before:] == ["2026-11-23"], at


def _nested(depth: int) -> object:
    made: object = []
    for _ in range(depth):
        made = [made]
    return made


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("record", {"record": "contacts", "version": 2**70, "value": {}}),
        ("pack", {"kind": "milestones", "version": "1", "sha256": "a" * 64, "size": 2**70}),
        ("status", {"submission": "x", "state": [[]]}),
        ("comment", {"submission": "x", "text": _nested(20_000)}),
        ("tomorrow", {"what": _nested(20_000)}),
    ],
    ids=["version", "size", "state", "depth", "depth-of-unknown"],
)
def test_one_that_cannot_be_kept_never_holds_up_the_others(tmp_path: Path, kind: str, data: dict[str, object]) -> None:
    made = a_desk(tmp_path / "workspace", WalkingClock())
    with closing(made.workspace):
        made.workspace.endpoints.set_contacts(made.endpoint, True)
        one = made.queued()
        made.take(made.item(kind, "bad", **data), made.status(one, "in review"))
        assert [event[0] for event in made.events(one)][-1] == "in review"
