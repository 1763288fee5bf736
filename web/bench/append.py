"""Appending prepared certificates in approvals of a thousand, and inserting the same rows by plain SQL.

Ours is `append_approval` by the one writer: checks, hashes, tiles, guard and signed checkpoint. The other
side reads back what ours stored and puts the same rows into a database of the same schema and durability, in
one transaction of bare `sqlite3`. A third does so without the triggers that make the tables append-only: the
least that any program could do, and not what a register may do.
"""

import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

from registry.ledger.append import PreparedCertificate, append_approval
from registry.ledger.entries import Entry
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import open_engine, sqlite_url
from web.bench.ground import Ground, a_ground
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    paired_ratio,
    side,
)
from web.bench.mirror import Mirror

DEFAULT_SIZE = 40_000
_BATCH = 1_000
_RATE, _RATIO = 30_000, 0.5


def measure(size: int, progress: Progress) -> Measurement:
    """Appends `size` certificates, rounded down to whole batches (at least two)."""
    rounds = max(2, size // _BATCH)
    ours: list[float] = []
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory, ExitStack() as stack:
        path = Path(directory)
        ground = stack.enter_context(a_ground(path))
        guarded = _mirror(stack, ground, path / "guarded.sqlite", guarded=True)
        bare = _mirror(stack, ground, path / "bare.sqlite", guarded=False)
        batches = _batches(ground, rounds + 1, progress)
        _append(ground, batches.pop())
        mirrors = (guarded, bare)
        for each in mirrors:
            each.follow()
            each.forget_times()
        for done, batch in enumerate(batches, start=1):
            ours.append(_append(ground, batch))
            for each in mirrors:
                each.follow()
            progress("入库", done, rounds)
        if not all(each.holds_the_same() for each in mirrors):
            raise MeasurementFailed("rows_differ")
    appended = side("append_approval", ours, _BATCH)
    return Measurement(
        sizes={"certificates": rounds * _BATCH, "batch": _BATCH},
        sides=(
            appended,
            side("plain SQL, same rows, same schema", guarded.seconds, _BATCH),
            side("plain SQL, tables without triggers", bare.seconds, _BATCH),
        ),
        requirements=(
            Requirement("每秒入库", appended.per_second, Bound.AT_LEAST, _RATE, "本/秒"),
            Requirement(
                "比纯 SQL 插入同样的行", paired_ratio(guarded.seconds, ours), Bound.AT_LEAST, _RATIO, "×"
            ),
        ),
        notes=(
            "纯 SQL 一侧不散列、不签名、不写卫兵，一个事务写入同样的行；三库行数相同。",
            f"若再去掉防改写触发器，比值为 {paired_ratio(bare.seconds, ours):.2f} ×。",
        ),
    )


def _mirror(stack: ExitStack, ground: Ground, path: Path, *, guarded: bool) -> Mirror:
    """An empty database of the same schema and durability."""
    engine = open_engine(sqlite_url(path))
    migrate(engine, Schema.REGISTER)
    return stack.enter_context(closing(Mirror(ground.register.engine, engine, guarded=guarded)))


@dataclass(frozen=True)
class _Batch:
    decision: Entry
    certificates: Sequence[PreparedCertificate]


def _batches(ground: Ground, count: int, progress: Progress) -> list[_Batch]:
    made = []
    for done in range(count):
        office = ground.offices[done % len(ground.offices)]
        certificates = ground.prepared(ground.certificates(office, _BATCH))
        made.append(_Batch(ground.decision(office.filing, certificates), certificates))
        progress("准备", done + 1, count)
    return made


def _append(ground: Ground, batch: _Batch) -> float:
    started = time.perf_counter()
    append_approval(ground.writer, batch.decision, batch.certificates)
    return time.perf_counter() - started
