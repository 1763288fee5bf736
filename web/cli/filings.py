"""`skillcert institutions import FILE`: filings and scopes from CSV or XLSX."""

import argparse
from pathlib import Path

from registry.filing.errors import FilingImportFault
from registry.filing.import_file import read_filings
from registry.filing.record import record_filings
from registry.ledger.admission import CIVIL_TIME
from web.cli.opening import opened
from web.cli.output import Output
from web.language import Language
from web.words.intake_errors import import_fault_sentence


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("institutions", help="机构备案 / filings of institutions")
    command.add_argument("action", choices=["import"])
    command.add_argument("file", type=Path, metavar="FILE", help="CSV 或 XLSX，一行一条备案范围")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    try:
        listed = read_filings(options.file.read_bytes())
    except FilingImportFault as fault:
        for each in fault.faults:
            output.line(import_fault_sentence(each, Language.CHINESE))
        raise
    with opened() as register:
        today = register.clock().astimezone(CIVIL_TIME).date()
        recorded = record_filings(register.ledger, register.writer(), listed.filings, today)
    for warning in listed.warnings:
        output.line(import_fault_sentence(warning, Language.CHINESE))
    counts = f"新增 {recorded.new}，变更 {recorded.changed}，未变 {recorded.unchanged}"
    output.line(f"备案 {len(listed.filings)} 条：{counts}。")
    output.result(vars(recorded))
    return 0
