"""Rules that look beyond one row: at the file, the register and the calendar. R09, R14, R15, R19."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date

from registry.intake.checks_reading import Neighbours, Occasion, Reading
from registry.intake.findings import Finding, FindingCode, finding, row_list
from registry.intake.form5 import Form5Column

WORKING_AGE = 16


def number_is_free(reading: Reading, _: Occasion, neighbours: Neighbours) -> Sequence[Finding]:
    """R09: the number is repeated in the file, or already registered.

    Source: 职业技能等级证书编码规则（试行）: a number is given once.
    """
    if reading.number is None:
        return ()
    number = reading.number.text
    found: list[Finding] = []
    rows = neighbours.repeated.get(number)
    if rows:
        others = row_list([row for row in rows if row != reading.row])
        found.append(finding(FindingCode.R09, "in_file", reading.row, Form5Column.NUMBER, rows=others))
    if number in neighbours.registered:
        found.append(finding(FindingCode.R09, "registered", reading.row, Form5Column.NUMBER))
    return found


def upload_in_time(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R14: reported later than 30 working days after issue. Certificates from before the register are exempt.

    A date on which nothing could be issued (R12) has no deadline.
    Source: 2025-14 art. 17(7).
    """
    day = reading.day
    if day is None or occasion.legacy or occasion.received_on <= day.due.on or not day.filing.may_certify:
        return ()
    due = day.due
    late = occasion.calendar.working_days_between(due.on, occasion.received_on)
    kind = "late_provisional" if due.provisional else "late"
    detail = {"deadline": due.on.isoformat(), "days": str(late.days)}
    return (finding(FindingCode.R14, kind, reading.row, Form5Column.ISSUED_ON, **detail),)


def held_already(reading: Reading, _: Occasion, neighbours: Neighbours) -> Sequence[Finding]:
    """R15: the same person already holds a valid certificate of this occupation, 工种 and level.

    A row that repeats a number is the same certificate twice, which R09 says.
    Source: finding R15.
    """
    person, skill, level = reading.person, _skill(reading), reading.level
    if person is None or skill is None or level is None:
        return ()
    if person not in neighbours.same_person and person not in neighbours.held:
        return ()
    found: list[Finding] = []
    rows = [
        other.row
        for other in neighbours.same_person.get(person, ())
        if other is not reading
        and other.level == level
        and _skill(other) == skill
        and other.cells.number != reading.cells.number
    ]
    if rows:
        found.append(
            finding(FindingCode.R15, "in_file", reading.row, Form5Column.ID_NUMBER, rows=row_list(rows))
        )
    if reading.cells.number in neighbours.registered:
        return found
    for held in neighbours.held.get(person, ()):
        if (held.occupation_code, held.job) == skill and held.level == level:
            detail = {"issued_on": held.issued_on.isoformat()}
            found.append(finding(FindingCode.R15, "registered", reading.row, Form5Column.ID_NUMBER, **detail))
            break
    return found


def oddities(reading: Reading, _: Occasion, neighbours: Neighbours) -> Sequence[Finding]:
    """R19: several levels on one day, a lower level after a higher one, serials out of order, under 16.

    Source: finding R19; 劳动法 art. 15 for the age.
    """
    found: list[Finding] = []
    if reading.row in neighbours.out_of_order:
        found.append(finding(FindingCode.R19, "serial_order", reading.row, Form5Column.NUMBER))
    identity, issued_on = reading.identity, reading.issued_on
    if identity is None or issued_on is None:
        return found
    if identity.birth_on is not None and _age(identity.birth_on, issued_on) < WORKING_AGE:
        found.append(finding(FindingCode.R19, "under_sixteen", reading.row, Form5Column.ID_NUMBER))
    if reading.person is None:
        return found
    if reading.person in neighbours.same_person:
        found += _levels_in_file(reading, neighbours)
    if reading.person in neighbours.held:
        found += _levels_in_register(reading, neighbours)
    return found


def rows_out_of_order(readings: Iterable[Reading]) -> frozenset[int]:
    """The fewest rows without which serials and issue dates rise together, within a prefix, year and level.

    Source: 职业技能等级证书编码规则（试行）: serials are given in the order of issue [weak].
    """
    runs: defaultdict[str, list[tuple[int, date, int]]] = defaultdict(list)
    for reading in readings:
        if reading.number is not None and reading.issued_on is not None:
            run = runs[reading.number.text[:16]]
            run.append((reading.number.serial, reading.issued_on, reading.row))
    odd: set[int] = set()
    for run in runs.values():
        run.sort()
        kept = _longest_rising([on for _, on, _ in run])
        odd.update(row for at, (_, _, row) in enumerate(run) if at not in kept)
    return frozenset(odd)


def _levels_in_file(reading: Reading, neighbours: Neighbours) -> list[Finding]:
    """Other levels of the same person and skill in the same file."""
    person, skill, level, on = reading.person, _skill(reading), reading.level, reading.issued_on
    if person is None or skill is None or level is None or on is None:
        return []
    same_day: list[int] = []
    higher_before: list[int] = []
    for other in neighbours.same_person[person]:
        if _skill(other) != skill or other.level is None or other.issued_on is None or other.level == level:
            continue
        if other.issued_on == on:
            same_day.append(other.row)
        elif other.issued_on < on and other.level < level:
            higher_before.append(other.row)
    return [
        finding(FindingCode.R19, kind, reading.row, Form5Column.LEVEL, rows=row_list(rows))
        for kind, rows in (("several_levels_in_file", same_day), ("level_order_in_file", higher_before))
        if rows
    ]


def _levels_in_register(reading: Reading, neighbours: Neighbours) -> list[Finding]:
    """Other levels of the same person and skill in the register."""
    person, skill, level, on = reading.person, _skill(reading), reading.level, reading.issued_on
    if person is None or level is None or on is None:
        return []
    found: list[Finding] = []
    for held in neighbours.held.get(person, ()):
        if (held.occupation_code, held.job) != skill or held.level == level:
            continue
        detail = {"level": str(held.level)}
        if held.issued_on == on:
            kind = "several_levels_registered"
        elif (held.issued_on < on) == (held.level < level):
            kind, detail["issued_on"] = "level_order_registered", held.issued_on.isoformat()
        else:
            continue
        found.append(finding(FindingCode.R19, kind, reading.row, Form5Column.LEVEL, **detail))
    return found


def _skill(reading: Reading) -> tuple[str, str] | None:
    occupation = reading.occupation
    return occupation.skill if occupation is not None and occupation.is_known else None


def _age(birth_on: date, on: date) -> int:
    return on.year - birth_on.year - ((on.month, on.day) < (birth_on.month, birth_on.day))


def _longest_rising(days: list[date]) -> set[int]:
    """The places of a longest subsequence that never falls (patience sorting)."""
    tops: list[date] = []
    top_places: list[int] = []
    before: list[int] = []
    for place, day in enumerate(days):
        pile = bisect_right(tops, day)
        if pile == len(tops):
            tops.append(day)
            top_places.append(place)
        else:
            tops[pile], top_places[pile] = day, place
        before.append(top_places[pile - 1] if pile else -1)
    kept: set[int] = set()
    place = top_places[-1] if top_places else -1
    while place >= 0:
        kept.add(place)
        place = before[place]
    return kept
