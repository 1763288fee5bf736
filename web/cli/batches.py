"""`skillcert intake`: a batch comes in."""

import argparse
from collections import Counter
from contextlib import closing
from pathlib import Path

from registry.intake.errors import EarlierVersionUnknown
from registry.intake.findings import Finding
from registry.intake.job import require_place
from registry.intake.receive import ReceivedBatch, Stage, Upload, load_rulebook, receive_batch
from registry.storage.batch_reads import BatchReads
from registry.storage.batch_rows import insert_batch
from registry.storage.sql import KeptReader
from web.cli.opening import note, opened, read_file
from web.cli.output import Output
from web.language import Language
from web.words.findings import column_name, finding_sentence

_SHOWN_FINDINGS = 50
_STAGES = {
    Stage.READING: "读表",
    Stage.CHECKING: "核对",
    Stage.SEALING: "加密",
    Stage.KEEPING: "保存",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    intake = commands.add_parser("intake", help="上报一批数据 / upload a batch")
    intake.add_argument("form5", type=Path, metavar="FORM5", help="附件5 数据表（.xlsx .xls .csv）")
    intake.add_argument("--form4", type=Path, required=True, help="附件4 合规审核表")
    intake.add_argument("--institution", required=True, metavar="PREFIX", help="证书编号前 13 位")
    intake.add_argument("--legacy", default="", metavar="REVIEW", help="历史数据：写明原审核依据")
    intake.add_argument("--plan", default="", metavar="REFERENCE", help="监管平台计划编号")
    intake.add_argument("--previous", default="", metavar="BATCH", help="更正：代替哪个批次")
    intake.set_defaults(run=_intake)


def _intake(options: argparse.Namespace, output: Output) -> int:
    with opened() as register, closing(KeptReader(register.engine)) as reader:
        previous = _batch_id(options.previous) if options.previous else None
        if previous is not None:
            require_place(BatchReads(reader), options.institution, previous)
        received = receive_batch(
            register.look_up,
            load_rulebook(),
            prefix=options.institution,
            form5=Upload(options.form5.name, read_file(options.form5)),
            form4=Upload(options.form4.name, read_file(options.form4)),
            received_at=register.clock(),
            keep=lambda batch, rows: insert_batch(register.engine, batch, rows),
            legacy=options.legacy,
            legacy_before=register.places.legacy_before,
            plan=options.plan,
            previous=previous,
            progress=lambda stage, done, total: output.progress(_STAGES[stage], done, total),
        )
        note(register, "batch.upload", received.id.hex())
    refused = _show(received, output)
    return 1 if refused else 0


def _batch_id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise EarlierVersionUnknown from fault


def _show(received: ReceivedBatch, output: Output) -> bool:
    checked = received.checked
    findings = [*checked.batch_findings, *(each for row in checked.rows for each in row.findings)]
    refused = sum(row.record is None for row in checked.rows)
    output.line(f"批次号 {received.id.hex()}")
    output.line(
        f"共 {len(checked.rows)} 行，其中 {refused} 行不能通过，{_flagged(received)} 行需审核人确认。"
    )
    for each in findings[:_SHOWN_FINDINGS]:
        output.line("  " + _finding_line(each))
    if len(findings) > _SHOWN_FINDINGS:
        output.line(f"  ……其余 {len(findings) - _SHOWN_FINDINGS} 条见 --json")
    output.result(
        {
            "batch": received.id.hex(),
            "rows": len(checked.rows),
            "refused": refused,
            "counts": Counter(each.code.value for each in findings),
            "findings": [
                {
                    "code": each.code.value,
                    "severity": each.severity.value,
                    "row": each.row,
                    "column": each.column,
                    "message": finding_sentence(each, Language.CHINESE),
                }
                for each in findings
            ],
        }
    )
    return bool(refused or checked.batch_findings)


def _finding_line(finding: Finding) -> str:
    where = "整批" if finding.row is None else f"第 {finding.row} 行"
    column = "" if finding.column is None else f"“{column_name(finding.column, Language.CHINESE)}”"
    return f"{where}{column}（{finding.code}）{finding_sentence(finding, Language.CHINESE)}"


def _flagged(received: ReceivedBatch) -> int:
    return sum(row.record is not None and bool(row.findings) for row in received.checked.rows)
