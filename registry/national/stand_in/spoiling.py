"""An answer made wrong: what a sender must not believe, although some of it is properly signed.

Lies that the network could tell about itself without anybody noticing are not told: a wrong count or root is
one of the batch that was sent, and on the other end points only the nonce can be another.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from registry.national.stand_in.answers import StoredAnswer, signed_answer
from registry.national.stand_in.faults import Fault, Strikes
from signing.encoding import Json, b64url_encode, canonical_json, parse_json
from signing.keys import KeyRole, SigningKey

_ID_BYTES = 16


@dataclass(frozen=True)
class Signer:
    """With which key an answer is signed, and when."""

    key: SigningKey
    at: datetime


def spoilt(strikes: Strikes, answer: StoredAnswer, signer: Signer) -> StoredAnswer:
    """The true answer, made wrong in the ways that struck: what it says, who signs it, how it arrives."""
    lies = [lie for fault, lie in _LIES.items() if fault in strikes]
    if lies:
        value = parse_json(answer.body)
        assert isinstance(value, dict)
        for lie in lies:
            lie(value)
        answer = signed_answer(canonical_json(value), signer.key, signer.at)
    if Fault.WRONG_KEY in strikes:
        stranger = SigningKey.from_seed(KeyRole.NATIONAL, sha256(signer.key.public).digest())
        answer = signed_answer(answer.body, stranger, signer.at)
    if Fault.ALTERED_BODY in strikes:
        answer = StoredAnswer(answer.body.replace(b'":', b'" :', 1), answer.fields)
    if Fault.UNSIGNED in strikes:
        kept = {name: value for name, value in answer.fields.items() if not name.startswith("signature")}
        answer = StoredAnswer(answer.body, kept)
    return answer


def _of_another_batch(value: dict[str, Json]) -> None:
    name = "batch" if "batch" in value else "nonce"
    value[name] = b64url_encode(sha256(str(value[name]).encode()).digest()[:_ID_BYTES])


def _of_another_count(value: dict[str, Json]) -> None:
    results = value.get("results")
    if isinstance(results, list):
        results.append({"online_on": str(value["received_at"])[:10]})
        value["count"] = len(results)


def _of_another_root(value: dict[str, Json]) -> None:
    if "batch" in value:
        value["root"] = b64url_encode(sha256(str(value["root"]).encode()).digest())


_LIES: dict[Fault, Callable[[dict[str, Json]], None]] = {
    Fault.WRONG_BATCH: _of_another_batch,
    Fault.WRONG_COUNT: _of_another_count,
    Fault.WRONG_ROOT: _of_another_root,
}
