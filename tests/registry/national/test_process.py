"""The stand-in as a process of its own: started, asked, killed, started again."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time, timedelta
from pathlib import Path

import pytest

from registry.national.client import NationalClient
from registry.national.exchange import open_http
from registry.national.findings import ComparisonOutcome
from registry.national.reconcile import Reconciled, reconcile
from registry.national.stand_in.__main__ import main
from registry.national.stand_in.faults import Fault
from registry.national.stand_in.habits import Habits, Hours, Silence
from registry.national.stand_in.options import Options, parse_options
from registry.national.sync import Sender, SyncOutcome, sync_once
from registry.storage.sql import sqlite_url
from signing.encoding import b64url_decode, b64url_encode
from tests.registry.national.builders import desk_store
from tests.registry.national.row_builders import NOON, PROVINCE_KEY, ListOutbox, a_row, an_institution


@contextmanager
def stand_in(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Its address and its key; killed in the end, as by a power cut."""
    command = [sys.executable, "-m", "registry.national.stand_in", "--data", str(directory), "--port", "0"]
    command += ["--client-key", b64url_encode(PROVINCE_KEY.public)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        started = json.loads(process.stdout.readline())
        try:
            yield started["address"], b64url_decode(started["key"], length=32)
        finally:
            process.kill()


def test_the_stand_in_keeps_what_it_took_when_it_is_killed(tmp_path: Path) -> None:
    outbox = ListOutbox([an_institution(), a_row(2)])
    store, engine = desk_store(sqlite_url(tmp_path / "desk.sqlite"))
    for rows in (2, 1):
        with stand_in(tmp_path / "network") as (address, key), open_http(address) as http:
            sender = Sender(outbox, store, NationalClient(http, lambda: PROVINCE_KEY, key), "worker")
            report = sync_once(sender)
            assert (report.outcome, report.online) == (SyncOutcome.DONE, rows)
            compared = reconcile(sender, heal=False)
            assert isinstance(compared, Reconciled)
            assert compared.outcome is ComparisonOutcome.EXACT
        outbox.rows.append(a_row(3))
    engine.dispose()


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--data", "x", "--port", "1"],
        ["--data", "x", "--port", "1", "--client-key", "short"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--fault", "nonsense=1"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--fault", "busy"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--fault", "busy=2"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--latency-seconds", "2:1"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--maintenance-hours", "2-4"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--silent-from", "today"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--silent-for", "7d"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--slow-seconds", "-1"],
        ["--data", "x", "--port", "1", "--client-key", "A" * 43, "--backup-every", "-1"],
    ],
)
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


def test_every_setting_arrives_where_it_belongs() -> None:
    given = "--data x --port 1 --fault busy=0.05 --fault restore=1 --fault-seed 7 --backup-every 3"
    given += " --maintenance-hours 02:00-04:00 --maintenance-hours 23:30-00:30 --maintenance-seconds 5"
    given += " --silent-from 2026-03-02T04:00:00Z --silent-for 7d --clock-skew -90"
    given += " --latency-seconds 0:0.5 --slow-seconds 0.2 --skew-minutes 6:6"
    options = parse_options([*given.split(), "--client-key", b64url_encode(PROVINCE_KEY.public)])
    assert options == Options(
        data=Path("x"),
        host="127.0.0.1",
        port=1,
        clients=(PROVINCE_KEY.public,),
        rates={Fault.BUSY: 0.05, Fault.RESTORE: 1.0},
        seed=7,
        habits=Habits(
            maintenance=(Hours(time(2), time(4)), Hours(time(23, 30), time(0, 30))),
            silence=Silence(NOON, timedelta(days=7)),
            latency_seconds=(0.0, 0.5),
            slow_seconds=0.2,
            maintenance_seconds=5,
            skew_minutes=(6.0, 6.0),
        ),
        clock_skew=timedelta(seconds=-90),
        backup_every=3,
    )


def test_every_setting_and_every_fault_is_documented(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    options = set(re.findall(r"^  (--[a-z-]+)", capsys.readouterr().out, re.MULTILINE))
    page = (Path(__file__).parents[3] / "docs" / "operations.md").read_text(encoding="utf-8")
    assert len(options) > 10
    assert [each for each in (*options, *Fault) if f"`{each}" not in page] == []
