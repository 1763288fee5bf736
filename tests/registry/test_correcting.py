"""A correction lets nothing in that an upload would not, and touches nothing that the number itself says."""

from datetime import date

import pytest

from registry.errors import RegistryError
from registry.filing.model import Filing, FilingState, NamePeriod, StateChange
from registry.intake.errors import MalformedDate
from registry.ledger.entries import ActKind
from registry.ledger.errors import NotAdmitted
from registry.review.acts import ActReason
from registry.review.correcting import corrected_record
from registry.review.errors import CorrectionOutOfReach, CorrectionRefused
from registry.rules.identity_documents import IdentityFault
from registry.rules.identity_types import UnknownIdentityType
from registry.rules.text import NameFault
from signing.commitment import Record
from tests.builders import a_filing, a_record, a_scope_row, an_id_number
from tests.registry.filled import HOLDERS, Scene, Story

PLAIN = HOLDERS[Story.PLAIN]
NEW_ID = an_id_number(909)


def _correct(scene: Scene, **changes: str) -> Record:
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)
    found = scene.register.look_up.current(PLAIN.number)
    assert found is not None
    return found[2]


@pytest.mark.parametrize(
    ("field", "given", "held"),
    [
        ("name", "示例．新名", "示例·新名"),
        ("name", " 示例新名\u200b", "示例新名"),
        ("id_number", f" {NEW_ID} ", NEW_ID),
        ("employer", "示例\u3000用人单位 ", "示例 用人单位"),
        ("issued_on", "2025-08-31", "2025-08-31"),
        ("issued_on", "2025/8/31", "2025-08-31"),
    ],
)
def test_a_corrected_value_is_read_as_one_in_an_upload(
    scene: Scene, field: str, given: str, held: str
) -> None:
    assert getattr(_correct(scene, **{field: given}), field) == held


def test_a_corrected_name_has_its_own_mask_and_its_holder_finds_it(scene: Scene) -> None:
    assert _correct(scene, name="示例．古丽").masked_name == "示**"
    assert scene.register.holder("示例·古丽", PLAIN.id_number, PLAIN.number) is not None
    assert scene.register.holder(PLAIN.name, PLAIN.id_number, PLAIN.number) is None


def test_a_corrected_document_is_whom_the_register_then_knows(scene: Scene) -> None:
    corrected = _correct(scene, id_type="中国护照", id_number="e99123456")
    assert (corrected.id_type, corrected.id_number) == ("227", "E99123456")
    assert scene.register.holder(PLAIN.name, "E99123456", PLAIN.number) is not None
    assert scene.register.holder(PLAIN.name, PLAIN.id_number, PLAIN.number) is None


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"name": "示例9"}, NameFault),
        ({"name": ""}, NameFault),
        ({"name": "示例 新名"}, NameFault),
        ({"name": "示**"}, NameFault),
        ({"id_number": "430102199003074516"}, IdentityFault),
        ({"id_number": ""}, IdentityFault),
        ({"id_type": "999"}, UnknownIdentityType),
        ({"id_type": "238"}, IdentityFault),
        ({"issued_on": "2025-02-30"}, MalformedDate),
        ({"issued_on": "2025-99-99"}, MalformedDate),
        ({"issued_on": "2025"}, MalformedDate),
        ({"issued_on": ""}, MalformedDate),
        ({"issued_on": "2024-12-31"}, CorrectionOutOfReach),
        ({"issued_on": "2025-12-31"}, CorrectionOutOfReach),
        ({"number": HOLDERS[Story.LEGACY].number}, CorrectionOutOfReach),
        ({"level": "4"}, CorrectionOutOfReach),
        ({"institution": "S000043990002"}, CorrectionOutOfReach),
        ({"masked_name": "示例"}, CorrectionOutOfReach),
        ({"occupation_code": "4-14-03-02"}, CorrectionOutOfReach),
        ({"occupation": "示例工"}, CorrectionOutOfReach),
        ({"occupation": "美容师"}, CorrectionOutOfReach),
        ({"occupation": ""}, CorrectionOutOfReach),
        ({"unknown": "1"}, CorrectionOutOfReach),
        ({"issuer": "示例另一机构"}, CorrectionRefused),
        ({"name": PLAIN.name}, CorrectionOutOfReach),
        ({}, CorrectionOutOfReach),
    ],
)
def test_what_an_upload_would_not_let_in_no_correction_does(
    scene: Scene, changes: dict[str, str], fault: type[RegistryError]
) -> None:
    size = scene.register.ready()
    with pytest.raises(fault) as refused:
        _correct(scene, **changes)
    assert scene.register.ready() == size
    for value in changes.values():
        assert len(value) < 6 or value not in str(refused.value) + repr(refused.value)


def test_a_correction_of_what_is_not_in_force_is_refused(scene: Scene) -> None:
    for story in (Story.ANNULLED, Story.SUPERSEDED):
        with pytest.raises(NotAdmitted):
            scene.act(story, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"name": "示例新名"})


_AUGUST = date(2025, 8, 1)
_RENAMED = (
    NamePeriod("示例评价机构", "示例机构", date(2024, 8, 1)),
    NamePeriod("示例新名机构", "示例新名", _AUGUST),
)
_ENDED = (
    StateChange(FilingState.FILED, date(2024, 8, 1), ""),
    StateChange(FilingState.CANCELLED, _AUGUST, "示例字1号"),
)


@pytest.mark.parametrize(
    ("filing", "changes", "finding"),
    [
        (a_filing(scope=(a_scope_row(to_on=_AUGUST),)), {"issued_on": "2025-08-31"}, "R11"),
        (a_filing(scope=(a_scope_row(levels=(5, 4)),)), {"issued_on": "2025-08-31"}, "R11"),
        (a_filing(scope=(a_scope_row(basis="示例评价规范"),)), {"issued_on": "2025-08-31"}, "R11"),
        (a_filing(states=_ENDED), {"issued_on": "2025-08-31"}, "R12"),
        (a_filing(names=_RENAMED), {"issued_on": "2025-08-31"}, "R17"),
        (a_filing(names=_RENAMED), {"issuer": "示例机构"}, "R17"),
        (a_filing(), {"issuer": "示例另一机构"}, "R17"),
    ],
)
def test_a_correction_is_judged_by_the_filing_of_the_corrected_day(
    filing: Filing, changes: dict[str, str], finding: str
) -> None:
    record = a_record(issued_on="2025-09-01", issuer="示例评价机构")
    with pytest.raises(CorrectionRefused) as refused:
        corrected_record(record, changes, filing, date(2025, 9, 10))
    assert refused.value.findings == (finding,)


@pytest.mark.parametrize(
    ("filing", "changes"),
    [
        (a_filing(names=_RENAMED), {"issuer": "示例新名机构"}),
        (a_filing(names=_RENAMED), {"issuer": "示例评价机构", "issued_on": "2025-07-31"}),
        (a_filing(scope=(a_scope_row(to_on=_AUGUST),)), {"issued_on": "2025-08-01"}),
        (a_filing(states=_ENDED), {"name": "示例新名"}),
    ],
)
def test_what_the_filing_had_on_that_day_may_be_corrected_to(filing: Filing, changes: dict[str, str]) -> None:
    record = a_record(issued_on="2025-09-01", issuer="示例机构")
    corrected = corrected_record(record, changes, filing, date(2025, 9, 10))
    assert all(getattr(corrected, name) == value for name, value in changes.items())
