"""Sending a register to the national network: no faults, every fault at once, and the sender killed on top.

The same register is sent three times, each time from a fresh desk to a fresh stand-in in a process of its
own, by the command that people use. A way ends when the command says that nothing is left and both sides,
compared by count and root, hold the same. The waits between attempts are real.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path

from registry.national.stand_in.faults import Fault
from web.bench.ground import a_ground
from web.bench.measurement import Bound, Measurement, Progress, Requirement, side
from web.bench.sync_ways import Sent, Way, send

DEFAULT_SIZE = 20_000
_RATE = 0.05
_KILLED_AFTER_SECONDS = (2.0, 8.0)
_GOAL = 1.3
_EACH: Mapping[Fault, float] = dict.fromkeys(Fault, _RATE)


def measure(size: int, progress: Progress) -> Measurement:
    """Sends `size` certificates each way."""
    faulty = f"each of {len(_EACH)} faults at {_RATE:.0%}"
    ways = (
        Way("no faults"),
        Way(faulty, rates=_EACH, seed=1),
        Way(f"{faulty}, sender killed", rates=_EACH, seed=2, killed_after=_KILLED_AFTER_SECONDS),
    )
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        filled = Path(directory) / "filled"
        with a_ground(filled) as ground:
            ground.grow(size, progress)
            environment = ground.environment
        sent: list[Sent] = []
        for done, way in enumerate(ways, start=1):
            with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as place:
                sent.append(send(way, filled, Path(place), environment))
            progress("上报", done, len(ways))
    plain, faults, killed = sent
    return Measurement(
        sizes={"certificates": size, "rows": plain.online, "kinds_of_fault": len(_EACH)},
        sides=tuple(side(way.name, [each.seconds], size) for way, each in zip(ways, sent, strict=True)),
        requirements=(
            Requirement("每种错各 5 %，比无错", faults.seconds / plain.seconds, Bound.AT_MOST, _GOAL, "×"),
            Requirement("再加反复杀死，比无错", killed.seconds / plain.seconds, Bound.AT_MOST, _GOAL, "×"),
        ),
        notes=tuple(_note(way, each) for way, each in zip(ways, sent, strict=True)),
    )


def _note(way: Way, sent: Sent) -> str:
    """What both sides say, for people."""
    return (
        f"{way.name}：{sent.online:,} 行各上网一次，退回 {sent.rejected:,} 行；"
        f"本省 {_side(sent.ours)}；全国 {_side(sent.theirs)}；"
        f"用时 {sent.seconds:.1f} s，{sent.waiting:.0%} 在等（上报进程用处理器 {sent.processor:.1f} s）；"
        f"启动 {sent.starts} 次，杀死 {sent.kills} 次。"
    )


def _side(held: tuple[int, str]) -> str:
    count, root = held
    return f"{count:,} 条，根 {root[:16]}…"
