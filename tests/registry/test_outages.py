"""Found, not found and could not check are three answers: no fault of ours is ever told as "not found"."""

import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from registry.ledger.errors import LogNotFound, RegisterMissing
from registry.rosters.checking import LineConclusion, check_roster
from registry.rosters.reading import RosterRow
from registry.storage.errors import DatabaseUnavailable, SealBroken
from registry.verdict import Result
from tests.builders import a_number
from tests.registry.filled import ASKED_AT, HOLDERS, Scene, Story
from tests.registry.ledger.builders import StepClock

UNKNOWN = a_number(999_999)
_PAGE_BYTES = 4096


@pytest.fixture
def data(filled_directory: Path, tmp_path: Path) -> Path:
    """The data directory of a closed register that a test may spoil."""
    shutil.copytree(filled_directory, tmp_path / "register")
    return tmp_path / "register" / "data"


@pytest.fixture
def reopen(data: Path) -> Iterator[Callable[[], Scene]]:
    """Opens the register in `data`, as a process does that starts now."""
    opened: list[Scene] = []

    def open_it() -> Scene:
        opened.append(Scene(data.parent, StepClock(now=ASKED_AT)))
        return opened[-1]

    yield open_it
    for each in opened:
        each.close()


def _remove(data: Path, name: str = "register") -> None:
    for path in data.glob(f"{name}.sqlite*"):
        path.unlink()


def _shut(data: Path) -> None:
    _remove(data)
    (data / "register.sqlite").mkdir()


def _overwrite(data: Path) -> None:
    _remove(data)
    (data / "register.sqlite").write_bytes(b"this is no database at all" * _PAGE_BYTES)


def _empty(data: Path) -> None:
    _remove(data)
    (data / "register.sqlite").touch()


def _blank_pages(data: Path) -> None:
    content = bytearray((data / "register.sqlite").read_bytes())
    for start in range(_PAGE_BYTES, len(content), _PAGE_BYTES):
        content[start : start + 64] = bytes(64)
    _remove(data)
    (data / "register.sqlite").write_bytes(content)


def _cut_short(data: Path) -> None:
    content = (data / "register.sqlite").read_bytes()
    _remove(data)
    (data / "register.sqlite").write_bytes(content[: len(content) // 3 // _PAGE_BYTES * _PAGE_BYTES])


@pytest.mark.parametrize("number", [HOLDERS[Story.PLAIN].number, UNKNOWN])
@pytest.mark.parametrize("spoil", [_shut, _overwrite, _blank_pages, _cut_short])
def test_a_dead_database_is_an_error_for_every_number(
    data: Path, reopen: Callable[[], Scene], spoil: Callable[[Path], None], number: str
) -> None:
    spoil(data)
    register = reopen().register
    with pytest.raises(DatabaseUnavailable):
        register.verdict(number)
    with pytest.raises(DatabaseUnavailable):
        register.verify_number(number, name=HOLDERS[Story.PLAIN].name, id_number=None)
    with pytest.raises(DatabaseUnavailable):
        register.person_matches(number, name=HOLDERS[Story.PLAIN].name, id_number=None)


@pytest.mark.parametrize("spoil", [_remove, _empty])
def test_a_register_file_that_is_gone_is_said_to_be_missing(
    data: Path, reopen: Callable[[], Scene], spoil: Callable[[Path], None]
) -> None:
    spoil(data)
    left = sorted(data.iterdir())
    with pytest.raises(RegisterMissing):
        reopen()
    assert sorted(data.iterdir()) == left


@pytest.mark.parametrize("spoil", [_remove, _empty])
def test_a_register_file_that_goes_while_it_is_open_is_an_error_and_not_made_anew(
    data: Path, reopen: Callable[[], Scene], spoil: Callable[[Path], None]
) -> None:
    register = reopen().register
    spoil(data)
    for number in (HOLDERS[Story.PLAIN].number, UNKNOWN):
        with pytest.raises(DatabaseUnavailable):
            register.verdict(number)
    assert (data / "register.sqlite").exists() is (spoil is _empty)


def test_a_database_that_comes_back_is_read_again(data: Path, reopen: Callable[[], Scene]) -> None:
    kept = (data / "register.sqlite").read_bytes()
    _overwrite(data)
    register = reopen().register
    with pytest.raises(DatabaseUnavailable):
        register.verdict(HOLDERS[Story.PLAIN].number)
    (data / "register.sqlite").write_bytes(kept)
    assert register.verdict(HOLDERS[Story.PLAIN].number).result is Result.VALID


def test_a_log_that_was_never_begun_is_an_error(data: Path, reopen: Callable[[], Scene]) -> None:
    _forge(data, "DELETE FROM checkpoint")
    register = reopen().register
    with pytest.raises(LogNotFound):
        register.verdict(UNKNOWN)
    with pytest.raises(LogNotFound):
        register.verdict_by_ref("AAAAAAAAAAAAAAAAAAAAAA")


@pytest.mark.parametrize("story", [Story.PLAIN, Story.ANNULLED])
def test_a_record_whose_seal_is_broken_is_an_error(
    data: Path, reopen: Callable[[], Scene], story: Story
) -> None:
    number = HOLDERS[story].number
    _forge(data, f"UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = '{number}'")
    register = reopen().register
    with pytest.raises(SealBroken):
        register.verdict(number)
    assert register.verdict(HOLDERS[Story.REISSUED].number).result is Result.VALID


def test_in_a_list_a_record_whose_seal_is_broken_could_not_be_checked_and_the_others_could(
    data: Path, reopen: Callable[[], Scene]
) -> None:
    broken, whole = HOLDERS[Story.PLAIN], HOLDERS[Story.REISSUED]
    _forge(data, f"UPDATE record SET sealed = zeroblob(length(sealed)) WHERE number = '{broken.number}'")
    rows = [RosterRow(at, holder.number, holder.name) for at, holder in enumerate((broken, whole), start=2)]
    lines = check_roster(reopen().register.look_up, rows)
    assert [line.conclusion for line in lines] == [LineConclusion.COULD_NOT_CHECK, LineConclusion.VALID]


def test_a_sealed_record_of_another_certificate_does_not_open(
    data: Path, reopen: Callable[[], Scene]
) -> None:
    mine, other = HOLDERS[Story.PLAIN].number, HOLDERS[Story.REISSUED].number
    _forge(
        data,
        f"UPDATE record SET sealed = (SELECT sealed FROM record WHERE number = '{other}') "
        f"WHERE number = '{mine}'",
    )
    with pytest.raises(SealBroken):
        reopen().register.verdict(mine)


def test_a_dead_desk_is_never_told_as_not_found(data: Path, reopen: Callable[[], Scene]) -> None:
    _remove(data, "desk")
    (data / "desk.sqlite").write_bytes(b"this is no database at all" * _PAGE_BYTES)
    with pytest.raises(DatabaseUnavailable):
        reopen().register.verdict(HOLDERS[Story.PLAIN].number)


def _forge(data: Path, statement: str) -> None:
    """What only the owner of the file can do: the guards are taken away first."""
    with closing(sqlite3.connect(data / "register.sqlite", isolation_level=None)) as database:
        names = database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            database.execute(f'DROP TRIGGER "{name}"')
        assert database.execute(statement).rowcount > 0
