"""Asking for an act on a certificate, disputing an annulment, saying what is wrong. No register is changed.

Source: 湘人社发〔2024〕26号 (十); 个人信息保护法 arts. 46, 50 (a person is heard).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256

from registry.ledger.admission import CIVIL_TIME
from registry.ledger.chain import Chain, ChainState
from registry.ledger.entries import ActKind, Authority, text
from registry.lookup import LookUp
from registry.requests.desk import Requests, new_identity, new_reference
from registry.requests.errors import RequestIncomplete, RequestNotPossible
from registry.requests.model import (
    AUTHORITIES,
    MOST_A_DAY,
    CaseRequest,
    Party,
    RequestKind,
    RequestState,
    Who,
    Wish,
    check_claim,
    check_wish,
    require_possible,
)
from registry.review.acting import filing_of
from registry.review.acts import ActReason
from registry.review.correcting import CORRECTABLE, corrected_record
from registry.review.errors import CertificateUnknown
from signing.commitment import Record


@dataclass(frozen=True)
class Paper:
    """The paper that comes with a request."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Asked:
    """What somebody asks for at a desk."""

    act: ActKind
    reason: ActReason
    authority: Authority
    words: str
    changes: Mapping[str, str] = field(default_factory=dict)
    replaced_by: str = ""
    paper: Paper | None = None


@dataclass(frozen=True)
class Standing:
    """A certificate as those who act on it see it: its chain, its record, and who approved it."""

    chain: Chain
    record: Record
    bureau: str
    legacy: bool
    earlier_review: str


def standing_of(look_up: LookUp, number: str) -> Standing:
    """How a certificate stands. Raises: CertificateUnknown for one that is not there, or erased."""
    found = look_up.current(number)
    if found is None:
        raise CertificateUnknown
    chain, _, record, _ = found
    _, approval = look_up.ledger.approval_of(chain.first.index)
    return Standing(
        chain,
        record,
        text(approval, "bureau"),
        legacy=approval.get("legacy") is True,
        earlier_review=str(approval.get("earlier_review", "")),
    )


def draft(look_up: LookUp, number: str, who: Who, asked: Asked) -> CaseRequest:
    """The request as it would be kept: everything about it is checked, nothing is kept.

    Raises: CertificateUnknown, RequestNotPossible, RequestIncomplete, and what a correction raises.
    """
    standing = standing_of(look_up, number)
    require_possible(asked.act, asked.reason, standing.chain.head.state)
    if asked.authority not in AUTHORITIES[who.party]:
        raise RequestNotPossible
    paper = asked.paper
    wish = Wish(
        number=number,
        words=asked.words.strip(),
        changes=dict(asked.changes),
        replaced_by=asked.replaced_by,
        document_name=paper.name if paper else "",
        document_sha256=sha256(paper.content).hexdigest() if paper else "",
    )
    check_wish(wish, asked.act)
    if asked.act is ActKind.CORRECTED:
        today = look_up.now().astimezone(CIVIL_TIME).date()
        corrected_record(
            standing.record, asked.changes, filing_of(look_up, standing.record.institution), today
        )
    if asked.act is ActKind.SUPERSEDED:
        _require_replacement(look_up, number, asked.replaced_by)
    return _request(look_up, standing, who, RequestKind.ACT, asked.act, asked.reason, asked.authority, wish)


def ask(look_up: LookUp, requests: Requests, number: str, who: Who, asked: Asked) -> CaseRequest:
    """Keeps what an office asks for; asking twice is one request. Raises: as `draft`."""
    request = draft(look_up, number, who, asked)
    require_paper(asked)
    return requests.ask(request, asked.paper.content if asked.paper else b"")


def require_paper(asked: Asked) -> None:
    """An annulment rests on a paper, never on word of mouth. Raises: RequestIncomplete."""
    if asked.act is ActKind.ANNULLED and asked.paper is None:
        raise RequestIncomplete("document")


def dispute(
    look_up: LookUp,
    requests: Requests,
    number: str,
    who: Who,
    *,
    words: str,
    contact: str = "",
    paper: Paper | None = None,
) -> tuple[CaseRequest, str]:
    """Disputes an annulment; gives a holder the reference to ask by, "" where one is open already.

    Raises: CertificateUnknown, RequestNotPossible for what is not annulled, RequestIncomplete.
    """
    standing = standing_of(look_up, number)
    if standing.chain.head.state is not ChainState.ANNULLED or who.party not in _DISPUTING:
        raise RequestNotPossible
    wish = Wish(
        number=number,
        words=words.strip(),
        contact=contact.strip(),
        document_name=paper.name if paper else "",
        document_sha256=sha256(paper.content).hexdigest() if paper else "",
    )
    check_wish(wish, ActKind.REINSTATED)
    kind, reason = RequestKind.DISPUTE, ActReason.WRONGLY_ANNULLED
    request = _request(look_up, standing, who, kind, ActKind.REINSTATED, reason, None, wish)
    return _kept(requests, request, paper)


def ask_correction(
    look_up: LookUp,
    requests: Requests,
    number: str,
    *,
    changes: Mapping[str, str],
    words: str = "",
    contact: str = "",
    paper: Paper | None = None,
) -> tuple[CaseRequest, str]:
    """A holder says what is wrong and what is right; gives the reference, "" where one is open already.

    What is typed is for the eyes of whoever decides, and is checked when they sign it. Raises:
    CertificateUnknown, RequestNotPossible for what is not in force, RequestIncomplete.
    """
    standing = standing_of(look_up, number)
    if standing.chain.head.state is not ChainState.VALID:
        raise RequestNotPossible
    wish = Wish(
        number=number,
        words=words.strip(),
        changes={name: value.strip() for name, value in changes.items()},
        contact=contact.strip(),
        document_name=paper.name if paper else "",
        document_sha256=sha256(paper.content).hexdigest() if paper else "",
    )
    check_claim(wish, CORRECTABLE)
    kind, act, reason = RequestKind.CORRECTION, ActKind.CORRECTED, ActReason.CLERICAL_ERROR
    request = _request(look_up, standing, Who(Party.HOLDER), kind, act, reason, None, wish)
    return _kept(requests, request, paper)


def _kept(requests: Requests, request: CaseRequest, paper: Paper | None) -> tuple[CaseRequest, str]:
    """The request as it is kept, and what a holder is given to ask by if it is a new one.

    Raises: RequestIncomplete for a holder who asks and takes back without end: each may bring a paper along.
    """
    is_holder = request.asked_by.party is Party.HOLDER
    since = request.asked_at - timedelta(days=1)
    if is_holder and requests.ended_since(request.certificate, Party.HOLDER, since) >= MOST_A_DAY:
        raise RequestIncomplete("too_many")
    reference = new_reference() if is_holder else ""
    kept = requests.ask(request, paper.content if paper else b"", reference=reference)
    return kept, reference if kept.id == request.id else ""


_DISPUTING = frozenset({Party.INSTITUTION, Party.HOLDER})


def _request(
    look_up: LookUp,
    standing: Standing,
    who: Who,
    kind: RequestKind,
    act: ActKind,
    reason: ActReason,
    authority: Authority | None,
    wish: Wish,
) -> CaseRequest:
    return CaseRequest(
        id=new_identity(),
        kind=kind,
        act=act,
        reason=reason,
        authority=authority,
        certificate=standing.chain.first.index,
        prefix=standing.record.institution,
        bureau=standing.bureau,
        asked_by=who,
        asked_at=look_up.now(),
        state=RequestState.ASKED,
        wish=wish,
    )


def _require_replacement(look_up: LookUp, number: str, replaced_by: str) -> None:
    if replaced_by == number:
        raise RequestIncomplete("replaced_by")
    if standing_of(look_up, replaced_by).chain.head.state is not ChainState.VALID:
        raise RequestNotPossible


def authority_of(request: CaseRequest) -> Authority:
    """On whose word the act rests: as was asked, and for a dispute the province's, which decides it."""
    return request.authority or Authority.PROVINCE
