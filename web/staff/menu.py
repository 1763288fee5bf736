"""What stands in the menu of each role."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.staff.model import Account, StaffRole

_HREFS = {
    "home": "/staff",
    "forms": "/staff/forms",
    "batches": "/staff/batches",
    "review": "/staff/review",
    "filings": "/staff/filings",
    "certificates": "/staff/certificates",
    "requests": "/staff/requests",
    "renewal": "/staff/renewal",
    "statistics": "/staff/statistics",
    "trail": "/staff/trail",
    "accounts": "/staff/accounts",
    "account": "/staff/account",
}
_OF_ROLE = {
    StaffRole.INSTITUTION: (
        "home",
        "forms",
        "batches",
        "filings",
        "certificates",
        "requests",
        "renewal",
        "account",
    ),
    StaffRole.REVIEWER: (
        "home",
        "review",
        "filings",
        "certificates",
        "requests",
        "renewal",
        "statistics",
        "account",
    ),
    StaffRole.PROVINCE: (
        "home",
        "review",
        "filings",
        "certificates",
        "requests",
        "renewal",
        "statistics",
        "account",
    ),
    StaffRole.AUDITOR: (
        "home",
        "review",
        "filings",
        "certificates",
        "requests",
        "renewal",
        "statistics",
        "trail",
        "account",
    ),
    StaffRole.ADMINISTRATOR: ("home", "accounts", "trail", "account"),
}


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu."""

    key: str
    href: str
    count: int = 0

    def is_current(self, path: str) -> bool:
        """Whether the page at this path belongs to the line."""
        return path == self.href or (self.href != "/staff" and path.startswith(f"{self.href}/"))


def menu_of(account: Account) -> Sequence[MenuItem]:
    """The lines for this account."""
    return [MenuItem(key, _HREFS[key]) for key in _OF_ROLE[account.role]]
