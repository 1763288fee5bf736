"""What somebody asks of the trail. People are named by their accounts' ids: no name stands in an address."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from registry.ledger.admission import CIVIL_TIME
from registry.staff.trail_search import TrailFilter, TrailOutcome
from web.errors import MalformedRequest

STRANGER = "stranger"
_MOST_TEXT = 80
_EARLIEST, _LATEST = date(1900, 1, 1), date(2999, 12, 31)


@dataclass(frozen=True)
class AskedTrail:
    """A filter, and the fields that it was read from."""

    filter: TrailFilter
    fields: dict[str, str]

    def query(self, **more: str) -> str:
        """The part of an address that asks the same."""
        return urlencode({**{name: value for name, value in self.fields.items() if value}, **more})


def read_filter(parameters: QueryParams) -> AskedTrail:
    """The filter in an address. Raises: MalformedRequest."""
    names = ("from", "to", "who", "act", "subject", "outcome")
    fields = {name: parameters.get(name, "").strip() for name in names}
    before = parameters.get("before", "").strip()
    if any(len(text) > _MOST_TEXT for text in (*fields.values(), before)):
        raise MalformedRequest("subject")
    start, end = _day(fields, "from"), _day(fields, "to")
    if start is not None and end is not None and end < start:
        raise MalformedRequest("to")
    who = fields["who"]
    return AskedTrail(
        TrailFilter(
            start=_midnight(start) if start else None,
            end=_midnight(end + timedelta(days=1)) if end else None,
            account=None if not who else "" if who == STRANGER else who,
            act=fields["act"],
            subject=fields["subject"],
            outcome=_outcome(fields["outcome"]),
            before=before,
        ),
        fields,
    )


def _outcome(text: str) -> TrailOutcome | None:
    try:
        return TrailOutcome(text) if text else None
    except ValueError as fault:
        raise MalformedRequest("outcome") from fault


def _day(fields: dict[str, str], name: str) -> date | None:
    try:
        day = date.fromisoformat(fields[name]) if fields[name] else None
    except ValueError as fault:
        raise MalformedRequest(name) from fault
    # At the ends of the calendar there is no day before or after, and none in another time zone.
    if day is not None and not _EARLIEST <= day <= _LATEST:
        raise MalformedRequest(name)
    return day


def _midnight(day: date) -> datetime:
    """The beginning of a civil day in China."""
    return datetime.combine(day, time(), tzinfo=CIVIL_TIME)
