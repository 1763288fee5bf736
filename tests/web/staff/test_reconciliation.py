"""The province's reconciliation reports: seen, taken as files, and asked for."""

from dataclasses import replace
from pathlib import Path

import pytest

from registry.jobs.runner import run_all
from registry.national.findings import ExceptionGroup, Waiting
from registry.national.reconcile_job import RECONCILE, not_configured
from registry.national.report import Side, StatedReconciliation
from registry.national.report_papers import check_file
from registry.staff.model import StaffRole
from registry.storage.national_reports import keep_report
from signing.did import did_of_origin
from signing.encoding import b64url_encode
from signing.keys import KeyRole
from signing.outcomes import Outcome
from signing.trust import trust_from_files
from tests.registry.filled import WEB_ORIGIN, Scene
from tests.registry.national.sample_reports import (
    DIFFERS,
    EXACT,
    NETWORK_KEY,
    NETWORK_KEYS,
    asked,
    excepting,
    report,
)
from tests.web.staff.desks import a_desk

pytestmark = pytest.mark.anyio
REPORTS = "/staff/national/reports"
BUT_FOR = excepting(
    ExceptionGroup(Waiting.PENDING, "", False, (3, 4, 5)),
    ExceptionGroup(Waiting.REJECTED, "holder_under_16", True, (7,)),
)


def kept(scene: Scene, stated: StatedReconciliation = EXACT, theirs: Side | None = None) -> tuple[str, bytes]:
    """A report of this register, signed by it and kept: its id, and its bytes."""
    register = scene.register
    own = replace(
        stated,
        issuer=did_of_origin(WEB_ORIGIN),
        compared_at=scene.clock.now.replace(microsecond=0),
        size=register.ready(),
        checkpoint=register.checkpoint().decode(),
    )
    data = report(asked(own, theirs), register.keys[KeyRole.RECEIPT])
    made = keep_report(
        register.desk_engine, data, at=own.compared_at, size=own.size, outcome=own.outcome.value
    )
    return made.id, data


async def test_the_province_sees_the_newest_report_first_and_each_as_a_page(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        assert "还没有对账报告" in (await browser.get(REPORTS)).text
        old, _ = kept(desk.scene)
        new, _ = kept(desk.scene, BUT_FOR)
        listed = (await browser.get(REPORTS)).text
        assert 0 < listed.index(new) < listed.index(old)
        page = (await browser.get(f"{REPORTS}/{new}")).text
        assert "除下列事项外，全国联网与本省登记册一致" in page
        assert "持证人" in page
        assert "3–5" in page


async def test_a_page_says_what_a_check_of_its_report_comes_to_now(
    filled_register: Path, tmp_path: Path
) -> None:
    key = tmp_path / "network.key"
    key.write_text(b64url_encode(NETWORK_KEY.public), encoding="ascii")
    env = {"NATIONAL_URL": "https://network.example", "NATIONAL_KEY_FILE": str(key)}
    async with a_desk(filled_register, tmp_path / "r", **env) as desk:
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        good, _ = kept(desk.scene)
        assert "这份报告没有全部核对通过" not in (await browser.get(f"{REPORTS}/{good}")).text
        strange = keep_report(
            desk.scene.register.desk_engine,
            report(EXACT),
            at=EXACT.compared_at,
            size=EXACT.size,
            outcome=EXACT.outcome.value,
        )
        page = (await browser.get(f"{REPORTS}/{strange.id}")).text
        assert "这份报告没有全部核对通过" in page
        assert "不是登记册的密钥，或者密钥已停用" in page
        broken = keep_report(
            desk.scene.register.desk_engine, b"{}", at=EXACT.compared_at, size=1, outcome="exact"
        )
        assert "这份报告读不出来" in (await browser.get(f"{REPORTS}/{broken.id}")).text


async def test_both_files_hold_what_was_signed_and_the_paper_is_the_same_each_time(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        identity, data = kept(desk.scene, BUT_FOR)
        browser = desk.browser(desk.account(StaffRole.AUDITOR))
        json_file = await browser.get(f"{REPORTS}/{identity}/json")
        pdf = await browser.get(f"{REPORTS}/{identity}/pdf")
        again = await browser.get(f"{REPORTS}/{identity}/pdf")
        assert json_file.content == data
        assert pdf.content == again.content
        assert pdf.headers["content-disposition"].endswith(f'-{identity}.pdf"')
        trust = trust_from_files(desk.scene.register.trust_files())
        now = desk.scene.register.clock()
        for content in (json_file.content, pdf.content):
            checked = check_file(content, trust, NETWORK_KEYS, now)
            assert checked.holds is Outcome.PASSED
            assert checked.stated is not None
            assert checked.stated.exceptions == BUT_FOR.exceptions
        altered = bytearray(pdf.content)
        altered[len(altered) // 2] ^= 1
        assert check_file(bytes(altered), trust, NETWORK_KEYS, now).is_authentic is Outcome.FAILED


async def test_differences_are_named_with_what_is_done_about_them(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        identity, _ = kept(desk.scene, DIFFERS, Side(7, bytes(32)))
        page = (await desk.browser(desk.account(StaffRole.PROVINCE)).get(f"{REPORTS}/{identity}")).text
        for said in ("不一致", "88001", "全国联网多出", "MDEyMzQ1Njc4OWFiY2RlZg"):
            assert said in page


async def test_whoever_asks_twice_waits_for_one_comparison(filled_register: Path, tmp_path: Path) -> None:
    key = tmp_path / "network.key"
    key.write_text(b64url_encode(NETWORK_KEY.public), encoding="ascii")
    env = {"NATIONAL_URL": "https://network.example", "NATIONAL_KEY_FILE": str(key)}
    async with a_desk(filled_register, tmp_path / "r", **env) as desk:
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        assert "现在对账" in (await browser.get(REPORTS)).text
        first = await browser.post(REPORTS)
        second = await browser.post(REPORTS)
        assert first.headers["location"] == second.headers["location"]
        assert first.headers["location"].startswith("/staff/jobs/")
        colleague = desk.browser(desk.account(StaffRole.PROVINCE))
        assert first.headers["location"] in (await colleague.get(REPORTS)).text
        assert (await colleague.get(first.headers["location"])).status_code == 200
        stranger = desk.browser(desk.account(StaffRole.REVIEWER))
        assert (await stranger.get(first.headers["location"])).status_code == 404
        (ran,) = run_all(desk.scene.register, {RECONCILE: lambda _: {"report": kept(desk.scene)[0]}})
        assert ran.code == ""
        done = await browser.get(first.headers["location"])
        assert done.status_code == 303
        assert (await browser.get(done.headers["location"])).status_code == 200


async def test_a_worker_that_knows_no_network_says_so(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        assert "还没有设置全国联网，不能对账" in (await browser.get(REPORTS)).text
        asked_for = await browser.post(REPORTS)
        run_all(desk.scene.register, {RECONCILE: not_configured})
        assert "还没有设置全国联网" in (await browser.get(asked_for.headers["location"])).text
