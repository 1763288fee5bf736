"""Inclusion and consistency checks alone, as an outsider runs them; the tree is tested in the ledger."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import InclusionMismatch
from signing.inclusion import (
    EMPTY_ROOT,
    Hash,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
)

A, B, C = (leaf_hash(each) for each in (b"a", b"b", b"c"))
AB = node_hash(A, B)
ABC = node_hash(AB, C)


def test_hashes_of_rfc_6962() -> None:
    """RFC 6962 section 2.1: SHA-256 of nothing, of 00 alone, and of 01 with two hashes."""
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert leaf_hash(b"").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert len(node_hash(A, B)) == 32
    assert node_hash(A, B) != node_hash(B, A)


def test_a_leaf_is_where_its_proof_says() -> None:
    check_inclusion(A, 0, 1, [], A)
    check_inclusion(A, 0, 3, [B, C], ABC)
    check_inclusion(B, 1, 3, [A, C], ABC)
    check_inclusion(C, 2, 3, [AB], ABC)


@pytest.mark.parametrize(
    ("leaf", "index", "size", "proof", "root"),
    [
        (B, 0, 1, [], A),
        (A, 1, 1, [], A),
        (A, -1, 1, [], A),
        (A, 0, 0, [], A),
        (A, 0, 0, [], EMPTY_ROOT),
        (A, 0, 1, [B], A),
        (A, 0, 3, [B], AB),
        (A, 0, 3, [C, B], ABC),
        (A, 1, 3, [B, C], ABC),
        (C, 2, 3, [A, B], ABC),
        (C, 2, 4, [AB], ABC),
        (A, 0, 3, [B, C[:-1]], ABC),
        (A, 0, 3, [B, C + b"\x00"], ABC),
        (A, 0, 3, [B, C], AB),
        (A, 0, 1 << 63, [B] * 63, ABC),
        (A, 1 << 70, 1 << 71, [B] * 71, ABC),
    ],
)
def test_nothing_else_is_included(leaf: Hash, index: int, size: int, proof: list[bytes], root: Hash) -> None:
    with pytest.raises(InclusionMismatch):
        check_inclusion(leaf, index, size, proof, root)


def test_an_inner_hash_is_no_leaf() -> None:
    """Two leaves joined hash to the inner node only under the node's own prefix."""
    forged = leaf_hash(A + B)
    with pytest.raises(InclusionMismatch):
        check_inclusion(forged, 0, 2, [C], ABC)


def test_a_tree_extends_its_own_past() -> None:
    check_consistency(1, A, 3, ABC, [B, C])
    check_consistency(2, AB, 3, ABC, [C])
    check_consistency(0, EMPTY_ROOT, 3, ABC, [])
    check_consistency(3, ABC, 3, ABC, [])


@pytest.mark.parametrize(
    ("old_size", "old_root", "size", "root", "proof"),
    [
        (1, B, 3, ABC, [B, C]),
        (1, A, 3, ABC, [C, B]),
        (1, A, 3, ABC, [B]),
        (1, A, 3, ABC, []),
        (1, A, 3, ABC, [B, C, A]),
        (2, AB, 3, AB, [C]),
        (2, AB, 3, ABC, [C[:-1]]),
        (3, ABC, 2, AB, []),
        (3, ABC, 2, AB, [C]),
        (-1, A, 3, ABC, []),
        (0, A, 3, ABC, []),
        (0, EMPTY_ROOT, 3, ABC, [C]),
        (3, AB, 3, ABC, []),
        (3, ABC, 3, ABC, [C]),
        (1, A, 1 << 63, ABC, [B] * 63),
    ],
)
def test_nothing_else_is_consistent(
    old_size: int, old_root: Hash, size: int, root: Hash, proof: list[bytes]
) -> None:
    with pytest.raises(InclusionMismatch):
        check_consistency(old_size, old_root, size, root, proof)


hashes = st.sampled_from([A, B, C, AB, ABC, EMPTY_ROOT, b"", b"short"])


@given(st.integers(-2, 9), st.integers(-2, 9), st.lists(hashes, max_size=5), hashes, hashes)
def test_arbitrary_proofs_are_right_or_refused(
    first: int, second: int, proof: list[bytes], one: bytes, other: bytes
) -> None:
    try:
        check_inclusion(Hash(one), first, second, proof, other)
    except InclusionMismatch:
        pass
    else:
        assert 0 <= first < second
    try:
        check_consistency(first, one, second, other, proof)
    except InclusionMismatch:
        pass
    else:
        assert 0 <= first <= second
