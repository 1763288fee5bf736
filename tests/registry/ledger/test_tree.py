"""Tiles that grow by appending, and the tree that is read back from them."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.ledger import merkle
from registry.ledger.audit_tree import Regrowth, altered_entry_byte
from registry.ledger.errors import MissingTile
from registry.ledger.tiles import bundle, full_tile, parse_tile_path, tile_path, tile_width
from registry.ledger.tree import GrowingEdge, StoredTree
from signing.inclusion import EMPTY_ROOT, Hash, check_consistency, check_inclusion, leaf_hash
from tests.registry.ledger import naive

SIZES = [0, 1, 2, 3, 255, 256, 257, 511, 512, 513, 1000]
LARGE_SIZES = [65_535, 65_536, 65_537, 66_000]
ENTRIES = [number.to_bytes(3, "big") for number in range(max(LARGE_SIZES))]


def stored(sizes: Sequence[int]) -> tuple[naive.StoredTiles, GrowingEdge]:
    """Entries appended in these steps."""
    store, edge = naive.StoredTiles(), GrowingEdge(0, [])
    for size in sizes:
        entries = ENTRIES[edge.size : size]
        store.add(entries, edge.extend([leaf_hash(entry) for entry in entries]))
    return store, edge


@pytest.fixture(scope="module")
def large() -> naive.StoredTiles:
    """A tree with a tile on its third level, appended in uneven steps."""
    return stored([1, 255, 256, 700, 65_000, 65_535, 65_536, 65_537, LARGE_SIZES[-1]])[0]


@pytest.mark.parametrize("size", SIZES)
def test_grown_edge_has_the_root_of_the_definition(size: int) -> None:
    store, edge = stored([size])
    root = naive.mth([leaf_hash(entry) for entry in ENTRIES[:size]])
    assert edge.root() == root
    assert StoredTree(store, size).root() == root
    assert GrowingEdge.of(StoredTree(store, size)).root() == root


@pytest.mark.parametrize("size", LARGE_SIZES)
def test_large_trees_have_the_root_of_the_definition(large: naive.StoredTiles, size: int) -> None:
    root = naive.mth([leaf_hash(entry) for entry in ENTRIES[:size]])
    tree = StoredTree(large, size)
    assert tree.root() == root
    assert merkle.root(StoredTree(large, LARGE_SIZES[-1]), size) == root
    for index in (0, 255, 256, 65_279, 65_280, 65_534, size - 1):
        check_inclusion(leaf_hash(ENTRIES[index]), index, size, tree.inclusion_proof(index), root)
    for old_size in (1, 256, 65_280, 65_535, size):
        old_root = naive.mth([leaf_hash(entry) for entry in ENTRIES[:old_size]])
        check_consistency(old_size, old_root, size, root, tree.consistency_proof(old_size))


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 700), min_size=1, max_size=8), st.data())
def test_how_it_was_appended_leaves_no_trace(steps: list[int], data: st.DataObject) -> None:
    sizes = [sum(steps[: at + 1]) for at in range(len(steps))]
    at_once, edge = stored(sizes[-1:])
    in_steps, stepped = stored(sizes)
    assert in_steps.full == at_once.full
    assert stepped.root() == edge.root()
    size = sizes[-1]
    if size:
        index = data.draw(st.integers(0, size - 1))
        proof = StoredTree(in_steps, size).inclusion_proof(index)
        check_inclusion(leaf_hash(ENTRIES[index]), index, size, proof, edge.root())


@settings(deadline=None, max_examples=30)
@given(st.lists(st.integers(0, 600), min_size=1, max_size=8))
def test_the_audits_own_tree_agrees_with_the_writers(steps: list[int]) -> None:
    grown, edge, at = Regrowth(), GrowingEdge(0, []), 0
    for step in steps:
        leaves = [leaf_hash(entry) for entry in ENTRIES[at : at + step]]
        at += step
        assert {(tile.level, tile.number): tile for tile in grown.extend(leaves)} == {
            (tile.level, tile.number): tile for tile in edge.extend(leaves)
        }
        assert grown.root() == edge.root() == naive.mth([leaf_hash(entry) for entry in ENTRIES[:at]])


@pytest.mark.parametrize("size", LARGE_SIZES)
def test_the_audits_own_tree_of_large_sizes(size: int) -> None:
    leaves = naive.some_digests(size)
    grown = Regrowth()
    tiles = grown.extend(leaves)
    assert grown.root() == merkle.merge(leaves)
    assert grown.levels()[:2] == [size // 256, size // 65_536]
    assert len(tiles) == size // 256 + size // 65_536


def test_an_edge_goes_on_from_what_is_stored() -> None:
    store, _ = stored([700])
    edge = GrowingEdge.of(StoredTree(store, 700))
    store.add(ENTRIES[700:1000], edge.extend([leaf_hash(entry) for entry in ENTRIES[700:1000]]))
    assert edge.root() == naive.mth([leaf_hash(entry) for entry in ENTRIES[:1000]])
    assert StoredTree(store, 1000).root() == edge.root()


def test_a_partial_tile_is_a_prefix_of_the_full_one() -> None:
    store, _ = stored([600])
    for level, number in ((0, 0), (0, 1), (0, 2), (1, 0)):
        for size in (256, 300, 511, 512, 600):
            tree = StoredTree(store, size)
            available = tile_width(size, level, number)
            assert tree.tile_hashes(level, number, 0) is None
            assert tree.tile_hashes(level, number, available + 1) is None
            for width in {1, available} & set(range(1, available + 1)):
                whole = StoredTree(store, 600).tile_hashes(level, number, width)
                assert tree.tile_hashes(level, number, width) == whole
                assert whole is not None
                assert len(whole) == 32 * width


def test_tile_hash_is_the_root_over_the_entries_below() -> None:
    store, _ = stored([66_000])
    tree = StoredTree(store, 66_000)
    hashes = tree.tile_hashes(1, 0, 256)
    assert hashes is not None
    third = naive.mth([leaf_hash(entry) for entry in ENTRIES[512:768]])
    assert hashes[64:96] == third
    top = tree.tile_hashes(2, 0, 1)
    assert top == naive.mth([leaf_hash(entry) for entry in ENTRIES[:65_536]])


def test_full_tile_knows_every_hash_above_its_row() -> None:
    row = naive.some_leaves(256)
    tile = full_tile(0, 0, row)
    assert tile.root == naive.mth(row)
    for height in range(9):
        for position in (0, (256 >> height) - 1):
            below = row[position << height : (position + 1) << height]
            assert tile.node(height, position) == naive.mth(below)


def test_a_missing_tile_is_said_to_be_missing() -> None:
    store, _ = stored([600])
    del store.full[0, 1]
    tree = StoredTree(store, 600)
    with pytest.raises(MissingTile):
        tree.inclusion_proof(300)


def test_missing_rows_at_the_edge_are_not_hashed_over() -> None:
    store, _ = stored([600])
    del store.entries[590]
    with pytest.raises(MissingTile):
        StoredTree(store, 600).root()
    store, _ = stored([600])
    store.full = {place: tile for place, tile in store.full.items() if place != (0, 1)}
    with pytest.raises(MissingTile):
        StoredTree(store, 600).root()


@pytest.mark.parametrize(
    ("size", "level", "number", "width"),
    [
        (0, 0, 0, 0),
        (1, 0, 0, 1),
        (255, 0, 0, 255),
        (256, 0, 0, 256),
        (256, 0, 1, 0),
        (256, 1, 0, 1),
        (65_536, 1, 0, 256),
        (65_536, 2, 0, 1),
        (70_000, 0, 273, 112),
        (70_000, 1, 1, 17),
    ],
)
def test_tile_widths(size: int, level: int, number: int, width: int) -> None:
    assert tile_width(size, level, number) == width


@pytest.mark.parametrize(
    ("number", "path"),
    [(0, "000"), (7, "007"), (999, "999"), (1000, "x001/000"), (1234067, "x001/x234/067")],
)
def test_tile_paths_of_the_format(number: int, path: str) -> None:
    assert tile_path(number) == path
    assert parse_tile_path(path) == number


@given(st.integers(0, 1 << 60))
def test_a_tile_path_leads_back(number: int) -> None:
    assert parse_tile_path(tile_path(number)) == number


@given(st.text(alphabet="x0123456789/", max_size=12))
def test_a_tile_has_one_path(text: str) -> None:
    number = parse_tile_path(text)
    assert number is None or tile_path(number) == text


@pytest.mark.parametrize(
    "text", ["", "0", "0000", "x000/001", "001/002", "x001", "x001/", "-01", "１２３", "001\n"]
)
def test_other_spellings_of_a_tile_path_are_refused(text: str) -> None:
    assert parse_tile_path(text) is None


def test_a_bundle_is_entries_behind_their_lengths() -> None:
    assert bundle([b"ab", b"", b"c" * 300]) == b"\x00\x02ab\x00\x00\x01\x2c" + b"c" * 300


def test_empty_trees() -> None:
    assert GrowingEdge(0, []).root() == Regrowth().root() == EMPTY_ROOT
    assert StoredTree(naive.StoredTiles(), 0).root() == EMPTY_ROOT


@given(st.binary(min_size=1, max_size=60), st.data())
def test_one_altered_byte_of_an_entry_is_found_by_its_leaf(body: bytes, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(body) - 1))
    altered = bytearray(body)
    altered[at] ^= data.draw(st.integers(1, 255))
    assert altered_entry_byte(bytes(altered), leaf_hash(body)) == at
    assert altered_entry_byte(body, Hash(bytes(32))) is None
