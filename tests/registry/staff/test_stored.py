"""Accounts, sessions, tokens, attempts and the trail on each database."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.staff.errors import (
    AccountUnknown,
    CodeRefused,
    LastAdministrator,
    LoginTaken,
    LoginThrottled,
    MalformedAccount,
    MalformedToken,
    TokenUnknown,
)
from registry.staff.model import StaffRole, TokenScope
from registry.staff.passwords import Cost, Passwords
from registry.staff.sessions import NoVisit, Reused, Stage, Visit
from registry.staff.throttle import OF_ACCOUNT, Key
from registry.staff.totp import NEVER, code_at, new_secret
from registry.staff.trail import DONE, TrailEntry
from tests.registry.staff.desk import CREDIT_CODE, PASSWORD, VAULT, Bench

KEY = Key("account:somebody", OF_ACCOUNT)


def attempt(bench: Bench) -> int:
    """The wait in seconds that an attempt was refused with, 0 if it was let through."""
    try:
        bench.staff.throttle.count([KEY])
    except LoginThrottled as refused:
        return refused.retry_after_seconds
    return 0


def test_a_login_is_given_once_whatever_its_capitals(bench: Bench) -> None:
    bench.account(login="somebody")
    with pytest.raises(LoginTaken):
        bench.account(login=" SomeBody ")


@pytest.mark.parametrize(
    ("role", "office", "field"),
    [
        (StaffRole.INSTITUTION, "", "office"),
        (StaffRole.INSTITUTION, "430100", "office"),
        (StaffRole.REVIEWER, "110000", "office"),
        (StaffRole.PROVINCE, "430100", "office"),
        (StaffRole.AUDITOR, "430000", "office"),
        (StaffRole.ADMINISTRATOR, CREDIT_CODE, "office"),
    ],
)
def test_an_account_belongs_to_an_office_of_its_role(
    bench: Bench, role: StaffRole, office: str, field: str
) -> None:
    with pytest.raises(MalformedAccount) as refused:
        bench.account(role, office)
    assert refused.value.field == field


def test_no_password_and_no_secret_is_kept_readable(bench: Bench) -> None:
    account = bench.account(StaffRole.INSTITUTION, CREDIT_CODE)
    secret = new_secret()
    recovery = bench.staff.accounts.set_up_two_step(account, secret, code_at(secret, bench.clock.now))
    _, session = bench.staff.sessions.open(account.id, Stage.OPEN)
    _, token = bench.staff.tokens.create(
        account, name="示例", scopes=[TokenScope.BATCHES_READ], ends_on=bench.clock.now.date()
    )
    with bench.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
        kept = "".join(
            repr(connection.exec_driver_sql(f"SELECT * FROM {table}").all())
            for table in tables
            if table.startswith("staff")
        )
    for value in (PASSWORD, session, token, *recovery, repr(secret)[2:-1]):
        assert value not in kept


def test_a_password_kept_at_an_old_cost_is_kept_anew_when_it_is_used(bench: Bench) -> None:
    accounts = bench.staff.accounts
    bench.account()
    dearer = type(accounts)(
        bench.engine, lambda: VAULT, Passwords(Cost(memory_kib=16, passes=1, lanes=1)), bench.clock
    )

    def kept() -> str:
        with bench.engine.connect() as connection:
            return str(connection.exec_driver_sql("SELECT password FROM staff_account").scalar())

    before = kept()
    assert dearer.password_is_right("somebody", "wrong") is None
    assert kept() == before
    assert dearer.password_is_right("somebody", PASSWORD) is not None
    assert "m=16," in kept()
    assert dearer.password_is_right("somebody", PASSWORD) is not None


def test_one_code_opens_once_however_many_show_it_at_once(bench: Bench) -> None:
    account = bench.account(StaffRole.REVIEWER, "430100")
    secret = new_secret()
    bench.staff.accounts.set_up_two_step(account, secret, code_at(secret, bench.clock.now))
    bench.clock.pass_(minutes=1)
    code = code_at(secret, bench.clock.now)

    def try_it(_: int) -> bool:
        try:
            bench.staff.accounts.accept_code(account, code)
        except CodeRefused:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(try_it, range(6))) == 1


def test_a_recovery_code_is_used_up_and_is_nobody_elses(bench: Bench) -> None:
    accounts = bench.staff.accounts
    owner = bench.account(StaffRole.REVIEWER, "430100")
    other = bench.account(login="other")
    codes = accounts.renew_recovery(owner)
    with pytest.raises(CodeRefused):
        accounts.accept_code(other, codes[0])
    assert accounts.accept_code(owner, codes[0].replace("-", " ").upper())
    with pytest.raises(CodeRefused):
        accounts.accept_code(owner, codes[0])
    assert accounts.recovery_left(owner) == len(codes) - 1
    accounts.renew_recovery(owner)
    with pytest.raises(CodeRefused):
        accounts.accept_code(owner, codes[1])


def test_the_last_administrator_can_neither_be_closed_nor_moved(bench: Bench) -> None:
    accounts = bench.staff.accounts
    first = bench.account(StaffRole.ADMINISTRATOR)
    with pytest.raises(LastAdministrator):
        accounts.set_active(first.id, active=False)
    with pytest.raises(LastAdministrator):
        accounts.change(first.id, name="示例", role=StaffRole.AUDITOR, office="")
    second = bench.account(StaffRole.ADMINISTRATOR, login="second")
    assert not accounts.set_active(first.id, active=False).active
    with pytest.raises(LastAdministrator):
        accounts.set_active(second.id, active=False)
    with pytest.raises(AccountUnknown):
        accounts.set_active("nobody", active=False)


def test_whatever_takes_a_right_away_ends_sessions_and_tokens(bench: Bench) -> None:
    accounts, sessions, tokens = bench.staff.accounts, bench.staff.sessions, bench.staff.tokens
    account = bench.account(StaffRole.INSTITUTION, CREDIT_CODE)
    acts: list[Callable[[], object]] = [
        lambda: accounts.set_active(account.id, active=False),
        lambda: accounts.change(
            account.id, name="示例", role=StaffRole.INSTITUTION, office="91350100M000100Y43"
        ),
    ]
    for act in acts:
        accounts.set_active(account.id, active=True)
        _, session = sessions.open(account.id, Stage.OPEN)
        _, token = tokens.create(
            account, name="示例", scopes=[TokenScope.BATCHES_READ], ends_on=bench.clock.now.date()
        )
        assert isinstance(sessions.visit(session), Visit)
        assert tokens.opened_by(token)[1].id == account.id
        act()
        assert sessions.visit(session) == NoVisit(Reused.UNKNOWN)
        with pytest.raises(TokenUnknown):
            tokens.opened_by(token)
    resets: list[Callable[[], object]] = [
        lambda: accounts.reset_password(account.id, "another start password"),
        lambda: accounts.reset_two_step(account.id),
    ]
    for reset in resets:
        _, session = sessions.open(account.id, Stage.OPEN)
        reset()
        assert sessions.visit(session) == NoVisit(Reused.UNKNOWN)


def test_many_requests_at_the_moment_of_rotation_go_through_and_one_gets_the_new_token(
    bench: Bench,
) -> None:
    account, sessions = bench.account(), bench.staff.sessions
    _, token = sessions.open(account.id, Stage.OPEN)
    sessions.visit(token)
    bench.clock.pass_(minutes=16)
    with ThreadPoolExecutor(6) as threads:
        visits = list(threads.map(lambda _: sessions.visit(token), range(6)))
    given = [visit.new_token for visit in visits if isinstance(visit, Visit)]
    assert len(given) == 6
    assert sum(bool(each) for each in given) == 1


def test_a_token_is_good_through_its_last_day_and_no_longer_than_a_year(bench: Bench) -> None:
    account, tokens = bench.account(StaffRole.INSTITUTION, CREDIT_CODE), bench.staff.tokens
    today = bench.clock.now.date()
    scopes = [TokenScope.BATCHES_WRITE]
    kept, secret = tokens.create(account, name="示例", scopes=scopes, ends_on=today + timedelta(days=1))
    # 15:59 UTC is the last minute of a civil day in China.
    bench.clock.pass_(days=1, hours=14, minutes=59)
    assert tokens.opened_by(secret)[0].scopes == frozenset(scopes)
    bench.clock.pass_(minutes=1)
    with pytest.raises(TokenUnknown):
        tokens.opened_by(secret)
    for name, wanted, days in (("", scopes, 3), ("示例", [], 3), ("示例", scopes, 1), ("示例", scopes, 400)):
        with pytest.raises(MalformedToken):
            tokens.create(account, name=name, scopes=wanted, ends_on=today + timedelta(days=days))
    with pytest.raises(TokenUnknown):
        tokens.end("somebody-else", kept.id)


def test_attempts_wait_longer_and_longer_up_to_a_bound(bench: Bench) -> None:
    waits = []
    for _ in range(16):
        assert attempt(bench) == 0
        refused = attempt(bench)
        waits.append(refused)
        bench.clock.pass_(seconds=refused)
    seen = [wait for wait in waits if wait]
    assert seen[:3] == [30, 60, 120]
    assert seen == sorted(seen)
    assert seen[-1] == OF_ACCOUNT.longest.total_seconds()


def test_a_hundred_attempts_at_once_are_a_hundred_attempts(bench: Bench) -> None:
    with ThreadPoolExecutor(8) as threads:
        let_through = sum(wait == 0 for wait in threads.map(lambda _: attempt(bench), range(40)))
    assert let_through == OF_ACCOUNT.free


def test_what_is_long_past_is_forgotten(bench: Bench) -> None:
    while not attempt(bench):
        pass
    bench.clock.pass_(hours=25)
    assert [attempt(bench) for _ in range(OF_ACCOUNT.free)] == [0] * OF_ACCOUNT.free
    assert bench.staff.throttle.forget(bench.clock.now + timedelta(seconds=1)) == 1
    bench.staff.throttle.forgive([KEY])
    assert attempt(bench) == 0


def entry(bench: Bench, act: str = "batch.approved") -> TrailEntry:
    return TrailEntry(bench.clock.now, act, account="a", role="reviewer", subject="b" * 32)


def test_the_trail_tells_what_happened_newest_first(bench: Bench) -> None:
    for act in ("first", "second"):
        bench.staff.trail.write(entry(bench, act))
        bench.clock.pass_(seconds=1)
    bench.staff.trail.write(TrailEntry(bench.clock.now, "third", account="other", details={"rows": "3"}))
    everything = bench.staff.trail.newest(9)
    assert [each.act for each in everything] == ["third", "second", "first"]
    assert (everything[0].details, everything[0].outcome) == ({"rows": "3"}, DONE)
    assert [each.act for each in bench.staff.trail.newest(1, account="a")] == ["second"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE trail SET outcome = 'other'",
        "DELETE FROM trail",
        "INSERT INTO trail SELECT * FROM trail",
        "{replace}",
    ],
)
def test_the_database_refuses_to_change_the_trail(bench: Bench, statement: str) -> None:
    bench.staff.trail.write(entry(bench))
    before = bench.staff.trail.newest(9)
    replace = (
        "INSERT OR REPLACE INTO trail "
        "SELECT id, at, account, role, act, subject, 'x', address, details FROM trail"
        if bench.engine.dialect.name == "sqlite"
        else "TRUNCATE trail"
    )
    with pytest.raises(sa.exc.DBAPIError), bench.engine.begin() as connection:
        connection.exec_driver_sql(statement.format(replace=replace))
    assert bench.staff.trail.newest(9) == before


def test_only_what_is_older_than_the_cut_goes(bench: Bench) -> None:
    bench.staff.trail.write(entry(bench, "old"))
    bench.clock.pass_(days=10)
    bench.staff.trail.write(entry(bench, "young"))
    assert bench.staff.trail.remove_before(bench.clock.now - timedelta(days=1)) == 1
    assert [each.act for each in bench.staff.trail.newest(9)] == ["young"]
    with pytest.raises(sa.exc.DBAPIError), bench.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM trail")


def test_nothing_is_known_of_a_phone_before_it_is_set_up(bench: Bench) -> None:
    account = bench.account()
    assert NEVER < 0
    with pytest.raises(CodeRefused):
        bench.staff.accounts.accept_code(account, "000000")
