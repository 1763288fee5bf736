"""`skillcert institutions import | expiring | change`: filings and scopes at the command line."""

import argparse
from dataclasses import asdict
from pathlib import Path

from registry.filing.expiry import expiring
from registry.filing.import_faults import ImportFault, ImportWarning
from registry.filing.import_file import read_filings
from registry.filing.record import record_filings
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from web.cli import filing_changes
from web.cli.opening import note, opened, read_file, unlock_bureau
from web.cli.output import Output
from web.errors import CommandLineFault
from web.language import Language
from web.words.intake_errors import import_fault_sentence


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("institutions", help="机构备案 / filings of institutions")
    command.add_argument("action", choices=["import", "expiring", "change"])
    command.add_argument(
        "target", nargs="?", metavar="FILE|PREFIX", help="名册（CSV 或 XLSX），或证书编号前 13 位"
    )
    command.add_argument("--bureau-passphrase-file", type=Path, help="省厅密钥口令文件")
    filing_changes.add_options(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    if options.action == "expiring":
        return _expiring(output)
    if not options.target:
        raise CommandLineFault("FILE" if options.action == "import" else "PREFIX")
    if options.action == "change":
        return filing_changes.run(options, output)
    return _import(options, output)


def _import(options: argparse.Namespace, output: Output) -> int:
    listed = read_filings(read_file(Path(options.target)))
    with opened() as register:
        today = register.clock().astimezone(CIVIL_TIME).date()
        recorded = record_filings(
            register.ledger,
            register.writer(),
            listed.filings,
            today,
            province_key=unlock_bureau(register, PROVINCE, options.bureau_passphrase_file),
        )
        note(register, "filing.imported", "list")
    for warning in listed.warnings:
        output.line(f"请核对：{import_line(warning)}")
    counts = f"新增 {recorded.new}，变更 {recorded.changed}，未变 {recorded.unchanged}"
    output.line(f"备案 {len(listed.filings)} 条：{counts}。")
    output.result({**asdict(recorded), "warnings": [import_line(each) for each in listed.warnings]})
    return 0


def _expiring(output: Output) -> int:
    with opened() as register:
        today = register.clock().astimezone(CIVIL_TIME).date()
        notices = expiring(register.filings(), today)
    for each in notices:
        left = f"{each.expires_on} 到期，还有 {each.days_left} 天"
        output.line(f"{each.filing.number_prefix} {each.on_day.name}：{left}")
    output.line(f"三个月内到期的备案 {len(notices)} 项。")
    output.result(
        {
            "expiring": [
                {
                    "prefix": each.filing.number_prefix,
                    "name": each.on_day.name,
                    "expires_on": each.expires_on.isoformat(),
                    "days_left": each.days_left,
                }
                for each in notices
            ]
        }
    )
    return 0


def import_line(found: ImportFault | ImportWarning) -> str:
    """Where in the file, which code, what is wrong and what to do."""
    return f"第 {found.row} 行（{found.code}）{import_fault_sentence(found, Language.CHINESE)}"
