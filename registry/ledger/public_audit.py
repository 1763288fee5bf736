"""The audit from outside: everything that the register claims, checked with its public addresses alone.

It needs a verifier key of the log and nothing else of ours: no database, no secret. Bundles are fetched a few
at a time and forgotten, so that memory grows with approvals and acts, never with certificates.

The register goes on while it is audited. A document that does not fit the log may belong to a younger log, so
the log is followed and the document fetched again before that is called a finding.

Source: C2SP tlog-tiles, tlog-checkpoint, tlog-cosignature; W3C Bitstring Status List v1.0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from time import perf_counter

from registry.ledger.audit_report import PUBLIC_CHECKS, AuditReport, Check, Finding, Found, steps
from registry.ledger.public_checkpoint import Anchors
from registry.ledger.public_documents import DID, FROZEN, VKEYS, Document, status_list
from registry.ledger.public_frozen import checked_frozen
from registry.ledger.public_keys import check_did, check_vkeys
from registry.ledger.public_log import PublicLog
from registry.ledger.public_reading import CACHE_SECONDS, ROUNDS, Progress, PublicReading
from signing.frozen import FrozenLog
from signing.notes import Checkpoint


@dataclass(frozen=True)
class PublicAudit:
    """The report, and the signed checkpoint that it is about; None where none was believed.

    `frozen` is the statement that ended the log, None where it goes on.
    """

    report: AuditReport
    note: bytes | None
    frozen: FrozenLog | None


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
    4. the published key documents say what the log says; if a root ended the log, it stands where it ended
    5. every status list follows from the acts, is committed to, signed and current
    Raises: PublicLogUnavailable, which says nothing about the log.
    """
    reading = PublicReading(log, anchors, earlier, progress, stopwatch)
    finding: Finding | None = None
    running = _Running(log, anchors, web_origin or log.base, reading)
    try:
        running.run()
    except Found as ended:
        finding = reading.located(ended.finding)
    note = None if reading.head is None else reading.head.note
    return PublicAudit(_report(reading, finding, anchors, earlier), note, running.frozen)


class _Running:
    """One run: the log as read, and what is published beside it."""

    def __init__(self, log: PublicLog, anchors: Anchors, web_origin: str, reading: PublicReading) -> None:
        self.reading = reading
        self.frozen: FrozenLog | None = None
        self._log, self._anchors, self._web_origin = log, anchors, web_origin

    def run(self) -> None:
        """The whole audit. Raises: Found, PublicLogUnavailable."""
        reading, replay = self.reading, self.reading.replay
        # 1, 2 and 3
        reading.begin()
        # 4
        origin, web_origin = self._anchors.log_origin, self._web_origin
        self._settle(VKEYS, lambda body: check_vkeys(body, replay.keys, origin))
        self._settle(DID, lambda body: check_did(body, replay.keys, web_origin))
        self._settle(FROZEN, self._check_frozen)
        # 5
        done: set[str] = set()
        while rest := [name for name in reading.lists.names(replay.ordinals) if name not in done]:
            self._settle(status_list(rest[0]), partial(self._check_list, rest[0]))
            done.add(rest[0])
        reading.counts["status_list"] = len(done)

    def _check_frozen(self, body: bytes | None) -> None:
        assert self.reading.head is not None
        self.frozen = checked_frozen(body, self.reading.replay.keys, self.reading.head.checkpoint)

    def _check_list(self, name: str, body: bytes | None) -> None:
        now = self._log.surroundings.now() if self.frozen is None else self.frozen.at
        self.reading.lists.check(name, body, self.reading.replay, self._web_origin, now)

    def _settle(self, document: Document, check: Callable[[bytes | None], None]) -> None:
        """Checks a document. One that does not fit may be of a log that has grown by now, or out of a cache.

        Raises: Found.
        """
        reading = self.reading
        for _ in range(ROUNDS):
            body, size = reading.get(document), reading.replay.size
            try:
                check(body)
            except Found:
                self._log.pause(CACHE_SECONDS)
                reading.follow()
                if reading.replay.size == size and reading.get(document) == body:
                    raise
            else:
                return
        check(reading.get(document))


def _report(
    reading: PublicReading, finding: Finding | None, anchors: Anchors, earlier: Checkpoint | None
) -> AuditReport:
    not_checked: dict[Check, str] = {}
    if not anchors.quorum:
        not_checked[Check.WITNESSES] = "no_witnesses_named"
    if earlier is None:
        not_checked[Check.EARLIER_AUDIT] = "no_earlier_audit"
    counts = {
        **reading.counts,
        "entry": reading.replay.size,
        "certificate": reading.replay.certificates,
        "tile": reading.tree.tiles,
        "bundle": reading.tree.bundles,
        "checkpoint": reading.checkpoints.checked,
    }
    size = 0 if reading.head is None else reading.head.checkpoint.size
    return AuditReport(
        size=size,
        published_size=size,
        root=reading.tree.regrown.root(),
        steps=steps(finding, not_checked, PUBLIC_CHECKS),
        counts=counts,
        seconds=reading.seconds,
        finding=finding,
    )
