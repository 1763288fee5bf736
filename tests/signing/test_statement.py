"""A statement whose values contradict each other is never made into a form."""

from dataclasses import replace

import pytest

from signing.errors import MalformedEncoding, SigningError
from signing.form_errors import MalformedDid, StatementMismatch
from signing.statement import entry_commitment, entry_time
from tests.signing.sample_forms import LOG, RECORD, REGISTERED_AT, public_receipt, statement


def test_what_the_receipt_says_is_read_from_it() -> None:
    sample = statement()
    assert (sample.entry_index, sample.log_origin, sample.registered_at) == (1, LOG, REGISTERED_AT)
    assert entry_commitment(sample.entry) == sample.commitment


def test_a_receipt_of_another_record_is_refused() -> None:
    with pytest.raises(StatementMismatch) as caught:
        statement(receipt=public_receipt(replace(RECORD, name="示例乙")))
    assert caught.value.field == "commitment"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("version", 0),
        ("ordinal", -1),
        ("ordinal", 2),
        ("printing_serial", 0),
        ("record", replace(RECORD, number="43000000001")),
    ],
)
def test_a_value_out_of_range_is_named(field: str, value: object) -> None:
    with pytest.raises(SigningError) as caught:
        replace(statement(), **{field: value})  # type: ignore[arg-type]  # wrong values are the point
    if isinstance(caught.value, StatementMismatch):
        assert caught.value.field in (field, "number")


@pytest.mark.parametrize(
    "ref", ["", "AAECAwQFBgcICQoLDA0OD", "AAECAwQFBgcICQoLDA0ODx", "AAECAwQFBgcICQoLDA0ODw=="]
)
def test_a_reference_that_is_not_128_bits_is_refused(ref: str) -> None:
    with pytest.raises(MalformedEncoding):
        replace(statement(), ref=ref)


def test_an_origin_with_a_path_is_refused() -> None:
    with pytest.raises(MalformedDid):
        replace(statement(), origin="https://skills.example/x")


@pytest.mark.parametrize(
    "entry",
    [
        b"",
        b"{}",
        b'{"type":"certificate"}',
        b'{"commitment":"x","type":"certificate"}',
        b'{"commitment":1,"type":"act"}',
    ],
)
def test_an_entry_without_commitment_or_time_is_refused(entry: bytes) -> None:
    with pytest.raises(MalformedEncoding):
        entry_commitment(entry)
    with pytest.raises(MalformedEncoding):
        entry_time(entry)
