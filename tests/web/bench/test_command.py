"""`skillcert bench`: what it prints."""

import json

import pytest

from web.bench.goals import GOALS
from web.bench.measurement import Bound, Measurement, MeasurementFailed, Progress, Requirement, side
from web.cli.main import main


def _measured(size: int, _: Progress) -> Measurement:
    return Measurement(
        sizes={"records": size},
        sides=(side("ours", [0.002]), side("theirs", [0.001])),
        requirements=(Requirement("比值", 0.4, Bound.AT_LEAST, 0.5, "×"),),
        notes=("只作示例。",),
    )


def _failing(_size: int, _: Progress) -> Measurement:
    raise MeasurementFailed("program_ended")


@pytest.fixture(autouse=True)
def _one_goal(monkeypatch: pytest.MonkeyPatch) -> None:
    goal = type(GOALS["commitments"])
    monkeypatch.setattr(
        "web.cli.benching.GOALS", {"quick": goal("快", _measured, 10), "broken": goal("坏", _failing, 1)}
    )


def test_machine_sides_and_goal_are_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "quick", "--size", "25"]) == 0
    said = capsys.readouterr().out
    for each in (
        "Python",
        "SQLite",
        "synchronous=FULL",
        "records 25",
        "ours",
        "2.00 ms",
        "0.40 ×",
        "未达到",
        "只作示例",
    ):
        assert each in said


def test_programs_get_the_same_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "quick", "--json"]) == 0
    value = json.loads(capsys.readouterr().out)
    assert value["machine"]["cores"] >= 1
    (measured,) = value["measurements"]
    assert measured["sizes"] == {"records": 10}
    assert [each["median_seconds"] for each in measured["sides"]] == [0.002, 0.001]
    assert measured["requirements"][0]["met"] is False
    assert measured["met"] is False


def test_what_could_not_be_measured_is_told_and_the_others_are_measured(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert main(["bench", "broken", "quick", "--json"]) == 2
    said = capsys.readouterr()
    assert "program_ended" in said.err
    broken, quick = json.loads(said.out)["measurements"]
    assert broken == {"goal": "broken", "failed": "program_ended"}
    assert quick["goal"] == "quick"


def test_unknown_goal_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "speed"]) == 2
    assert "speed" in capsys.readouterr().err


@pytest.mark.parametrize("size", ["0", "-1", "many", "10000001"])
def test_size_is_a_number_within_reason(size: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "quick", "--size", size]) == 2
    assert "10,000,000" in capsys.readouterr().err
