"""What readers wait for: inclusion proofs, cold to warm, and the answer about a number."""

import time
from collections.abc import Sequence
from contextlib import closing
from random import Random
from statistics import median
from typing import Final

from registry.ledger.read import LedgerReader
from registry.verdict import Result
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import parse_checkpoint, parse_note
from web.bench.ground import Ground
from web.bench.growth.databases import forget_from_memory, read_into_memory
from web.bench.growth.preparing import Preparer, is_sealed
from web.bench.measurement import MeasurementFailed, p99

_PROOFS: Final = 400
_DISK_PROOFS: Final = 60
_VERDICTS: Final = 3_000
_WARMING: Final = 300


def proofs(ground: Ground) -> dict[str, float]:
    """Proofs of random entries, each checked.

    `cold`: new reader, new connection. `new_reader`: new reader, its connection open. `warm`: the same
    reader, another entry. `disk`: as `cold`, with nothing of the database in the system's memory.
    """
    entries, _ = ground.register.ledger.published()
    # A mapped page stays in memory: no connection of this process may be open.
    ground.register.close()
    random = Random(entries)  # noqa: S311 - which entries are proved
    cold, connected, warm, disk = [], [], [], []
    for _ in range(_PROOFS):
        with closing(_reader(ground)) as reader:
            cold.append(_proof(reader, random.randrange(entries)))
            warm.append(_proof(reader, random.randrange(entries)))
        with closing(_reader(ground)) as reader:
            reader.log.body(0)
            connected.append(_proof(reader, random.randrange(entries)))
    for _ in range(_DISK_PROOFS if ground.register.places.on_sqlite else 0):
        forget_from_memory(ground.register.places)
        with closing(_reader(ground)) as reader:
            disk.append(_proof(reader, random.randrange(entries)))
    return (
        {"entries": entries}
        | _figures("cold", cold)
        | _figures("new_reader", connected)
        | _figures("warm", warm)
        | _figures("disk", disk)
    )


def verdicts(ground: Ground, batches: int) -> dict[str, float]:
    """Answers about random numbers by one kept look-up, as the site makes them, without HTTP.

    Also in processor time, whose tail does not show who else wanted the processor.
    """
    stream = Preparer(ground.register.keys.vault).stream
    random = Random(batches)  # noqa: S311 - which numbers are asked for
    sealed = [batch for batch in range(batches) if is_sealed(batch)]
    asked = [random.choice(stream.numbers(batch)) for batch in random.choices(sealed, k=_WARMING + _VERDICTS)]
    read_into_memory(ground.register.places)
    seconds, spent = [], []
    for number in asked:
        started, processor = time.perf_counter(), time.process_time()
        verdict = ground.register.verdict(number)
        spent.append(time.process_time() - processor)
        seconds.append(time.perf_counter() - started)
        if verdict.result is not Result.VALID:
            raise MeasurementFailed("verdict_differs")
    return _figures("waited", seconds[_WARMING:]) | _figures("processor", spent[_WARMING:])


def _reader(ground: Ground) -> LedgerReader:
    return LedgerReader(ground.register.engine, ground.register.places.log_origin)


def _proof(reader: LedgerReader, index: int) -> float:
    started = time.perf_counter()
    size, note = reader.published()
    proof = reader.tree(size).inclusion_proof(index)
    seconds = time.perf_counter() - started
    root = parse_checkpoint(parse_note(note).text).root
    check_inclusion(leaf_hash(reader.body(index)), index, size, proof, root)
    return seconds


def _figures(name: str, seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    return {f"{name}_median_seconds": median(seconds), f"{name}_p99_seconds": p99(seconds)}
