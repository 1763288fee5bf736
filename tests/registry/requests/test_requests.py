"""Requests and disputes: who may ask and decide, each is decided once, and the log does each once."""

import itertools
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256

import pytest

from registry.errors import RegistryError
from registry.jobs.model import JobState
from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind, Authority
from registry.ledger.errors import NotAdmitted
from registry.requests.asking import Asked, standing_of
from registry.requests.deciding import forget_requests, refuse, withdraw
from registry.requests.desk import Reach
from registry.requests.errors import (
    NotTheDecider,
    RequestDecided,
    RequestIncomplete,
    RequestNotPossible,
    RequestOpen,
    RequestUnknown,
)
from registry.requests.model import (
    MAX_WORDS,
    REASONS,
    CaseRequest,
    Party,
    RequestKind,
    RequestState,
    Who,
    may_decide_request,
)
from registry.review.acting import append_signed
from registry.review.acts import ActReason
from registry.review.errors import CertificateMoved, CorrectionRefused
from registry.rules.retention import USUAL_DAYS, Kept
from signing.encoding import b64url_encode
from signing.errors import KeyFileLocked, KeyFileMissing
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import CHANGSHA
from tests.registry.requests.offices import (
    ANNULMENT,
    BUREAU,
    CORRECTION,
    HOLDER,
    INSTITUTION,
    OTHER_BUREAU,
    PAPER,
    REISSUE,
    THE_PROVINCE,
    Offices,
)

EVERYBODY = (INSTITUTION, BUREAU, OTHER_BUREAU, THE_PROVINCE, HOLDER)


def test_what_was_asked_for_and_signed_stands_in_the_log(offices: Offices) -> None:
    request = offices.ask()
    job = offices.accept(request)
    assert offices.requests.get(request.id).state is RequestState.ACCEPTED
    offices.work()
    done, ended = offices.requests.get(request.id), offices.jobs.get(job.id)
    assert ended is not None
    assert (done.state, ended.state) == (RequestState.DONE, JobState.DONE)
    look_up = offices.scene.register.look_up
    head = standing_of(look_up, request.wish.number).chain.head
    assert (head.index, head.state, head.authority) == (done.entry, ChainState.ANNULLED, "institution")
    assert head.request == b64url_encode(bytes.fromhex(request.id))
    assert offices.requests.document(request.id) == PAPER.content


def test_the_paper_in_the_log_is_no_plain_hash_and_can_be_checked(offices: Offices) -> None:
    """Who knows the form letter can't try names against the log; who has the salt can check the paper."""
    request = offices.ask()
    before = offices.head_of(request)
    offices.accept(request)
    offices.work()
    vault = offices.scene.register.keys.vault
    plain = sha256(PAPER.content).digest()
    head = standing_of(offices.scene.register.look_up, request.wish.number).chain.head
    assert head.document != b64url_encode(plain)
    assert head.document == b64url_encode(vault.document_mac(request.certificate, before, plain))


@pytest.mark.parametrize("kind", RequestKind)
def test_who_decides(kind: RequestKind) -> None:
    deciding = {who for who in EVERYBODY if may_decide_request(who, kind, CHANGSHA)}
    assert deciding == ({THE_PROVINCE} if kind is RequestKind.DISPUTE else {THE_PROVINCE, BUREAU})


def test_nobody_else_decides_and_nothing_happens(offices: Offices) -> None:
    size = offices.scene.register.ready()
    asked, disputed = offices.ask(), offices.dispute()[0]
    for who, request in [
        *((who, asked) for who in (INSTITUTION, OTHER_BUREAU, HOLDER)),
        *((who, disputed) for who in (INSTITUTION, BUREAU, OTHER_BUREAU, HOLDER)),
    ]:
        with pytest.raises(NotTheDecider):
            offices.accept(request, who=who)
        with pytest.raises(NotTheDecider):
            refuse(offices.requests, request, who, "示例理由")
    for who in (BUREAU, THE_PROVINCE, HOLDER):
        with pytest.raises(NotTheDecider):
            withdraw(offices.requests, asked, who)
    assert offices.requests.get(asked.id).state is RequestState.ASKED
    assert offices.scene.register.ready() == size


def _ended(offices: Offices, way: str) -> CaseRequest:
    """A request that came to its end in that way."""
    request = offices.ask()
    if way == "accepted":
        offices.accept(request)
    elif way == "done":
        offices.accept(request)
        offices.work()
    elif way == "refused":
        refuse(offices.requests, request, BUREAU, "示例理由")
    else:
        withdraw(offices.requests, request, INSTITUTION)
    return request


@pytest.mark.parametrize("way", ["accepted", "done", "refused", "withdrawn"])
@pytest.mark.parametrize("seen", ["now", "before"])
def test_what_is_decided_is_decided_once(offices: Offices, way: str, seen: str) -> None:
    """Whoever looked before, and whoever looks now: neither decides a second time."""
    stale = _ended(offices, way)
    request = stale if seen == "before" else offices.requests.get(stale.id)
    size = offices.scene.register.ready()
    with pytest.raises((RequestDecided, RequestNotPossible)):
        offices.accept(request, who=THE_PROVINCE)
    with pytest.raises(RequestDecided):
        refuse(offices.requests, request, THE_PROVINCE, "示例理由")
    with pytest.raises(RequestDecided):
        withdraw(offices.requests, request, INSTITUTION)
    assert offices.requests.get(stale.id).state.value == way
    assert offices.scene.register.ready() == size


def test_asking_twice_is_one_request(offices: Offices) -> None:
    first, second = offices.ask(), offices.ask()
    assert first.id == second.id
    assert offices.ask(who=BUREAU).id != first.id
    withdraw(offices.requests, first, INSTITUTION)
    assert offices.ask().id != first.id


def test_another_wish_for_the_same_act_is_told_and_not_dropped(offices: Offices) -> None:
    asked = offices.ask(CORRECTION, who=BUREAU)
    other = replace(CORRECTION, words="示例：另一处也有错")
    with pytest.raises(RequestOpen):
        offices.ask(other, who=BUREAU)
    with pytest.raises(RequestOpen):
        offices.act(other)
    # Nor is what was signed taken for what was only asked.
    with pytest.raises(RequestOpen):
        offices.act(CORRECTION)
    assert offices.ask(CORRECTION, who=BUREAU).id == asked.id


def test_a_reissue_that_is_clicked_and_run_twice_prints_once(offices: Offices) -> None:
    request = offices.ask(REISSUE)
    offices.accept(request)
    content, corrected = offices.requests.signed_act(request.id)
    offices.work()
    # A worker that died behind its append does the same job again.
    again = append_signed(offices.scene.register.look_up, offices.scene.register.writer(), content, corrected)
    offices.submit(request, BUREAU)
    offices.work()
    done = offices.requests.get(request.id)
    head = standing_of(offices.scene.register.look_up, request.wish.number).chain.head
    assert (head.printing, again.first_index) == (2, done.entry)


def test_a_direct_act_is_asked_and_signed_in_one(offices: Offices) -> None:
    request = offices.act(ANNULMENT)
    assert request.state is RequestState.ACCEPTED
    offices.work()
    assert offices.state() is ChainState.ANNULLED


def test_a_direct_act_that_is_clicked_twice_is_done_once(offices: Offices) -> None:
    head = offices.head_of(offices.ask(who=BUREAU))
    first = offices.act(REISSUE, head=head)
    assert offices.act(REISSUE, head=head).id == first.id
    offices.work()
    with pytest.raises(CertificateMoved):
        offices.act(REISSUE, head=head)
    assert offices.scene.register.look_up.current(first.wish.number) is not None


def test_a_page_that_shows_an_earlier_state_decides_nothing(offices: Offices) -> None:
    request = offices.ask()
    seen = offices.head_of(request)
    offices.act(REISSUE, who=THE_PROVINCE)
    offices.work()
    with pytest.raises(CertificateMoved):
        offices.accept(request, head=seen)
    assert offices.requests.get(request.id).state is RequestState.ASKED
    offices.accept(request)


def test_a_signed_act_that_came_too_late_is_open_again(offices: Offices) -> None:
    """Two sign for the same head: the log takes one, and the other is told and may decide anew."""
    first, second = offices.ask(REISSUE), offices.ask(ANNULMENT)
    one, other = offices.accept(first), offices.accept(second, who=THE_PROVINCE)
    offices.work()
    done, refused = offices.jobs.get(one.id), offices.jobs.get(other.id)
    assert done is not None
    assert refused is not None
    assert (done.state, refused.state) == (JobState.DONE, JobState.REFUSED)
    assert isinstance(offices.jobs.error(refused), NotAdmitted)
    assert offices.requests.get(second.id).state is RequestState.ASKED
    offices.accept(offices.requests.get(second.id), who=THE_PROVINCE)
    offices.work()
    assert offices.state() is ChainState.ANNULLED


@pytest.mark.parametrize(
    ("who", "passphrase", "fault"),
    [
        (BUREAU, b"not it", KeyFileLocked),
        (Who(Party.PROVINCE, CHANGSHA, "a9"), b"of the province's officer", KeyFileLocked),
    ],
)
def test_without_the_key_nothing_is_kept(
    offices: Offices, who: Who, passphrase: bytes, fault: type[Exception]
) -> None:
    request = offices.ask()
    with pytest.raises(fault):
        offices.accept(request, who=who, passphrase=passphrase)
    assert offices.requests.get(request.id).state is RequestState.ASKED
    assert offices.jobs.latest("act", request.id) is None


def test_an_officer_who_changed_the_office_signs_for_neither(offices: Offices) -> None:
    request = offices.ask()
    with pytest.raises((NotTheDecider, KeyFileMissing)):
        offices.accept(request, who=OTHER_BUREAU)
    assert offices.requests.get(request.id).state is RequestState.ASKED


def test_only_what_the_state_allows_can_be_asked_for(offices: Offices) -> None:
    allowed = {
        (Story.PLAIN, ActKind.ANNULLED),
        (Story.PLAIN, ActKind.REISSUED),
        (Story.ANNULLED, ActKind.REINSTATED),
    }
    stories = (Story.PLAIN, Story.ANNULLED, Story.SUPERSEDED)
    kinds = (ActKind.ANNULLED, ActKind.REINSTATED, ActKind.REISSUED)
    for story, kind in itertools.product(stories, kinds):
        asked = Asked(kind, REASONS[kind][0], Authority.INSTITUTION, "示例理由", paper=PAPER)
        if (story, kind) in allowed:
            assert offices.ask(asked, story=story).state is RequestState.ASKED
        else:
            with pytest.raises(RequestNotPossible):
                offices.ask(asked, story=story)


@pytest.mark.parametrize(
    ("asked", "fault"),
    [
        (replace(ANNULMENT, words=""), RequestIncomplete),
        (replace(ANNULMENT, words="长" * (MAX_WORDS + 1)), RequestIncomplete),
        (replace(ANNULMENT, changes={"name": "示例新名"}), RequestIncomplete),
        (replace(ANNULMENT, reason=ActReason.LOST_OR_DAMAGED), RequestNotPossible),
        (replace(ANNULMENT, authority=Authority.PROVINCE), RequestNotPossible),
        (replace(ANNULMENT, paper=None), RequestIncomplete),
        (replace(CORRECTION, changes={}), RequestIncomplete),
        (replace(CORRECTION, changes={"issuer": "示例另一机构"}), CorrectionRefused),
        (
            Asked(ActKind.SUPERSEDED, ActReason.REPLACED, Authority.INSTITUTION, "示例理由"),
            RequestIncomplete,
        ),
    ],
)
def test_what_could_never_be_done_is_not_taken(
    offices: Offices, asked: Asked, fault: type[RegistryError]
) -> None:
    with pytest.raises(fault):
        offices.ask(asked)
    assert offices.requests.count(Reach(everything=True), list(RequestState)) == 0


def test_a_requested_correction_is_what_the_holder_then_has(offices: Offices) -> None:
    request = offices.ask(CORRECTION)
    offices.accept(request, who=THE_PROVINCE)
    offices.work()
    assert standing_of(offices.scene.register.look_up, request.wish.number).record.name == "示例新名"


def test_a_disputed_annulment_is_reinstated_by_the_province(offices: Offices) -> None:
    request, reference = offices.dispute()
    assert offices.requests.by_reference(reference.lower().replace("-", " ")).id == request.id
    offices.accept(request, who=THE_PROVINCE)
    offices.work()
    assert offices.state(Story.ANNULLED) is ChainState.VALID
    assert offices.requests.by_reference(reference).state is RequestState.DONE


def test_an_upheld_annulment_is_told_with_its_reasons(offices: Offices) -> None:
    request, reference = offices.dispute()
    refuse(offices.requests, request, THE_PROVINCE, "示例：原记录属实")
    told = offices.requests.by_reference(reference)
    assert (told.state, told.answer) == (RequestState.REFUSED, "示例：原记录属实")
    assert offices.state(Story.ANNULLED) is ChainState.ANNULLED
    # Whoever has something new to say may say it.
    assert offices.dispute()[1]


def test_a_dispute_is_open_once_and_its_reference_told_once(offices: Offices) -> None:
    first, reference = offices.dispute()
    again, nothing = offices.dispute()
    assert (again.id, nothing) == (first.id, "")
    by_institution, none = offices.dispute(who=INSTITUTION)
    assert by_institution.id != first.id
    assert none == ""
    assert reference


def test_only_an_annulment_is_disputed_and_not_by_who_annulled(offices: Offices) -> None:
    for story in (Story.PLAIN, Story.SUPERSEDED):
        with pytest.raises(RequestNotPossible):
            offices.dispute(story=story)
    for who in (BUREAU, THE_PROVINCE):
        with pytest.raises(RequestNotPossible):
            offices.dispute(who=who)


def test_a_reference_that_was_never_given_finds_nothing(offices: Offices) -> None:
    offices.dispute()
    for reference in ("", "AAAAAA-AAAAAA-AAAAAA-AAAAAA", "x" * 500, "示例"):
        with pytest.raises(RequestUnknown):
            offices.requests.by_reference(reference)


def test_a_list_holds_what_is_within_reach(offices: Offices) -> None:
    offices.ask()
    offices.dispute()
    everything, states = Reach(everything=True), list(RequestState)
    mine = Reach(prefixes=frozenset({HOLDERS[Story.PLAIN].number[:13]}))
    assert offices.requests.count(everything, states) == 2
    assert offices.requests.count(mine, states) == 2
    assert offices.requests.count(Reach(bureau=CHANGSHA), states) == 2
    assert offices.requests.count(Reach(), states) == 0
    assert offices.requests.count(Reach(bureau="430200"), states) == 0
    assert offices.requests.count(everything, [RequestState.DONE]) == 0


def test_nothing_that_people_wrote_lies_in_clear(offices: Offices) -> None:
    offices.ask()
    request, reference = offices.dispute()
    refuse(offices.requests, request, THE_PROVINCE, "示例：原记录属实")
    path = offices.scene.places.data_dir / "desk.sqlite"
    stored = b"".join(each.read_bytes() for each in path.parent.glob("desk.sqlite*"))
    assert request.id.encode() in stored
    for secret in (
        *("示例：本人参加了考试", "示例电话", "示例：考试记录与证书不符", "示例：原记录属实", "示例决定书"),
        *(HOLDERS[Story.PLAIN].number, HOLDERS[Story.ANNULLED].number, reference, reference.replace("-", "")),
    ):
        assert secret.encode() not in stored
    assert PAPER.content not in stored


def test_with_an_erased_certificate_goes_what_was_asked_about_it(offices: Offices) -> None:
    """Its rows stay: that somebody asked and what became of it. No copy of them opens any more."""
    decided, waiting = offices.ask(who=BUREAU), offices.ask()
    other = offices.dispute()[0]
    refuse(offices.requests, decided, THE_PROVINCE, "示例理由")
    places = offices.requests.places_of(decided.certificate)
    offices.scene.erase(Story.PLAIN)
    for _ in range(2):
        forget_requests(offices.scene.register, decided.certificate)
    vault = offices.scene.register.keys.vault
    assert len(places) == 8
    assert all(vault.has_forgotten(place) for place in places)
    kept = [offices.requests.get(each.id) for each in (decided, waiting)]
    assert [each.state for each in kept] == [RequestState.REFUSED, RequestState.WITHDRAWN]
    assert {(each.wish.number, each.wish.words, each.answer) for each in kept} == {("", "", "")}
    assert offices.requests.document(waiting.id) == b""
    assert offices.requests.get(other.id).wish.words


def test_what_was_handed_in_goes_when_its_time_is_over(offices: Offices) -> None:
    ended, waiting = offices.ask(who=BUREAU), offices.ask()
    refuse(offices.requests, ended, THE_PROVINCE, "示例理由")
    over = offices.scene.clock() + timedelta(days=USUAL_DAYS[Kept.REQUESTS])
    assert offices.requests.blank_ended(over - timedelta(days=1828)) == 0
    assert offices.requests.blank_ended(over, dry_run=True) == 1
    assert offices.requests.get(ended.id).wish.words
    assert [offices.requests.blank_ended(over) for _ in range(2)] == [1, 0]
    kept = offices.requests.get(ended.id)
    assert (kept.state, kept.wish.words, kept.answer) == (RequestState.REFUSED, "", "")
    assert offices.requests.document(ended.id) == b""
    assert offices.requests.get(waiting.id).wish.words
