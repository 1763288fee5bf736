"""A holder says what is wrong; an officer corrects and signs, or says why not; the holder sees how far."""

import re
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from registry.custody.rotation import NextKey, introduce_next, unlock_root
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.ledger.entries import ActKind
from registry.ledger.key_history import Custody
from registry.requests.asking import standing_of
from registry.requests.deciding import desk_of
from registry.requests.desk import Reach
from registry.requests.model import RequestState
from registry.review.acts import ActReason
from registry.staff.model import StaffRole
from signing.keys import KeyRole
from tests.builders import an_id_number
from tests.registry import filled
from tests.registry.filled import HOLDERS, ROOT_PASSPHRASE, Story
from tests.web.html import read_page
from tests.web.sharing.holders import first_entry, holder_browser
from tests.web.sites import a_site
from tests.web.staff.desks import Browser, Desk, a_desk

pytestmark = pytest.mark.anyio
AT, NEW = "/holder/corrections", "/holder/corrections/new"
PASSPHRASE = "口令 of an office"
HOLDER = HOLDERS[Story.PLAIN]
CLAIM = {"new_name": "示例春衫", "words": "示例：录入时写错了字", "contact": "示例电话"}


@pytest.fixture(scope="session")
def keyed_register(filled_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled register whose bureau has a key that opens to its officers."""
    directory = tmp_path_factory.mktemp("keyed") / "register"
    scene = filled.copy_of(filled_register, directory)
    root = unlock_root(scene.register, ROOT_PASSPHRASE)
    for office in ("430100", "430000"):
        wanted = NextKey(KeyRole.BUREAU, Custody.REGISTER, office)
        introduce_next(scene.register, wanted, passphrase=PASSPHRASE.encode(), root=root)
    scene.close()
    return directory


@pytest.fixture
async def desk(keyed_register: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    """The site over a copy of that register, an hour later."""
    async with a_desk(keyed_register, tmp_path / "r", LIMIT_HOLDER="1000/minute") as opened:
        opened.scene.clock.now = opened.scene.clock.now.replace(hour=9)
        yield opened


async def permit(desk: Desk, story: Story = Story.PLAIN) -> str:
    """What a holder gets who shows the three facts of the certificate."""
    holder = HOLDERS[story]
    fields = {"name": holder.name, "id_number": holder.id_number, "number": holder.number}
    return permit_in(await desk.stranger().post("/holder", fields))


def permit_in(page: Response) -> str:
    found = re.search(r'action="/holder/corrections/.*?name="permit" value="([^"]+)"', page.text, re.DOTALL)
    return found.group(1) if found else ""


def reference_in(page: Response) -> str:
    found = re.search(r"<code>([A-Z2-7-]{27})</code>", page.text)
    return found.group(1) if found else ""


def kept(desk: Desk) -> int:
    return desk_of(desk.scene.register).count(Reach(everything=True), list(RequestState))


async def asked(desk: Desk, **changed: str) -> str:
    """Asks by the three facts; the address of the request on the staff's pages."""
    fields = {"permit": await permit(desk), **CLAIM, **changed}
    assert (await desk.stranger().post(NEW, fields)).status_code == 200
    (case,) = desk_of(desk.scene.register).listed(Reach(everything=True), [RequestState.ASKED])
    return f"/staff/requests/{case.id}"


def signing(desk: Desk, **changes: str) -> dict[str, str]:
    """What an officer's browser sends who signs these changes."""
    head = standing_of(desk.scene.register.look_up, HOLDER.number).chain.head.index
    typed = {f"new_{name}": value for name, value in changes.items()}
    return {"decision": "accept", "head": str(head), "passphrase": PASSPHRASE, **typed}


def name_of(desk: Desk) -> str:
    return standing_of(desk.scene.register.look_up, HOLDER.number).record.name


async def test_asked_by_the_three_facts_corrected_by_the_bureau_and_seen_by_the_reference(desk: Desk) -> None:
    stranger, reviewer = desk.stranger(), desk.browser(desk.account(StaffRole.REVIEWER))
    form = await stranger.post(f"{AT}/form", {"permit": await permit(desk)})
    assert "申请更正" in form.text
    assert HOLDER.name not in form.text
    assert HOLDER.id_number not in form.text
    paper = {"document": ("示例身份证.jpg", b"\xff\xd8 invented")}
    sent = await stranger.post(NEW, {**CLAIM, "permit": permit_in(form)}, paper)
    reference = {"reference": reference_in(sent).lower()}
    assert "已提交" in (await stranger.post(f"{AT}/state", reference)).text

    listed = await reviewer.get("/staff/requests")
    assert "持证人申请更正" in listed.text
    assert "由您单位决定" in listed.text
    found = re.search(r"/staff/requests/[0-9a-f]{32}", listed.text)
    assert found is not None
    at = found.group()
    page = await reviewer.get(at)
    for said in CLAIM.values():
        assert said in page.text
    assert [each["value"] for each in read_page(page.text).fields if each["name"] == "new_name"] == [
        "示例春衫"
    ]
    assert (await reviewer.get(f"{at}/document")).content == b"\xff\xd8 invented"

    # The officer's word is what is signed, not the holder's.
    signed = await reviewer.post(f"{at}/decision", signing(desk, name="示例春杉"))
    assert signed.status_code == 303
    assert "办理中" in (await stranger.post(f"{AT}/state", reference)).text
    run_all(desk.scene.register, HANDLERS)
    told = await stranger.post(f"{AT}/state", reference)
    assert "已更正" in told.text
    assert name_of(desk) == "示例春杉"
    for secret in (HOLDER.name, "示例春杉", HOLDER.number, HOLDER.id_number, *CLAIM.values()):
        assert secret not in told.text
    head = standing_of(desk.scene.register.look_up, HOLDER.number).chain.head
    assert (head.authority, bool(head.document)) == ("bureau", True)
    assert desk.scene.audit().finding is None


async def test_a_refusal_is_told_with_its_reasons(desk: Desk) -> None:
    browser, reviewer = holder_browser(desk, Story.PLAIN), desk.browser(desk.account(StaffRole.REVIEWER))
    at = await asked(desk)
    refused = {"decision": "refuse", "answer": "示例：与报名材料一致"}
    assert (await reviewer.post(f"{at}/decision", refused)).status_code == 303
    own = await browser.get(f"{AT}/{at.rpartition('/')[2]}")
    assert "不予更正" in own.text
    assert "示例：与报名材料一致" in own.text
    assert name_of(desk) == HOLDER.name
    # With new papers one can ask again.
    again = await desk.stranger().post(NEW, {**CLAIM, "permit": await permit(desk)})
    assert reference_in(again) != ""


async def test_who_is_logged_in_asks_and_sees_all_own_requests_without_a_reference(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    assert (await browser.get(AT)).headers["location"] == f"{AT}/own"
    assert "还没有提出过申请" in (await browser.get(f"{AT}/own")).text
    form = await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}")
    sent = await browser.post(NEW, {**CLAIM, "permit": permit_in(form), "new_id_number": HOLDER.id_number})
    assert sent.status_code == 200
    listed = await browser.get(f"{AT}/own")
    found = re.search(rf"{AT}/[0-9a-f]{{32}}", listed.text)
    assert found is not None
    page = await browser.get(found.group())
    assert "示例春衫" in page.text
    assert HOLDER.id_number not in page.text
    assert (await browser.post(f"{found.group()}/withdrawal")).status_code == 303
    assert "已撤回" in (await browser.get(found.group())).text
    assert (await browser.post(f"{found.group()}/withdrawal")).status_code == 303


async def test_who_asks_and_takes_back_without_end_is_stopped_for_the_day(desk: Desk) -> None:
    browser, statuses = holder_browser(desk, Story.PLAIN), []
    for _ in range(6):
        sent = await desk.stranger().post(NEW, {**CLAIM, "permit": await permit(desk)})
        statuses.append(sent.status_code)
        for case in desk_of(desk.scene.register).listed(Reach(everything=True), [RequestState.ASKED]):
            await browser.post(f"{AT}/{case.id}/withdrawal")
    assert statuses == [200] * 5 + [422]
    assert "今天已经提交了很多次" in sent.text
    assert kept(desk) == 5
    desk.scene.clock.now += timedelta(days=1)
    again = await desk.stranger().post(NEW, {**CLAIM, "permit": await permit(desk)})
    assert reference_in(again) != ""


async def test_a_second_click_is_no_second_request(desk: Desk) -> None:
    fields = {**CLAIM, "permit": await permit(desk)}
    first = await desk.stranger().post(NEW, fields)
    second = await desk.stranger().post(NEW, fields)
    assert reference_in(first) != ""
    assert reference_in(second) == ""
    assert "已在办理中" in second.text
    # Whoever holds the paper may have been first, and the holder must not be left standing there.
    assert "不是您本人提交的" in second.text
    assert kept(desk) == 1
    rows = [row.act for row in desk.office.staff.trail.newest(20) if row.act.startswith("request.")]
    assert rows == ["request.asked"]


_WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({"new_name": "", "words": ""}, "请至少填写一项正确的内容"),
    ({"new_name": "长" * 121}, "每一项不超过 120 字"),
    ({"words": "长" * 1001}, "说明不超过 1000 字"),
    ({"contact": "1" * 121}, "联系方式不超过 120 字"),
)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    token = await permit(desk)
    for wrong, said in _WRONG:
        page = await desk.stranger().post(NEW, {**CLAIM, "permit": token, **wrong})
        assert page.status_code == 422
        assert said in page.text
        assert "示例电话" in page.text or "contact" in wrong
        assert permit_in(page) != ""
    large = {"document": ("x.pdf", b"x" * ((5 << 20) + 1))}
    assert (await desk.stranger().post(NEW, {**CLAIM, "permit": token}, large)).status_code == 413
    assert kept(desk) == 0
    only_words = {"permit": token, "words": "示例：等级有误，应为二级"}
    assert reference_in(await desk.stranger().post(NEW, only_words)) != ""


async def test_a_permit_ends_and_is_for_the_certificate_as_it_stands(desk: Desk) -> None:
    token, stranger = await permit(desk), desk.stranger()
    for wrong in ("", "x", token[:-4] + "AAAA"):
        for path in (NEW, f"{AT}/form"):
            assert (await stranger.post(path, {**CLAIM, "permit": wrong})).status_code == 403
    form = await stranger.post(f"{AT}/form", {"permit": token})
    desk.scene.clock.now += timedelta(minutes=50)
    assert (await stranger.post(f"{AT}/form", {"permit": token})).status_code == 410
    # Annulled while the holder wrote: what comes in now is a dispute, and is decided by the province.
    desk.scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.WRONGLY_ISSUED)
    sent = await stranger.post(NEW, {**CLAIM, "permit": permit_in(form)})
    assert "异议已经提交" in sent.text
    desk.scene.clock.now += timedelta(minutes=20)
    assert (await stranger.post(NEW, {**CLAIM, "permit": permit_in(form)})).status_code == 410
    assert await permit(desk, Story.SUPERSEDED) == ""


async def test_the_officer_is_told_what_is_wrong_and_keeps_what_was_typed(desk: Desk) -> None:
    reviewer = desk.browser(desk.account(StaffRole.REVIEWER))
    at = await asked(desk)
    for fields, said in (
        (signing(desk), "请至少填写一项要更正的内容"),
        (signing(desk, name=HOLDER.name), "请至少填写一项要更正的内容"),
        (signing(desk, name="示例9"), "姓名"),
        ({**signing(desk, name="示例春杉"), "passphrase": "no"}, "口令不对"),
        ({**signing(desk, name="示例春杉"), "head": "0"}, "已有新的变动"),
    ):
        page = await reviewer.post(f"{at}/decision", fields)
        assert page.status_code in (409, 422)
        assert said in page.text
        assert fields.get("new_name", "") in page.text
    assert name_of(desk) == HOLDER.name
    first = await reviewer.post(f"{at}/decision", signing(desk, name="示例春杉"))
    second = await reviewer.post(f"{at}/decision", signing(desk, name="示例春杉"))
    assert first.headers["location"] == second.headers["location"]


async def test_the_institution_reads_what_is_to_be_corrected_and_decides_nothing(desk: Desk) -> None:
    at = await asked(desk, new_id_number="430102199003074515")
    institution = desk.browser(desk.account(StaffRole.INSTITUTION))
    page = await institution.get(at)
    assert "示例春衫" in page.text
    assert CLAIM["words"] in page.text
    assert CLAIM["contact"] not in page.text
    assert "430102199003074515" not in page.text
    assert (await institution.post(f"{at}/decision", signing(desk, name="示例春杉"))).status_code == 404
    assert (await institution.post(f"{at}/withdrawal")).status_code == 404
    far = desk.browser(desk.account(StaffRole.REVIEWER, "430200"))
    assert (await far.get(at)).status_code == 404
    assert name_of(desk) == HOLDER.name


async def _statuses(browser: Browser, identity: str, index: object) -> list[int]:
    return [
        (await browser.get(f"{AT}/{identity}")).status_code,
        (await browser.post(f"{AT}/{identity}/withdrawal")).status_code,
        (await browser.get(f"{NEW}?certificate={index}")).status_code,
    ]


async def test_anothers_request_and_certificate_answer_like_missing_ones(desk: Desk) -> None:
    identity = (await asked(desk)).rpartition("/")[2]
    browser = holder_browser(desk, Story.REISSUED)
    theirs = await _statuses(browser, identity, first_entry(desk, Story.PLAIN))
    assert theirs == await _statuses(browser, "0" * 32, 999_999) == [404, 404, 404]
    assert "示例春衫" not in (await browser.get(f"{AT}/own")).text
    # Nor what an office asked for about the own one.
    assert (await desk.stranger().get(f"{AT}/{identity}")).headers["location"] == "/holder"
    stranger = desk.stranger()
    assert (await stranger.post(f"{AT}/{identity}/withdrawal")).headers["location"] == "/holder"


async def test_what_was_said_before_the_document_was_corrected_is_not_shown_to_the_next_one(
    desk: Desk,
) -> None:
    # Whose number stood there by mistake says so; the certificate is then another person's.
    at = await asked(desk, words="示例：这本证书不是我的")
    before = holder_browser(desk, Story.PLAIN)
    own = f"{AT}/{at.rpartition('/')[2]}"
    assert "这本证书不是我的" in (await before.get(own)).text
    desk.scene.clock.now += timedelta(minutes=9)
    changes = {"id_number": an_id_number(909)}
    desk.scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)

    after = holder_browser(desk, Story.PLAIN)
    page, listed = await after.get(own), await after.get(f"{AT}/own")
    for secret in ("这本证书不是我的", *CLAIM.values()):
        assert secret not in page.text + listed.text
    assert "证件更正以前提出的申请" in page.text
    assert (await before.get(own)).status_code == 404
    # What is asked from now on is the new one's own.
    await after.post(f"{own}/withdrawal")
    form = await after.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}")
    desk.scene.clock.now += timedelta(minutes=9)
    await after.post(NEW, {**CLAIM, "permit": permit_in(form)})
    (case,) = desk_of(desk.scene.register).listed(Reach(everything=True), [RequestState.ASKED])
    assert CLAIM["words"] in (await after.get(f"{AT}/{case.id}")).text


async def test_without_its_csrf_value_nothing_is_taken_back(desk: Desk) -> None:
    identity = (await asked(desk)).rpartition("/")[2]
    browser = holder_browser(desk, Story.PLAIN)
    browser.csrf = "wrong"
    assert (await browser.post(f"{AT}/{identity}/withdrawal")).status_code == 403
    assert desk_of(desk.scene.register).get(identity).state is RequestState.ASKED


async def test_every_page_is_clean_in_both_languages(desk: Desk) -> None:
    identity = (await asked(desk)).rpartition("/")[2]
    browser = holder_browser(desk, Story.PLAIN)
    sentence = re.compile(r"[\u4e00-\u9fff]{2,}[，。；！？]")
    index = first_entry(desk, Story.PLAIN)
    for path in (f"{AT}/own", f"{AT}/{identity}", f"{NEW}?certificate={index}"):
        for language in ("zh", "en"):
            joint = "&" if "?" in path else "?"
            answer = await browser.get(f"{path}{joint}lang={language}")
            assert answer.status_code == 200
            page = read_page(answer.text.replace(CLAIM["words"], ""))
            assert (page.inline, page.headings.count(1)) == ([], 1), path
            assert len(set(page.ids)) == len(page.ids)
            unlabelled = [
                each.get("name")
                for each in page.fields
                if each.get("type") != "hidden" and each.get("id") not in page.labels
            ]
            assert unlabelled == [], path
            assert language == "zh" or sentence.search(page.text) is None, path


async def test_where_disputes_were_asked_about_leads_on(desk: Desk) -> None:
    moved = await desk.stranger().get("/holder/dispute")
    assert (moved.status_code, moved.headers["location"]) == (308, AT)
    assert "查询号" in (await desk.stranger().get(AT)).text


async def test_a_site_without_a_desk_offers_none_of_it() -> None:
    async with a_site() as site:
        answers = [await site.client.get(path) for path in (AT, f"{AT}/own")]
        answers.append(await site.client.post(NEW, data=CLAIM))
    assert {answer.status_code for answer in answers} == {404}
