"""Rows of certificates and institutions: one spelling each, and arbitrary bytes that break nothing."""

from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from registry.ledger.entries import ActKind
from registry.national.errors import MalformedMessage, UnsendableRow
from registry.national.rows import (
    INSTITUTION_FIELDS,
    MAX_ROW_BYTES,
    CertificateRow,
    InstitutionRow,
    Reference,
    Row,
    RowAct,
    RowState,
    institution_reference,
    institution_row,
    parse_row,
    row_bytes,
)
from signing.commitment import FIELDS, Commitment, Record
from signing.encoding import Json, canonical_json, parse_json
from tests.builders.records import a_record
from tests.registry.national.row_builders import (
    PREFIX,
    a_row,
    an_institution,
    institution_facts,
)

_TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_RECORDS = st.builds(Record, **dict.fromkeys(FIELDS, _TEXTS))
_WHOLE = st.integers(1, 2**53 - 1)


@st.composite
def certificates(draw: st.DrawFn) -> CertificateRow:
    state = draw(st.sampled_from(RowState))
    number = draw(st.from_regex(r"[0-9A-Z]{1,64}", fullmatch=True))
    record = draw(st.none() if state is RowState.ERASED else st.none() | _RECORDS)
    return CertificateRow(
        ref=Reference(draw(st.binary(min_size=16, max_size=16))),
        version=draw(_WHOLE),
        state=state,
        act=draw(st.sampled_from(RowAct)),
        entry=draw(st.integers(0, 2**53 - 1)),
        commitment=Commitment(draw(st.binary(min_size=32, max_size=32))),
        record=None if record is None else replace(record, number=number),
    )


@st.composite
def institutions(draw: st.DrawFn) -> InstitutionRow:
    prefix = draw(st.from_regex(r"[YS][0-9]{12}", fullmatch=True))
    names: list[Json] = [
        {"name": each, "short_name": "", "from_on": ""} for each in draw(st.lists(_TEXTS, max_size=3))
    ]
    facts = institution_facts(prefix, names=names, filing_number=draw(_TEXTS))
    return institution_row(draw(_WHOLE), draw(_WHOLE), facts)


@given(certificates() | institutions())
def test_a_row_is_read_back_and_is_canonical_json(row: Row) -> None:
    line = row_bytes(row)
    assert parse_row(line) == row
    assert canonical_json(parse_json(line)) == line


def test_the_row_as_documented() -> None:
    """Golden bytes: what the network sees of the design's example certificate."""
    row = CertificateRow(
        ref=Reference(bytes(range(16))),
        version=1,
        state=RowState.VALID,
        act=RowAct.ISSUED,
        entry=7,
        commitment=Commitment(bytes(32)),
        record=a_record(),
    )
    assert row_bytes(row).decode() == (
        '{"act":"issued","commitment":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA","entry":7,'
        '"kind":"certificate","record":{"employer":"","id_number":"430102199003074515",'
        '"id_type":"201","institution":"S000043990001","issued_on":"2025-09-01","issuer":"示例评价机构",'
        '"job":"","level":"3","masked_name":"示**","name":"示例甲","number":"S000043990001253000001",'
        '"occupation":"电工","occupation_code":"6-31-01-03"},"ref":"AAECAwQFBgcICQoLDA0ODw",'
        '"state":"valid","v":2,"version":1}'
    )


def test_a_number_stands_in_a_record_and_nowhere_else() -> None:
    row = a_row()
    assert row.record is not None
    number = row.record.number
    assert row_bytes(row).count(number.encode()) == 1
    assert number.encode() not in row_bytes(replace(row, record=None))


def test_every_act_of_the_log_can_be_sent() -> None:
    assert {act.value for act in ActKind} | {"issued"} == {act.value for act in RowAct}


@pytest.mark.parametrize(
    "row",
    [
        a_row(version=0),
        replace(a_row(), ref=Reference(bytes(15))),
        a_row(record=a_record(number="")),
        replace(a_row(), commitment=Commitment(b"short")),
        replace(a_row(), entry=-1),
        replace(a_row(), entry=2**53),
        replace(a_row(), state=RowState.ERASED),
        a_row(record=a_record(name="\ud800")),
        replace(an_institution(), version=0),
        replace(an_institution(), ref=institution_reference("S000043990002")),
        replace(an_institution(), commitment=Commitment(bytes(32))),
        an_institution(facts=institution_facts(names="")),
        an_institution(facts=institution_facts(note="")),
        an_institution(facts=institution_facts("S00004399000")),
    ],
)
def test_what_the_protocol_cannot_say_is_not_sent(row: Row) -> None:
    with pytest.raises(UnsendableRow) as unsendable:
        row_bytes(row)
    assert unsendable.value.reason == "row_malformed"


def test_a_row_too_long_is_not_sent() -> None:
    with pytest.raises(UnsendableRow) as unsendable:
        row_bytes(a_row(record=a_record(employer="示" * MAX_ROW_BYTES)))
    assert unsendable.value.reason == "row_too_long"


def test_a_row_too_long_is_not_read() -> None:
    value = parse_json(row_bytes(a_row()))
    assert isinstance(value, dict)
    assert isinstance(value["record"], dict)
    value["record"]["employer"] = "示" * MAX_ROW_BYTES
    with pytest.raises(MalformedMessage):
        parse_row(canonical_json(value))


def test_a_filing_with_the_whole_catalogue_can_be_sent() -> None:
    scope = institution_facts()["scope"]
    assert isinstance(scope, list)
    (line,) = scope
    assert isinstance(line, dict)
    whole: list[Json] = [
        {**line, "occupation_code": f"6-{at:02}-01-03", "occupation": "示例职业名称共十个字"}
        for at in range(1_100)
    ]
    row = an_institution(facts=institution_facts(scope=whole))
    assert parse_row(row_bytes(row)) == row


@given(st.binary(max_size=200))
@example(b"{}")
@example(b"[" * 5000)
@example(b'{"v":true}')
def test_any_bytes_are_a_row_or_refused(line: bytes) -> None:
    with pytest.raises(MalformedMessage):
        parse_row(line)


@given(st.data(), st.sampled_from([row_bytes(a_row()), row_bytes(an_institution())]))
def test_a_changed_byte_is_no_longer_the_same_row(data: st.DataObject, line: bytes) -> None:
    place = data.draw(st.integers(0, len(line) - 1))
    changed = line[:place] + bytes([line[place] ^ data.draw(st.integers(1, 255))]) + line[place + 1 :]
    try:
        assert row_bytes(parse_row(changed)) == changed
    except MalformedMessage:
        return


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b'"act":"issued"', b'"act":"issued","act":"issued"'),
        (b'"v":2', b'"v":1'),
        (b'"v":2', b'"v":2.0'),
        (b'"version":1', b'"version":true'),
        (b'"version":1', b'"version": 1'),
        (b'"kind":"certificate"', b'"kind":"institution"'),
        (b'"kind":"certificate"', b'"kind":"person"'),
        (b'"state":"valid"', b'"state":"online"'),
        (b'"state":"valid"', b'"state":"erased"'),
        (b'"job":""', b'"job":null'),
        (b'"job":"",', b""),
        (b'"v":2', b'"v":2,"x":1'),
    ],
)
def test_another_spelling_of_a_row_is_refused(old: bytes, new: bytes) -> None:
    line = row_bytes(a_row())
    assert old in line
    with pytest.raises(MalformedMessage):
        parse_row(line.replace(old, new))


def test_an_institution_is_known_by_its_prefix_and_committed_to_whole() -> None:
    row = an_institution()
    assert (row.ref, row.institution, row.state) == (institution_reference(PREFIX), PREFIX, RowState.VALID)
    for name in INSTITUTION_FIELDS - {"number_prefix"}:
        changed: Json = [] if isinstance(row.facts[name], list) else "another"
        assert an_institution(facts={**row.facts, name: changed}).commitment != row.commitment


def test_a_row_says_what_is_then_held() -> None:
    for row in (a_row(state=RowState.ANNULLED), an_institution()):
        held = row.held
        assert (held.ref, held.version, held.commitment, held.state) == (
            row.ref,
            row.version,
            row.commitment,
            row.state,
        )
