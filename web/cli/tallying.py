"""`skillcert tally`: the counts behind statistics and renewals, brought up to date or made anew."""

import argparse

from registry.register import Register
from registry.rules.working_days import load_calendar
from registry.tally.follower import TallyFollower
from web.cli.opening import opened, read_settings
from web.cli.output import Output


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    tally = commands.add_parser("tally", help="更新统计数；--rebuild 全部重新统计 / count certificates")
    tally.add_argument("--rebuild", action="store_true", help="清空后从登记日志重新统计")
    tally.set_defaults(run=_tally)


def tally_follower(register: Register) -> TallyFollower:
    """What counts the certificates of this register."""
    return TallyFollower(lambda: register.look_up, register.engine, register.desk_engine, load_calendar())


def _tally(options: argparse.Namespace, output: Output) -> int:
    settings = read_settings()
    with opened(settings) as register:
        follower = tally_follower(register)
        run = follower.rebuild if options.rebuild else follower.follow
        done = run(lambda position, _: output.progress("统计", position))
        counted = follower.counted()
    output.line(f"统计已更新：{done} 项，到登记日志第 {counted.position} 条。")
    output.result({"counted": done, "position": counted.position, "size": counted.size})
    return 0
