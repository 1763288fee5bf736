"""The staff's pages as the desk's role: who works there logs in and hands jobs in, and can append nothing.

What the pages do is called here directly: the server's own threads would keep their connections open.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import QueuePool
from sqlalchemy.engine import Engine

from registry.jobs.model import JobState
from registry.jobs.runner import run_all
from registry.staff.model import StaffRole
from registry.staff.sessions import Stage, Visit
from registry.staff.trail import TrailEntry
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from tests.builders import form5_row
from tests.contracts.postgres import PostgresCluster, postgres_cluster
from tests.registry import filled
from tests.registry.ledger.builders import CHANGSHA, PREFIX
from tests.registry.storage.prepared import SetUp, set_up
from tests.web.sites import a_site
from tests.web.staff.desks import CHEAP, PASSWORD
from web.settings import Settings
from web.staff.job_faces import may_see_job
from web.staff.office import open_office

__all__ = ["postgres_cluster"]


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def test_the_web_server_works_as_the_desk_and_the_worker_as_the_writer(made: SetUp, tmp_path: Path) -> None:
    writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
    desk = replace(writer, database_url=made.url(Role.DESK))
    office = open_office(Settings.from_env({}), desk.register, cost=CHEAP, clock=desk.clock)
    people = {
        login: office.accounts.create(
            login=login, name="示例人员", role=role, office=of, password=PASSWORD, password_due=False
        )
        for login, role, of in (
            ("test-clerk", StaffRole.INSTITUTION, "52439900MA9900010W"),
            ("test-reviewer", StaffRole.REVIEWER, CHANGSHA),
        )
    }
    clerk = people["test-clerk"]
    assert office.accounts.password_is_right("test-clerk", PASSWORD) is not None
    _, token = office.staff.sessions.open(clerk.id, Stage.OPEN)
    assert isinstance(office.staff.sessions.visit(token), Visit)
    office.staff.trail.write(TrailEntry(desk.clock(), "batch.upload", account=clerk.id))
    asked = office.jobs.submit("intake", "a subject", clerk.id, {"prefix": PREFIX}, sealed={"form5": b"x"})
    assert may_see_job(office, people["test-reviewer"], asked)
    with pytest.raises(NotPermitted):
        desk.receive([form5_row()])
    with pytest.raises(NotPermitted):
        run_all(desk.register, {})
    run_all(writer.register, {"intake": lambda _: {"batch": "ab" * 16}})
    done = office.jobs.get(asked.id)
    assert done is not None
    assert (done.state, office.staff.trail.newest(1)[0].account) == (JobState.DONE, clerk.id)
    assert writer.audit().finding is None
    # Readers belong to threads, and whoever closes the office gives back those of all of them.
    with ThreadPoolExecutor(1) as threads:
        threads.submit(lambda: (office.heads().head(b""), office.drafts().review(b""))).result()
    engines = (desk.register.engine, desk.register.desk_engine)
    assert [checked_out(engine) for engine in engines] == [2, 1]
    office.close()
    # The one that is left is the register's own, which it closes itself.
    assert [checked_out(engine) for engine in engines] == [1, 0]
    desk.close()
    writer.close()


def checked_out(engine: Engine) -> int:
    """How many of an engine's connections somebody has."""
    pool = engine.pool
    assert isinstance(pool, QueuePool)
    return pool.checkedout()


@pytest.mark.anyio
async def test_a_site_for_the_public_alone_has_no_staff_pages() -> None:
    async with a_site() as site:
        for path in ("/staff", "/staff/login", "/api/v1/batches"):
            assert (await site.client.get(path)).status_code == 404
