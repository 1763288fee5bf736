"""Whether a person is the holder: spelled as people type it, and never told which part was wrong."""

import hmac

import pytest

from registry import people
from registry.people import holds
from registry.verdict import Result
from tests.builders import a_number, a_record
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Scene, Story

ADA = HOLDERS[Story.PLAIN]
OTHER = HOLDERS[Story.REISSUED]
UNKNOWN = a_number(999_999)
_RECORD = a_record(name="示例·古丽", id_number="11010519491231002X")


@pytest.mark.parametrize(
    ("name", "id_number", "answer"),
    [
        (None, None, None),
        ("示例·古丽", None, True),
        (" 示例•古丽\u200b", None, True),
        ("示例．古丽", None, True),
        (None, "11010519491231002X", True),
        (None, "11010519491231002x", True),
        (None, "１１０１０５１９４９１２３１００２Ｘ", True),
        (None, " 110105 19491231 002X ", True),
        ("示例·古丽", "11010519491231002X", True),
        ("示例古丽", None, False),
        ("示例·古", None, False),
        ("", None, False),
        (None, "", False),
        (None, "110105194912310021", False),
        ("示例·古丽", "110105194912310021", False),
        ("示例甲", "11010519491231002X", False),
        ("\udcff", None, False),
        (None, "\udcff", False),
    ],
)
def test_all_that_is_given_must_be_the_holders(
    name: str | None, id_number: str | None, answer: bool | None
) -> None:
    assert holds(_RECORD, name=name, id_number=id_number) is answer


def test_name_match_is_null_for_a_number_that_nobody_holds(told: Scene) -> None:
    assert told.register.person_matches(UNKNOWN, name=ADA.name, id_number=None) is None
    assert told.register.person_matches(ADA.number, name=None, id_number=None) is None


def test_a_corrected_name_is_the_name_and_the_former_one_is_not(told: Scene) -> None:
    holder = HOLDERS[Story.CORRECTED]
    assert (
        told.register.person_matches(holder.number, name=CORRECTED_NAME, id_number=holder.id_number) is True
    )
    assert told.register.person_matches(holder.number, name=holder.name, id_number=None) is False


def test_the_holder_of_a_valid_certificate_gets_every_form(told: Scene) -> None:
    view = told.register.holder(ADA.name, ADA.id_number, ADA.number)
    assert view is not None
    assert view.verdict.result is Result.VALID
    assert view.forms == ("pdf", "json", "rdfc.json", "tlog-proof", "full.tlog-proof", "png")
    assert view.index == told.register.ledger.records.versions(ADA.number)[0].certificate


@pytest.mark.parametrize("story", [Story.ANNULLED, Story.SUPERSEDED])
def test_the_holder_of_what_is_not_in_force_sees_it_but_gets_no_form(told: Scene, story: Story) -> None:
    holder = HOLDERS[story]
    view = told.register.holder(holder.name, holder.id_number, holder.number)
    assert view is not None
    assert view.verdict.result is not Result.VALID
    assert view.forms == ()


_WRONG = [
    (OTHER.name, ADA.id_number, ADA.number),
    (ADA.name, OTHER.id_number, ADA.number),
    (ADA.name, ADA.id_number, OTHER.number),
    (ADA.name, ADA.id_number, UNKNOWN),
    (OTHER.name, OTHER.id_number, UNKNOWN),
    ("", "", ADA.number),
    ("\x00", "\x00", UNKNOWN),
]


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[tuple[bytes, bytes]]:
    """Every comparison of what is given with what is held."""
    seen: list[tuple[bytes, bytes]] = []

    def compare(given: bytes, held: bytes) -> bool:
        seen.append((given, held))
        return hmac.compare_digest(given, held)

    class Watched:
        compare_digest = staticmethod(compare)

    monkeypatch.setattr(people, "hmac", Watched)
    return seen


@pytest.mark.parametrize(("name", "id_number", "number"), _WRONG)
def test_the_answer_and_the_work_are_the_same_whichever_part_is_wrong(
    told: Scene, compared: list[tuple[bytes, bytes]], name: str, id_number: str, number: str
) -> None:
    assert told.register.holder(name, id_number, number) is None
    assert len(compared) == 2
