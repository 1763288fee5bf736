"""Errors of the rosters room. None carries what a cell holds.

RosterError
└── RosterHeaderFault   no row says which column holds the numbers and which the names
"""

from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class RosterError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "roster_error"


class HeaderFault(StrEnum):
    """What is wrong with the header of a roster."""

    NO_NUMBERS = "no_numbers"
    NO_NAMES = "no_names"
    SEVERAL_NUMBERS = "several_numbers"
    SEVERAL_NAMES = "several_names"


class RosterHeaderFault(RosterError):
    """The columns of numbers and names cannot be told."""

    code = "roster_header_fault"

    def __init__(self, kind: HeaderFault) -> None:
        super().__init__(kind)
        self.kind = kind
