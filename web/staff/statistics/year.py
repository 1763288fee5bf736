"""The last twelve months in three numbers, for the first page."""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.staff.model import Account, StaffRole
from registry.tally.statistics import Rate
from web.staff.office import Office
from web.staff.statistics.asking import question_of, usual_period
from web.staff.statistics.pages import found_for
from web.staff.statistics.tables import percent

_GOOD = 0.9


@dataclass(frozen=True)
class YearTile:
    """One number, ready to be shown; `key` names its words among those of the statistics' tiles."""

    key: str
    text: str
    tone: str


def year_tiles(office: Office, account: Account) -> Sequence[YearTile]:
    """What the account may see of the last twelve months; nothing where nothing was issued or decided.

    Raises: DatabaseUnavailable, LogNotFound.
    """
    if account.role is StaffRole.ADMINISTRATOR:
        return ()
    asked = question_of(account, usual_period(office.today()), "", office.register.filings())
    found = found_for(office, asked)
    tiles = [YearTile("total", f"{found.total:,}", "info")] if found.total else []
    rates = (("upload", found.upload), ("review", found.review))
    return [*tiles, *(_rate(key, rate) for key, rate in rates if rate.total)]


def _rate(key: str, rate: Rate) -> YearTile:
    return YearTile(key, percent(rate.share), "good" if rate.share >= _GOOD else "warn")
