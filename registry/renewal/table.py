"""The renewal table (附件2) of a filing: what it did in each year of a period, and what is to be renewed.

认定数 is the institution's own word. 颁发 counts certificates in force by their issue date, 已上网 those of
them that the national network shows. An occupation (工种) was 已开展 in a year if a certificate of it was
issued then; whoever assessed and passed nobody is not seen here, and the page says so. Filed are those that
could be certified on any day of the year. In the last line an occupation is counted once, whatever the years.

Source: 2025-14 art. 13 and 附件2.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registry.filing.model import Filing, ScopeRow, filing_on
from registry.ledger.chain import ChainState
from registry.storage.renewal_rows import Choice, Entered, RenewalRows
from registry.storage.tally_reads import Among, TallyReads
from registry.tally.cells import Month, Period

Skill = tuple[str, str, str]
"""Occupation code, occupation, 工种."""


@dataclass(frozen=True)
class YearLine:
    """One line of part two. `entered` is None until the institution entered a number."""

    period: Period
    started: int
    idle: int
    issued: int
    online: int
    entered: Entered | None

    @property
    def year(self) -> int:
        """The year of the line."""
        return self.period.start.year

    @property
    def key(self) -> tuple[str, str]:
        """The months that the line is about."""
        return str(self.period.start), str(self.period.end)


@dataclass(frozen=True)
class TotalLine:
    """The last line. `assessed` is None while a year is missing."""

    started: int
    idle: int
    issued: int
    online: int
    assessed: int | None


@dataclass(frozen=True)
class SkillLine:
    """One line of part three; `choice` is None until the institution chose."""

    occupation_code: str
    occupation: str
    job: str
    levels: tuple[int, ...]
    issued: int
    choice: Choice | None

    @property
    def key(self) -> Skill:
        """What a choice is saved under."""
        return self.occupation_code, self.occupation, self.job


@dataclass(frozen=True)
class RenewalTable:
    """The whole table. `erased` certificates belong to no year any more."""

    filing: Filing
    name: str
    bureau: str
    period: Period
    years: tuple[YearLine, ...]
    total: TotalLine
    skills: tuple[SkillLine, ...]
    erased: int


def filed_period(filing: Filing) -> Period | None:
    """The months of its validity, None for a filing that is not in force yet."""
    if filing.filed_on is None or filing.expires_on is None:
        return None
    return Period(Month.of(filing.filed_on), Month.of(filing.expires_on))


def renewal_table(
    filing: Filing, period: Period, *, reads: TallyReads, entries: RenewalRows, today: date
) -> RenewalTable:
    """The table of a filing for a period. Raises: DatabaseUnavailable."""
    prefix = filing.number_prefix
    start, end = str(period.start), str(period.end)
    valid = Among(start, end, prefixes=(prefix,), states=(ChainState.VALID.value,))
    issued = {
        (str(month), (str(code), str(occupation), str(job))): int(count)
        for month, code, occupation, job, count in reads.sums(
            ("month", "occupation_code", "occupation", "job"), valid
        )
    }
    online, entered = reads.online(prefix, start, end), entries.assessed(prefix)
    years = tuple(_year(filing, period.within(year), issued, online, entered) for year in period.years())
    on_day = filing_on(filing, today)
    return RenewalTable(
        filing=filing,
        name=on_day.name,
        bureau=on_day.bureau,
        period=period,
        years=years,
        total=_total(filing, period, issued, years),
        skills=_skills(filing, issued, entries, today),
        erased=_erased(reads, prefix),
    )


def _year(
    filing: Filing,
    period: Period,
    issued: Mapping[tuple[str, Skill], int],
    online: Mapping[str, int],
    entered: Mapping[tuple[str, str], Entered],
) -> YearLine:
    months = {str(month) for month in period.months()}
    started, idle = _activity(filing, period, issued)
    return YearLine(
        period=period,
        started=started,
        idle=idle,
        issued=sum(count for (month, _), count in issued.items() if month in months),
        online=sum(count for month, count in online.items() if month in months),
        entered=entered.get((str(period.start), str(period.end))),
    )


def _activity(filing: Filing, period: Period, issued: Mapping[tuple[str, Skill], int]) -> tuple[int, int]:
    """How many filed occupations had certificates in the period, and how many had none.

    What was certified counts for the filed occupation of the same code and 工种; a name may have changed.
    """
    months = {str(month) for month in period.months()}
    done = {_kind(skill) for (month, skill) in issued if month in months}
    filed = {_kind((row.occupation_code, row.occupation, row.job)) for row in _filed_in(filing, period)}
    return len(done), len(filed - done)


def _kind(skill: Skill) -> tuple[str, str]:
    return skill[0], skill[2]


def _filed_in(filing: Filing, period: Period) -> list[ScopeRow]:
    first, last = period.start.first_day, period.end.last_day
    if filing.filed_on is not None:
        first = max(first, filing.filed_on)
    if filing.expires_on is not None:
        last = min(last, filing.expires_on)
    return [row for row in filing.scope if max(row.from_on, first) <= min(row.to_on or date.max, last)]


def _total(
    filing: Filing,
    period: Period,
    issued: Mapping[tuple[str, Skill], int],
    years: tuple[YearLine, ...],
) -> TotalLine:
    started, idle = _activity(filing, period, issued)
    entered = [line.entered for line in years]
    assessed = [each.assessed for each in entered if each is not None]
    return TotalLine(
        started=started,
        idle=idle,
        issued=sum(line.issued for line in years),
        online=sum(line.online for line in years),
        assessed=sum(assessed) if len(assessed) == len(entered) else None,
    )


def _skills(
    filing: Filing, issued: Mapping[tuple[str, Skill], int], entries: RenewalRows, today: date
) -> tuple[SkillLine, ...]:
    """Every occupation that is filed today, or was on the last day of a filing that ended."""
    term = filing.expires_on
    day = min(today, term) if term is not None else today
    chosen = entries.choices(filing.number_prefix, term) if term is not None else {}
    levels: dict[Skill, set[int]] = {}
    for row in filing.scope:
        if row.covers(day):
            levels.setdefault((row.occupation_code, row.occupation, row.job), set()).update(row.levels)
    counted: dict[tuple[str, str], int] = {}
    for (_, skill), count in issued.items():
        counted[_kind(skill)] = counted.get(_kind(skill), 0) + count
    return tuple(
        SkillLine(*skill, tuple(sorted(held, reverse=True)), counted.get(_kind(skill), 0), chosen.get(skill))
        for skill, held in sorted(levels.items())
    )


def _erased(reads: TallyReads, prefix: str) -> int:
    found = reads.sums((), Among(prefixes=(prefix,), states=(ChainState.ERASED.value,)))
    return int(found[0][0]) if found else 0
