"""Certificates from before the register enter with the earlier review named, and no later one among them."""

from datetime import date

import pytest

from registry.intake.errors import EarlierReviewUnfit
from registry.intake.legacy import MAX_REVIEW, check_earlier_review
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import HOLDERS, Scene, Story
from tests.registry.intake.checking import checked, kinds

REVIEW = "示例人社〔2021〕9号"


@pytest.mark.parametrize(("issued_on", "refused"), [("2025-08-31", False), ("2025-09-01", True)])
def test_from_that_day_on_nothing_is_from_before(issued_on: str, refused: bool) -> None:
    row = form5_row(issued_on=issued_on)
    day = date(2025, 9, 1)
    found = kinds(checked(row, legacy=True, legacy_before=day))
    assert ("R13.not_legacy" in found) is refused
    assert "R13.not_legacy" not in kinds(checked(row, legacy=False, legacy_before=day))


def test_without_a_day_it_is_the_registers_first(scene: Scene) -> None:
    """The log began on 8 September 2025."""
    began = scene.register.ledger.began_at()
    assert began.date() == date(2025, 9, 8)
    rows = [
        form5_row(number=a_number(801), name="示例旧人", id_number=an_id_number(801), issued_on="2025-09-07"),
        form5_row(number=a_number(802), name="示例新人", id_number=an_id_number(802), issued_on="2025-09-08"),
    ]
    received = scene.receive(rows, legacy=REVIEW)
    assert [row.refused for row in received.checked.rows] == [False, True]
    assert scene.approve(received.id).count == 1


@pytest.mark.parametrize(
    "text",
    [
        "无",
        " 示例市2023年审核",
        "示例市2023年审核\n第二行",
        "长" * (MAX_REVIEW + 1),
        "示例甲430102199003074515审核",
        "示例市审核，电话 0731-84219075",
        "示例市审核 138 0013 8000",
    ],
)
def test_what_the_public_log_should_not_hold_names_no_review(scene: Scene, text: str) -> None:
    with pytest.raises(EarlierReviewUnfit):
        check_earlier_review(text)
    with pytest.raises(EarlierReviewUnfit):
        scene.receive([HOLDERS[Story.PLAIN].row()], legacy=text)


@pytest.mark.parametrize("text", ["", REVIEW, "示例市人社局2023年审核", "湘人社函〔2020〕47号 试点"])
def test_an_office_and_a_paper_name_one(text: str) -> None:
    check_earlier_review(text)


def test_the_verdict_names_the_earlier_review(told: Scene) -> None:
    certificate = told.register.verdict(HOLDERS[Story.LEGACY].number).certificate
    plain = told.register.verdict(HOLDERS[Story.PLAIN].number).certificate
    assert certificate is not None
    assert plain is not None
    assert (certificate.legacy, certificate.earlier_review) == (True, REVIEW)
    assert (plain.legacy, plain.earlier_review) == (False, "")
