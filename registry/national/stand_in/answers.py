"""A signed answer as bytes: what is sent, and for a batch what is kept and sent again unchanged."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from registry.national.http_signatures import content_digest, response_message, sign
from registry.national.protocol import JSON_TYPE, RESPONSE_COMPONENTS, TAG
from signing.keys import SigningKey


@dataclass(frozen=True)
class StoredAnswer:
    """The body and the signed fields of a 200 answer."""

    body: bytes
    fields: Mapping[str, str]


def signed_answer(body: bytes, key: SigningKey, now: datetime) -> StoredAnswer:
    """The body with the fields that make it a signed answer."""
    fields = {"content-type": JSON_TYPE, "content-digest": content_digest(body)}
    message = response_message(HTTPStatus.OK, fields.items())
    return StoredAnswer(body, {**fields, **sign(message, RESPONSE_COMPONENTS, key, now, tag=TAG)})
