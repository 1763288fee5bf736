"""`skillcert review`: a bureau decides on a batch, here or on a machine of its own (`offline_review`)."""

import argparse
from contextlib import closing
from datetime import UTC
from enum import StrEnum
from pathlib import Path

from registry.ledger.admission import CIVIL_TIME
from registry.review.decide import UNSTATED, Decision
from registry.review.errors import BatchUnknown, ConfirmationMissing
from registry.review.perform import (
    approve_batch,
    open_batch,
    record_return,
    responsible_bureau,
    return_batch,
)
from registry.review.reasons import AcceptReason, RejectReason, ReturnReason, parse_reason
from registry.storage.batch_rows import BatchRows
from registry.storage.sql import KeptReader
from web.cli import offline_review
from web.cli.opening import note, opened, read_settings, unlock_bureau
from web.cli.output import Output
from web.errors import CommandLineFault


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    review = commands.add_parser("review", help="审核一批数据 / decide on a batch")
    review.add_argument("batch", metavar="BATCH", nargs="?", default="")
    decision = review.add_mutually_exclusive_group(required=True)
    decision.add_argument("--approve", action="store_true", help="通过")
    decision.add_argument("--return", dest="returned", action="store_true", help="退回")
    decision.add_argument(
        "--offline-bundle", type=Path, metavar="FILE", help="离线审核包：在审核机关自己的电脑上核对、签名"
    )
    decision.add_argument(
        "--signature", type=Path, metavar="FILE", help="离线签名文件：在登记平台上办理已签名的决定"
    )
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
    offline_review.add_options(review)
    review.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    if options.offline_bundle is not None:
        return offline_review.sign(options, output)
    if not options.batch:
        raise CommandLineFault("skillcert review BATCH")
    if options.signature is not None:
        return offline_review.bring(options, batch_id(options.batch), output)
    return _review(options, output)


def _review(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    if settings.four_eyes:
        # One person at a terminal is one pair of eyes; what two of them agreed on comes from the desk.
        raise ConfirmationMissing
    with opened(settings) as register, closing(KeptReader(register.engine)) as reader:
        # Whoever repeats the command because the first time failed half-way finds the decision published.
        register.publish_pending()
        batches = BatchRows(reader)
        identity = batch_id(options.batch)
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
            note(register, "review.decided", options.batch)
            output.line("已退回，库中没有写入任何证书。")
            output.result({"batch": options.batch, "approved": False})
            return 0
        accepted = _codes("--accept-flag", options.accept_flag, AcceptReason, otherwise=UNSTATED)
        rejected = _codes("--reject", options.reject, RejectReason)
        decision = Decision(rejected, frozenset(accepted), accepted)
        approved = approve_batch(
            register.look_up, register.writer(), batches, identity, decision, bureau_key=key, now=now
        )
        register.publish_status(register.writer())
        note(register, "review.decided", options.batch)
    output.line(f"已通过：{approved.count} 本证书入库，日志现有 {approved.published.size} 条记录。")
    output.result({"batch": options.batch, "approved": True, "certificates": approved.count})
    return 0


def batch_id(text: str) -> bytes:
    """The batch of that id. Raises: BatchUnknown."""
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
