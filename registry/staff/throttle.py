"""Attempts to log in: counted before they are checked, so that a hundred at once are a hundred.

A key (an account, a network, a browser that the account is known by) has some attempts free; then each
further one must wait, twice as long each time up to a bound. What comes while it waits is refused and not
counted, so that nobody can push the end of the wait away. Who guesses at somebody's account makes only
strangers' browsers wait: a browser that this account logged in from before has a count of its own.

Source: OWASP Authentication Cheat Sheet and Slow Down Online Guessing Attacks with Device Cookies.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.staff.errors import LoginThrottled
from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import writing
from signing.encoding import parse_rfc3339, rfc3339

_ATTEMPT = DESK_METADATA.tables[str(staff_rows.StaffAttemptRow.__tablename__)]


@dataclass(frozen=True)
class Patience:
    """How many attempts are free, the first wait, the longest one, and after how long all is forgotten."""

    free: int
    first: timedelta
    longest: timedelta
    forgotten: timedelta = timedelta(hours=24)

    def wait(self, failures: int) -> timedelta:
        """How long to wait after so many failures."""
        over = failures - self.free
        if over < 0:
            return timedelta(0)
        # The exponent is bounded as well: a count of thousands must not overflow.
        return min(self.longest, self.first * (1 << min(over, 20)))


OF_ACCOUNT = Patience(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=15))
OF_BROWSER = Patience(free=5, first=timedelta(seconds=30), longest=timedelta(minutes=5))
# Many people of one office share a network.
OF_NETWORK = Patience(free=30, first=timedelta(seconds=10), longest=timedelta(minutes=15))


@dataclass(frozen=True)
class Key:
    """What attempts are counted under; `name` holds keyed hashes only."""

    name: str
    patience: Patience


class Throttle:
    """The counts on one desk."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime]) -> None:
        self._engine = engine
        self._clock = clock

    def count(self, keys: Iterable[Key]) -> None:
        """Counts an attempt under each key, or refuses it and counts nothing.

        Raises: LoginThrottled, DatabaseUnavailable.
        """
        # One order for all, so that two attempts can't wait for each other.
        wanted, now = sorted(keys, key=lambda key: key.name), self._clock()
        with writing(self._engine) as connection:
            for key in wanted:
                _begin(connection, key, now)
            counts = [(key, *_locked(connection, key, now)) for key in wanted]
            waits = [until - now for _, _, until in counts if until is not None and until > now]
            if waits:
                raise LoginThrottled(max(1, math.ceil(max(waits).total_seconds())))
            for key, failures, _ in counts:
                wait = key.patience.wait(failures + 1)
                connection.execute(
                    sa.update(_ATTEMPT)
                    .where(_ATTEMPT.c.key == key.name)
                    .values(
                        failures=failures + 1,
                        last_at=rfc3339(now),
                        until_at=rfc3339(now + wait) if wait else "",
                    )
                )

    def forgive(self, keys: Iterable[Key]) -> None:
        """The attempt was right: these counts begin anew. Raises: DatabaseUnavailable."""
        names = [key.name for key in keys]
        with writing(self._engine) as connection:
            connection.execute(sa.delete(_ATTEMPT).where(_ATTEMPT.c.key.in_(names)))

    def uncount(self, key: Key) -> None:
        """The attempt was right, but others under this key may not have been: takes one back."""
        with writing(self._engine) as connection:
            connection.execute(
                sa.update(_ATTEMPT)
                .where(_ATTEMPT.c.key == key.name, _ATTEMPT.c.failures > 0)
                .values(failures=_ATTEMPT.c.failures - 1, until_at="")
            )

    def forget(self, before: datetime) -> int:
        """Removes counts that nobody added to since; how many. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            done = connection.execute(sa.delete(_ATTEMPT).where(_ATTEMPT.c.last_at < rfc3339(before)))
        return int(done.rowcount)


def _begin(connection: Connection, key: Key, now: datetime) -> None:
    if connection.dialect.name == "postgresql":
        from sqlalchemy.dialects.postgresql import insert
    else:
        from sqlalchemy.dialects.sqlite import insert  # type: ignore[assignment]
    row = insert(_ATTEMPT).values(key=key.name, failures=0, last_at=rfc3339(now), until_at="")
    connection.execute(row.on_conflict_do_nothing(index_elements=["key"]))


def _locked(connection: Connection, key: Key, now: datetime) -> tuple[int, datetime | None]:
    """(failures, until) of a key, held until the transaction ends."""
    query = sa.select(_ATTEMPT.c.failures, _ATTEMPT.c.last_at, _ATTEMPT.c.until_at)
    failures, last_at, until_at = connection.execute(
        query.where(_ATTEMPT.c.key == key.name).with_for_update()
    ).one()
    if parse_rfc3339(last_at) <= now - key.patience.forgotten:
        return 0, None
    return int(failures), parse_rfc3339(until_at) if until_at else None
