"""A request for an act on a certificate, the dispute of an annulment, or what a holder says is wrong. Pure.

An office asks for an act in words that are checked and can be signed as they stand. A holder says what is
wrong and what would be right: that is read by whoever decides, who signs the correction in words of the own.

| state | what leads there |
| --- | --- |
| asked | an institution, a bureau, the province or the holder asks |
| accepted | whoever decides signed the act; the worker appends it |
| done | the act stands in the log |
| refused | whoever decides said no, with reasons; of a dispute: the annulment is upheld |
| withdrawn | the office that asked took it back |

An accepted one returns to asked where its signed act can no longer be appended.

Source: 湘人社发〔2024〕26号 (十); 湘人社规〔2025〕14号 arts. 15, 21.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind, Authority
from registry.requests.errors import RequestDecided, RequestIncomplete, RequestNotPossible
from registry.review.acts import ActReason

MAX_WORDS = 1_000
MAX_CONTACT = 120
MIN_WORDS = 2
MAX_CLAIM = 120
# Of one certificate, by its holder: more are a nuisance.
MOST_A_DAY = 5


class RequestKind(StrEnum):
    """What is wanted: an act, that an annulment is looked at again, or that a mistake is put right."""

    ACT = "act"
    DISPUTE = "dispute"
    CORRECTION = "correction"


class RequestState(StrEnum):
    """How far a request is. 待办理 · 已同意 · 已办结 · 未同意 · 已撤回."""

    ASKED = "asked"
    ACCEPTED = "accepted"
    DONE = "done"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self in (RequestState.ASKED, RequestState.ACCEPTED)


class Party(StrEnum):
    """As what somebody asks or decides."""

    INSTITUTION = "institution"
    BUREAU = "bureau"
    PROVINCE = "province"
    HOLDER = "holder"


_AFTER: Mapping[RequestState, frozenset[RequestState]] = MappingProxyType(
    {
        RequestState.ASKED: frozenset(
            {RequestState.ACCEPTED, RequestState.REFUSED, RequestState.WITHDRAWN, RequestState.DONE}
        ),
        RequestState.ACCEPTED: frozenset({RequestState.DONE, RequestState.ASKED}),
        RequestState.DONE: frozenset(),
        RequestState.REFUSED: frozenset(),
        RequestState.WITHDRAWN: frozenset(),
    }
)
# An erasure is no request at a desk: it is the holder's right, and has its own command.
REASONS: Mapping[ActKind, tuple[ActReason, ...]] = MappingProxyType(
    {
        ActKind.ANNULLED: (ActReason.WRONGLY_ISSUED, ActReason.FRAUD, ActReason.CLERICAL_ERROR),
        ActKind.CORRECTED: (ActReason.CLERICAL_ERROR,),
        ActKind.SUPERSEDED: (ActReason.REPLACED, ActReason.CLERICAL_ERROR),
        ActKind.REINSTATED: (ActReason.WRONGLY_ANNULLED,),
        ActKind.REISSUED: (ActReason.LOST_OR_DAMAGED,),
    }
)
_ON: Mapping[ActKind, ChainState] = MappingProxyType(
    {kind: ChainState.ANNULLED if kind is ActKind.REINSTATED else ChainState.VALID for kind in REASONS}
)
AUTHORITIES: Mapping[Party, tuple[Authority, ...]] = MappingProxyType(
    {
        Party.INSTITUTION: (Authority.INSTITUTION, Authority.COURT),
        Party.BUREAU: (Authority.BUREAU, Authority.INSTITUTION, Authority.PROVINCE, Authority.COURT),
        Party.PROVINCE: (Authority.PROVINCE, Authority.BUREAU, Authority.INSTITUTION, Authority.COURT),
        Party.HOLDER: (),
    }
)


@dataclass(frozen=True)
class Who:
    """Who asks or decides: as what, for which office, by which account."""

    party: Party
    office: str = ""
    account: str = ""


@dataclass(frozen=True)
class Wish:
    """What is asked for, in the asker's words. Personal throughout: it lies sealed.

    `changes` of a correction, `replaced_by` of a replacement; `contact` as the holder left it.
    """

    number: str
    words: str
    changes: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""
    contact: str = ""
    document_name: str = ""
    document_sha256: str = ""


@dataclass(frozen=True)
class CaseRequest:
    """A request as it stands. `certificate` and `entry` are indexes of the log, `entry` None until done."""

    id: str
    kind: RequestKind
    act: ActKind
    reason: ActReason
    authority: Authority | None
    certificate: int
    prefix: str
    bureau: str
    asked_by: Who
    asked_at: datetime
    state: RequestState
    wish: Wish
    decided_by: str = ""
    decided_office: str = ""
    decided_at: datetime | None = None
    answer: str = ""
    entry: int | None = None

    def require(self, state: RequestState) -> None:
        """Shows that it can pass to `state` from where it stands. Raises: RequestDecided."""
        if state not in _AFTER[self.state]:
            raise RequestDecided


def may_decide_request(who: Who, kind: RequestKind, bureau: str) -> bool:
    """Whether this office decides: the bureau that approved or the province; a dispute the province."""
    if who.party is Party.PROVINCE:
        return True
    return kind is not RequestKind.DISPUTE and who.party is Party.BUREAU and who.office == bureau


def possible_acts(state: ChainState) -> tuple[ActKind, ...]:
    """What can be done to a certificate that stands so."""
    return tuple(kind for kind, wanted in _ON.items() if wanted is state)


def require_possible(act: ActKind, reason: ActReason, state: ChainState) -> None:
    """Raises: RequestNotPossible for what the certificate's state or the reason does not allow."""
    if act not in possible_acts(state) or reason not in REASONS[act]:
        raise RequestNotPossible


def check_claim(wish: Wish, fields: Collection[str]) -> None:
    """What a holder says is wrong: any of these fields, or words, or both. Raises: RequestIncomplete."""
    if not set(wish.changes) <= set(fields) or any(not value for value in wish.changes.values()):
        raise RequestIncomplete("claim")
    if any(len(value) > MAX_CLAIM for value in wish.changes.values()):
        raise RequestIncomplete("claim_long")
    if len(wish.words) > MAX_WORDS:
        raise RequestIncomplete("claim_words_long")
    if not wish.changes and len(wish.words) < MIN_WORDS:
        raise RequestIncomplete("claim")
    if len(wish.contact) > MAX_CONTACT:
        raise RequestIncomplete("contact")


def check_wish(wish: Wish, act: ActKind) -> None:
    """Raises: RequestIncomplete."""
    if not MIN_WORDS <= len(wish.words) <= MAX_WORDS:
        raise RequestIncomplete("words")
    if len(wish.contact) > MAX_CONTACT:
        raise RequestIncomplete("contact")
    if (act is ActKind.CORRECTED) != bool(wish.changes):
        raise RequestIncomplete("changes")
    if (act is ActKind.SUPERSEDED) != bool(wish.replaced_by):
        raise RequestIncomplete("replaced_by")
