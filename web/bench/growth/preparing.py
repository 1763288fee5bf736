"""Batches prepared in a second process while the first appends: preparing costs more than appending.

A few batches are kept ahead, never more, so that memory does not grow with the register. Up to a million
certificates every record is sealed. Behind that only one batch in fifty is, and the others hold as many
random bytes: what reads sealed records reads these.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice
from multiprocessing import get_context
from pathlib import Path
from secrets import token_bytes
from typing import Final

from registry.custody.keys import RegisterSecrets
from registry.ledger.admission import CIVIL_TIME
from registry.ledger.append import PreparedCertificate, prepare
from registry.register import utc_now
from registry.storage.vault import Vault
from signing.commitment import Record, new_seed
from web.bench.ground import PASSPHRASE, places
from web.bench.growth.stream import BATCH, Stream

_AHEAD: Final = 8
ALL_SEALED: Final = 1_000_000 // BATCH
_SEALED: Final = 50


def is_sealed(number: int) -> bool:
    """Whether the records of that batch can be opened."""
    return number < ALL_SEALED or number % _SEALED == 0


class Preparer:
    """Commits to records and seals them, under the keys of one register."""

    def __init__(self, vault: Vault) -> None:
        self.stream = Stream(utc_now().astimezone(CIVIL_TIME).date())
        self._vault = vault

    def batch(self, number: int) -> list[PreparedCertificate]:
        """That batch, in the order of the log."""
        made = map(self.prepared, self.stream.records(number)) if is_sealed(number) else self._hollow(number)
        return sorted(made, key=lambda each: each.commitment)

    def prepared(self, record: Record) -> PreparedCertificate:
        """One certificate."""
        return prepare(record, new_seed(), record.id_number, self._vault)

    def _hollow(self, number: int) -> Iterator[PreparedCertificate]:
        """Certificates that take as much room as sealed ones of this batch."""
        numbers = self.stream.numbers(number)
        like = self.prepared(self.stream.sitting(number).record(1, 0))
        for each in numbers:
            sealed, person = token_bytes(len(like.sealed)), token_bytes(len(like.person))
            yield PreparedCertificate(token_bytes(32), each, sealed, person, person)


def batches_ahead(directory: Path, first: int, end: int) -> Iterator[tuple[int, list[PreparedCertificate]]]:
    """(number, batch) of batches first..end-1 in order, prepared by a process that keeps a few ahead."""
    with ProcessPoolExecutor(1, get_context("spawn"), _open, (directory,)) as pool:
        numbers = iter(range(first, end))
        waiting: deque[tuple[int, Future[list[PreparedCertificate]]]] = deque()
        for number in islice(numbers, _AHEAD):
            waiting.append((number, pool.submit(_batch, number)))
        while waiting:
            number, batch = waiting.popleft()
            yield number, batch.result()
            for following in islice(numbers, 1):
                waiting.append((following, pool.submit(_batch, following)))


_opened: list[Preparer] = []


def _open(directory: Path) -> None:
    _opened.append(Preparer(RegisterSecrets(places(directory).keys, PASSPHRASE).vault))


def _batch(number: int) -> list[PreparedCertificate]:
    return _opened[0].batch(number)
