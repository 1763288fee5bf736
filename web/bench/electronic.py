"""The first download of an electronic certificate, and making many of them.

A first download is the signed PDF of a certificate that nobody asked for before, by a process that has its
font and compiler warm, as a running site has. Nothing is kept between two certificates. In bulk they are made
as `skillcert certificates` makes them, into files that are flushed, and the memory in use is looked at on the
way: it has to stay where it is, however many they are.
"""

import tempfile
import time
from pathlib import Path

from registry.bulk import make_batch
from registry.electronic import Form
from registry.ledger.errors import OutOfRange
from registry.register import Register
from signing.encoding import b64url_decode
from web.bench.ground import a_ground
from web.bench.growth.memory import own_bytes
from web.bench.measurement import Bound, Measurement, MeasurementFailed, Progress, Requirement, Side, side

DEFAULT_SIZE = 60
_WARM = 2
_DOWNLOADS = 300
_LOOKED_AT = 25
# The typesetter's own caches fill up first; from there on nothing may be added.
_SETTLED = 0.2
_MB = 1 << 20
_MEDIAN_MS, _BULK, _GROWTH_MB = 60.0, 25.0, 16.0


def measure(size: int, progress: Progress) -> Measurement:
    """The forms of some, and the sheets of `size` different certificates."""
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(size + _WARM, progress)
        register = ground.register
        indexes = [first_index(register, number) for number in ground.numbers[: _WARM + _DOWNLOADS]]
        for index in indexes[:_WARM]:
            register.electronic(index, Form.PDF)
        asked = indexes[_WARM:]
        sheets = [_making(register, index, Form.PDF) for index in asked]
        others = {form: [_making(register, index, form) for index in asked] for form in Form}
        del others[Form.PDF]
        bulk, memory = _bulk(register, ground.numbers, Path(directory) / "made", progress)
    first = side("signed PDF, first download", sheets)
    settled = memory[int(len(memory) * _SETTLED)]
    growth = (max(memory[int(len(memory) * _SETTLED) :]) - settled) / _MB
    return Measurement(
        sizes={"certificates": size, "downloads": len(asked), "memory_bytes": memory[-1]},
        sides=(first, *_sides(others)),
        requirements=(
            Requirement(
                "首次下载 PDF 的中位时间", first.median_seconds * 1000, Bound.AT_MOST, _MEDIAN_MS, "毫秒"
            ),
            Requirement("批量，每核每秒", bulk, Bound.AT_LEAST, _BULK, "本/秒"),
            Requirement(f"制作 {size:,} 本期间的内存增长", growth, Bound.AT_MOST, _GROWTH_MB, "MB"),
        ),
        notes=(
            "批量按处理器时间计，逐本制作已签名的 PDF，写成文件并落盘。",
            f"内存：头 {_SETTLED:.0%} 之后 {_megabytes(settled)}，结束时 {_megabytes(memory[-1])}。",
        ),
    )


def _bulk(
    register: Register, numbers: list[str], folder: Path, progress: Progress
) -> tuple[float, list[int]]:
    """(sheets a second of one core, memory in use on the way)."""
    batches = dict.fromkeys(_batch(register, number) for number in numbers)
    made, memory = 0, [own_bytes()]

    def look(done: int, _: int) -> None:
        progress("成批制作", made + done, len(numbers))
        if (made + done) % _LOOKED_AT == 0:
            memory.append(own_bytes())

    spent = time.process_time()
    for batch in batches:
        made += make_batch(register, batch, folder, [Form.PDF], look).made
    seconds = time.process_time() - spent
    memory.append(own_bytes())
    if made != len(numbers):
        raise MeasurementFailed("certificate_missing")
    return made / seconds, memory


def _megabytes(size: int) -> str:
    return f"{size / _MB:.1f} MB"


def _making(register: Register, index: int, form: Form) -> float:
    started = time.perf_counter()
    register.electronic(index, form)
    return time.perf_counter() - started


def _sides(others: dict[Form, list[float]]) -> list[Side]:
    return [side(f".{form}", seconds) for form, seconds in others.items()]


def first_index(register: Register, number: str) -> int:
    """Where the certificate of a number begins in the log. Raises: MeasurementFailed."""
    try:
        found = register.look_up.current(number)
    except OutOfRange as fault:
        raise MeasurementFailed("certificate_missing") from fault
    if found is None:
        raise MeasurementFailed("certificate_missing")
    return found[0].first.index


def _batch(register: Register, number: str) -> bytes:
    _, approval = register.ledger.approval_of(first_index(register, number))
    return b64url_decode(str(approval["batch"]))
