"""A large workbook from its bytes to the search index, and the least that any program has to do with it.

Ours reads both forms, applies every rule, keeps the batch, approves it, appends it and indexes it. The other
side lets calamine read the workbook, commits to each row, encrypts it and inserts it into a bare table. Each
run is a process of its own over a register of its own.
"""

import shutil
import tempfile
from pathlib import Path

from registry.intake.forms_out import count_rows, write_form4, write_form5
from registry.ledger.admission import CIVIL_TIME
from registry.register import utc_now
from web.bench.ground import a_ground
from web.bench.invented import lately, offices
from web.bench.measurement import (
    Bound,
    Measurement,
    MeasurementFailed,
    Progress,
    Requirement,
    Side,
    paired_ratio,
    side,
)
from web.bench.processes import Outcome, ran
from web.bench.workbook_runs import FORM4, FORM5
from web.demo.workbooks import PHONE, REPORTER, Writing

DEFAULT_SIZE = 100_000
_ROUNDS = 2
_RATIO, _MEGABYTES = 2.0, 500.0
_PARTS = ("receive", "approve", "index")


def measure(size: int, progress: Progress) -> Measurement:
    """A workbook of `size` rows without faults."""
    ours, plain = [], []
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        path = Path(directory)
        progress("工作簿", 0, size)
        file_bytes = write_forms(path, size)
        progress("工作簿", size, size)
        for done in range(1, _ROUNDS + 1):
            ours.append(_run("ours", path, size))
            plain.append(_run("plain", path, size))
            progress("整批", done, _ROUNDS)
    times, bare = _seconds(ours, "seconds"), _seconds(plain, "seconds")
    largest = max(ours, key=lambda each: each.peak_bytes)
    return Measurement(
        sizes={"rows": size, "workbook_bytes": file_bytes},
        sides=(
            side("read, check, keep, approve, append, index", times, size),
            *(_part(ours, name, size) for name in _PARTS),
            side("calamine, commitments, encryption, inserts", bare, size),
        ),
        requirements=(
            Requirement("整批处理，比最低限度", paired_ratio(times, bare), Bound.AT_MOST, _RATIO, "×"),
            Requirement("内存峰值", largest.peak_bytes / 1e6, Bound.AT_MOST, _MEGABYTES, "MB"),
        ),
        notes=(
            "每项时间都摊到每行。",
            f"内存是各自峰值之和，只会偏大：主进程 {largest.printed['own_bytes'] / 1e6:.0f} MB，"
            f"读表子进程 {largest.printed['reader_bytes'] / 1e6:.0f} MB。",
        ),
    )


def write_forms(path: Path, size: int) -> int:
    """Both forms of a clean batch as an institution would hand them in today; returns Form 5's length."""
    today = utc_now().astimezone(CIVIL_TIME).date()
    office = offices(today)[0]
    rows = [each.cells(Writing.CODES) for each in office.sittings(lately(today), size)]
    form5 = write_form5(rows)
    form4 = write_form4(
        uploading_institution=office.filing.name,
        file_name=FORM5,
        counts=count_rows(rows),
        reporter=REPORTER,
        phone=PHONE,
        reported_on=today,
    )
    (path / FORM5).write_bytes(form5)
    (path / FORM4).write_bytes(form4)
    return len(form5)


def _run(which: str, forms: Path, size: int) -> Outcome:
    """One run over a fresh register. Raises: MeasurementFailed unless every row came through."""
    with tempfile.TemporaryDirectory(prefix="skillcert-bench-") as directory:
        path = Path(directory)
        for name in (FORM5, FORM4):
            shutil.copy(forms / name, path)
        with a_ground(path):
            pass
        outcome = ran(["-m", "web.bench.workbook_runs", which, directory])
    if outcome.printed["rows"] != size:
        raise MeasurementFailed("rows_missing")
    return outcome


def _seconds(outcomes: list[Outcome], name: str) -> list[float]:
    return [each.printed[name] for each in outcomes]


def _part(outcomes: list[Outcome], name: str, size: int) -> Side:
    return side(f"of which {name}", _seconds(outcomes, name), size)
