"""The first page on the national network: the province's dashboard, and for the others what concerns them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache

from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import Response

from registry.national.calendar import Calendar
from registry.storage.national_desk_reads import DayCount, RejectedAmong
from registry.storage.national_reports import kept_reports
from web.charts.drawing import Drawings
from web.charts.specs import Stack, columns
from web.language import Language, language_of
from web.presenters.dates import civil_today, day_text
from web.staff.desk import account_of, office_of, staff_page
from web.staff.national.reach import EVERYTHING, prefixes_in_reach
from web.staff.national.words import Span, reason_text, span_of
from web.staff.office import Office
from web.staff.reconciliation.showing import tone_of
from web.staff.statistics.tables import institution_name
from web.vocabulary import words

_DAYS = 28
_MOST_GROUPS = 8


@dataclass(frozen=True)
class Group:
    """How many open rejections share something, and where they are listed."""

    name: str
    count: int
    href: str


@dataclass(frozen=True)
class SendingDays:
    """The days of the month on which is sent, and the next of them."""

    days: Sequence[int]
    next_on: date


@dataclass(frozen=True)
class DaysFigure:
    """The last weeks as a chart, and the days on which anything happened as its table."""

    picture: Markup | None
    days: Sequence[DayCount]


def page(request: Request) -> Response:
    """The page."""
    office, account = office_of(request), account_of(request)
    prefixes, national, now = prefixes_in_reach(request), office.national(), office.clock()
    opened = RejectedAmong(prefixes)
    standing = office.standing()
    is_whole = account.role in EVERYTHING
    return staff_page(
        request,
        "staff/national.html",
        is_whole=is_whole,
        is_configured=office.settings.national_url is not None,
        standing=standing,
        counts={state.value: count for state, count in standing.counts.items()},
        lag=_span_since(standing.waiting_since, now),
        failing_for=_span_since(standing.health.failing_since, now),
        calendar=_calendar(office),
        opened=national.count(opened),
        settled=national.count(RejectedAmong(prefixes, is_open=False)),
        reasons=_reasons(request, opened),
        institutions=_institutions(request, opened) if prefixes is None or len(prefixes) > 1 else [],
        reports=kept_reports(office.register.desk_engine, 1) if is_whole else (),
        tone_of=tone_of,
        figure=_figure(office, language_of(request)) if is_whole else None,
    )


def _span_since(since: datetime | None, now: datetime) -> Span | None:
    return None if since is None else span_of((now - since).total_seconds())


def _calendar(office: Office) -> SendingDays | None:
    days = office.settings.national_days
    if not days:
        return None
    return SendingDays(sorted(days), civil_today(Calendar(days).next_opening(office.clock())))


def _reasons(request: Request, among: RejectedAmong) -> list[Group]:
    language = language_of(request)
    return [
        Group(reason_text(reason, language), count, f"/staff/national/rejections?reason={reason}")
        for reason, count in office_of(request).national().by_reason(among)[:_MOST_GROUPS]
    ]


def _institutions(request: Request, among: RejectedAmong) -> list[Group]:
    office = office_of(request)
    filings = office.register.filings()
    return [
        Group(institution_name(filings, prefix), count, f"/staff/national/rejections?institution={prefix}")
        for prefix, count in office.national().by_institution(among)[:_MOST_GROUPS]
        if prefix
    ]


def _figure(office: Office, language: Language) -> DaysFigure:
    days = office.recent_days(_DAYS)
    happened = [each for each in days if each.online or each.rejected]
    if not happened:
        return DaysFigure(None, [])
    series = [words(f"staff_national.series.{name}", language) for name in ("online", "rejected")]
    stacks = [Stack(f"{each.day.month}-{each.day.day}", [each.online, each.rejected]) for each in days]
    picture = _drawings().draw(
        columns(stacks, series),
        name="national-days",
        title=words("staff_national.days", language),
        description=words(
            "staff_national.days.description",
            language,
            first=day_text(days[0].day, language),
            last=day_text(days[-1].day, language),
            online=sum(each.online for each in days),
            rejected=sum(each.rejected for each in days),
        ),
    )
    return DaysFigure(picture, happened[::-1])


@cache
def _drawings() -> Drawings:
    """One for the process: the same values give the same picture, whoever asks."""
    return Drawings()
