"""The stand-in as a process of its own: started, asked, killed, started again."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from registry.national.client import NationalClient, open_http
from registry.national.findings import ComparisonOutcome
from registry.national.reconcile import Reconciled, reconcile
from registry.national.stand_in.__main__ import main
from registry.national.sync import Sender, SyncOutcome, sync_once
from registry.storage.sql import sqlite_url
from signing.encoding import b64url_decode, b64url_encode
from tests.registry.national.builders import desk_store
from tests.registry.national.row_builders import PROVINCE_KEY, ListOutbox, a_row, an_institution


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
    ],
)
def test_wrong_arguments_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "Traceback" not in capsys.readouterr().err
