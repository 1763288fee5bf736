"""One exchange with the stand-in, without sockets: what strikes it, and what its client gets to see.

1. Its course is drawn.  2. The database may go back to its backup.  3. It may be turned away unread.  4. The
message is read, judged and answered.  5. The true answer may be spoilt, or lost on its way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from http import HTTPStatus
from math import ceil
from random import Random

from registry.national.http_signatures import Message
from registry.national.stand_in.desk import Desk
from registry.national.stand_in.errors import STATUS, MessageRefused, StandInUnavailable
from registry.national.stand_in.faults import Fault, FaultSource, Strikes, no_faults
from registry.national.stand_in.habits import Habits
from registry.national.stand_in.spoiling import Signer, spoilt
from signing.encoding import canonical_json

PROBLEM_TYPE = "application/problem+json"


class Delivery(StrEnum):
    """How an answer arrives, if it does."""

    WHOLE = "whole"
    TRUNCATED = "truncated"
    RESET = "reset"
    SILENCE = "silence"


@dataclass(frozen=True)
class Reply:
    """What the client gets to see. Without an answer there is no status."""

    status: int
    body: bytes = b""
    fields: Mapping[str, str] = field(default_factory=dict)
    delivery: Delivery = Delivery.WHOLE


@dataclass(frozen=True)
class Course:
    """What strikes an exchange, what its clock says, and how long it is kept waiting first."""

    strikes: Strikes
    now: datetime
    delay_seconds: float = 0.0


class Network:
    """The stand-in as its clients meet it. `chance` measures out the faults that have a size."""

    def __init__(
        self,
        desk: Desk,
        faults: FaultSource = no_faults,
        habits: Habits | None = None,
        chance: Callable[[], float] | None = None,
    ) -> None:
        self.desk = desk
        self.habits = habits or Habits()
        self._faults = faults
        self._chance = chance or Random(0).random  # noqa: S311 - repeatable on purpose, and nothing secret
        self._closed_until: datetime | None = None

    def course(self) -> Course:
        """1. What this exchange will be like."""
        strikes, now, delay = self._faults(), self.desk.now(), 0.0
        if Fault.LATENCY in strikes:
            delay = self._between(*self.habits.latency_seconds)
        if Fault.CLOCK_SKEW in strikes:
            minutes = self._between(*self.habits.skew_minutes)
            now += timedelta(minutes=minutes if self._chance() < 0.5 else -minutes)
        return Course(strikes, now, delay)

    def turned_away(self, course: Course) -> Reply | None:
        """2. and 3. What it gets without being read, None if it is heard."""
        strikes = course.strikes
        if Fault.RESTORE in strikes:
            try:
                self.desk.database.restore()
            except StandInUnavailable as fault:
                return problem(HTTPStatus.SERVICE_UNAVAILABLE, fault.code)
        if self.habits.silent(self.desk.now()):
            return Reply(0, delivery=Delivery.SILENCE)
        left = self.maintenance_left(opens=Fault.MAINTENANCE in strikes)
        if left:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "maintenance", ceil(left.total_seconds()))
        if Fault.BUSY in strikes:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, "busy", self.habits.busy_seconds)
        if Fault.ERROR_BEFORE_COMMIT in strikes:
            return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "internal")
        if Fault.RESET_BEFORE_COMMIT in strikes:
            return Reply(0, delivery=Delivery.RESET)
        if Fault.TIMEOUT_BEFORE_COMMIT in strikes:
            return Reply(0, delivery=Delivery.SILENCE)
        return None

    def reply(self, course: Course, path: str, message: Message, content: bytes) -> Reply:
        """4. and 5. What it gets once it was heard."""
        try:
            answer = self.desk.answer(path, message, content, course.now)
        except MessageRefused as refused:
            return _delivered(course.strikes, problem(STATUS[refused.reason], refused.reason))
        except StandInUnavailable as fault:
            return problem(HTTPStatus.SERVICE_UNAVAILABLE, fault.code)
        answer = spoilt(course.strikes, answer, Signer(self.desk.key, course.now))
        return _delivered(course.strikes, Reply(HTTPStatus.OK, answer.body, answer.fields))

    def maintenance_left(self, *, opens: bool = False) -> timedelta:
        """How long it is still closed for maintenance; `opens` begins one if there is none."""
        now = self.desk.now()
        unplanned = (self._closed_until or now) - now
        left = max(self.habits.maintenance_left(now), unplanned, timedelta())
        if opens and not left:
            left = timedelta(seconds=self.habits.maintenance_seconds)
            self._closed_until = now + left
        return left

    def _between(self, least: float, most: float) -> float:
        return least + (most - least) * self._chance()


def problem(status: int, code: str, retry_after: int | None = None) -> Reply:
    """A problem document. Source: RFC 9457; RFC 9110 section 10.2.3 (Retry-After)."""
    body = canonical_json({"title": HTTPStatus(status).phrase, "status": int(status), "code": code})
    fields = {"content-type": PROBLEM_TYPE}
    if retry_after is not None:
        fields["retry-after"] = str(retry_after)
    return Reply(status, body, fields)


def _delivered(strikes: Strikes, reply: Reply) -> Reply:
    # A gateway that lost its server says 502 where the server itself would have said 500.
    if Fault.ERROR_AFTER_COMMIT in strikes:
        return problem(HTTPStatus.BAD_GATEWAY, "bad_gateway")
    if Fault.RESET_AFTER_COMMIT in strikes:
        return Reply(0, delivery=Delivery.RESET)
    if Fault.TIMEOUT_AFTER_COMMIT in strikes:
        return Reply(0, delivery=Delivery.SILENCE)
    if Fault.TRUNCATED_ANSWER in strikes:
        return Reply(reply.status, reply.body, reply.fields, Delivery.TRUNCATED)
    return reply
