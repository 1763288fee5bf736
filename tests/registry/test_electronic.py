"""The electronic certificate: each form verifies by the trust folder alone and opens no more than it may."""

import pytest

from registry.electronic import ElectronicCertificates, Form
from registry.ledger.entries import ActKind
from registry.ledger.errors import OutOfRange
from registry.review.acts import ActReason
from signing.commitment import FIELDS, PUBLIC_FIELDS, Commitment
from signing.encoding import b64url_decode, parse_canonical_json
from signing.receipts import parse_extra, parse_receipt, revealed_fields
from signing.report import Conclusion
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.builders import a_number, form5_row
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Scene, Story

PLAIN = HOLDERS[Story.PLAIN]


def _index(scene: Scene, story: Story) -> int:
    return scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate


def _form(scene: Scene, story: Story, form: Form) -> bytes:
    return scene.register.electronic(_index(scene, story), form.value).content


def _opened(receipt: bytes) -> dict[str, str]:
    entry, opening = parse_extra(parse_receipt(receipt).extra)
    content = parse_canonical_json(entry)
    assert isinstance(content, dict)
    committed = Commitment(b64url_decode(str(content["commitment"]), length=32))
    return dict(revealed_fields(opening, committed))


@pytest.mark.parametrize("form", [Form.PDF, Form.CREDENTIAL, Form.CREDENTIAL_RDFC, Form.QR_PICTURE])
@pytest.mark.parametrize(
    ("story", "conclusion"),
    [
        (Story.PLAIN, Conclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.CORRECTED, Conclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.REISSUED, Conclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.LEGACY, Conclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.REINSTATED, Conclusion.AUTHENTIC_AND_IN_FORCE),
        (Story.ANNULLED, Conclusion.ANNULLED),
        (Story.SUPERSEDED, Conclusion.SUPERSEDED),
    ],
)
def test_a_form_says_by_itself_where_its_certificate_stands(
    told: Scene, story: Story, conclusion: Conclusion, form: Form
) -> None:
    trust = trust_from_files(told.register.trust_files())
    report = verify(_form(told, story, form), trust, told.clock())
    assert report.conclusion is conclusion
    assert report.fields["number"] == HOLDERS[story].number


def test_a_receipt_by_itself_shows_registration_but_not_standing(told: Scene) -> None:
    trust = trust_from_files(told.register.trust_files())
    report = verify(_form(told, Story.PLAIN, Form.RECEIPT), trust, told.clock())
    assert (report.signed, report.registered) == ("passed", "passed")
    assert report.conclusion is Conclusion.COULD_NOT_CHECK


def test_the_public_receipt_opens_the_public_fields_and_the_holders_all(told: Scene) -> None:
    public = _opened(_form(told, Story.PLAIN, Form.RECEIPT))
    full = _opened(_form(told, Story.PLAIN, Form.FULL_RECEIPT))
    assert set(public) == PUBLIC_FIELDS
    assert tuple(sorted(full)) == tuple(sorted(FIELDS))
    assert (full["name"], full["id_number"]) == (PLAIN.name, PLAIN.id_number)
    assert full.items() >= public.items()


@pytest.mark.parametrize(
    "form", [Form.CREDENTIAL, Form.CREDENTIAL_RDFC, Form.RECEIPT, Form.QR_PICTURE, Form.PDF]
)
def test_no_form_but_the_full_receipt_holds_an_identity_number_in_readable_bytes(
    told: Scene, form: Form
) -> None:
    assert PLAIN.id_number.encode() not in _form(told, Story.PLAIN, form)


def test_a_corrected_certificate_is_made_out_to_the_corrected_name(told: Scene) -> None:
    full = _opened(_form(told, Story.CORRECTED, Form.FULL_RECEIPT))
    assert full["name"] == CORRECTED_NAME
    assert full["masked_name"] == "示***"


def test_a_reissue_raises_the_printing_serial_and_keeps_the_version(scene: Scene) -> None:
    def statement() -> tuple[int, int]:
        found = scene.register.look_up.current(PLAIN.number)
        assert found is not None
        maker = ElectronicCertificates(scene.places, scene.register.keys)
        made = maker.statement(scene.register.look_up, found[0], found[1])
        return made.printing_serial, made.version

    assert statement() == (1, 1)
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    assert statement() == (2, 1)
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"name": "示例改名"})
    assert statement() == (3, 2)


def test_only_a_certificate_from_before_the_register_is_marked_as_one(told: Scene) -> None:
    maker = ElectronicCertificates(told.places, told.register.keys)
    marked = []
    for story, holder in HOLDERS.items():
        found = told.register.look_up.current(holder.number)
        if found is not None and maker.statement(told.register.look_up, found[0], found[1]).legacy:
            marked.append(story)
    assert marked == [Story.LEGACY]


def test_the_sheet_of_a_foreigners_work_permit_does_not_name_the_state(scene: Scene) -> None:
    row = form5_row(number=a_number(77), id_type="239", id_number="SHILI0000077", employer="")
    scene.approve(scene.receive([row]).id)
    found = scene.register.look_up.current(a_number(77))
    assert found is not None
    maker = ElectronicCertificates(scene.places, scene.register.keys)
    made = maker.statement(scene.register.look_up, found[0], found[1])
    assert made.identity_label == "外国人工作许可证（A类）"


def test_the_same_version_gives_the_same_credential(told: Scene) -> None:
    assert _form(told, Story.PLAIN, Form.CREDENTIAL) == _form(told, Story.PLAIN, Form.CREDENTIAL)


def test_what_is_no_certificate_has_no_form(told: Scene) -> None:
    annulment = told.register.ledger.chain(_index(told, Story.ANNULLED), told.register.ready()).head.index
    for index in (0, annulment, told.register.ready(), 10**9):
        with pytest.raises(OutOfRange):
            told.register.electronic(index, "json")


@pytest.mark.parametrize("form", ["", "exe", "PDF", "full"])
def test_an_unknown_form_is_refused(told: Scene, form: str) -> None:
    with pytest.raises(ValueError, match="is not a valid Form"):
        told.register.electronic(_index(told, Story.PLAIN), form)
