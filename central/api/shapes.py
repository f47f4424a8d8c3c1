"""The bodies of requests and answers, for the published document and the first check of what comes in.

What an envelope may hold is said by desktop/sync/wire/envelope.py; it comes as bytes, for its bytes are signed.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import Path
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from desktop.sync.wire.protocol import SHA256, UUID

_UUID = f"^{UUID.pattern}$"
_SHA256 = f"^{SHA256.pattern}$"
NO_NUL = r"^[^\x00]*$"
"""PostgreSQL keeps no NUL character in a text."""


def _every_text(value: Any, depth: int = 0) -> Any:
    """Raises ValueError for a NUL, half a surrogate pair, or a nest that is too deep, anywhere in a JSON value."""
    if depth > 20:
        raise ValueError("it is nested too deeply")
    if isinstance(value, str):
        if "\x00" in value:
            raise ValueError("it holds a NUL character")
        try:
            value.encode()
        except UnicodeEncodeError as error:
            raise ValueError("it holds half a character") from error
    elif isinstance(value, dict):
        for key, one in value.items():
            _every_text(key, depth + 1)
            _every_text(one, depth + 1)
    elif isinstance(value, list):
        for one in value:
            _every_text(one, depth + 1)
    return value


Uuid = Annotated[str, Path(pattern=_UUID, description="A uuid in small figures, made by the client.")]
Hash = Annotated[str, Path(pattern=_SHA256, description="SHA-256 in small hexadecimal figures.")]
Json = Annotated[dict[str, Any], AfterValidator(_every_text)]


Short = Annotated[str, StringConstraints(max_length=40, pattern=NO_NUL)]
Name = Annotated[str, StringConstraints(max_length=200, pattern=NO_NUL)]
RowKey = Annotated[str, StringConstraints(max_length=1_000, pattern=NO_NUL)]
Long = Annotated[str, StringConstraints(max_length=10_000, pattern=NO_NUL)]
Said = Annotated[str, StringConstraints(min_length=1, max_length=10_000, pattern=NO_NUL)]


class Shape(BaseModel):
    """Of a request: nothing is passed over."""

    model_config = ConfigDict(extra="forbid", strict=True)


class Answer(BaseModel):
    """Of an answer: later versions may add fields."""


class ProblemBody(Answer):
    """RFC 9457, with `retry` (auto, user, endpoint) and members of its kind."""

    model_config = ConfigDict(extra="allow", title="Problem")
    type: str
    title: str
    status: int
    detail: str
    retry: Annotated[str, Field(pattern="^(auto|user|endpoint)$")]


class ProtocolRange(Answer):
    """The lowest and the highest version."""

    min: int
    max: int


class LimitsBody(Answer):
    """Sizes in bytes."""

    part: int
    blob: int
    envelope: int
    attachments: int
    unfinished_days: int


class InfoBody(Answer):
    """What an endpoint says of itself."""

    endpoint: str
    name: str
    epoch: str
    time: str
    protocol: ProtocolRange
    formats: list[str]
    recipients: list[str]
    limits: LimitsBody
    jwks: dict[str, Any]


class Enrolment(Shape):
    """Of a laptop, with the one-time code of an invitation."""

    code: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=NO_NUL)]
    public_key: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")] = Field(
        description="Ed25519, 32 bytes in base64."
    )
    name: Name
    app: Annotated[str, StringConstraints(max_length=80, pattern=NO_NUL)] = ""


class Enrolled(Answer):
    """What it works with from now on. `token` is the bearer token of every other call."""

    participant: str
    participant_name: str
    token: str
    endpoint: str
    epoch: str
    jwks: dict[str, Any]
    recipients: list[str]


class ChangeItem(Answer):
    """One change; `data` by its type: desktop/sync/wire/feed.py."""

    seq: int
    type: str
    id: str
    version: int
    data: dict[str, Any]


class ChangesPage(Answer):
    """Some changes, and where the next ones start."""

    items: list[ChangeItem]
    next: str
    has_more: bool
    epoch: str


class ReceiptBody(Answer):
    """The compact JWS of desktop/sync/wire/receipts.py, for the submission of that id."""

    submission: str
    receipt: str


class StatusBody(Answer):
    """Where it stands, and its receipt."""

    submission: str
    state: str
    their_ref: str
    receipt: str


class CommentBody(Shape):
    """An answer in a review. Of a row: its table, key and column; of the whole: none."""

    submission: Annotated[str, StringConstraints(pattern=_UUID)]
    text: Said
    author: Name = ""
    kind: Short = ""
    proposed: Long = ""
    table: Name = ""
    row: RowKey = ""
    column: Name = ""
    in_reply_to: Annotated[str, StringConstraints(pattern=rf"^({UUID.pattern})?$")] = ""


class CommentMade(Answer):
    """When it was said."""

    id: str
    at: str


class RecordBody(Answer):
    """A record and its version."""

    record: str
    version: int
    value: dict[str, Any]


class RecordWanted(Shape):
    """What it shall be."""

    value: Json


class RecordMade(Answer):
    """The version that stands now."""

    record: str
    version: int


class DecisionBody(Shape):
    """What a reviewer says of a submission."""

    submission: Annotated[str, StringConstraints(pattern=_UUID)]
    state: Annotated[str, StringConstraints(pattern="^(in review|changes requested|accepted)$")]
    seen: Annotated[int, Field(ge=0, lt=2**31, description="The `state_version` that was looked at.")]
    note: Long = ""
    their_ref: Name = ""


class Health(Answer):
    """Whether the service works."""

    status: str
