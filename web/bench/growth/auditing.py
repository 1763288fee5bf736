"""The audit of the grown register, and bare hashing of the same entries. Both in processor time.

Processor time hardly depends on what else the machine does, and both sides only compute: their bytes are in
the system's memory. What a person waits for is told beside it.
"""

import time
from hashlib import sha256
from typing import Final

from registry.ledger.audit import audit
from registry.ledger.audit_report import Phase
from registry.ledger.guard import Guard
from signing.notes import parse_checkpoint, parse_note
from web.bench.ground import Ground
from web.bench.growth.databases import read_into_memory
from web.bench.growth.memory import Memory
from web.bench.measurement import MeasurementFailed

# A power of two, so that each stretch is one subtree.
_STRETCH: Final = 1 << 16


def audited(ground: Ground, *, whole: bool) -> dict[str, float]:
    """One audit from the stored bytes; the `whole` one opens every record as well."""
    memory, places = Memory(), ground.register.places
    read_into_memory(places)
    began = time.perf_counter()
    report = audit(
        ground.register.engine,
        log_origin=places.log_origin,
        guard=Guard(places.keys.guard),
        vault=ground.register.keys.vault if whole else None,
        progress=lambda _done, _size: memory.look(),
        stopwatch=time.process_time,
    )
    waited = time.perf_counter() - began
    if not report.clean:
        raise MeasurementFailed("audit_found_something")
    spent = {f"{phase}_processor_seconds": seconds for phase, seconds in report.seconds.items()}
    log = report.seconds[Phase.READING] + report.seconds[Phase.TREE]
    return {"seconds": waited, "log_processor_seconds": log, **spent, **memory.figures()}


def bare_hashing(ground: Ground) -> dict[str, float]:
    """All leaves and all nodes, level by level, a stretch at a time; reading is not counted."""
    log = ground.register.ledger.log
    size, note = ground.register.ledger.published()
    spent, roots = 0.0, []
    for start in range(0, size, _STRETCH):
        bodies = log.bodies(start, min(start + _STRETCH, size))
        began = time.process_time()
        roots.append(_root([sha256(b"\x00" + body).digest() for body in bodies]))
        spent += time.process_time() - began
    began = time.process_time()
    root = _root(roots)
    spent += time.process_time() - began
    if root != parse_checkpoint(parse_note(note).text).root:
        raise MeasurementFailed("root_differs")
    return {"processor_seconds": spent}


def _root(row: list[bytes]) -> bytes:
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        row = above + row[2 * len(above) :]
    return row[0]
