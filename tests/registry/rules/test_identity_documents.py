"""Twelve kinds of documents: which numbers they have, whom these mean, what is refused and why."""

from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.identity_documents import (
    Identity,
    IdentityFault,
    IdentityFaultKind,
    IdentityType,
    IdentityWarning,
    UnknownIdentityType,
    check_character,
    check_identity,
    parse_identity_type,
)

TODAY = date(2026, 11, 21)
LABELS = {
    "201": "居民身份证",
    "227": "中国护照",
    "210": "港澳居民来往内地通行证",
    "237": "港澳居民居住证",
    "213": "台湾居民来往大陆通行证",
    "238": "台湾居民居住证",
    "208": "外国护照",
    "233": "外国人永久居留身份证",
    "239": "《中华人民共和国外国人工作许可证》（A类）",
    "240": "《中华人民共和国外国人工作许可证》（B类）",
    "241": "《中华人民共和国外国人工作许可证》（C类）",
    "299": "其他个人证件",
}


def check(code: str, number: str, today: date = TODAY) -> Identity:
    return check_identity(IdentityType(code), number, today)


def fault_of(code: str, number: str, today: date = TODAY) -> IdentityFaultKind:
    with pytest.raises(IdentityFault) as refused:
        check(code, number, today)
    assert refused.value.type == code
    assert not number or number not in str(refused.value)
    return refused.value.kind


def test_there_are_the_twelve_types_of_form_5() -> None:
    assert {type_.value: type_.label for type_ in IdentityType} == LABELS


def test_a_sheet_names_no_document_with_the_name_of_the_state() -> None:
    printed = {type_: type_.printed_label for type_ in IdentityType}
    assert not any("中华人民共和国" in label or "《" in label for label in printed.values())
    assert printed[IdentityType.WORK_PERMIT_A] == "外国人工作许可证（A类）"
    assert printed[IdentityType.RESIDENT_ID] == "居民身份证"
    assert len(set(printed.values())) == len(IdentityType)


@pytest.mark.parametrize("code", LABELS)
def test_a_type_is_read_as_code_as_text_and_as_both(code: str) -> None:
    label = LABELS[code]
    full_width = code.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    for text in (code, full_width, f" {code}\u200b", label, f"{code}={label}", f"{code} {label}"):
        assert parse_identity_type(text) == code, text


def test_work_permits_are_read_in_their_short_form() -> None:
    assert parse_identity_type("外国人工作许可证 A") is IdentityType.WORK_PERMIT_A
    assert parse_identity_type("外国人工作许可证(C类)") is IdentityType.WORK_PERMIT_C


@pytest.mark.parametrize("text", ["", "202", "2011", "军官证", "201=中国护照", "居民身份证201", "二〇一"])
def test_a_type_outside_the_table_is_refused(text: str) -> None:
    with pytest.raises(UnknownIdentityType) as refused:
        parse_identity_type(text)
    assert refused.value.suggestion is None


def test_a_colloquial_type_is_refused_with_what_it_seems_to_mean() -> None:
    with pytest.raises(UnknownIdentityType) as refused:
        parse_identity_type("身份证")
    assert refused.value.suggestion is IdentityType.RESIDENT_ID


@given(st.text(max_size=15))
@settings(deadline=None)
def test_any_text_is_a_type_or_unknown(text: str) -> None:
    with suppress(UnknownIdentityType):
        assert parse_identity_type(text) in list(IdentityType)


@pytest.mark.parametrize(
    ("code", "number", "birth_on"),
    [
        ("201", "11010519491231002X", date(1949, 12, 31)),
        ("201", "430102199003074515", date(1990, 3, 7)),
        ("237", "810000199001010019", date(1990, 1, 1)),
        ("238", "830000199001010012", date(1990, 1, 1)),
        ("233", "943124198101011231", date(1981, 1, 1)),
    ],
)
def test_the_samples_are_valid(code: str, number: str, birth_on: date) -> None:
    assert check(code, number) == Identity(IdentityType(code), number, number, birth_on)


@pytest.mark.parametrize(
    ("code", "number", "canonical"),
    [
        ("227", "E12345678", "E12345678"),
        ("227", "EA1234567", "EA1234567"),
        ("227", "G12345678", "G12345678"),
        ("210", "H12345678", "H12345678"),
        ("210", "H1234567801", "H12345678"),
        ("210", "M1234567802", "M12345678"),
        ("210", "HA1234567", "HA1234567"),
        ("213", "12345678", "12345678"),
        ("213", "1234567890", "12345678"),
        ("213", "1234567890B", "12345678"),
        ("208", "AB12345", "AB12345"),
        ("233", "ABC123456789012", "ABC123456789012"),
        ("239", "AB12345678", "AB12345678"),
        ("240", "AB12345678", "AB12345678"),
        ("241", "AB12345678", "AB12345678"),
    ],
)
def test_numbers_without_a_birth_date(code: str, number: str, canonical: str) -> None:
    assert check(code, number) == Identity(IdentityType(code), number, canonical, None)


def test_the_bracketed_letter_of_an_old_taiwan_permit_is_written_without_brackets() -> None:
    assert check("213", "1234567890（B）").number == "1234567890B"


@pytest.mark.parametrize(
    ("code", "number", "warning"),
    [
        ("227", "P1234567", IdentityWarning.UNUSUAL_FORMAT),
        ("227", "EI1234567", IdentityWarning.UNUSUAL_FORMAT),
        ("239", "短号", IdentityWarning.UNUSUAL_FORMAT),
        ("241", "AB-1", IdentityWarning.UNUSUAL_FORMAT),
        ("299", "军字第990001号", IdentityWarning.MANUAL_REVIEW),
        ("299", "AB12345678", IdentityWarning.MANUAL_REVIEW),
    ],
)
def test_what_no_source_is_firm_about_only_warns(code: str, number: str, warning: IdentityWarning) -> None:
    assert check(code, number).warnings == (warning,)


@pytest.mark.parametrize(
    ("code", "number", "kind"),
    [
        ("201", "", IdentityFaultKind.EMPTY),
        ("201", "4.30102E+17", IdentityFaultKind.SPREADSHEET),
        ("201", "430102199003074000", IdentityFaultKind.SPREADSHEET),
        ("201", "430102900307451", IdentityFaultKind.FIRST_GENERATION),
        ("201", "43010219900307451", IdentityFaultKind.LENGTH),
        ("201", "4301021990030745155", IdentityFaultKind.LENGTH),
        ("201", "E12345678", IdentityFaultKind.LENGTH),
        ("201", "43010219900307451Y", IdentityFaultKind.FORMAT),
        ("201", "4301021990030745X5", IdentityFaultKind.FORMAT),
        ("201", "100102199003074515", IdentityFaultKind.PROVINCE),
        ("201", "660102199003074515", IdentityFaultKind.PROVINCE),
        ("201", "810000199001010019", IdentityFaultKind.PROVINCE),
        ("201", "430102199002304515", IdentityFaultKind.BIRTH_DATE),
        ("201", "430102199013074515", IdentityFaultKind.BIRTH_DATE),
        ("201", "430102000000004515", IdentityFaultKind.BIRTH_DATE),
        ("201", "430102189903074515", IdentityFaultKind.BIRTH_DATE),
        ("201", "430102202703074515", IdentityFaultKind.FUTURE_BIRTH),
        ("201", "430102199003074516", IdentityFaultKind.CHECK_CHARACTER),
        ("227", "短号", IdentityFaultKind.FORMAT),
        ("210", "H1234567", IdentityFaultKind.FORMAT),
        ("210", "HB1234567", IdentityFaultKind.FORMAT),
        ("210", "12345678", IdentityFaultKind.FORMAT),
        ("237", "830000199001010012", IdentityFaultKind.PROVINCE),
        ("237", "430102199003074515", IdentityFaultKind.PROVINCE),
        ("213", "123456789", IdentityFaultKind.FORMAT),
        ("238", "810000199001010019", IdentityFaultKind.PROVINCE),
        ("238", "830000199001010013", IdentityFaultKind.CHECK_CHARACTER),
        ("208", "AB12", IdentityFaultKind.FORMAT),
        ("208", "AB-12345", IdentityFaultKind.FORMAT),
        ("233", "430102199003074515", IdentityFaultKind.PROVINCE),
        ("233", "943124198101011232", IdentityFaultKind.CHECK_CHARACTER),
        ("233", "AB1234567890123", IdentityFaultKind.LENGTH),
        ("299", "x" * 41, IdentityFaultKind.FORMAT),
        ("299", "AB\x01", IdentityFaultKind.FORMAT),
    ],
)
def test_what_no_such_document_has_is_called_what_it_is(
    code: str, number: str, kind: IdentityFaultKind
) -> None:
    assert fault_of(code, number) is kind


@pytest.mark.parametrize(
    "written",
    [
        "11010519491231002x",
        "'11010519491231002X",
        " 110105 19491231 002X\u200b",
        "１１０１０５１９４９１２３１００２Ｘ",
        "11010519491231002ｘ",
    ],
)
def test_an_untidy_number_means_the_tidy_one(written: str) -> None:
    assert check("201", written).number == "11010519491231002X"


def test_nobody_is_born_after_today_and_somebody_may_be_today() -> None:
    newborn = "43010220250901001"
    number = newborn + check_character(newborn)
    assert check("201", number, date(2025, 9, 1)).birth_on == date(2025, 9, 1)
    assert fault_of("201", number, date(2025, 8, 31)) is IdentityFaultKind.FUTURE_BIRTH


def test_an_area_that_no_longer_exists_is_no_fault() -> None:
    first = "43999919900307451"
    assert check("201", first + check_character(first)).birth_on == date(1990, 3, 7)


@given(st.dates(date(1900, 1, 1), TODAY), st.integers(110000, 659999), st.integers(1, 999))
@settings(deadline=None)
def test_exactly_one_check_character_fits(birth_on: date, area: int, sequence: int) -> None:
    first = f"{area}{birth_on:%Y%m%d}{sequence:03}"
    accepted = []
    for last in "0123456789X":
        with suppress(IdentityFault):
            accepted.append(check("201", first + last).number[-1])
    assert accepted == [check_character(first)]


@given(st.integers(0, 16), st.integers(1, 9))
@settings(deadline=None)
def test_any_other_digit_in_a_number_fails(position: int, step: int) -> None:
    number = "430102199003074515"
    digit = str((int(number[position]) + step) % 10)
    fault_of("201", number[:position] + digit + number[position + 1 :])


@given(
    st.sampled_from(IdentityType),
    st.one_of(st.text(max_size=45), st.from_regex(r"[A-Z0-9]{5,20}", fullmatch=True)),
)
@settings(deadline=None)
def test_any_text_is_an_identity_or_a_fault(type_: IdentityType, text: str) -> None:
    with suppress(IdentityFault):
        identity = check_identity(type_, text, TODAY)
        assert check_identity(type_, identity.number, TODAY) == identity
        assert identity.number.startswith(identity.canonical)
