"""A verification is a value with a reason, never a boolean."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Outcome(StrEnum):
    """What became of one step."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_CHECKED = "not_checked"


@dataclass(frozen=True)
class Step:
    """One numbered step of a verification.

    `name` says what was looked at, `reason` is a stable code that says why it came out so ("" when passed).
    """

    name: str
    outcome: Outcome
    reason: str = ""
    detail: Mapping[str, str] = field(default_factory=dict)


def passed(name: str, **detail: str) -> Step:
    """A step that held."""
    return Step(name, Outcome.PASSED, "", detail)


def failed(name: str, reason: str, **detail: str) -> Step:
    """A step that did not hold, and why."""
    return Step(name, Outcome.FAILED, reason, detail)


def not_checked(name: str, reason: str, **detail: str) -> Step:
    """A step that could not be taken, and why."""
    return Step(name, Outcome.NOT_CHECKED, reason, detail)


def together(outcomes: Iterable[Outcome]) -> Outcome:
    """What several steps come to: one that failed decides, then one that was not taken, or no step at all."""
    found = set(outcomes)
    if Outcome.FAILED in found:
        return Outcome.FAILED
    return Outcome.PASSED if found == {Outcome.PASSED} else Outcome.NOT_CHECKED
