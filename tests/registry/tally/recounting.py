"""Counting by hand: the whole log read once, without any of the follower's code."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta

import sqlalchemy as sa
from sqlalchemy.engine import Engine

from registry.ledger.chain import ChainState
from registry.ledger.entries import stored_entry
from registry.rules.working_days import load_calendar
from registry.storage.migrate import Schema, migrate
from registry.storage.sql import Row
from registry.tally.follower import TallyFollower
from signing.encoding import b64url_decode
from tests.registry.filled import Scene

TABLES = ("tally_cell", "tally_certificate", "tally_act", "tally_batch", "tally_reason")


def follower(scene: Scene, *, desk: Engine | None = None, step_size: int = 5_000) -> TallyFollower:
    """What counts this register, on its own desk or on another."""
    register = scene.register
    return TallyFollower(
        lambda: register.look_up,
        register.engine,
        desk or register.desk_engine,
        load_calendar(),
        step_size=step_size,
    )


@contextmanager
def an_empty_desk() -> Iterator[Engine]:
    """A desk that nothing was ever counted on."""
    # One connection, so that the memory behind it is one database.
    engine = sa.create_engine("sqlite://", poolclass=sa.pool.StaticPool)
    migrate(engine, Schema.DESK)
    yield engine
    engine.dispose()


def counts(engine: Engine) -> Counter[Row]:
    """The cells as they are stored, without their ids."""
    with engine.connect() as connection:
        rows = connection.exec_driver_sql("SELECT * FROM tally_cell").all()
    return Counter({tuple(row[1:-1]): int(row[-1]) for row in rows})


def everything(engine: Engine) -> dict[str, list[Row]]:
    """All tables, each in an order of its own; a cell is named by what it is, not by its id."""
    with engine.connect() as connection:
        found = {
            table: sorted(tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}"))
            for table in TABLES
        }
    cells = {row[0]: row[1:-1] for row in found["tally_cell"]}
    found["tally_certificate"] = [(row[0], cells[row[1]]) for row in found["tally_certificate"]]
    found["tally_cell"] = sorted(row[1:] for row in found["tally_cell"])
    return found


def by_hand(scene: Scene) -> Counter[Row]:
    """Every certificate of the published log, one by one."""
    ledger, look_up = scene.register.ledger, scene.register.look_up
    size, _ = ledger.published()
    found: Counter[Row] = Counter()
    for index, body in enumerate(ledger.log.bodies(0, size)):
        if stored_entry(body)["type"] != "certificate":
            continue
        chain = ledger.chain(index, size)
        _, approval = ledger.approval_of(index)
        where = (str(approval["institution"]), str(approval["bureau"]))
        if chain.head.state is ChainState.ERASED:
            found[*where, "", 0, "", "", "", "", "erased"] += 1
            continue
        version = ledger.records.version_at(chain.content_index)
        assert version is not None
        record, _ = look_up.open(version)
        upload = (
            "legacy" if approval.get("legacy") else _upload(scene, str(approval["batch"]), record.issued_on)
        )
        kind = (record.occupation_code, record.occupation, record.job)
        found[*where, record.issued_on[:7], int(record.level), *kind, upload, chain.head.state.value] += 1
    return found


def _upload(scene: Scene, batch: str, issued_on: str) -> str:
    with scene.register.engine.connect() as connection:
        query = sa.text("SELECT received_on FROM batch WHERE id = :id")
        received_on = date.fromisoformat(connection.execute(query, {"id": b64url_decode(batch)}).scalar_one())
    return "on_time" if received_on <= _due(date.fromisoformat(issued_on)) else "late"


def _due(issued_on: date) -> date:
    """The thirtieth working day, found by walking there."""
    calendar, day, left = load_calendar(), issued_on, 30
    while left:
        day += timedelta(days=1)
        left -= calendar.is_working_day(day)
    return day
