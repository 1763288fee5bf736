"""Signed reports on each of the databases that the register supports."""

from datetime import timedelta
from pathlib import Path

from registry.storage.migrate import Schema, migrate
from registry.storage.national_reports import count_reports, keep_report, kept_reports, report_bytes
from registry.storage.sql import open_engine, sqlite_url
from tests.registry.national.row_builders import NOON


def test_reports_are_kept_as_they_were_signed_and_listed_newest_first(database: str, tmp_path: Path) -> None:
    engine = open_engine(database or sqlite_url(tmp_path / "desk.sqlite"))
    try:
        migrate(engine, Schema.DESK)
        old = keep_report(engine, b'{"old":1}', at=NOON, size=1 << 40, outcome="exact")
        new = keep_report(engine, b"\x00\xff", at=NOON + timedelta(days=1), size=2, outcome="differs")
        assert kept_reports(engine, 5) == [new, old]
        assert kept_reports(engine, 1, skip=1) == [old]
        assert count_reports(engine) == 2
        assert [report_bytes(engine, each.id) for each in (old, new)] == [b'{"old":1}', b"\x00\xff"]
        assert report_bytes(engine, "0" * 16) is None
    finally:
        engine.dispose()
