"""The national network as each role sees it: what came back, who does what next, and sending it again."""

import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from registry.jobs.runner import run_all
from registry.ledger.entries import EntryType, stored_entry, text
from registry.national.handling import handling_of, is_known
from registry.national.queue import SendingState
from registry.national.reasons import ReasonClass, RowReason
from registry.requests.asking import Asked as Wanted
from registry.staff.model import StaffRole
from registry.staff.trail import Trail
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import PREFIX
from tests.web.html import read_page
from tests.web.staff.desks import Desk, a_desk
from tests.web.staff.matrix import FAR
from web.language import Language
from web.staff.national.words import Span, next_text, span_of
from web.vocabulary import WORDS

pytestmark = pytest.mark.anyio
WORDS_OF_THE_NETWORK = "示例：号码与其他省的数据不符 <b>"
AT = "2025-09-09T01:00:00Z"
LIST = "/staff/national/rejections"
AGAIN = "national.again"


def entry_of(desk: Desk, story: Story) -> int:
    """The first entry of a certificate."""
    found = desk.scene.register.look_up.current(HOLDERS[story].number)
    assert found is not None
    return found[0].first.index


def head_of(desk: Desk, story: Story) -> int:
    """Its newest one."""
    found = desk.scene.register.look_up.current(HOLDERS[story].number)
    assert found is not None
    return found[0].head.index


def filing_entry(desk: Desk) -> int:
    """The entry of the institution's filing."""
    ledger = desk.scene.register.ledger
    size, _ = ledger.published()
    return next(at for at in range(size) if text(stored_entry(ledger.body(at)), "type") == EntryType.FILING)


def write(desk: Desk, statement: str) -> None:
    with desk.scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql(statement)


def progress(desk: Desk, seq: int, state: str, *, on: str = "2025-09-09", reason: str = "") -> None:
    """What the sender noted of a position."""
    write(desk, f"DELETE FROM national_progress WHERE seq = {seq}")
    write(desk, f"INSERT INTO national_progress VALUES ({seq}, '{state}', '{on}', '{reason}', '')")


def came_back(
    desk: Desk,
    seq: int,
    reason: str = "identity_number_wrong",
    *,
    words: str = WORDS_OF_THE_NETWORK,
    prefix: str = PREFIX,
    version: int = 1,
) -> None:
    """A row that the network turned back."""
    progress(desk, seq, "rejected", reason=reason)
    write(
        desk,
        "INSERT INTO national_rejection (seq, ref, version, institution, reason, words, rejected_at, "
        f"settled_at, settled_by) VALUES ({seq}, x'00', {version}, '{prefix}', '{reason}', '{words}', "
        f"'{AT}', '', 0)",
    )


def settled(desk: Desk, seq: int, by: int) -> None:
    """The network took a later version of it, or the same one after all."""
    progress(desk, by, "online", on="2025-09-10")
    write(
        desk,
        "UPDATE national_rejection SET settled_at = '2025-09-10T03:00:00Z', "
        f"settled_by = {by} WHERE seq = {seq}",
    )


async def test_the_institution_is_told_what_is_wrong_and_what_to_do(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        clerk = desk.browser(desk.account(StaffRole.INSTITUTION))
        page = read_page((await clerk.get(LIST)).text)
        home = read_page((await clerk.get("/staff")).text)

    number = HOLDERS[Story.PLAIN].number
    for sentence in (
        "证件号码不对：位数、出生日期或者校验码不符合规则。",
        WORDS_OF_THE_NETWORK,
        "有误的申请更正",
        "您的单位提出，审核机关决定",
    ):
        assert sentence in page.text
    assert f"/staff/certificates/{number}/acts/corrected" in page.links
    assert "再次上报这一条" not in page.text
    assert "被全国联网退回" in home.text
    assert "/staff/national" in home.links


async def test_the_form_that_the_item_leads_to_opens(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        came_back(desk, entry_of(desk, Story.LEGACY), "number_differs")
        came_back(desk, filing_entry(desk), "credit_code_wrong")
        for role in (StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.PROVINCE, StaffRole.AUDITOR):
            browser = desk.browser(desk.account(role))
            links = set(read_page((await browser.get(LIST)).text).links)
            for link in links:
                if link.startswith(("/staff/certificates/", "/staff/filings/", "/staff/batches/")):
                    assert (await browser.get(link)).status_code == 200, (role, link)


async def test_another_institution_and_another_bureau_see_nothing_of_it(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        for role, office in FAR.items():
            browser = desk.browser(desk.account(role, office))
            asked = await browser.get(f"{LIST}?institution={PREFIX}")
            for page in (await browser.get(LIST), asked, await browser.get("/staff/national")):
                assert page.status_code == 200
                assert HOLDERS[Story.PLAIN].number not in page.text
                assert "被退回" in page.text or "没有待办结的退回" in page.text
                assert "号码与其他省的数据不符" not in page.text


async def test_what_names_no_institution_is_for_those_who_see_everything(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        seq = entry_of(desk, Story.PLAIN)
        desk.scene.erase(Story.PLAIN)
        came_back(desk, seq, "remote_failed", words="", prefix="")
        province = await desk.browser(desk.account(StaffRole.PROVINCE)).get(LIST)
        clerk = await desk.browser(desk.account(StaffRole.INSTITUTION)).get(LIST)

    assert "个人信息已依法删除的证书" in province.text
    assert "没有送到对方" in province.text
    assert "没有待办结的退回" in clerk.text


async def test_filters_show_what_they_name(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        came_back(desk, entry_of(desk, Story.LEGACY), "number_taken")
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        page = (await browser.get(f"{LIST}?institution={PREFIX}&reason=number_taken")).text
        unknown = await browser.get(f"{LIST}?institution=nobody")
        view = await browser.get(f"{LIST}?view=all")

    assert HOLDERS[Story.LEGACY].number in page
    assert HOLDERS[Story.PLAIN].number not in page
    assert (unknown.status_code, view.status_code) == (422, 422)


async def test_the_province_sends_one_again_and_the_trail_knows(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        chosen, left = entry_of(desk, Story.PLAIN), entry_of(desk, Story.LEGACY)
        came_back(desk, chosen, "number_taken")
        came_back(desk, left, "number_taken")
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        done = await browser.post("/staff/national/again", {"only": str(chosen)})
        run_all(desk.scene.register)
        followed = await browser.get(done.headers["location"])
        states = desk.office.national_counts().states([chosen, left])
        page = (await browser.get(LIST)).text
        twice = await browser.post("/staff/national/again", {"seq": [str(chosen), "no number"]})
        acts = [each for each in Trail(desk.scene.register.desk_engine).newest(10) if each.act == AGAIN]

    assert followed.headers["location"] == LIST
    assert states[chosen].state is SendingState.PENDING
    assert states[left].state is SendingState.REJECTED
    assert "已经排队再次上报，等对方回执。" in page
    assert twice.headers["location"] == f"{LIST}?nothing=1"
    assert [(each.subject, dict(each.details)) for each in acts] == [
        ("national", {"rows": "0"}),
        ("national", {"rows": "1"}),
    ]


async def test_all_of_a_filter_are_sent_again_and_nothing_else(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        sent, other = entry_of(desk, Story.PLAIN), entry_of(desk, Story.LEGACY)
        came_back(desk, sent, "number_taken")
        came_back(desk, other, "employer_missing")
        browser = desk.browser(desk.account(StaffRole.PROVINCE))
        await browser.post("/staff/national/again", {"reason": "number_taken", "all": "yes"})
        run_all(desk.scene.register)
        states = desk.office.national_counts().states([sent, other])

    assert [states[each].state for each in (sent, other)] == [SendingState.PENDING, SendingState.REJECTED]


async def test_a_corrected_version_on_its_way_is_said_and_settles_the_item(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        first, newest = entry_of(desk, Story.CORRECTED), head_of(desk, Story.CORRECTED)
        came_back(desk, first)
        clerk = desk.browser(desk.account(StaffRole.INSTITUTION))
        waiting = (await clerk.get(LIST)).text
        settled(desk, first, newest)
        opened = (await clerk.get(LIST)).text
        closed = (await clerk.get(f"{LIST}?view=settled")).text
        national = (await clerk.get("/staff/national")).text

    assert "这本证书后来有了新版本，正在上报。" in waiting
    assert "没有待办结的退回" in opened
    assert "新版本已上网，这一条自动办结。" in closed
    assert "2025年9月10日 11:00新版本已上网" in closed
    assert "您不用做什么" in national


async def test_an_open_request_is_named_so_that_nobody_asks_twice(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        asked = ask_for_a_correction(desk)
        page = read_page((await desk.browser(desk.account(StaffRole.INSTITUTION)).get(LIST)).text)

    assert "已经提出申请，等审核机关决定。" in page.text
    assert f"/staff/requests/{asked}" in page.links
    assert not [link for link in page.links if link.endswith("/acts/corrected")]


async def test_the_batch_counts_the_newest_version_of_a_certificate(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        first, newest = entry_of(desk, Story.CORRECTED), head_of(desk, Story.CORRECTED)
        came_back(desk, first)
        settled(desk, first, newest)
        clerk = desk.browser(desk.account(StaffRole.INSTITUTION))
        came_back(desk, entry_of(desk, Story.PLAIN))
        listed = read_page((await clerk.get("/staff/batches")).text)
        batches = [link for link in listed.links if re.fullmatch("/staff/batches/[0-9a-f]{32}", link)]
        rows = [(await clerk.get(f"{link}/certificates")).text for link in batches]

    assert "已上网 1" in listed.text
    assert "被退回 1" in listed.text
    assert LIST in listed.links
    assert any("证件号码不对" in each for each in rows)


async def test_the_certificate_page_says_all_to_staff_and_the_class_to_the_public(
    filled_register: Path, tmp_path: Path
) -> None:
    number = HOLDERS[Story.PLAIN].number
    async with a_desk(filled_register, tmp_path / "r") as desk:
        came_back(desk, entry_of(desk, Story.PLAIN))
        inside = (
            await desk.browser(desk.account(StaffRole.REVIEWER)).get(f"/staff/certificates/{number}")
        ).text
        outside = (await desk.stranger().get(f"/certificates/{number}")).text
        answer = (await desk.stranger(accept="application/json").get(f"/api/v1/certificates/{number}")).json()

    assert "证件号码不对" in inside
    assert "示例：号码与其他省的数据不符 &lt;b&gt;" in inside
    assert "原因涉及持证人信息" in outside
    assert "证件号码不对" not in outside
    assert "示例：号码" not in outside
    assert answer["national"] == {"state": "rejected", "on": "2025-09-09", "reason_class": "holder"}


async def test_the_province_sees_since_when_the_network_is_silent(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r", **a_network(tmp_path)) as desk:
        write(
            desk,
            "INSERT INTO national_health (id, last_answer_at, failing_since, fault, next_at) VALUES "
            "(1, '2025-09-09T02:00:00Z', '2025-09-09T03:00:00Z', 'http_503', '2025-09-10T06:05:00Z')",
        )
        page = (await desk.browser(desk.account(StaffRole.PROVINCE)).get("/staff/national")).text
        clerk = (await desk.browser(desk.account(StaffRole.INSTITUTION)).get("/staff/national")).text

    assert "从2025年9月9日 11:00起没有正常应答，已有 27 小时" in page
    assert "对方系统正忙，或者正在维护（503）" in page
    assert "下次尝试：2025年9月10日 14:05。" in page
    assert "不用重新提交" in clerk
    assert "503" not in clerk


async def test_the_dashboard_counts_what_the_sender_has_not_looked_at(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r", **a_network(tmp_path)) as desk:
        ledger = desk.scene.register.ledger
        size, _ = ledger.published()
        kinds = [text(stored_entry(ledger.body(at)), "type") for at in range(size)]
        positions = [at for at, kind in enumerate(kinds) if kind in ("certificate", "act", "filing")]
        online, later = positions[:5], positions[5:]
        for seq in online:
            progress(desk, seq, "online")
        standing = desk.office.standing()
        metrics = (await desk.stranger().get("/metrics")).text
        page = (await desk.browser(desk.account(StaffRole.PROVINCE)).get("/staff/national")).text

    assert standing.counts[SendingState.PENDING] == len(later)
    assert standing.waiting_since == datetime.fromisoformat(text(stored_entry(ledger.body(later[0])), "at"))
    assert f'skillcert_national_rows{{state="pending"}} {len(later)}\n' in metrics
    assert 'skillcert_national_rows{state="online"} 5\n' in metrics
    assert "skillcert_national_failing 0\n" in metrics
    assert "skillcert_national_last_answer_seconds" not in metrics
    assert 'aria-labelledby="national-days-title national-days-text"' in page


async def test_a_process_without_desk_or_network_says_nothing_of_it(
    filled_register: Path, tmp_path: Path
) -> None:
    async with a_desk(filled_register, tmp_path / "r") as desk:
        metrics = (await desk.stranger().get("/metrics")).text
        page = (await desk.browser(desk.account(StaffRole.PROVINCE)).get("/staff/national")).text

    assert "skillcert_national" not in metrics
    assert "本平台没有接入全国联网查询系统" in page
    assert 'href="/staff/national/reports"' in page


@pytest.mark.parametrize("language", Language)
def test_every_reason_has_its_sentence_and_its_next_step(language: Language) -> None:
    for reason in RowReason:
        assert is_known(reason)
        assert f"national.reason.{reason}" in WORDS[language]
        assert next_text(reason, language)
    for concerns in ReasonClass:
        assert f"national.class.{concerns}" in WORDS[language]


def test_a_code_that_the_network_invented_is_shown_and_lies_with_the_province() -> None:
    assert not is_known("brand_new")
    assert not handling_of("brand_new").is_the_institutions
    assert next_text("brand_new", Language.CHINESE).startswith("看对方原话")


def test_a_span_is_said_by_its_largest_unit() -> None:
    spans = [
        timedelta(seconds=59),
        timedelta(minutes=59),
        timedelta(hours=2),
        timedelta(hours=47),
        timedelta(days=7),
    ]
    assert [span_of(each.total_seconds()) for each in spans] == [
        Span(0, "moments"),
        Span(59, "minutes"),
        Span(2, "hours"),
        Span(47, "hours"),
        Span(7, "days"),
    ]


def a_network(directory: Path) -> dict[str, str]:
    """Settings with a network that nobody asks."""
    key = directory / "network.pub"
    key.write_text("A" * 43, encoding="ascii")
    return {"NATIONAL_URL": "https://national.example", "NATIONAL_KEY_FILE": str(key)}


def ask_for_a_correction(desk: Desk) -> str:
    """The institution asks to have a name corrected."""
    from registry.ledger.entries import ActKind, Authority
    from registry.requests.asking import Paper, ask
    from registry.requests.deciding import desk_of
    from registry.requests.model import Party, Who
    from registry.review.acts import ActReason
    from tests.web.staff.desks import CREDIT_CODE

    wanted = Wanted(
        ActKind.CORRECTED,
        ActReason.CLERICAL_ERROR,
        Authority.INSTITUTION,
        "示例：姓名写错",
        changes={"name": "示例春岭"},
        paper=Paper("示例.pdf", b"%PDF-1.7 invented"),
    )
    register = desk.scene.register
    who = Who(Party.INSTITUTION, CREDIT_CODE, "")
    return ask(register.look_up, desk_of(register), HOLDERS[Story.PLAIN].number, who, wanted).id
