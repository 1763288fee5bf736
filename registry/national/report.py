"""The reconciliation report (对账报告): both sides' count and root, each signed by its own side.

It is the JSON of a `StatedReconciliation` in canonical form with an `eddsa-jcs-2022` proof by a key of the
role `receipt`, and holds the network's signed answer as it came. The two signatures are tied together: the
nonce that the network signs is a hash over our checkpoint, count, root and a random salt, so an answer given
at another time, or to another register, fits into no report. No number and no name stands in it: exceptions
and differences are named by the index of their log entry, which says nothing to who lacks the register.

Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3; RFC 8785; the product's own layout,
docs/national-protocol.md.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from registry.national.errors import MalformedReport
from registry.national.findings import (
    ComparisonOutcome,
    DifferenceGroup,
    DifferenceKind,
    ExceptionGroup,
    Remedy,
    Waiting,
)
from registry.national.objects import NONCE_BYTES
from signing.commitment import DIGEST_BYTES
from signing.data_integrity import sign_document
from signing.encoding import Json, b64url_encode, canonical_json, parse_canonical_json, rfc3339
from signing.errors import MalformedEncoding
from signing.json_reader import JsonReader
from signing.keys import KeyRole, SigningKey

ATTACHMENT: Final = "national-reconciliation.json"
REPORT_TYPE: Final = "NationalReconciliation"
# A queue of a million that all still wait; a PDF carries a tenth of it at most.
MAX_REPORT_BYTES: Final = 16 << 20
SALT_BYTES: Final = 16
_BINDING = b"skillcert/reconciliation/v1\x00"


@dataclass(frozen=True)
class Side:
    """How many certificates and institutions one side has, and the root over them."""

    count: int
    root: bytes


@dataclass(frozen=True)
class NetworkAnswer:
    """The network's answer as it came: its body, and the fields that its signature covers or is."""

    body: bytes
    fields: Mapping[str, str]


@dataclass(frozen=True)
class StatedReconciliation:
    """One comparison as of entry `size`. `registered` counts everything, `ours` what is at the network."""

    issuer: str
    register_name: str
    compared_at: datetime
    size: int
    checkpoint: str
    salt: bytes
    registered: int
    ours: Side
    answer: NetworkAnswer
    outcome: ComparisonOutcome
    exceptions: tuple[ExceptionGroup, ...]
    differences: tuple[DifferenceGroup, ...]
    exchanges: int
    healed: int

    @property
    def excepted(self) -> int:
        """How many entries stand in the exceptions."""
        return sum(len(each.entries) for each in self.exceptions)

    @property
    def differing(self) -> int:
        """In how many places the sides differ."""
        return sum(each.count for each in self.differences)


def bound_nonce(salt: bytes, checkpoint: bytes, count: int, root: bytes) -> bytes:
    """The nonce under which the network is asked: its signature then covers our side as well."""
    ours: dict[str, Json] = {
        "checkpoint": checkpoint.decode(),
        "count": count,
        "root": b64url_encode(root),
        "salt": b64url_encode(salt),
    }
    return sha256(_BINDING + canonical_json(ours)).digest()[:NONCE_BYTES]


def build_report(stated: StatedReconciliation, key: SigningKey) -> bytes:
    """The signed report. The same statement and key give the same bytes. Raises: WrongKeyRole."""
    method = f"{stated.issuer}#{KeyRole.RECEIPT}-{key.require(KeyRole.RECEIPT).key_id}"
    return canonical_json(sign_document(_json(stated), key, method=method, created_at=stated.compared_at))


def parse_report(data: bytes) -> tuple[StatedReconciliation, Mapping[str, Json]]:
    """The statement and the document it stands in, no signature checked.

    It is read by taking the values out and writing them again: whatever else stands in it makes the two
    differ. Raises: MalformedReport.
    """
    if len(data) > MAX_REPORT_BYTES:
        raise MalformedReport("too_long")
    try:
        document = parse_canonical_json(data)
    except MalformedEncoding as fault:
        raise MalformedReport("not_canonical") from fault
    try:
        stated = _stated(JsonReader(document))
    except (MalformedEncoding, ValueError) as fault:
        raise MalformedReport("not_a_report") from fault
    assert isinstance(document, dict)  # the reader took nothing else
    if _json(stated) != {name: value for name, value in document.items() if name != "proof"}:
        raise MalformedReport("not_a_report")
    return stated, document


def _json(stated: StatedReconciliation) -> dict[str, Json]:
    return {
        "type": REPORT_TYPE,
        "issuer": stated.issuer,
        "registerName": stated.register_name,
        "comparedAt": rfc3339(stated.compared_at),
        "size": stated.size,
        "checkpoint": stated.checkpoint,
        "salt": b64url_encode(stated.salt),
        "registered": stated.registered,
        "ours": {"count": stated.ours.count, "root": b64url_encode(stated.ours.root)},
        "network": {"body": stated.answer.body.decode(), "fields": dict(stated.answer.fields)},
        "outcome": stated.outcome.value,
        "exceptions": [
            {
                "state": each.state.value,
                "reason": each.reason or None,
                "earlierOnline": each.earlier_online,
                "entries": list(each.entries),
            }
            for each in stated.exceptions
        ],
        "differences": [
            {
                "kind": each.kind.value,
                "remedy": each.remedy.value,
                "entries": list(each.entries),
                "references": list(each.references),
            }
            for each in stated.differences
        ],
        "exchanges": stated.exchanges,
        "healed": stated.healed,
    }


def _stated(root: JsonReader) -> StatedReconciliation:
    ours, network = root.child("ours"), root.child("network")
    return StatedReconciliation(
        issuer=root.text("issuer"),
        register_name=root.text("registerName"),
        compared_at=root.moment("comparedAt"),
        size=root.number("size"),
        checkpoint=root.text("checkpoint"),
        salt=root.binary("salt", SALT_BYTES),
        registered=root.number("registered"),
        ours=Side(ours.number("count"), ours.binary("root", DIGEST_BYTES)),
        answer=NetworkAnswer(network.text("body").encode(), network.texts("fields")),
        outcome=ComparisonOutcome(root.text("outcome")),
        exceptions=tuple(map(_exception, root.children("exceptions"))),
        differences=tuple(map(_difference, root.children("differences"))),
        exchanges=root.number("exchanges"),
        healed=root.number("healed"),
    )


def _exception(group: JsonReader) -> ExceptionGroup:
    return ExceptionGroup(
        Waiting(group.text("state")),
        group.optional_text("reason"),
        group.truth("earlierOnline"),
        group.numbers("entries"),
    )


def _difference(group: JsonReader) -> DifferenceGroup:
    return DifferenceGroup(
        DifferenceKind(group.text("kind")),
        Remedy(group.text("remedy")),
        group.numbers("entries"),
        group.text_list("references"),
    )
