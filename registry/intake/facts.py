"""What the checks must know of the register, asked for a whole file at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol, TypeAlias

Person: TypeAlias = tuple[str, str]
"""Whom a document means: its type's code, and the canonical part of its number."""


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate in force that a person holds."""

    occupation_code: str
    job: str
    level: int
    issued_on: date


class RegisterFacts(Protocol):
    """The register as the checks see it. Both answers hold as of one moment."""

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of the numbers that any certificate has, or ever had."""
        ...

    def held_by(self, persons: Sequence[Person]) -> Mapping[Person, tuple[Held, ...]]:
        """The certificates in force of each person; a person who holds none may be missing."""
        ...
