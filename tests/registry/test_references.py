"""REF: the address in a printed code resolves to its version, and changed in any way to nothing."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.references import References
from registry.verdict import Result
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import MalformedEncoding
from tests.registry.filled import HOLDERS, Scene, Story

KEY = bytes(range(32))
REFERENCES = References(KEY)
_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


def _version_indices(scene: Scene, story: Story) -> list[int]:
    versions = scene.register.ledger.records.versions(HOLDERS[story].number)
    return [each.index for each in versions]


@given(st.integers(0, 2**64 - 1))
def test_a_ref_resolves_to_its_entry_and_is_22_characters_that_tell_nothing(index: int) -> None:
    ref = REFERENCES.make(index)
    assert REFERENCES.resolve(ref) == index
    assert len(ref) == 22
    assert b64url_decode(ref, length=16)[8:] != index.to_bytes(8, "big")


def test_neighbouring_entries_have_refs_without_likeness() -> None:
    blocks = [b64url_decode(REFERENCES.make(index), length=16) for index in range(256)]
    differing = [
        sum(bin(a ^ b).count("1") for a, b in zip(left, right, strict=True))
        for left, right in pairwise(blocks)
    ]
    assert min(differing) > 30


@given(st.integers(0, 2**40), st.integers(0, 21), st.sampled_from(_ALPHABET))
def test_a_ref_with_another_character_was_never_given(index: int, at: int, character: str) -> None:
    ref = REFERENCES.make(index)
    altered = ref[:at] + character + ref[at + 1 :]
    if altered == ref:
        assert REFERENCES.resolve(altered) == index
        return
    try:
        assert REFERENCES.resolve(altered) is None
    except MalformedEncoding:
        # The last character carries two bits that must be zero.
        assert at == 21


def test_a_ref_under_another_key_was_never_given() -> None:
    assert References(KEY[::-1]).resolve(REFERENCES.make(7)) is None


@pytest.mark.parametrize(
    "text",
    ["", "A", "A" * 21, "A" * 23, "A" * 21 + "=", "A" * 20 + "==", "A" * 21 + "B", "文" * 22, "A" * 21 + "+"],
)
def test_what_is_no_ref_is_malformed(text: str) -> None:
    with pytest.raises(MalformedEncoding):
        REFERENCES.resolve(text)


@pytest.mark.parametrize(
    "text", ["", "A" * 22, "A" * 4000, "文字", "../../etc/passwd", b64url_encode(bytes(16))]
)
def test_the_register_answers_not_found_to_whatever_is_no_ref_of_its_own(told: Scene, text: str) -> None:
    verdict = told.register.verdict_by_ref(text)
    assert (verdict.result, verdict.certificate, verdict.number) == (Result.NOT_FOUND, None, "")


def test_a_ref_of_an_entry_that_is_not_there_yet_is_not_found(told: Scene) -> None:
    beyond = told.register.keys.references.make(told.register.ready())
    assert told.register.verdict_by_ref(beyond).result is Result.NOT_FOUND


@pytest.mark.parametrize(
    ("story", "results"),
    [
        (Story.PLAIN, [Result.VALID]),
        (Story.CORRECTED, [Result.SUPERSEDED, Result.VALID]),
        (Story.SUPERSEDED, [Result.SUPERSEDED]),
        (Story.ANNULLED, [Result.ANNULLED]),
        (Story.CORRECTED_TWICE_THEN_ANNULLED, [Result.ANNULLED, Result.ANNULLED, Result.ANNULLED]),
    ],
)
def test_each_version_has_a_ref_of_its_own(told: Scene, story: Story, results: list[Result]) -> None:
    refs = [told.register.keys.references.make(index) for index in _version_indices(told, story)]
    verdicts = [told.register.verdict_by_ref(ref) for ref in refs]
    assert [each.result for each in verdicts] == results
    assert {each.number for each in verdicts} == {HOLDERS[story].number}
    assert len(set(refs)) == len(results)
