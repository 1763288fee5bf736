"""What a holder says is wrong: checked as words, decided by an office, signed in that office's own words."""

from collections.abc import Callable, Mapping
from datetime import timedelta

import pytest

from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind
from registry.requests.asking import Paper, ask_correction, standing_of
from registry.requests.deciding import (
    accept,
    accept_correction,
    forget_requests,
    refuse,
    reopen,
    withdraw,
)
from registry.requests.errors import (
    NotTheDecider,
    RequestDecided,
    RequestIncomplete,
    RequestNotPossible,
    RequestUnknown,
)
from registry.requests.model import MAX_CLAIM, MAX_WORDS, CaseRequest, RequestKind, RequestState, Who
from registry.review.acts import ActReason
from registry.review.correcting import CORRECTABLE
from registry.review.errors import CertificateMoved, CorrectionRefused
from registry.rules.identity_documents import IdentityFault
from tests.registry.filled import HOLDERS, Story
from tests.registry.requests.offices import (
    BUREAU,
    HOLDER,
    INSTITUTION,
    OTHER_BUREAU,
    PASSPHRASES,
    THE_PROVINCE,
    Officer,
    Offices,
)

CLAIM = {"name": "示例春衫"}
RIGHT = {"name": "示例春杉"}


def claim(
    offices: Offices, changes: Mapping[str, str] = CLAIM, *, story: Story = Story.PLAIN, words: str = ""
) -> tuple[CaseRequest, str]:
    """A holder says what is wrong."""
    look_up = offices.scene.register.look_up
    number = HOLDERS[story].number
    return ask_correction(look_up, offices.requests, number, changes=changes, words=words)


def settle(
    offices: Offices,
    request: CaseRequest,
    changes: Mapping[str, str] = RIGHT,
    *,
    who: Who = BUREAU,
    head: int | None = None,
) -> None:
    """An officer signs, and the job is handed in."""
    accept_correction(
        offices.scene.register,
        offices.requests,
        request,
        who,
        Officer(f"officer-{who.office}"),
        changes=changes,
        passphrase=PASSPHRASES.get(who.office, b"none"),
        seen_head=offices.head_of(request) if head is None else head,
    )
    offices.submit(request, who)


def name_of(offices: Offices) -> str:
    return standing_of(offices.scene.register.look_up, HOLDERS[Story.PLAIN].number).record.name


@pytest.mark.parametrize(("who", "authority"), [(BUREAU, "bureau"), (THE_PROVINCE, "province")])
def test_what_the_officer_wrote_stands_in_the_log_on_the_offices_word(
    offices: Offices, who: Who, authority: str
) -> None:
    request, reference = claim(offices)
    assert offices.requests.by_reference(reference).id == request.id
    settle(offices, request, who=who)
    assert offices.requests.by_reference(reference).state is RequestState.ACCEPTED
    offices.work()
    done = offices.requests.by_reference(reference)
    head = standing_of(offices.scene.register.look_up, request.wish.number).chain.head
    assert (done.state, done.entry, head.authority) == (RequestState.DONE, head.index, authority)
    assert name_of(offices) == RIGHT["name"]
    # What was asked for stays as it was asked.
    assert done.wish.changes == CLAIM


def test_only_the_bureau_that_approved_and_the_province_decide(offices: Offices) -> None:
    request, _ = claim(offices)
    for who in (INSTITUTION, OTHER_BUREAU, HOLDER):
        with pytest.raises(NotTheDecider):
            settle(offices, request, who=who)
        with pytest.raises(NotTheDecider):
            refuse(offices.requests, request, who, "示例：不同意")
    assert offices.requests.get(request.id).state is RequestState.ASKED
    assert offices.jobs.latest("act", request.id) is None


def test_what_a_holder_typed_is_never_signed_as_it_stands(offices: Offices) -> None:
    request, _ = claim(offices)
    with pytest.raises(RequestNotPossible):
        accept(
            offices.scene.register,
            offices.requests,
            request,
            BUREAU,
            Officer("officer-430100"),
            passphrase=PASSPHRASES[BUREAU.office],
            seen_head=offices.head_of(request),
        )
    asked = offices.ask()
    with pytest.raises(RequestNotPossible):
        settle(offices, asked)
    assert {offices.requests.get(each.id).state for each in (request, asked)} == {RequestState.ASKED}


def test_an_officers_words_are_held_to_what_an_upload_is_held_to(offices: Offices) -> None:
    request, _ = claim(offices)
    wrong: tuple[tuple[Mapping[str, str], type[Exception]], ...] = (
        ({}, RequestIncomplete),
        ({"issuer": "示例另一机构"}, CorrectionRefused),
        ({"id_number": "430102199003074516"}, IdentityFault),
    )
    for changes, fault in wrong:
        with pytest.raises(fault):
            settle(offices, request, changes)
    with pytest.raises(CertificateMoved):
        settle(offices, request, head=0)
    assert name_of(offices) == HOLDERS[Story.PLAIN].name
    assert offices.requests.get(request.id).state is RequestState.ASKED


def test_any_correctable_item_can_be_claimed_in_any_words(offices: Offices) -> None:
    for field in CORRECTABLE:
        request, reference = claim(offices, {field: "  怎样都行 "})
        assert request.wish.changes == {field: "怎样都行"}
        assert reference != ""
        withdraw(offices.requests, request, HOLDER)
        offices.scene.clock.now += timedelta(days=1)


def test_what_says_nothing_or_too_much_is_refused_and_nothing_is_kept(offices: Offices) -> None:
    for changes, words, field in (
        ({}, "", "claim"),
        ({}, "一", "claim"),
        ({"name": " "}, "示例：写错了", "claim"),
        ({"level": "2"}, "示例：写错了", "claim"),
        ({"name": "长" * (MAX_CLAIM + 1)}, "", "claim_long"),
        (CLAIM, "长" * (MAX_WORDS + 1), "claim_words_long"),
    ):
        with pytest.raises(RequestIncomplete) as fault:
            claim(offices, changes, words=words)
        assert fault.value.field == field
    with pytest.raises(RequestNotPossible):
        claim(offices, story=Story.ANNULLED)
    request, _ = claim(offices, {}, words="示例：等级应为二级")
    assert len(offices.requests.of_certificate(request.certificate)) == 1


def test_asking_twice_is_one_request_and_an_offices_own_is_another(offices: Offices) -> None:
    first, reference = claim(offices)
    second, none = claim(offices, {"name": "示例别的"})
    assert (first.id, none) == (second.id, "")
    assert second.wish.changes == CLAIM
    assert reference != ""
    own = offices.ask()
    assert own.id != first.id
    withdraw(offices.requests, first, HOLDER)
    assert claim(offices)[0].id != first.id


def test_each_end_is_an_end(offices: Offices) -> None:
    """Every step from every state: what is over is never decided again."""
    steps: Mapping[str, Callable[[CaseRequest], None]] = {
        "settle": lambda request: settle(offices, request),
        "refuse": lambda request: refuse(offices.requests, request, BUREAU, "示例：不同意"),
        "withdraw": lambda request: withdraw(offices.requests, request, HOLDER),
    }
    for ended_by in ("refuse", "withdraw"):
        request, _ = claim(offices)
        steps[ended_by](request)
        for step in steps.values():
            # As somebody does who has the page of before still open, and who has the newest one.
            for seen in (request, offices.requests.get(request.id)):
                with pytest.raises(RequestDecided):
                    step(seen)
    request, _ = claim(offices)
    settle(offices, request)
    for name in ("refuse", "withdraw"):
        with pytest.raises(RequestDecided):
            steps[name](request)
    offices.work()
    for step in steps.values():
        with pytest.raises(RequestDecided):
            step(offices.requests.get(request.id))


def test_a_signed_correction_that_the_log_refuses_is_open_again(offices: Offices) -> None:
    request, _ = claim(offices)
    settle(offices, request)
    offices.scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.WRONGLY_ISSUED)
    offices.work()
    assert offices.requests.get(request.id).state is RequestState.ASKED
    assert offices.state() is ChainState.ANNULLED
    with pytest.raises(RequestDecided):
        reopen(offices.scene.register, offices.requests, offices.requests.get(request.id), BUREAU)
    refuse(offices.requests, offices.requests.get(request.id), BUREAU, "示例：证书已撤销")


def test_an_erasure_takes_the_words_the_paper_and_the_reference(offices: Offices) -> None:
    number = HOLDERS[Story.PLAIN].number
    look_up = offices.scene.register.look_up
    paper = Paper("示例身份证.jpg", b"invented")
    request, reference = ask_correction(
        look_up, offices.requests, number, changes=CLAIM, contact="示例电话", paper=paper
    )
    assert offices.requests.document(request.id) == paper.content
    offices.scene.erase(Story.PLAIN)
    forget_requests(offices.scene.register, request.certificate)
    left = offices.requests.get(request.id)
    assert (left.kind, left.state) == (RequestKind.CORRECTION, RequestState.WITHDRAWN)
    assert (left.wish.changes, left.wish.contact, offices.requests.document(request.id)) == ({}, "", b"")
    with pytest.raises(RequestUnknown):
        offices.requests.by_reference(reference)


def test_nothing_of_it_lies_open_in_the_database(offices: Offices) -> None:
    claim(offices, {"name": "示例春衫", "id_number": "430102199003074515"}, words="示例：写错了字")
    offices.scene.register.close()
    held = b"".join(path.read_bytes() for path in offices.scene.places.data_dir.glob("desk.sqlite*"))
    for secret in ("示例春衫", "430102199003074515", "示例：写错了字"):
        assert secret.encode() not in held
