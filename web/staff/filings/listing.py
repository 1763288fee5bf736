"""The list of filings that an account may see: filtered, with counts of what wants attention."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.expiry import ExpiryNotice, ExpiryPhase, expiry_notice
from registry.filing.model import Category, Filing, FilingOnDay, FilingState, filing_on
from registry.filing.publicity import publicity_of
from registry.rules.bureaus import BUREAUS, Bureau, parse_bureau
from registry.rules.working_days import WorkCalendar, load_calendar
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filings_in_reach
from search.texts import compact
from web.language import Language, language_of
from web.staff.desk import account_of, office_of, staff_page
from web.staff.office import Office
from web.staff.paging import Pages, page_number
from web.vocabulary import words

PAGE_SIZE = 30
_MAX_TEXT = 60
_PATH = "/staff/filings"


@dataclass(frozen=True)
class Row:
    """One filing of the list, as it stands today."""

    filing: Filing
    on_day: FilingOnDay
    bureau: Bureau
    notice: ExpiryNotice | None
    may_file: bool


@dataclass(frozen=True)
class Filter:
    """What is looked for; "" leaves a thing open."""

    text: str = ""
    state: str = ""
    city: str = ""
    category: str = ""
    expiring: bool = False
    ready: bool = False

    def fits(self, row: Row) -> bool:
        """Whether a filing is among what is looked for."""
        filing = row.filing
        return (
            self.state in ("", row.on_day.state.value)
            and self.city in ("", row.bureau.code)
            and self.category in ("", filing.category.value)
            and (not self.expiring or _is_closing(row))
            and (not self.ready or row.may_file)
            and _says(filing, self.text)
        )

    def address(self) -> str:
        """The list of what is found."""
        kept = {"q": self.text, "state": self.state, "city": self.city, "category": self.category}
        flags = {"expiring": self.expiring, "ready": self.ready}
        given = {name: value for name, value in kept.items() if value}
        given |= {name: "yes" for name, on in flags.items() if on}
        return f"{_PATH}?{urlencode(given)}" if given else _PATH


@dataclass(frozen=True)
class Tile:
    """A count that leads to its filings."""

    key: str
    count: int
    href: str
    tone: str


def listing(request: Request) -> Response:
    """The filings within the account's reach."""
    office, account = office_of(request), account_of(request)
    rows = rows_of(office, account)
    asked, language = _filter(request.query_params), language_of(request)
    found = [row for row in rows if asked.fits(row)]
    pages = Pages(page_number(request), PAGE_SIZE, len(found), asked.address())
    return staff_page(
        request,
        "staff/filings_list.html",
        filter=asked,
        found=pages.cut(found),
        pages=pages,
        tiles=tiles_of(rows) if account.role in (StaffRole.PROVINCE, StaffRole.AUDITOR) else (),
        notices=notices_of(rows) if account.role is StaffRole.INSTITUTION else (),
        states_pairs=[
            (state.value, words(f"state.{state}", language))
            for state in FilingState
            if state is not FilingState.UNKNOWN
        ],
        category_pairs=category_pairs(language),
        bureau_pairs=bureau_pairs(language),
        may_change=account.role is StaffRole.PROVINCE,
    )


def category_pairs(language: Language) -> list[tuple[str, str]]:
    """The categories for a choice."""
    return [(each.value, f"{each.value} · {words(f'category.{each}', language)}") for each in Category]


def bureau_pairs(language: Language) -> list[tuple[str, str]]:
    """The bureaus for a choice."""
    return [
        (each.code, words("institutions.province", language) if each.is_province else each.name)
        for each in BUREAUS
    ]


def rows_of(office: Office, account: Account) -> list[Row]:
    """Every filing that the account may see, by place and name."""
    today, calendar = office.today(), load_calendar()
    rows = [
        row_of(filing, today, calendar) for filing in filings_in_reach(account, office.register.filings())
    ]
    return sorted(rows, key=lambda row: (row.bureau.code, row.on_day.name, row.filing.number_prefix))


def row_of(filing: Filing, today: date, calendar: WorkCalendar) -> Row:
    """A filing as the list shows it."""
    on_day = filing_on(filing, today)
    publicity = publicity_of(filing, calendar)
    publicised = on_day.state is FilingState.PUBLICISED and publicity is not None
    may_file = publicised and publicity is not None and today >= publicity.may_file_from
    return Row(filing, on_day, parse_bureau(on_day.bureau), expiry_notice(filing, today), may_file)


def notices_of(rows: Sequence[Row]) -> list[ExpiryNotice]:
    """What an institution is told about the end of its filings, the earliest first."""
    return sorted((row.notice for row in rows if row.notice), key=lambda notice: notice.expires_on)


def tiles_of(rows: Sequence[Row]) -> list[Tile]:
    """What there is, and what wants attention."""

    def count(key: str, asked: Filter, tone: str) -> Tile:
        return Tile(key, sum(map(asked.fits, rows)), asked.address(), tone)

    return [
        count("expiring", Filter(expiring=True), "warn"),
        count("ready", Filter(ready=True), "good"),
        count("publicised", Filter(state=FilingState.PUBLICISED), "info"),
        count("rectifying", Filter(state=FilingState.RECTIFYING), "warn"),
        count("in_force", Filter(state=FilingState.FILED), "neutral"),
    ]


def _is_closing(row: Row) -> bool:
    return row.notice is not None and row.notice.phase is ExpiryPhase.CLOSING


def _says(filing: Filing, text: str) -> bool:
    """Whether a name of any time, a number or a code of the filing holds the text."""
    wanted = compact(text)
    names = (part for period in filing.names for part in (period.name, period.short_name))
    codes = (filing.number_prefix, filing.filing_number, filing.credit_code)
    return not wanted or any(wanted in compact(each) for each in (*names, *codes))


def _filter(given: Mapping[str, str]) -> Filter:
    """What an address asks for; what it cannot mean is left out."""
    states, cities = {state.value for state in FilingState}, {bureau.code for bureau in BUREAUS}
    categories = {category.value for category in Category}
    return Filter(
        text=" ".join(given.get("q", "").split())[:_MAX_TEXT],
        state=_one_of(given.get("state", ""), states),
        city=_one_of(given.get("city", ""), cities),
        category=_one_of(given.get("category", ""), categories),
        expiring=given.get("expiring") == "yes",
        ready=given.get("ready") == "yes",
    )


def _one_of(text: str, known: set[str]) -> str:
    return text if text in known else ""
