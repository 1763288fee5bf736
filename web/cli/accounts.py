"""`skillcert accounts`: the first administrator is made here, and whoever locked themselves out is let in.

No account has a default password: a start password is random and printed once, or read from a file, and must
be replaced at the first log-in.
"""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from registry.rules.bureaus import PROVINCE_CODE, parse_bureau
from registry.staff.desk import Staff, open_staff
from registry.staff.entry import forgive_attempts
from registry.staff.errors import AccountUnknown
from registry.staff.model import Account, StaffRole, tidy_login
from registry.staff.passwords import check_password, start_password
from registry.staff.totp import STEP_SECONDS, code_at, secret_from_text
from registry.staff.trail import by_command
from web.cli.opening import opened, read_passphrase
from web.cli.output import Output
from web.language import Language
from web.vocabulary import words


def add(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds the command."""
    command = commands.add_parser("accounts", help="账号 / accounts of the staff")
    actions = command.add_subparsers(dest="action", required=True)
    make = actions.add_parser("add", help="新建账号；初始密码只显示一次，首次登录必须修改")
    make.add_argument("login", metavar="LOGIN")
    make.add_argument("--name", required=True, help="姓名")
    make.add_argument("--role", required=True, choices=[role.value for role in StaffRole])
    make.add_argument("--office", default="", help="评价机构的统一社会信用代码，或市州（430100、长沙）")
    make.add_argument("--password-file", type=Path, help="初始密码文件；不写则随机生成并显示一次")
    make.set_defaults(run=_add)
    actions.add_parser("list", help="全部账号").set_defaults(run=_list)
    for name, text, run in (
        ("disable", "停用账号，立即退出其全部登录", _disable),
        ("enable", "恢复账号", _enable),
        ("unlock", "清除登录失败的计数", _unlock),
    ):
        action = actions.add_parser(name, help=text)
        action.add_argument("login", metavar="LOGIN")
        action.set_defaults(run=run)
    reset = actions.add_parser("reset", help="重置密码；--two-step 同时解除手机绑定")
    reset.add_argument("login", metavar="LOGIN")
    reset.add_argument("--two-step", action="store_true", help="解除手机绑定")
    reset.add_argument("--password-file", type=Path, help="初始密码文件；不写则随机生成并显示一次")
    reset.set_defaults(run=_reset)
    code = actions.add_parser("code", help="身份验证器此刻显示的验证码（演示或没有手机时）")
    code.add_argument("--secret", required=True, metavar="BASE32")
    code.set_defaults(run=_code)
    for action in actions.choices.values():
        action.add_argument("--json", action="store_true", default=argparse.SUPPRESS)


def _add(options: argparse.Namespace, output: Output) -> int:
    role, login = StaffRole(options.role), tidy_login(options.login)
    password = _start_password(options.password_file, login)
    with opened() as register:
        staff = open_staff(register)
        made = staff.accounts.create(
            login=login, name=options.name, role=role, office=_office(role, options.office), password=password
        )
        staff.trail.write(by_command(register.clock(), "account.created", subject=made.id))
    output.line(f"已新建账号 {made.login}（{_role_words(role)}）。")
    _show_password(output, made, password, was_given=options.password_file is not None)
    return 0


def _list(_: argparse.Namespace, output: Output) -> int:
    with opened() as register:
        listed = open_staff(register).accounts.all()
    for each in listed:
        account = each.account
        state = "" if account.active else "（已停用）"
        seen = each.seen_at[:10] or "从未登录"
        office = account.office or "-"
        output.line(f"{account.login}  {account.name}  {_role_words(account.role)}  {office}  {seen}{state}")
    output.result(
        [
            {
                "login": each.account.login,
                "name": each.account.name,
                "role": each.account.role.value,
                "office": each.account.office,
                "active": each.account.active,
                "two_step": each.account.two_step,
                "seen_at": each.seen_at,
            }
            for each in listed
        ]
    )
    return 0


def _disable(options: argparse.Namespace, output: Output) -> int:
    return _set_active(options.login, output, active=False)


def _enable(options: argparse.Namespace, output: Output) -> int:
    return _set_active(options.login, output, active=True)


def _set_active(login: str, output: Output, *, active: bool) -> int:
    with opened() as register:
        staff = open_staff(register)
        account = _found(staff, login)
        staff.accounts.set_active(account.id, active=active)
        act = "account.reopened" if active else "account.closed"
        staff.trail.write(by_command(register.clock(), act, subject=account.id))
    output.line(
        f"已恢复账号 {account.login}。" if active else f"已停用账号 {account.login}，其登录全部退出。"
    )
    output.result({"login": account.login, "active": active})
    return 0


def _reset(options: argparse.Namespace, output: Output) -> int:
    password = _start_password(options.password_file, tidy_login(options.login))
    with opened() as register:
        staff = open_staff(register)
        account = _found(staff, options.login)
        staff.accounts.reset_password(account.id, password)
        staff.trail.write(by_command(register.clock(), "account.password_reset", subject=account.id))
        if options.two_step:
            staff.accounts.reset_two_step(account.id)
            staff.trail.write(by_command(register.clock(), "account.two_step_reset", subject=account.id))
        forgive_attempts(staff, account)
    output.line(f"已重置账号 {account.login} 的密码，其登录全部退出。")
    _show_password(output, account, password, was_given=options.password_file is not None)
    return 0


def _unlock(options: argparse.Namespace, output: Output) -> int:
    with opened() as register:
        staff = open_staff(register)
        account = _found(staff, options.login)
        forgive_attempts(staff, account)
        staff.trail.write(by_command(register.clock(), "account.unlocked", subject=account.id))
    output.line(f"已清除账号 {account.login} 登录失败的计数。")
    output.result({"login": account.login})
    return 0


def _code(options: argparse.Namespace, output: Output) -> int:
    """Needs no register: it does what a phone does."""
    now = datetime.now(UTC)
    code = code_at(secret_from_text(options.secret), now)
    left = STEP_SECONDS - int(now.timestamp()) % STEP_SECONDS
    output.line(f"{code}  （还有 {left} 秒）")
    output.result({"code": code, "seconds": left})
    return 0


def _found(staff: Staff, login: str) -> Account:
    account = staff.accounts.by_login(login)
    if account is None:
        raise AccountUnknown
    return account


def _office(role: StaffRole, given: str) -> str:
    """The office as it is kept. Raises: UnknownBureau."""
    if role is StaffRole.REVIEWER:
        return parse_bureau(given).code
    return PROVINCE_CODE if role is StaffRole.PROVINCE else given.strip().upper()


def _start_password(file: Path | None, login: str) -> str:
    """Of the file, or random. Raises: FileUnreadable, KeyFileMissing, PasswordRefused."""
    if file is None:
        return start_password()
    given = read_passphrase(file).decode("utf-8", "replace")
    check_password(given, login=login)
    return given


def _show_password(output: Output, account: Account, password: str, *, was_given: bool) -> None:
    shown = {} if was_given else {"password": password}
    if not was_given:
        output.line(f"初始密码（只显示这一次）：{password}")
    output.result({"login": account.login, "id": account.id, **shown})


def _role_words(role: StaffRole) -> str:
    return words(f"staff_role.{role.value}", Language.CHINESE)
