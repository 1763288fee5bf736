"""`skillcert` beside a guard that does not fit: what happened, what to do, and the exit code."""

import json
import shutil
from pathlib import Path

import pytest

from registry.custody.guarding import CheckpointFault
from registry.ledger.errors import GuardFault
from signing.frozen import parse_frozen
from tests.web_cli.commands import Commands, Ran
from tests.web_cli.house import BUREAU, House
from web.cli.opening import opened
from web.language import Language
from web.vocabulary import words

KINDS = {
    words(f"problem.{code}.{each}.title", Language.CHINESE): each.value
    for code, kinds in (("guard_mismatch", GuardFault), ("checkpoint_refused", CheckpointFault))
    for each in kinds
}


def root(house: House) -> tuple[str, Path]:
    return "--root-passphrase-file", house.passphrase("root.txt")


def guard(house: House) -> Path:
    return house.directory / "data-keys" / "guard.json"


def checkpoint(house: House) -> Path:
    """What an outsider holds."""
    path = house.directory / "checkpoint"
    with opened() as register:
        path.write_bytes(register.checkpoint())
    return path


def kind(ran: Ran) -> str:
    """The code of a refusal with its kind, of which the title tells."""
    return f"{ran.error}/{KINDS[ran.err.partition('（')[0]]}"


def append(act: Commands, house: House) -> Ran:
    """An append of the simplest kind."""
    return act("keys", "introduce", "qr", *root(house))


def backup(house: House) -> Path:
    shutil.copytree(house.directory / "data", house.directory / "backup")
    return house.directory / "backup"


def restore(house: House, kept: Path) -> None:
    shutil.rmtree(house.directory / "data")
    shutil.copytree(kept, house.directory / "data")


@pytest.fixture
def broken(house: House, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Commands:
    """`skillcert` on a register that the test breaks."""
    return Commands(monkeypatch, house.directory / "data", capsys).own(house.directory)


def test_a_restored_backup_is_refused_and_the_newest_database_goes_on(act: Commands, house: House) -> None:
    kept = backup(house)
    assert append(act, house).code == 0
    newest = house.directory / "newest"
    shutil.copytree(house.directory / "data", newest)
    restore(house, kept)
    size = house.size
    refused = append(act, house)
    assert (refused.code, kind(refused), house.size) == (2, "guard_mismatch/log_behind", size)
    assert f"防回退记录 {size + 1} 条，日志 {size} 条" in refused.err
    assert "不要删除防回退记录" in refused.err
    assert act("keys", "guard").code == 2
    stubborn = act("keys", "guard", "--from-checkpoint", checkpoint(house))
    assert (stubborn.code, kind(stubborn)) == (2, "guard_mismatch/log_behind")
    restore(house, newest)
    assert act("keys", "guard").code == 0
    assert append(act, house).code == 0


def test_a_lost_guard_is_written_anew_only_from_what_outsiders_hold(act: Commands, house: House) -> None:
    held = checkpoint(house)
    assert append(act, house).code == 0
    newest, size = guard(house).read_bytes(), house.size
    guard(house).unlink()
    refused = append(act, house)
    assert (refused.code, refused.error, house.size) == (2, "guard_missing", size)
    assert "skillcert keys guard --from-checkpoint" in refused.err
    forged = house.directory / "forged"
    for altered, code in (
        (held.read_bytes().replace(b"skills.example", b"another.example", 1), "other_log"),
        (held.read_bytes()[:-10] + b"AAAAAAAAA\n", "not_signed"),
        (b"\xff", "other_log"),
    ):
        forged.write_bytes(altered)
        told = act("keys", "guard", "--from-checkpoint", forged)
        assert (told.code, kind(told)) == (1, f"checkpoint_refused/{code}")
    assert not guard(house).exists()
    assert act("keys", "guard", "--from-checkpoint", held).code == 0
    assert guard(house).read_bytes() == newest
    assert append(act, house).code == 0


def test_a_lost_guard_beside_an_old_database_is_not_written_anew(act: Commands, house: House) -> None:
    kept = backup(house)
    assert append(act, house).code == 0
    held, newest = checkpoint(house), house.directory / "newest"
    shutil.copytree(house.directory / "data", newest)
    lost = guard(house).read_bytes()
    guard(house).unlink()
    restore(house, kept)
    refused = act("keys", "guard", "--from-checkpoint", held)
    assert (refused.code, kind(refused)) == (2, "guard_mismatch/log_behind")
    assert not guard(house).exists()
    restore(house, newest)
    guard(house).write_bytes(lost)


def test_an_old_copy_of_the_guard_is_refused_and_mended(act: Commands, house: House) -> None:
    old = guard(house).read_bytes()
    assert append(act, house).code == 0
    guard(house).write_bytes(old)
    size = house.size
    refused = append(act, house)
    assert (refused.code, kind(refused), house.size) == (2, "guard_mismatch/guard_behind", size)
    assert "skillcert keys guard --from-checkpoint" in refused.err
    assert act("keys", "guard", "--from-checkpoint", checkpoint(house)).code == 0
    assert append(act, house).code == 0


def test_another_logs_guard_is_refused(act: Commands, house: House) -> None:
    own = guard(house).read_bytes()
    guard(house).write_bytes(own.replace(b"skills.example", b"another.example"))
    refused = append(act, house)
    assert (refused.code, kind(refused)) == (2, "guard_mismatch/other_log")
    assert "SKILLCERT_LOG_ORIGIN" in refused.err
    guard(house).write_bytes(own)


def test_a_register_file_that_is_gone_is_not_made_anew(broken: Commands, house: House) -> None:
    for beside in (house.directory / "data").glob("register.sqlite*"):
        beside.unlink()
    for command in (
        ("keys", "list"),
        ("audit",),
        ("keys", "guard"),
        ("keys", "begin", *root(house)),
        ("database", "prepare"),
        ("verify", house.number(901)),
    ):
        refused = broken(*command)
        assert (refused.code, refused.error) == (2, "register_missing")
        assert "备份" in refused.err
    assert not house.register_file.exists()


def test_a_frozen_log_is_read_and_its_successor_names_it(
    broken: Commands, house: House, tmp_path: Path
) -> None:
    successor = "skills.example/second"
    size = house.size
    frozen = broken("keys", "freeze", "--reason", "leaked", *root(house), "--successor", successor, "--json")
    assert (frozen.code, frozen.value["size"], frozen.value["successor"]) == (0, size, successor)
    statement = guard(house).with_name("frozen.json")
    for refused in (
        append(broken, house),
        broken("keys", "freeze", "--reason", "lost", *root(house)),
        broken("keys", "begin", *root(house)),
        broken("keys", "guard", "--from-checkpoint", checkpoint(house)),
    ):
        assert (refused.code, refused.error) == (1, "log_frozen")
        assert successor in refused.err
    assert house.size == size
    assert broken("verify", house.number(901)).code == 0
    assert broken("audit").code == 0
    ended = parse_frozen(statement.read_bytes())
    broken.set("DATA_DIR", str(tmp_path / "second"))
    wrong = broken("keys", "begin", "--predecessor", statement, *root(house))
    assert (wrong.code, wrong.error) == (1, "not_the_predecessor")
    broken.set("LOG_ORIGIN", successor)
    assert broken("keys", "begin", "--predecessor", statement, *root(house)).code == 0
    with opened() as register:
        first = json.loads(register.ledger.body(0))
        assert register.ledger.key_history().predecessor == ended.checkpoint
    assert (first["role"], first["predecessor"]["size"]) == ("root", size)
    assert broken("audit").code == 0
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    assert broken("keys", "bureau", BUREAU, *root(house), *bureau).code == 0


def test_where_data_was_lost_outsiders_say_where_the_log_ended(broken: Commands, house: House) -> None:
    assert append(broken, house).code == 0
    size, held = house.size, checkpoint(house)
    for beside in (house.directory / "data").glob("register.sqlite*"):
        beside.unlink()
    lost = ("keys", "freeze", "--reason", "data_lost", *root(house))
    refused = broken(*lost)
    assert (refused.code, refused.error) == (1, "checkpoint_needed")
    forged = house.directory / "forged"
    forged.write_bytes(held.read_bytes()[:-10] + b"AAAAAAAAA\n")
    assert kind(broken(*lost, "--checkpoint", forged)) == "checkpoint_refused/not_signed"
    assert not guard(house).with_name("frozen.json").exists()
    assert broken(*lost, "--checkpoint", held, "--json").value["size"] == size
