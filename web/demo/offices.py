"""An invented institution at work: it assesses people, issues certificates and numbers them in order."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from random import Random
from typing import Final

from registry.rules.qualifications import load_qualifications
from web.demo.filings import DemoFiling, DemoScope
from web.demo.people import Person
from web.demo.workbooks import Certificate

_EMPLOYERS: Final = (
    "示例湘水商贸有限公司",
    "示例麓山物业服务有限公司",
    "示例橘洲餐饮管理有限公司",
    "示例芙蓉机电有限公司",
    "示例云梦养老服务中心",
    "示例武陵酒店有限公司",
)
_LEVEL_WEIGHTS: Final = {5: 5, 4: 6, 3: 5, 2: 2, 1: 1}


class Office:
    """An institution's certificate office, with the serials it has given out by year and level."""

    def __init__(self, filing: DemoFiling, crowd: Iterator[Person], random: Random) -> None:
        self.filing = filing
        self._crowd = crowd
        self._random = random
        self._serials: Counter[tuple[int, int]] = Counter()

    def scope(self, occupation: str, job: str = "") -> DemoScope:
        """The first scope row of that name."""
        return next(row for row in self.filing.scope if (row.occupation, row.job) == (occupation, job))

    def issue(
        self, scope: DemoScope, level: int, on: date, *, person: Person | None = None, employer: str = ""
    ) -> Certificate:
        """One certificate with the next serial, for the next person of the crowd unless one is given."""
        self._serials[on.year, level] += 1
        own = self.filing.name if self.filing.category == "Y" else self._random.choice(_EMPLOYERS)
        return Certificate(
            person=person or next(self._crowd),
            employer=employer or own,
            scope=scope,
            level=level,
            number=f"{self.filing.prefix}{on:%y}{level}{self._serials[on.year, level]:06d}",
            issued_on=on,
            institution=self.filing.name,
        )

    def sitting(self, scope: DemoScope, level: int, on: date, size: int) -> list[Certificate]:
        """The certificates of one assessment: an occupation, a level, a day."""
        return [self.issue(scope, level, on) for _ in range(size)]

    def sittings(self, days: Sequence[date], size: int) -> list[Certificate]:
        """`size` certificates of several assessments on some of these days, within the scope of each day."""
        count = min(max(size // 18, 1), 40)
        chosen = sorted(self._random.choices(days, k=count))
        issued: list[Certificate] = []
        for ordinal, on in enumerate(chosen, start=1):
            scope, level = self._subject(on)
            issued += self.sitting(scope, level, on, size * ordinal // count - len(issued))
        return issued

    def _subject(self, on: date) -> tuple[DemoScope, int]:
        """What is assessed on a day: the lower levels more often, never what the State's own list covers."""
        listed = load_qualifications()
        offers = [
            (row, level) for row, level in self.filing.offers(on) if not listed.of(row.occupation, row.job)
        ]
        return self._random.choices(offers, [_LEVEL_WEIGHTS[level] for _, level in offers])[0]
