"""The tree of the log against its definition, against another implementation, and against tampering."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree  # type: ignore[import-untyped]  # it has no types

from registry.ledger import merkle
from registry.ledger.merkle import complete_subtrees
from signing.errors import InclusionMismatch
from signing.inclusion import EMPTY_ROOT, Hash, check_consistency, check_inclusion, leaf_hash, node_hash
from tests.registry.ledger import naive

LEAVES = naive.some_leaves(70)
ROOTS = [naive.mth(LEAVES[:size]) for size in range(len(LEAVES) + 1)]


class Listed:
    """Subtrees of a list of leaves."""

    def __init__(self, leaves: list[Hash]) -> None:
        self._rows = merkle.pyramid(leaves)

    def node(self, height: int, position: int) -> Hash:
        return self._rows[height][position]


TREE = Listed(LEAVES)
sizes = st.integers(1, len(LEAVES))


def test_root_of_every_small_tree_is_the_definitions() -> None:
    for size, root in enumerate(ROOTS):
        assert merkle.root(TREE, size) == root
        assert merkle.merge(LEAVES[:size]) == root


def test_the_empty_tree_has_the_hash_of_nothing() -> None:
    assert merkle.root(TREE, 0) == EMPTY_ROOT == merkle.merge([])


def test_leaf_and_node_are_hashed_apart() -> None:
    left, right = LEAVES[:2]
    assert node_hash(left, right) != leaf_hash(left + right)


def test_inclusion_proof_of_every_leaf_in_every_small_tree() -> None:
    for size in range(1, 40):
        for index in range(size):
            proof = merkle.inclusion_proof(TREE, index, size)
            assert proof == naive.path(index, LEAVES[:size])
            check_inclusion(LEAVES[index], index, size, proof, ROOTS[size])


def test_consistency_proof_between_all_small_trees() -> None:
    for size in range(1, 40):
        for old_size in range(1, size):
            proof = merkle.consistency_proof(TREE, old_size, size)
            assert proof == naive.proof(old_size, LEAVES[:size])
            check_consistency(old_size, ROOTS[old_size], size, ROOTS[size], proof)


def test_empty_and_equal_trees_are_consistent_without_a_proof() -> None:
    assert merkle.consistency_proof(TREE, 0, 9) == merkle.consistency_proof(TREE, 9, 9) == []
    check_consistency(0, EMPTY_ROOT, 9, ROOTS[9], [])
    check_consistency(9, ROOTS[9], 9, ROOTS[9], [])
    for old_size, old_root, proof in ((0, ROOTS[1], []), (9, ROOTS[8], []), (9, ROOTS[9], LEAVES[:1])):
        with pytest.raises(InclusionMismatch):
            check_consistency(old_size, old_root, 9, ROOTS[9], proof)


@given(sizes, st.data())
def test_a_proof_fits_one_leaf_one_place_one_size_and_one_root(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.inclusion_proof(TREE, index, size)
    other_index = data.draw(st.integers(-1, size).filter(lambda other: other != index))
    wrong: list[tuple[Hash, int, int, list[Hash], Hash]] = [
        (leaf_hash(b"another"), index, size, proof, ROOTS[size]),
        (LEAVES[index], other_index, size, proof, ROOTS[size]),
        (LEAVES[index], index, size, [*proof, LEAVES[0]], ROOTS[size]),
        (LEAVES[index], index, size, proof, ROOTS[size - 1]),
        (LEAVES[index], index, size, [Hash(each + b"x") for each in proof] or [Hash(b"")], ROOTS[size]),
    ]
    if proof:
        wrong.append((LEAVES[index], index, size, proof[:-1], ROOTS[size]))
        wrong.append((LEAVES[index], index, size, proof[::-1] + LEAVES[:1], ROOTS[size]))
    for leaf, at, of, path, root in wrong:
        with pytest.raises(InclusionMismatch):
            check_inclusion(leaf, at, of, path, root)


@given(st.integers(2, len(LEAVES)), st.data())
def test_a_flipped_bit_in_a_consistency_proof_is_refused(size: int, data: st.DataObject) -> None:
    old_size = data.draw(st.integers(1, size - 1))
    proof = merkle.consistency_proof(TREE, old_size, size)
    at, bit = data.draw(st.integers(0, 32 * len(proof) - 1)), data.draw(st.integers(0, 7))
    joined = bytearray(b"".join(proof))
    joined[at] ^= 1 << bit
    altered = [bytes(joined[start : start + 32]) for start in range(0, len(joined), 32)]
    for path in (altered, proof[:-1], [*proof, LEAVES[0]]):
        with pytest.raises(InclusionMismatch):
            check_consistency(old_size, ROOTS[old_size], size, ROOTS[size], path)
    with pytest.raises(InclusionMismatch):
        check_consistency(size, ROOTS[size], old_size, ROOTS[old_size], proof)


@given(st.integers(0, 1 << 40), st.integers(0, 1 << 20))
def test_complete_subtrees_cover_a_range_without_gap_or_overlap(start: int, length: int) -> None:
    start &= ~((1 << length.bit_length()) - 1)
    covered = start
    for height, position in complete_subtrees(start, start + length):
        assert position << height == covered
        covered += 1 << height
    assert covered == start + length


def test_another_implementation_of_rfc_6962_agrees() -> None:
    """pymerkle's paths begin with the leaf; its consistency proofs are of another form than the RFC's."""
    theirs = InmemoryTree(algorithm="sha256")
    entries = [f"entry {number}".encode() for number in range(300)]
    for entry in entries:
        theirs.append_entry(entry)
    leaves = [leaf_hash(entry) for entry in entries]
    ours = Listed(leaves)
    for size in (1, 2, 3, 7, 8, 255, 256, 257, 300):
        assert merkle.root(ours, size) == theirs.get_root(size)
        for index in {0, 1, size // 2, size - 1} & set(range(size)):
            path = theirs.prove_inclusion(index + 1, size).path
            assert path == [leaves[index], *merkle.inclusion_proof(ours, index, size)]
