"""The addresses of the statistics."""

from contextlib import closing
from functools import cache

from starlette.requests import Request
from starlette.responses import Response

from registry.rules.bureaus import BUREAUS
from registry.rules.working_days import load_calendar
from registry.staff.model import StaffRole
from registry.storage.sql import KeptReader
from registry.storage.tally_reads import TallyReads
from registry.tally.follower import Counted, TallyFollower
from registry.tally.statistics import Question, Statistics, statistics
from web.charts.drawing import Drawings
from web.csv_file import csv_file
from web.errors import NoSuchPage
from web.kept import Kept
from web.language import language_of
from web.staff.addresses import StaffAddress
from web.staff.desk import office_of, staff_page
from web.staff.office import Office
from web.staff.statistics.asking import Asked, asked
from web.staff.statistics.figures import MOST_BARS, figures
from web.staff.statistics.tables import Answer, Topic, institution_name, percent, table, topics

_MOST_ANSWERS = 64
_PAGE = "/staff/statistics"
_ROLES = frozenset({StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR})


def page(request: Request) -> Response:
    """The statistics of a period, of all cities or one. Raises: MalformedRequest."""
    question = asked(request)
    answer = _answer(request, question)
    return staff_page(
        request,
        "staff/statistics.html",
        asked=question,
        answer=answer,
        found=answer.found,
        whose=_whose(answer, question),
        figures=figures(answer, _drawings()),
        percent=percent,
        most=MOST_BARS,
        bureaus=BUREAUS,
        counted=how_far(office_of(request)),
        provisional=not all(map(load_calendar().is_official, question.period.years())),
    )


def as_csv(request: Request) -> Response:
    """One statistic as a file. Raises: MalformedRequest, NoSuchPage."""
    question = asked(request)
    name = request.url.path.removeprefix(f"{_PAGE}/").removesuffix(".csv")
    answer = _answer(request, question)
    topic = next((each for each in topics(answer) if each.value == name), None)
    if topic is None:
        raise NoSuchPage
    shown = table(topic, answer)
    period = question.period
    return csv_file(f"{topic.value}-{period.start}-{period.end}.csv", shown.header, shown.rows)


def found_for(office: Office, question: Asked) -> Statistics:
    """The answer to a question. Raises: DatabaseUnavailable, LogNotFound."""
    # Counts change with the place that the tally reached; a rebuild may mend them in the same place, so that
    # no answer is kept for longer than a minute either.
    counted, desk = how_far(office), str(office.register.desk_engine.url)
    minute = int(office.clock().timestamp()) // 60
    key = (desk, minute, counted.position, counted.batches, question.question)
    return _answers().get(key, lambda: _asked_of_the_tally(office, question))


def how_far(office: Office) -> Counted:
    """How far the tally is behind the log."""
    register = office.register
    return TallyFollower(
        lambda: register.look_up, register.engine, register.desk_engine, load_calendar()
    ).counted()


def _asked_of_the_tally(office: Office, question: Asked) -> Statistics:
    with closing(KeptReader(office.register.desk_engine)) as reader:
        return statistics(TallyReads(reader), load_calendar(), question.question)


@cache
def _answers() -> Kept[tuple[str, int, int, int, Question], Statistics]:
    """One for the process: a page and its files ask the same."""
    return Kept(_MOST_ANSWERS)


@cache
def _drawings() -> Drawings:
    """One for the process: the same values give the same picture, whoever asks."""
    return Drawings()


def _whose(answer: Answer, question: Asked) -> str:
    """Whose numbers these are, "" for the whole province."""
    if question.bureau is not None:
        return question.bureau.office
    return "、".join(institution_name(answer.filings, each) for each in question.question.prefixes or ())


def _answer(request: Request, question: Asked) -> Answer:
    office = office_of(request)
    found = found_for(office, question)
    return Answer(found, question.question, language_of(request), office.register.filings())


ADDRESSES = (
    StaffAddress(_PAGE, page, _ROLES),
    *(StaffAddress(f"{_PAGE}/{topic.value}.csv", as_csv, _ROLES) for topic in Topic),
)
