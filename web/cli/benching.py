"""`skillcert bench`: measures the goals on this machine, both sides of each ratio in one run."""

import argparse
import sys
import time
from dataclasses import asdict

from web.bench.goals import GOALS
from web.bench.machine import this_machine
from web.bench.measurement import Measurement, MeasurementFailed, Requirement, Side
from web.cli import growing
from web.cli.output import Output

_COULD_NOT = 2
_MOST = 10_000_000


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("bench", help="测量各项性能目标 / measure the goals")
    command.add_argument("goals", nargs="*", metavar="GOAL", help=f"{' '.join(GOALS)}，默认全部")
    command.add_argument("--size", type=_size, metavar="N", help="证书、行或记录的数目，代替各目标的默认值")
    growing.add_options(command)
    command.set_defaults(run=_run)


def _run(options: argparse.Namespace, output: Output) -> int:
    if options.goals == [growing.NAME]:
        return growing.run(options, output)
    if unknown := [name for name in options.goals if name not in GOALS]:
        output.error("unknown_goal", f"没有这个目标：{'、'.join(unknown)}", f"可选：{'、'.join(GOALS)}")
        return _COULD_NOT
    machine = this_machine()
    for line in machine.lines():
        output.line(line)
    values = [_measured(name, options.size, output) for name in options.goals or GOALS]
    output.result({"machine": machine.value(), "measurements": values})
    return _COULD_NOT if any("failed" in each for each in values) else 0


def _measured(name: str, size: int | None, output: Output) -> dict[str, object]:
    """One goal, shown as soon as it is measured; a failure is told and the next goal goes on."""
    goal, started = GOALS[name], time.monotonic()
    try:
        measurement = goal.measure(size or goal.size, output.progress)
    except MeasurementFailed as fault:
        print(f"{goal.title}（{name}）没有测成：{fault.reason}", file=sys.stderr)
        return {"goal": name, "failed": fault.reason}
    _show(f"{goal.title}（{name}）", measurement, time.monotonic() - started, output)
    return _value(name, measurement)


def _size(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 0 < int(text) <= _MOST):
        raise argparse.ArgumentTypeError(f"1–{_MOST:,}")
    return int(text)


def _show(title: str, measurement: Measurement, seconds: float, output: Output) -> None:
    sizes = " · ".join(f"{name} {count:,}" for name, count in measurement.sizes.items())
    output.line()
    output.line(f"{title}    {sizes}    用时 {seconds:.0f} 秒")
    for each in measurement.sides:
        output.line(f"  {_side_line(each)}")
    for requirement in measurement.requirements:
        output.line(f"  {_requirement_line(requirement)}")
    for note in measurement.notes:
        output.line(f"  注：{note}")


def _side_line(side: Side) -> str:
    return (
        f"{side.name:<36} 中位 {_duration(side.median_seconds):>10}  p99 {_duration(side.p99_seconds):>10}  "
        f"每秒 {side.per_second:>12,.1f}  （{side.samples:,} 次）"
    )


def _requirement_line(requirement: Requirement) -> str:
    verdict = "达到" if requirement.met else "未达到"
    unit = requirement.unit
    goal = f"{requirement.bound.value} {requirement.goal:,g} {unit}"
    return f"→ {requirement.name}：{_figure(requirement.got)} {unit}（目标 {goal}）{verdict}"


def _figure(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"


def _duration(seconds: float) -> str:
    if seconds < 1e-3:
        return f"{seconds * 1e6:.1f} µs"
    return f"{seconds * 1e3:.2f} ms" if seconds < 1 else f"{seconds:.2f} s"


def _value(name: str, measurement: Measurement) -> dict[str, object]:
    return {
        "goal": name,
        "sizes": dict(measurement.sizes),
        "sides": [asdict(each) for each in measurement.sides],
        "requirements": [
            {**asdict(each), "bound": each.bound.value, "met": each.met} for each in measurement.requirements
        ],
        "notes": list(measurement.notes),
        "met": measurement.met,
    }
