"""What somebody asks of the statistics, within what they may see.

The province and auditors see all and may choose a city, a bureau sees what it approved, an institution its
own.
"""

from dataclasses import dataclass
from datetime import date
from typing import assert_never
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request

from registry.filing.book import FilingBook
from registry.rules.bureaus import BUREAUS, Bureau
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filings_in_reach
from registry.tally.cells import Month, Period
from registry.tally.statistics import Question, Unit
from web.errors import MalformedRequest
from web.staff.desk import account_of, office_of

_USUAL_MONTHS = 12
_MOST_MONTHS = 120


@dataclass(frozen=True)
class Asked:
    """A question and where it comes from. `bureau` is the city that was chosen or is fixed, if any."""

    question: Question
    bureau: Bureau | None
    may_choose_city: bool

    @property
    def period(self) -> Period:
        """The months that are asked about."""
        return self.question.period

    def query(self) -> str:
        """The part of an address that asks the same again."""
        asked = {"from": str(self.period.start), "to": str(self.period.end)}
        if self.may_choose_city and self.bureau is not None:
            asked["city"] = self.bureau.code
        return urlencode(asked)


def asked(request: Request) -> Asked:
    """The question in an address. Raises: MalformedRequest."""
    office, account = office_of(request), account_of(request)
    period = asked_period(request.query_params, usual_period(office.today()))
    return question_of(account, period, request.query_params.get("city", ""), office.register.filings())


def question_of(account: Account, period: Period, city: str, filings: FilingBook) -> Asked:
    """The question as far as the account's reach goes. Raises: MalformedRequest for an unknown city."""
    match account.role:
        case StaffRole.PROVINCE | StaffRole.AUDITOR:
            bureau = _bureau(city) if city else None
            unit = Unit.INSTITUTION if bureau else Unit.BUREAU
            code = bureau.code if bureau else ""
            return Asked(Question(period, code, unit=unit), bureau, may_choose_city=True)
        case StaffRole.REVIEWER:
            own = _bureau(account.office)
            return Asked(Question(period, own.code, unit=Unit.INSTITUTION), own, may_choose_city=False)
        case StaffRole.INSTITUTION:
            prefixes = tuple(each.number_prefix for each in filings_in_reach(account, filings))
            question = Question(period, prefixes=prefixes, unit=Unit.MONTH)
            return Asked(question, None, may_choose_city=False)
        case StaffRole.ADMINISTRATOR:
            return Asked(Question(period, prefixes=(), unit=Unit.MONTH), None, may_choose_city=False)
    assert_never(account.role)


def usual_period(today: date) -> Period:
    """The last twelve months, this one among them."""
    this = Month.of(today)
    return Period(this.plus(1 - _USUAL_MONTHS), this)


def asked_period(parameters: QueryParams, usual: Period) -> Period:
    """The months from `from` to `to`; what is left empty is as usual. Raises: MalformedRequest."""
    start, end = _month(parameters, "from", usual.start), _month(parameters, "to", usual.end)
    period = Period(start, end)
    if start > end or len(period.months()) > _MOST_MONTHS:
        raise MalformedRequest("from")
    return period


def _month(parameters: QueryParams, name: str, usual: Month) -> Month:
    text = parameters.get(name, "").strip()
    month = Month.parse(text) if text else usual
    if month is None:
        raise MalformedRequest(name)
    return month


def _bureau(code: str) -> Bureau:
    found = next((each for each in BUREAUS if each.code == code), None)
    if found is None:
        raise MalformedRequest("city")
    return found
