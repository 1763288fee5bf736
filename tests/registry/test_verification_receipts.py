"""What the register states about a check, and what becomes of the receipt when it is checked in its turn."""

from dataclasses import replace
from hashlib import sha256

import pytest

from registry.custody.rotation import NextKey, introduce_next
from registry.ledger.append import append_keys
from registry.ledger.entries import ActKind
from registry.ledger.key_history import retirement
from registry.review.acts import ActReason
from registry.verification import Verification
from signing.keys import KeyRole
from signing.report import Conclusion
from signing.trust import trust_from_files
from signing.verification_statement import Given, GivenKind, StatedConclusion, VerificationStatement
from signing.verifier import verify
from tests.builders import a_number
from tests.registry.filled import (
    CORRECTED_NAME,
    HOLDERS,
    ORIGIN,
    PASSPHRASE,
    ROOT_PASSPHRASE,
    Scene,
    Story,
)

PLAIN = HOLDERS[Story.PLAIN]
_KINDS = {
    "pdf": GivenKind.PDF,
    "json": GivenKind.CREDENTIAL,
    "rdfc.json": GivenKind.CREDENTIAL,
    "tlog-proof": GivenKind.LOG_RECEIPT,
    "full.tlog-proof": GivenKind.LOG_RECEIPT,
    "png": GivenKind.PICTURE,
}


def _form(scene: Scene, story: Story, form: str) -> bytes:
    index = scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
    return scene.register.electronic(index, form).content


def _of_number(scene: Scene, number: str, name: str | None = None) -> VerificationStatement | None:
    checked = scene.register.verify_number(number, name=name, id_number=None)
    return scene.register.statement(checked, Given(GivenKind.NUMBER, number), name=name or "")


def _of_file(
    scene: Scene, content: bytes, kind: GivenKind, name: str | None = None
) -> tuple[Verification, VerificationStatement | None]:
    checked = scene.register.verify_file(content, name=name)
    given = Given(kind, "", sha256(content).hexdigest())
    return checked, scene.register.statement(checked, given, name=name or "")


def _checked_later(scene: Scene, statement: VerificationStatement) -> Verification:
    """The signed receipt, handed in, with the register and without it."""
    receipt = scene.register.verification_receipt(statement)
    alone = verify(receipt, trust_from_files(scene.register.trust_files()), scene.register.clock())
    found = scene.register.verify_file(receipt, name=None)
    assert found.report == alone
    assert found.verdict is None
    return found


@pytest.mark.parametrize(
    ("story", "conclusion"),
    [
        (Story.PLAIN, StatedConclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.CORRECTED, StatedConclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.REINSTATED, StatedConclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.SUPERSEDED, StatedConclusion.SUPERSEDED),
        (Story.ANNULLED, StatedConclusion.ANNULLED),
    ],
)
def test_a_number_that_was_asked_has_a_receipt_that_is_good_later(
    told: Scene, story: Story, conclusion: StatedConclusion
) -> None:
    number = HOLDERS[story].number
    statement = _of_number(told, number)
    assert statement is not None
    assert (statement.conclusion, statement.given.number) == (conclusion, number)
    assert statement.certificate is not None
    assert statement.filings is not None
    assert statement.certificate.number == number
    assert (statement.filings.on_issue_date.state, statement.filings.on_issue_date.covered) == ("filed", True)
    assert statement.filings.on_issue_date.on == statement.certificate.issued_on
    assert [each.name for each in statement.status_lists] == ["revocation-0", "supersession-0"]
    for used in statement.status_lists:
        assert used.digest_hex == sha256(told.register.status_list(used.name)).hexdigest()
    assert statement.checkpoint.encode() == told.register.checkpoint()
    found = _checked_later(told, statement)
    assert found.report is not None
    assert (found.report.conclusion, found.report.stated) == (Conclusion.STATED_THEN, statement)


def test_a_superseded_number_names_the_one_that_replaced_it(told: Scene) -> None:
    statement = _of_number(told, HOLDERS[Story.SUPERSEDED].number)
    assert statement is not None
    assert statement.certificate is not None
    assert statement.certificate.replaced_by == HOLDERS[Story.REPLACEMENT].number


def test_not_found_is_stated_as_of_a_tree_and_names_nothing_else(told: Scene) -> None:
    number = a_number(999_999)
    statement = _of_number(told, number, name="示例外人")
    assert statement is not None
    assert statement.conclusion is StatedConclusion.NOT_FOUND
    assert (statement.certificate, statement.filings, statement.status_lists) == (None, None, ())
    assert (statement.name_match, statement.name) == (None, "")
    assert _checked_later(told, statement).report is not None


@pytest.mark.parametrize("form", _KINDS)
def test_every_form_that_was_handed_in_has_a_receipt_bound_to_its_bytes(told: Scene, form: str) -> None:
    content = _form(told, Story.PLAIN, form)
    checked, statement = _of_file(told, content, _KINDS[form], PLAIN.name)
    assert statement is not None
    assert checked.report is not None
    assert statement.conclusion is StatedConclusion.AUTHENTIC_AND_IN_FORCE
    assert statement.given.digest_hex == sha256(content).hexdigest()
    assert statement.given.number == ""
    assert statement.given.entry_index == checked.report.entry_index
    assert [step.name for step in statement.steps] == [step.name for step in checked.report.steps]
    assert statement.name_match is True
    found = _checked_later(told, statement)
    assert found.report is not None
    assert found.report.conclusion is Conclusion.STATED_THEN


def test_the_file_of_an_earlier_version_is_stated_as_superseded_beside_the_version_that_holds(
    told: Scene, scene: Scene
) -> None:
    old = _form(told, Story.PLAIN, "json")
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"name": "示例改名"})
    scene.register.publish_status(scene.register.writer())
    _, statement = _of_file(scene, old, GivenKind.CREDENTIAL, "示例改名")
    assert statement is not None
    assert statement.conclusion is StatedConclusion.SUPERSEDED
    assert statement.certificate is not None
    assert (statement.given.version, statement.certificate.version) == (1, 2)
    assert statement.name_match is True
    found = _checked_later(scene, statement)
    assert found.report is not None
    assert (found.report.conclusion, found.report.exit_code) == (Conclusion.STATED_THEN, 1)


@pytest.mark.parametrize("form", ["pdf", "json"])
def test_a_forged_file_gets_a_receipt_that_repeats_nothing_of_it(told: Scene, form: str) -> None:
    content = _form(told, Story.PLAIN, form)
    middle = len(content) // 2
    forged = content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]
    _, statement = _of_file(told, forged, _KINDS[form], PLAIN.name)
    assert statement is not None
    assert statement.conclusion is StatedConclusion.NOT_AUTHENTIC
    assert (statement.given.version, statement.given.entry_index) == (None, None)
    receipt = told.register.verification_receipt(statement).decode()
    for told_by_it in (PLAIN.number, PLAIN.name, "示**", "示例评价机构"):
        assert told_by_it not in receipt
    assert _checked_later(told, statement).report is not None


def test_what_could_not_be_checked_or_is_no_form_has_no_receipt(told: Scene) -> None:
    receipt = told.register.verification_receipt(_some(_of_number(told, PLAIN.number)))
    for content in (b"no form", b"\x89PNG\r\n\x1a\n and no picture", receipt):
        assert _of_file(told, content, GivenKind.PDF)[1] is None


def test_no_identity_number_and_no_whole_name_unless_it_is_wanted(told: Scene) -> None:
    content = _form(told, Story.PLAIN, "full.tlog-proof")
    _, named = _of_file(told, content, GivenKind.LOG_RECEIPT, PLAIN.name)
    statement = _some(named)
    with_name = told.register.verification_receipt(statement).decode()
    without = told.register.verification_receipt(replace(statement, name="")).decode()
    assert PLAIN.name in with_name
    assert PLAIN.name not in without
    for receipt in (with_name, without):
        assert PLAIN.id_number not in receipt


def test_a_wrong_name_is_stated_as_not_matching(told: Scene) -> None:
    statement = _some(_of_number(told, PLAIN.number, name="示例外人"))
    assert (statement.name_match, statement.name) == (False, "示例外人")
    corrected = _some(_of_number(told, HOLDERS[Story.CORRECTED].number, name=CORRECTED_NAME))
    assert corrected.name_match is True


@pytest.mark.parametrize(
    "letter",
    [
        "兹证明本证书真实有效。" * 9,
        "示例\n核验结论：真实有效",
        "示例甲 430102199003074515",
        "示例\u202e甲乙"[:3] + "\x07",
    ],
    ids=["letter", "lines", "number", "control"],
)
def test_what_can_be_no_name_is_not_signed_as_one(told: Scene, letter: str) -> None:
    statement = _some(_of_number(told, PLAIN.number, name=letter))
    assert (statement.name_match, statement.name) == (False, "")


def test_a_scanned_address_is_stated_by_the_digest_of_its_reference(told: Scene) -> None:
    version = told.register.ledger.records.versions(PLAIN.number)[0]
    ref = told.register.keys.references.make(version.index)
    checked = told.register.verify_reference(ref, name=PLAIN.name)
    given = Given(GivenKind.REFERENCE, "", sha256(ref.encode()).hexdigest())
    statement = _some(told.register.statement(checked, given))
    assert statement.conclusion is StatedConclusion.AUTHENTIC_AND_IN_FORCE
    assert _checked_later(told, statement).report is not None
    unknown = told.register.verify_reference("A" * 22, name=None)
    stated = _some(told.register.statement(unknown, given))
    assert (stated.conclusion, stated.number) == (StatedConclusion.NOT_FOUND, "")
    assert _checked_later(told, stated).report is not None


def test_an_erased_certificate_is_stated_without_a_word_of_its_content(told: Scene, scene: Scene) -> None:
    old = _form(told, Story.PLAIN, "json")
    scene.erase(Story.PLAIN)
    scene.register.publish_status(scene.register.writer())
    by_number = _some(_of_number(scene, PLAIN.number))
    by_file = _some(_of_file(scene, old, GivenKind.CREDENTIAL, PLAIN.name)[1])
    for statement in (by_number, by_file):
        assert (statement.conclusion, statement.certificate) == (StatedConclusion.ERASED, None)
        receipt = scene.register.verification_receipt(statement)
        assert PLAIN.name.encode() not in receipt
        assert _checked_later(scene, statement).report is not None


def test_a_receipt_of_another_registers_key_is_not_authentic(told: Scene) -> None:
    statement = _some(_of_number(told, PLAIN.number))
    receipt = told.register.verification_receipt(statement)
    files = told.register.trust_files()
    document = files["did.json"].replace(b"skills.example", b"other.example")
    stranger = trust_from_files({**files, "did.json": document})
    assert verify(receipt, stranger, told.register.clock()).conclusion is Conclusion.NOT_AUTHENTIC


def test_a_receipt_stays_good_when_its_key_is_rotated_and_not_when_it_leaked(scene: Scene) -> None:
    root = scene.places.keys.root.unlock(KeyRole.ROOT, ROOT_PASSPHRASE)
    old_key = scene.register.keys[KeyRole.RECEIPT].key_id
    old = scene.register.verification_receipt(_some(_of_number(scene, PLAIN.number)))
    introduce_next(scene.register, NextKey(KeyRole.RECEIPT), passphrase=PASSPHRASE, root=root)
    new = scene.register.verification_receipt(_some(_of_number(scene, PLAIN.number)))
    assert scene.register.keys[KeyRole.RECEIPT].key_id != old_key

    def conclusions() -> list[Conclusion]:
        found = (scene.register.verify_file(each, name=None).report for each in (old, new))
        return [each.conclusion for each in found if each is not None]

    assert conclusions() == [Conclusion.STATED_THEN] * 2
    leaked = retirement(log_origin=ORIGIN, identity=old_key, root=root, reason="compromised")
    append_keys(scene.register.writer(), [leaked])
    assert conclusions() == [Conclusion.NOT_AUTHENTIC, Conclusion.STATED_THEN]


def _some(statement: VerificationStatement | None) -> VerificationStatement:
    assert statement is not None
    return statement
