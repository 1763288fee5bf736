"""`skillcert intake` and `skillcert review`: a batch comes in, its bureau decides."""

import argparse
from collections import Counter
from contextlib import closing
from datetime import UTC
from enum import StrEnum
from pathlib import Path

from registry.intake.findings import Finding
from registry.intake.receive import ReceivedBatch, Upload, load_rulebook, receive_batch
from registry.ledger.admission import CIVIL_TIME
from registry.register import Register
from registry.review.decide import UNSTATED, Decision
from registry.review.errors import BatchUnknown
from registry.review.perform import (
    approve_batch,
    open_batch,
    record_return,
    responsible_bureau,
    return_batch,
)
from registry.review.reasons import AcceptReason, RejectReason, ReturnReason, parse_reason
from registry.storage.batch_rows import BatchRows, insert_batch
from registry.storage.sql import KeptReader
from web.cli.opening import opened, read_file, unlock_bureau
from web.cli.output import Output
from web.errors import CommandLineFault
from web.language import Language
from web.words.findings import column_name, finding_sentence

_SHOWN_FINDINGS = 50


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds both commands."""
    intake = commands.add_parser("intake", help="上报一批数据 / upload a batch")
    intake.add_argument("form5", type=Path, metavar="FORM5", help="附件5 数据表（.xlsx .xls .csv）")
    intake.add_argument("--form4", type=Path, required=True, help="附件4 合规审核表")
    intake.add_argument("--institution", required=True, metavar="PREFIX", help="证书编号前 13 位")
    intake.add_argument("--legacy", default="", metavar="REVIEW", help="历史数据：写明原审核依据")
    intake.set_defaults(run=_intake)
    review = commands.add_parser("review", help="审核一批数据 / decide on a batch")
    review.add_argument("batch", metavar="BATCH")
    decision = review.add_mutually_exclusive_group(required=True)
    decision.add_argument("--approve", action="store_true", help="通过")
    decision.add_argument("--return", dest="returned", action="store_true", help="退回")
    review.add_argument(
        "--reject",
        action="append",
        default=[],
        metavar="ROW=CODE",
        help=f"不予通过的行及原因代码：{_listed(RejectReason)}",
    )
    review.add_argument(
        "--accept-flag",
        action="append",
        default=[],
        metavar="ROW[=CODE]",
        help=f"确认提示行，可写明理由代码：{_listed(AcceptReason)}",
    )
    review.add_argument(
        "--reason",
        default=ReturnReason.FINDINGS.value,
        choices=[each.value for each in ReturnReason],
        help="退回原因代码",
    )
    review.add_argument("--bureau-passphrase-file", type=Path, help="审核机关密钥口令文件")
    review.set_defaults(run=_review)


def _intake(options: argparse.Namespace, output: Output) -> int:
    with opened() as register:
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
        )
    refused = _show(received, output)
    return 1 if refused else 0


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


def _review(options: argparse.Namespace, output: Output) -> int:
    with opened() as register, closing(KeptReader(register.engine)) as reader:
        # Whoever repeats the command because the first time failed half-way finds the decision published.
        register.publish_pending()
        batches = BatchRows(reader)
        identity = _batch_id(options.batch)
        batch = open_batch(batches, identity)
        now = register.clock()
        bureau = responsible_bureau(register.look_up, batch.prefix, now.astimezone(CIVIL_TIME).date())
        key = unlock_bureau(register, bureau, options.bureau_passphrase_file)
        if options.returned:
            returned = return_batch(
                register.look_up,
                batches,
                identity,
                reason=options.reason,
                rejected=_codes("--reject", options.reject, RejectReason),
                bureau_key=key,
                now=now.astimezone(UTC),
            )
            record_return(register.engine, returned)
            output.line("已退回，库中没有写入任何证书。")
            output.result({"batch": options.batch, "approved": False})
            return 0
        accepted = _codes("--accept-flag", options.accept_flag, AcceptReason, otherwise=UNSTATED)
        rejected = _codes("--reject", options.reject, RejectReason)
        decision = Decision(rejected, frozenset(accepted), accepted)
        approved = approve_batch(
            register.look_up, register.writer(), batches, identity, decision, bureau_key=key, now=now
        )
        _publish(register)
    output.line(f"已通过：{approved.count} 本证书入库，日志现有 {approved.published.size} 条记录。")
    output.result({"batch": options.batch, "approved": True, "certificates": approved.count})
    return 0


def _publish(register: Register) -> None:
    register.publish_status(register.writer())


def _batch_id(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError as fault:
        raise BatchUnknown from fault


def _codes(option: str, pairs: list[str], kind: type[StrEnum], *, otherwise: str = "") -> dict[int, str]:
    """ROW=CODE, as row to code of the list. `otherwise`: the code of a row that has none.

    Raises: CommandLineFault, ReasonUnknown.
    """
    codes = {}
    for pair in pairs:
        row, _, code = pair.partition("=")
        if not row.isdecimal() or not (code or otherwise):
            raise CommandLineFault(f"{option} ROW=CODE")
        codes[int(row)] = parse_reason(kind, code).value if code else otherwise
    return codes


def _listed(kind: type[StrEnum]) -> str:
    return " ".join(each.value for each in kind)
