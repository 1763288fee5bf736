"""The statement that ended a log: in one spelling, under the word of a root."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.encoding import canonical_json, parse_json
from signing.errors import BadSignature, MalformedEncoding, SigningError, UnknownSigner, WrongKeyRole
from signing.frozen import FreezeReason, FrozenLog, frozen_statement, parse_frozen, require_trusted
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint
from tests.signing.sample_forms import KEYS, LOG, NOW, ROOT

ROOT_KEY = KEYS[KeyRole.ROOT]
FROZEN = FrozenLog(
    checkpoint=Checkpoint(LOG, 7, b"r" * 32),
    reason=FreezeReason.LEAKED,
    successor="log.example/second",
    at=NOW,
    root_public=ROOT_KEY.public,
)
STATEMENT = frozen_statement(FROZEN, ROOT_KEY)


def test_a_statement_says_what_was_signed() -> None:
    assert parse_frozen(STATEMENT) == FROZEN
    require_trusted(parse_frozen(STATEMENT), [ROOT])


@pytest.mark.parametrize("reason", FreezeReason)
@pytest.mark.parametrize("successor", ["", "log.example/second"])
def test_every_reason_with_and_without_a_successor_is_read_back(reason: FreezeReason, successor: str) -> None:
    frozen = replace(FROZEN, reason=reason, successor=successor)
    assert parse_frozen(frozen_statement(frozen, ROOT_KEY)) == frozen


def test_only_a_root_makes_it_and_only_for_itself() -> None:
    with pytest.raises(WrongKeyRole):
        frozen_statement(FROZEN, KEYS[KeyRole.LOG])
    with pytest.raises(UnknownSigner):
        frozen_statement(FROZEN, SigningKey.from_seed(KeyRole.ROOT, bytes(32)))


def test_the_statement_of_a_root_that_nobody_trusts_is_none() -> None:
    stranger = SigningKey.from_seed(KeyRole.ROOT, b"s" * 32)
    made = frozen_statement(replace(FROZEN, root_public=stranger.public), stranger)
    with pytest.raises(UnknownSigner):
        require_trusted(parse_frozen(made), [ROOT])


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "2026-11-21T02:03:05Z"),
        ("origin", "log.example/another"),
        ("reason", "lost"),
        ("root", "A" * 43),
        ("size", 8),
        ("successor", ""),
    ],
)
def test_no_field_can_be_altered(field: str, value: str | int) -> None:
    content = parse_json(STATEMENT)
    assert isinstance(content, dict)
    with pytest.raises(BadSignature):
        parse_frozen(canonical_json({**content, field: value}))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("at", "2026-11-21"),
        ("key", "A" * 43),
        ("origin", ""),
        ("reason", "bored"),
        ("root", "AA"),
        ("signature", "AA"),
        ("size", -1),
        ("size", True),
        ("size", "7"),
        ("successor", None),
        ("type", "thawed"),
        ("v", 2),
        ("extra", ""),
    ],
)
def test_what_is_no_statement_is_malformed(field: str, value: object) -> None:
    content = parse_json(STATEMENT)
    assert isinstance(content, dict)
    with pytest.raises(MalformedEncoding):
        parse_frozen(canonical_json({**content, field: value}))


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b" " + STATEMENT, STATEMENT + b"\n", b"{" * 5000])
def test_it_has_one_spelling(data: bytes) -> None:
    with pytest.raises(MalformedEncoding):
        parse_frozen(data)


@given(st.integers(0, len(STATEMENT) - 1), st.integers(1, 255))
def test_any_altered_byte_fails(at: int, flip: int) -> None:
    altered = STATEMENT[:at] + bytes([STATEMENT[at] ^ flip]) + STATEMENT[at + 1 :]
    with pytest.raises(SigningError):
        parse_frozen(altered)
