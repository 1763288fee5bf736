"""An institution's own system hands in batches with a token and follows them; a repeat is done once."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from registry.intake.forms_out import Form5Cells
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.review.decide import Decision
from registry.staff.model import Account, StaffRole, TokenScope
from tests.builders import a_form4, a_number, a_workbook, an_id_number, form5_row
from tests.registry.ledger.builders import PREFIX
from tests.web.shapes import fits
from tests.web.staff.desks import Browser, Desk, a_desk
from web.api.schemas import SCHEMAS

pytestmark = pytest.mark.anyio
GOOD = form5_row(number=a_number(301), name="示例新甲", id_number=an_id_number(301))
WRONG = form5_row(number=a_number(302), name="示例新乙", id_number="430102199003074516")
LATE = form5_row(
    number=a_number(1, level=4), level="4", name="示例丁", id_number=an_id_number(3), issued_on="2025-06-02"
)
NAME = "form5.xlsx"
PATH = "/api/v1/batches"


@pytest.fixture
async def desk(filled_register: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    async with a_desk(filled_register, tmp_path / "r", STAFF_UPLOAD_BYTES="2000000") as opened:
        yield opened
        assert opened.scene.audit().finding is None


@pytest.fixture
def account(desk: Desk) -> Account:
    return desk.account(StaffRole.INSTITUTION)


@pytest.fixture
def system(desk: Desk, account: Account) -> Browser:
    ends_on = desk.office.today() + timedelta(days=30)
    _, secret = desk.office.staff.tokens.create(account, name="示例系统", scopes=TokenScope, ends_on=ends_on)
    return desk.machine(secret)


async def hand_in(
    system: Browser, *rows: Form5Cells, key: str = "", form5: bytes | None = None, **fields: str
) -> httpx.Response:
    """Hands a batch in, as a program does."""
    headers = {**system.headers, **({"idempotency-key": key} if key else {})}
    files = {
        "form5": (NAME, a_workbook(*rows) if form5 is None else form5),
        "form4": ("form4.xlsx", a_form4(*rows, file_name=NAME)),
    }
    return await system.client.post(PATH, data={"prefix": PREFIX, **fields}, files=files, headers=headers)


def work(desk: Desk) -> None:
    """The worker comes by."""
    run_all(desk.scene.register, HANDLERS)


async def test_a_batch_is_handed_in_followed_and_decided(desk: Desk, system: Browser) -> None:
    taken = await hand_in(system, GOOD, WRONG, LATE, plan="plan-1")
    assert (taken.status_code, fits(taken.json(), SCHEMAS["Arrival"])) == (202, [])
    where = taken.headers["location"]
    assert where == f"{PATH}/{taken.json()['batch']}"
    assert (await system.get(where)).json()["state"] == "queued"
    work(desk)
    one = (await system.get(where)).json()
    assert fits(one, SCHEMAS["Batch"]) == []
    assert (one["state"], one["rows"], one["refused"], one["flagged"]) == ("waiting", 3, 1, 1)
    assert one["plan"] == "plan-1"
    assert one["upload_due"] == {"on": "2025-07-14", "provisional": False, "working_days_left": -42}
    assert [row["row"] for row in one["findings"]["rows"]] == [4, 5]
    assert one["counts"]["R03"] == 1
    assert {each["column"] for each in one["findings"]["rows"][0]["findings"]} == {"id_number"}
    late = (await system.get(f"{where}?finding=R14")).json()["findings"]
    assert [row["row"] for row in late["rows"]] == [5]
    desk.scene.approve(bytes.fromhex(one["batch"]), Decision(rejected={5: "late_unjustified"}))
    decided = (await system.get(where)).json()
    assert fits(decided, SCHEMAS["Batch"]) == []
    assert (decided["state"], decided["entered"], decided["national"]["pending"]) == ("approved", 1, 1)
    assert decided["decision"]["rejected"] == [{"row": 5, "reason": "late_unjustified"}]
    listed = (await system.get(PATH)).json()
    assert fits(listed, SCHEMAS["Batches"]) == []
    assert listed["batches"][0]["batch"] == one["batch"]


async def test_no_answer_holds_a_person(desk: Desk, system: Browser) -> None:
    where = (await hand_in(system, GOOD, WRONG)).headers["location"]
    work(desk)
    text = (await system.get(where)).text + (await system.get(PATH)).text
    assert [each for each in ("示例新", "4301021990", GOOD[7], WRONG[7]) if each in text] == []


async def test_a_repeated_request_is_done_once(desk: Desk, system: Browser) -> None:
    first = await hand_in(system, GOOD, key="order-1")
    again = await hand_in(system, GOOD, key="order-1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json()["batch"] == first.json()["batch"]
    work(desk)
    later = await hand_in(system, GOOD, key="order-1")
    assert (later.status_code, later.json()["state"]) == (200, "waiting")
    assert later.json()["batch"] == first.json()["batch"]
    without = await hand_in(system, GOOD)
    assert (without.status_code, without.json()["batch"]) == (200, first.json()["batch"])


async def test_one_name_does_not_stand_for_two_requests(desk: Desk, system: Browser) -> None:
    await hand_in(system, GOOD, key="order-1")
    other = await hand_in(system, WRONG, key="order-1")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    work(desk)
    other = await hand_in(system, WRONG, key="order-1")
    assert other.json()["code"] == "idempotency_key_reused"


async def test_another_account_may_give_the_same_name(desk: Desk, system: Browser) -> None:
    first = await hand_in(system, GOOD, key="order-1")
    colleague = desk.account(StaffRole.INSTITUTION)
    ends_on = desk.office.today() + timedelta(days=1)
    _, secret = desk.office.staff.tokens.create(colleague, name="二", scopes=TokenScope, ends_on=ends_on)
    second = await hand_in(desk.machine(secret), WRONG, key="order-1")
    assert second.status_code == 202
    assert second.json()["batch"] != first.json()["batch"]


@pytest.mark.parametrize(
    ("form5", "status", "code"),
    [
        (b"\x00\x01" * 500, 422, "not_a_workbook"),
        (b"", 422, "malformed_request"),
        (b"\x00" * 2_100_000, 413, "body_too_large"),
    ],
    ids=["nonsense", "empty", "too large"],
)
async def test_what_cannot_be_taken_in_is_a_problem(
    desk: Desk, account: Account, system: Browser, form5: bytes, status: int, code: str
) -> None:
    answer = await hand_in(system, GOOD, form5=form5)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert fits(answer.json(), SCHEMAS["Problem"]) == []
    assert answer.headers["content-type"] == "application/problem+json"
    assert desk.office.jobs.of_account(account.id) == []


async def test_an_upload_that_turns_out_wrong_says_so_where_it_is_asked_for(
    desk: Desk, system: Browser
) -> None:
    where = (await hand_in(system, GOOD, form5="姓名,证件\n示例甲,201\n".encode())).headers["location"]
    work(desk)
    told = (await system.get(where)).json()
    assert fits(told, SCHEMAS["Arrival"]) == []
    assert (told["state"], told["problem"]["code"]) == ("refused", "wrong_header")
    assert "缺少：" in told["problem"]["detail"]


@pytest.mark.parametrize(("prefix", "previous"), [("S000043999999", ""), (PREFIX, "0" * 32), (PREFIX, "x")])
async def test_what_is_not_the_institutions_is_not_there(system: Browser, prefix: str, previous: str) -> None:
    assert (await hand_in(system, GOOD, prefix=prefix, previous=previous)).status_code == 404


@pytest.mark.parametrize("key", ["x" * 256, "schlüssel"])
async def test_a_name_that_no_header_should_hold_is_malformed(system: Browser, key: str) -> None:
    headers = {**system.headers, "idempotency-key": key.encode("latin-1")}
    files = {"form5": (NAME, a_workbook(GOOD)), "form4": ("form4.xlsx", a_form4(GOOD, file_name=NAME))}
    answer = await system.client.post(PATH, data={"prefix": PREFIX}, files=files, headers=headers)  # type: ignore[arg-type]
    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")
