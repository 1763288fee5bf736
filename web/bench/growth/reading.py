"""What readers wait for: inclusion proofs, cold to warm, and the answer about a number."""

import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
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

_PROOFS: Final = 200
_DISK_PROOFS: Final = 30
_VERDICTS: Final = 2_000
_WARMING: Final = 300


def proofs(ground: Ground) -> dict[str, float]:
    """Proofs of random entries, each checked.

    `cold`: new reader, new connection. `new_reader`: new reader, its connection open. `warm`: the same
    reader, another entry. `disk`: as `cold`, with nothing of the database in the system's memory.
    """
    # One connection stays open, as a site's does: the last one to leave takes the write-ahead log with it.
    entries, _ = ground.register.ledger.published()
    random = Random(entries)  # noqa: S311 - which entries are proved
    cold, connected, warm, disk = _Times(), _Times(), _Times(), _Times()
    for _ in range(_PROOFS):
        with closing(_reader(ground)) as reader:
            _prove(reader, random.randrange(entries), cold)
            _prove(reader, random.randrange(entries), warm)
        with closing(_reader(ground)) as reader:
            reader.log.body(0)
            _prove(reader, random.randrange(entries), connected)
    # A mapped page stays in memory: for the disk no connection of this process may be open.
    ground.register.close()
    for _ in range(_DISK_PROOFS if ground.register.places.on_sqlite else 0):
        forget_from_memory(ground.register.places)
        with closing(_reader(ground)) as reader:
            _prove(reader, random.randrange(entries), disk)
    named = {"cold": cold, "new_reader": connected, "warm": warm, "disk": disk}
    figures = {
        f"{name}_{key}": value for name, each in named.items() for key, value in each.figures().items()
    }
    return {"entries": entries, **figures}


def verdicts(ground: Ground, batches: int) -> dict[str, float]:
    """Answers about random numbers by one kept look-up, as the site makes them, without HTTP."""
    stream = Preparer(ground.register.keys.vault).stream
    random = Random(batches)  # noqa: S311 - which numbers are asked for
    sealed = [batch for batch in range(batches) if is_sealed(batch)]
    asked = [random.choice(stream.numbers(batch)) for batch in random.choices(sealed, k=_WARMING + _VERDICTS)]
    read_into_memory(ground.register.places)
    times = _Times()
    for number in asked:
        with times.taken():
            verdict = ground.register.verdict(number)
        if verdict.result is not Result.VALID:
            raise MeasurementFailed("verdict_differs")
    return times.figures(without=_WARMING)


class _Times:
    """What was waited for, and the processor time of it, whose tail does not show who else wanted it."""

    def __init__(self) -> None:
        self._waited: list[float] = []
        self._spent: list[float] = []

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Times the block."""
        began, spent = time.perf_counter(), time.process_time()
        yield
        self._spent.append(time.process_time() - spent)
        self._waited.append(time.perf_counter() - began)

    def figures(self, *, without: int = 0) -> dict[str, float]:
        """Medians and tails, the first few left out; nothing where nothing was timed."""
        waited, spent = self._waited[without:], self._spent[without:]
        if not waited:
            return {}
        return {
            "median_seconds": median(waited),
            "p99_seconds": p99(waited),
            "processor_median_seconds": median(spent),
            "processor_p99_seconds": p99(spent),
        }


def _reader(ground: Ground) -> LedgerReader:
    return LedgerReader(ground.register.engine, ground.register.places.log_origin)


def _prove(reader: LedgerReader, index: int, times: _Times) -> None:
    with times.taken():
        size, note = reader.published()
        proof = reader.tree(size).inclusion_proof(index)
    root = parse_checkpoint(parse_note(note).text).root
    check_inclusion(leaf_hash(reader.body(index)), index, size, proof, root)
