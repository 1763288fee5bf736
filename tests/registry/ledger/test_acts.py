"""Acts on certificates that stand in the register: who may act, on what, and what is refused."""

import pytest

from registry.ledger.append import append_act
from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind, signed
from registry.ledger.errors import MalformedEntry, Refusal
from signing.encoding import b64url_encode
from tests.registry.ledger.builders import (
    CHANGSHA,
    ORIGIN,
    PROVINCE,
    ZHUZHOU,
    SmallRegister,
    a_record,
)
from tests.registry.ledger.refusals import refused, unchanged


@pytest.fixture
def certificate(register: SmallRegister) -> int:
    """The index of the first of two certificates."""
    return register.approve([a_record(1), a_record(2)]).first_index + 1


def record_of(register: SmallRegister, index: int) -> str:
    with register.reader() as reader:
        number = reader.records.number_of(index)
    assert number is not None
    return number


def test_annulled_certificate_cannot_be_reissued(register: SmallRegister, certificate: int) -> None:
    register.act(certificate, ActKind.ANNULLED)
    with refused(register, Refusal.ACT_NOT_POSSIBLE):
        register.act(certificate, ActKind.REISSUED)
    register.act(certificate, ActKind.REINSTATED)
    register.act(certificate, ActKind.REISSUED)
    assert [link.state for link in register.chain(certificate).links] == [
        ChainState.VALID,
        ChainState.ANNULLED,
        ChainState.VALID,
        ChainState.VALID,
    ]


def test_an_act_leaves_other_certificates_alone(register: SmallRegister, certificate: int) -> None:
    register.act(certificate, ActKind.ANNULLED)
    assert len(register.chain(certificate + 1).links) == 1


def test_the_province_may_act_for_every_bureau(register: SmallRegister, certificate: int) -> None:
    content = register.act_content(
        certificate, ActKind.ANNULLED, bureau=PROVINCE, key=register.province.key_id
    )
    append_act(register.writer, signed(content, register.province, ORIGIN))
    assert register.chain(certificate).head.state is ChainState.ANNULLED


def test_another_bureau_may_not_act(register: SmallRegister, certificate: int) -> None:
    other = register.other_bureau
    content = register.act_content(certificate, ActKind.ANNULLED, bureau=ZHUZHOU, key=other.key_id)
    with refused(register, Refusal.NOT_THE_RESPONSIBLE_BUREAU):
        append_act(register.writer, signed(content, other, ORIGIN))
    with refused(register, Refusal.KEY_OF_ANOTHER_BUREAU):
        append_act(register.writer, signed({**content, "bureau": CHANGSHA}, other, ORIGIN))
    honest = register.act_content(certificate, ActKind.ANNULLED)
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_act(register.writer, signed(honest, other, ORIGIN))
    with refused(register, Refusal.SIGNATURE_WRONG):
        append_act(register.writer, {**signed(honest, register.bureau, ORIGIN), "reason": "fraud"})


def test_two_acts_that_saw_the_same_head_do_not_both_hold(register: SmallRegister, certificate: int) -> None:
    first = register.act_content(certificate, ActKind.REISSUED)
    second = register.act_content(certificate, ActKind.ANNULLED)
    append_act(register.writer, signed(first, register.bureau, ORIGIN))
    with refused(register, Refusal.CHAIN_MOVED_ON):
        append_act(register.writer, signed(second, register.bureau, ORIGIN))


def test_only_certificates_are_acted_on(register: SmallRegister, certificate: int) -> None:
    size = register.stored_size()
    for index in (0, certificate - 1, size, 10**9):
        content = register.act_content(certificate, ActKind.ANNULLED, index=index, previous=index)
        with refused(register, Refusal.CERTIFICATE_UNKNOWN):
            append_act(register.writer, signed(content, register.bureau, ORIGIN))


def test_an_act_in_the_middle_of_a_chain_is_not_a_certificate(
    register: SmallRegister, certificate: int
) -> None:
    act = register.act(certificate, ActKind.REISSUED).first_index
    content = register.act_content(certificate, ActKind.ANNULLED, index=act, previous=act)
    with refused(register, Refusal.CERTIFICATE_UNKNOWN):
        append_act(register.writer, signed(content, register.bureau, ORIGIN))


def test_a_correction_keeps_its_number_and_makes_a_version(register: SmallRegister, certificate: int) -> None:
    number = record_of(register, certificate)
    first = register.correct(certificate, a_record(1, number=number, name="示例乙"))
    second = register.correct(certificate, a_record(1, number=number, name="示例丙"))
    with register.reader() as reader:
        versions = reader.records.versions(number)
        ordinals = [reader.ordinal(certificate, version.index) for version in versions]
    assert [(each.version, each.index) for each in versions] == [
        (1, certificate),
        (2, first.first_index),
        (3, second.first_index),
    ]
    # Ordinals count commitments: two certificates, then the two corrections.
    assert ordinals[1:] == [2, 3]
    assert register.chain(certificate).head.version == 3


def test_a_correction_that_changes_the_number_is_refused(register: SmallRegister, certificate: int) -> None:
    for serial in (3, 2 if record_of(register, certificate).endswith("1") else 1):
        with refused(register, Refusal.NUMBER_MUST_STAY):
            register.correct(certificate, a_record(serial))


def test_a_correction_brings_the_record_that_it_commits_to(register: SmallRegister, certificate: int) -> None:
    number = record_of(register, certificate)
    one, other = register.prepared([a_record(1, number=number, name=name) for name in ("示例乙", "示例丙")])
    committed = b64url_encode(one.commitment)
    content = register.act_content(certificate, ActKind.CORRECTED, commitment=committed)
    for corrected in (None, other):
        with refused(register, Refusal.RECORD_DIFFERS):
            append_act(register.writer, signed(content, register.bureau, ORIGIN), corrected)
    content = register.act_content(certificate, ActKind.REISSUED)
    with refused(register, Refusal.RECORD_DIFFERS):
        append_act(register.writer, signed(content, register.bureau, ORIGIN), one)


def test_a_certificate_is_superseded_by_another_that_is_in_force(
    register: SmallRegister, certificate: int
) -> None:
    register.act(certificate, ActKind.SUPERSEDED, by=certificate + 1)
    head = register.chain(certificate).head
    assert (head.state, head.by) == (ChainState.SUPERSEDED, certificate + 1)


def test_nothing_supersedes_itself_or_is_superseded_by_nothing(
    register: SmallRegister, certificate: int
) -> None:
    for by in (certificate, 0, certificate - 1, register.stored_size(), 10**9):
        with refused(register, Refusal.CERTIFICATE_UNKNOWN):
            register.act(certificate, ActKind.SUPERSEDED, by=by)


def test_nothing_is_superseded_by_an_annulled_certificate(register: SmallRegister, certificate: int) -> None:
    register.act(certificate + 1, ActKind.ANNULLED)
    with refused(register, Refusal.ACT_NOT_POSSIBLE):
        register.act(certificate, ActKind.SUPERSEDED, by=certificate + 1)
    register.act(certificate + 1, ActKind.REINSTATED)
    register.act(certificate, ActKind.SUPERSEDED, by=certificate + 1)
    with refused(register, Refusal.ACT_NOT_POSSIBLE):
        register.act(certificate + 1, ActKind.SUPERSEDED, by=certificate)


def test_an_act_carries_no_words(register: SmallRegister, certificate: int) -> None:
    for over in ({"reason": "示例甲 forged it"}, {"remark": "x"}, {"act": "forgotten"}):
        content = register.act_content(certificate, ActKind.ANNULLED) | over
        with unchanged(register), pytest.raises(MalformedEntry):
            append_act(register.writer, signed(content, register.bureau, ORIGIN))


REQUEST = b64url_encode(b"r" * 16)


def test_a_request_is_done_once_on_a_certificate(register: SmallRegister, certificate: int) -> None:
    """Also by who looks again and signs for the new head: a click that comes twice reissues once."""
    register.act(certificate, ActKind.REISSUED, request=REQUEST)
    for kind in (ActKind.REISSUED, ActKind.ANNULLED):
        with refused(register, Refusal.REQUEST_DONE):
            register.act(certificate, kind, request=REQUEST)
    register.act(certificate, ActKind.ANNULLED)
    with refused(register, Refusal.REQUEST_DONE):
        register.act(certificate, ActKind.REINSTATED, request=REQUEST)
    register.act(certificate + 1, ActKind.REISSUED, request=REQUEST)
    assert register.chain(certificate).head.printing == 2
    assert register.audited().finding is None


def test_an_act_says_on_whose_word_and_by_which_paper(register: SmallRegister, certificate: int) -> None:
    document = b64url_encode(b"d" * 32)
    register.act(certificate, ActKind.ANNULLED, authority="court", document=document)
    head = register.chain(certificate).head
    assert (head.authority, head.document, head.request) == ("court", document, "")


def test_a_paper_stands_behind_somebodys_word(register: SmallRegister, certificate: int) -> None:
    with unchanged(register), pytest.raises(MalformedEntry):
        register.act(certificate, ActKind.ANNULLED, document=b64url_encode(b"d" * 32))


def test_the_log_does_not_hold_the_paper_of_an_erasure(register: SmallRegister, certificate: int) -> None:
    document = b64url_encode(b"d" * 32)
    with unchanged(register), pytest.raises(MalformedEntry):
        register.act(certificate, ActKind.ERASED, authority="province", document=document)


@pytest.mark.parametrize("field", ["authority", "document", "request"])
def test_what_an_act_rests_on_is_signed(register: SmallRegister, certificate: int, field: str) -> None:
    whole = {"authority": "court", "document": b64url_encode(b"d" * 32), "request": REQUEST}
    content = signed(register.act_content(certificate, ActKind.ANNULLED, **whole), register.bureau, ORIGIN)
    others = {
        "authority": "bureau",
        "document": b64url_encode(b"e" * 32),
        "request": b64url_encode(b"s" * 16),
    }
    for altered in (
        {**content, field: others[field]},
        {name: value for name, value in content.items() if name != field},
    ):
        with refused(register, Refusal.SIGNATURE_WRONG):
            append_act(register.writer, altered)
