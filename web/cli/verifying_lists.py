"""`skillcert verify LIST --batch -o OUT`: a list of numbers and names in, the same with verdicts out."""

import argparse
from pathlib import Path

from registry.register import Register
from registry.rosters.checking import CheckedLine, LineConclusion, check_roster
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
        lines = _checked(register, roster, output, language)
        _leave_trail(register, lines)
    write_whole(out, _written(roster, lines, out, language))
    found = counts(lines)
    for conclusion, count in found.items():
        output.line(f"{words(f'roster.conclusion.{conclusion}', language)}  {count:,}")
    output.line(words("checked.written", language, path=out))
    output.result(
        {
            "rows": len(lines),
            "counts": {each.value: count for each, count in found.items()},
            "lines": [line_json(line, language) for line in lines],
        }
    )
    return _code(lines)


def _checked(register: Register, roster: Roster, output: Output, language: Language) -> list[CheckedLine]:
    lines = []
    said, total = words("roster.title", language), len(roster.rows)
    for at, line in enumerate(check_roster(register.look_up, roster.rows), start=1):
        lines.append(line)
        if at % _STEP == 0 or at == total:
            output.progress(said, at, total)
    return lines


def _leave_trail(register: Register, lines: list[CheckedLine]) -> None:
    told = {"rows": str(len(lines)), **{each.value: str(count) for each, count in counts(lines).items()}}
    entry = TrailEntry(register.clock(), ACT, account=COMMAND_LINE, details=told)
    Trail(register.desk_engine).write(entry)


def _written(roster: Roster, lines: list[CheckedLine], out: Path, language: Language) -> bytes:
    texts = {line.at: line_texts(line, language) for line in lines}
    if out.suffix.lower() == ".csv":
        header, *rows = checked_table(roster, titles(language), texts)
        return csv_text(header, rows).encode()
    name = words("roster.sheet", language)
    return checked_workbook(roster, {line.at: line for line in lines}, titles(language), texts, name=name)


def _code(lines: list[CheckedLine]) -> int:
    """As for several files: 1 if anything is not good, else 2 if anything is open, else 0."""
    found = {line.conclusion for line in lines}
    if found - _COULD_NOT - {LineConclusion.VALID}:
        return 1
    return 2 if found & _COULD_NOT else 0
