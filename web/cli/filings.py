"""`skillcert institutions import FILE`: filings and scopes from CSV or XLSX."""

import argparse
from dataclasses import asdict
from pathlib import Path

from registry.filing.import_faults import ImportFault, ImportWarning
from registry.filing.import_file import read_filings
from registry.filing.record import record_filings
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from web.cli.opening import opened, read_file, unlock_bureau
from web.cli.output import Output
from web.language import Language
from web.words.intake_errors import import_fault_sentence


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("institutions", help="机构备案 / filings of institutions")
    command.add_argument("action", choices=["import"])
    command.add_argument("file", type=Path, metavar="FILE", help="CSV 或 XLSX，一行一条备案范围")
    command.add_argument("--bureau-passphrase-file", type=Path, help="省厅密钥口令文件")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    listed = read_filings(read_file(options.file))
    with opened() as register:
        today = register.clock().astimezone(CIVIL_TIME).date()
        recorded = record_filings(
            register.ledger,
            register.writer(),
            listed.filings,
            today,
            province_key=unlock_bureau(register, PROVINCE, options.bureau_passphrase_file),
        )
    for warning in listed.warnings:
        output.line(f"请核对：{import_line(warning)}")
    counts = f"新增 {recorded.new}，变更 {recorded.changed}，未变 {recorded.unchanged}"
    output.line(f"备案 {len(listed.filings)} 条：{counts}。")
    output.result({**asdict(recorded), "warnings": [import_line(each) for each in listed.warnings]})
    return 0


def import_line(found: ImportFault | ImportWarning) -> str:
    """Where in the file, which code, what is wrong and what to do."""
    return f"第 {found.row} 行（{found.code}）{import_fault_sentence(found, Language.CHINESE)}"
