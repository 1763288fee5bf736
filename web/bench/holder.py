"""Whether the time of a refused log-in tells what was wrong: attempts of each kind, in one shuffled run.

A certificate's number is public, so whether it exists is no secret; whose it is, is. What is timed is all
that the register does for the three facts, without the network and the page, which are the same bytes for
all. The order is shuffled, so that whatever the machine does besides meets every kind alike; the first kind
is there twice, and what its two halves differ by is chance.
"""

import random
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from registry.register import Register
from web.bench.ground import a_ground
from web.bench.measurement import Bound, Measurement, MeasurementFailed, Progress, Requirement, side

DEFAULT_SIZE = 10_000
_CERTIFICATES = 5_000
_WARM = 200
# The median of a kind by the median of the first one, either way round.
_MOST_RATIO = 1.05
_NOBODY, _NO_ID = "示例无此人", "110105194912310021"
Facts = tuple[str, str, str]


def measure(size: int, progress: Progress) -> Measurement:
    """`size` attempts of every kind."""
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(_CERTIFICATES, progress)
        register, numbers = ground.register, ground.numbers
        taken = frozenset(numbers)
        people = {number: _person(register, number) for number in numbers[:1_000]}
        known = list(people)

        def somebody() -> tuple[str, str, str]:
            number = _CHANCE.choice(known)
            return (*people[number], number)

        def nobodys() -> str:
            while True:
                number = _CHANCE.choice(known)[:-6] + f"{_CHANCE.randrange(1_000_000):06d}"
                if number not in taken:
                    return number

        kinds: Mapping[str, Callable[[], Facts]] = {
            "wrong name": lambda: (_NOBODY, *somebody()[1:]),
            "wrong name, again": lambda: (_NOBODY, *somebody()[1:]),
            "wrong identity number": lambda: (somebody()[0], _NO_ID, somebody()[2]),
            "unknown number": lambda: (*somebody()[:2], nobodys()),
            "nothing right": lambda: (_NOBODY, _NO_ID, nobodys()),
        }
        spent = _timed(register, kinds, size, progress)
    sides = tuple(side(name, seconds) for name, seconds in spent.items())
    first = median(spent["wrong name"])
    ratios = {name: median(seconds) / first for name, seconds in spent.items()}
    worst = max(max(each, 1 / each) for each in ratios.values())
    return Measurement(
        sizes={"certificates": _CERTIFICATES, "attempts of each kind": size},
        sides=sides,
        requirements=(Requirement("中位时间之比，最大", worst, Bound.AT_MOST, _MOST_RATIO),),
        notes=tuple(f"{name}：{ratio:.4f}" for name, ratio in ratios.items()),
    )


# Invented attempts, not secrets: the same in every run.
_CHANCE = random.Random(5)  # noqa: S311


def _timed(
    register: Register, kinds: Mapping[str, Callable[[], Facts]], size: int, progress: Progress
) -> dict[str, list[float]]:
    """Seconds of every attempt, by kind."""
    for _ in range(_WARM):
        for kind in kinds.values():
            register.holder(*kind())
    order = [name for name in kinds for _ in range(size)]
    _CHANCE.shuffle(order)
    spent: dict[str, list[float]] = {name: [] for name in kinds}
    for done, name in enumerate(order, start=1):
        facts = kinds[name]()
        started = time.perf_counter()
        opened = register.holder(*facts)
        spent[name].append(time.perf_counter() - started)
        if opened is not None:
            raise MeasurementFailed("opened")
        if done % 1_000 == 0:
            progress("尝试", done, len(order))
    return spent


def _person(register: Register, number: str) -> tuple[str, str]:
    found = register.look_up.current(number)
    if found is None:
        raise MeasurementFailed("certificate_missing")
    return found[2].name, found[2].id_number
