"""Electronic certificates of a whole batch, made into a folder; an interrupted run goes on where it stopped.

Each file is there whole or not at all, and is noted in `made.csv` once it is: number, form, and the entry at
the head of the certificate's chain. A file is kept as long as that head is; after an act it is made anew.
Nothing is kept in memory but those notes. If we die, the last file may be there without its note, and is
made again, with the same bytes.

Only certificates in force are made: a copy of an annulled one would look as good as any.
"""

import fcntl
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import IO

from registry.electronic import Form
from registry.errors import RegistryError
from registry.ledger.chain import ChainState
from registry.register import Register
from registry.storage.batch_reads import BatchReads
from registry.storage.sql import KeptReader
from signing.durable import write_whole
from signing.form_errors import GlyphMissing

NOTES = "made.csv"
_HEADER = "number,form,entry\n"


class BulkError(RegistryError):
    """The files of a batch can't be made into that folder."""

    code = "bulk_error"


class BatchNotRegistered(BulkError):
    """No approval in the log is of that batch: it is unknown, under review, or was returned."""

    code = "batch_not_registered"


class FolderBusy(BulkError):
    """Another run makes files into the same folder."""

    code = "folder_busy"


class FolderUnfit(BulkError):
    """The folder can't be written, or its notes are not ours."""

    code = "folder_unfit"


class LeftOut(StrEnum):
    """Why a certificate of the batch has no file."""

    ANNULLED = "annulled"
    SUPERSEDED = "superseded"
    ERASED = "erased"


@dataclass
class BulkReport:
    """What a run did. `undrawable`: numbers whose sheet has a character of no font, with its code point."""

    certificates: int
    made: int = 0
    kept: int = 0
    left_out: Counter[LeftOut] = field(default_factory=Counter)
    undrawable: dict[str, int] = field(default_factory=dict)


def make_batch(
    register: Register,
    batch: bytes,
    folder: Path,
    forms: Sequence[Form],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> BulkReport:
    """Makes these forms of every certificate of the batch.

    Raises: BatchNotRegistered, FolderBusy, FolderUnfit, FontMissing, and the register's errors.
    """
    with closing(KeptReader(register.engine)) as reader:
        entered = BatchReads(reader).entered(batch)
    if entered is None or sum(entered) > register.ledger.published()[0]:
        raise BatchNotRegistered
    first, count = entered
    report = BulkReport(count)
    with _noted(folder) as (known, notes):
        for done, index in enumerate(range(first, first + count), start=1):
            _make(register, index, forms, _Place(folder, known, notes), report)
            progress(done, count)
    return report


@dataclass(frozen=True)
class _Place:
    """The folder with what its notes say, and the notes open for more."""

    path: Path
    known: frozenset[tuple[str, str, int]]
    notes: IO[str]


def _make(register: Register, index: int, forms: Sequence[Form], place: _Place, report: BulkReport) -> None:
    number = register.ledger.records.number_of(index)
    found = register.look_up.current(number) if number is not None else None
    if number is None or found is None:
        report.left_out[LeftOut.ERASED] += 1
        return
    chain, version, _, _ = found
    if chain.head.state is not ChainState.VALID:
        report.left_out[_REASONS[chain.head.state]] += 1
        return
    missing = [form for form in forms if not _is_there(place, version.number, form, chain.head.index)]
    report.kept += len(forms) - len(missing)
    try:
        for form, content in register.electronic_forms(chain, version, missing):
            write_whole(place.path / f"{version.number}.{form}", content, mode=0o600)
            place.notes.write(f"{version.number},{form},{chain.head.index}\n")
            place.notes.flush()
            report.made += 1
    except GlyphMissing as fault:
        report.undrawable[version.number] = fault.code_point
    except OSError as fault:
        raise FolderUnfit from fault


_REASONS: Mapping[ChainState, LeftOut] = {
    ChainState.ANNULLED: LeftOut.ANNULLED,
    ChainState.SUPERSEDED: LeftOut.SUPERSEDED,
    ChainState.ERASED: LeftOut.ERASED,
}


def _is_there(place: _Place, number: str, form: Form, head: int) -> bool:
    return (number, form.value, head) in place.known and (place.path / f"{number}.{form}").is_file()


@contextmanager
def _noted(folder: Path) -> Iterator[tuple[frozenset[tuple[str, str, int]], IO[str]]]:
    """What earlier runs noted, and the notes, which are this run's alone."""
    try:
        # The files name people and their identity numbers: nobody else may read them.
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        notes = (folder / NOTES).open("a+", encoding="ascii")
    except OSError as fault:
        raise FolderUnfit from fault
    with notes:
        try:
            fcntl.flock(notes, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as fault:
            raise FolderBusy from fault
        yield _read_notes(notes), notes


def _read_notes(notes: IO[str]) -> frozenset[tuple[str, str, int]]:
    """The whole lines; one that was cut off is no note, and the next begins on a line of its own."""
    notes.seek(0)
    try:
        header, *lines = notes.read().split("\n")
    except UnicodeDecodeError as fault:
        raise FolderUnfit from fault
    if not header and not lines:
        notes.write(_HEADER)
        return frozenset()
    if f"{header}\n" != _HEADER:
        raise FolderUnfit
    if lines and lines[-1]:
        notes.write("\n")
    return frozenset(note for note in map(_note, lines[:-1]) if note is not None)


def _note(line: str) -> tuple[str, str, int] | None:
    number, _, rest = line.partition(",")
    form, _, entry = rest.partition(",")
    return (number, form, int(entry)) if entry.isdigit() else None
