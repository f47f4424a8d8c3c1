"""Codes, laptops and participants: who may send."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from central.central import Central
from central.settings import Settings
from desktop.sync.wire import envelope as wire
from desktop.sync.wire import receipts
from tests.central.core_world import both, opened, refused
from tests.central_laptop import Laptop
from tests.conftest import NOON


@both
def test_the_same_code_and_key_enrol_again_with_the_same_answer(central: Central) -> None:
    laptop = Laptop()
    code = central.devices.invite("ACME", "test").code
    first = central.devices.enrol(laptop.device, laptop.enrolment(code))
    typed = code.lower().replace("-", " ")
    assert central.devices.enrol(laptop.device, laptop.enrolment(typed)) == first
    assert central.devices.caller(first["token"]) == replace(laptop.caller, participant_name="Acme Energy")
    assert first["endpoint"] == central.info().endpoint
    assert code not in str(central.audit.entries())
    assert first["token"] not in str(central.audit.entries())


def test_a_code_lets_one_laptop_in_once(central: Central, laptop: Laptop) -> None:
    code = central.devices.invite("ACME", "test").code
    laptop_two = Laptop()
    central.devices.enrol(laptop_two.device, laptop_two.enrolment(code))
    for other in (Laptop(), Laptop(device=laptop_two.device)):
        assert refused(central.devices.enrol, other.device, other.enrolment(code))[0] == "bad-code"
    assert refused(central.devices.enrol, laptop.device, laptop.enrolment("AAAAA"))[0] == "bad-code"


def test_a_code_ends_after_its_days(settings: Settings) -> None:
    now = [NOON]
    central = opened(settings, clock=lambda: now[0])
    laptop, late = Laptop(), Laptop()
    code = central.devices.invite("ACME", "test", days=1).code
    second = central.devices.invite("ACME", "test", days=1).code
    answer = central.devices.enrol(laptop.device, laptop.enrolment(code))
    now[0] += timedelta(days=1)
    assert refused(central.devices.enrol, late.device, late.enrolment(second))[0] == "bad-code"
    assert central.devices.enrol(laptop.device, laptop.enrolment(code)) == answer
    central.close()


def test_a_uuid_of_another_participants_laptop_is_as_good_as_any(central: Central, laptop: Laptop) -> None:
    thief, free = Laptop("OTHER", device=laptop.device), Laptop("OTHER")
    code, another = (central.devices.invite("OTHER", "test").code for _ in range(2))
    made = central.devices.enrol(thief.device, thief.enrolment(code))
    assert set(made) == set(central.devices.enrol(free.device, free.enrolment(another)))
    assert central.devices.enrol(thief.device, thief.enrolment(code)) == made
    assert central.devices.caller(laptop.token).participant == "ACME"
    caller = central.devices.caller(made["token"])
    assert (caller.participant, caller.signs_as) == ("OTHER", laptop.device)
    assert caller.device != laptop.device
    thief.upload(central, b"theirs")
    sent = thief.envelope((b"theirs",))
    data = wire.to_bytes(sent)
    receipt, _ = central.receiving.submit(caller, sent.id, data, thief.sign(data))
    assert receipts.check(receipt, central.info().jwks).participant == "OTHER"
    later = central.devices.invite("OTHER", "test").code
    token = central.devices.enrol(thief.device, thief.enrolment(later))["token"]
    assert central.devices.caller(token).device == caller.device
    assert [one.participant for one in central.devices.all() if one.uuid == laptop.device] == ["ACME"]
    laptop.hand_over(central)


@both
def test_a_revoked_laptop_may_do_nothing_and_a_new_code_lets_it_in_again(central: Central, laptop: Laptop) -> None:
    code = central.devices.invite("ACME", "test").code
    second = Laptop()
    answer = central.devices.enrol(second.device, second.enrolment(code))
    central.devices.revoke(second.device, "lost", "test")
    assert refused(central.devices.caller, answer["token"])[0] == "forbidden"
    assert refused(central.devices.enrol, second.device, second.enrolment(code))[0] == "bad-code"
    assert refused(second.hand_over, central)[0] == "forbidden"
    second.enrol(central)
    assert central.devices.caller(second.token).device == second.device
    assert refused(central.devices.caller, answer["token"])[0] == "sign-in"
    second.hand_over(central)


def test_a_suspended_participant_may_do_nothing_until_it_is_let_go_on(central: Central, laptop: Laptop) -> None:
    central.participants.suspend("ACME", "fees", "test")
    assert refused(central.devices.caller, laptop.token)[0] == "forbidden"
    assert refused(laptop.hand_over, central)[0] == "forbidden"
    central.participants.resume("ACME", "test")
    assert central.devices.caller(laptop.token).device == laptop.device


@pytest.mark.parametrize("token", ["", "x", "\ud800", "x" * 5000])
def test_what_is_no_token_is_nobody(central: Central, token: str) -> None:
    assert refused(central.devices.caller, token)[0] == "sign-in"


@pytest.mark.parametrize(
    "wrong", [{"public_key": "AAAA"}, {"public_key": 5}, {"code": None}, {"name": "x" * 300}, {"app": "\x00"}]
)
def test_an_enrolment_that_is_none_says_where(central: Central, wrong: dict) -> None:
    laptop = Laptop()
    slug, more = refused(central.devices.enrol, laptop.device, {**laptop.enrolment("A" * 20), **wrong})
    assert slug == "invalid"
    assert more["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


@pytest.mark.parametrize("name", ["", "..", "a/b", "acme", "A" * 41, "ACME ", "À"])
def test_a_participant_has_an_id_that_is_safe_everywhere(central: Central, name: str) -> None:
    assert refused(central.participants.add, name, "Somebody", "test")[0] == "invalid"
