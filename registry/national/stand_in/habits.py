"""When the network is open, and how long its moods last: everything about time that an operator can set.

Pure: the moment comes in from outside.
"""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from registry.national.queue import CHINA

_HOURS = re.compile(r"([0-9]{2}:[0-9]{2})-([0-9]{2}:[0-9]{2})")
_LENGTH = re.compile(r"([0-9]{1,9})([smhd]?)")
_UNITS = {"": "seconds", "s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


@dataclass(frozen=True)
class Hours:
    """A part of every day on the clock of Asia/Shanghai; it may pass midnight."""

    begins: time
    ends: time

    def left(self, now: datetime) -> timedelta:
        """How long it still lasts at that moment; nothing outside of it."""
        here = now.astimezone(CHINA)
        end = here.replace(hour=self.ends.hour, minute=self.ends.minute, second=0, microsecond=0)
        passes_midnight = self.ends <= self.begins
        clock = here.time()
        within = (
            clock >= self.begins or clock < self.ends if passes_midnight else self.begins <= clock < self.ends
        )
        if not within:
            return timedelta()
        return (end if end > here else end + timedelta(days=1)) - here


@dataclass(frozen=True)
class Silence:
    """A time in which every connection is taken and nothing is answered."""

    begins_at: datetime
    lasts: timedelta

    def covers(self, now: datetime) -> bool:
        """Whether nothing is answered at that moment."""
        return self.begins_at <= now < self.begins_at + self.lasts


@dataclass(frozen=True)
class Habits:
    """What an operator sets beside the faults, and how much of each fault there is."""

    maintenance: tuple[Hours, ...] = ()
    silence: Silence | None = None
    latency_seconds: tuple[float, float] = (0.2, 2.0)
    slow_seconds: float = 1.0
    busy_seconds: int = 1
    maintenance_seconds: int = 30
    skew_minutes: tuple[float, float] = (1.0, 20.0)

    def maintenance_left(self, now: datetime) -> timedelta:
        """How long the daily maintenance still lasts at that moment."""
        return max((hours.left(now) for hours in self.maintenance), default=timedelta())

    def silent(self, now: datetime) -> bool:
        """Whether nothing is answered at that moment."""
        return self.silence is not None and self.silence.covers(now)


def parse_hours(text: str) -> Hours:
    """`02:00-04:00`, or `23:30-00:30`. Raises: ValueError."""
    found = _HOURS.fullmatch(text)
    if found is None or found[1] == found[2]:
        raise ValueError("not HH:MM-HH:MM")
    return Hours(time.fromisoformat(found[1]), time.fromisoformat(found[2]))


def parse_length(text: str) -> timedelta:
    """`90`, `90s`, `30m`, `12h` or `7d`. Raises: ValueError."""
    found = _LENGTH.fullmatch(text)
    if found is None:
        raise ValueError("not a length of time")
    return timedelta(**{_UNITS[found[2]]: int(found[1])})
