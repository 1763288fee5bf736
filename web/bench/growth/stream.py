"""Invented certificates by position: any batch of a register of millions again, without those before it.

Each certificate has a holder of its own, as a register of a province has; so the indexes grow as they would.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Final

from registry.rules.masks import mask_name
from signing.commitment import Record
from web.bench.invented import lately, offices
from web.demo.filings import DemoFiling, DemoScope
from web.demo.people import resident_number

BATCH: Final = 1_000
_GIVEN: Final = "春夏秋冬山川江湖松竹梅兰晨晓星月云雨知行安宁和平文武勤敏立业"
_FIRST_BIRTH: Final = date(1966, 1, 1)
_BIRTHS: Final = 14_000
# Single certificates are numbered downwards from the last serial; their holders are none of the batches'.
_LAST_SERIAL: Final = 999_999
_SINGLES: Final = 100_000_000


@dataclass(frozen=True)
class Sitting:
    """What the certificates of one batch have in common."""

    filing: DemoFiling
    scope: DemoScope
    level: int
    on: date

    def record(self, serial: int, holder: int) -> Record:
        """The record with that serial, of the holder of that number."""
        name = f"示例{_GIVEN[holder % len(_GIVEN)]}{_GIVEN[holder // len(_GIVEN) % len(_GIVEN)]}"
        return Record(
            number=self.number(serial),
            masked_name=_masked(len(name)),
            name=name,
            id_type="201",
            id_number=_identity(holder),
            employer=self.filing.name,
            occupation_code=self.scope.occupation_code,
            occupation=self.scope.occupation,
            job=self.scope.job,
            level=str(self.level),
            issued_on=self.on.isoformat(),
            institution=self.filing.prefix,
            issuer=self.filing.name,
        )

    def number(self, serial: int) -> str:
        """The certificate number with that serial."""
        return f"{self.filing.prefix}{self.on:%y}{self.level}{serial:06d}"


class Stream:
    """All certificates that a growing register gets, in batches of `BATCH`, institution by institution."""

    def __init__(self, today: date) -> None:
        self._filings = tuple(each.filing for each in offices(today))
        self._days = lately(today)

    def sitting(self, batch: int) -> Sitting:
        """What is assessed in that batch."""
        turn, place = divmod(batch, len(self._filings))
        filing, on = self._filings[place], self._days[turn % len(self._days)]
        offers = filing.offers(on)
        scope, level = offers[turn % len(offers)]
        return Sitting(filing, scope, level, on)

    def records(self, batch: int) -> list[Record]:
        """The records of that batch."""
        sitting, first = self.sitting(batch), self._first_serial(batch)
        return [sitting.record(first + offset, batch * BATCH + offset) for offset in range(BATCH)]

    def numbers(self, batch: int) -> list[str]:
        """The certificate numbers of that batch."""
        sitting, first = self.sitting(batch), self._first_serial(batch)
        return [sitting.number(serial) for serial in range(first, first + BATCH)]

    def single(self, ordinal: int) -> Record:
        """One certificate outside the batches."""
        return self.sitting(0).record(_LAST_SERIAL - ordinal, _SINGLES + ordinal)

    def _first_serial(self, batch: int) -> int:
        return batch // len(self._filings) * BATCH + 1


@lru_cache
def _masked(length: int) -> str:
    return mask_name("示例春夏"[:length])


def _identity(holder: int) -> str:
    """An identity number of its own for each holder, with the marks by which one sees that it is invented."""
    rest, area = divmod(holder, 100)
    rest, sequence = divmod(rest, 999)
    born_on = _FIRST_BIRTH + timedelta(days=rest % _BIRTHS)
    return resident_number(f"4399{area:02d}", born_on, sequence + 1)
