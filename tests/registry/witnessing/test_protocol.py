"""The messages between log and witness have one spelling, and bytes are a message or the room's own error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.witnessing.errors import MalformedAnswer, MalformedSubmission
from registry.witnessing.protocol import (
    MAX_PROOF_LINES,
    MAX_SUBMISSION_BYTES,
    Submission,
    parse_signature_lines,
    parse_size_answer,
    parse_submission,
    signature_lines,
    size_answer,
    tree_head,
)
from signing.errors import MalformedEncoding
from signing.inclusion import Hash
from signing.keys import KeyRole
from signing.notes import Note, cosign, parse_note
from tests.registry.witnessing.logs import SmallLog, key

LOG = SmallLog()
WITNESS = key(KeyRole.WITNESS, 9)
HONEST = LOG.submission(3, 7)


def test_the_example_of_the_specification_is_read() -> None:
    """C2SP tlog-witness, the example request and response of add-checkpoint."""
    request = (
        "old 20852014\n"
        "PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=\n"
        "jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=\n"
        "5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=\n"
        "/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=\n"
        "\n"
        "example.com/behind-the-sofa\n"
        "20852163\n"
        "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n"
        "\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzG"
        "ku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— example.com/behind-the-sofa opLqBQsREYCgu6xQkYQwJr9fo45a62DN9EdmHXnZdXNqlcVGlCum2Wks+49/V6267UEjw"
        "6QUXTS5Rovnzv++qbSzm9Q=\n"
    ).encode()
    read = parse_submission(request)
    assert (read.old_size, len(read.proof), len(read.note.signatures)) == (20852014, 4, 2)
    assert tree_head(read.note).size == 20852163
    assert read.to_bytes() == request
    answer = (
        "— witness.example/w1 CMp+6LWBU0anHGH5aNDTJkH/gj79sG+T6+iP2ThYN5krrDJbR1HDnucjL39QsZTSvVjyQLrdk3DXDqI"
        "5G2HgLatVs0pWh6Up69HVOw==\n"
        "— witness.example/w2 AWui8Sk55XjYLOijihBjhqEH6nS1ndDymE0a+6idX7pLcnoB+dhnz0854aLZgrrKbYKA7nC3HNJhm/k"
        "Wl7oJlqU3rXXvpysAdyP3wQ==\n"
    ).encode()
    lines = parse_signature_lines(answer)
    assert [each.name for each in lines] == ["witness.example/w1", "witness.example/w2"]
    assert signature_lines(lines) == answer


@pytest.mark.parametrize(
    "altered",
    [
        b"",
        HONEST.replace(b"old 3", b"old 03"),
        HONEST.replace(b"old 3", b"old +3"),
        HONEST.replace(b"old 3", b"old  3"),
        HONEST.replace(b"old 3", b"old -3"),
        HONEST.replace(b"old 3", b"old 3 "),
        HONEST.replace(b"old 3", b"Old 3"),
        HONEST.replace(b"old 3\n", b"old 3\r\n"),
        HONEST.replace(b"old 3", b"old " + b"9" * 20),
        HONEST.replace(b"old 3", "old ３".encode()),
        b"\n" + HONEST,
        HONEST[:-1],
        HONEST + b"\n",
        HONEST + b"x",
        HONEST.replace(b"=\n", b"\n", 1),
        HONEST.replace(b"=\n", b"= \n", 1),
        HONEST.partition(b"\n\n")[0] + b"\n",
        HONEST.partition(b"\n\n")[0] + b"\n\n",
        HONEST.partition("\n— ".encode())[0],
    ],
)
def test_another_spelling_is_refused(altered: bytes) -> None:
    with pytest.raises(MalformedSubmission):
        parse_submission(altered)


def test_more_proof_than_any_tree_needs_is_refused() -> None:
    proof = (Hash(b"h" * 32),) * MAX_PROOF_LINES
    assert len(parse_submission(Submission(3, proof, LOG.note(7)).to_bytes()).proof) == MAX_PROOF_LINES
    with pytest.raises(MalformedSubmission):
        parse_submission(Submission(3, (*proof, proof[0]), LOG.note(7)).to_bytes())


def test_a_request_that_is_too_long_is_refused() -> None:
    line = LOG.note(7).signatures[0]
    long = Note(LOG.note(7).text, (line,) * (MAX_SUBMISSION_BYTES // 100))
    with pytest.raises(MalformedSubmission):
        parse_submission(Submission(0, (), long).to_bytes())


def test_extension_lines_of_other_logs_are_allowed_if_they_say_something() -> None:
    body = LOG.note(7).text
    assert tree_head(Note(body + "an extension\nand another\n", ())).size == 7
    for text in (body + "\nafter an empty line\n", body + "x\n\n", "log\n"):
        with pytest.raises(MalformedEncoding):
            tree_head(Note(text, ()))


@pytest.mark.parametrize("size", [0, 1, 10, 1 << 40])
def test_a_size_is_answered_and_read(size: int) -> None:
    assert parse_size_answer(size_answer(size)) == size


@pytest.mark.parametrize(
    "answer", [b"", b"1", b"01\n", b"-1\n", b"1\n\n", b" 1\n", b"1\r\n", b"9" * 20 + b"\n", b"x\n"]
)
def test_what_is_no_size_is_refused(answer: bytes) -> None:
    with pytest.raises(MalformedAnswer):
        parse_size_answer(answer)


def test_what_is_no_signature_line_is_refused() -> None:
    line = signature_lines(cosign(LOG.note(7), "witness.example/w", WITNESS, 1).signatures[-1:])
    assert parse_signature_lines(line + line)
    for answer in (b"", b"\n", line[:-1], b"\n" + line, line + b"\n", line + b"text\n", line + b"\n" + line):
        with pytest.raises(MalformedAnswer):
            parse_signature_lines(answer)


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_a_message_or_an_error_of_the_room(data: bytes) -> None:
    for prefix, body in ((b"", HONEST), (b"old 3\n", b""), (b"", b"")):
        try:
            read = parse_submission(prefix + data + body)
        except MalformedSubmission:
            continue
        assert read.to_bytes() == prefix + data + body
    for parse in (parse_size_answer, parse_signature_lines):
        try:
            parse(data)
        except MalformedAnswer:
            continue


@given(st.integers(0, len(HONEST) - 1), st.integers(1, 255))
def test_a_changed_byte_is_refused_or_read_back_as_it_is(at: int, change: int) -> None:
    altered = HONEST[:at] + bytes([HONEST[at] ^ change]) + HONEST[at + 1 :]
    try:
        read = parse_submission(altered)
    except MalformedSubmission:
        return
    assert read.to_bytes() == altered
    assert parse_note(read.note.to_bytes()) == read.note
