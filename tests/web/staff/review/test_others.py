"""The desk as others meet it: the province with its own samples, and whoever lost what he had begun."""

import re
from datetime import date
from pathlib import Path

import pytest

from registry.filing.model import BureauPeriod
from registry.filing.record import record_filings
from registry.review.decide import Decision
from registry.review.sample import DrawnFor
from registry.staff.model import StaffRole
from tests.builders import a_filing, a_number, a_scope_row, an_id_number, form5_row
from tests.registry.ledger.builders import CHANGSHA, PROVINCE
from tests.web.staff.desks import Desk
from tests.web.staff.review.batches import CLEAN, LATE, Bench, a_bench, some_rows

pytestmark = pytest.mark.anyio
CITYS, PROVINCES = "S000043990002", "S000043990003"


def more_filings(desk: Desk) -> None:
    """Two institutions that train technicians: one of a city, one of the province."""
    scene = desk.scene
    filings = [
        a_filing(
            number_prefix=prefix,
            filing_number=f"示例备{bureau}",
            credit_code=code,
            bureaus=(BureauPeriod(bureau, date(2024, 8, 1)),),
            scope=(a_scope_row(levels=(5, 4, 3, 2)),),
        )
        for prefix, bureau, code in (
            (CITYS, CHANGSHA, "52439900MA9900011T"),
            (PROVINCES, PROVINCE, "52439900MA9900012R"),
        )
    ]
    record_filings(
        scene.register.ledger,
        scene.register.writer(),
        filings,
        scene.clock().date(),
        province_key=scene.keys[PROVINCE],
    )


def technicians(desk: Desk, prefix: str) -> str:
    """A batch of four technicians and two workers."""
    rows = [
        form5_row(
            number=a_number(serial, prefix=prefix, level=2 if serial < 5 else 3),
            level="2" if serial < 5 else "3",
            name=f"示例技{'甲乙丙丁戊己'[serial - 1]}",
            id_number=an_id_number(200 + serial),
            employer="",
        )
        for serial in range(1, 7)
    ]
    return desk.scene.receive(rows, prefix=prefix).id.hex()


async def test_the_province_inspects_technicians_everywhere_and_decides_on_its_own(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        desk = bench.desk
        more_filings(desk)
        citys, own = technicians(desk, CITYS), technicians(desk, PROVINCES)
        province = desk.browser(desk.account(StaffRole.PROVINCE))
        queue = await province.get("/staff/review")
        samples = await province.get("/staff/review/samples")
        page = await province.get(f"/staff/review/{citys}/rows?sample=province")
        drawn = [int(each) for each in re.findall(r'<tr id="row-(\d+)"', page.text)]
        fields = {"sample": "province", "found": "discrepancy:record_missing", "seen": "0", "back": ""}
        inspected = await province.post(f"/staff/review/{citys}/rows/{drawn[0]}/inspection", fields)
        not_its_own = await province.post(
            f"/staff/review/{citys}/rows/{drawn[0]}", {"ruling": "rejected:not_assessed", "seen": "0"}
        )
        citys_own = await bench.reviewer.post(f"/staff/review/{citys}/rows/{drawn[1]}/inspection", fields)
        told = await bench.reviewer.get(f"/staff/review/{citys}")
        await province.get(f"/staff/review/{own}")
        decided = await province.post(
            f"/staff/review/{own}/rows/2", {"ruling": "rejected:not_assessed", "seen": "0"}
        )
        found = desk.office.drafts().drawn(bytes.fromhex(citys), DrawnFor.PROVINCE)

    assert (own in queue.text, citys in queue.text, bench.batch in samples.text) == (True, False, False)
    assert citys in samples.text
    assert own in samples.text
    # Levels 1 and 2 only, and at least three of them.
    assert len(drawn) == 3
    assert set(drawn) <= {2, 3, 4, 5}
    assert (inspected.status_code, not_its_own.status_code, citys_own.status_code) == (303, 409, 409)
    assert {each.row: each.note for each in found if each.result} == {drawn[0]: "record_missing"}
    assert "1 行不符" in told.text
    assert decided.status_code == 303


async def test_a_row_that_the_province_found_to_differ_does_not_enter_either(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r", SAMPLE_LEAST="9") as bench:
        more_filings(bench.desk)
        citys = Bench(bench.desk, technicians(bench.desk, CITYS), bench.reviewer)
        await citys.reviewer.get(citys.path)
        await citys.inspect_all()
        province = bench.desk.browser(bench.desk.account(StaffRole.PROVINCE))
        fields = {
            "sample": "province",
            "found": "discrepancy:score_differs",
            "seen": citys.seen(),
            "back": "",
        }
        assert (await province.post(f"{citys.path}/rows/3/inspection", fields)).status_code == 303
        await citys.propose()
        assert bench.desk.office.proposals().newest(citys.id) is None
        await citys.say(3, "rejected:score_missing")
        await citys.propose()
        made = citys.proposal()

    assert (made.body.count, made.body.rejected) == (5, {3: "score_missing"})
    assert made.body.samples[DrawnFor.PROVINCE].discrepancies == {3: "score_differs"}
    assert made.body.samples[DrawnFor.PROVINCE].rows == (2, 3, 4, 5)


async def test_whoever_is_demoted_in_mid_review_is_told_and_the_drafts_stay(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r", FOUR_EYES="on") as bench:
        accounts = bench.desk.office.accounts
        account = bench.desk.account(StaffRole.REVIEWER)
        browser = bench.desk.browser(account)
        await browser.get(bench.path)
        await bench.say(LATE[0], "accepted:late_justified", browser=browser)
        await bench.say(LATE[1], "accepted:late_justified")
        await bench.inspect_all()
        await bench.propose()
        digest = bench.proposal().digest
        accounts.change(account.id, name=account.name, role=StaffRole.AUDITOR, office="")
        refused = await bench.say(CLEAN[0], "rejected:not_assessed", browser=browser)
        confirmed = await browser.post(f"{bench.path}/confirmation", {"digest": digest})
        asked_before = bench.desk.account(StaffRole.REVIEWER)
        elsewhere = bench.desk.browser(asked_before)
        accounts.change(asked_before.id, name="示例", role=StaffRole.REVIEWER, office="430200")
        moved = await elsewhere.post(f"{bench.path}/confirmation", {"digest": digest})
        kept = await bench.reviewer.get(f"{bench.path}/rows?standing=accepted")
        state = bench.proposal().state.value

    assert refused.status_code in (401, 403)
    assert confirmed.status_code in (401, 403)
    assert moved.status_code in (401, 404)
    assert state == "prepared"
    assert [int(each) for each in re.findall(r'<tr id="row-(\d+)"', kept.text)] == list(LATE)


async def test_a_batch_that_was_uploaded_anew_takes_no_more_words(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        newer = bench.desk.scene.receive(some_rows()[:5], previous=bench.id).id.hex()
        told = await bench.say(CLEAN[0], "rejected:not_assessed")
        returned = await bench.reviewer.post(f"{bench.path}/return", {"reason": "findings", "seen": "0"})
        page = await bench.reviewer.get(bench.path)
        queue = await bench.reviewer.get("/staff/review")
        later = await bench.reviewer.get(f"/staff/review/{newer}")

    assert (told.status_code, returned.status_code) == (409, 409)
    assert "重新上报" in told.text
    assert f"/staff/review/{newer}" in page.text
    assert (bench.path in queue.text, newer in queue.text) == (False, True)
    assert bench.path in later.text


async def test_a_batch_decided_meanwhile_takes_no_more_words(filled_register: Path, tmp_path: Path) -> None:
    async with a_bench(filled_register, tmp_path / "r") as bench:
        await bench.reviewer.get(bench.path)
        bench.desk.scene.approve(bench.id, Decision(accepted_flags=frozenset(LATE)))
        told = await bench.say(CLEAN[0], "rejected:suspected_fraud")
        prepared = await bench.reviewer.post(f"{bench.path}/proposal", {"seen": bench.seen()})
        page = await bench.reviewer.get(bench.path)

    assert (told.status_code, prepared.status_code) == (409, 409)
    assert "已经办结" in told.text
    assert "审核通过" in page.text
    assert "拟办意见" not in page.text
