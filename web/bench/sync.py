"""Sending a register to the national network: no faults, every fault at once, and the sender killed on top.

The same register is sent four times, each time from a fresh desk to a fresh stand-in in a process of its
own, by the command that people use. A way ends when the command says that nothing is left and both sides,
compared by count and root, hold the same. The waits between attempts are real.

An exchange fails in each possible way first; then the network also shuts for maintenance and goes back to
old copies of itself, which makes more work than there was, and so is reported without a goal.
"""

import tempfile
from collections.abc import Mapping, Sequence
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
_OF_EXCHANGES: Mapping[Fault, float] = {
    fault: rate for fault, rate in _EACH.items() if fault not in (Fault.RESTORE, Fault.MAINTENANCE)
}
_ALL = f"all {len(_EACH)} at {_RATE:.0%}"
_WAYS: Sequence[Way] = (
    Way("no faults"),
    Way(f"{len(_OF_EXCHANGES)} faults of exchanges at {_RATE:.0%}", rates=_OF_EXCHANGES, seed=1),
    Way(_ALL, rates=_EACH, seed=1),
    Way(f"{_ALL}, sender killed", rates=_EACH, seed=2, killed_after=_KILLED_AFTER_SECONDS),
)


def measure(size: int, progress: Progress) -> Measurement:
    """Sends `size` certificates each way."""
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        filled = Path(directory) / "filled"
        with a_ground(filled) as ground:
            ground.grow(size, progress)
            environment = ground.environment
        sent: list[Sent] = []
        for done, way in enumerate(_WAYS, start=1):
            with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as place:
                sent.append(send(way, filled, Path(place), environment))
            progress("上报", done, len(_WAYS))
    plain, faults = sent[:2]
    return Measurement(
        sizes={"certificates": size, "rows": plain.online, "kinds_of_fault": len(_EACH)},
        sides=tuple(side(way.name, [each.seconds], size) for way, each in zip(_WAYS, sent, strict=True)),
        requirements=(
            Requirement(
                "往来每种错各 5 %，比无错", faults.seconds / plain.seconds, Bound.AT_MOST, _GOAL, "×"
            ),
        ),
        notes=tuple(_note(way, each, plain) for way, each in zip(_WAYS, sent, strict=True)),
    )


def _note(way: Way, sent: Sent, plain: Sent) -> str:
    """What both sides say, for people."""
    return (
        f"{way.name}：{sent.online:,} 行各上网一次，退回 {sent.rejected:,} 行；"
        f"本省 {_side(sent.ours)}；全国 {_side(sent.theirs)}；"
        f"用时 {sent.seconds:.1f} s，是无错的 {sent.seconds / plain.seconds:.2f} 倍，"
        f"{sent.waiting:.0%} 在等（上报进程用处理器 {sent.processor:.1f} s）；"
        f"启动 {sent.starts} 次，杀死 {sent.kills} 次。"
    )


def _side(held: tuple[int, str]) -> str:
    count, root = held
    return f"{count:,} 条，根 {root[:16]}…"
