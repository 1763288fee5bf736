"""`skillcert retention`: removes what was kept for its whole period, and says what that was."""

import argparse

from registry.register import Register
from registry.retention import Removable, Retained, apply_retention
from web.cli.opening import opened, read_settings
from web.cli.output import Output
from web.language import Language
from web.settings import Settings
from web.vocabulary import words

_HELP = """\
删除保存期已满的内容：上报文件和行（通过的、退回的）、操作记录、已结束的后台任务、到期的分享、过期会话。
期限见设置 RETAIN_…_DAYS。已登记的证书、审核意见和批次台账不受影响；每次删除都记入销毁台账和操作记录。
后台任务（skillcert work）每天自动执行一次。数据库备份不会因此改变：备份也要按期销毁。

Removes what was kept for its whole period. What is registered stays. The worker does it daily. Backups are
not reached: destroy them when their own time is over.
"""


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser(
        "retention",
        help="删除保存期已满的内容 / remove what was kept long enough",
        description=_HELP,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    command.add_argument("--dry-run", action="store_true", help="只统计，不删除 / only count")
    command.set_defaults(run=_run)


def retain(settings: Settings, register: Register, *, dry_run: bool = False) -> Retained:
    """One run by these settings."""
    return apply_retention(register, settings.retention_days, dry_run=dry_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    with opened(settings) as register:
        done = retain(settings, register, dry_run=options.dry_run)
    output.line("保存期已满、将要删除的：" if options.dry_run else "保存期已满、已删除的：")
    for what in Removable:
        output.line(f"· {words(f'retention.{what}', Language.CHINESE)} {done.removed[what]}")
    if done.altered:
        output.line(f"有 {done.altered} 个批次与收到时不符，没有动。请运行 skillcert audit 查明。")
    removed = {what.value: count for what, count in done.removed.items()}
    output.result({"dry_run": options.dry_run, "removed": removed, "altered": done.altered})
    return 1 if done.altered else 0
