"""How many records a second one core commits to, and how long bare hashing of as many bytes takes."""

import secrets
import time
from hashlib import sha256, shake_256

from registry.ledger.admission import CIVIL_TIME
from registry.register import utc_now
from signing.commitment import FIELDS, Record, commitment, new_seed, record_values
from web.bench.invented import records
from web.bench.measurement import Bound, Measurement, Progress, Requirement, side

DEFAULT_SIZE = 20_000
_ROUNDS = 9
_GOAL = 50_000


def measure(size: int, progress: Progress) -> Measurement:
    """`size` different records a round, each with a fresh seed."""
    made = records(utc_now().astimezone(CIVIL_TIME).date(), size)
    ours, bare = [], []
    for done in range(1, _ROUNDS + 1):
        ours.append(_committing(made))
        bare.append(_hashing(made))
        progress("承诺", done, _ROUNDS)
    committed = side("commitment(record, seed)", ours, size)
    return Measurement(
        sizes={"records": size},
        sides=(committed, side("the same hashes, values at hand", bare, size)),
        requirements=(Requirement("一个核每秒承诺", committed.per_second, Bound.AT_LEAST, _GOAL, "条/秒"),),
        notes=("按处理器时间计，不受同机其他进程排队影响。",),
    )


def _committing(made: list[Record]) -> float:
    seeds = [new_seed() for _ in made]
    started = time.process_time()
    for record, seed in zip(made, seeds, strict=True):
        commitment(record, seed)
    return time.process_time() - started


def _hashing(made: list[Record]) -> float:
    """What any program has to hash for as many commitments, without cutting, joining or encoding."""
    salt = secrets.token_bytes(32)
    messages = [[salt + value.encode() for value in record_values(record)] for record in made]
    started = time.process_time()
    for values in messages:
        shake_256(salt).digest(32 * len(FIELDS))
        for value in values:
            sha256(value).digest()
        sha256(salt).digest()
    return time.process_time() - started
