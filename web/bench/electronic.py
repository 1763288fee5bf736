"""The first download of an electronic certificate, and making many of them.

A first download is the signed PDF of a certificate that nobody asked for before, by a process that has its
font and compiler warm, as a running site has. Nothing is kept between two certificates.
"""

import tempfile
import time
from pathlib import Path

from registry.electronic import Form
from registry.ledger.errors import OutOfRange
from registry.register import Register
from web.bench.ground import a_ground
from web.bench.measurement import Bound, Measurement, MeasurementFailed, Progress, Requirement, Side, side

DEFAULT_SIZE = 60
_WARM = 2
_MEDIAN_MS, _BULK = 60.0, 25.0


def measure(size: int, progress: Progress) -> Measurement:
    """The forms of `size` different certificates."""
    with (
        tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory,
        a_ground(Path(directory)) as ground,
    ):
        ground.grow(size + _WARM, progress)
        register = ground.register
        indexes = [_index(register, number) for number in ground.numbers]
        for index in indexes[:_WARM]:
            register.electronic(index, Form.PDF)
        sheets: list[float] = []
        others: dict[Form, list[float]] = {form: [] for form in Form if form is not Form.PDF}
        spent = time.process_time()
        for done, index in enumerate(indexes[_WARM:], start=1):
            sheets.append(_making(register, index, Form.PDF))
            progress("电子证书", done, size)
        bulk = size / (time.process_time() - spent)
        for index in indexes[_WARM:]:
            for form, seconds in others.items():
                seconds.append(_making(register, index, form))
    first = side("signed PDF, first download", sheets)
    return Measurement(
        sizes={"certificates": size},
        sides=(first, *_sides(others)),
        requirements=(
            Requirement(
                "首次下载 PDF 的中位时间", first.median_seconds * 1000, Bound.AT_MOST, _MEDIAN_MS, "毫秒"
            ),
            Requirement("批量，每核每秒", bulk, Bound.AT_LEAST, _BULK, "本/秒"),
        ),
        notes=("批量按处理器时间计，逐本制作已签名的 PDF。",),
    )


def _making(register: Register, index: int, form: Form) -> float:
    started = time.perf_counter()
    register.electronic(index, form)
    return time.perf_counter() - started


def _sides(others: dict[Form, list[float]]) -> list[Side]:
    return [side(f".{form}", seconds) for form, seconds in others.items()]


def _index(register: Register, number: str) -> int:
    try:
        found = register.look_up.current(number)
    except OutOfRange as fault:
        raise MeasurementFailed("certificate_missing") from fault
    if found is None:
        raise MeasurementFailed("certificate_missing")
    return found[0].first.index
