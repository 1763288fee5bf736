"""What stands in the menu of each role: the first pages that the gate opens for it, in one order for all."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.staff.model import StaffRole
from web.staff.addresses import StaffAddress

_LINES = {
    "home": "/staff",
    "forms": "/staff/forms",
    "batches": "/staff/batches",
    "review": "/staff/review",
    "filings": "/staff/filings",
    "certificates": "/staff/certificates",
    "requests": "/staff/requests",
    "national": "/staff/national",
    "holders": "/staff/holders",
    "renewal": "/staff/renewal",
    "statistics": "/staff/statistics",
    "accounts": "/staff/accounts",
    "trail": "/staff/trail",
    "account": "/staff/account",
}
Menus = Mapping[StaffRole, Sequence["MenuItem"]]


@dataclass(frozen=True)
class MenuItem:
    """One line of the menu."""

    key: str
    href: str

    def is_current(self, path: str) -> bool:
        """Whether the page at this path belongs to the line."""
        return path == self.href or (self.href != "/staff" and path.startswith(f"{self.href}/"))


def menus_of(addresses: Sequence[StaffAddress]) -> Menus:
    """The menu of every role. Who may open a page is said at its address and nowhere else."""
    pages = {each.path: each for each in addresses if not each.changes}
    return {
        role: [
            MenuItem(key, path) for key, path in _LINES.items() if role in (pages[path].roles or StaffRole)
        ]
        for role in StaffRole
    }
