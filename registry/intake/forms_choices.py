"""The drop-downs of an empty form: what an institution may certify on a day, and nothing else.

The lists stand on a hidden sheet, because a list inside a cell's own rule ends at 255 characters. Which 工种
and which levels are offered depends on what the row already says: the lists of one occupation stand together,
and the rule finds their first line and their number. Functions only that Excel, WPS and LibreOffice have in
common.

Source: 2025-14 附件4 and 附件5; ECMA-376 part 1, 18.3.1.32 (dataValidation).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import zip_longest
from typing import Final, NamedTuple

from openpyxl.worksheet.datavalidation import DataValidation

from registry.filing.model import Filing, filing_on
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import Level, level_label

CHOICES_SHEET: Final = "选项"
_BETWEEN: Final = "#"
"""Stands between occupation and 工种 in the key of their levels; no name has it."""


class FiledChoice(NamedTuple):
    """An occupation with a 工种 ("" for none) and the levels that may be certified, lowest first."""

    occupation: str
    job: str
    levels: tuple[int, ...]


@dataclass(frozen=True)
class FiledChoices:
    """What the drop-downs offer. `institutions` are the names that are right on the day."""

    filed: tuple[FiledChoice, ...]
    institutions: tuple[str, ...] = ()


class FormColumns(NamedTuple):
    """The letters of the columns that have drop-downs; "" where a form has no such column."""

    id_type: str
    occupation: str
    job: str
    level: str
    institutions: str


def choices_of(filing: Filing, on: date) -> FiledChoices:
    """What this filing may certify on this day, and under which names."""
    facts = filing_on(filing, on)
    levels: dict[tuple[str, str], set[int]] = {}
    for row in facts.scope:
        levels.setdefault((row.occupation, row.job), set()).update(row.levels)
    filed = (FiledChoice(*key, tuple(sorted(found, reverse=True))) for key, found in sorted(levels.items()))
    return FiledChoices(tuple(filed), facts.names)


def choice_rows(choices: FiledChoices) -> list[tuple[str, ...]]:
    """The hidden sheet: occupations, names, (occupation, 工种), (occupation and 工种, level)."""
    return [tuple(map(str, row)) for row in zip_longest(*_columns(choices), fillvalue="")]


def drop_downs(
    columns: FormColumns, first_row: int, last_row: int, choices: FiledChoices | None = None
) -> list[DataValidation]:
    """The rules of the form's cells. Warnings only: a form takes codes, and older names, as well."""

    def rule(letters: str, formula: str) -> list[DataValidation]:
        return [_list(f"{letter}{first_row}:{letter}{last_row}", formula) for letter in letters]

    kinds = ",".join(kind.label for kind in IdentityType)
    all_levels = ",".join(level_label(level) for level in sorted(Level, reverse=True))
    rules = rule(columns.id_type, f'"{kinds}"')
    if choices is None or not choices.filed:
        return rules + rule(columns.level, f'"{all_levels}"')
    occupations, names, job_keys, _, level_keys, _ = map(len, _columns(choices))
    chosen = f"${columns.occupation}{first_row}"
    rules += rule(columns.occupation, _range("A", occupations))
    if names:
        rules += rule(columns.institutions, _range("B", names))
    if job_keys:
        rules += rule(columns.job, _those_of(chosen, "C", "D", job_keys))
    level_key = f'{chosen}&"{_BETWEEN}"&${columns.job}{first_row}'
    return rules + rule(columns.level, _those_of(level_key, "E", "F", level_keys))


def _columns(choices: FiledChoices) -> Sequence[Sequence[str]]:
    with_job = [each for each in choices.filed if each.job]
    levels = [
        (f"{each.occupation}{_BETWEEN}{each.job}", level_label(Level(level)))
        for each in choices.filed
        for level in each.levels
    ]
    return (
        list(dict.fromkeys(each.occupation for each in choices.filed)),
        choices.institutions,
        [each.occupation for each in with_job],
        [each.job for each in with_job],
        [key for key, _ in levels],
        [label for _, label in levels],
    )


def _range(letter: str, count: int) -> str:
    return f"'{CHOICES_SHEET}'!${letter}$1:${letter}${count}"


def _those_of(key: str, keys: str, values: str, count: int) -> str:
    """The lines of one column beside which the other has the key. None: the list is empty."""
    among = _range(keys, count)
    start = f"'{CHOICES_SHEET}'!${values}$1"
    return f"OFFSET({start},MATCH({key},{among},0)-1,0,COUNTIF({among},{key}),1)"


def _list(cells: str, formula: str) -> DataValidation:
    return DataValidation(
        "list", formula, sqref=cells, allowBlank=True, showErrorMessage=True, errorStyle="warning"
    )
