"""Signed notes, verifier keys, checkpoints and cosignatures in their one spelling."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.encoding import b64_encode
from signing.errors import BadSignature, MalformedEncoding, UnknownSigner
from signing.keys import KeyRole, SigningKey
from signing.notes import (
    COSIGNATURE_TYPE,
    ED25519_TYPE,
    Checkpoint,
    Note,
    Signature,
    VerifierKey,
    check_note,
    cosign,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    verified_checkpoint,
)
from tests.signing.test_worked_example import NOTE, VKEY

ORIGIN = "log.example/skills"
LOG, OTHER = (SigningKey.from_seed(KeyRole.LOG, bytes([number]) * 32) for number in (1, 2))
WITNESS = SigningKey.from_seed(KeyRole.WITNESS, b"w" * 32)
HEAD = Checkpoint(ORIGIN, 7, b"r" * 32)
SIGNED = sign_checkpoint(HEAD, [LOG])


def log_key(key: SigningKey = LOG, name: str = ORIGIN) -> VerifierKey:
    return VerifierKey(name, ED25519_TYPE, key.public)


def witness_key(key: SigningKey = WITNESS, name: str = "witness.example/w1") -> VerifierKey:
    return VerifierKey(name, COSIGNATURE_TYPE, key.public)


def test_the_note_that_gos_documentation_signs() -> None:
    """golang.org/x/mod/sumdb/note, package example."""
    key = parse_vkey("PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW")
    note = (
        "If you think cryptography is the answer to your problem,\n"
        "then you don't know what your problem is.\n"
        "\n"
        "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZ"
        "b6KE6RyyBwJnAM=\n"
    )
    check_note(parse_note(note.encode()), key)
    with pytest.raises(BadSignature):
        check_note(parse_note(note.replace("answer", "answre").encode()), key)


def test_a_verifier_key_has_one_spelling() -> None:
    for key in (log_key(), witness_key()):
        assert parse_vkey(str(key)) == key
    assert str(parse_vkey(VKEY)) == VKEY


@pytest.mark.parametrize(
    "text",
    [
        "",
        "name",
        "name+00000000+",
        VKEY.replace("ab47b0d5", "AB47B0D5"),
        VKEY.replace("ab47b0d5", "ab47b0d6"),
        VKEY.replace("registry", "registri"),
        VKEY[:-1],
        VKEY + "=",
        VKEY + "\n",
        " " + VKEY,
        VKEY.replace("registry.example/skills", "two words"),
        f"x+{VerifierKey('x', 9, bytes(32)).key_hash.hex()}+{b64_encode(bytes([9]) + bytes(32))}",
        f"x+{VerifierKey('x', 1, bytes(31)).key_hash.hex()}+{b64_encode(bytes([1]) + bytes(31))}",
    ],
)
def test_what_is_no_verifier_key_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        parse_vkey(text)


@given(st.binary(max_size=80))
def test_arbitrary_bytes_are_a_note_in_one_spelling_or_malformed(data: bytes) -> None:
    try:
        note = parse_note(data)
    except MalformedEncoding:
        return
    assert note.to_bytes() == data


@given(st.data())
def test_any_altered_byte_of_a_checkpoint_fails(data: st.DataObject) -> None:
    body = bytearray(SIGNED.to_bytes())
    body[data.draw(st.integers(0, len(body) - 1))] ^= data.draw(st.integers(1, 255))
    with pytest.raises((MalformedEncoding, UnknownSigner, BadSignature)):
        verified_checkpoint(bytes(body), log_key())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"text\n",
        b"text\n\n",
        b"text\n\n\n",
        b"\n\n\xe2\x80\x94 n AAAAAAAA",
        b"text\n\n\xe2\x80\x94 n AAAAAAAA",
        b"text\n\n\xe2\x80\x94 n AAAA\n",
        b"text\n\n\xe2\x80\x94 n  AAAAAAAA\n",
        b"text\n\n\xe2\x80\x94 n+m AAAAAAAA\n",
        b"text\n\n- n AAAAAAAA\n",
        b"te\x00xt\n\n\xe2\x80\x94 n AAAAAAAA\n",
        b"text\r\n\n\xe2\x80\x94 n AAAAAAAA\n",
        b"te\xffxt\n\n\xe2\x80\x94 n AAAAAAAA\n",
        b"x" * ((1 << 20) + 1),
    ],
)
def test_what_is_no_note_is_malformed(data: bytes) -> None:
    with pytest.raises(MalformedEncoding):
        parse_note(data)


def test_a_text_with_blank_lines_is_split_at_the_last_one() -> None:
    note = parse_note("one\n\ntwo\n\n— n AAAAAAAA\n".encode())
    assert note.text == "one\n\ntwo\n"
    assert [each.name for each in note.signatures] == ["n"]


def test_the_example_carries_both_signatures() -> None:
    note = parse_note(NOTE.encode())
    assert [each.name for each in note.signatures] == ["registry.example/skills", "witness.example/w1"]
    assert [len(each.value) for each in note.signatures] == [64, 72]


def test_lines_of_others_are_ignored_and_every_line_of_the_key_must_hold() -> None:
    stranger = Signature("stranger.example", b"\x01\x02\x03\x04", bytes(64))
    wrong = Signature(ORIGIN, log_key().key_hash, bytes(64))
    check_note(Note(SIGNED.text, (stranger, *SIGNED.signatures)), log_key())
    with pytest.raises(BadSignature):
        check_note(Note(SIGNED.text, (*SIGNED.signatures, wrong)), log_key())
    with pytest.raises(UnknownSigner):
        check_note(Note(SIGNED.text, (stranger,)), log_key())
    with pytest.raises(UnknownSigner):
        check_note(SIGNED, log_key(OTHER))


def test_a_key_under_another_name_is_another_key() -> None:
    renamed = log_key(name="log.example/another")
    with pytest.raises(UnknownSigner):
        check_note(SIGNED, renamed)


def test_during_a_rotation_either_key_will_do() -> None:
    both = sign_checkpoint(HEAD, [LOG, OTHER])
    for key in (LOG, OTHER):
        assert verified_checkpoint(both.to_bytes(), log_key(key)) == HEAD


def test_a_checkpoint_of_another_log_is_refused_though_its_key_signed() -> None:
    """The name on the line is not signed, so a line can be relabelled; the origin in the text cannot."""
    foreign = Checkpoint("log.example/another", 7, b"r" * 32)
    signature = LOG.sign(foreign.body().encode())
    note = Note(foreign.body(), (Signature(ORIGIN, log_key().key_hash, signature),))
    check_note(note, log_key())
    with pytest.raises(UnknownSigner):
        verified_checkpoint(note.to_bytes(), log_key())


def test_a_cosignature_vouches_for_text_and_time() -> None:
    note = cosign(SIGNED, "witness.example/w1", WITNESS, 1_700_000_000)
    check_note(note, witness_key())
    check_note(note, log_key())
    line = note.signatures[1]
    later = (1_700_000_001).to_bytes(8, "big") + line.value[8:]
    for value in (later, line.value[:-1], line.value + b"x", line.value[8:]):
        altered = Note(note.text, (note.signatures[0], Signature(line.name, line.key_hash, value)))
        with pytest.raises(BadSignature):
            check_note(altered, witness_key())


def test_a_logs_signature_is_no_cosignature() -> None:
    as_witness = VerifierKey(ORIGIN, COSIGNATURE_TYPE, LOG.public)
    assert as_witness.key_hash != log_key().key_hash
    with pytest.raises(UnknownSigner):
        check_note(SIGNED, as_witness)


@pytest.mark.parametrize("size", [0, 1, 10**18])
def test_a_checkpoint_comes_back(size: int) -> None:
    head = Checkpoint(ORIGIN, size, bytes(32))
    assert parse_checkpoint(head.body()) == head


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n1\n{b64_encode(bytes(32))}",
        f"o\n1\n{b64_encode(bytes(32))}\nextension\n",
        f"o\n01\n{b64_encode(bytes(32))}\n",
        f"o\n-1\n{b64_encode(bytes(32))}\n",
        f"o\n1.0\n{b64_encode(bytes(32))}\n",
        f"o\n１\n{b64_encode(bytes(32))}\n",
        f"o\n{10**19}\n{b64_encode(bytes(32))}\n",
        f"o\n1\n{b64_encode(bytes(31))}\n",
        f"o\n1\n{b64_encode(bytes(32))[:-1]}\n",
        f"\n1\n{b64_encode(bytes(32))}\n",
        f"o\udcf3\n1\n{b64_encode(bytes(32))}\n",
        f"o\x07\n1\n{b64_encode(bytes(32))}\n",
        f"o\n{1 << 63}\n{b64_encode(bytes(32))}\n",
    ],
)
def test_what_is_no_checkpoint_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        parse_checkpoint(text)
