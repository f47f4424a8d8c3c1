"""The published OpenAPI document against the running service: what it says is what is sent, and nothing breaks it.

Schemathesis makes the requests, right ones and wrong ones, signed in as a laptop and as an administrator in turn.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.openapi import from_path

from central.people import ADMINISTRATOR
from desktop.sync.wire.protocol import PART_TYPE
from tests.central_sender import File, Laptop
from tests.central_server import Running

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "central-openapi.json"
EXAMPLES = 8
"""Of each call."""


def pages() -> ModuleType:
    spec = importlib.util.spec_from_file_location("make_central_openapi", ROOT / "docs" / "make_central_openapi.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


def test_the_published_document_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == pages().document(), "run docs/make_central_openapi.py"


@pytest.fixture(scope="module")
def bearers(server: Running) -> dict[str, str]:
    """Tokens by the name of the security scheme."""
    laptop = Laptop(server.address)
    laptop.enrol(server.invite())
    laptop.hand_over([File(b"{}")])
    server.central.people.add("sam", ADMINISTRATOR, "correct-horse-staple-7", "test")
    return {"device": laptop.enrolled["token"], "person": server.central.people.make_token("sam", 1)}


@schemathesis.serializer(PART_TYPE)
def part(_context: object, value: object) -> bytes:
    """The bytes of a part, as they were made."""
    return value.data if hasattr(value, "data") else str(value).encode()


schema = from_path(PAGE)
schema.config.generation.allow_extra_parameters = False  # what we do not know of a query is passed over
checks = schema.config.checks
# A protocol that is spoken no more is told in a way of its own.
checks.negative_data_rejection.expected_statuses = [*checks.negative_data_rejection.expected_statuses, "426"]
# What fits the document may still not fit the state: a cursor, a version, a digest, a text that is no content pack.
checks.positive_data_acceptance.expected_statuses = [
    *checks.positive_data_acceptance.expected_statuses, "400", "410", "412", "413", "422",
]  # fmt: skip


@schema.parametrize()
@settings(max_examples=EXAMPLES, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_call_answers_as_it_is_declared(
    case: schemathesis.Case, server: Running, bearers: dict[str, str]
) -> None:
    schemes = [name for one in case.operation.definition.raw.get("security", []) for name in one]
    headers = {"Authorization": f"Bearer {bearers[schemes[0]]}"} if schemes else {}
    case.call_and_validate(base_url=server.address, headers=headers)
