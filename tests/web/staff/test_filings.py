"""The filing register in the browser: read by whom it concerns, changed by the province alone, once."""

from collections.abc import AsyncIterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.custody.rotation import NextKey, introduce_next, unlock_root
from registry.filing.model import FilingState, filing_on
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import Ran, run_all
from registry.ledger.key_history import Custody
from registry.staff.model import Account, StaffRole
from registry.storage.batch_reads import BatchReads
from registry.storage.sql import KeptReader
from signing.keys import KeyRole
from tests.registry.filled import HOLDERS, ROOT_PASSPHRASE, Story
from tests.registry.ledger.builders import PREFIX, PROVINCE
from tests.web.staff.desks import CREDIT_CODE, Browser, Desk, a_desk
from tests.web_cli.house import COLUMNS

pytestmark = pytest.mark.anyio
PASSPHRASE = "示例密钥口令 of the province"
OTHER_PREFIX, OTHER_CODE = "S000043990002", "91439900MA9900020B"
BASE = f"/staff/filings/{PREFIX}"
INSTRUMENT = "示例人社函〔2025〕9号"
TODAY = date(2025, 9, 10)


@dataclass
class Province:
    """A province operator at a running desk, whose key lies with the register."""

    desk: Desk
    account: Account
    browser: Browser

    async def change(self, path: str, **fields: str | list[str]) -> str:
        """Previews and records a change, has the worker do it, and returns the preview."""
        given = {"on": TODAY.isoformat(), "instrument": INSTRUMENT, **fields}
        preview = await self.browser.post(path, given)
        assert preview.status_code == 200, preview.text
        version = preview.text.split('name="version" value="')[1].split('"')[0]
        done = await self.browser.post(
            f"{path}/record", {**given, "version": version, "passphrase": PASSPHRASE}
        )
        assert done.status_code == 303, done.text
        assert done.headers["location"].startswith("/staff/jobs/")
        (ran,) = self.work()
        assert ran.code == ""
        return preview.text

    async def add_other(self) -> None:
        """A second institution, an employer in force."""
        await self.change("/staff/filings/new", **an_employer())

    def work(self) -> list[Ran]:
        """The worker's turn."""
        return run_all(self.desk.office.register, HANDLERS)

    def state(self, on: date = TODAY, prefix: str = PREFIX) -> FilingState:
        """What a filing is on a day."""
        filing = self.desk.office.register.filings().by_prefix(prefix)
        assert filing is not None
        return filing_on(filing, on).state

    @property
    def size(self) -> int:
        """How many entries the log has."""
        return self.desk.office.register.ledger.published()[0]


def an_employer(prefix: str = "Y000043990002") -> dict[str, str]:
    return {
        "category": "Y",
        "number_prefix": prefix,
        "name": "示例承继企业",
        "short_name": "",
        "credit_code": OTHER_CODE,
        "bureau": "430200",
        "filing_number": "示例备2025-0002",
        "scope": "1\t电工\t6-31-01-03\t\t5、4、3\t国家职业标准",
    }


@pytest.fixture
async def province(filled_register: Path, tmp_path: Path) -> AsyncIterator[Province]:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        desk.scene.clock.now = datetime(2025, 9, 10, 6, 0, tzinfo=UTC)
        account = desk.account(StaffRole.PROVINCE)
        wanted = NextKey(KeyRole.BUREAU, Custody.REGISTER, PROVINCE, officer=account.login)
        root = unlock_root(desk.scene.register, ROOT_PASSPHRASE)
        introduce_next(desk.scene.register, wanted, passphrase=PASSPHRASE.encode(), root=root)
        yield Province(desk, account, desk.browser(account))
        assert desk.scene.audit().finding is None


@pytest.mark.parametrize(
    ("role", "office", "sees"),
    [
        (StaffRole.INSTITUTION, CREDIT_CODE, True),
        (StaffRole.INSTITUTION, OTHER_CODE, False),
        (StaffRole.REVIEWER, "430100", True),
        (StaffRole.REVIEWER, "430200", False),
        (StaffRole.AUDITOR, None, True),
        (StaffRole.PROVINCE, None, True),
    ],
)
async def test_everybody_reads_what_is_theirs_and_nothing_else(
    province: Province, role: StaffRole, office: str | None, sees: bool
) -> None:
    browser = province.desk.browser(province.desk.account(role, office))
    listed, page = await browser.get("/staff/filings"), await browser.get(BASE)
    assert listed.status_code == 200
    assert ("示例评价机构" in listed.text) is sees
    assert page.status_code == (200 if sees else 404)
    assert (f'href="{BASE}/renewed"' in page.text) is (role is StaffRole.PROVINCE)


async def test_only_the_province_changes(province: Province) -> None:
    size = province.size
    for role in (StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.AUDITOR, StaffRole.ADMINISTRATOR):
        browser = province.desk.browser(province.desk.account(role))
        for path in (f"{BASE}/cancelled", "/staff/filings/new", "/staff/filings/import"):
            assert (await browser.get(path)).status_code == 403
            assert (await browser.post(path)).status_code == 403
            assert (await browser.post(f"{path}/record")).status_code == 403
    assert province.size == size


async def test_a_change_is_shown_before_it_is_signed_and_then_done_by_the_worker(province: Province) -> None:
    preview = await province.change(f"{BASE}/ordered_out")
    assert "写入公开的登记日志" in preview
    assert "责令退出" in preview
    assert province.state() is FilingState.ORDERED_OUT
    assert province.state(date(2025, 9, 9)) is FilingState.FILED
    page = (await province.browser.get(BASE)).text
    assert INSTRUMENT in page
    assert "登记日志第" in page
    assert f'href="{BASE}/cancelled"' not in page


async def test_what_was_typed_comes_back_to_be_mended(province: Province) -> None:
    given = {"on": TODAY.isoformat(), "instrument": INSTRUMENT, "name": "示例错名", "edit": "yes"}
    form = await province.browser.post(f"{BASE}/renamed", given)
    assert form.status_code == 200
    assert 'value="示例错名"' in form.text
    assert "有误只能再作一次变更" not in form.text


async def test_a_wrong_passphrase_records_nothing_and_is_not_echoed(province: Province) -> None:
    given = {"on": TODAY.isoformat(), "instrument": INSTRUMENT, "version": "1"}
    wrong = "示例 wrong passphrase"
    page = await province.browser.post(f"{BASE}/cancelled/record", {**given, "passphrase": wrong})
    assert page.status_code == 422
    assert "签名口令不对，没有签名" in page.text
    assert wrong not in page.text
    assert province.work() == []


async def test_an_operator_without_a_key_is_told_how_to_get_one(province: Province) -> None:
    colleague = province.desk.browser(province.desk.account(StaffRole.PROVINCE, login="colleague"))
    given = {"on": TODAY.isoformat(), "instrument": INSTRUMENT, "version": "1", "passphrase": PASSPHRASE}
    page = await colleague.post(f"{BASE}/cancelled/record", given)
    assert page.status_code == 422
    assert "skillcert keys bureau 430000 --for colleague" in page.text
    assert province.work() == []


async def test_a_stale_page_is_refused_and_nothing_is_done_twice(province: Province) -> None:
    given = {"on": TODAY.isoformat(), "instrument": INSTRUMENT, "version": "1", "passphrase": PASSPHRASE}
    first = await province.browser.post(f"{BASE}/rectifying/record", given)
    again = await province.browser.post(f"{BASE}/rectifying/record", given)
    assert first.headers["location"] == again.headers["location"]
    meanwhile = await province.browser.post(f"{BASE}/cancelled/record", given)
    assert meanwhile.status_code == 409
    assert "已经变化" in meanwhile.text
    assert len(province.work()) == 1
    size = province.size
    clicked = await province.browser.post(f"{BASE}/rectifying/record", given)
    assert clicked.headers["location"] == first.headers["location"]
    stale = await province.browser.post(f"{BASE}/cancelled/record", given)
    assert stale.status_code == 409
    assert province.work() == []
    assert (province.size, province.state()) == (size, FilingState.RECTIFYING)


async def test_what_cannot_be_is_said_beside_its_field(province: Province) -> None:
    page = await province.browser.post(f"{BASE}/cancelled", {"on": "2025-13-01", "instrument": "x"})
    assert page.status_code == 422
    assert "请按“年-月-日”填写日期" in page.text
    page = await province.browser.post(f"{BASE}/cancelled", {"on": "2025-09-10", "instrument": " "})
    assert "每一项变更都要有依据" in page.text
    page = await province.browser.post(f"{BASE}/rectified", {"on": "2025-09-10", "instrument": "x"})
    assert "不能办理这一项" in page.text
    assert (await province.browser.get(f"{BASE}/listed")).status_code == 404
    assert (await province.browser.get("/staff/filings/S000043990088/renewed")).status_code == 404


async def test_an_employer_is_filed_at_once_and_the_public_after_publicity(province: Province) -> None:
    await province.add_other()
    assert province.state(prefix="Y000043990002") is FilingState.FILED
    public = an_employer("S000043990003") | {"category": "S", "filing_number": ""}
    preview = await province.change("/staff/filings/new", **public)
    assert "公示 5 个工作日" in preview
    assert province.state(prefix="S000043990003") is FilingState.PUBLICISED
    path = "/staff/filings/S000043990003"
    assert "2025年9月17日" in (await province.browser.get(path)).text
    early = {"on": "2025-09-17", "instrument": "x", "filing_number": "示例备3号"}
    assert "公示期还没有结束" in (await province.browser.post(f"{path}/filed", early)).text
    province.desk.scene.clock.now = datetime(2025, 9, 18, 2, 0, tzinfo=UTC)
    province.browser = province.desk.browser(province.account)
    assert "可以备案" in (await province.browser.get("/staff/filings")).text
    await province.change(f"{path}/filed", on="2025-09-18", filing_number="示例备3号")
    assert province.state(date(2025, 9, 18), "S000043990003") is FilingState.FILED
    assert province.state(date(2025, 9, 17), "S000043990003") is FilingState.PUBLICISED


async def test_a_taken_prefix_and_a_doubtful_credit_code_are_told(province: Province) -> None:
    base = {"on": TODAY.isoformat(), "instrument": INSTRUMENT}
    doubtful = await province.browser.post(
        "/staff/filings/new", base | an_employer() | {"credit_code": "91439900MA9900020A"}
    )
    assert doubtful.status_code == 200
    assert "校验位不符" in doubtful.text
    public = an_employer(PREFIX) | {"category": "S"}
    taken = await province.browser.post("/staff/filings/new", base | public)
    assert (taken.status_code, "已经给了另一项备案" in taken.text) == (422, True)
    faulty = an_employer() | {"scope": "电工 6-31-01-03 - 9 国家职业标准\n车工 6-18-01-01 - 3"}
    page = await province.browser.post("/staff/filings/new", base | faulty)
    assert page.status_code == 422
    assert "第 1 行：" in page.text
    assert "第 2 行：" in page.text


async def test_scope_renewal_name_and_bureau_are_changed_row_by_row(province: Province) -> None:
    added = "车工 6-18-01-01 数控车工 5、4 国家职业标准"
    preview = await province.change(f"{BASE}/scope_changed", scope=added)
    assert "数控车工" in preview
    form = (await province.browser.get(f"{BASE}/renewed")).text
    names = sorted({part.split('"')[0] for part in form.split('name="row-')[1:]})
    assert len(names) == 2
    undecided = await province.browser.post(
        f"{BASE}/renewed", {"on": TODAY.isoformat(), "instrument": "x", f"row-{names[0]}": "keep"}
    )
    assert "选择续期或不续期" in undecided.text
    await province.change(f"{BASE}/renewed", **{f"row-{names[0]}": "keep", f"row-{names[1]}": "drop"})
    await province.change(f"{BASE}/renamed", name="示例新评价机构", short_name="")
    await province.change(f"{BASE}/bureau_changed", bureau="430200", on="2025-10-01")
    filing = province.desk.office.register.filings().by_prefix(PREFIX)
    assert filing is not None
    assert filing.expires_on == date(2030, 7, 31)
    assert len(filing_on(filing, date(2027, 8, 1)).scope) == 1
    assert filing_on(filing, date(2025, 9, 9)).name == "示例评价机构"
    assert filing_on(filing, TODAY).name == "示例新评价机构"
    assert [filing_on(filing, day).bureau for day in (date(2025, 9, 30), date(2025, 10, 1))] == [
        "430100",
        "430200",
    ]


async def test_a_merger_lets_the_successor_in_and_the_public_page_says_it(province: Province) -> None:
    await province.add_other()
    successor = province.desk.browser(province.desk.account(StaffRole.INSTITUTION, OTHER_CODE))
    certificate = f"/staff/certificates/{HOLDERS[Story.PLAIN].number}"
    with closing(KeptReader(province.desk.scene.register.engine)) as reader:
        (head, *_) = BatchReads(reader).newest_of([PREFIX], 1, 0)
    theirs = (BASE, certificate, f"/staff/batches/{head.id.hex()}")
    assert [(await successor.get(path)).status_code for path in theirs] == [404, 404, 404]
    await province.change(f"{BASE}/merged", successor="Y000043990002")
    assert [(await successor.get(path)).status_code for path in theirs] == [200, 200, 200]
    page = await successor.get(BASE)
    assert page.status_code == 200
    assert "已合并，由 示例承继企业 承继" in page.text
    public = await province.desk.stranger().get(f"/institutions/{PREFIX}")
    assert "本机构已并入示例承继企业" in public.text
    heir = await province.desk.stranger().get("/institutions/Y000043990002")
    assert "由本机构承继的机构" in heir.text
    machine = province.desk.stranger(accept="application/json")
    told = (await machine.get(f"/api/v1/institutions/{PREFIX}")).json()
    assert (told["state"], told["successors"]) == ("merged", ["Y000043990002"])


@pytest.mark.parametrize(
    ("today", "said"),
    [
        (datetime(2027, 1, 15, tzinfo=UTC), ""),
        (datetime(2027, 3, 1, tzinfo=UTC), "请在2027年4月30日前提出续期申请"),
        (datetime(2027, 6, 1, tzinfo=UTC), "备案将于2027年7月31日到期，还有 60 天"),
    ],
)
async def test_the_institution_and_the_province_are_warned_in_time(
    province: Province, today: datetime, said: str
) -> None:
    province.desk.scene.clock.now = today
    institution = province.desk.browser(province.desk.account(StaffRole.INSTITUTION, CREDIT_CODE))
    listed = (await institution.get("/staff/filings")).text
    page = (await institution.get(BASE)).text
    assert "ExpiryNotice" not in listed + page
    assert said in page
    assert said in listed if said else "到期，" not in listed
    province.browser = province.desk.browser(province.account)
    expiring = (await province.browser.get("/staff/filings?expiring=yes")).text
    assert ("示例评价机构" in expiring) is ("还有" in said)


async def test_the_list_is_filtered(province: Province) -> None:
    await province.add_other()
    for query, found in (
        ("", {"评价机构", "承继企业"}),
        ("q=承继", {"承继企业"}),
        ("q=S0000439900", {"评价机构"}),
        ("state=filed&city=430200", {"承继企业"}),
        ("category=S", {"评价机构"}),
        ("state=cancelled", set()),
        ("city=不存在&state=x&page=99999", {"评价机构", "承继企业"}),
    ):
        page = (await province.browser.get(f"/staff/filings?{query}")).text
        assert {name for name in ("评价机构", "承继企业") if f"示例{name}</a>" in page} == found, query


def a_list(*lines: str) -> bytes:
    return "\n".join([COLUMNS, *lines]).encode()


LISTED = (
    f"{OTHER_CODE},示例名册企业,,Y,Y000043990004,示例备4号,长沙市,2025-01-01,2027-12-31,filed,2025-01-01,"
    "示例公告,6-31-01-03,电工,,5、4,国家职业标准,,"
)


async def test_a_list_is_checked_and_then_taken_over_once(province: Province) -> None:
    files = {"file": ("名册.csv", a_list(LISTED))}
    checked = await province.browser.post("/staff/filings/import", files=files)
    assert "新增 1 项，变更 0 项，未变 0 项" in checked.text
    digest = checked.text.split('name="checked" value="')[1].split('"')[0]
    given = {"checked": digest, "passphrase": PASSPHRASE}
    other = {"file": ("名册.csv", a_list(LISTED, LISTED.replace("990004", "990005")))}
    swapped = await province.browser.post("/staff/filings/import/record", given, other)
    assert "不是刚才检查的文件" in swapped.text
    assert province.work() == []
    done = await province.browser.post("/staff/filings/import/record", given, files)
    again = await province.browser.post("/staff/filings/import/record", given, files)
    assert done.headers["location"] == again.headers["location"]
    assert [ran.code for ran in province.work()] == [""]
    assert province.state(prefix="Y000043990004") is FilingState.FILED
    unchanged = await province.browser.post("/staff/filings/import", files=files)
    assert "没有需要登记的内容" in unchanged.text


async def test_a_list_with_faults_is_told_row_by_row(province: Province) -> None:
    faulty = a_list(LISTED.replace("5、4", "9"), LISTED.replace("990004", "9"))
    page = await province.browser.post("/staff/filings/import", files={"file": ("名册.csv", faulty)})
    assert page.status_code == 422
    assert "文件有 2 处错误" in page.text
    assert page.text.count('<tr><th scope="row" class="nowrap">第 ') == 2
    nonsense = await province.browser.post("/staff/filings/import", files={"file": ("x.xlsx", b"\x00" * 99)})
    assert nonsense.status_code == 422
    nothing = await province.browser.post("/staff/filings/import")
    assert "请选择文件" in nothing.text
