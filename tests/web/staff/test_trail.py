"""The trail is read by those who watch, searched by what they know, and its reading is in it."""

import csv
import io
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from registry.filing.book import FilingBook
from registry.staff.model import COMMAND_LINE, StaffRole
from registry.staff.trail import TrailEntry
from registry.staff.trail_search import TrailFilter, TrailOutcome, TrailSearch
from tests.registry.ledger.builders import PREFIX
from tests.web.staff.desks import Desk, a_desk
from web.language import Language
from web.staff.routes import STAFF_ADDRESSES
from web.staff.trail.lines import Speaker
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio
START = datetime(2025, 9, 8, 16, 0, tzinfo=UTC)
"""Midnight of 2025-09-09 in China."""


def fill(desk: Desk, count: int = 6) -> list[TrailEntry]:
    """Acts an hour apart, by turns of two people, every third refused."""
    entries = [
        TrailEntry(
            at=START + timedelta(hours=each),
            act="renewal.enter" if each % 2 else "batch.upload",
            account="one" if each % 2 else COMMAND_LINE,
            role="institution" if each % 2 else "",
            subject=PREFIX if each % 2 else f"{each:032x}",
            outcome="wrong_role" if each % 3 == 2 else "done",
            address=f"{each:064x}",
            details={"changed": str(each)},
        )
        for each in range(count)
    ]
    for entry in entries:
        desk.office.staff.trail.write(entry)
    return entries


def hours(entries: object) -> list[int]:
    assert isinstance(entries, list)
    return [int((each.at - START).total_seconds() // 3600) for each in entries]


def found(desk: Desk, **asked: object) -> list[int]:
    search = TrailSearch(desk.office.register.desk_engine)
    return hours(list(search.page(TrailFilter(**asked), 100)))  # type: ignore[arg-type]  # names of the filter's fields


async def test_each_condition_narrows_and_together_they_narrow_more(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        fill(desk)
        assert found(desk) == [5, 4, 3, 2, 1, 0]
        assert found(desk, account="one") == [5, 3, 1]
        assert found(desk, act="batch.upload") == [4, 2, 0]
        assert found(desk, subject=PREFIX[:6]) == [5, 3, 1]
        assert found(desk, outcome=TrailOutcome.REFUSED) == [5, 2]
        assert found(desk, outcome=TrailOutcome.DONE, account="one") == [3, 1]
        assert found(desk, start=START + timedelta(hours=2), end=START + timedelta(hours=4)) == [3, 2]
        assert found(desk, subject="%") == [], "what a person types is text, no pattern"
        search = TrailSearch(desk.office.register.desk_engine)
        assert search.count(TrailFilter(account="one")) == 3
        assert search.acts() == ["batch.upload", "renewal.enter"]


async def test_pages_put_together_are_the_whole_though_acts_are_appended(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        fill(desk, 7)
        search = TrailSearch(desk.office.register.desk_engine)
        asked, paged = TrailFilter(), []
        while page := list(search.page(asked, 2)):
            paged += page
            asked = TrailFilter(before=page[-1].id)
            desk.office.staff.trail.write(TrailEntry(START + timedelta(days=9), "session.login"))
        assert hours(paged) == [6, 5, 4, 3, 2, 1, 0]


async def test_the_auditor_sees_acts_in_words_and_its_own_reading(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        fill(desk)
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        page = await browser.get("/staff/trail?from=2025-09-09&to=2025-09-09")
        assert page.status_code == 200
        for text in (
            "命令行",
            "上报数据",
            "填写续期统计表",
            "示例评价机构",
            "岗位不符，拒绝",
            "改动项数 5",
            "共 6 条",
        ):
            assert text in page.text
        again = await browser.get("/staff/trail?act=trail.read")
        assert "查看操作记录" in again.text
        assert "共 1 条" in again.text


@pytest.mark.parametrize(
    ("outcome", "details", "said"),
    [
        ("filing_change_refused", {"change": "merged"}, ("不符合备案规定", "变更 合并终止")),
        ("key_file_locked", {"act": "corrected"}, ("签名口令不对", "办理 更正内容")),
        ("drafts_changed", {"word": "rejected", "row": "4"}, ("审核意见已有变动", "行号 4，意见 不予通过")),
        ("of_a_later_version", {"of_a_later": "version"}, ("of_a_later_version", "of_a_later version")),
    ],
)
async def test_how_an_act_ended_and_its_details_are_said_in_words(
    outcome: str, details: dict[str, str], said: tuple[str, str]
) -> None:
    entry = TrailEntry(at=START, act="filing.previewed", outcome=outcome, details=details)
    line = Speaker(Language.CHINESE, {}, FilingBook()).line(entry)
    assert (line.outcome, line.details) == said


async def test_a_page_leads_to_what_is_older(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        fill(desk, 60)
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        first = await browser.get("/staff/trail?who=one")
        assert first.text.count("<time ") == 30
        assert 'rel="next"' not in first.text
        whole = await browser.get("/staff/trail?to=2025-09-30")
        assert whole.text.count("<time ") == 50
        address = whole.text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
        older = await browser.get(address)
        # Sixty acts and the first reading: what is read meanwhile moves nothing.
        assert older.text.count("<time ") == 11
        assert "回到最新" in older.text


async def test_the_file_has_every_act_with_codes_and_words(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        fill(desk)
        browser = desk.browser(desk.account(StaffRole.ADMINISTRATOR))
        answer = await browser.get("/staff/trail.csv?who=one&outcome=done")
        rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
        assert len(rows) == 3
        first = dict(zip(rows[0], rows[1], strict=True))
        assert first["时间（UTC）"] == "2025-09-08T19:00:00Z"
        assert (first["操作代码"], first["操作"]) == ("renewal.enter", "填写续期统计表")
        assert (first["结果代码"], first["结果"]) == ("done", "完成")
        assert first["对象"] == f"示例评价机构 {PREFIX}"
        (entry,) = desk.office.staff.trail.newest(1)
        assert (entry.act, entry.details) == ("trail.exported", {"found": "2"})


@pytest.mark.parametrize("role", StaffRole)
async def test_only_auditors_and_administrators_read_the_trail(
    filled_register: Path, tmp_path: Path, role: StaffRole
) -> None:
    reads = role in (StaffRole.AUDITOR, StaffRole.ADMINISTRATOR)
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(role))
        for path in ("/staff/trail", "/staff/trail.csv"):
            assert (await browser.get(path)).status_code == (200 if reads else 403)


async def test_what_is_no_question_is_malformed(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        for wrong in (
            "from=gestern",
            "from=2025-09-09&to=2025-09-08",
            "outcome=maybe",
            f"subject={'x' * 81}",
        ):
            assert (await browser.get(f"/staff/trail?{wrong}")).status_code == 422


@pytest.mark.parametrize("language", Language)
def test_every_act_of_an_address_has_words(language: Language) -> None:
    acts = {f"act.{address.act}" for address in STAFF_ADDRESSES if address.act}
    assert acts <= set(WORDS[language])
