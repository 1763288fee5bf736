"""The log read from outside, from its first entry to the newest checkpoint, and further while it grows.

The tree is regrown, every entry replayed as when it was appended, and every checkpoint that was followed must
be the tree's, signed by the log's keys of its time. What was read is forgotten: memory grows with approvals
and acts, never with certificates.

Source: C2SP tlog-tiles, tlog-checkpoint.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import TypeAlias

from registry.ledger.audit_checkpoints import CheckpointAudit
from registry.ledger.audit_replay import LogReplay, Replayed
from registry.ledger.audit_report import Check, Finding, FindingCode, Found, Phase
from registry.ledger.entries import EntryType, stored_entry, text
from registry.ledger.public_checkpoint import Anchors, Head, checked_head
from registry.ledger.public_documents import CHECKPOINT, Document, bundle
from registry.ledger.public_log import PublicLog
from registry.ledger.public_status import ServedLists
from registry.ledger.public_tree import Bundle, PublicTree, entry_place
from registry.ledger.tiles import WIDTH, tile_width
from signing.encoding import parse_rfc3339
from signing.notes import Checkpoint

Progress: TypeAlias = Callable[[int, int], None]
# Caches may keep what changes for five seconds.
CACHE_SECONDS = 6.0
ROUNDS = 3
_SINCE_EARLIER = replace(CHECKPOINT, check=Check.EARLIER_AUDIT)


class PublicReading:
    """What was read, grown, replayed and counted so far."""

    def __init__(
        self,
        log: PublicLog,
        anchors: Anchors,
        earlier: Checkpoint | None,
        progress: Progress | None,
        stopwatch: Callable[[], float],
    ) -> None:
        self.tree = PublicTree(log)
        self.replay = LogReplay(anchors.log_origin)
        self.lists = ServedLists()
        self.checkpoints = CheckpointAudit(anchors.log_origin)
        self.counts: Counter[str] = Counter()
        self.seconds = dict.fromkeys(Phase, 0.0)
        self.head: Head | None = None
        self._log, self._anchors, self._earlier = log, anchors, earlier
        self._progress, self._stopwatch = progress, stopwatch
        self._bundle: Bundle | None = None

    def begin(self) -> None:
        """Reads the log up to its newest checkpoint. Raises: Found, PublicLogUnavailable."""
        self._advance(self._first_head())

    def follow(self) -> None:
        """Reads what was appended since. A cache may still serve an older checkpoint; that is no fork.

        Raises: Found, PublicLogUnavailable.
        """
        head, known = self._fetch_head(), self.head
        assert known is not None
        if head.checkpoint.size > known.checkpoint.size:
            self._advance(head)
        elif head.checkpoint.size == known.checkpoint.size and head.checkpoint != known.checkpoint:
            CHECKPOINT.found(FindingCode.LOG_FORKED, size=head.checkpoint.size)

    def get(self, document: Document) -> bytes | None:
        """What is served now; None where it is missing. Raises: Found, PublicLogUnavailable."""
        with self._timed(Phase.READING):
            try:
                return self._log.get(document)
            except Found as fault:
                if fault.finding.code is not FindingCode.ANSWER_MISSING:
                    raise
                return None

    def located(self, finding: Finding) -> Finding:
        """The finding under the public address of what it names."""
        if finding.table == "checkpoint":
            return _at(finding, CHECKPOINT, finding.offset)
        if finding.table != "entry":
            return finding
        index, head = int(finding.key), self.head
        assert head is not None
        number, position = divmod(index, WIDTH)
        offset = None
        if self._bundle is not None and self._bundle.number == number:
            offset = entry_place(self._bundle.data, position, finding.offset or 0)
        document = bundle(number, tile_width(head.checkpoint.size, 0, number))
        return _at(finding, document, offset, entry=finding.key)

    def _first_head(self) -> Head:
        """A checkpoint that can extend the last audit's. A cache may serve a shorter one for a while."""
        head, earlier = self._fetch_head(), self._earlier
        if earlier is None:
            return head
        for _ in range(ROUNDS):
            if head.checkpoint.size >= earlier.size:
                break
            self._log.pause(CACHE_SECONDS)
            head = self._fetch_head()
        size = head.checkpoint.size
        if size < earlier.size:
            _SINCE_EARLIER.found(FindingCode.LOG_SHRUNK, size=size, remembered=earlier.size)
        if size == earlier.size:
            _require_same(earlier, head.checkpoint.root)
        return head

    def _fetch_head(self) -> Head:
        with self._timed(Phase.READING):
            data = self._log.get(CHECKPOINT)
        return checked_head(data, self._anchors)

    def _advance(self, head: Head) -> None:
        """Reads on from where the tree ends to the size of a checkpoint. Raises: Found."""
        self.head = head
        bundles = self.tree.read(head.checkpoint)
        while True:
            with self._timed(Phase.READING):
                self._bundle = next(bundles, None)
            if self._bundle is None:
                break
            self._take_in(self._bundle, head.checkpoint)
            if self._progress is not None:
                self._progress(self.replay.size, head.checkpoint.size)
        with self._timed(Phase.TREE):
            self.tree.finish(head.checkpoint)
            self._require_root(head)

    def _require_root(self, head: Head) -> None:
        """The tree is the checkpoint's, no approval is cut off by it, and keys of the log signed it."""
        root = self.tree.regrown.root()
        if self.replay.size:
            self.replay.finish()
            self.checkpoints.check(head.checkpoint.size, head.note, root, self.replay.keys, self.replay.at)
        elif root != head.checkpoint.root:
            CHECKPOINT.found(FindingCode.CHECKPOINT_ROOT)
        self.checkpoints.finish(())

    def _take_in(self, taken: Bundle, head: Checkpoint) -> None:
        with self._timed(Phase.TREE):
            at = taken.first
            for stop in self._stops(taken):
                self.tree.grow(taken.leaves[at - taken.first : stop - taken.first], head)
                self._require_earlier(stop)
                at = stop
        with self._timed(Phase.ENTRIES):
            replayed = Replayed()
            self.replay.feed(taken.bodies, replayed)
            self.lists.claim(replayed.statuses)
            self.counts.update(kind for _, kind in replayed.landmarks)
            self._note_acts(taken, replayed.landmarks)

    def _stops(self, taken: Bundle) -> Sequence[int]:
        """The sizes at which a root is wanted, and the bundle's end."""
        end = taken.first + len(taken.leaves)
        if self._earlier is not None and taken.first < self._earlier.size < end:
            return (self._earlier.size, end)
        return (end,)

    def _require_earlier(self, size: int) -> None:
        """The log extends the tree of the last audit."""
        if self._earlier is not None and size == self._earlier.size:
            _require_same(self._earlier, self.tree.regrown.root())

    def _note_acts(self, taken: Bundle, landmarks: Sequence[tuple[int, str]]) -> None:
        """When acts were made: a list may be silent only about young ones."""
        for index, kind in landmarks:
            if kind == EntryType.ACT:
                entry = stored_entry(taken.bodies[index - taken.first])
                self.lists.acts.append((index, parse_rfc3339(text(entry, "at"))))

    @contextmanager
    def _timed(self, phase: Phase) -> Iterator[None]:
        began = self._stopwatch()
        try:
            yield
        finally:
            self.seconds[phase] += self._stopwatch() - began


def _require_same(earlier: Checkpoint, root: bytes) -> None:
    if root != earlier.root:
        remembered = earlier.root.hex()
        _SINCE_EARLIER.found(
            FindingCode.LOG_FORKED, size=earlier.size, root=root.hex(), remembered_root=remembered
        )


def _at(finding: Finding, document: Document, offset: int | None, **detail: str) -> Finding:
    return Finding(
        finding.code, finding.check, document.address, "", "", offset, {**finding.detail, **detail}
    )
