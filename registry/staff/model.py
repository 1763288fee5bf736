"""Accounts of the people who work with the register. Pure: no database, no clock.

An account belongs to one office: an institution by its credit code, a reviewer by the bureau, the province by
its own code. Auditors and administrators belong to none.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from registry.rules.bureaus import BUREAUS, PROVINCE_CODE
from registry.staff.errors import MalformedAccount

_LOGIN = re.compile(r"[a-z0-9](?:[a-z0-9._-]{1,38})[a-z0-9]")
_CREDIT_CODE = re.compile(r"[0-9A-HJ-NPQRTUWXY]{18}")
_MAX_NAME = 40
# Who acts for the command line in the trail; no login can be spelt so.
COMMAND_LINE = "command line"


class StaffRole(StrEnum):
    """What somebody works as. One account has one role.

    Source: 2025-14 arts. 3 (institutions, bureaus, province), 17(7) (upload and review), 17(5) (inspection).
    """

    INSTITUTION = "institution"
    REVIEWER = "reviewer"
    PROVINCE = "province"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


# Whoever lets certificates in, files institutions or makes accounts proves it with a second thing.
TWO_STEP_ROLES = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.ADMINISTRATOR})


class TokenScope(StrEnum):
    """What an institution's own system may do with a token."""

    BATCHES_READ = "batches:read"
    BATCHES_WRITE = "batches:write"


@dataclass(frozen=True)
class Account:
    """One person's account. `office`: credit code, bureau code, "430000", or "" where there is none.

    `password_due`: the start password must be replaced. `two_step`: one-time codes are set up.
    """

    id: str
    login: str
    name: str
    role: StaffRole
    office: str
    active: bool = True
    password_due: bool = False
    two_step: bool = False

    @property
    def needs_two_step(self) -> bool:
        """Whether nothing can be done before one-time codes are set up."""
        return self.role in TWO_STEP_ROLES and not self.two_step


def tidy_login(text: str) -> str:
    """The login as it is kept: small letters, nothing around it."""
    return text.strip().lower()


def check_account(login: str, name: str, role: StaffRole, office: str) -> None:
    """Refuses what does not go together. Raises: MalformedAccount."""
    if not _LOGIN.fullmatch(login):
        raise MalformedAccount("login")
    if not name or len(name) > _MAX_NAME or not name.isprintable():
        raise MalformedAccount("name")
    if not _is_office(role, office):
        raise MalformedAccount("office")


def _is_office(role: StaffRole, office: str) -> bool:
    if role is StaffRole.INSTITUTION:
        return _CREDIT_CODE.fullmatch(office) is not None
    if role is StaffRole.REVIEWER:
        return office in {bureau.code for bureau in BUREAUS}
    return office == (PROVINCE_CODE if role is StaffRole.PROVINCE else "")
