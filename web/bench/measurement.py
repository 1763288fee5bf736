"""What a measurement says: both sides with their medians and tails, and each goal with what was got."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

Progress = Callable[[str, int, int | None], None]
"""What is being done, how much of it is done, and of how much."""


class MeasurementFailed(Exception):
    """What was to be measured did not work. `reason` is a short stable code."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Bound(StrEnum):
    """On which side of the goal the value has to be."""

    AT_LEAST = "≥"
    AT_MOST = "≤"


@dataclass(frozen=True)
class Side:
    """One side: how often it was timed, how long one piece takes, and how many pieces a second it does."""

    name: str
    samples: int
    median_seconds: float
    p99_seconds: float
    per_second: float


@dataclass(frozen=True)
class Requirement:
    """One goal with what was got."""

    name: str
    got: float
    bound: Bound
    goal: float
    unit: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is reached."""
        return self.got >= self.goal if self.bound is Bound.AT_LEAST else self.got <= self.goal


@dataclass(frozen=True)
class Measurement:
    """The result of one goal. `sizes` says what was measured on, `notes` what a reader must know."""

    sizes: Mapping[str, int]
    sides: tuple[Side, ...]
    requirements: tuple[Requirement, ...]
    notes: tuple[str, ...] = field(default=())

    @property
    def met(self) -> bool:
        """Whether every goal of the measurement is reached."""
        return all(each.met for each in self.requirements)


def side(name: str, seconds: Sequence[float], pieces: int = 1) -> Side:
    """A side whose samples each took so many seconds for that many pieces of work."""
    middle = median(seconds)
    return Side(name, len(seconds), middle / pieces, p99(seconds) / pieces, pieces / middle)


def p99(seconds: Sequence[float]) -> float:
    """The value that 99 of 100 samples stay within."""
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)]


def paired_ratio(numerators: Sequence[float], denominators: Sequence[float]) -> float:
    """The median over the rounds of one side's value by the other's.

    Both of a round are measured right after each other, so what the machine does besides meets them alike.
    """
    return median(one / other for one, other in zip(numerators, denominators, strict=True))
