"""The rule about both forms together: R16, the compliance sheet must match the data sheet."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import TypeAlias

from registry.filing.model import filing_on
from registry.intake.checks_reading import Occasion, Reading, unit_name
from registry.intake.findings import Finding, FindingCode, finding
from registry.intake.form4 import Form4, Form4Field
from registry.rules.levels import Level, LevelFault, parse_level
from registry.rules.occupations import Match

_LEVELS = frozenset(str(level.value) for level in Level)

Group: TypeAlias = tuple[str, str, str]
"""Occupation, 工种, and the level's number (or its text, where it is none)."""


def form4_matches(
    form4: Form4, readings: Sequence[Reading], occasion: Occasion, form5_name: str
) -> tuple[Finding, ...]:
    """R16: Form 4 counts other certificates than Form 5 holds, or is another institution's or file's.

    Source: 2025-14 art. 17(7) and 附件4.
    """
    return (*_heading(form4, occasion, form5_name), *_counts(form4, readings, occasion))


def _heading(form4: Form4, occasion: Occasion, form5_name: str) -> Iterator[Finding]:
    filing = filing_on(occasion.filing, occasion.received_on)
    if unit_name(form4.uploading_institution) not in set(map(unit_name, filing.names)):
        yield finding(
            FindingCode.R16, "institution", None, Form4Field.UPLOADING_INSTITUTION, expected=filing.name
        )
    if not _names_file(form4.file_name, form5_name):
        yield finding(FindingCode.R16, "file_name", None, Form4Field.FILE_NAME)


def counted(reading: Reading) -> Group:
    """The line of Form 4 that a row of Form 5 counts for."""
    return (reading.cells.occupation, reading.cells.job, _level(reading.cells.level))


def stated_counts(form4: Form4) -> tuple[Counter[Group], Mapping[Group, int], Mapping[Group, int]]:
    """What Form 4 states of each group; the row of each; and the row of those whose number is unreadable."""
    stated: Counter[Group] = Counter()
    rows: dict[Group, int] = {}
    unreadable: dict[Group, int] = {}
    for row in form4.rows:
        group = (row.occupation, row.job, _level(row.level))
        rows.setdefault(group, row.row)
        if row.count is None:
            unreadable.setdefault(group, row.row)
        else:
            stated[group] += row.count
    return stated, rows, unreadable


def unknown_group(group: Group, occasion: Occasion) -> bool:
    """Whether the words may not be repeated: a cell may hold anything, a person's name too."""
    occupation, job, level = group
    return level not in _LEVELS or not _known(occupation, job, occasion)


def _counts(form4: Form4, readings: Sequence[Reading], occasion: Occasion) -> Iterator[Finding]:
    actual = Counter(map(counted, readings))
    stated, rows, unreadable = stated_counts(form4)
    for row in form4.rows:
        if row.count is None:
            yield finding(FindingCode.R16, "count_unreadable", row.row, Form4Field.COUNT)
    for group in dict.fromkeys((*rows, *actual)):
        # Said once: the number that cannot be read is not also a wrong one.
        if group not in unreadable and stated[group] != actual[group]:
            yield _different(group, rows.get(group), stated[group], actual[group], occasion)


def _different(group: Group, row: int | None, stated: int, actual: int, occasion: Occasion) -> Finding:
    occupation, job, level = group
    counts = {"form4": str(stated), "form5": str(actual)}
    if unknown_group(group, occasion):
        return finding(FindingCode.R16, "count_unnamed", row, Form4Field.COUNT, **counts)
    named = {"occupation": occupation, "job": job, "level": level}
    return finding(FindingCode.R16, "count", row, Form4Field.COUNT, **named, **counts)


def _known(occupation: str, job: str, occasion: Occasion) -> bool:
    if any((row.occupation, row.job) == (occupation, job) for row in occasion.filing.scope):
        return True
    resolution = occasion.catalogue.resolve(occupation, job)
    return isinstance(resolution, Match) and (resolution.job_listed or not job)


def _level(text: str) -> str:
    try:
        return str(parse_level(text).value)
    except LevelFault:
        return text


def _names_file(stated: str, uploaded: str) -> bool:
    """Whether a name, with or without its ending, is the uploaded file's."""
    known = PurePosixPath(_plain(uploaded).replace("\\", "/"))
    return _plain(stated) in {known.name, known.stem} - {""}


def _plain(name: str) -> str:
    return "".join(unicodedata.normalize("NFKC", name).split()).casefold()
