"""`skillcert audit`: rebuilds everything from stored bytes and names the first bad one."""

import argparse
from pathlib import Path

from registry.ledger.audit import audit
from registry.ledger.audit_report import AuditReport, Check
from registry.ledger.guard import Guard
from signing.outcomes import Outcome
from web.cli.opening import opened, read_settings
from web.cli.output import Output

_MARKS = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.NOT_CHECKED: "－"}
_CHECKS = {
    Check.ENTRIES: "日志记录逐条可读，时间不倒退",
    Check.TREE: "瓦片与默克尔树可由记录重建",
    Check.CHECKPOINTS: "每个已公布检查点的根与签名",
    Check.KEYS_AND_FILINGS: "密钥与备案记录",
    Check.APPROVALS: "每本证书恰属一次审核，审核机关签名、数量与根",
    Check.ACTS: "更正、撤销等行为依次相接，由有权机关签名",
    Check.STATUS_LISTS: "状态列表可由日志重算",
    Check.PROJECTIONS: "派生表与日志一致",
    Check.RECORDS: "每条登记内容都能打开其承诺",
    Check.BATCHES: "上报批次与审核决定",
    Check.GUARD: "回滚卫兵",
    Check.DATABASE: "数据库完好",
}


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("audit", help="从存储的字节重建并核对一切 / audit")
    command.add_argument("data", nargs="?", type=Path, metavar="DATA-DIR", help="数据目录，默认按设置")
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    with opened(read_settings(options.data)) as register:
        report = audit(
            register.engine,
            log_origin=register.places.log_origin,
            guard=Guard(register.places.keys.guard),
            vault=register.keys.vault,
            progress=lambda done, total: output.progress("核对", done, total),
        )
    _show(report, output)
    return 0 if report.clean else 1


def _show(report: AuditReport, output: Output) -> None:
    for step in report.steps:
        reason = f"：{step.reason}" if step.reason else ""
        output.line(f"{_MARKS[step.outcome]} {_CHECKS[Check(step.name)]}{reason}")
    seconds = sum(report.seconds.values())
    if report.finding is None:
        output.line(f"{report.size} 条记录全部相符，用时 {seconds:.1f} 秒。根 {report.root.hex()}")
    else:
        output.line(f"第一处不符：{report.finding.place}（{report.finding.code}）")
    output.result(
        {
            "clean": report.clean,
            "size": report.size,
            "root": report.root.hex(),
            "counts": dict(report.counts),
            "seconds": {phase.value: value for phase, value in report.seconds.items()},
            "finding": None
            if report.finding is None
            else {"code": report.finding.code.value, "place": report.finding.place},
            "steps": [{"name": s.name, "outcome": s.outcome.value, "reason": s.reason} for s in report.steps],
        }
    )
