"""The clients that ask a server, and the programs that run beside them."""

import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from web.bench.load import Load, as_side, fetch, load_by_sockets, load_by_wrk
from web.bench.measurement import MeasurementFailed
from web.bench.processes import free_port, processor_seconds, ran, running, wait_until_it_answers

PATHS = ["/answers/1", "/answers/2"]


@contextmanager
def bare_server(directory: Path, limit: str) -> Iterator[int]:
    """The bare side of the verdict, with a value that shows in its answers."""
    value, port = directory / "value.json", free_port()
    value.write_text(json.dumps({"text": "示例" * 2000}), encoding="utf-8")
    with running(["-m", "web.bench.bare_site", str(port), limit, str(value)], directory / "log") as process:
        wait_until_it_answers(process, port)
        yield port
    assert process.poll() is not None


def by_wrk(port: int, paths: list[str], start: int, seconds: float) -> Load:
    program = shutil.which("wrk")
    if program is None:
        pytest.skip("wrk is not installed")
    return load_by_wrk(program, port, paths, start, seconds)


@pytest.mark.parametrize("client", [load_by_sockets, by_wrk])
def test_answers_are_counted_and_timed(client: Callable[..., Load], tmp_path: Path) -> None:
    with bare_server(tmp_path, "1000000/minute") as port:
        found = client(port, PATHS, 1, 0.3)
    assert found.answers > 10
    assert 0 < found.median_seconds <= found.p99_seconds
    assert found.per_second > 10


@pytest.mark.parametrize("client", [load_by_sockets, by_wrk])
def test_refused_answers_are_no_figure(client: Callable[..., Load], tmp_path: Path) -> None:
    with bare_server(tmp_path, "3/day") as port, pytest.raises(MeasurementFailed):
        client(port, PATHS, 0, 0.3)


def test_answer_is_fetched_whole(tmp_path: Path) -> None:
    with bare_server(tmp_path, "3/day") as port:
        assert json.loads(fetch(port, "/answers/9"))["text"].endswith("示例")


def test_stretches_make_one_side_of_their_middle() -> None:
    stretches = [Load(10, 100.0, 0.1, 0.3), Load(30, 300.0, 0.2, 0.9), Load(20, 200.0, 0.3, 0.6)]
    found = as_side("ours", stretches)
    assert (found.samples, found.per_second) == (60, 200.0)
    assert (found.median_seconds, found.p99_seconds) == (0.2, 0.6)


def test_program_that_ends_at_once_is_told(tmp_path: Path) -> None:
    with running(["-c", "pass"], tmp_path / "log") as process, pytest.raises(MeasurementFailed) as raised:
        wait_until_it_answers(process, free_port())
    assert raised.value.reason == "program_ended"


def test_program_that_fails_is_told() -> None:
    with pytest.raises(MeasurementFailed):
        ran(["-c", "raise SystemExit(3)"])


def test_program_says_its_memory() -> None:
    outcome = ran(["-c", 'print(\'{"rows": 7, "peak_bytes": 4096}\')'])
    assert outcome.printed == {"rows": 7}
    assert outcome.peak_bytes == 4096


def test_programs_are_not_told_the_settings_of_whoever_started_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SKILLCERT_ORIGIN", "https://elsewhere.invalid")
    code = "import os; print('{\"found\": %d, \"peak_bytes\": 0}' % ('SKILLCERT_ORIGIN' in os.environ))"
    assert ran(["-c", code]).printed == {"found": 0}


def test_processor_time_of_a_program_that_is_gone_is_zero(tmp_path: Path) -> None:
    with running(["-c", "pass"], tmp_path / "log") as process:
        process.wait()
    assert processor_seconds(process) == 0.0
