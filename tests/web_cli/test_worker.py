"""`skillcert work`: faults are told at the start or logged by their code, and a signal is a good end."""

import json
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from registry.national.calendar import Calendar
from tests.registry.national.builders import a_small_world
from tests.registry.national.row_builders import NOON
from tests.web_cli.commands import Commands, Demo, surroundings
from web.cli import serving

PATIENCE_SECONDS = 120.0


@contextmanager
def working(demo: Demo, log: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """The worker on that demo, its words in `log`."""
    with log.open("wb") as words:
        process = subprocess.Popen(
            [sys.executable, "-m", "web.cli", "work"], env=surroundings(demo), stdout=words, stderr=words
        )
        try:
            yield process
        finally:
            process.kill()
            process.wait()


def said(log: Path, wanted: str, process: "subprocess.Popen[bytes]") -> list[str]:
    """Its whole lines, once one of them holds that; the test's own deadline ends the waiting."""
    while True:
        lines = log.read_text(encoding="utf-8").rpartition("\n")[0].splitlines()
        if any(wanted in line for line in lines):
            return lines
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(timeout=0.1)


@pytest.mark.parametrize("by", [signal.SIGTERM, signal.SIGINT])
def test_a_job_that_cannot_be_done_is_logged_and_the_others_go_on(
    own: Demo, tmp_path: Path, by: signal.Signals
) -> None:
    (own.keys / "register" / "log-1.key").unlink()
    (own.keys / "register" / "status-1.key").unlink()
    log = tmp_path / "log"
    with working(own, log) as process:
        lines = said(log, '"event":"status"', process)
        process.send_signal(by)
        assert process.wait(timeout=PATIENCE_SECONDS) == 0
    faults = [json.loads(line) for line in lines if '"event":"status"' in line]
    assert faults[0]["fault"] == "key_file_missing"
    assert "Traceback" not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("network", "code", "error"),
    [(None, 2, "national_not_configured"), ("no key at all", 1, "malformed_encoding")],
)
def test_a_network_that_is_set_up_wrong_is_told_at_the_start(
    run_own: Commands, own: Demo, network: str | None, code: int, error: str
) -> None:
    settings = own.directory / "skillcert.env"
    lines = settings.read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if "NATIONAL_KEY_FILE" not in line]
    if network is not None:
        wrong = own.directory / "network.pub"
        wrong.write_text(network, encoding="utf-8")
        kept.append(f"SKILLCERT_NATIONAL_KEY_FILE={wrong}")
    settings.write_text("\n".join(kept) + "\n", encoding="utf-8")
    before = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT)]
    try:
        ran = run_own("work")
    finally:
        for each, handler in zip((signal.SIGTERM, signal.SIGINT), before, strict=True):
            signal.signal(each, handler)
    assert (ran.code, ran.error) == (code, error)
    assert "后台任务已启动" not in ran.out


def test_an_error_that_nobody_foresaw_ends_no_thread(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(serving, "_SEND_SECONDS", 0.0)
    stop, tries = threading.Event(), list[datetime]()

    def now() -> datetime:
        tries.append(NOON)
        if len(tries) == 1:
            raise OverflowError("示例甲")
        stop.set()
        return NOON

    def job() -> int:
        now()
        return 0

    repeated = serving._repeated("example", job, 0.0, stop)
    repeated.start()
    repeated.join(PATIENCE_SECONDS)
    assert len(tries) == 2
    stop.clear()
    tries.clear()
    with a_small_world(tmp_path) as world:
        sender = replace(world.sender, now=now)
        serving._send(sender, stop, Calendar(), lambda report: None)
    assert len(tries) > 1
    assert "示例甲" not in "".join(capsys.readouterr())
