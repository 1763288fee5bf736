"""Consistency proofs between any two sizes: from the store, from tiles alone, and in trees of any size."""

from collections.abc import Iterator
from functools import cache, lru_cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.ledger import merkle
from registry.ledger.errors import OutOfRange
from registry.ledger.read import LedgerReader
from registry.ledger.tiles import HASH_BYTES, WIDTH, tile_width
from registry.ledger.tree import GrowingEdge, StoredTree
from signing.errors import InclusionMismatch
from signing.inclusion import (
    EMPTY_ROOT,
    Hash,
    check_consistency,
    check_inclusion,
    leaf_hash,
    node_hash,
)
from tests.registry.ledger import naive
from tests.registry.ledger.builders import SmallRegister, a_record

LARGEST = 600
ENTRIES = [number.to_bytes(4, "big") for number in range(LARGEST)]
LEAVES = naive.some_leaves(LARGEST)


class FetchedTiles:
    """The subtrees of a tree from nothing but the tiles that an outsider can fetch at its size."""

    def __init__(self, tree: StoredTree) -> None:
        self._tree = tree
        self._fetch = lru_cache(maxsize=None)(self._fetched)

    def _fetched(self, level: int, number: int) -> list[Hash]:
        width = tile_width(self._tree.size, level, number)
        tile = self._tree.tile_hashes(level, number, width)
        assert tile is not None, "no such tile is published"
        return [Hash(tile[at : at + HASH_BYTES]) for at in range(0, len(tile), HASH_BYTES)]

    def node(self, height: int, position: int) -> Hash:
        level, step = divmod(height, 8)
        number, offset = divmod(position << step, WIDTH)
        row = self._fetch(level, number)[offset : offset + (1 << step)]
        assert len(row) == 1 << step, "the subtree is not complete"
        return naive.mth(row)


@cache
def _definition(start: int, end: int) -> Hash:
    """MTH(D[start:end]) by its definition, each range once."""
    if end - start == 1:
        return LEAVES[start]
    middle = start + naive.split(end - start)
    return node_hash(_definition(start, middle), _definition(middle, end))


def _proof(old_size: int, start: int, end: int, whole: bool = True) -> list[Hash]:
    """SUBPROOF of RFC 6962 section 2.1.2 over the same ranges."""
    if old_size == end - start:
        return [] if whole else [_definition(start, end)]
    middle = naive.split(end - start)
    if old_size <= middle:
        return [*_proof(old_size, start, start + middle, whole), _definition(start + middle, end)]
    return [*_proof(old_size - middle, start + middle, end, False), _definition(start, start + middle)]


def _root(size: int) -> Hash:
    return _definition(0, size) if size else EMPTY_ROOT


@pytest.fixture(scope="module")
def store() -> naive.StoredTiles:
    """The largest of the trees; the smaller ones are its beginnings."""
    made, edge = naive.StoredTiles(), GrowingEdge(0, [])
    made.add(ENTRIES, edge.extend([leaf_hash(entry) for entry in ENTRIES]))
    return made


def _pairs(step: int) -> Iterator[tuple[int, int]]:
    """Every old size of every `step`-th size, and of the sizes around a full tile."""
    around = {255, 256, 257, 511, 512, 513, LARGEST}
    for size in range(LARGEST + 1):
        if size % step == 0 or size in around:
            yield from ((old_size, size) for old_size in range(size + 1))


def test_every_pair_of_sizes_has_the_proof_of_the_definition(store: naive.StoredTiles) -> None:
    trees = {size: StoredTree(store, size) for size in range(LARGEST + 1)}
    for old_size, size in _pairs(1):
        proof = trees[size].consistency_proof(old_size)
        assert proof == (_proof(old_size, 0, size) if 0 < old_size < size else [])


def test_the_proofs_verify_and_no_other_root_does(store: naive.StoredTiles) -> None:
    for old_size, size in _pairs(47):
        proof = StoredTree(store, size).consistency_proof(old_size)
        check_consistency(old_size, _root(old_size), size, _root(size), proof)
        with pytest.raises(InclusionMismatch):
            check_consistency(old_size, _root(old_size), size, leaf_hash(b"other"), proof or [LEAVES[0]])
        with pytest.raises(InclusionMismatch):
            check_consistency(old_size, leaf_hash(b"other"), size, _root(size), proof)


def test_tiles_alone_give_the_same_proofs(store: naive.StoredTiles) -> None:
    """Partial tiles included: what a log of that size serves is enough for every older size."""
    for size in (1, 2, 255, 256, 257, 300, 511, 512, 513, 599, LARGEST):
        fetched = FetchedTiles(StoredTree(store, size))
        assert merkle.root(fetched, size) == _root(size)
        for old_size in range(size + 1):
            proof = merkle.consistency_proof(fetched, old_size, size)
            check_consistency(old_size, _root(old_size), size, _root(size), proof)


def test_a_log_proves_any_two_published_sizes(on_sqlite: SmallRegister) -> None:
    for batch in (1, 2, 3):
        on_sqlite.approve([a_record(10 * batch + serial) for serial in range(batch)], batch=batch)
    with on_sqlite.reader() as reader:
        _proves_any_two(reader)
        size, _ = reader.published()
        for old_size, newer in ((-1, 1), (2, 1), (0, size + 1), (size + 1, size + 1)):
            with pytest.raises(OutOfRange):
                reader.consistency_proof(old_size, newer)


def _proves_any_two(reader: LedgerReader) -> None:
    size, _ = reader.published()
    roots = [reader.tree(each).root() for each in range(size + 1)]
    for newer in range(size + 1):
        for older in range(newer + 1):
            proof = reader.consistency_proof(older, newer)
            check_consistency(older, roots[older], newer, roots[newer], proof)


# ---- trees of any size ------------------------------------------------------------------------------


class Sparse:
    """A tree of equal leaves but for a few: proofs of any size can be had, and a wrong place shows."""

    def __init__(self, special: frozenset[int]) -> None:
        self._special = special
        self._known: dict[tuple[int, int], Hash] = {}
        self._plain = [leaf_hash(b"plain")]
        for _ in range(64):
            self._plain.append(node_hash(self._plain[-1], self._plain[-1]))

    def leaf(self, index: int) -> Hash:
        """The hash of one leaf."""
        return self.node(0, index)

    def node(self, height: int, position: int) -> Hash:
        inside = [each for each in self._special if each >> height == position]
        if not inside:
            return self._plain[height]
        if height == 0:
            return leaf_hash(b"special %d" % position)
        if (height, position) not in self._known:
            children = (self.node(height - 1, 2 * position), self.node(height - 1, 2 * position + 1))
            self._known[height, position] = node_hash(*children)
        return self._known[height, position]


@st.composite
def _large(draw: st.DrawFn) -> tuple[Sparse, int, int]:
    """A tree with special leaves about both sizes: (tree, old size, size)."""
    size = draw(
        st.integers(2, (1 << 62) - 1) | st.integers(2, 70_000) | st.integers(1, 61).map(lambda n: 1 << n)
    )
    old_size = draw(st.integers(1, size) | st.integers(max(1, size - 300), size))
    near = {old_size - 1, old_size, size - 1, 0, old_size // 2, draw(st.integers(0, size - 1))}
    return Sparse(frozenset(each for each in near if each < size)), old_size, size


@given(_large(), st.data())
def test_large_trees_extend_their_past_and_no_altered_proof_holds(
    case: tuple[Sparse, int, int], data: st.DataObject
) -> None:
    tree, old_size, size = case
    old_root, root = merkle.root(tree, old_size), merkle.root(tree, size)
    proof = merkle.consistency_proof(tree, old_size, size)
    check_consistency(old_size, old_root, size, root, proof)
    assert len(proof) <= 2 * size.bit_length()
    altered: list[list[Hash]] = [[*proof, root]]
    if proof:
        at = data.draw(st.integers(0, len(proof) - 1))
        flipped = bytes(byte ^ 1 if place == 0 else byte for place, byte in enumerate(proof[at]))
        altered += [
            proof[:at] + proof[at + 1 :],
            [*proof[:at], Hash(flipped), *proof[at + 1 :]],
            [*proof[:at], proof[at], *proof[at:]],
        ]
    for wrong in altered:
        with pytest.raises(InclusionMismatch):
            check_consistency(old_size, old_root, size, root, wrong)


@given(_large(), st.data())
def test_large_trees_hold_each_entry_in_one_place(case: tuple[Sparse, int, int], data: st.DataObject) -> None:
    tree, index, size = case
    index = min(index, size - 1)
    proof, root = merkle.inclusion_proof(tree, index, size), merkle.root(tree, size)
    check_inclusion(tree.leaf(index), index, size, proof, root)
    assert len(proof) <= size.bit_length()
    wrong = [[*proof, root], proof[:-1]] if proof else [[root]]
    for path in wrong:
        with pytest.raises(InclusionMismatch):
            check_inclusion(tree.leaf(index), index, size, path, root)
    with pytest.raises(InclusionMismatch):
        check_inclusion(leaf_hash(b"another"), index, size, proof, root)
