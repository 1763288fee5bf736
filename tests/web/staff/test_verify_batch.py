"""A list goes in and comes back with a verdict behind each row; what is kept is how many, never who."""

import base64
import csv
import io
import json
import re
from pathlib import Path

import anyio
import httpx
import pytest
from openpyxl import load_workbook

from registry.staff.model import StaffRole
from tests.builders import a_number
from tests.registry.filled import HOLDERS, Story
from tests.registry.rosters.lists import Cells, as_csv, as_xlsx
from tests.web.shapes import fits
from tests.web.sites import JSON, a_site
from tests.web.staff.desks import Browser, a_desk
from web.api.schemas import SCHEMAS
from web.pages.verify_batch import WORKBOOK

pytestmark = pytest.mark.anyio

PLAIN, ANNULLED = HOLDERS[Story.PLAIN], HOLDERS[Story.ANNULLED]
UNKNOWN, STRANGER = a_number(990_001), "示例外人"
PAGE, API = "/verify/batch", "/api/v1/verify/batch"
ROWS: Cells = [
    ["序号", "姓名", "证书编号", "备注"],
    ["1", PLAIN.name, PLAIN.number, "=1+1"],
    ["2", STRANGER, PLAIN.number, "+86"],
    ["3", ANNULLED.name, ANNULLED.number, "@x"],
    ["4", STRANGER, UNKNOWN, "-1"],
    ["5", STRANGER, "1234567890123456", ""],
    ["6", "", PLAIN.number, ""],
]
CONCLUSIONS = ["有效", "姓名不一致", "已撤销", "未找到", "编号不对", "有效，姓名未核对"]


async def upload(browser: Browser, data: bytes, name: str = "名单.xlsx", path: str = PAGE) -> httpx.Response:
    return await browser.client.post(path, files={"file": (name, data)}, headers=browser.headers)


def workbook_in(page: httpx.Response) -> list[list[str | None]]:
    """The rows of the workbook in the page's link."""
    found = re.search(rf'href="data:{re.escape(WORKBOOK)};base64,([^"]+)"', page.text)
    assert found is not None
    return rows_of(base64.b64decode(found[1]))


def rows_of(data: bytes) -> list[list[str | None]]:
    sheet = load_workbook(io.BytesIO(data)).worksheets[0]
    for row in sheet.iter_rows():
        assert all(cell.data_type in ("s", "inlineStr", "n") for cell in row), "a formula"
    return [
        [None if cell is None else str(cell) for cell in row] for row in sheet.iter_rows(values_only=True)
    ]


async def test_the_same_list_comes_back_with_verdicts_behind_its_columns(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await upload(desk.stranger(), as_csv(ROWS), "名单.csv")
    assert page.status_code == 200
    header, *rows = workbook_in(page)
    assert header[:6] == ["序号", "姓名", "证书编号", "备注", "核验结论", "核验说明"]
    assert [row[4] for row in rows] == CONCLUSIONS
    assert [row[:4] for row in rows] == [[cell or None for cell in row] for row in ROWS[1:]]
    good = dict(zip(header, rows[0], strict=True))
    assert good["姓名核对"] == "一致"
    assert (good["登记的职业"], good["登记的等级"]) == ("电工", "三级/高级工")
    assert good["登记的发证日期"] == "2025-09-01"
    assert good["发证日备案"] == "备案有效，备案范围内"
    assert good["核验时间"] == "2025年9月10日 14:00"
    for said in ("姓名不一致", "未找到", "没有找到，不等于证书是假的", "16 位数字"):
        assert said in page.text


async def test_no_masked_name_is_told_and_a_wrong_name_learns_what_a_number_learns(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.stranger(accept="application/json")
        masked = desk.scene.register.verdict(PLAIN.number).certificate
        assert masked is not None
        listed = {
            "rows": [
                {"number": PLAIN.number, "name": PLAIN.name},
                {"number": PLAIN.number, "name": STRANGER},
                {"number": PLAIN.number},
            ]
        }
        answer = await browser.client.post(API, json=listed, headers=browser.headers)
        page = await upload(desk.stranger(), as_csv(ROWS))
    assert answer.status_code == 200
    body = answer.json()
    assert fits(body, SCHEMAS["VerifiedList"]) == []
    right, wrong, none = body["rows"]
    assert [row["name_match"] for row in body["rows"]] == [True, False, None]
    told = {"occupation", "occupation_code", "job", "level", "issued_on", "institution", "result"}
    assert {key: wrong[key] for key in told} == {key: none[key] for key in told}
    assert right["institution"]["covered_on_issue_date"] is True
    for text in (json.dumps(body, ensure_ascii=False), page.text, str(workbook_in(page))):
        assert masked.masked_name not in text
    assert PLAIN.name not in json.dumps(body, ensure_ascii=False)


async def test_each_use_leaves_how_many_rows_came_to_what_and_nothing_about_whom(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        await upload(desk.stranger(), as_csv(ROWS), "示例甲430102199003074515.csv")
        (entry,) = [each for each in desk.office.staff.trail.newest(20) if each.act == "roster.checked"]
        auditor = desk.browser(desk.account(StaffRole.AUDITOR))
        page = await auditor.get("/staff/trail?act=roster.checked")
    assert entry.details == {
        "rows": "6",
        "valid": "1",
        "name_mismatch": "1",
        "annulled": "1",
        "not_found": "1",
        "malformed_number": "1",
        "name_unchecked": "1",
    }
    assert entry.address == desk.office.staff.keyed("network", "203.0.113.9")
    assert (entry.account, entry.subject) == ("", "")
    assert "名单核验" in page.text
    assert "姓名不一致 1" in page.text


async def test_what_left_no_trail_is_not_answered(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        desk.scene.register.desk_engine.dispose()
        for path in desk.scene.places.data_dir.glob("desk.sqlite*"):
            path.write_bytes(b"no database" * 1000)
        page = await upload(desk.stranger(), as_csv(ROWS))
    assert page.status_code == 503
    assert "base64" not in page.text


async def test_rows_are_limited_by_list_and_by_day_and_a_refused_list_is_not_counted(
    filled_register: Path, tmp_path: Path
) -> None:
    env = {"BATCH_ROWS": "6", "LIMIT_BATCH_ROWS": "14/day"}
    async with a_desk(filled_register, tmp_path / "r", **env) as desk:
        browser = desk.stranger()
        too_long = await upload(browser, as_csv([*ROWS, ["7", "", PLAIN.number, ""]]))
        statuses = [(await upload(browser, as_csv(ROWS))).status_code for _ in range(2)]
        spent = await upload(browser, as_csv(ROWS))
        still = await upload(browser, as_csv(ROWS[:3]))
        trails = [each.details["rows"] for each in desk.office.staff.trail.newest(20)]
    assert too_long.status_code == 422
    assert "超过 6 行" in too_long.text
    assert statuses == [200, 200]
    assert spent.status_code == 429
    assert "今天名单核验的行数已用完" in spent.text
    assert int(spent.headers["retry-after"]) > 0
    assert still.status_code == 200
    assert sorted(trails) == ["2", "6", "6"]


async def test_wrong_names_count_among_the_names_that_one_network_may_try_in_a_day(
    filled_register: Path, tmp_path: Path
) -> None:
    wrong = [{"number": holder.number, "name": STRANGER} for holder in list(HOLDERS.values())[:3]]
    right = [{"number": PLAIN.number, "name": PLAIN.name}]
    async with a_desk(filled_register, tmp_path / "r", LIMIT_NAME_CHECK="2/minute;4/day") as desk:
        browser = desk.stranger(accept="application/json")

        async def names(rows: list[dict[str, str]]) -> list[str]:
            answer = await browser.client.post(API, json=rows, headers=browser.headers)
            return [row["name_check"] for row in answer.json()["rows"]]

        assert await names(right * 50) == ["match"] * 50
        assert await names(wrong + right) == ["mismatch"] * 3 + ["match"]
        assert await names(wrong[:2] + right) == ["mismatch", "allowance_spent", "allowance_spent"]
        single = await browser.client.post(
            f"/certificates/{PLAIN.number}", data={"name": PLAIN.name}, headers=browser.headers
        )
    assert single.status_code == 429


async def test_wrong_names_of_many_lists_count_by_the_certificate(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r", LIMIT_WRONG_PERSON="4/day") as desk:
        browser, other = desk.stranger(accept="application/json"), HOLDERS[Story.REISSUED]

        async def names(*rows: tuple[str, str]) -> list[str]:
            body = [{"number": number, "name": name} for number, name in rows]
            answer = await browser.client.post(API, json=body, headers=browser.headers)
            return [row["name_check"] for row in answer.json()["rows"]]

        for again in range(2):
            wrong = [(PLAIN.number, f"{STRANGER}{each}{again}") for each in "甲乙"]
            assert await names(*wrong) == ["mismatch"] * 2
        spent = await names((PLAIN.number, PLAIN.name), (PLAIN.number, STRANGER), (other.number, other.name))
        single = await browser.client.post(
            f"/certificates/{PLAIN.number}", data={"name": PLAIN.name}, headers=browser.headers
        )
    assert spent == ["allowance_spent", "allowance_spent", "match"]
    assert single.status_code == 429


async def test_lists_that_are_sent_side_by_side_share_what_is_left_of_the_names(
    filled_register: Path, tmp_path: Path
) -> None:
    wrong = [{"number": holder.number, "name": STRANGER} for holder in list(HOLDERS.values())[:3]]
    async with a_desk(filled_register, tmp_path / "r", LIMIT_NAME_CHECK="9/minute;4/day") as desk:
        browser = desk.stranger(accept="application/json")
        told: list[str] = []

        async def ask() -> None:
            answer = await browser.client.post(API, json=wrong, headers=browser.headers)
            told.extend(row["name_check"] for row in answer.json()["rows"])

        async with anyio.create_task_group() as several:
            for _ in range(6):
                several.start_soon(ask)
    assert sorted(told) == ["allowance_spent"] * 14 + ["mismatch"] * 4


async def test_a_list_in_json_is_not_longer_than_so_many_rows_can_be(
    filled_register: Path, tmp_path: Path
) -> None:
    body = b'{"rows": [' + b"[]," * 500_000 + b"[]]}"
    async with a_desk(filled_register, tmp_path / "r") as desk:
        headers = {**desk.stranger().headers, **JSON, "content-type": "application/json"}
        answer = await desk.stranger().client.post(API, content=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "有一项内容的格式不对"),
        (as_csv([["编码", "人员"], [PLAIN.number, PLAIN.name]]), "没有找到“证书编号”列"),
        (as_csv([["证书编号"], [PLAIN.number]]), "没有找到“姓名”列"),
        (as_csv([["证书编号", "姓名"]]), "表格里没有数据"),
        (b"%PDF-1.7\n\x00\x01", "文件已损坏"),
        (as_csv([["证书编号", "姓名"], *([PLAIN.number, PLAIN.name],) * 100_000]), "超过 1000 行"),
    ],
    ids=["nothing", "header", "names", "empty", "pdf", "endless"],
)
async def test_a_list_that_cannot_be_used_says_what_to_do(
    filled_register: Path, tmp_path: Path, data: bytes, said: str
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await upload(desk.stranger(), data)
    assert page.status_code == 422
    assert said in page.text


async def test_the_api_gives_the_spreadsheet_back_as_it_is_asked_for(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        client = desk.stranger().client
        as_book = await client.post(
            API, files={"file": ("a.xlsx", as_xlsx(ROWS))}, headers={"accept": WORKBOOK}
        )
        as_text = await client.post(
            API,
            content=as_csv(ROWS, "gbk"),
            headers={"accept": "text/csv", "content-type": "text/csv", "accept-language": "en-GB,en;q=0.9"},
        )
        again = await client.post(
            API, files={"file": ("a.xlsx", as_book.content)}, headers={"accept": WORKBOOK}
        )
        plain = await client.post(API, files={"file": ("a.xlsx", as_xlsx(ROWS))}, headers=JSON)
    assert [row[4] for row in rows_of(as_book.content)[1:]] == CONCLUSIONS
    assert again.content == as_book.content
    header, *rows = csv.reader(io.StringIO(as_text.content.decode("utf-8-sig")))
    assert header[:5] == ["序号", "姓名", "证书编号", "备注", "Verdict"]
    assert [row[3] for row in rows][:4] == ["'=1+1", "'+86", "'@x", "'-1"]
    assert rows[1][4] == "Name differs"
    assert [row["row"] for row in plain.json()["rows"]] == [2, 3, 4, 5, 6, 7]


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "empty_workbook"),
        ({"rows": {}}, "malformed_request"),
        ({"rows": [1]}, "malformed_request"),
        ({"rows": [{"number": 1}]}, "malformed_request"),
        ({"rows": [{"number": "x" * 201}]}, "malformed_request"),
        ([{}] * 1001, "too_many_rows"),
    ],
)
async def test_a_list_in_json_is_taken_strictly(
    filled_register: Path, tmp_path: Path, body: object, code: str
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        answer = await desk.stranger().client.post(API, json=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (422, code)


async def test_a_long_result_is_answered_with_the_file_itself(
    filled_register: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.pages.verify_batch._MOST_IN_A_LINK", 100)
    async with a_desk(filled_register, tmp_path / "r") as desk:
        answer = await upload(desk.stranger(), as_csv(ROWS))
    assert answer.headers["content-type"] == WORKBOOK
    assert answer.headers["content-disposition"].startswith("attachment")
    assert [row[4] for row in rows_of(answer.content)[1:]] == CONCLUSIONS


async def test_the_empty_template_is_a_list_that_can_be_filled_in(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.stranger()
        page = await browser.get(PAGE)
        (path,) = re.findall(r'href="(/verify/batch/[^"]+)"', page.text)
        template = await browser.get(path)
        elsewhere = await browser.get("/verify/batch/other.xlsx")
        book = load_workbook(io.BytesIO(template.content))
        book.worksheets[0].append([PLAIN.number, PLAIN.name])
        filled = io.BytesIO()
        book.save(filled)
        result = await upload(browser, filled.getvalue())
    assert "1000 行" in page.text
    assert elsewhere.status_code == 404
    assert workbook_in(result)[1][2] == "有效"


async def test_where_there_is_no_desk_lists_are_not_offered() -> None:
    async with a_site() as site:
        verify = await site.client.get("/verify")
        answers = [
            await site.client.get(PAGE),
            await site.client.get(f"{PAGE}/template.xlsx"),
            await site.client.post(PAGE, files={"file": ("a.csv", as_csv(ROWS))}),
            await site.client.post(API, json=[{"number": PLAIN.number}], headers=JSON),
        ]
    assert PAGE not in verify.text
    assert [answer.status_code for answer in answers] == [404] * 4


async def test_with_a_desk_the_page_of_single_files_leads_to_lists(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        page = await desk.stranger().get("/verify")
    assert f'href="{PAGE}"' in page.text
