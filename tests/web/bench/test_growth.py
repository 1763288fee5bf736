"""A register grows, is measured on the way, and can be grown on. No figure is judged here."""

import json
from datetime import date
from functools import partial
from itertools import chain
from pathlib import Path
from xml.etree import ElementTree

import pytest

from registry.rules.identity_documents import check_identity, parse_identity_type
from web.bench.ground import a_ground
from web.bench.growth.picture import main as draw
from web.bench.growth.preparing import ALL_SEALED, Preparer, is_sealed
from web.bench.growth.run import Growth, sizes
from web.bench.growth.stream import BATCH, Stream
from web.bench.processes import ran
from web.cli.main import main

STEPS = {
    "fill",
    "append",
    "single",
    "parts",
    "proofs",
    "verdicts",
    "hashing",
    "audit_log",
    "audit_whole",
}
TODAY = date(2026, 11, 20)


def test_growth_measures_every_step_and_leaves_only_the_register(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.cli.growing.Growth", partial(Growth, apart=False))
    work, out = tmp_path / "work", tmp_path / "growth.json"
    assert main(["bench", "growth", "--to", "2000", "--work", str(work), "--out", str(out)]) == 0
    assert "2,000 本证书" in capsys.readouterr().out
    (point,) = json.loads(out.read_text(encoding="utf-8"))["points"]
    assert point.pop("certificates") == 2_000
    assert set(point) == STEPS
    assert all(value > 0 for value in point["append"].values())
    assert point["parts"]["record"] > 2_000 * 200
    assert not list((work / "data").glob("plain*"))
    # What is there is not measured again.
    again = Growth(work, "", lambda _what, _done, _total: None, apart=False)
    assert list(again.measure([2_000], lambda _point: None)) == []


def test_picture_shows_every_panel_of_what_was_measured(tmp_path: Path) -> None:
    timed = {"median_seconds": 0.001, "processor_median_seconds": 0.0004, "processor_p99_seconds": 0.0009}
    point = {
        "certificates": 10_000,
        "fill": {"own_bytes": 9e7},
        "append": {"processor_seconds": 2e-5, "plain_processor_seconds": 1e-5},
        "single": timed,
        "parts": {"record": 4_000_000, "entry": 1_700_000, "tile": 700_000},
        "proofs": {
            "entries": 10_093,
            "cold_processor_median_seconds": 0.0009,
            "warm_processor_median_seconds": 5e-5,
        },
        "verdicts": timed,
        "hashing": {"processor_seconds": 0.01},
        "audit_log": {"log_processor_seconds": 0.02, "own_bytes": 9e7},
    }
    machine = {"model": "示例", "cores": 2, "python": "3.11", "durability": "synchronous=FULL"}
    larger = {**point, "certificates": 100_000}
    source, target = tmp_path / "growth.json", tmp_path / "growth.svg"
    source.write_text(json.dumps({"machine": machine, "points": [point, larger]}), encoding="utf-8")
    draw([str(source), str(target)])
    said = " ".join(ElementTree.parse(target).getroot().itertext())
    for each in (
        "入库",
        "占用",
        "包含证明",
        "按编号查验",
        "核对",
        "内存",
        "目标 ≤ 1",
        "10k",
        "100k",
        "只散列 0.99",
    ):
        assert each in said
    # What was not measured has no line.
    assert "records too" not in said


def test_step_in_a_process_of_its_own_says_its_memory(tmp_path: Path) -> None:
    outcome = ran(["-m", "web.bench.growth.step", "begin", str(tmp_path), "", "0", "0"])
    assert 0 < outcome.printed["own_bytes"] <= outcome.peak_bytes


def test_growth_stops_at_each_power_of_ten() -> None:
    assert sizes(10_000) == [10_000]
    assert sizes(5_000_000) == [10_000, 100_000, 1_000_000, 5_000_000]


def test_growth_is_asked_for_a_size_within_reason(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", "growth", "--to", "10000001"]) == 2
    assert "10,000,000" in capsys.readouterr().err


def test_stream_gives_each_certificate_a_number_and_a_holder_of_its_own() -> None:
    stream = Stream(TODAY)
    records = list(chain.from_iterable(map(stream.records, (0, 1, 16, 9_999))))
    records += [stream.single(0), stream.single(1)]
    assert len({each.number for each in records}) == len({each.id_number for each in records}) == len(records)
    assert all(each.number.startswith(each.institution) for each in records)


def test_stream_finds_the_numbers_of_a_batch_again() -> None:
    stream = Stream(TODAY)
    assert stream.numbers(17) == [each.number for each in stream.records(17)]


def test_unsealed_batches_take_as_much_room_as_sealed_ones(tmp_path: Path) -> None:
    with a_ground(tmp_path) as ground:
        preparer = Preparer(ground.register.keys.vault)
    hollow, sealed = preparer.batch(ALL_SEALED + 1), preparer.batch(1)
    assert not is_sealed(ALL_SEALED + 1)
    assert is_sealed(ALL_SEALED + 50)
    assert sorted(each.number for each in hollow) == preparer.stream.numbers(ALL_SEALED + 1)
    assert len(hollow) == len({each.commitment for each in hollow}) == len(sealed) == BATCH
    record = preparer.stream.records(ALL_SEALED + 1)[5]
    assert len(hollow[0].sealed) == len(preparer.prepared(record).sealed)


def test_identities_of_the_stream_are_right_in_form() -> None:
    for record in Stream(TODAY).records(9_999)[:50]:
        checked = check_identity(parse_identity_type(record.id_type), record.id_number, TODAY)
        assert checked.canonical == record.id_number
