"""Several endpoints that receive for one recipient are pointed out; what may be better not sent is told before."""

from __future__ import annotations

import sync_fixtures
from sync_hands import a_frozen
from sync_outbox_hands import an_endpoint

from desktop.submissions.model import EventKind
from desktop.sync.overlapping import overlaps

clock, desk = sync_fixtures.clock, sync_fixtures.desk
NAMES = {"BSC": "BSCCo (Elexon)", "REC": "REC Code Manager"}


def told(desk, number):
    return overlaps(desk.endpoints.get(number), desk.endpoints.endpoints(), NAMES)


def test_each_of_two_endpoints_says_that_the_other_receives_for_a_recipient_too(desk):
    code_body = an_endpoint(desk, "Code Body", recipients=("BSC", "REC"))
    alone = an_endpoint(desk, "Alone", recipients=("DIP",))
    assert told(desk, code_body) == ()
    by_bundles = an_endpoint(desk, "By bundles", recipients=("REC",), address="")
    rest = "a newer version to where the one before it went."
    assert told(desk, code_body) == (
        f"By bundles receives for REC Code Manager too. It goes to one of them only: what is new here, {rest}",
    )
    assert told(desk, by_bundles) == (
        f"Code Body receives for REC Code Manager too. It goes to one of them only: what is new to Code Body, {rest}",
    )
    assert told(desk, alone) == ()


def test_an_endpoint_that_is_not_used_any_more_is_nowhere_pointed_out(desk):
    first = an_endpoint(desk, "First", recipients=("REC",))
    second = an_endpoint(desk, "Second", recipients=("REC",))
    desk.endpoints.remove(second, "Moved away")
    assert told(desk, first) == ()
    assert overlaps(desk.endpoints.get(second), desk.endpoints.endpoints(removed=True), NAMES) == ()


def test_what_is_sent_says_which_endpoint_could_have_had_it_and_gets_nothing(desk):
    an_endpoint(desk, "First", recipients=("REC",))
    an_endpoint(desk, "Second", recipients=("REC",))
    (parcel,) = desk.outbox.preview(a_frozen(desk, ("REC",)))
    assert parcel.endpoint == "First"
    assert parcel.elsewhere == (
        "Second receives for REC Code Manager too. It goes to First only; for whom each receives is changed on the "
        "page Endpoints.",
    )


def test_a_newer_version_says_why_it_goes_where_the_older_went(desk):
    an_endpoint(desk, "By bundles", recipients=("REC",), address="")
    made = a_frozen(desk, ("REC",))
    desk.outbox.queue(made)
    an_endpoint(desk, "Online", recipients=("REC",))
    newer, _ = desk.submissions.new_version(made, "A figure was wrong")
    desk.submissions.freeze(newer)
    (parcel,) = desk.outbox.preview(newer)
    assert "It goes to By bundles only, which has a version of it already;" in parcel.elsewhere[0]


def test_what_a_recipient_said_is_told_before_it_is_sent(desk):
    an_endpoint(desk, recipients=("BSC", "REC"))
    made = a_frozen(desk, ("BSC", "REC"))
    assert desk.outbox.preview(made)[0].cautions == ()
    desk.submissions.say(made, EventKind.HANDED_OVER, day="2026-11-23")
    desk.submissions.say(made, EventKind.ACCEPTED, "REC", day="2026-11-23")
    assert desk.outbox.preview(made)[0].cautions == (
        "It was handed over to BSCCo (Elexon) on 23 Nov 2026: they would have it twice.",
        "REC Code Manager accepted it on 23 Nov 2026: it need not be sent again.",
    )
