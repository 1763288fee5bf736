"""`skillcert verify LIST --batch -o OUT`: a list of numbers and names in, the same with verdicts out."""

import argparse
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from registry.register import Register
from registry.rosters.checking import LineConclusion, check_roster
from registry.rosters.reading import Roster, read_roster
from registry.rosters.writing import checked_table, checked_workbook
from registry.staff.model import COMMAND_LINE
from registry.staff.trail import Trail, TrailEntry
from signing.durable import write_whole
from web.cli.opening import opened, read_file
from web.cli.output import Output
from web.csv_file import csv_text
from web.errors import CommandLineFault
from web.language import Language
from web.presenters.roster import ADDED, counts, line_json, line_texts, titles
from web.rosters import ACT
from web.vocabulary import words

_MOST_ROWS, _MOST_BYTES = 200_000, 50_000_000
_STEP = 500
# What could not be checked, or is not there to be told from what is not in force.
_COULD_NOT = frozenset(
    {LineConclusion.COULD_NOT_CHECK, LineConclusion.NAME_UNCHECKED, LineConclusion.MALFORMED_NUMBER}
)


def add_options(command: argparse.ArgumentParser) -> None:
    """Adds the options of a list."""
    command.add_argument(
        "--batch", action="store_true", help="核验名单：XLSX、XLS、CSV，有“证书编号”“姓名”两列"
    )
    command.add_argument(
        "-o", "--out", type=Path, metavar="OUT", help="名单核验结果写到哪里（.xlsx 或 .csv）"
    )


def run(options: argparse.Namespace, output: Output, language: Language) -> int:
    """Checks the list and writes the result. Raises: CommandLineFault; as `read_roster`; FileUnreadable."""
    if options.offline or options.out is None or len(options.subjects) != 1 or options.name is not None:
        raise CommandLineFault("verify LIST.xlsx --batch -o OUT.xlsx")
    path, out = Path(options.subjects[0]), options.out
    if out.suffix.lower() not in (".xlsx", ".csv") or out.resolve() == path.resolve():
        raise CommandLineFault("-o OUT.xlsx | OUT.csv")
    roster = read_roster(
        read_file(path), path.name, most_rows=_MOST_ROWS, most_bytes=_MOST_BYTES, added=ADDED
    )
    with opened() as register:
        checked = _checked(register, roster, output, language)
        found = counts(checked.conclusions.values())
        _leave_trail(register, found)
    write_whole(out, _written(roster, checked, out, language))
    for conclusion, count in found.items():
        output.line(f"{words(f'roster.conclusion.{conclusion}', language)}  {count:,}")
    output.line(words("checked.written", language, path=out))
    told = {each.value: count for each, count in found.items()}
    output.result({"rows": len(checked.conclusions), "counts": told, "lines": checked.values})
    return _code(found)


@dataclass
class _Checked:
    """What is kept of each line, by row: of a long list, not the whole of what the register says."""

    conclusions: dict[int, LineConclusion] = field(default_factory=dict)
    texts: dict[int, Sequence[str]] = field(default_factory=dict)
    values: list[dict[str, Any]] = field(default_factory=list)


def _checked(register: Register, roster: Roster, output: Output, language: Language) -> _Checked:
    checked = _Checked()
    said, total = words("roster.title", language), len(roster.rows)
    for at, line in enumerate(check_roster(register.look_up, roster.rows), start=1):
        checked.conclusions[line.at] = line.conclusion
        checked.texts[line.at] = line_texts(line, language)
        if output.as_json:
            checked.values.append(line_json(line, language))
        if at % _STEP == 0 or at == total:
            output.progress(said, at, total)
    return checked


def _leave_trail(register: Register, found: Mapping[LineConclusion, int]) -> None:
    told = {"rows": str(sum(found.values())), **{each.value: str(count) for each, count in found.items()}}
    entry = TrailEntry(register.clock(), ACT, account=COMMAND_LINE, details=told)
    Trail(register.desk_engine).write(entry)


def _written(roster: Roster, checked: _Checked, out: Path, language: Language) -> bytes:
    heads = titles(language)
    if out.suffix.lower() == ".csv":
        header, *rows = checked_table(roster, heads, checked.texts)
        return csv_text(header, rows).encode()
    name = words("roster.sheet", language)
    return checked_workbook(roster, checked.conclusions, heads, checked.texts, name=name)


def _code(found: Mapping[LineConclusion, int]) -> int:
    """As for several files: 1 if anything is not good, else 2 if anything is open, else 0."""
    if set(found) - _COULD_NOT - {LineConclusion.VALID}:
        return 1
    return 2 if set(found) & _COULD_NOT else 0
