"""`skillcert certificates`: a batch's files from the command line."""

from pathlib import Path

import pytest

from registry.staff.trail import Trail
from tests.web_cli.commands import Commands
from tests.web_cli.house import House
from web.cli.opening import opened


def _batch(act: Commands, house: House, *serials: int) -> str:
    received = house.intake(act, *(house.row(serial) for serial in serials))
    assert house.review(act, received.value["batch"], "--approve").code == 0
    batch: str = received.value["batch"]
    return batch


def test_a_batch_is_made_into_files_that_verify_and_the_next_run_keeps_them(
    act: Commands, house: House, tmp_path: Path
) -> None:
    batch, folder = _batch(act, house, 31, 32), tmp_path / "made"
    made = act("certificates", batch, "--to", folder, "--form", "pdf", "--form", "json", "--json")
    assert (made.code, made.value["certificates"], made.value["made"]) == (0, 2, 4)
    for serial in (31, 32):
        assert act("verify", folder / f"{house.number(serial)}.pdf").code == 0
    again = act("certificates", batch, "--to", folder, "--form", "pdf", "--form", "json")
    assert again.code == 0
    assert "新制作 0 份文件，已有 4 份" in again.out


def test_only_pdfs_are_made_unless_something_else_is_asked_for(
    act: Commands, house: House, tmp_path: Path
) -> None:
    act("certificates", _batch(act, house, 33), "--to", tmp_path / "made")
    assert sorted(path.suffix for path in (tmp_path / "made").iterdir()) == [".csv", ".pdf"]


@pytest.mark.parametrize(("batch", "error"), [("00" * 16, "batch_not_registered"), ("xyz", "batch_unknown")])
def test_a_batch_that_is_not_in_the_register_is_told(
    act: Commands, house: House, tmp_path: Path, batch: str, error: str
) -> None:
    assert house.size
    told = act("certificates", batch, "--to", tmp_path / "made")
    assert (told.code, told.error) == (1, error)
    assert not (tmp_path / "made").exists()


def test_the_making_leaves_a_trail(act: Commands, house: House, tmp_path: Path) -> None:
    batch = _batch(act, house, 34)
    act("certificates", batch, "--to", tmp_path / "made")
    with opened() as register:
        acts = [(each.act, each.subject) for each in Trail(register.desk_engine).newest(5)]
    assert ("certificates.made", batch) in acts
