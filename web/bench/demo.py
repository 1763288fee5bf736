"""The demonstration from nothing to the first verified certificate, as `make demo` starts it."""

import json
import tempfile
import time
from pathlib import Path
from subprocess import Popen

from registry.verdict import Result
from signing.commitment import Commitment, check_opening
from signing.encoding import b64_decode, b64url_decode
from signing.errors import SigningError
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import parse_checkpoint, parse_note
from web.bench.load import fetch
from web.bench.measurement import Bound, Measurement, MeasurementFailed, Progress, Requirement, side
from web.bench.processes import free_port, running, wait_until_it_answers

DEFAULT_SIZE = 2_000
_ROUNDS = 2
_GOAL = 15.0
_FILL_SECONDS = 600.0


def measure(size: int, progress: Progress) -> Measurement:
    """The demonstration with `size` certificates, begun in an empty directory each time."""
    first, again = [], []
    for done in range(1, _ROUNDS + 1):
        with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
            data, port = Path(directory) / "demo-data", free_port()
            first.append(_started(data, port, size))
            again.append(_started(data, port, size))
        progress("演示", done, _ROUNDS)
    fresh = side("from an empty directory", first)
    return Measurement(
        sizes={"certificates": size},
        sides=(fresh, side("a second start", again)),
        requirements=(
            Requirement("到第一本核验通过的证书", fresh.median_seconds, Bound.AT_MOST, _GOAL, "秒"),
        ),
        notes=("计时含启动 Python；不含安装依赖。核验：打开承诺，并核对包含证明与检查点的根。",),
    )


def _started(data: Path, port: int, size: int) -> float:
    """Seconds from the command to a certificate whose evidence holds."""
    log = data.parent / "log"
    started = time.perf_counter()
    command = ["-m", "web.cli", "demo", "--data", str(data), "--port", str(port), "--certificates", str(size)]
    with running(command, log) as process:
        number = _first_number(process, data / "demo.json")
        wait_until_it_answers(process, port)
        _require_evidence(json.loads(fetch(port, f"/api/v1/certificates/{number}")))
        return time.perf_counter() - started


def _first_number(process: Popen[bytes], description: Path) -> str:
    """A valid certificate's number, once the filling is done."""
    deadline = time.monotonic() + _FILL_SECONDS
    while not description.is_file():
        if process.poll() is not None or time.monotonic() > deadline:
            raise MeasurementFailed("demo_not_filled")
        time.sleep(0.02)
    listed = json.loads(description.read_text(encoding="utf-8"))["certificates"]
    return next(str(each["number"]) for each in listed if each["result"] == Result.VALID)


def _require_evidence(verdict: dict[str, dict[str, object]]) -> None:
    """What an outsider checks of a verdict. Raises: MeasurementFailed."""
    entry = verdict["entry"]
    leaf, proof = str(entry["leaf"]), entry["proof"]
    assert isinstance(proof, list)
    try:
        committed = Commitment(b64url_decode(str(json.loads(leaf)["commitment"]), length=32))
        checkpoint = parse_checkpoint(parse_note(str(entry["checkpoint"]).encode()).text)
        check_opening(entry["opening"], committed)
        hashes = [b64_decode(str(each)) for each in proof]
        check_inclusion(
            leaf_hash(leaf.encode()), int(str(entry["index"])), checkpoint.size, hashes, checkpoint.root
        )
    except SigningError as fault:
        raise MeasurementFailed("evidence_does_not_hold") from fault
