"""What tests of the core share: an endpoint without HTTP, and how a refusal, a part and many threads are said."""

from __future__ import annotations

import threading

import pytest

from central.central import Central
from central.refusals import Refused
from central.settings import Settings
from central.uploads import digest_of
from tests.central_laptop import Laptop, sha

both = pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
"""For what a database may do in its own way: locks, numbers, transactions, kinds of columns."""


def opened(settings: Settings, **more: object) -> Central:
    made = Central(settings, **more)
    made.participants.add("ACME", "Acme Energy", "test")
    made.participants.add("OTHER", "Other Energy", "test")
    return made


def refused(action, *args, **more) -> tuple[str, dict]:
    with pytest.raises(Refused) as found:
        action(*args, **more)
    return found.value.problem.slug, dict(found.value.problem.more)


def part(central: Central, who: Laptop, data: bytes, offset: int, end: int, **more):
    piece = data[offset:end]
    asked = {"offset": offset, "length": len(data), "complete": end == len(data), "digest": digest_of(piece)}
    return central.uploads.append(who.participant, sha(data), **{**asked, "parts": piece, **more})


def together(number: int, action) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            action()
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=run) for _ in range(number)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert not failures, failures[0]
