"""The page on which somebody waits: what it says in every state, and to whom."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest

from registry.errors import RegistryError
from registry.intake.errors import NotAWorkbook, WorkbookFault
from registry.jobs.handlers import HANDLERS
from registry.jobs.model import JobContext
from registry.jobs.queue import LEASE
from registry.jobs.runner import Runner, run_all
from registry.review.errors import RowRefused
from registry.staff.model import Account, StaffRole
from signing.encoding import Json
from tests.registry.ledger.builders import PREFIX, ZHUZHOU
from tests.web.staff.desks import Desk, a_desk
from web.language import Language
from web.staff.job_faces import FACES
from web.staff.jobs import words_of_kind
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio
STUCK = "后台程序没有运行"


@pytest.fixture
async def desk(filled_register: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(filled_register, tmp_path / "r") as opened:
        yield opened


def asked(desk: Desk, account: Account, kind: str = "intake", subject: str = PREFIX) -> str:
    """The address of a job that somebody asked for."""
    return f"/staff/jobs/{desk.office.jobs.submit(kind, subject, account.id, {}).id}"


async def test_a_job_that_just_came_is_about_to_begin(desk: Desk) -> None:
    clerk = desk.account(StaffRole.INSTITUTION)
    browser = desk.browser(clerk)
    page = await browser.get(address := asked(desk, clerk))
    assert page.status_code == 200
    assert "接收上报数据" in page.text
    assert "马上开始" in page.text
    assert "<div hidden data-stuck>" in page.text
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in page.text
    state = await browser.get(f"{address}/state")
    assert state.json() == {
        "ended": False,
        "text": "已提交，马上开始。",
        "done": 0,
        "total": 0,
        "stuck": False,
    }
    assert state.headers["cache-control"] == "no-store"


async def test_a_job_that_waits_without_a_worker_says_so(desk: Desk) -> None:
    clerk = desk.account(StaffRole.INSTITUTION)
    browser, address = desk.browser(clerk), asked(desk, clerk)
    desk.scene.clock.now += timedelta(seconds=11)
    assert (await browser.get(f"{address}/state")).json()["stuck"] is True
    page = await browser.get(address)
    assert STUCK in page.text
    assert "<div data-stuck>" in page.text
    runner = Runner(desk.scene.register, {})
    assert runner.queue.take_lease()
    assert (await browser.get(f"{address}/state")).json()["stuck"] is False


async def test_who_waits_behind_others_is_told_how_many(desk: Desk) -> None:
    clerk = desk.account(StaffRole.INSTITUTION)
    browser = desk.browser(clerk)
    first, second = (asked(desk, clerk, kind) for kind in ("intake", "propose"))
    runner = Runner(desk.scene.register, {})
    assert runner.queue.take_lease()
    job = runner.queue.begin_next()
    assert job is not None
    runner.queue.report(job, 3, 8)
    assert (await browser.get(f"{first}/state")).json() == {
        "ended": False,
        "text": "正在办理，已完成 37%。",
        "done": 3,
        "total": 8,
        "stuck": False,
    }
    assert "前面还有 1 项" in (await browser.get(f"{second}/state")).json()["text"]
    desk.scene.clock.now += LEASE


async def test_a_job_that_is_done_leads_to_its_result(desk: Desk) -> None:
    clerk = desk.account(StaffRole.INSTITUTION)
    browser, address = desk.browser(clerk), asked(desk, clerk)
    run_all(desk.scene.register, {"intake": lambda _: {"batch": "ab" * 16}})
    assert (await browser.get(f"{address}/state")).json()["ended"] is True
    page = await browser.get(address)
    assert (page.status_code, page.headers["location"]) == (303, f"/staff/batches/{'ab' * 16}")


REFUSALS: list[tuple[RegistryError, str, bool]] = [
    (NotAWorkbook(WorkbookFault.DAMAGED), "表格文件已损坏", True),
    (RowRefused([4, 9]), "涉及表格第 4, 9 行", True),
]


@pytest.mark.parametrize(("error", "said", "unchanged"), REFUSALS)
async def test_a_refused_job_says_why_and_what_to_do(
    desk: Desk, error: RegistryError, said: str, unchanged: bool
) -> None:
    def refusing(context: JobContext) -> Mapping[str, Json]:
        raise error

    clerk = desk.account(StaffRole.INSTITUTION)
    browser, address = desk.browser(clerk), asked(desk, clerk)
    run_all(desk.scene.register, {"intake": refusing})
    page = await browser.get(address)
    assert said in page.text
    assert ("登记内容没有任何改动" in page.text) is unchanged
    assert 'href="/staff/batches"' in page.text
    assert "http-equiv" not in page.text
    assert "data-poll" not in page.text


async def test_what_nobody_foresaw_is_said_without_its_text(desk: Desk) -> None:
    def erring(context: JobContext) -> Mapping[str, Json]:
        raise ZeroDivisionError("示例姓名")

    clerk = desk.account(StaffRole.INSTITUTION)
    browser, address = desk.browser(clerk), asked(desk, clerk)
    Runner(desk.scene.register, {"intake": erring}).run_waiting()
    page = await browser.get(address)
    assert "这是系统的问题" in page.text
    assert "示例姓名" not in page.text
    assert "没有任何改动" not in page.text


async def test_a_job_is_seen_by_who_asked_and_by_who_may_see_its_subject(desk: Desk) -> None:
    batch = next(desk.office.batches().of_institution(PREFIX)).id.hex()
    asker = desk.account(StaffRole.REVIEWER)
    about_a_batch, about_nothing = (
        asked(desk, asker, "propose", batch),
        asked(desk, asker, "act", "a request"),
    )
    seen = {
        (role.value, office): [
            (await desk.browser(desk.account(role, office)).get(f"{address}{more}")).status_code
            for address in (about_a_batch, about_nothing)
            for more in ("", "/state")
        ]
        for role, office in (
            (StaffRole.INSTITUTION, None),
            (StaffRole.INSTITUTION, "91350100M000100Y43"),
            (StaffRole.REVIEWER, None),
            (StaffRole.REVIEWER, ZHUZHOU),
            (StaffRole.PROVINCE, None),
            (StaffRole.AUDITOR, None),
            (StaffRole.ADMINISTRATOR, None),
        )
    }
    in_reach, out = [200, 200, 404, 404], [404] * 4
    assert list(seen.values()) == [in_reach, out, in_reach, out, in_reach, in_reach, out]
    own = desk.browser(asker)
    assert (await own.get(about_nothing)).status_code == 200
    assert (await own.get(f"/staff/jobs/{'0' * 32}")).status_code == 404


async def test_an_upload_under_way_is_seen_by_its_institution_and_its_bureau(desk: Desk) -> None:
    asker, colleague = desk.account(StaffRole.INSTITUTION), desk.account(StaffRole.INSTITUTION)
    job = desk.office.jobs.submit("intake", "ab" * 32, asker.id, {"prefix": PREFIX})
    others = [desk.account(StaffRole.REVIEWER), desk.account(StaffRole.REVIEWER, ZHUZHOU)]
    seen = [
        (await desk.browser(each).get(f"/staff/jobs/{job.id}")).status_code for each in (colleague, *others)
    ]
    assert seen == [200, 200, 404]


async def test_jobs_that_wait_are_counted_for_those_who_watch(desk: Desk) -> None:
    watching = desk.stranger()

    async def counted() -> list[str]:
        lines = (await watching.get("/metrics")).text.splitlines()
        return [line for line in lines if line.startswith(("skillcert_jobs", "skillcert_oldest"))]

    assert await counted() == ["skillcert_jobs_open 0", "skillcert_oldest_job_seconds 0"]
    desk.scene.clock.step = timedelta()
    asked(desk, desk.account(StaffRole.INSTITUTION))
    desk.scene.clock.now += timedelta(seconds=90)
    assert await counted() == ["skillcert_jobs_open 1", "skillcert_oldest_job_seconds 90"]


def test_every_kind_of_job_has_words_and_a_page_of_its_own() -> None:
    assert set(FACES) == set(HANDLERS)
    for language in Language:
        assert all(f"job.kind.{kind}" in WORDS[language] for kind in HANDLERS)


def test_a_kind_without_words_is_still_a_job() -> None:
    assert words_of_kind("unheard_of", Language.CHINESE) == "正在办理"
