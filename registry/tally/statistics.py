"""What the tally says to whoever asks for a period, a bureau or some institutions.

A certificate stands under the month of its issue, a decision under the month in which it was made.
Certificates are those in force: what was annulled should not have been issued, what was superseded is counted
as its replacement. The rate of uploads in time asks about all that were ever issued; legacy ones have no
deadline.

Source: 2025-14 arts. 3(7), 17(7).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.ledger.chain import ChainState
from registry.rules.working_days import WorkCalendar
from registry.storage.tally_reads import Among, CountedBatch, TallyReads
from registry.tally.cells import REVIEW_WORKING_DAYS, Period, Upload

_ISSUED = (ChainState.VALID.value, ChainState.SUPERSEDED.value, ChainState.ANNULLED.value)


class Unit(StrEnum):
    """By what rates are told apart."""

    BUREAU = "bureau"
    INSTITUTION = "prefix"
    MONTH = "month"


@dataclass(frozen=True)
class Question:
    """What is asked. `bureau` "" and `prefixes` None leave nothing out."""

    period: Period
    bureau: str = ""
    prefixes: tuple[str, ...] | None = None
    unit: Unit = Unit.BUREAU

    @property
    def among(self) -> Among:
        """As the storage room is asked."""
        start, end = str(self.period.start), str(self.period.end)
        return Among(start, end, self.bureau or None, self.prefixes)


@dataclass(frozen=True)
class Rate:
    """How many of one unit were in time."""

    unit: str
    on_time: int
    total: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 where there was nothing."""
        return self.on_time / self.total if self.total else 0.0


@dataclass(frozen=True)
class Skill:
    """How many certificates of an occupation and 工种."""

    occupation_code: str
    occupation: str
    job: str
    count: int


@dataclass(frozen=True)
class Statistics:
    """The answer. What is counted by something is in a fixed order; what has nothing is left out."""

    months: tuple[tuple[str, str, int], ...]
    units: tuple[tuple[str, int], ...]
    levels: tuple[tuple[int, int], ...]
    categories: tuple[tuple[str, int], ...]
    skills: tuple[Skill, ...]
    annulled: int
    uploads: tuple[Rate, ...]
    reviews: tuple[Rate, ...]
    batches: int
    returned: int
    reasons: tuple[tuple[str, str, int], ...]

    @property
    def total(self) -> int:
        """All certificates in force."""
        return sum(count for _, count in self.categories)

    @property
    def upload(self) -> Rate:
        """All uploads together."""
        return _together(self.uploads)

    @property
    def review(self) -> Rate:
        """All decisions together."""
        return _together(self.reviews)


def statistics(reads: TallyReads, calendar: WorkCalendar, question: Question) -> Statistics:
    """Everything that is shown, asked of the tally at once. Raises: DatabaseUnavailable."""
    among = question.among
    valid = _of_states(among, (ChainState.VALID.value,))
    batches = reads.batches(among)
    annulled = reads.sums((), _of_states(among, (ChainState.ANNULLED.value,)))
    return Statistics(
        months=tuple((str(m), str(c), n) for m, c, n in reads.sums(("month", "category"), valid)),
        units=tuple((str(unit), n) for unit, n in reads.sums((question.unit.value,), valid)),
        levels=tuple((int(level), n) for level, n in reads.sums(("level",), valid)),
        categories=tuple((str(category), n) for category, n in reads.sums(("category",), valid)),
        skills=tuple(Skill(*row) for row in reads.sums(("occupation_code", "occupation", "job"), valid)),
        annulled=int(annulled[0][0]) if annulled else 0,
        uploads=_upload_rates(reads, question),
        reviews=_review_rates(batches, calendar, _unit_of(question.unit)),
        batches=len(batches),
        returned=sum(not batch.approved for batch in batches),
        reasons=tuple(reads.reasons(among)),
    )


def _of_states(among: Among, states: Sequence[str]) -> Among:
    return Among(among.start, among.end, among.bureau, among.prefixes, states)


def _upload_rates(reads: TallyReads, question: Question) -> tuple[Rate, ...]:
    counted: dict[str, dict[str, int]] = {}
    for unit, upload, count in reads.sums(
        (question.unit.value, "upload"), _of_states(question.among, _ISSUED)
    ):
        counted.setdefault(str(unit), {})[str(upload)] = count
    rates = []
    for unit, by_upload in counted.items():
        on_time, late = by_upload.get(Upload.ON_TIME, 0), by_upload.get(Upload.LATE, 0)
        if on_time + late:
            rates.append(Rate(unit, on_time, on_time + late))
    return tuple(rates)


def _review_rates(
    batches: Iterable[CountedBatch], calendar: WorkCalendar, unit_of: Callable[[CountedBatch], str]
) -> tuple[Rate, ...]:
    """Legacy batches come as they are found; nobody set a day for them."""
    counted: dict[str, list[bool]] = {}
    for batch in batches:
        if not batch.legacy:
            counted.setdefault(unit_of(batch), []).append(reviewed_in_time(batch, calendar))
    return tuple(Rate(unit, sum(found), len(found)) for unit, found in sorted(counted.items()))


def reviewed_in_time(batch: CountedBatch, calendar: WorkCalendar) -> bool:
    """Whether a batch was decided within 15 working days from receipt. Source: 2025-14 art. 17(7)."""
    due = calendar.add_working_days(date.fromisoformat(batch.received_on), REVIEW_WORKING_DAYS)
    return date.fromisoformat(batch.decided_on) <= due.on


def _unit_of(unit: Unit) -> Callable[[CountedBatch], str]:
    match unit:
        case Unit.BUREAU:
            return lambda batch: batch.bureau
        case Unit.INSTITUTION:
            return lambda batch: batch.prefix
        case Unit.MONTH:
            return lambda batch: batch.decided_on[:7]


def _together(rates: Sequence[Rate]) -> Rate:
    return Rate("", sum(rate.on_time for rate in rates), sum(rate.total for rate in rates))
