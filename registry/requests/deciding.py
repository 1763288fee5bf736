"""Deciding on a request: the act is signed here, and appended by the worker; or the request is refused.

The signature is made before anything is kept, so that a wrong passphrase changes nothing. Then one statement
moves the request on, with the signed act in it: who comes second is told that it is decided. If we die before
the job is handed in, the request stands as accepted and the job is handed in again from what it holds.
"""

from collections.abc import Mapping
from dataclasses import replace

from registry.custody.officers import Officer, sign_content
from registry.jobs.model import JobContext
from registry.ledger.append import PreparedCertificate
from registry.ledger.entries import ActKind, Authority, Entry
from registry.ledger.errors import MalformedEntry, NotAdmitted, NumberTaken
from registry.register import Register
from registry.requests.asking import Asked, authority_of, draft, require_paper, standing_of
from registry.requests.desk import Requests
from registry.requests.errors import NotTheDecider, RequestIncomplete, RequestNotPossible
from registry.requests.model import (
    MAX_WORDS,
    MIN_WORDS,
    CaseRequest,
    Party,
    RequestKind,
    RequestState,
    Who,
    may_decide_request,
    require_possible,
)
from registry.review.acting import Wanted, append_signed, done_before, propose_act
from registry.review.acts import Grounds
from registry.storage.traces import clear_freed_space
from signing.encoding import Json

JOB_KIND = "act"


def accept(
    register: Register,
    requests: Requests,
    request: CaseRequest,
    who: Who,
    officer: Officer,
    *,
    passphrase: bytes,
    seen_head: int,
) -> None:
    """Signs what was asked for. `seen_head` is the newest entry of the certificate on the page.

    Raises: NotTheDecider, RequestDecided, CertificateMoved, RequestNotPossible, KeyFileLocked, and what a
    correction raises. Then nothing is kept.
    """
    _require_decider(who, request)
    request.require(RequestState.ACCEPTED)
    if request.kind is RequestKind.CORRECTION:
        raise RequestNotPossible
    content, corrected = _signed(register, request, who, officer, passphrase, seen_head)
    requests.accept(request, who, content, corrected)


def accept_correction(
    register: Register,
    requests: Requests,
    request: CaseRequest,
    who: Who,
    officer: Officer,
    *,
    changes: Mapping[str, str],
    passphrase: bytes,
    seen_head: int,
) -> None:
    """Signs the correction that a holder asked for, in the words of whoever decides.

    Raises: as `accept`; RequestIncomplete where nothing is to be changed. Then nothing is kept.
    """
    _require_decider(who, request)
    request.require(RequestState.ACCEPTED)
    if request.kind is not RequestKind.CORRECTION:
        raise RequestNotPossible
    if not changes:
        raise RequestIncomplete("changes")
    authority = Authority.PROVINCE if who.party is Party.PROVINCE else Authority.BUREAU
    settled = replace(request, authority=authority, wish=replace(request.wish, changes=dict(changes)))
    content, corrected = _signed(register, settled, who, officer, passphrase, seen_head)
    requests.accept(request, who, content, corrected)


def act_at_once(
    register: Register,
    requests: Requests,
    number: str,
    who: Who,
    officer: Officer,
    asked: Asked,
    *,
    passphrase: bytes,
    seen_head: int,
) -> CaseRequest:
    """What a deciding office does on its own: asked and accepted in one. Raises: as `accept` and `draft`."""
    request = draft(register.look_up, number, who, asked)
    require_paper(asked)
    _require_decider(who, request)
    content, corrected = _signed(register, request, who, officer, passphrase, seen_head)
    paper = asked.paper.content if asked.paper else b""
    return requests.ask_signed(request, paper, content, corrected)


def refuse(requests: Requests, request: CaseRequest, who: Who, answer: str) -> None:
    """Refuses, with reasons that the asker is shown.

    Raises: NotTheDecider, RequestDecided, RequestIncomplete.
    """
    _require_decider(who, request)
    if not MIN_WORDS <= len(answer.strip()) <= MAX_WORDS:
        raise RequestIncomplete("answer")
    requests.refuse(request, who, answer.strip())


def reopen(register: Register, requests: Requests, request: CaseRequest, who: Who) -> None:
    """Drops a signature whose job ended without it, as when who signed was dismissed: it is decided anew.

    Never where the act may stand in the log already. Raises: NotTheDecider, RequestDecided,
    RequestNotPossible while entries wait to be published.
    """
    _require_decider(who, request)
    request.require(RequestState.ASKED)
    if register.unpublished():
        raise RequestNotPossible
    done = done_before(register.look_up, request.wish.number, bytes.fromhex(request.id))
    if done is not None:
        requests.finish(request, done.first_index)
        return
    requests.reopen(request)


def withdraw(requests: Requests, request: CaseRequest, who: Who) -> None:
    """Takes back what the own office asked for. Raises: NotTheDecider, RequestDecided."""
    if (who.party, who.office) != (request.asked_by.party, request.asked_by.office):
        raise NotTheDecider
    requests.withdraw(request, who)


def perform(context: JobContext) -> Mapping[str, Json]:
    """The job: appends the signed act of the request that is its subject, once.

    A signed act that the log refuses is dropped, and the request is open again. Any other fault leaves it
    signed: the same bytes may be tried again.
    """
    register = context.register
    requests = desk_of(register)
    request = requests.get(context.job.subject)
    if request.state is RequestState.DONE and request.entry is not None:
        return {"index": request.entry, "act": request.act.value}
    content, corrected = requests.signed_act(request.id)
    writer = register.writer()
    try:
        published = append_signed(register.look_up, writer, content, corrected)
    except (NotAdmitted, MalformedEntry, NumberTaken):
        requests.reopen(request)
        raise
    register.publish_status(writer)
    requests.finish(request, published.first_index)
    return {"index": published.first_index, "act": request.act.value}


def desk_of(register: Register) -> Requests:
    """The requests of a register's desk."""
    return Requests(register.desk_engine, lambda: register.keys.vault, register.clock)


def forget_requests(register: Register, certificate: int) -> None:
    """What was written and handed in about an erased certificate goes. Doing it again changes nothing.

    The rows are emptied first: whoever comes after a death still finds by them which keys are to go.
    Raises: KeyFileMissing, KeyFileLocked, DatabaseUnavailable. Source: 个人信息保护法 art. 47.
    """
    requests = desk_of(register)
    places = requests.places_of(certificate)
    if places:
        requests.blank(certificate)
        register.keys.forget(places)
        clear_freed_space(register.desk_engine)


def _require_decider(who: Who, request: CaseRequest) -> None:
    if not may_decide_request(who, request.kind, request.bureau):
        raise NotTheDecider


def _signed(
    register: Register,
    request: CaseRequest,
    who: Who,
    officer: Officer,
    passphrase: bytes,
    seen_head: int,
) -> tuple[Entry, PreparedCertificate | None]:
    look_up, wish = register.look_up, request.wish
    state = standing_of(look_up, wish.number).chain.head.state
    document = bytes.fromhex(wish.document_sha256)
    grounds = Grounds(authority_of(request), document, bytes.fromhex(request.id))
    wanted = Wanted(
        request.act,
        request.reason,
        grounds,
        wish.changes if request.act is ActKind.CORRECTED else None,
        wish.replaced_by,
    )
    proposed = propose_act(
        look_up,
        wish.number,
        wanted,
        bureau=who.office,
        bureau_key_id="",
        now=register.clock(),
        seen_head=seen_head,
    )
    require_possible(request.act, request.reason, state)
    return sign_content(register, officer, who.office, proposed.content, passphrase), proposed.corrected
