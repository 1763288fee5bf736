"""Inclusion proofs from a reader that has just been opened: connection, checkpoint, tiles and edge all cold.

The log is grown by the writer with random commitments under one approval a stretch; what a certificate says
makes no difference to a proof, so nothing is sealed.
"""

import secrets
import tempfile
import time
from pathlib import Path
from random import Random

from registry.ledger.append import PreparedCertificate
from registry.ledger.read import LedgerReader
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import parse_checkpoint, parse_note
from web.bench.ground import Ground, a_ground
from web.bench.measurement import Bound, Measurement, Progress, Requirement, side

DEFAULT_SIZE = 200_000
_PROOFS = 400
_STRETCH = 20_000
_GOAL_MS = 1.0


def measure(size: int, progress: Progress) -> Measurement:
    """Proofs of random entries of a log of `size` certificates, each by a reader of its own."""
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        _grow(ground, size, progress)
        entries, _ = ground.register.ledger.published()
        cold, warm = [], []
        random = Random(size)  # noqa: S311 - which entries are proved
        for _ in range(_PROOFS):
            index = random.randrange(entries)
            reader = LedgerReader(ground.register.engine, ground.register.places.log_origin)
            try:
                cold.append(_proof(reader, index))
                warm.append(_proof(reader, random.randrange(entries)))
            finally:
                reader.close()
    proved = side("cold: new reader, new connection", cold)
    return Measurement(
        sizes={"entries": entries, "proofs": _PROOFS},
        sides=(proved, side("same reader, another entry", warm)),
        requirements=(
            Requirement("冷启动的包含证明", proved.median_seconds * 1000, Bound.AT_MOST, _GOAL_MS, "毫秒"),
        ),
        notes=("每个证明都按检查点里的根核对过；操作系统的文件缓存是热的。",),
    )


def _proof(reader: LedgerReader, index: int) -> float:
    started = time.perf_counter()
    size, note = reader.published()
    proof = reader.tree(size).inclusion_proof(index)
    seconds = time.perf_counter() - started
    root = parse_checkpoint(parse_note(note).text).root
    check_inclusion(leaf_hash(reader.body(index)), index, size, proof, root)
    return seconds


def _grow(ground: Ground, count: int, progress: Progress) -> None:
    filing = ground.offices[0].filing
    for start in range(0, count, _STRETCH):
        several = range(start, min(start + _STRETCH, count))
        made = [_hollow(f"{filing.prefix}{serial:09d}") for serial in several]
        ground.append(filing, sorted(made, key=lambda each: each.commitment))
        progress("登记", several.stop, count)


def _hollow(number: str) -> PreparedCertificate:
    """A certificate of which only the commitment counts."""
    return PreparedCertificate(secrets.token_bytes(32), number, b"", secrets.token_bytes(16), b"")
