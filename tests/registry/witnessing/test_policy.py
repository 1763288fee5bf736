"""The policy file: whose cosignatures are needed, and nothing that could be read in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.witnessing.errors import LogKeyIsWitness, MalformedPolicy
from registry.witnessing.policy import (
    MAX_WITNESSES,
    NO_WITNESSES,
    WitnessAddress,
    WitnessPolicy,
    parse_policy,
)
from signing.keys import KeyRole, SigningKey
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, Note, VerifierKey, cosign
from tests.registry.witnessing.logs import SmallLog, key

LOG = SmallLog()


def witness_key(number: int) -> SigningKey:
    return key(KeyRole.WITNESS, 100 + number)


def vkey(number: int, name: str = "") -> VerifierKey:
    return VerifierKey(name or f"witness.example/w{number}", COSIGNATURE_TYPE, witness_key(number).public)


def line(number: int) -> str:
    return f"{vkey(number)} https://w{number}.example/prefix\n"


def cosigned(note: Note, *numbers: int) -> Note:
    for number in numbers:
        note = cosign(note, vkey(number).name, witness_key(number), 1_700_000_000)
    return note


def test_a_policy_is_read_and_written() -> None:
    policy = parse_policy(f"# ours\n\n  quorum 1\n{line(1)}# theirs\r\n\t{line(2)}".encode())
    assert policy == WitnessPolicy(
        1,
        (
            WitnessAddress(vkey(1), "https://w1.example/prefix"),
            WitnessAddress(vkey(2), "https://w2.example/prefix"),
        ),
        ("ours",),
    )
    assert parse_policy(policy.to_bytes()) == policy


def test_who_wants_no_witness_says_so() -> None:
    assert parse_policy(b"quorum 0\n") == NO_WITNESSES
    with pytest.raises(MalformedPolicy):
        parse_policy(b"")


@pytest.mark.parametrize(
    ("text", "at"),
    [
        (line(1), 1),
        (f"quorum 2\n{line(1)}", 0),
        (f"quorum 01\n{line(1)}", 1),
        (f"quorum -1\n{line(1)}", 1),
        (f"quorum one\n{line(1)}", 1),
        (f"quorum 1\nquorum 1\n{line(1)}", 2),
        (f"quorum 1\n{line(1)}{line(1)}", 3),
        (f"quorum 1\n{vkey(1)}\n", 2),
        (f"quorum 1\n{vkey(1)} https://w.example extra\n", 2),
        (f"quorum 1\n{vkey(1)} ftp://w.example\n", 2),
        (f"quorum 1\n{vkey(1)} https://w.example/?a=b\n", 2),
        (f"quorum 1\n{vkey(1)} https://user:word@w.example\n", 2),
        (f"quorum 1\n{vkey(1)} https://w.example:port\n", 2),
        (f"quorum 1\n{vkey(1)} https://[w.example\n", 2),
        (f"quorum 1\n{vkey(1)} w.example\n", 2),
        (f"quorum 1\n{LOG.vkey} https://w.example\n", 2),
        (f"quorum 1\n{vkey(1)}x https://w.example\n", 2),
        (f"quorum 1\n{vkey(1)} https://a.example\n{vkey(1, 'other')} https://b.example\n", 3),
        (f"quorum 1\n{vkey(1)} https://a.example\n{vkey(2)} https://a.example/\n", 3),
        (f"quorum 1\n{vkey(1, 'w')} https://a.example\n{vkey(2, 'w')} https://b.example\n", 3),
    ],
)
def test_what_cannot_be_followed_is_refused_with_its_line(text: str, at: int) -> None:
    with pytest.raises(MalformedPolicy) as caught:
        parse_policy(text.encode())
    assert caught.value.line == at


def test_a_policy_of_very_many_witnesses_is_refused() -> None:
    lines = [line(number) for number in range(MAX_WITNESSES + 1)]
    assert len(parse_policy(("quorum 3\n" + "".join(lines[:-1])).encode()).witnesses) == MAX_WITNESSES
    with pytest.raises(MalformedPolicy):
        parse_policy(("quorum 3\n" + "".join(lines)).encode())


@given(st.binary(max_size=200))
def test_arbitrary_bytes_are_a_policy_or_an_error_of_the_room(data: bytes) -> None:
    for prefix in (b"", b"quorum 0\n", f"quorum 1\n{line(1)}".encode()):
        try:
            policy = parse_policy(prefix + data)
        except MalformedPolicy:
            continue
        assert parse_policy(policy.to_bytes()) == policy


def test_each_witness_counts_once_and_the_log_never() -> None:
    policy = parse_policy(f"quorum 2\n{line(1)}{line(2)}".encode())
    note = LOG.note(5)
    assert not policy.is_met(note)
    assert not policy.is_met(LOG.note(5, LOG.signer, LOG.signer))
    assert not policy.is_met(cosigned(note, 1, 1, 1))
    assert not policy.is_met(cosigned(note, 1, 3))
    assert policy.is_met(cosigned(note, 1, 2))
    other = cosigned(LOG.note(6), 2).signatures[-1]
    assert policy.holds(Note(note.text, (*cosigned(note, 1).signatures, other))) == (vkey(1),)


def test_the_logs_own_key_is_no_witness() -> None:
    own = VerifierKey("witness.example/own", COSIGNATURE_TYPE, LOG.signer.public)
    policy = parse_policy(f"quorum 1\n{own} https://w.example\n".encode())
    with pytest.raises(LogKeyIsWitness):
        policy.require_others_than([LOG.signer.public])
    policy.require_others_than([witness_key(1).public])


def test_the_trust_folder_gets_keys_and_quorum_without_addresses() -> None:
    policy = parse_policy(f"#  not independent \nquorum 1\n# ours\n{line(1)}{line(2)}".encode())
    assert policy.notice == ("not independent",)
    assert policy.trust_file() == (f"# not independent\nquorum 1\n{vkey(1)}\n{vkey(2)}\n".encode())
    assert VerifierKey(LOG.origin, ED25519_TYPE, LOG.signer.public) == LOG.vkey
