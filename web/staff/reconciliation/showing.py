"""A reconciliation report as its page shows it: what it states, and what a check of it comes to now."""

from collections.abc import Iterator
from dataclasses import dataclass

from registry.national.findings import DifferenceGroup, ExceptionGroup
from registry.national.holdings_messages import HoldingsAnswer
from registry.national.http_signatures import Claimed, claimed_signature, response_message
from registry.national.protocol import TAG
from registry.national.report import Side, StatedReconciliation
from registry.national.report_check import CheckedReport, NetworkKeys, check_report, side_of
from registry.national.report_paper import runs
from signing.data_integrity import Proof, proof_of
from signing.encoding import b64_encode, b64url_decode, parse_canonical_json
from signing.errors import MalformedEncoding
from signing.keys import key_id
from signing.outcomes import Outcome, Step
from signing.paper import in_fours
from signing.trust import trust_from_files
from web.settings import Settings
from web.staff.office import Office

# A page is for looking at; whoever needs every entry takes the file.
MOST_SHOWN = 300
_ROW = 16
_HEX_GROUP = 8
_GOOD = {"exact": "good", "exact_but_for": "warn", "differs": "bad"}


@dataclass(frozen=True)
class Square:
    """One byte of a digest as a square: where, how dark, and whether the other side's is another one."""

    x: int
    y: int
    shade: float
    differs: bool


@dataclass(frozen=True)
class ShownSide:
    """One side: its count, and its digest in groups and as squares."""

    count: int
    groups: tuple[str, ...]
    squares: tuple[Square, ...]


@dataclass(frozen=True)
class ShownSignature:
    """One side's signature as it can be read."""

    suite: str
    key: str
    at: str
    value: str


@dataclass(frozen=True)
class Listed:
    """Entries or references of a group, and how many there was no room for."""

    shown: tuple[str, ...]
    left: int


@dataclass(frozen=True)
class ShownReport:
    """Everything that the page shows of a report that reads."""

    stated: StatedReconciliation
    answer: HoldingsAnswer
    ours: ShownSide
    theirs: ShownSide
    same: bool
    our_signature: ShownSignature
    their_signature: ShownSignature
    steps: tuple[Step, ...]
    holds: Outcome

    @property
    def tone(self) -> str:
        """How good the outcome is."""
        return tone_of(self.stated.outcome.value)


def tone_of(outcome: str) -> str:
    """The tone of an outcome's badge."""
    return _GOOD.get(outcome, "neutral")


def checked_now(office: Office, report: bytes) -> CheckedReport:
    """The check of a kept report with the keys that this register trusts now."""
    trust = trust_from_files(office.register.trust_anchors())
    return check_report(report, trust, network_keys(office.settings), office.clock())


def network_keys(settings: Settings) -> NetworkKeys:
    """The network's public key by its id; none where it is not set or cannot be read here."""
    if settings.national_key_file is None:
        return {}
    try:
        public = b64url_decode(settings.national_key_file.read_text(encoding="ascii").strip(), length=32)
    except (OSError, UnicodeDecodeError, MalformedEncoding):
        # The page says then that this step was not taken.
        return {}
    return {key_id(public): public}


def shown_report(report: bytes, checked: CheckedReport) -> ShownReport | None:
    """What the page shows; None where the kept bytes are no report that could be drawn."""
    stated, answer = checked.stated, checked.answer
    document = parse_canonical_json(report) if stated is not None else None
    if stated is None or answer is None or not isinstance(document, dict):
        return None
    theirs = side_of(answer)
    message = response_message(200, stated.answer.fields.items())
    return ShownReport(
        stated=stated,
        answer=answer,
        ours=_side(stated.ours, stated.ours),
        theirs=_side(theirs, stated.ours),
        same=theirs == stated.ours,
        our_signature=_ours(proof_of(document)),
        their_signature=_theirs(claimed_signature(message, tag=TAG)),
        steps=checked.steps,
        holds=checked.holds,
    )


def listed(group: ExceptionGroup | DifferenceGroup) -> Listed:
    """The entries of a group as they are read best."""
    return Listed(tuple(runs(group.entries[:MOST_SHOWN])), max(0, len(group.entries) - MOST_SHOWN))


def _side(side: Side, other: Side) -> ShownSide:
    digest = side.root.hex()
    groups = tuple(digest[at : at + _HEX_GROUP] for at in range(0, len(digest), _HEX_GROUP))
    return ShownSide(side.count, groups, tuple(_squares(side.root, other.root)))


def _squares(root: bytes, other: bytes) -> Iterator[Square]:
    for at, (value, beside) in enumerate(zip(root, other, strict=True)):
        yield Square(at % _ROW, at // _ROW, round(0.08 + value / 255 * 0.88, 2), value != beside)


def _ours(proof: Proof) -> ShownSignature:
    key = in_fours(proof.method.rpartition("-")[2])
    return ShownSignature(
        proof.suite.name, key, f"{proof.created_at:%Y-%m-%d %H:%M:%SZ}", b64_encode(proof.signature)
    )


def _theirs(claimed: Claimed) -> ShownSignature:
    at = f"{claimed.created_at:%Y-%m-%d %H:%M:%SZ}"
    return ShownSignature("RFC 9421 · ed25519", in_fours(claimed.keyid), at, b64_encode(claimed.signature))
