"""What a document refuses to hold, and that JSON keeps it whole."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.rules.masks import mask_identity_number, mask_name
from search.document_json import document_from_json, document_to_json
from search.documents import Document, Kind, MaskedIdentity, MaskedName
from search.errors import DocumentRefused, MalformedDocument, UnmaskedValue
from tests.search.builders import MARKETER, NORTH, certificate, institution

IDENTITY = "430102199003074515"


def _altered(document: Document, field: str, value: object) -> Document:
    change: dict[str, Any] = {field: value}
    return replace(document, **change)


@pytest.mark.parametrize("name", ["示例甲", "示", "示例*", "示*甲", " *", "阿·*"])
def test_a_name_that_shows_more_than_its_first_character_is_refused(name: str) -> None:
    with pytest.raises(UnmaskedValue):
        MaskedName(name)


@pytest.mark.parametrize(
    "number", [IDENTITY, "430102********4515", "43**1**15", "4301", "H12345678", "430****15"]
)
def test_an_identity_number_that_shows_more_than_its_ends_is_refused(number: str) -> None:
    with pytest.raises(UnmaskedValue):
        MaskedIdentity(number)


@given(st.text())
def test_the_one_mask_is_always_accepted(text: str) -> None:
    masked = mask_name(text)
    if masked.isprintable() and not masked.startswith(" ") and len(masked) <= 300:
        assert MaskedName(masked).shown == masked


@given(st.text(alphabet="0123456789ABCXH", min_size=1, max_size=30))
def test_the_one_mask_of_an_identity_number_is_always_accepted(number: str) -> None:
    assert MaskedIdentity(mask_identity_number(number)).shown == mask_identity_number(number)


def test_withheld_values_are_empty() -> None:
    assert MaskedName("").shown == MaskedIdentity("").shown == ""


@pytest.mark.parametrize("field", ["occupation", "job", "institution", "institution_short", "city"])
@pytest.mark.parametrize(
    "text", [IDENTITY, f"示例{IDENTITY}", "4301 0219 9003 0745 15", "４３０１０２１９９００３０７４５１Ｘ"]
)
def test_no_text_field_takes_an_identity_number(field: str, text: str) -> None:
    with pytest.raises(UnmaskedValue) as caught:
        _altered(certificate(1), field, text)
    assert caught.value.field == field
    assert "43" not in str(caught.value)


def test_an_institution_takes_no_identity_number_anywhere() -> None:
    for change in (("name", IDENTITY), ("former_names", (IDENTITY,)), ("short_name", IDENTITY)):
        with pytest.raises(UnmaskedValue):
            _altered(institution(), *change)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entry_index", -1),
        ("number", "S00004399000125300000"),
        ("number", "s000043990001253000001"),
        ("number", IDENTITY),
        ("level", 0),
        ("level", 6),
        ("occupation_code", "6-31-01"),
        ("bureau", "长沙"),
        ("state", "有效"),
        ("occupation", "电\x00工"),
        ("job", "\ud800"),
        ("institution", "示" * 301),
    ],
)
def test_a_field_of_another_form_is_refused(field: str, value: object) -> None:
    with pytest.raises(MalformedDocument) as caught:
        _altered(certificate(1), field, value)
    assert caught.value.field == field


def test_an_institution_without_a_name_is_refused() -> None:
    with pytest.raises(MalformedDocument):
        institution(name="（）")


def test_json_gives_back_the_same_document() -> None:
    for document in (
        certificate(1, name="", identity="", occupation=MARKETER),
        institution(NORTH, former_names=("示例旧名",), occupations=(MARKETER,)),
    ):
        assert document_from_json(document.kind, document_to_json(document)) == document


@pytest.mark.parametrize("kind", Kind)
def test_altered_json_is_refused(kind: Kind) -> None:
    good = document_to_json(certificate(1) if kind is Kind.CERTIFICATE else institution())
    only_for_filters = {"year", "prefix"} if kind is Kind.CERTIFICATE else {"id", "occupation_code"}
    for field in set(good) - only_for_filters:
        for wrong in (None, 1.5, [1], {"a": 1}, True):
            with pytest.raises(DocumentRefused):
                document_from_json(kind, {**good, field: wrong})
        with pytest.raises(DocumentRefused):
            document_from_json(kind, {key: value for key, value in good.items() if key != field})


def test_json_with_a_personal_value_is_refused() -> None:
    good = document_to_json(certificate(1))
    for field, value in (
        ("masked_name", "示例甲"),
        ("masked_identity", IDENTITY),
        ("issued_on", "2025-02-30"),
    ):
        with pytest.raises(DocumentRefused):
            document_from_json(Kind.CERTIFICATE, {**good, field: value})


def test_prefix_and_year_follow_from_number_and_date() -> None:
    document = certificate(1, issued_on=date(2024, 5, 6))
    assert (document.prefix, document.year) == (NORTH.prefix, 2024)
