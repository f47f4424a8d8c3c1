"""An invitation: the file with which an endpoint lets a laptop of a participant in, online or not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from desktop.sync.wire.protocol import UUID

FORMAT = "mhhs-desk/invitation/1"


@dataclass(frozen=True)
class Invitation:
    """All that a laptop needs. The code is used once; `jwks` are the keys to check receipts with."""

    address: str
    """https://...; '' = the endpoint can only be reached by bundles."""
    endpoint: str
    name: str
    epoch: str
    recipients: tuple[str, ...]
    participant: str
    participant_name: str
    code: str
    expires: str
    jwks: Mapping[str, Any] = field(default_factory=dict)

    def to_text(self) -> str:
        """The file."""
        return json.dumps({"format": FORMAT, **asdict(self)}, indent=2, ensure_ascii=False) + "\n"

    @staticmethod
    def read(text: str) -> Invitation:
        """Raises ValueError for what is none."""
        try:
            body = json.loads(text)
            if body.pop("format") != FORMAT or UUID.fullmatch(body["endpoint"]) is None:
                raise ValueError("it is no invitation of an endpoint")
            made = Invitation(**{**body, "recipients": tuple(body["recipients"]), "jwks": dict(body["jwks"])})
        except (KeyError, TypeError, AttributeError, RecursionError) as error:
            raise ValueError("it is no invitation of an endpoint") from error
        texts = (made.address, made.name, made.epoch, made.participant, made.participant_name, made.code, made.expires)
        if not all(isinstance(one, str) for one in (*texts, *made.recipients)):
            raise ValueError("it is no invitation of an endpoint")
        return made
