"""Who may send: one row on the desk, held by one process for a while and kept by renewing it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from registry.national.errors import LeaseLost
from registry.storage.metadata import DESK_METADATA
from registry.storage.national_rows import NationalLeaseRow
from registry.storage.sql import writing
from signing.encoding import rfc3339

_LEASE = DESK_METADATA.tables[str(NationalLeaseRow.__tablename__)]


def take_lease(
    engine: Engine, holder: str, now: datetime, lasts: timedelta, is_gone: Callable[[str], bool]
) -> bool:
    """Becomes, or stays, the one sender; False while another one holds an unexpired lease.

    Whoever `is_gone` left it behind, however long it would have lasted.

    One that ends much later than a lease taken now was taken by a clock that ran ahead. It shuts nobody
    out: whoever holds it is told at its next step that the lease is lost.
    """
    query = sa.select(_LEASE.c.holder, _LEASE.c.until_at).with_for_update()
    values = {"holder": holder, "until_at": rfc3339(now + lasts)}
    try:
        with writing(engine) as connection:
            row = connection.execute(query).one_or_none()
            if row is None:
                connection.execute(sa.insert(_LEASE).values(id=1, **values))
            elif row[0] in (holder, "") or is_gone(row[0]) or not _runs(row[1], now, lasts):
                connection.execute(sa.update(_LEASE).values(**values))
            else:
                return False
    except sa.exc.IntegrityError:
        # Two were the very first at the same moment, and the other one was quicker.
        return False
    return True


def _runs(until_at: str, now: datetime, lasts: timedelta) -> bool:
    return rfc3339(now) < until_at <= rfc3339(now + 2 * lasts)


def release_lease(engine: Engine, holder: str) -> None:
    """Lets the next sender in at once; nothing if another one took over."""
    with writing(engine) as connection:
        connection.execute(sa.update(_LEASE).where(_LEASE.c.holder == holder).values(holder=""))


def require_lease(connection: Connection, holder: str) -> None:
    """Lets the transaction go on only while `holder` is the one sender. Raises: LeaseLost."""
    # Not the clock but the row decides: whoever still stands in it was not replaced, however late it is.
    found = connection.execute(sa.select(_LEASE.c.holder).with_for_update()).scalar_one_or_none()
    if found != holder:
        raise LeaseLost
