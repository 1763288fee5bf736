"""The staff's tables on a server: the desk's role does a day's work, and can't touch the trail behind it."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from registry.staff.entry import From, choose_password, confirm_code, log_in
from registry.staff.errors import LoginRefused
from registry.staff.model import StaffRole, TokenScope
from registry.staff.sessions import Visit
from registry.staff.totp import code_at, new_secret
from registry.staff.trail import TrailEntry
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from registry.storage.sql import writing
from tests.contracts.postgres import PostgresCluster
from tests.registry.staff.desk import CREDIT_CODE, PASSWORD, a_bench
from tests.registry.storage.prepared import SetUp, set_up

HERE = From(network="a network")
NEW = "山高月小 水落石出 9"


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def test_the_desks_role_lets_people_in_and_changes_nothing_of_the_trail(made: SetUp, tmp_path: Path) -> None:
    with a_bench(made.url(Role.DESK), tmp_path) as bench:
        staff, clock = bench.staff, bench.clock
        reviewer = bench.account(StaffRole.REVIEWER, "430100")
        secret = new_secret()
        staff.accounts.set_up_two_step(reviewer, secret, code_at(secret, clock.now))
        clock.pass_(minutes=1)
        with pytest.raises(LoginRefused):
            log_in(staff, "somebody", "wrong", HERE, clock.now)
        half = log_in(staff, "somebody", PASSWORD, HERE, clock.now)
        code = code_at(secret, clock.now)
        whole, by_recovery = confirm_code(staff, half.account, half.session, code, HERE, clock.now)
        changed = choose_password(staff, whole.account, whole.session, old=PASSWORD, new=NEW, again=NEW)
        staff.sessions.visit(changed.token)
        clock.pass_(minutes=16)
        rotated = staff.sessions.visit(changed.token)
        institution = bench.account(StaffRole.INSTITUTION, CREDIT_CODE, login="institution")
        token, shown = staff.tokens.create(
            institution, name="示例", scopes=[TokenScope.BATCHES_READ], ends_on=clock.now.date()
        )
        assert not by_recovery
        assert isinstance(rotated, Visit)
        assert rotated.new_token
        assert staff.tokens.opened_by(shown)[0].id == token.id
        staff.accounts.set_active(institution.id, active=False)
        staff.trail.write(TrailEntry(clock.now, "session.login", account=reviewer.id))
        with pytest.raises(NotPermitted):
            staff.trail.remove_before(clock.now + timedelta(days=1))
        for statement in ("UPDATE trail SET outcome = 'x'", "DELETE FROM trail", "DELETE FROM staff_account"):
            with pytest.raises(NotPermitted), writing(bench.engine) as connection:
                connection.exec_driver_sql(statement)
        assert len(staff.trail.newest(9)) == 1


def test_the_readers_role_sees_no_account_no_session_and_no_trail(made: SetUp) -> None:
    with made.connect(Role.READER) as reader:
        for table in ("staff_account", "staff_session", "staff_token", "staff_recovery", "trail"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                reader.execute(sql.SQL("SELECT * FROM {}").format(sql.Identifier(table)))
