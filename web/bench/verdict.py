"""The verdict by number over HTTP: the real site, and a bare JSON answer of the same size beside it.

Three servers run, each with one process: the site over the full register, the site over a small one, and the
bare application. They are asked in turn, a short stretch each, so that all meet the same machine.
"""

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random
from statistics import median
from subprocess import Popen

from web.bench.ground import a_ground
from web.bench.load import CONNECTIONS, Load, as_side, client, fetch, load
from web.bench.measurement import Bound, Measurement, Progress, Requirement, paired_ratio
from web.bench.processes import free_port, processor_seconds, running, wait_until_it_answers

DEFAULT_SIZE = 100_000
_SMALL = 10
_ROUNDS, _STRETCH_SECONDS = 8, 2.0
_RATIO, _TAIL_RATIO = 0.5, 1.3
# High enough never to refuse, and of the same shape as the default: one budget a minute and one a day.
_LIMIT = "100000000/minute;1000000000/day"
_PATH = "/api/v1/certificates/"


class _Asked:
    """One server, what is asked of it, and how it answered."""

    def __init__(self, process: Popen[bytes], port: int, paths: Sequence[str]) -> None:
        self.port = port
        self.paths = paths
        self.stretches: list[Load] = []
        self.processor_seconds: list[float] = []
        self._process = process
        self._asked = 0

    def warm(self) -> None:
        """A stretch that does not count."""
        self._asked += load(self.port, self.paths, self._asked, _STRETCH_SECONDS).answers

    def ask(self) -> None:
        """One stretch that counts."""
        before = processor_seconds(self._process)
        stretch = load(self.port, self.paths, self._asked, _STRETCH_SECONDS)
        spent = processor_seconds(self._process) - before
        self._asked += stretch.answers
        self.stretches.append(stretch)
        self.processor_seconds.append(spent / stretch.answers)


def measure(size: int, progress: Progress) -> Measurement:
    """Verdicts of random numbers out of `size` certificates, and out of a tenth of them."""
    small_size = max(size // _SMALL, 1)
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory, ExitStack() as stack:
        path = Path(directory)
        full = _site(stack, path / "full", size, progress)
        small = _site(stack, path / "small", small_size, progress)
        answer = fetch(full.port, full.paths[0])
        bare = _bare(stack, path, answer)
        for each in (full, small, bare):
            each.warm()
        for done in range(1, _ROUNDS + 1):
            for each in (bare, full, small):
                each.ask()
            progress("查验", done, _ROUNDS)
    ratio = paired_ratio(_rates(full), _rates(bare))
    tails = paired_ratio(_tails(full), _tails(small))
    return Measurement(
        sizes={"certificates": size, "small": small_size, "answer_bytes": len(answer)},
        sides=(
            as_side(f"verdict, {size:,} certificates", full.stretches),
            as_side(f"verdict, {small_size:,} certificates", small.stretches),
            as_side("bare Starlette JSON with slowapi", bare.stretches),
        ),
        requirements=(
            Requirement("每秒查验，比裸 Starlette", ratio, Bound.AT_LEAST, _RATIO, "×"),
            Requirement("大库 p99 比小库 p99", tails, Bound.AT_MOST, _TAIL_RATIO, "×"),
        ),
        notes=(
            f"三个服务器各一个进程，轮流各问一小段；客户端 {client()} 同机，单线程，{CONNECTIONS} 条连接。",
            _processor_note(full, bare),
        ),
    )


def _site(stack: ExitStack, path: Path, size: int, progress: Progress) -> _Asked:
    """The real site over a register of that size, with its limits on."""
    path.mkdir()
    port = free_port()
    with a_ground(path, f"http://127.0.0.1:{port}") as ground:
        ground.grow(size, progress)
        environment = {**ground.environment, "SKILLCERT_LIMIT_LOOKUP": _LIMIT}
        numbers = ground.numbers
    arguments = ["-m", "web.cli", "serve", "--port", str(port)]
    process = stack.enter_context(running(arguments, path / "log", environment))
    wait_until_it_answers(process, port)
    Random(size).shuffle(numbers)  # noqa: S311 - the order of asking
    return _Asked(process, port, [f"{_PATH}{number}" for number in numbers])


def _bare(stack: ExitStack, path: Path, answer: bytes) -> _Asked:
    port = free_port()
    value = path / "answer.json"
    value.write_bytes(answer)
    arguments = ["-m", "web.bench.bare_site", str(port), _LIMIT, str(value)]
    process = stack.enter_context(running(arguments, path / "bare.log"))
    wait_until_it_answers(process, port)
    return _Asked(process, port, [f"/answers/{serial:022d}" for serial in range(10_000)])


def _rates(asked: _Asked) -> list[float]:
    return [each.per_second for each in asked.stretches]


def _tails(asked: _Asked) -> list[float]:
    return [each.p99_seconds for each in asked.stretches]


def _processor_note(full: _Asked, bare: _Asked) -> str:
    """What the servers themselves cost: it hardly depends on what else the machine does."""
    ours, theirs = median(full.processor_seconds), median(bare.processor_seconds)
    if not ours:
        return "本系统不报告进程的处理器时间。"
    return (
        f"每次应答的处理器时间：{ours * 1e6:.0f} µs，裸 Starlette {theirs * 1e6:.0f} µs，"
        f"比值 {theirs / ours:.2f} ×。"
    )
