"""The staff's pages as the desk's role: they log in, hand jobs in and read, and can append nothing."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from registry.jobs.runner import run_all
from registry.register import Register
from registry.staff.model import StaffRole
from registry.storage.errors import NotPermitted
from registry.storage.rights import Role
from tests.builders import form5_row
from tests.contracts.postgres import PostgresCluster, postgres_cluster
from tests.registry import filled
from tests.registry.ledger.builders import PREFIX
from tests.registry.storage.prepared import SetUp, set_up
from tests.web.sites import a_site
from tests.web.staff.desks import a_desk

__all__ = ["postgres_cluster"]
pytestmark = pytest.mark.anyio


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


async def test_the_web_server_works_as_the_desk_and_the_worker_as_the_writer(
    made: SetUp, tmp_path: Path
) -> None:
    writer = filled.begin(tmp_path / "register", made.url(Role.WRITER))
    desk_scene = replace(writer, database_url=made.url(Role.DESK))
    async with a_desk(desk_scene) as desk:
        clerk = desk.account(StaffRole.INSTITUTION)
        browser = desk.browser(clerk)
        assert (await browser.get("/staff")).status_code == 200
        asked = desk.office.jobs.submit("intake", "a subject", clerk.id, {"prefix": PREFIX})
        address = f"/staff/jobs/{asked.id}"
        assert (await browser.get(address)).status_code == 200
        assert (await browser.post("/staff/logout")).status_code == 303
        assert desk.office.staff.trail.newest(1)[0].account == clerk.id
        with pytest.raises(NotPermitted):
            desk_scene.receive([form5_row()])
        with pytest.raises(NotPermitted):
            run_all(desk_scene.register, {})
        run_all(writer.register, {"intake": lambda _: {"batch": "ab" * 16}})
        again = desk.browser(clerk)
        assert (await again.get(address)).headers["location"] == f"/staff/batches/{'ab' * 16}"
    assert writer.audit().finding is None
    for register in (desk_scene.register, writer.register):
        assert isinstance(register, Register)
        register.close()


async def test_a_site_for_the_public_alone_has_no_staff_pages() -> None:
    async with a_site() as site:
        for path in ("/staff", "/staff/login", "/api/v1/batches"):
            assert (await site.client.get(path)).status_code == 404
