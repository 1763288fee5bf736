"""The audit of a grown register, and bare hashing of as many entries into the same tree."""

import tempfile
import time
from hashlib import sha256
from pathlib import Path

from registry.ledger.audit import audit
from registry.ledger.audit_report import AuditReport, Phase
from registry.ledger.guard import Guard
from web.bench.ground import Ground, a_ground
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    Side,
    paired_ratio,
    side,
)

DEFAULT_SIZE = 100_000
_ROUNDS = 3
_GOAL = 3.0
# What the goal is about; everything else that the audit does is measured beside it.
_HASHING = (Phase.READING, Phase.TREE)


def measure(size: int, progress: Progress) -> Measurement:
    """Audits a register of `size` certificates from its stored bytes."""
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(size, progress)
        entries, _ = ground.register.ledger.published()
        reports, bare = [], []
        for done in range(1, _ROUNDS + 1):
            reports.append(_audited(ground))
            bare.append(_hashing(ground, entries))
            progress("核对", done, _ROUNDS)
    ours = [sum(report.seconds[phase] for phase in _HASHING) for report in reports]
    return Measurement(
        sizes={"entries": entries, "certificates": size},
        sides=(
            side("reading, hashes, tiles, roots, checkpoints", ours, entries),
            side("bare hashing of the same entries", bare, entries),
            *_beside(reports, entries),
        ),
        requirements=(
            Requirement("核对日志，比只做散列", paired_ratio(ours, bare), Bound.AT_MOST, _GOAL, "×"),
        ),
        notes=("每项时间都摊到每条记录；读出记录计在核对一侧，不计在只做散列一侧。",),
    )


def _audited(ground: Ground) -> AuditReport:
    places = ground.register.places
    report = audit(
        ground.register.engine,
        log_origin=places.log_origin,
        guard=Guard(places.keys.guard),
        vault=ground.register.keys.vault,
    )
    if not report.clean:
        raise MeasurementFailed("audit_found_something")
    return report


def _beside(reports: list[AuditReport], entries: int) -> list[Side]:
    """The other phases, each with its own time."""
    phases = (phase for phase in Phase if phase not in _HASHING)
    return [
        side(f"beside it: {phase}", [each.seconds[phase] for each in reports], entries) for phase in phases
    ]


def _hashing(ground: Ground, entries: int) -> float:
    """All leaves and all nodes, level by level, of entries that are in memory already."""
    bodies = ground.register.ledger.log.bodies(0, entries)
    started = time.perf_counter()
    row = [sha256(b"\x00" + body).digest() for body in bodies]
    while len(row) > 1:
        above = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)
        ]
        row = above + row[2 * len(above) :]
    return time.perf_counter() - started
