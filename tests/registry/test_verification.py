"""Checking a number, a code or a file with the register at hand."""

import json
from collections.abc import Mapping

import pytest

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from registry.verdict import Result
from registry.verification import Verification
from signing.cbor import Tagged, decode, encode
from signing.commitment import PUBLIC_FIELDS, commitment, new_seed, opening
from signing.encoding import b64url_decode, b64url_encode, canonical_json
from signing.keys import KeyRole
from signing.outcomes import Outcome
from signing.qr_image import read_codes
from signing.receipts import Receipt, opened_extra, parse_extra, parse_receipt
from signing.report import Conclusion
from tests.builders import a_number, a_record
from tests.registry.filled import HOLDERS, Scene, Story, begin
from web.presenters.verification import concluded

PLAIN, NEW_NAME = HOLDERS[Story.PLAIN], "示例改名"
_FORMS = ("pdf", "json", "rdfc.json", "tlog-proof", "full.tlog-proof", "png")


def _correct(scene: Scene) -> None:
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"name": NEW_NAME})
    scene.register.publish_status(scene.register.writer())


def _annul(scene: Scene) -> None:
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
    scene.register.publish_status(scene.register.writer())


def _reinstate(scene: Scene) -> None:
    scene.act(Story.PLAIN, ActKind.REINSTATED, ActReason.WRONGLY_ANNULLED)
    scene.register.publish_status(scene.register.writer())


def _form(scene: Scene, story: Story, form: str) -> bytes:
    index = scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
    return scene.register.electronic(index, form).content


def _checked(scene: Scene, form: bytes, name: str | None = None) -> Verification:
    return scene.register.verify_file(form, name=name)


def _conclusion(verification: Verification) -> Conclusion:
    assert verification.report is not None
    return verification.report.conclusion


def _codes(verification: Verification) -> list[tuple[str, Outcome, str]]:
    return [(step.name, step.outcome, step.reason) for step in verification.steps]


@pytest.mark.parametrize(
    ("number", "steps"),
    [
        (
            PLAIN.number,
            [("number_registered", Outcome.PASSED, ""), ("number_in_force", Outcome.PASSED, "")],
        ),
        (
            HOLDERS[Story.ANNULLED].number,
            [("number_registered", Outcome.PASSED, ""), ("number_in_force", Outcome.FAILED, "annulled")],
        ),
        (
            HOLDERS[Story.SUPERSEDED].number,
            [("number_registered", Outcome.PASSED, ""), ("number_in_force", Outcome.FAILED, "superseded")],
        ),
        (a_number(999_999), [("number_registered", Outcome.FAILED, "not_found")]),
    ],
)
def test_a_number_is_registered_and_in_force_or_says_which_it_is_not(
    told: Scene, number: str, steps: list[tuple[str, Outcome, str]]
) -> None:
    found = told.register.verify_number(number, name=None, id_number=None)
    assert _codes(found) == steps
    assert found.name_match is None
    assert found.kind == "number"


@pytest.mark.parametrize(
    ("name", "id_number", "match"),
    [
        (PLAIN.name, None, True),
        (None, PLAIN.id_number, True),
        (PLAIN.name, PLAIN.id_number, True),
        ("示例外人", None, False),
        (PLAIN.name, HOLDERS[Story.LEGACY].id_number, False),
    ],
)
def test_a_number_with_a_person_says_consistent_or_not(
    told: Scene, name: str | None, id_number: str | None, match: bool
) -> None:
    found = told.register.verify_number(PLAIN.number, name=name, id_number=id_number)
    assert found.name_match is match


@pytest.mark.parametrize("form", _FORMS)
def test_every_form_of_a_valid_certificate_is_authentic_and_in_force(told: Scene, form: str) -> None:
    found = _checked(told, _form(told, Story.PLAIN, form), PLAIN.name)
    assert _conclusion(found) is Conclusion.AUTHENTIC_AND_IN_FORCE
    assert {step.outcome for step in found.steps} == {Outcome.PASSED}
    assert found.verdict is not None
    assert (found.verdict.number, found.verdict.result) == (PLAIN.number, Result.VALID)
    assert found.name_match is True
    assert _checked(told, _form(told, Story.PLAIN, form), "示例外人").name_match is False


@pytest.mark.parametrize("form", _FORMS)
def test_a_form_with_one_byte_changed_borrows_no_verdict(told: Scene, form: str) -> None:
    content = bytearray(_form(told, Story.PLAIN, form))
    if form == "png":
        content[0] ^= 0x01
    else:
        content[len(content) // 2] ^= 0x01
    found = _checked(told, bytes(content), PLAIN.name)
    # What does not even begin like a picture is nothing of ours.
    wanted = Conclusion.NOT_RECOGNISED if form == "png" else Conclusion.NOT_AUTHENTIC
    assert _conclusion(found) is wanted
    assert Outcome.FAILED in {step.outcome for step in found.steps}
    assert (found.verdict, found.name_match) == (None, None)


@pytest.mark.parametrize("form", _FORMS)
def test_an_old_file_of_a_corrected_certificate_is_superseded(scene: Scene, form: str) -> None:
    old = _form(scene, Story.PLAIN, form)
    _correct(scene)
    found = _checked(scene, old, NEW_NAME)
    assert _conclusion(found) is Conclusion.SUPERSEDED
    assert found.verdict is not None
    assert found.verdict.result is Result.SUPERSEDED
    assert found.name_match is True
    new = _checked(scene, _form(scene, Story.PLAIN, form), NEW_NAME)
    assert _conclusion(new) is Conclusion.AUTHENTIC_AND_IN_FORCE
    assert new.verdict is not None
    assert new.verdict.result is Result.VALID


@pytest.mark.parametrize("form", _FORMS)
def test_an_old_file_of_what_was_corrected_and_then_annulled_is_annulled(scene: Scene, form: str) -> None:
    old = _form(scene, Story.PLAIN, form)
    _correct(scene)
    _annul(scene)
    found = _checked(scene, old)
    assert _conclusion(found) is Conclusion.ANNULLED
    assert found.verdict is not None
    assert found.verdict.result is Result.ANNULLED


@pytest.mark.parametrize("form", _FORMS)
def test_a_file_from_before_the_annulment_is_annulled_and_after_the_reinstatement_good(
    scene: Scene, form: str
) -> None:
    old = _form(scene, Story.PLAIN, form)
    _annul(scene)
    assert _conclusion(_checked(scene, old)) is Conclusion.ANNULLED
    _reinstate(scene)
    assert _conclusion(_checked(scene, old)) is Conclusion.AUTHENTIC_AND_IN_FORCE


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """The forms that another register with keys of its own makes for the same number and person."""
    other = begin(tmp_path_factory.mktemp("other") / "register")
    other.approve(other.receive([PLAIN.row()]).id)
    other.register.publish_status(other.register.writer())
    forms = {form: _form(other, Story.PLAIN, form) for form in _FORMS}
    other.close()
    return forms


@pytest.mark.parametrize("form", _FORMS)
def test_a_form_of_another_register_borrows_no_verdict(
    told: Scene, foreign: Mapping[str, bytes], form: str
) -> None:
    found = _checked(told, foreign[form], PLAIN.name)
    assert _conclusion(found) is Conclusion.NOT_AUTHENTIC
    assert (found.verdict, found.name_match) == (None, None)


def test_a_receipt_with_an_invented_entry_under_a_true_checkpoint_borrows_no_verdict(told: Scene) -> None:
    true = parse_receipt(_form(told, Story.PLAIN, "tlog-proof"))
    record, seed = a_record(number=PLAIN.number, level="1"), new_seed()
    entry = json.loads(parse_extra(true.extra)[0])
    entry = canonical_json({**entry, "commitment": b64url_encode(commitment(record, seed))})
    extra = opened_extra(entry, opening(record, seed, PUBLIC_FIELDS))
    found = _checked(told, Receipt(true.index, true.proof, true.checkpoint, extra).to_bytes(), PLAIN.name)
    assert ("entry_in_log", Outcome.FAILED, "not_in_tree") in _codes(found)
    assert _conclusion(found) is Conclusion.NOT_AUTHENTIC
    assert (found.verdict, found.name_match) == (None, None)


@pytest.mark.parametrize(
    ("content", "conclusion"),
    [
        (b"", Conclusion.NOT_RECOGNISED),
        (b"hello", Conclusion.NOT_RECOGNISED),
        (b"{}", Conclusion.NOT_RECOGNISED),
        (b"PK\x03\x04", Conclusion.NOT_RECOGNISED),
        (b"%PDF-", Conclusion.NOT_AUTHENTIC),
        (b"\x89PNG\r\n\x1a\n", Conclusion.COULD_NOT_CHECK),
    ],
)
def test_what_is_no_form_is_said_so_and_nothing_is_looked_up(
    told: Scene, content: bytes, conclusion: Conclusion
) -> None:
    found = _checked(told, content, PLAIN.name)
    assert _conclusion(found) is conclusion
    assert (found.verdict, found.name_match) == (None, None)


def test_a_code_as_text_is_the_same_as_its_picture(told: Scene) -> None:
    (text,) = read_codes(_form(told, Story.PLAIN, "png"))
    as_text = told.register.verify_qr(text, name=PLAIN.name)
    assert _conclusion(as_text) is Conclusion.AUTHENTIC_AND_IN_FORCE
    assert (as_text.kind, as_text.name_match) == ("qr", True)
    assert PLAIN.name not in text
    assert PLAIN.id_number not in text


def _code_of_a_thief(scene: Scene, **changed: str | int) -> str:
    """The code of a good certificate with other words in it, signed by the register's own key."""
    (text,) = read_codes(_form(scene, Story.PLAIN, "png"))
    address, _, token = text.partition("#")
    whole = decode(b64url_decode(token))
    assert isinstance(whole, Tagged)
    assert isinstance(whole.value, list)
    protected, _, payload, _ = whole.value
    assert isinstance(payload, bytes)
    claims = decode(payload)
    assert isinstance(claims, dict)
    table = claims[-65537]
    assert isinstance(table, dict)
    labels = {"number": 1, "masked_name": 3, "index": 8}
    table.update({labels[name]: value for name, value in changed.items()})
    forged = encode(claims)
    signature = scene.register.keys[KeyRole.QR].sign(encode(["Signature1", protected, b"", forged]))
    return f"{address}#{b64url_encode(encode(Tagged(18, [protected, {}, forged, signature])))}"


@pytest.mark.parametrize("number", [a_number(999_999), PLAIN.number], ids=["of nobody", "of somebody"])
def test_a_thief_of_the_codes_key_makes_nothing_registered(told: Scene, number: str) -> None:
    """A code brings no proof of its place: with the register at hand, the register is asked for the entry."""
    size = told.register.ledger.published()[0]
    approval = told.register.ledger.records.versions(PLAIN.number)[0].certificate - 1
    for index, conclusion in ((approval, "not_authentic"), (size + 9, "could_not_check")):
        code = _code_of_a_thief(told, number=number, masked_name="示*", index=index)
        found = told.register.verify_qr(code, name=None)
        assert (found.report and found.report.signed, found.verdict) == (Outcome.PASSED, None)
        assert _conclusion(found) == concluded(found) == conclusion
    assert concluded(told.register.verify_qr(_code_of_a_thief(told), name=None)) == "authentic_and_in_force"
