"""The steps that let the register grow: filling it, and the last batches in turn with plain SQL.

Beside the writer a reader stays connected, as the site always is: the last connection to leave an SQLite file
would empty its log of changes each time.
"""

import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing
from statistics import median
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.ledger.append import PreparedCertificate, append_approval
from web.bench.ground import Ground
from web.bench.growth.memory import Memory
from web.bench.growth.preparing import Preparer, batches_ahead
from web.bench.growth.stream import BATCH
from web.bench.measurement import p99, paired_ratio
from web.bench.mirror import Mirror

_SINGLES: Final = 20


def fill(ground: Ground, first: int, end: int) -> dict[str, float]:
    """Appends batches first..end-1 as they are prepared.

    What is only there to be built upon need not survive a power cut: here no commit waits for the disk.
    """
    sa.event.listen(ground.register.engine, "connect", _do_not_wait)
    ground.register.ledger.published()
    memory, seconds, began = Memory(), 0.0, time.perf_counter()
    directory = ground.register.places.data_dir.parent
    for number, batch in batches_ahead(directory, first, end):
        seconds += _append(ground, number, batch)[0]
        memory.look()
    whole = time.perf_counter() - began
    return {"seconds": seconds, "seconds_with_preparing": whole, **memory.figures()}


def pair(ground: Ground, mirror_engine: Engine, first: int, end: int) -> dict[str, float]:
    """Appends batches first..end-1, each followed by the same rows as plain SQL. All are prepared before.

    The first does not count: it opens connections, and ours reads the log's keys and filings.
    """
    preparer = Preparer(ground.register.keys.vault)
    ours: list[float] = []
    spent: list[float] = []
    with closing(Mirror(ground.register.engine, mirror_engine)) as mirror:
        for number, batch in [(number, preparer.batch(number)) for number in range(first, end)]:
            seconds, processor = _append(ground, number, batch)
            ours.append(seconds)
            spent.append(processor)
            mirror.follow()
        plain, plain_spent = mirror.seconds, mirror.processor_seconds
    if len(ours) > 1:
        for each in (ours, spent, plain, plain_spent):
            del each[0]
    return {
        "batches": len(ours),
        "per_second": BATCH / median(ours),
        "p99_seconds": p99(ours) / BATCH,
        "processor_seconds": median(spent) / BATCH,
        "plain_per_second": BATCH / median(plain),
        "plain_processor_seconds": median(plain_spent) / BATCH,
        "by_plain": paired_ratio(plain, ours),
    }


def single(ground: Ground) -> dict[str, float]:
    """Appends single certificates, from admission to the signed checkpoint: what a small append costs."""
    preparer = Preparer(ground.register.keys.vault)
    ground.register.ledger.published()
    seconds, first = [], _approvals(ground, of=1)
    for ordinal in range(first, first + _SINGLES):
        certificate = preparer.prepared(preparer.stream.single(ordinal))
        seconds.append(_append(ground, 0, [certificate])[0])
    return {"median_seconds": median(seconds), "p99_seconds": p99(seconds)}


def batches_held(ground: Ground) -> int:
    """How many whole batches the register holds: where a run that was cut off goes on."""
    return _approvals(ground, of=BATCH)


def _approvals(ground: Ground, *, of: int) -> int:
    """How many approvals of so many certificates the register holds."""
    with ground.register.engine.connect() as connection:
        found = connection.exec_driver_sql(f"SELECT count(*) FROM approval WHERE count = {of}").scalar()
    return int(found or 0)


def _do_not_wait(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous=OFF")
    else:
        connection.execute("SET synchronous_commit = off")
        connection.commit()


def _append(ground: Ground, number: int, batch: Sequence[PreparedCertificate]) -> tuple[float, float]:
    """Seconds and processor seconds."""
    filing = ground.offices[number % len(ground.offices)].filing
    decision = ground.decision(filing, batch)
    started, spent = time.perf_counter(), time.process_time()
    append_approval(ground.writer, decision, batch)
    return time.perf_counter() - started, time.process_time() - spent
