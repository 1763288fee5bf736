"""The audit from outside: everything that the register claims, checked with its public addresses alone.

It needs a verifier key of the log and nothing else of ours: no database, no secret. Bundles are fetched a few
at a time and forgotten, so that memory grows with approvals and acts, never with certificates.

The register goes on while it is audited. A document that does not fit the log may belong to a younger log, so
the log is followed and the document fetched again before that is called a finding.

Source: C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature; W3C Bitstring Status List v1.0.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from time import perf_counter
from typing import TypeAlias

from registry.ledger.audit_checkpoints import CheckpointAudit
from registry.ledger.audit_replay import LogReplay, Replayed
from registry.ledger.audit_report import (
    PUBLIC_CHECKS,
    AuditReport,
    Check,
    Finding,
    FindingCode,
    Found,
    Phase,
    steps,
)
from registry.ledger.entries import EntryType, stored_entry, text
from registry.ledger.public_checkpoint import Anchors, Head, checked_head
from registry.ledger.public_documents import CHECKPOINT, DID, VKEYS, Document, bundle, status_list
from registry.ledger.public_keys import check_did, check_vkeys
from registry.ledger.public_log import PublicLog
from registry.ledger.public_status import ServedLists
from registry.ledger.public_tree import Bundle, PublicTree, entry_place
from registry.ledger.tiles import WIDTH, tile_width
from signing.encoding import parse_rfc3339
from signing.notes import Checkpoint

Progress: TypeAlias = Callable[[int, int], None]
# Caches may keep what changes for five seconds.
_CACHE_SECONDS = 6.0
_SINCE_EARLIER = replace(CHECKPOINT, check=Check.EARLIER_AUDIT)
_ROUNDS = 3


@dataclass(frozen=True)
class PublicAudit:
    """The report, and the signed checkpoint that it is about; None where none was believed."""

    report: AuditReport
    note: bytes | None


def public_audit(
    log: PublicLog,
    anchors: Anchors,
    *,
    web_origin: str = "",
    earlier: Checkpoint | None = None,
    progress: Progress | None = None,
    stopwatch: Callable[[], float] = perf_counter,
) -> PublicAudit:
    """Audits the log below `log.base`, and reports the first thing that is wrong.

    `web_origin` is what the site calls itself, where it is reached under another address (a mirror).

    Steps:
    1. the newest checkpoint is signed by a key of the anchors and cosigned by enough of their witnesses
    2. every entry is fetched and hashed, every tile compared, every entry admissible; the tree has the
       checkpoint's root, and had the root of the `earlier` checkpoint at its size
    3. every signature line under the checkpoint is a key's of the log, or a witness's
    4. the published key documents say what the log says
    5. every status list follows from the acts, is committed to, signed and current
    Raises: PublicLogUnavailable, which says nothing about the log.
    """
    running = _Running(log, anchors, web_origin or log.base, earlier, progress, stopwatch)
    finding: Finding | None = None
    try:
        running.run()
    except Found as ended:
        finding = running.located(ended.finding)
    return running.result(finding)


class _Running:
    """One run: what was grown, replayed and counted so far."""

    def __init__(
        self,
        log: PublicLog,
        anchors: Anchors,
        web_origin: str,
        earlier: Checkpoint | None,
        progress: Progress | None,
        stopwatch: Callable[[], float],
    ) -> None:
        origin = anchors.log_origin
        self.tree = PublicTree(log)
        self.replay = LogReplay(origin)
        self.lists = ServedLists()
        self.counts: Counter[str] = Counter()
        self.seconds = dict.fromkeys(Phase, 0.0)
        self._checkpoints = CheckpointAudit(origin)
        self._log, self._anchors, self._earlier = log, anchors, earlier
        self._web_origin = web_origin
        self._progress, self._stopwatch = progress, stopwatch
        self._head: Head | None = None
        self._bundle: Bundle | None = None

    def run(self) -> None:
        """The whole audit. Raises: Found, PublicLogUnavailable."""
        # 1
        head = self._first_head()
        # 2 and 3
        self._advance(head)
        # 4
        origin, web_origin = self._anchors.log_origin, self._web_origin
        self._settle(VKEYS, lambda body: check_vkeys(body, self.replay.keys, origin))
        self._settle(DID, lambda body: check_did(body, self.replay.keys, web_origin))
        # 5
        done: set[str] = set()
        while rest := [name for name in self.lists.names(self.replay.ordinals) if name not in done]:
            self._settle(status_list(rest[0]), partial(self._check_list, rest[0]))
            done.add(rest[0])
        self.counts["status_list"] = len(done)

    def result(self, finding: Finding | None) -> PublicAudit:
        """What is said in the end."""
        not_checked: dict[Check, str] = {}
        if not self._anchors.quorum:
            not_checked[Check.WITNESSES] = "no_witnesses_named"
        if self._earlier is None:
            not_checked[Check.EARLIER_AUDIT] = "no_earlier_audit"
        self.counts["entry"] = self.replay.size
        self.counts["certificate"] = self.replay.certificates
        self.counts["tile"] = self.tree.tiles
        self.counts["bundle"] = self.tree.bundles
        self.counts["checkpoint"] = self._checkpoints.checked
        head = self._head
        size = 0 if head is None else head.checkpoint.size
        report = AuditReport(
            size=size,
            published_size=size,
            root=self.tree.regrown.root(),
            steps=steps(finding, not_checked, PUBLIC_CHECKS),
            counts=dict(self.counts),
            seconds=self.seconds,
            finding=finding,
        )
        return PublicAudit(report, None if head is None else head.note)

    def located(self, finding: Finding) -> Finding:
        """The finding under the public address of what it names."""
        if finding.table == "checkpoint":
            return _at(finding, CHECKPOINT, finding.offset)
        if finding.table != "entry":
            return finding
        index, head = int(finding.key), self._head
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
        for _ in range(_ROUNDS):
            if head.checkpoint.size >= earlier.size:
                break
            self._log.pause(_CACHE_SECONDS)
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
        self._head = head
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
            self._checkpoints.check(head.checkpoint.size, head.note, root, self.replay.keys, self.replay.at)
        elif root != head.checkpoint.root:
            CHECKPOINT.found(FindingCode.CHECKPOINT_ROOT)
        self._checkpoints.finish(())

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

    def _check_list(self, name: str, body: bytes | None) -> None:
        self.lists.check(name, body, self.replay, self._web_origin, self._log.surroundings.now())

    def _settle(self, document: Document, check: Callable[[bytes | None], None]) -> None:
        """Checks a document. One that does not fit may be of a log that has grown by now, or out of a cache.

        Raises: Found.
        """
        for _ in range(_ROUNDS):
            body, size = self._get(document), self.replay.size
            try:
                check(body)
            except Found:
                self._log.pause(_CACHE_SECONDS)
                self._follow()
                if self.replay.size == size and self._get(document) == body:
                    raise
            else:
                return
        check(self._get(document))

    def _follow(self) -> None:
        """Reads what was appended since. A cache may still serve an older checkpoint; that is no fork."""
        head, known = self._fetch_head(), self._head
        assert known is not None
        if head.checkpoint.size > known.checkpoint.size:
            self._advance(head)
        elif head.checkpoint.size == known.checkpoint.size and head.checkpoint != known.checkpoint:
            CHECKPOINT.found(FindingCode.LOG_FORKED, size=head.checkpoint.size)

    def _get(self, document: Document) -> bytes | None:
        """What is served now; None where it is missing. Raises: Found, PublicLogUnavailable."""
        with self._timed(Phase.READING):
            try:
                return self._log.get(document)
            except Found as fault:
                if fault.finding.code is not FindingCode.ANSWER_MISSING:
                    raise
                return None

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
