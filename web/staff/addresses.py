"""One address of the staff's pages: who may call it, in which state, and what the trail calls it.

Each area lists its own and `web/staff/routes.py` puts the lists together; the gate stands before every one.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request
from starlette.responses import Response

from registry.staff.model import StaffRole, TokenScope
from web.limits import Budget

StaffEndpoint = Callable[[Request], Response]


class Standing(StrEnum):
    """How far whoever asks has come on the way in."""

    NOBODY = "nobody"
    CODE = "code"
    PASSWORD = "new_password"  # noqa: S105 - a state
    TWO_STEP = "two_step"
    OPEN = "open"


EVERYBODY: frozenset[Standing] = frozenset(Standing)
LOGGED_IN: frozenset[Standing] = frozenset({Standing.OPEN})
ALL_ROLES: frozenset[StaffRole] = frozenset()


@dataclass(frozen=True)
class StaffAddress:
    """One address. `endpoint` is a plain function: the gate runs it in a worker thread.

    roles          empty: anyone who is logged in
    act            the trail's code; every POST has one, and a GET that hands out personal data
    token_scope    an API address: institutions' systems may call it with a token of that scope
    max_file_bytes, max_files, max_fields    what its form may hold; more is refused while it is read
    during         in which states of the log-in it may be called
    """

    path: str
    endpoint: StaffEndpoint
    roles: frozenset[StaffRole] = ALL_ROLES
    methods: tuple[str, ...] = ("GET",)
    act: str = ""
    token_scope: TokenScope | None = None
    max_file_bytes: int = 0
    max_files: int = 0
    max_fields: int = 64
    during: frozenset[Standing] = LOGGED_IN
    budget: Budget = Budget.STAFF

    def __post_init__(self) -> None:
        if self.methods != ("GET",) and not self.act:
            raise AssertionError(f"{self.path}: what changes something has a name in the trail")

    @property
    def changes(self) -> bool:
        """Whether a request to it may change something."""
        return self.methods != ("GET",)
