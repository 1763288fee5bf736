"""The audit: everything that the register claims, rebuilt from the bytes that it stores.

It believes no row. Entries are hashed and the tree is grown anew; every checkpoint that was ever published
must be the root at its size, under a key of its time; every entry must have been admissible when it was
appended; and every table beside the log must say what the log says. It reads one snapshot, in stretches, so
that memory does not grow with the certificates and a register in use may go on appending.

It ends at the first thing that is wrong and names its place. Where a single byte was altered, the byte is
found: by the hash that remembers the original, by a second copy, or by a signature.

Source: RFC 6962 section 2.1; C2SP tlog-tiles, tlog-checkpoint; the promises of the product's design.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from time import perf_counter
from typing import TypeAlias

from sqlalchemy.engine import Engine

from registry.ledger.audit_batches import check_batches
from registry.ledger.audit_checkpoints import CheckpointAudit
from registry.ledger.audit_decisions import check_decisions
from registry.ledger.audit_erasures import ErasureAudit
from registry.ledger.audit_projections import check_nothing_beside, check_projections
from registry.ledger.audit_records import RecordAudit
from registry.ledger.audit_replay import LogReplay, Replayed
from registry.ledger.audit_report import (
    AuditReport,
    Check,
    Finding,
    FindingCode,
    Found,
    Phase,
    found,
    steps,
)
from registry.ledger.audit_tiles import check_no_others, check_rows, check_tiles, search_altered
from registry.ledger.audit_tree import Regrowth, leaf_hashes
from registry.ledger.audit_witnesses import WitnessAudit
from registry.ledger.errors import GuardMissing, LogNotFound
from registry.ledger.guard import Guard, TreeHead
from registry.ledger.tiles import WIDTH
from registry.storage.audit_rows import AuditRows, audit_rows, is_damaged
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import Row
from registry.storage.vault import Vault
from registry.witnessing.quorum import Terms
from signing.errors import MalformedEncoding
from signing.inclusion import EMPTY_ROOT
from signing.notes import VerifierKey, parse_checkpoint, parse_note

STRETCH = 16 * WIDTH
Progress: TypeAlias = Callable[[int, int], None]


def audit(
    engine: Engine,
    *,
    log_origin: str,
    guard: Guard | None = None,
    vkeys: Sequence[VerifierKey] = (),
    vault: Vault | None = None,
    witnessing: Terms | None = None,
    progress: Progress | None = None,
    stopwatch: Callable[[], float] = perf_counter,
) -> AuditReport:
    """Rebuilds the register's log and tables, and reports the first thing that is wrong.

    Without `guard`, `vault` and `witnessing` the report says that these checks were not made. `vkeys` are log
    keys that the caller trusts from elsewhere: one of them must have signed the newest checkpoint. `progress`
    is told how many of all entries are done.
    Raises: LogNotFound, DatabaseUnavailable; neither says anything about the log.
    """
    # The guard is read before the snapshot is taken: it can then be behind the log, but never ahead of it.
    head, missing = _guard_head(guard)
    with audit_rows(engine) as rows:
        running = _Audit(rows, log_origin, head, vault, witnessing, stopwatch)
        finding: Finding | None = None
        try:
            running.run(vkeys, progress)
            if missing:
                found(FindingCode.GUARD_MISSING, Check.GUARD, "guard", "file")
            if guard is not None:
                _require_not_behind(guard, running.checkpoints.last_size)
        except Found as ended:
            finding = running.located(ended.finding)
        except DatabaseUnavailable as fault:
            if not is_damaged(fault, engine):
                raise
            place = str(running.replay.size)
            finding = Finding(FindingCode.DATABASE_DAMAGED, Check.DATABASE, "", place)
    return running.report(finding, with_guard=guard is not None)


class _Audit:
    """One run: what was grown, replayed and counted so far."""

    def __init__(
        self,
        rows: AuditRows,
        log_origin: str,
        guard_head: TreeHead | None,
        vault: Vault | None,
        witnessing: Terms | None,
        stopwatch: Callable[[], float],
    ) -> None:
        self.tree = Regrowth()
        self.replay = LogReplay(log_origin)
        self.checkpoints = CheckpointAudit(log_origin)
        self.witnesses = WitnessAudit(witnessing)
        self.records = RecordAudit(rows, vault)
        self.erasures = ErasureAudit(rows, vault)
        self.counts: Counter[str] = Counter()
        self.seconds = dict.fromkeys(Phase, 0.0)
        self._rows = rows
        self._origin = log_origin
        self._guard_head = guard_head
        self._vault = vault
        self._stopwatch = stopwatch
        self.size = 0
        self._notes = rows.checkpoints()
        self._next: Row | None = None
        self._batches: set[bytes] = set()

    def run(self, vkeys: Sequence[VerifierKey], progress: Progress | None) -> None:
        """The whole audit. Raises: Found."""
        self.size, self._next = self._rows.stored_size(), next(self._notes, None)
        if not self.size and self._next is None and (self._guard_head is None or not self._guard_head.size):
            raise LogNotFound
        self._check_guard(self._guard_head)
        if self._next is not None and self._next[0] <= 0:
            self._beyond_log(self._next[0])
        for start in range(0, self.size, STRETCH):
            end = min(start + STRETCH, self.size)
            self._stretch(start, end)
            if progress is not None:
                progress(end, self.size)
        if self._next is not None:
            self._beyond_log(self._next[0])
        self._finish(vkeys)

    def report(self, finding: Finding | None, *, with_guard: bool) -> AuditReport:
        """What is said in the end."""
        not_checked: dict[Check, str] = {}
        if self._vault is None:
            not_checked |= {Check.RECORDS: "no_vault", Check.BATCHES: "no_vault"}
        if self.witnesses.not_checked:
            not_checked[Check.WITNESSES] = self.witnesses.not_checked
        if not with_guard:
            not_checked[Check.GUARD] = "no_guard"
        if not self._rows.checks_structure:
            not_checked[Check.DATABASE] = "checked_by_the_server"
        self.counts["entry"] = self.replay.size
        self.counts["certificate"] = self.replay.certificates
        self.counts["tile"] = sum(self.tree.levels())
        self.counts["checkpoint"] = self.checkpoints.checked
        self.counts["erasure"] = self.erasures.checked
        if not self.witnesses.not_checked:
            self.counts["checkpoint_witnessed"] = self.witnesses.witnessed
            self.counts["checkpoint_bare"] = self.witnesses.bare
        self.counts["record"] = self.records.checked
        self.counts["record_opened"] = self.records.opened
        return AuditReport(
            size=self.size,
            published_size=self.checkpoints.last_size,
            root=self.tree.root(),
            steps=steps(finding, not_checked),
            counts=dict(self.counts),
            seconds=self.seconds,
            finding=finding,
        )

    def located(self, finding: Finding) -> Finding:
        """The finding with its byte, where the newest or its own checkpoint remembers the original."""
        candidates, size = self._suspects(finding)
        root = self._published_root(size)
        if root is None or not candidates:
            return finding
        try:
            place = search_altered(self._rows, candidates, size, root)
        except DatabaseUnavailable:
            # The finding stands; only its byte stays unknown.
            return finding
        if place is None:
            return finding
        return replace(
            finding,
            code=FindingCode.ENTRY_ALTERED,
            table="entry",
            key=str(place[0]),
            column="body",
            offset=place[1],
        )

    def _stretch(self, start: int, end: int) -> None:
        """The entries start..end-1 and everything that hangs on them.

        Steps:
        1. no entry is missing, and full tiles hold the entries' hashes
        2. up to each checkpoint, and then to the end: grow, compare new tiles, replay, check its root
        3. projections and records
        """
        # 1
        with self._timed(Phase.READING):
            bodies = self._bodies(start, end)
        with self._timed(Phase.TREE):
            leaves = leaf_hashes(bodies)
            lowest = check_rows(self._rows, start, bodies, leaves)
        # 2
        replayed = Replayed()
        at = start
        for stop in self._stops(start, end):
            with self._timed(Phase.TREE):
                check_tiles(self._rows, lowest, self.tree.extend(leaves[at - start : stop - start]))
            with self._timed(Phase.ENTRIES):
                self.replay.feed(bodies[at - start : stop - start], replayed)
            with self._timed(Phase.TREE):
                self._check_checkpoint(stop)
                self._check_guard(self._guard_head)
            at = stop
        if end == self.size:
            self.replay.finish()
        # 3
        with self._timed(Phase.PROJECTIONS):
            check_projections(self._rows, self.replay, replayed, start, end)
        with self._timed(Phase.RECORDS):
            self.records.check(self.replay, replayed.versions, start, end)
        self._count(replayed)

    def _finish(self, vkeys: Sequence[VerifierKey]) -> None:
        self.checkpoints.finish(vkeys)
        with self._timed(Phase.TREE):
            check_no_others(self._rows, self.tree)
        with self._timed(Phase.PROJECTIONS):
            check_nothing_beside(self._rows, frozenset(self._batches), self.size)
            check_decisions(self._rows, self.replay.keys, self._origin)
        with self._timed(Phase.RECORDS):
            self.erasures.check(self.replay, self.records.absent, self.size)
            self.records.finish(self.replay)
            if self._vault is not None:
                self.counts["batch"] = check_batches(self._rows, self._vault, self.erasures.places)
        with self._timed(Phase.DATABASE):
            if self._rows.checks_structure and (fault := self._rows.structure_fault()) is not None:
                found(FindingCode.DATABASE_DAMAGED, Check.DATABASE, "", "structure", fault=fault)

    def _bodies(self, start: int, end: int) -> list[bytes]:
        bodies = [row[0] for row in self._rows.in_range("entry", ("body",), start, end)]
        # Indexes are unique whole numbers: as many as fit in means that none is missing.
        if len(bodies) < end - start:
            indexes = [row[0] for row in self._rows.in_range("entry", ("idx",), start, end)]
            missing = next(index for index in range(start, end) if index not in indexes)
            found(FindingCode.ENTRY_MISSING, Check.ENTRIES, "entry", missing)
        if set(map(type, bodies)) != {bytes}:
            odd = next(at for at, body in enumerate(bodies, start) if not isinstance(body, bytes))
            found(FindingCode.ENTRY_MALFORMED, Check.ENTRIES, "entry", odd, "body")
        return bodies

    def _stops(self, start: int, end: int) -> Iterator[int]:
        """The sizes within start+1..end at which a root is wanted, and the end."""
        stop = start
        while stop < end:
            wanted = [end]
            if self._next is not None:
                wanted.append(self._next[0])
            if self._guard_head is not None and self._guard_head.size > stop:
                wanted.append(self._guard_head.size)
            stop = min(wanted)
            yield stop

    def _check_checkpoint(self, size: int) -> None:
        if self._next is not None and self._next[0] == size:
            note, self._next = self._next[1], next(self._notes, None)
            read = self.checkpoints.check(size, note, self.tree.root(), self.replay.keys, self.replay.at)
            self.witnesses.check(size, read)

    def _check_guard(self, head: TreeHead | None) -> None:
        """The log extends the tree that the guard remembers."""
        if head is None:
            return
        within = head.origin == self._origin and head.size <= self.size
        if within and head.size != self.tree.size:
            return
        if not within or head.root != (self.tree.root() if head.size else EMPTY_ROOT):
            found(FindingCode.GUARD_MISMATCH, Check.GUARD, "guard", head.size, log_size=self.size)

    def _beyond_log(self, size: int) -> None:
        found(FindingCode.CHECKPOINT_BEYOND_LOG, Check.CHECKPOINTS, "checkpoint", size, log_size=self.size)

    def _count(self, replayed: Replayed) -> None:
        self.counts.update(kind for _, kind in replayed.landmarks)
        self._batches.update(batch for _, batch, _, _ in replayed.decisions)

    def _suspects(self, finding: Finding) -> tuple[Sequence[int], int]:
        """Which entries may hold the altered byte of a finding that could not name it, under which size."""
        if finding.code is FindingCode.CHECKPOINT_ROOT:
            first, last = int(finding.detail["first"]), int(finding.detail["last"])
            return range(first, last + 1), last + 1
        newest = self._rows.newest_checkpoint_size()
        if finding.table != "entry" or finding.offset is not None or not finding.key.isdecimal():
            return (), 0
        return ([int(finding.key)], newest) if int(finding.key) < newest else ((), 0)

    def _published_root(self, size: int) -> bytes | None:
        """What the stored checkpoint of that size says, signed or not: it is only evidence of a search."""
        try:
            note = self._rows.note(size)
            return None if note is None else parse_checkpoint(parse_note(note).text).root
        except MalformedEncoding:
            return None

    @contextmanager
    def _timed(self, phase: Phase) -> Iterator[None]:
        began = self._stopwatch()
        try:
            yield
        finally:
            self.seconds[phase] += self._stopwatch() - began


def _guard_head(guard: Guard | None) -> tuple[TreeHead | None, bool]:
    """What the guard remembers, and whether it is gone."""
    try:
        return (None if guard is None else guard.read(log_is_empty=False)), False
    except GuardMissing:
        return None, True


def _require_not_behind(guard: Guard, published_size: int) -> None:
    """Nothing is published before the guard knows it. It is read anew, for the log may have grown."""
    head = guard.read(log_is_empty=False)
    if head.size < published_size:
        found(FindingCode.GUARD_MISMATCH, Check.GUARD, "guard", head.size, log_size=published_size)
