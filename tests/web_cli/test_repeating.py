"""A command that failed half-way is given again: it finishes what was begun, and does nothing twice."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.small_disk import small_disk
from tests.web_cli.commands import Commands
from tests.web_cli.house import ESTABLISHED, House

# What SQLite needs beside an opened file, and not much more.
ROOM_TO_OPEN = 56 * 1024


@contextmanager
def unpublishable(house: House) -> Iterator[None]:
    """The guard cannot be written: entries are stored, and nothing can be published."""
    in_the_way = house.directory / "data-keys" / "guard.new"
    in_the_way.mkdir()
    yield
    in_the_way.rmdir()


def test_a_review_that_could_not_be_published_is_finished_by_the_same_command(
    act: Commands, house: House
) -> None:
    batch = house.intake(act, house.row(1), house.row(2)).value["batch"]
    before = house.size
    with unpublishable(house):
        failed = house.review(act, batch, "--approve")
    assert (failed.code, failed.error) == (2, "database_unavailable")
    stored = house.size
    assert stored == before + 3
    assert act("verify", house.number(1)).code == 1
    assert act("audit").code == 0
    again = house.review(act, batch, "--approve")
    assert (again.code, again.error) == (1, "batch_decided")
    assert {act("verify", house.number(serial)).code for serial in (1, 2)} == {0}
    assert house.size == stored


def test_an_act_that_could_not_be_published_is_not_done_twice(act: Commands, house: House) -> None:
    number = house.number(ESTABLISHED[0])
    command = (
        *("reissue", number, "--reason", "lost_or_damaged", "--request", "示例补发-1"),
        *("--bureau-passphrase-file", house.passphrase("bureau.txt")),
    )
    before = house.size
    with unpublishable(house):
        failed = act(*command)
    assert (failed.code, failed.error) == (2, "database_unavailable")
    assert house.size == before + 1
    again = act(*command)
    assert again.code == 0
    assert house.size == before + 1
    assert act("verify", number).code == 0


def test_a_full_disk_is_named_and_the_same_command_works_when_there_is_room(
    act: Commands, house: House, tmp_path: Path
) -> None:
    batch = house.intake(act, house.row(1)).value["batch"]
    keys = house.directory / "data-keys"
    with small_disk(tmp_path / "disk", mebibytes=8) as disk:
        shutil.copytree(keys, disk.path / "keys")
        act.set("KEY_DIR", str(disk.path / "keys"))
        disk.fill()
        full = house.review(act, batch, "--approve")
        assert (full.code, full.error) == (2, "disk_full")
        assert "腾出空间" in full.err
        disk.make_room()
        assert house.review(act, batch, "--approve").error == "batch_decided"
        assert act("verify", house.number(1)).code == 0
        shutil.copy(disk.path / "keys" / "guard.json", keys / "guard.json")
    act.set("KEY_DIR", str(keys))


def test_a_full_disk_under_the_data_is_named_and_a_batch_comes_in_whole_afterwards(
    act: Commands, house: House, tmp_path: Path
) -> None:
    with small_disk(tmp_path / "disk", mebibytes=8) as disk:
        data = house.directory / "data"
        for path in data.glob("*.sqlite*"):
            shutil.copy(path, disk.path / path.name)
        act.set("DATA_DIR", str(disk.path))
        act.set("KEY_DIR", str(house.directory / "data-keys"))
        disk.fill(ROOM_TO_OPEN)
        full = house.intake(act, *(house.row(serial) for serial in range(1, 40)))
        assert (full.code, full.error) == (2, "disk_full")
        disk.make_room()
        received = house.intake(act, *(house.row(serial) for serial in range(1, 40)))
        assert (received.code, received.value["rows"]) == (0, 39)
        assert act("audit").code == 0
    act.set("DATA_DIR", str(data))
