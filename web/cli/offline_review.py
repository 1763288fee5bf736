"""Offline review: what a bureau does on its own machine, and how its signature comes to the register.

skillcert review --offline-bundle FILE --key DIRECTORY     shows, recomputes, signs; needs no register
skillcert review BATCH --signature FILE                    takes the signature over, where the register is
"""

import argparse
import csv
import io
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from registry.custody.offline_key import open_offline_key
from registry.ledger.errors import NotAdmitted, Refusal
from registry.review.bundle import BundleRow, read_bundle
from registry.review.confirming import Standing, require_signable
from registry.review.offline import CheckedBundle, check_bundle, sign_bundle
from registry.review.offline_signature import read_signature
from registry.review.proposal import Proposals
from registry.review.publishing import publish_decision
from registry.review.record import DecisionKind
from registry.review.signing import signed_elsewhere
from registry.storage.batch_rows import BatchRows
from registry.storage.draft_reads import DraftReads
from registry.storage.sql import KeptReader
from signing.commitment import FIELDS, record_values
from signing.durable import write_whole
from signing.encoding import rfc3339
from web.cli.opening import note, opened, passphrase_or_ask, read_file, read_settings
from web.cli.output import Output
from web.language import Language
from web.vocabulary import words_or_code

_PAGE = 20
# In the order of the record's fields.
_HEADINGS = (
    "证书编号", "脱敏姓名", "姓名", "证件类型", "证件号码", "所在单位", "职业编码", "职业名称", "工种名称",
    "职业技能等级", "发证日期", "编号前缀", "发证机构",
)  # fmt: skip
# A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def add_options(review: argparse.ArgumentParser) -> None:
    """Adds the options of an offline bundle."""
    bundle = review.add_argument_group("离线审核包 / offline bundle")
    bundle.add_argument("--key", type=Path, metavar="DIRECTORY", help="本机密钥目录；不写则只核对，不签名")
    bundle.add_argument("--rows", action="store_true", help="逐页列出各行（含个人信息）")
    bundle.add_argument("--csv", type=Path, metavar="FILE", help="把各行写成 CSV（含个人信息，用后请删除）")
    bundle.add_argument("--out", type=Path, metavar="FILE", help="签名文件写到哪里")
    bundle.add_argument("--bundle-passphrase-file", type=Path, help="审核包口令文件；不写则在终端输入")


def sign(options: argparse.Namespace, output: Output) -> int:
    """Shows a bundle, recomputes what it shows, and signs where a key is named."""
    data = read_file(options.offline_bundle)
    passphrase = passphrase_or_ask(options.bundle_passphrase_file, "审核包口令：")
    checked = check_bundle(*read_bundle(data, passphrase))
    _show(checked, output)
    if options.rows:
        _show_rows(checked.rows, output)
    if options.csv is not None:
        write_whole(options.csv, b"\xef\xbb\xbf" + _csv(checked).encode())
        output.line(f"已写出 {options.csv}，内含个人信息，用后请删除。")
    if options.key is None:
        output.line("内容相符。要签名，请加 --key 目录。")
        output.result(_told(checked, signed=False))
        return 0
    key = open_offline_key(options.key, passphrase_or_ask(options.bureau_passphrase_file, "本机密钥口令："))
    if (key.bureau, key.origin) != (checked.record.bureau, checked.head.origin):
        raise NotAdmitted(Refusal.KEY_OF_ANOTHER_BUREAU)
    if key.key.key_id not in checked.head.keys:
        raise NotAdmitted(Refusal.KEY_UNKNOWN)
    path = options.out or options.offline_bundle.with_suffix(".signature.json")
    signature = sign_bundle(checked, key.key, datetime.now(UTC).replace(microsecond=0))
    write_whole(path, signature.to_bytes())
    output.line(f"已签名，写出 {path}。请把这个文件交回登记平台；审核包用后请删除。")
    output.result({**_told(checked, signed=True), "signature": str(path), "key": key.key.key_id})
    return 0


def bring(options: argparse.Namespace, batch: bytes, output: Output) -> int:
    """Takes a signature over: checked against the proposal as it stands, and published."""
    signature = read_signature(read_file(options.signature))
    settings = read_settings()
    with (
        opened(settings) as register,
        closing(KeptReader(register.engine)) as reader,
        closing(KeptReader(register.desk_engine)) as desk,
    ):
        standing = Standing(DraftReads(desk), Proposals(desk))
        proposal = require_signable(standing, batch, signature.digest, four_eyes=settings.four_eyes)
        record = signed_elsewhere(register, signature.account, proposal, BatchRows(reader), signature)
        done = publish_decision(register, record)
        note(register, "review.decided", batch.hex())
    words = "已通过" if done["kind"] == DecisionKind.APPROVED else "已退回"
    output.line(f"{words}，{done['certificates']} 本证书入库。审核签名由审核机关用自己保管的密钥作出。")
    output.result({"batch": batch.hex(), **done})
    return 0


def _show(checked: CheckedBundle, output: Output) -> None:
    record = checked.record
    approves = record.kind is DecisionKind.APPROVED
    output.line(f"审核包：{checked.head.institution}，批次 {record.batch.hex()}")
    output.line(f"登记日志：{checked.head.origin}，制包时间 {rfc3339(record.signed_at)}")
    if approves:
        output.line(f"拟办：通过 {len(checked.approving)} 行，全批 {record.rows} 行。")
    else:
        reason = words_or_code("return_reason", record.reason, Language.CHINESE)
        output.line(f"拟办：整批退回，共 {record.rows} 行。原因：{reason}")
    output.line(f"规则拒绝 {record.refused} 行。")
    for title, kind, named in (
        ("不予通过", "reject_reason", record.rejected),
        ("确认提示后通过", "accept_reason", record.accepted),
    ):
        for code, rows in _by_code(named).items():
            shown = "、".join(map(str, rows[:_PAGE])) + ("……" if len(rows) > _PAGE else "")
            reason = words_or_code(kind, code, Language.CHINESE)
            output.line(f"{title} {len(rows)} 行（{reason}）：第 {shown} 行")
    for whose, sample in record.samples.items():
        if sample.rows:
            found = f"抽取 {len(sample.rows)} 行，已查 {len(sample.inspected)} 行"
            output.line(f"双随机抽样（{whose}）：{found}，不符 {len(sample.discrepancies)} 行。")
    if approves and checked.head.approval is not None:
        root = checked.head.approval["root"]
        output.line(f"已由包中各行重新算出 {len(checked.approving)} 个承诺，根 {root}，与待签内容一致。")


def _show_rows(rows: Sequence[BundleRow], output: Output) -> None:
    for at, each in enumerate(rows):
        if at and at % _PAGE == 0 and sys.stdin.isatty() and sys.stdout.isatty():
            input(f"—— 已列 {at} / {len(rows)} 行，按回车继续 ——")
        findings = f" 提示 {'、'.join(each.findings)}" if each.findings else ""
        if each.record is None:
            output.line(f"第 {each.row} 行 规则拒绝 {'、'.join(each.findings)}")
            continue
        record = each.record
        output.line(
            f"第 {each.row} 行 {record.name} {record.id_type} {record.id_number} {record.occupation} "
            f"{record.job or '--'} {record.level} {record.number} {record.issued_on}{findings}"
        )


def _csv(checked: CheckedBundle) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["行", "拟办", "提示", *_HEADINGS])
    entering = {each.row for each in checked.approving}
    for each in checked.rows:
        word = "通过" if each.row in entering else "不入库"
        values = record_values(each.record) if each.record is not None else ("",) * len(FIELDS)
        writer.writerow([each.row, word, " ".join(each.findings), *map(_cell, values)])
    return text.getvalue()


def _cell(value: str) -> str:
    return f"'{value}" if value.startswith(_FORMULA) else value


def _by_code(named: Mapping[int, str]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in sorted(named):
        found.setdefault(named[row], []).append(row)
    return found


def _told(checked: CheckedBundle, *, signed: bool) -> dict[str, object]:
    record = checked.record
    return {
        "batch": record.batch.hex(),
        "kind": record.kind.value,
        "rows": record.rows,
        "approving": len(checked.approving),
        "rejected": len(record.rejected),
        "refused": record.refused,
        "counts": dict(Counter(code for each in checked.rows for code in each.findings)),
        "signed": signed,
    }
