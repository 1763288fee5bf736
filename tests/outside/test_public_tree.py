"""Of two answers that contradict each other, the one that the checkpoint does not vouch for is named."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from registry.ledger.audit_report import Finding, FindingCode, Found
from registry.ledger.public_tree import PublicTree
from registry.ledger.tiles import bundle
from signing.inclusion import leaf_hash
from signing.keys import KeyRole
from signing.notes import Checkpoint
from tests.outside.auditors import reading
from tests.outside.serving import serving
from tests.outside.static_log import StaticLog
from tests.registry.ledger.builders import START, seeded_key

KEY = seeded_key(KeyRole.LOG, 2)
# Two full tiles of the lowest level above the first of the next, and one entry: every level has an edge.
SIZE = 256 * 256 + 2 * 256 + 1
ENTRIES = [b"entry %d" % number for number in range(SIZE)]
FIRST = "/log/tile/0/000"
OTHERS = [b"other %d" % number for number in range(256)]
OTHER_ROW = b"".join(leaf_hash(each) for each in OTHERS)


@pytest.fixture(scope="module")
def served() -> Iterator[tuple[str, StaticLog]]:
    """A file server; each test gives it the log that it needs."""
    log = StaticLog(ENTRIES[:1], KEY)
    with serving(log) as base:
        yield base, log


@pytest.fixture(scope="module")
def three_levels() -> StaticLog:
    """A log of three levels."""
    return StaticLog(ENTRIES, KEY)


def serve(served: tuple[str, StaticLog], log: StaticLog) -> str:
    """Serves a copy of the log's files and returns the address."""
    served[1].files = dict(log.files)
    return served[0]


def regrown(base: str, head: Checkpoint, *, start: PublicTree | None = None) -> PublicTree:
    """The tree of everything that is served. Raises: Found."""
    with reading(base, START) as log:
        tree = PublicTree(log) if start is None else start
        tree._log = log
        for each in tree.read(head):
            tree.grow(each.leaves, head)
        tree.finish(head)
        return tree


def finding(base: str, head: Checkpoint) -> Finding:
    """What is found."""
    with pytest.raises(Found) as caught:
        regrown(base, head)
    return caught.value.finding


def flipped(body: bytes, offset: int) -> bytes:
    """One byte altered."""
    altered = bytearray(body)
    altered[offset] ^= 1
    return bytes(altered)


def test_three_levels_grow_to_the_root_and_every_tile_is_compared(
    served: tuple[str, StaticLog], three_levels: StaticLog
) -> None:
    tree = regrown(serve(served, three_levels), three_levels.head)
    assert tree.regrown.root() == three_levels.root
    tiles = [path for path in three_levels.files if "/tile/" in path and "entries" not in path]
    assert (tree.tiles, tree.bundles) == (len(tiles), 259)


@pytest.mark.parametrize(("address", "offset"), [("/log/tile/1/000", 4000), ("/log/tile/2/000.p/1", 5)])
def test_an_altered_byte_of_a_tile_on_each_level_is_named(
    served: tuple[str, StaticLog], three_levels: StaticLog, address: str, offset: int
) -> None:
    base, files = serve(served, three_levels), served[1].files
    files[address] = flipped(files[address], offset)
    found = finding(base, three_levels.head)
    assert (found.code, found.place) == (FindingCode.TILE_ALTERED, f"{address}+{offset}")


@pytest.mark.parametrize("address", ["/log/tile/0/001", "/log/tile/0/002.p/88", "/log/tile/1/000.p/2"])
@pytest.mark.parametrize("offset", [0, 31, -1])
def test_an_altered_byte_anywhere_at_the_edge_is_named(
    served: tuple[str, StaticLog], address: str, offset: int
) -> None:
    log = StaticLog(ENTRIES[:600], KEY)
    base, files = serve(served, log), served[1].files
    files[address] = flipped(files[address], offset)
    found = finding(base, log.head)
    place = f"{address}+{offset % len(files[address])}"
    assert (found.code, found.place) == (FindingCode.TILE_ALTERED, place)


@pytest.mark.parametrize("number", [0, 1])
def test_entries_that_were_replaced_with_their_tile_are_found_by_the_tile_above(
    served: tuple[str, StaticLog], number: int
) -> None:
    log = StaticLog(ENTRIES[:600], KEY)
    base, files = serve(served, log), served[1].files
    files[f"/log/tile/entries/{number:03}"] = bundle(OTHERS)
    files[f"/log/tile/0/{number:03}"] = OTHER_ROW
    found = finding(base, log.head)
    assert (found.code, found.table) == (FindingCode.TILE_ALTERED, f"/log/tile/0/{number:03}")
    assert found.detail == {"reason": "tile_above_differs"}


def test_a_tile_of_other_hashes_is_told_from_a_bundle_of_other_entries(
    served: tuple[str, StaticLog],
) -> None:
    log = StaticLog(ENTRIES[:600], KEY)
    base = serve(served, log)
    served[1].files[FIRST] = OTHER_ROW
    assert finding(base, log.head).table == FIRST
    serve(served, log)
    served[1].files["/log/tile/entries/000"] = bundle(OTHERS)
    found = finding(base, log.head)
    assert (found.code, found.table) == (FindingCode.ENTRY_ALTERED, "/log/tile/entries/000")


@pytest.mark.parametrize(("first", "second"), [(300, 700), (256, 257), (1, 256), (255, 256), (512, 513)])
def test_a_tree_goes_on_where_it_ended(served: tuple[str, StaticLog], first: int, second: int) -> None:
    log, grown = StaticLog(ENTRIES[:first], KEY), StaticLog(ENTRIES[:second], KEY)
    tree = regrown(serve(served, log), log.head)
    assert regrown(serve(served, grown), grown.head, start=tree).regrown.root() == grown.root


def test_what_was_seen_must_still_be_there_when_the_log_has_grown(served: tuple[str, StaticLog]) -> None:
    log = StaticLog(ENTRIES[:300], KEY)
    tree = regrown(serve(served, log), log.head)
    other = StaticLog([*ENTRIES[:270], b"another", *ENTRIES[271:400]], KEY)
    with pytest.raises(Found) as caught:
        regrown(serve(served, other), other.head, start=tree)
    found = caught.value.finding
    assert (found.code, found.detail["entry"]) == (FindingCode.LOG_FORKED, "270")
    assert found.place == f"/log/tile/entries/001.p/144+{len(bundle(ENTRIES[256:270]))}"


def test_an_entry_too_many_and_one_too_few_are_named_where_they_begin(
    served: tuple[str, StaticLog],
) -> None:
    log = StaticLog(ENTRIES[:10], KEY)
    base, files, address = serve(served, log), served[1].files, "/log/tile/entries/000.p/10"
    honest, last = files[address], len(bundle(ENTRIES[:9]))
    files[address] = honest + bundle([b"more"])
    assert finding(base, log.head).place == f"{address}+{len(honest)}"
    for kept in (last, last + 1, last + 4):
        files[address] = honest[:kept]
        assert finding(base, log.head).place == f"{address}+{kept}"


def test_a_checkpoint_of_another_root_vouches_for_nothing(served: tuple[str, StaticLog]) -> None:
    log = StaticLog(ENTRIES[:300], KEY)
    base, files = serve(served, log), served[1].files
    files[FIRST] = flipped(files[FIRST], 3)
    head = replace(log.head, root=bytes(32))
    assert finding(base, head).table in (FIRST, "/log/tile/entries/000")
