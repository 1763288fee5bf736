"""What people are shown of the national network, on both databases."""

from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy.engine import Engine

from registry.national.queue import SendingState
from registry.storage.migrate import Schema, migrate
from registry.storage.national_desk_reads import DayCount, NationalDesk, NationalHealth, RejectedAmong
from registry.storage.queue_reads import QueueReads
from registry.storage.sql import KeptReader, for_dialect, open_engine, sqlite_url

_HERE, _THERE = "S000043990001", "S000043990002"
_REJECTED = (
    # (seq, institution, reason, rejected_at, settled_at, settled_by)
    (3, _HERE, "employer_missing", "2026-11-20T15:59:59Z", "", 0),
    (4, _HERE, "number_taken", "2026-11-20T16:00:00Z", "", 0),
    (5, _THERE, "number_taken", "2026-11-20T17:00:00Z", "2026-11-21T01:00:00Z", 9),
    (6, "", "remote_failed", "2026-11-01T00:00:00Z", "", 0),
)
_PROGRESS = (
    (1, "online", "2026-11-19"),
    (2, "online", "2026-11-20"),
    (3, "rejected", "2026-11-20"),
    (4, "pending", ""),
    (5, "rejected", "2026-11-21"),
    (6, "rejected", "2026-11-01"),
    (9, "online", "2026-11-20"),
    (11, "sent", "2026-11-21"),
)


@pytest.fixture
def engine(database: str, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(database or sqlite_url(tmp_path / "desk.sqlite"))
    migrate(opened, Schema.REGISTER)
    migrate(opened, Schema.DESK)
    with opened.begin() as connection:
        dialect = opened.dialect.name
        connection.exec_driver_sql(
            for_dialect("INSERT INTO national_progress VALUES (?, ?, ?, '', '')", dialect), list(_PROGRESS)
        )
        connection.exec_driver_sql(
            for_dialect(
                "INSERT INTO national_rejection (seq, ref, version, institution, reason, words, rejected_at, "
                "settled_at, settled_by) VALUES (?, ?, 1, ?, ?, '示例', ?, ?, ?)",
                dialect,
            ),
            [(seq, bytes([seq]) * 16, *rest) for seq, *rest in _REJECTED],
        )
    yield opened
    opened.dispose()


@pytest.fixture
def desk(engine: Engine) -> Iterator[NationalDesk]:
    with closing(KeptReader(engine)) as reader:
        yield NationalDesk(reader)


def test_states_are_counted_and_the_first_of_each_is_found(desk: NationalDesk) -> None:
    assert desk.counts() == {
        SendingState.PENDING: 1,
        SendingState.SENT: 1,
        SendingState.ONLINE: 3,
        SendingState.REJECTED: 3,
    }
    assert desk.frontier() == 11
    assert [desk.oldest(state) for state in SendingState] == [4, 11, 1, 3]
    assert desk.health() == NationalHealth()


def test_rejections_are_found_by_institution_reason_and_whether_they_are_open(desk: NationalDesk) -> None:
    def seqs(among: RejectedAmong) -> list[int]:
        found = [each.seq for each in desk.listed(among, 10, 0)]
        assert desk.count(among) == len(found)
        return found

    assert seqs(RejectedAmong()) == [6, 3, 4]
    assert seqs(RejectedAmong([_HERE])) == [3, 4]
    assert seqs(RejectedAmong([_HERE, _THERE], "number_taken")) == [4]
    assert seqs(RejectedAmong([_THERE], is_open=False)) == [5]
    assert seqs(RejectedAmong([])) == []
    assert desk.by_reason(RejectedAmong()) == [
        ("employer_missing", 1),
        ("number_taken", 1),
        ("remote_failed", 1),
    ]
    assert desk.by_institution(RejectedAmong([_HERE])) == [(_HERE, 2)]


def test_only_what_lies_here_may_go_again(desk: NationalDesk) -> None:
    assert desk.may_go_again(RejectedAmong(), 10) == [3, 6]
    assert desk.may_go_again(RejectedAmong([_HERE]), 10) == [3]
    settled, waiting = desk.of(5), desk.of(4)
    assert settled is not None
    assert waiting is not None
    assert (settled.settled_by, settled.may_go_again) == (9, False)
    assert (waiting.state, waiting.may_go_again) == (SendingState.PENDING, False)
    assert desk.of(1) is None


def test_what_came_back_falls_on_the_civil_day_of_the_province(desk: NationalDesk) -> None:
    # 16:00 UTC is midnight there.
    assert desk.days(date(2026, 11, 21), 3) == [
        DayCount(date(2026, 11, 19), 1, 0),
        DayCount(date(2026, 11, 20), 2, 1),
        DayCount(date(2026, 11, 21), 0, 2),
    ]


def test_keys_approvals_and_status_lists_are_no_positions(engine: Engine) -> None:
    kinds = ["key", "filing", "approval", "certificate", "certificate", "act", "status", "act"]
    with engine.begin() as connection:
        dialect = engine.dialect.name
        connection.exec_driver_sql(
            for_dialect("INSERT INTO entry (idx, body) VALUES (?, ?)", dialect),
            [(at, b"{}") for at in range(len(kinds))],
        )
        connection.exec_driver_sql(
            for_dialect("INSERT INTO landmark (idx, type) VALUES (?, ?)", dialect),
            [(at, kind) for at, kind in enumerate(kinds) if kind != "certificate"],
        )
    with closing(KeptReader(engine)) as reader:
        queue = QueueReads(reader)
        assert [queue.count_behind(at, len(kinds)) for at in (-1, 1, 4, 7)] == [5, 4, 2, 0]
        assert [queue.first_behind(at, len(kinds)) for at in (-1, 1, 5, 7)] == [1, 3, 7, None]
        # What is durable and not published yet is no position either.
        assert queue.count_behind(-1, 7) == 4
        assert queue.first_behind(5, 7) is None
