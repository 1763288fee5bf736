"""An institution's day: empty forms, an upload, its findings, a corrected version, and what became of it."""

import re
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import httpx
import pytest
from openpyxl import load_workbook

from registry.intake.forms_out import Form5Cells
from registry.intake.header import FINDINGS_COLUMN
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.review.decide import Decision
from registry.staff.model import StaffRole
from tests.builders import a_form4, a_number, a_workbook, an_id_number, form5_row
from tests.registry.ledger.builders import PREFIX
from tests.web.staff.desks import Browser, Desk, Files, a_desk

pytestmark = pytest.mark.anyio
GOOD = form5_row(number=a_number(301), name="示例新甲", id_number=an_id_number(301))
WRONG = form5_row(number=a_number(302), name="示例新乙", id_number="430102199003074516")
RIGHT = form5_row(number=a_number(302), name="示例新乙", id_number=an_id_number(302))
NAME = "示例数据表.xlsx"
OTHER_INSTITUTION = "91350100M000100Y43"


@pytest.fixture
async def desk(filled_register: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(filled_register, tmp_path / "r") as opened:
        yield opened
        assert opened.scene.audit().finding is None


@pytest.fixture
def clerk(desk: Desk) -> Browser:
    return desk.browser(desk.account(StaffRole.INSTITUTION))


def files(*rows: Form5Cells, form5: bytes | None = None) -> Files:
    """Both files of an upload."""
    return {
        "form5": (NAME, a_workbook(*rows) if form5 is None else form5),
        "form4": ("示例审核表.xlsx", a_form4(*rows, file_name=NAME)),
    }


async def upload(clerk: Browser, *rows: Form5Cells, **fields: str) -> str:
    """Uploads a batch; the id that it will have."""
    answer = await clerk.post("/staff/batches/new", {"prefix": PREFIX, **fields}, files(*rows))
    assert answer.status_code == 303, answer.text
    return answer.headers["location"].partition("?")[0].rpartition("/")[2]


def work(desk: Desk) -> None:
    """The worker comes by."""
    run_all(desk.scene.register, HANDLERS)


async def test_empty_forms_hold_the_filed_scope_of_today(desk: Desk, clerk: Browser) -> None:
    page = await clerk.get("/staff/forms")
    assert (page.status_code, "示例评价机构" in page.text, "电工" in page.text) == (200, True, True)
    form5 = await clerk.get(f"/staff/forms/{PREFIX}/form5.xlsx?rows=500")
    form4 = await clerk.get(f"/staff/forms/{PREFIX}/form4.xlsx")
    hidden = load_workbook(BytesIO(form5.content))["选项"]
    assert [cell.value for cell in hidden["A"]][:1] == ["电工"]
    sheet = load_workbook(BytesIO(form4.content)).worksheets[0]
    assert (sheet["C2"].value, sheet["C3"].value) == ("示例评价机构", f"附件5-数据表-{PREFIX}.xlsx")
    assert form5.headers["content-disposition"].startswith("attachment; ")
    assert (await clerk.get(f"/staff/forms/{PREFIX}/form5.xlsx?rows=7")).status_code == 422
    assert (await clerk.get(f"/staff/forms/{PREFIX}/form6.xlsx")).status_code == 404
    assert (await clerk.get("/staff/forms/S000043999999/form5.xlsx")).status_code == 404


async def test_an_upload_is_checked_and_its_findings_are_marked(desk: Desk, clerk: Browser) -> None:
    batch = await upload(clerk, GOOD, WRONG, plan="示例计划01")
    waiting = await clerk.get(f"/staff/batches/{batch}")
    assert waiting.headers["location"] == f"/staff/jobs/{batch}"
    work(desk)
    page = await clerk.get(f"/staff/batches/{batch}")
    assert page.status_code == 200
    assert "第 4 行" in page.text
    assert "校验位不对" in page.text
    assert 'class="cell-bad">43**************16' in page.text
    assert "430102199003074516" not in page.text
    assert "示例计划01" in page.text
    listed = await clerk.get("/staff/batches")
    assert (f"/staff/batches/{batch}" in listed.text, "1 行不能通过" in listed.text) == (True, True)


async def test_the_marked_workbook_is_corrected_and_uploaded_as_a_new_version(
    desk: Desk, clerk: Browser
) -> None:
    first = await upload(clerk, GOOD, WRONG)
    work(desk)
    marked = await clerk.get(f"/staff/batches/{first}/findings.xlsx")
    book = load_workbook(BytesIO(marked.content))
    sheet = book.worksheets[0]
    assert (sheet["L2"].value, str(sheet["L4"].value)[:3]) == (FINDINGS_COLUMN, "R03")
    assert sheet["C4"].fill.fgColor.rgb == "FFFFC7CE"
    sheet["C4"] = an_id_number(302)
    corrected = BytesIO()
    book.save(corrected)
    sent = files(GOOD, RIGHT, form5=corrected.getvalue())
    answer = await clerk.post("/staff/batches/new?previous=" + first, {"previous": first}, sent)
    second = answer.headers["location"].rpartition("/")[2]
    work(desk)
    page = await clerk.get(f"/staff/batches/{second}")
    assert ("没有要改的行" in page.text, "第 2 版" in page.text) == (True, True)
    earlier = await clerk.get(f"/staff/batches/{first}")
    assert ("这是旧版本" in earlier.text, f"/staff/batches/{second}" in earlier.text) == (True, True)
    listed = await clerk.get("/staff/batches")
    assert (second in listed.text, first in listed.text) == (True, False)


async def test_a_second_click_takes_nothing_in_twice(desk: Desk, clerk: Browser) -> None:
    first = await upload(clerk, GOOD)
    assert await upload(clerk, GOOD) == first
    work(desk)
    later = await clerk.post("/staff/batches/new", {"prefix": PREFIX}, files(GOOD))
    assert later.headers["location"] == f"/staff/batches/{first}?again=1"
    assert "没有重复收件" in (await clerk.get(later.headers["location"])).text


async def test_what_was_approved_is_shown_with_its_certificates(desk: Desk, clerk: Browser) -> None:
    late = form5_row(
        number=a_number(1, level=4),
        level="4",
        name="示例新丁",
        id_number=an_id_number(304),
        issued_on="2025-06-02",
    )
    batch = await upload(clerk, GOOD, late)
    work(desk)
    desk.scene.approve(bytes.fromhex(batch), Decision(rejected={4: "late_unjustified"}))
    page = await clerk.get(f"/staff/batches/{batch}")
    assert "1 本证书入库" in page.text
    assert ">不予通过<" in page.text
    assert ">需审核人确认<" not in page.text
    entered = await clerk.get(f"/staff/batches/{batch}/certificates")
    assert GOOD[7] in re.sub("</?span[^>]*>", "", entered.text)
    # From there one asks for a correction.
    assert f'href="/staff/certificates/{GOOD[7]}"' in entered.text
    assert "待上报" in entered.text


@pytest.mark.parametrize(
    ("form5", "told"),
    [
        (b"\x00\x01\x02" * 1_000, "损坏"),
        (b"", "请选择文件"),
        (b"PK\x03\x04" + b"\x00" * 100, "损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 4_000, ""),
    ],
    ids=["nonsense", "empty", "half a zip", "half an xls"],
)
async def test_nonsense_is_told_and_nothing_is_kept(
    desk: Desk, clerk: Browser, form5: bytes, told: str
) -> None:
    answer = await clerk.post("/staff/batches/new", {"prefix": PREFIX}, files(GOOD, form5=form5))
    if answer.status_code == 303:
        work(desk)
        answer = await clerk.get(answer.headers["location"])
        assert "没有" in answer.text
    else:
        assert (answer.status_code, told in answer.text, "什么都没有保存" in answer.text) == (422, True, True)
    assert (await clerk.get("/staff/batches")).text.count('href="/staff/batches/') <= 4


async def test_an_upload_beyond_the_limit_is_refused_in_words(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", STAFF_UPLOAD_BYTES="2000000") as desk:
        account = desk.account(StaffRole.INSTITUTION)
        clerk = desk.browser(account)
        sent = files(GOOD, form5=b"\x00" * 2_100_000)
        answer = await clerk.post("/staff/batches/new", {"prefix": PREFIX}, sent)
        assert (answer.status_code, "两个文件合计超过了上限" in answer.text) == (413, True)
        assert desk.office.jobs.of_account(account.id) == []


async def test_whoever_lost_the_session_is_told_and_nothing_is_kept(desk: Desk) -> None:
    stranger = desk.stranger()
    answer = await stranger.post("/staff/batches/new", {"prefix": PREFIX}, files(GOOD))
    assert (answer.status_code, "请先登录" in answer.text) == (401, True)
    back = await stranger.get("/staff/batches/new?plan=p1")
    assert back.headers["location"] == "/staff/login?next=/staff/batches/new%3Fplan%3Dp1"


async def test_another_institution_finds_nothing(desk: Desk, clerk: Browser) -> None:
    batch = await upload(clerk, GOOD, WRONG)
    work(desk)
    other = desk.browser(desk.account(StaffRole.INSTITUTION, OTHER_INSTITUTION))
    paths = ["", "/findings.xlsx", "/certificates"]
    answers = [await other.get(f"/staff/batches/{batch}{path}") for path in paths]
    unknown = [await other.get(f"/staff/batches/{'0' * 32}{path}") for path in paths]
    assert [each.status_code for each in answers] == [404] * 3
    assert [_plain(each, batch) for each in answers] == [_plain(each, "0" * 32) for each in unknown]
    sent = await other.post("/staff/batches/new", {"previous": batch}, files(GOOD))
    assert sent.status_code == 404
    assert batch not in (await other.get("/staff/batches")).text


def _plain(page: httpx.Response, batch: str) -> str:
    """A page without what differs at every request."""
    return re.sub("[0-9a-f]{12}", "", page.text.replace(batch, "BATCH"))
