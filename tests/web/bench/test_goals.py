"""Each goal can be measured, on very little, and leaves nothing behind. No figure is judged here."""

import tempfile
from pathlib import Path

import pytest

from registry.national.stand_in.faults import Fault
from web.bench import (
    append,
    audit,
    commitments,
    demo,
    desk,
    electronic,
    holder,
    inclusion,
    qr_codes,
    sync,
    verdict,
    workbook,
)
from web.bench.goals import GOALS
from web.bench.measurement import Measurement
from web.bench.sync_ways import Way


@pytest.fixture(autouse=True)
def _leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    yield
    assert list(tmp_path.iterdir()) == []


def _seen(_what: str, _done: int, _total: int | None) -> None:
    """Progress that nobody watches."""


def _told(measurement: Measurement) -> Measurement:
    """Shows that both sides were timed and every goal has a value."""
    assert len(measurement.sides) >= 2
    assert all(each.samples and each.median_seconds > 0 and each.per_second > 0 for each in measurement.sides)
    assert measurement.requirements
    # Memory may well not have grown at all.
    assert all(each.got > 0 or each.unit == "MB" for each in measurement.requirements)
    return measurement


def test_every_goal_has_a_module_of_its_own() -> None:
    modules = (
        *(commitments, append, inclusion, verdict, electronic, holder, qr_codes),
        *(audit, sync, workbook, desk, demo),
    )
    assert {goal.measure for goal in GOALS.values()} == {module.measure for module in modules}


def test_commitments() -> None:
    _told(commitments.measure(50, _seen))


def test_append_ends_with_the_same_rows_on_every_side() -> None:
    measured = _told(append.measure(2_000, _seen))
    assert measured.sizes["certificates"] == 2_000


def test_inclusion() -> None:
    measured = _told(inclusion.measure(300, _seen))
    assert measured.sizes["entries"] > 300


def test_audit() -> None:
    _told(audit.measure(100, _seen))


def test_electronic() -> None:
    _told(electronic.measure(1, _seen))


def test_refused_log_ins_of_holders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holder, "_CERTIFICATES", 30)
    monkeypatch.setattr(holder, "_WARM", 1)
    measured = _told(holder.measure(20, _seen))
    assert {each.samples for each in measured.sides} == {20}


def test_verdict_without_another_client(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(verdict, "_ROUNDS", 1)
    monkeypatch.setattr(verdict, "_STRETCH_SECONDS", 0.2)
    measured = _told(verdict.measure(40, _seen))
    assert measured.sizes["answer_bytes"] > 1_000


def test_sync_is_compared_by_both_sides(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without faults; and with a busy network and a sender that is killed once."""
    killed = Way("killed", rates={Fault.BUSY: 0.05}, killed_after=(0.0, 0.2), most_kills=1)
    monkeypatch.setattr(sync, "_WAYS", (Way("no faults"), killed))
    measured = _told(sync.measure(40, _seen))
    assert len(measured.notes) == 2


def test_workbook(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "_ROUNDS", 1)
    _told(workbook.measure(60, _seen))


def test_demo_ends_with_evidence_that_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "_ROUNDS", 1)
    _told(demo.measure(100, _seen))


def test_a_batch_goes_the_whole_way_over_the_desk() -> None:
    measured = _told(desk.measure(60, _seen))
    assert measured.sizes["inspected"] == 3
    stages = {each.name for each in measured.sides}
    assert {"upload", "intake", "propose", "sign", "approve", "verdict, meanwhile"} <= stages
