"""`skillcert keys`: a rotation of every kind from the command line, on a register in use."""

from pathlib import Path

import pytest

from signing.notes import parse_note
from tests.web_cli.commands import Commands
from tests.web_cli.house import BUREAU, House
from web.cli.opening import opened


def root(house: House) -> tuple[str, Path]:
    return "--root-passphrase-file", house.passphrase("root.txt")


def keys(act: Commands, role: str) -> list[dict[str, object]]:
    return [each for each in act("keys", "list", "--json").value if each["role"] == role]


def signatures() -> int:
    """How many log keys signed the newest checkpoint."""
    with opened() as register:
        return len(parse_note(register.checkpoint()).signatures)


def test_a_rotation_of_the_log_key_from_the_first_command_to_the_last(act: Commands, house: House) -> None:
    (old,) = keys(act, "log")
    told = act("keys", "rotate", "log", *root(house))
    assert told.code == 0
    assert f"skillcert keys retire {old['key']} --reason rotated" in told.out
    assert "同签" in told.out
    _, new = keys(act, "log")
    assert (old["may_sign"], new["may_sign"], signatures()) == (True, True, 2)
    house.register_certificates(act, 11)
    assert signatures() == 2
    assert act("keys", "retire", str(old["key"]), "--reason", "rotated", *root(house)).code == 0
    retired, _ = keys(act, "log")
    assert (retired["may_sign"], retired["reason"], signatures()) == (False, "rotated", 1)
    number, *_ = house.register_certificates(act, 12)
    assert act("verify", number).code == 0
    size = house.size
    last = act("keys", "retire", str(new["key"]), "--reason", "rotated", *root(house))
    assert (last.code, last.error, house.size) == (1, "last_key", size)
    assert "skillcert keys introduce" in last.err
    shown = act("keys", "list").out
    assert "已停用" in shown
    assert "轮换" in shown
    assert "由登记平台代管" in shown


def test_root_and_sheet_are_rotated_and_a_leaked_key_is_gone_from_what_outsiders_trust(
    act: Commands, house: House
) -> None:
    (first_root,), (sheet,), (log,) = keys(act, "root"), keys(act, "sheet"), keys(act, "log")
    for role in ("root", "sheet", "log"):
        assert act("keys", "introduce", role, *root(house)).code == 0
    for key, reason in ((first_root, "rotated"), (sheet, "ended"), (log, "compromised")):
        assert act("keys", "retire", str(key["key"]), "--reason", reason, *root(house)).code == 0
    with opened() as register:
        files = register.trust_files()
    assert files["root.pem"].count(b"BEGIN CERTIFICATE") == 2
    assert len(files["log.vkey"].splitlines()) == 1
    again = act("keys", "retire", str(log["key"]), "--reason", "rotated", *root(house))
    assert again.error == "not_admitted/key_retired"


def test_a_bureau_changes_its_key_and_reviews_with_the_new_one(act: Commands, house: House) -> None:
    bureau = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    (old,) = (each for each in keys(act, "bureau") if each["bureau"] == BUREAU)
    new = act("keys", "bureau", BUREAU, "--another", *root(house), *bureau, "--json").value["key"]
    assert new != old["key"]
    assert act("keys", "retire", str(old["key"]), "--reason", "rotated", *root(house)).code == 0
    number, *_ = house.register_certificates(act, 21)
    assert act("verify", number).code == 0
    assert act("keys", "retire", new, "--reason", "ended", *root(house)).code == 0
    received = house.intake(act, house.row(22))
    refused = house.review(act, received.value["batch"], "--approve")
    assert (refused.code, refused.error) == (2, "no_active_key")
    assert act("keys", "bureau", BUREAU, *root(house), *bureau).code == 0
    assert house.review(act, received.value["batch"], "--approve").code == 0


def test_a_key_that_is_valid_later_does_not_sign_yet(act: Commands, house: House) -> None:
    later = ("--valid-from", "2099-01-01T00:00:00Z", "--valid-until", "2100-01-01T00:00:00Z")
    assert act("keys", "introduce", "log", *root(house), *later).code == 0
    _, new = keys(act, "log")
    assert (new["may_sign"], new["valid_from"], new["valid_until"]) == (False, later[1], later[3])
    assert signatures() == 1
    assert "尚未生效" in act("keys", "list").out


@pytest.mark.parametrize("wrong", ["tomorrow", "2026-12-01", "2026-12-01T00:00:00+08:00"])
def test_a_moment_is_written_in_one_way_only(act: Commands, house: House, wrong: str) -> None:
    size = house.size
    refused = act("keys", "introduce", "qr", *root(house), "--valid-from", wrong)
    assert (refused.code, refused.error, house.size) == (2, "command_line_fault", size)


def test_a_key_that_nobody_knows_is_not_retired(act: Commands, house: House) -> None:
    refused = act("keys", "retire", "0" * 16, "--reason", "rotated", *root(house))
    assert (refused.code, refused.error) == (1, "not_admitted/key_unknown")


def test_each_reviewer_of_a_bureau_has_an_own_key(act: Commands, house: House) -> None:
    own = house.directory / "liu.txt"
    own.write_text("柳工的口令，只有她知道\n", encoding="utf-8")
    made = act(
        "keys", "bureau", BUREAU, "--for", "liu", "--json",
        "--root-passphrase-file", house.passphrase("root.txt"), "--bureau-passphrase-file", own,
    )  # fmt: skip
    assert made.code == 0
    assert made.value["for"] == "liu"
    again = act(
        "keys", "bureau", BUREAU, "--for", "liu", "--json",
        "--root-passphrase-file", house.passphrase("root.txt"), "--bureau-passphrase-file", own,
    )  # fmt: skip
    assert again.value["key"] == made.value["key"]
    batch = house.intake(act, house.row(1)).value["batch"]
    assert act("review", batch, "--approve", "--bureau-passphrase-file", own).code == 0
    batch = house.intake(act, house.row(2)).value["batch"]
    assert house.review(act, batch, "--approve").code == 0


def test_nobody_is_asked_for_a_passphrase_where_nobody_sits(act: Commands, house: House) -> None:
    root = ("--root-passphrase-file", house.passphrase("root.txt"))
    assert act("keys", "bureau", BUREAU, "--for", "liu", *root, "--json").error == "key_file_missing"
