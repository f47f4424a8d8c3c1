"""Files that arrive in parts."""

from __future__ import annotations

from datetime import timedelta

from central.central import Central
from central.settings import Settings
from central.uploads import digest_of
from tests.central.core_world import both, opened, part, refused, together
from tests.central.waiting import until
from tests.central_laptop import Laptop, sha
from tests.conftest import NOON


@both
def test_a_file_arrives_in_parts_and_opens_for_its_participant_only(
    central: Central, laptop: Laptop, stranger: Laptop
) -> None:
    data = bytes(range(256)) * 40
    assert central.uploads.head("ACME", sha(data)) is None
    assert part(central, laptop, data, 0, 5000).offset == 5000
    assert central.uploads.head("ACME", sha(data)).offset == 5000
    assert refused(central.uploads.open, "ACME", sha(data))[0] == "not-found"
    assert part(central, laptop, data, 5000, len(data)).complete
    assert b"".join(central.uploads.open("ACME", sha(data))) == data
    assert central.uploads.head("OTHER", sha(data)) is None
    assert refused(central.uploads.open, "OTHER", sha(data)) == refused(central.uploads.open, "OTHER", "0" * 64)
    stranger.upload(central, data)
    assert b"".join(central.uploads.open("OTHER", sha(data))) == data


def test_a_file_without_bytes_is_one(central: Central, laptop: Laptop) -> None:
    assert laptop.upload(central, b"").complete
    assert b"".join(central.uploads.open("ACME", sha(b""))) == b""


def test_a_part_at_another_place_is_told_the_right_one(central: Central, laptop: Laptop) -> None:
    data = b"0123456789"
    assert refused(part, central, laptop, data, 3, 5) == ("mismatching-upload-offset", {"offset": 0})
    part(central, laptop, data, 0, 5)
    assert refused(part, central, laptop, data, 0, 5) == ("mismatching-upload-offset", {"offset": 5})
    part(central, laptop, data, 5, 10)
    assert refused(part, central, laptop, data, 5, 10) == ("blob-complete", {"offset": 10})


def test_a_part_that_was_changed_on_the_way_leaves_nothing(central: Central, laptop: Laptop) -> None:
    data = b"0123456789"
    part(central, laptop, data, 0, 5)
    assert refused(part, central, laptop, data, 5, 10, parts=b"56788")[0] == "bad-digest"
    assert refused(part, central, laptop, data, 5, 10, digest="")[0] == "bad-request"
    assert refused(part, central, laptop, data, 5, 10, digest="md5=:AAAA:")[0] == "bad-request"
    assert central.uploads.head("ACME", sha(data)).offset == 5
    assert part(central, laptop, data, 5, 10, parts=iter([b"5", b"6789"])).complete


def test_a_file_with_other_bytes_than_its_name_starts_again(central: Central, laptop: Laptop) -> None:
    data, other = b"0123456789", b"0123456780"
    asked = {"length": 10, "complete": True, "digest": digest_of(other), "parts": other, "offset": 0}
    assert refused(central.uploads.append, "ACME", sha(data), **asked) == ("blob-digest-mismatch", {"offset": 0})
    assert central.uploads.head("ACME", sha(data)).offset == 0
    assert laptop.upload(central, data).complete


def test_sizes_are_kept_to(central: Central, laptop: Laptop) -> None:
    data = bytes(2**20 + 1)
    assert refused(part, central, laptop, data, 0, len(data)) == ("too-large", {"limit": 2**20})
    asked = {"offset": 0, "complete": False, "digest": digest_of(b"x"), "parts": b"x"}
    assert refused(central.uploads.append, "ACME", sha(data), length=2**24 + 1, **asked)[0] == "too-large"
    for wrong in ({"length": 0}, {"offset": -1, "length": 5}, {"length": -1}, {"complete": True, "length": 5}):
        slug, _ = refused(central.uploads.append, "ACME", sha(data), **{"length": 1, **asked, **wrong})
        assert slug == "bad-request"
    assert refused(central.uploads.append, "ACME", "../../etc", length=1, **asked)[0] == "bad-request"
    assert refused(part, central, laptop, b"0123456789", 0, 0)[0] == "bad-request"
    part(central, laptop, b"0123456789", 0, 2)
    assert refused(part, central, laptop, b"0123456789", 2, 5, length=11) == ("blob-length-differs", {"length": 10})


@both
def test_threads_that_send_the_same_file_make_one(central: Central, laptop: Laptop) -> None:
    data = bytes(range(256)) * 600

    together(6, lambda: laptop.upload(central, data, part=10_000))
    assert b"".join(central.uploads.open("ACME", sha(data))) == data


def test_a_large_file_is_compared_behind_while_the_laptop_asks(central: Central, laptop: Laptop) -> None:
    central.uploads._at_once = 1000
    data, bad = bytes(5000), b"x" * 5000
    assert part(central, laptop, data, 0, 5000).offset == 5000
    until(lambda: central.uploads.head("ACME", sha(data)).complete)
    asked = {"length": 5000, "complete": True, "digest": digest_of(data), "parts": data, "offset": 0}
    assert not central.uploads.append("ACME", sha(bad), **asked).complete
    until(lambda: central.uploads.head("ACME", sha(bad)).offset == 0)


@both
def test_what_was_not_touched_for_long_is_swept_unless_it_was_handed_over(settings: Settings) -> None:
    now = [NOON]
    central = opened(settings, clock=lambda: now[0])
    laptop = Laptop().enrol(central)
    laptop.hand_over(central, (b"kept",))
    laptop.upload(central, b"never handed over")
    part(central, laptop, b"unfinished", 0, 3)
    now[0] += timedelta(days=29)
    part(central, laptop, b"young", 0, 3)
    now[0] += timedelta(days=2)
    assert central.uploads.sweep() == 2
    assert b"".join(central.uploads.open("ACME", sha(b"kept"))) == b"kept"
    assert central.uploads.head("ACME", sha(b"never handed over")) is None
    assert central.uploads.head("ACME", sha(b"unfinished")) is None
    assert central.uploads.head("ACME", sha(b"young")).offset == 3
    central.close()
