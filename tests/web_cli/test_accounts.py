"""`skillcert accounts`: an administrator by a command, never a default password, each act in the trail."""

import json
from datetime import UTC, datetime
from pathlib import Path

from registry.staff.desk import open_staff
from registry.staff.model import COMMAND_LINE, StaffRole
from registry.staff.passwords import Passwords
from registry.staff.totp import code_at, secret_from_text
from tests.web_cli.commands import Commands, Demo
from web.cli.opening import opened, read_settings

ADMINISTRATOR = ("--name", "示例管理员", "--role", "administrator")


def test_a_start_password_is_random_shown_once_and_must_be_replaced(run_own: Commands, own: Demo) -> None:
    first = run_own("accounts", "add", "Admin.One", *ADMINISTRATOR, "--json").value
    second = run_own("accounts", "add", "admin.two", *ADMINISTRATOR, "--json").value
    listed = {each["login"]: each for each in run_own("accounts", "list", "--json").value}

    assert first["login"] == "admin.one"
    assert first["password"] != second["password"]
    assert first["password"] not in json.dumps(listed)
    with opened(read_settings(own.directory)) as register:
        staff = open_staff(register)
        account = staff.accounts.password_is_right("admin.one", first["password"])
        acts = staff.trail.newest(2)
    assert account is not None
    assert (account.role, account.password_due) == (StaffRole.ADMINISTRATOR, True)
    assert [(act.act, act.account) for act in acts] == [("account.created", COMMAND_LINE)] * 2


def test_a_start_password_from_a_file_is_not_printed(run_own: Commands, tmp_path: Path) -> None:
    file = tmp_path / "start.txt"
    file.write_text("示例口令 river and stone\n", encoding="utf-8")
    ran = run_own("accounts", "add", "reader", "--name", "示例", "--role", "auditor", "--password-file", file)

    assert ran.code == 0
    assert "river" not in ran.out + ran.err


def test_what_does_not_go_together_is_refused(run_own: Commands, tmp_path: Path) -> None:
    short = tmp_path / "short.txt"
    short.write_text("short", encoding="utf-8")
    base = ("--name", "示例", "--role")
    refused = {
        ("accounts", "add", "someone", *base, "reviewer", "--office", "北京"): "unknown_bureau",
        ("accounts", "add", "someone", *base, "institution"): "malformed_account",
        ("accounts", "add", "x", *base, "auditor"): "malformed_account",
        ("accounts", "add", "demo-auditor", *base, "auditor"): "login_taken",
        ("accounts", "add", "some", *base, "auditor", "--password-file", short): "password_refused",
        ("accounts", "disable", "nobody"): "account_unknown",
        ("accounts", "disable", "demo-administrator"): "last_administrator",
        ("accounts", "code", "--secret", "1"): "code_refused",
    }

    assert {command: run_own(*command).error.partition("/")[0] for command in refused} == refused


def test_disable_enable_and_reset_are_done_and_traced(run_own: Commands, own: Demo) -> None:
    assert run_own("accounts", "disable", "demo-reviewer").code == 0
    assert run_own("accounts", "enable", "demo-reviewer").code == 0
    fresh = run_own("accounts", "reset", "demo-reviewer", "--two-step", "--json").value
    assert run_own("accounts", "unlock", "demo-reviewer").code == 0
    with opened(read_settings(own.directory)) as register:
        staff = open_staff(register)
        account = staff.accounts.password_is_right("demo-reviewer", fresh["password"])
        acts = [entry.act for entry in reversed(staff.trail.newest(5))]

    assert account is not None
    assert (account.password_due, account.two_step) == (True, False)
    assert acts == [
        "account.closed",
        "account.reopened",
        "account.password_reset",
        "account.two_step_reset",
        "account.unlocked",
    ]


def test_the_demos_people_log_in_with_what_it_tells(demo: Demo, run: Commands) -> None:
    described = json.loads((demo.directory / "demo.json").read_text(encoding="utf-8"))["accounts"]
    assert [each["role"] for each in described] == [role.value for role in StaffRole]
    with opened(read_settings(demo.directory)) as register:
        accounts = open_staff(register).accounts
        found = [accounts.password_is_right(each["login"], each["password"]) for each in described]
    assert all(account is not None and not account.password_due for account in found)
    secret = next(each["totp_secret"] for each in described if each["role"] == "reviewer")
    shown = run("accounts", "code", "--secret", secret, "--json").value["code"]
    steps = [datetime.now(UTC).timestamp() + drift for drift in (0, -30)]
    codes = [code_at(secret_from_text(secret), datetime.fromtimestamp(at, UTC)) for at in steps]
    assert shown in codes


def test_passwords_are_kept_at_todays_cost(demo: Demo) -> None:
    with opened(read_settings(demo.directory)) as register, register.desk_engine.connect() as connection:
        kept = connection.exec_driver_sql("SELECT password FROM staff_account").scalars().all()

    assert kept
    assert all(each.startswith("$argon2id$v=19$m=19456,t=2,p=1$") for each in kept)
    assert not any(Passwords().is_outdated(each) for each in kept)


def test_what_is_done_at_the_command_line_stands_in_the_trail(run_own: Commands, own: Demo) -> None:
    described = json.loads((own.directory / "demo.json").read_text(encoding="utf-8"))["certificates"]
    number = next(each["number"] for each in described if each["note"] == "plain")
    assert run_own("annul", number, "--reason", "fraud").code == 0
    assert run_own("annul", number, "--reason", "nonsense").code != 0
    with opened(read_settings(own.directory)) as register:
        newest = open_staff(register).trail.newest(1)[0]

    assert (newest.act, newest.account, newest.outcome) == ("certificate.act", COMMAND_LINE, "done")
    assert number not in repr(newest)
