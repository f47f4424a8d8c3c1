"""Envelopes and their receipts."""

from __future__ import annotations

import threading
import uuid
from dataclasses import replace

import pytest
from sqlalchemy import select

from central.central import Central
from central.refusals import Refused
from central.tables import submission
from desktop.sync.wire import receipts
from desktop.sync.wire.envelope import to_bytes
from tests.central.core_world import both, refused, together
from tests.central_laptop import Laptop, items_of, sha


@both
def test_a_submission_gives_a_receipt_that_proves_it_and_the_same_again(central: Central, laptop: Laptop) -> None:
    files = (b'{"a":1}', b"evidence")
    made, jws = laptop.hand_over(central, files)
    found = receipts.check(jws, central.info().jwks)
    data_sha = sha(to_bytes(made))
    named = [(sha(one), len(one)) for one in files]
    receipts.proves(found, endpoint=central.info().endpoint, submission=made.id, sha256=data_sha, files=named)
    assert (found.number, found.previous, found.participant) == (1, "", "ACME")
    assert laptop.submit(central, made) == (jws, False)
    assert central.receiving.status("ACME", made.id) == {"state": "received", "their_ref": "", "receipt": jws}
    assert [one["type"] for one in items_of(central)] == ["receipt", "status"]


def test_receipts_of_a_participant_are_a_chain(central: Central, laptop: Laptop, stranger: Laptop) -> None:
    made = [laptop.hand_over(central, reference=f"R-{number}")[1] for number in range(3)]
    stranger.hand_over(central)
    read = [receipts.check(one, central.info().jwks) for one in made]
    assert [one.number for one in read] == [1, 2, 3]
    assert [one.previous for one in read] == ["", *(receipts.chain_hash(one) for one in made[:2])]


def test_files_that_are_not_there_are_named(central: Central, laptop: Laptop, stranger: Laptop) -> None:
    stranger.upload(central, b"theirs")
    laptop.upload(central, b"mine")
    slug, more = refused(laptop.submit, central, laptop.envelope((b"mine", b"theirs")))
    assert (slug, more) == ("missing-blobs", {"missing": [sha(b"theirs")]})


@pytest.mark.parametrize("database", [""])
@pytest.mark.parametrize(
    ("wrong", "detail"),
    [
        (b'{"version":' + b"7" * 5_000 + b"}", "It: 77777777777777777777… is a number of more than 16 figures."),
        (b'{"version":', "It: it is no JSON text in UTF-8."),
        (b"\xff", "It: it is no JSON text in UTF-8."),
    ],
)
def test_an_envelope_that_cannot_be_read_is_told_in_words_of_ours(
    central: Central, laptop: Laptop, wrong: bytes, detail: str
) -> None:
    with pytest.raises(Refused) as found:
        central.receiving.submit(laptop.caller, str(uuid.uuid4()), wrong, laptop.sign(wrong))
    assert (found.value.problem.slug, found.value.problem.detail) == ("invalid", detail)


def test_the_same_id_with_other_bytes_is_refused_and_the_first_kept(central: Central, laptop: Laptop) -> None:
    made, jws = laptop.hand_over(central)
    assert refused(laptop.submit, central, replace(made, title="Another"))[0] == "submission-differs"
    assert central.receiving.status("ACME", made.id)["receipt"] == jws


@both
def test_threads_that_send_the_same_submission_have_one_effect_and_one_receipt(
    central: Central, laptop: Laptop
) -> None:
    laptop.upload(central, b"x")
    made = laptop.envelope((b"x",))
    got: list[tuple[str, bool]] = []
    together(12, lambda: got.append(laptop.submit(central, made)))
    assert len({jws for jws, _ in got}) == 1
    assert sum(created for _, created in got) == 1
    assert len(items_of(central)) == 2


@both
def test_threads_of_many_laptops_number_without_gaps(central: Central, laptop: Laptop, stranger: Laptop) -> None:
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        cursor = ""
        while True:
            last = done.is_set()
            page = central.feed.page("ACME", cursor, 7)
            seen.extend(one.seq for one in page.items)
            cursor = page.next
            if last and not page.has_more:
                return

    reader = threading.Thread(target=read)
    reader.start()
    two = Laptop().enrol(central)
    numbers = iter(range(1000))

    def send() -> None:
        for who in (laptop, stranger, two):
            who.hand_over(central, reference=f"R-{next(numbers)}")

    try:
        together(5, send)
    finally:
        done.set()
        reader.join()
    assert seen == [one["seq"] for one in items_of(central)]
    assert central.audit.verify().broken_at is None
    numbers_given = [receipts.check(one["data"]["receipt"], central.info().jwks).number
                     for one in items_of(central) if one["type"] == "receipt"]  # fmt: skip
    assert numbers_given == list(range(1, 11))


@both
def test_an_id_that_another_participant_uses_is_as_good_as_any(
    central: Central, laptop: Laptop, stranger: Laptop
) -> None:
    made, jws = laptop.hand_over(central)
    stranger.upload(central, b"other")
    theirs = replace(stranger.envelope((b"other",)), id=made.id)
    second, created = stranger.submit(central, theirs)
    assert created
    assert central.receiving.status("ACME", made.id)["receipt"] == jws
    assert central.receiving.status("OTHER", made.id)["receipt"] == second
    assert stranger.submit(central, theirs) == (second, False)
    assert {one["data"]["submission"] for one in items_of(central, "OTHER")} == {made.id}
    assert [one["id"] for one in items_of(central, "OTHER")] == [made.id, made.id]
    with central.db.read() as connection:
        assert len(connection.execute(select(submission.c.id)).all()) == 2


@both
def test_what_belongs_to_another_answers_as_what_is_not_there(
    central: Central, laptop: Laptop, stranger: Laptop
) -> None:
    made, _ = laptop.hand_over(central)
    nobody = str(uuid.uuid4())
    status = central.receiving.status
    assert refused(status, "OTHER", made.id) == refused(status, "OTHER", nobody)
    withdraw = [refused(stranger.submit, central, stranger.withdrawal(one)) for one in (made.id, nobody)]
    assert withdraw[0] == withdraw[1]
    said = [
        refused(central.talk.put, stranger.caller, str(uuid.uuid4()), {"submission": one, "text": "x"})
        for one in (made.id, nobody)
    ]
    assert said[0] == said[1]
    above = {"supersedes": made.id}
    assert (
        refused(stranger.submit, central, stranger.envelope(**above))[0]
        == refused(stranger.submit, central, stranger.envelope(supersedes=nobody))[0]
    )
    assert items_of(central, "OTHER") == []


def test_an_envelope_of_another_participant_or_laptop_is_refused(
    central: Central, laptop: Laptop, stranger: Laptop
) -> None:
    stranger.upload(central, b'{"body":1}')
    laptop.upload(central, b'{"body":1}')
    assert refused(stranger.submit, central, replace(stranger.envelope(), participant="ACME"))[0] == "invalid"
    impostor = Laptop("ACME", laptop.device)
    assert refused(impostor.submit, central, impostor.envelope())[0] == "invalid"
    second = Laptop().enrol(central)
    made = laptop.envelope()
    data = to_bytes(made)
    submit = central.receiving.submit
    assert refused(submit, laptop.caller, made.id, data, second.sign(data))[0] == "invalid"
    assert refused(submit, laptop.caller, str(uuid.uuid4()), data, laptop.sign(data))[0] == "invalid"
    assert refused(submit, laptop.caller, made.id, data, "no signature")[0] == "invalid"
    assert refused(submit, laptop.caller, made.id, b"{}", laptop.sign(b"{}"))[0] == "invalid"
    assert refused(submit, laptop.caller, made.id, bytes(5 * 2**20), "x")[0] == "too-large"
    assert refused(laptop.submit, central, laptop.envelope(recipients=("XYZ",), here=("XYZ",)))[0] == "invalid"
    wrong = laptop.envelope()
    wrong = replace(wrong, attachments=(replace(wrong.attachments[0], size=11),))
    assert refused(laptop.submit, central, wrong)[1]["errors"][0]["pointer"] == "/attachments/0/size"


@both
def test_a_version_follows_the_one_that_stands(central: Central, laptop: Laptop) -> None:
    first, _ = laptop.hand_over(central)
    for other in ({}, {"version": 2}, {"version": 2, "supersedes": str(uuid.uuid4())}):
        slug, more = refused(laptop.hand_over, central, **other)
        assert slug == "reference-taken"
        assert (more["reference"], more["version"], more["title"]) == ("ACME-RTTM-0001", 1, first.title)
    assert refused(laptop.hand_over, central, version=1, supersedes=first.id)[0] == "invalid"
    second, _ = laptop.hand_over(central, version=2, supersedes=first.id)
    assert central.receiving.status("ACME", first.id)["state"] == "superseded"
    newer = {"current": second.id, "version": 2}
    assert refused(laptop.hand_over, central, version=3, supersedes=first.id) == ("superseded-base", newer)
    states = [(one["data"]["submission"], one["data"]["state"], one["version"])
              for one in items_of(central) if one["type"] == "status"]  # fmt: skip
    assert states == [(first.id, "received", 1), (second.id, "received", 1), (first.id, "superseded", 2)]


@both
def test_only_one_of_two_laptops_supersedes(central: Central, laptop: Laptop) -> None:
    first, _ = laptop.hand_over(central)
    two = Laptop().enrol(central)
    slugs: list[str] = []

    def send(who: Laptop) -> None:
        try:
            who.hand_over(central, version=2, supersedes=first.id)
            slugs.append("")
        except Refused as error:
            slugs.append(error.problem.slug)

    threads = [threading.Thread(target=send, args=(one,)) for one in (laptop, two)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(slugs) == ["", "superseded-base"]


def test_a_withdrawn_one_gives_way_to_a_higher_version(central: Central, laptop: Laptop) -> None:
    first, _ = laptop.hand_over(central)
    withdrawal = laptop.withdrawal(first.id)
    jws, created = laptop.submit(central, withdrawal)
    assert created
    assert laptop.submit(central, withdrawal) == (jws, False)
    assert central.receiving.status("ACME", first.id)["state"] == "withdrawn"
    assert refused(laptop.hand_over, central)[0] == "reference-taken"
    laptop.hand_over(central, version=2)
    assert central.receiving.status("ACME", first.id)["state"] == "withdrawn"
    assert laptop.submit(central, laptop.withdrawal(first.id))[1]
    assert refused(laptop.submit, central, laptop.withdrawal(withdrawal.id))[0] == "invalid"


@both
@pytest.mark.parametrize(
    ("where", "more"),
    [("/kind", {"kind": "k" * 41}), ("/reference", {"reference": "ü" * 201}), ("/title", {"title": "t" * 2001})],
)
def test_texts_that_no_table_holds_are_refused_and_longest_ones_taken(
    central: Central, laptop: Laptop, where: str, more: dict
) -> None:
    slug, told = refused(laptop.hand_over, central, **more)
    assert (slug, told["errors"][0]["pointer"]) == ("invalid", where)
    longest = {name: text[:-1] for name, text in more.items()}
    laptop.hand_over(central, **longest)
