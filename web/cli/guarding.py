"""`skillcert keys guard` and `freeze`: the rollback guard, and the end of a log."""

import argparse
from pathlib import Path

from registry.custody.freezing import freeze_log
from registry.custody.guarding import GuardState, guard_state, restore_guard
from registry.register import utc_now
from signing.frozen import FreezeReason
from web.cli.opening import note, opened, places_of, read_file, read_passphrase, read_settings
from web.cli.output import Output


def add_actions(actions: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds both actions."""
    guard = actions.add_parser("guard", help="防回退记录与日志是否对得上；丢失的，凭外部持有的检查点重建")
    guard.add_argument(
        "--from-checkpoint", type=Path, metavar="FILE", help="外部（见证方、核验方）持有的最新检查点"
    )
    guard.set_defaults(run=_guard)
    freeze = actions.add_parser("freeze", help="终止这本日志：密钥丢失或泄露、数据丢失而无法接续时")
    freeze.add_argument("--reason", required=True, choices=[each.value for each in FreezeReason])
    freeze.add_argument("--root-passphrase-file", type=Path, required=True)
    freeze.add_argument("--successor", metavar="ORIGIN", default="", help="接续的日志名称")
    freeze.add_argument(
        "--checkpoint", type=Path, metavar="FILE", help="外部持有的最新检查点；数据丢失时须给出"
    )
    freeze.set_defaults(run=_freeze)


def _guard(options: argparse.Namespace, output: Output) -> int:
    with opened() as register:
        if options.from_checkpoint is not None:
            head = restore_guard(register, read_file(options.from_checkpoint))
            note(register, "guard.restored", f"entry {head.size}")
            output.line(f"防回退记录现为 {head.size} 条、根 {head.root.hex()[:16]}…")
        state = guard_state(register)
    _show(state, output)
    if state.fault is not None:
        raise state.fault
    output.result(
        {
            "guard": None if state.head is None else state.head.size,
            "stored": state.stored_size,
            "published": state.published_size,
        }
    )
    return 0


def _show(state: GuardState, output: Output) -> None:
    if state.head is not None:
        output.line(f"防回退记录  {state.head.size} 条  {state.head.origin}  {state.head.root.hex()}")
    output.line(f"日志        已存 {state.stored_size} 条，已公布 {state.published_size} 条")
    if state.fault is None:
        output.line("两者对得上。")


def _freeze(options: argparse.Namespace, output: Output) -> int:
    places = places_of(read_settings())
    frozen = freeze_log(
        places,
        FreezeReason(options.reason),
        root_passphrase=read_passphrase(options.root_passphrase_file),
        clock=utc_now,
        successor=options.successor,
        checkpoint=None if options.checkpoint is None else read_file(options.checkpoint),
    )
    last = frozen.checkpoint
    output.line(f"日志 {last.origin} 已终止于 {last.size} 条、根 {last.root.hex()}。")
    output.line("从现在起任何程序都不再写入，查询和核验照常；终止声明公布在 /log/frozen。")
    output.line(
        "请把声明交给见证方和核验方。接续的日志：另设 SKILLCERT_LOG_ORIGIN、数据目录和密钥目录，"
        "运行 skillcert keys begin --predecessor frozen.json。"
    )
    output.result(
        {
            "origin": last.origin,
            "size": last.size,
            "root": last.root.hex(),
            "reason": frozen.reason.value,
            "successor": frozen.successor,
        }
    )
    return 0
