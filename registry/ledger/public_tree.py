"""The tree regrown from served entry bundles, and every tile of every level compared with what is served.

Of two answers that contradict each other (a bundle and the tile over it, a tile and the one above) one is
wrong. Which one, says the checkpoint: the hash that the served tiles connect with its root is the right one.

Source: C2SP tlog-tiles; RFC 6962 section 2.1.
"""

from collections.abc import Iterable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, zip_longest
from typing import NoReturn

from registry.ledger import merkle
from registry.ledger.audit_report import FindingCode, Found, first_difference
from registry.ledger.audit_tree import Regrowth, altered_entry_byte, leaf_hashes
from registry.ledger.entries import MAX_ENTRY_BYTES
from registry.ledger.errors import PublicLogUnavailable
from registry.ledger.public_documents import Document, bundle, tile
from registry.ledger.public_log import PublicLog
from registry.ledger.tiles import HASH_BYTES, WIDTH, tile_width
from signing.errors import InclusionMismatch
from signing.inclusion import Hash, check_inclusion
from signing.notes import Checkpoint

_LENGTH_BYTES = 2


@dataclass(frozen=True)
class Bundle:
    """What one bundle adds to the log: the entries from `first` on, which were not there before."""

    number: int
    data: bytes
    first: int
    bodies: list[bytes]
    leaves: list[Hash]


class PublicTree:
    """The tree of all entries that were fetched so far."""

    def __init__(self, log: PublicLog) -> None:
        self.regrown = Regrowth()
        self.tiles = 0
        self.bundles = 0
        self._log = log
        # The leaves in the bundle that is not full yet: it is fetched again when the log has grown.
        self._row: list[Hash] = []

    def read(self, head: Checkpoint) -> Iterator[Bundle]:
        """The bundles from where the tree ends to the checkpoint's size, each compared with its tile.

        The caller hands every bundle's leaves to `grow` before it asks for the next. Raises: Found.
        """
        numbers = range(self.regrown.size // WIDTH, -(-head.size // WIDTH))
        widths = {number: tile_width(head.size, 0, number) for number in numbers[-1:]}
        pairs = ((number, widths.get(number, WIDTH)) for number in numbers)
        wanted = chain.from_iterable((bundle(*each), tile(0, *each)) for each in pairs)
        answers = self._log.in_order(wanted)
        for number in numbers:
            width = widths.get(number, WIDTH)
            data, hashes = next(answers), next(answers)
            bodies = self._agreeing(head, number, width, data, hashes)
            yield self._new_part(number, width, data, bodies)

    def grow(self, leaves: Sequence[Hash], head: Checkpoint) -> None:
        """Appends leaves and compares the upper tiles that they complete. Raises: Found."""
        for each in self.regrown.extend(leaves):
            if each.level:
                self._compare(head, each.level, each.number, each.hashes)
            self.tiles += 1

    def finish(self, head: Checkpoint) -> None:
        """Compares the unfinished tiles of the checkpoint's size above the leaves. Raises: Found."""
        for level, number, hashes in self.regrown.edges():
            if level:
                self._compare(head, level, number, hashes)
            self.tiles += 1

    def _new_part(self, number: int, width: int, data: bytes, bodies: list[bytes]) -> Bundle:
        """Leaves out what was there before, which must still be the same."""
        leaves = leaf_hashes(bodies)
        known = len(self._row)
        for position, (seen, served) in enumerate(zip(self._row, leaves, strict=False)):
            if seen != served:
                offset = _entry_offset(bodies, position)
                bundle(number, width).found(
                    FindingCode.LOG_FORKED, offset=offset, entry=number * WIDTH + position
                )
        self._row = leaves if width < WIDTH else []
        self.bundles += 1
        return Bundle(number, data, number * WIDTH + known, bodies[known:], leaves[known:])

    def _agreeing(self, head: Checkpoint, number: int, width: int, data: bytes, hashes: bytes) -> list[bytes]:
        """The entries of a bundle, which the tile over it says are these."""
        if len(hashes) != width * HASH_BYTES:
            tile(0, number, width).found(FindingCode.TILE_ALTERED, offset=len(hashes), reason="length")
        bodies, rest = _parsed(data, width)
        if len(bodies) == width and not rest and b"".join(leaf_hashes(bodies)) == hashes:
            return bodies
        return self._blame(head, number, width, data, hashes)

    def _blame(self, head: Checkpoint, number: int, width: int, data: bytes, hashes: bytes) -> NoReturn:
        """Bundle and tile contradict each other: names the first wrong byte of the wrong one."""
        bodies, rest = _parsed(data, width)
        leaves = leaf_hashes(bodies)
        whole = len(bodies) == width and not rest
        if whole and self._is_right(head, number, leaves):
            offset = first_difference(hashes, b"".join(leaves))
            tile(0, number, width).found(FindingCode.TILE_ALTERED, offset=offset)
        row, document = _hashes(hashes), bundle(number, width)
        for position, (leaf, served) in enumerate(zip_longest(row, leaves)):
            if leaf != served:
                code = FindingCode.ENTRY_ALTERED if whole else FindingCode.ANSWER_MALFORMED
                at = _altered_in_bundle(data, _entry_offset(bodies, position), leaf)
                document.found(code, offset=at, entry=number * WIDTH + position)
        document.found(FindingCode.ANSWER_MALFORMED, offset=len(data) - len(rest))

    def _is_right(self, head: Checkpoint, number: int, row: Sequence[Hash]) -> bool:
        """Whether the checkpoint vouches for this row of leaves."""
        if len(row) == WIDTH:
            return self._leads(head, 1, number, merkle.merge(row))
        grown = deepcopy(self.regrown)
        grown.extend(row[len(self._row) :])
        return grown.root() == head.root

    def _compare(self, head: Checkpoint, level: int, number: int, wanted: bytes) -> None:
        document = tile(level, number, len(wanted) // HASH_BYTES)
        served = self._log.get(document)
        if served == wanted:
            return
        offset = first_difference(served, wanted)
        position = number * WIDTH + offset // HASH_BYTES
        hash_served = served[offset // HASH_BYTES * HASH_BYTES :][:HASH_BYTES]
        if len(served) == len(wanted) and self._leads(head, level, position, Hash(hash_served)):
            # The upper tile is right: entries and tiles below it agree on something else.
            below = tile(level - 1, position, WIDTH)
            below.found(FindingCode.TILE_ALTERED, reason="tile_above_differs")
        document.found(FindingCode.TILE_ALTERED, offset=offset)

    def _leads(self, head: Checkpoint, level: int, position: int, hashed: Hash) -> bool:
        """Whether the served tiles connect this hash of a row with the checkpoint's root."""
        height = 8 * level
        try:
            served = _ServedNodes(self._log, head.size)
            proof = merkle.inclusion_proof(served, position << height, head.size)[height:]
            check_inclusion(hashed, position, ((head.size - 1) >> height) + 1, proof, head.root)
        except (InclusionMismatch, Found, PublicLogUnavailable):
            return False
        return True


class _ServedNodes:
    """The tree's nodes as the served tiles have them, for a proof or two."""

    def __init__(self, log: PublicLog, size: int) -> None:
        self._log, self._size = log, size
        self._tiles: dict[Document, bytes] = {}

    def node(self, height: int, position: int) -> Hash:
        """See `merkle.Subtrees`."""
        level, step = divmod(height, 8)
        number, offset = divmod(position << step, WIDTH)
        document = tile(level, number, tile_width(self._size, level, number))
        if document not in self._tiles:
            self._tiles[document] = self._log.get(document)
        row = self._tiles[document][offset * HASH_BYTES : (offset + (1 << step)) * HASH_BYTES]
        return merkle.merge(_hashes(row))


def entry_place(bundle_data: bytes, position: int, offset: int) -> int:
    """Where byte `offset` of the bundle's entry at `position` stands in the bundle."""
    bodies, _ = _parsed(bundle_data, position)
    return _entry_offset(bodies, position) + _LENGTH_BYTES + offset


def _hashes(row: bytes) -> list[Hash]:
    return [Hash(row[at : at + HASH_BYTES]) for at in range(0, len(row), HASH_BYTES)]


def _parsed(data: bytes, width: int) -> tuple[list[bytes], bytes]:
    """The first `width` entries, fewer where the bundle ends before, and what is left."""
    bodies: list[bytes] = []
    at = 0
    while len(bodies) < width and at + _LENGTH_BYTES <= len(data):
        end = at + _LENGTH_BYTES + int.from_bytes(data[at : at + _LENGTH_BYTES], "big")
        if end > len(data):
            break
        bodies.append(data[at + _LENGTH_BYTES : end])
        at = end
    return bodies, data[at:]


def _entry_offset(bodies: Sequence[bytes], position: int) -> int:
    """Where the length of that entry begins."""
    before: Iterable[bytes] = bodies[:position]
    return sum(_LENGTH_BYTES + len(each) for each in before)


def _altered_in_bundle(data: bytes, at: int, leaf: Hash) -> int | None:
    """The byte of the entry whose length stands at `at` that keeps it from having this leaf hash."""
    start = at + _LENGTH_BYTES
    length = int.from_bytes(data[at:start], "big")
    if start + length <= len(data):
        found = altered_entry_byte(data[start : start + length], leaf)
        if found is not None:
            return start + found
    # The length may be what was altered: the entry is then found under another one.
    hashed = sha256(b"\x00")
    for count, byte in enumerate(data[start : start + MAX_ENTRY_BYTES + 1]):
        if hashed.digest() == leaf:
            return at + first_difference(data[at:start], count.to_bytes(_LENGTH_BYTES, "big"))
        hashed.update(bytes([byte]))
    if hashed.digest() == leaf:
        return at + first_difference(data[at:start], (len(data) - start).to_bytes(_LENGTH_BYTES, "big"))
    return len(data) if start + length > len(data) else None
