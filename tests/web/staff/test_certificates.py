"""Certificates and requests in the browser: who sees what, who does what, and nothing twice."""

import hmac
import re
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from httpx import Response

from registry.custody.rotation import NextKey, introduce_next, unlock_root
from registry.jobs.handlers import HANDLERS
from registry.jobs.runner import run_all
from registry.ledger.chain import ChainState
from registry.ledger.key_history import Custody
from registry.requests.asking import standing_of
from registry.requests.deciding import desk_of
from registry.requests.desk import Reach
from registry.requests.model import RequestState
from registry.review.acting import append_signed
from registry.staff.model import StaffRole
from search.choice import open_reader
from signing.encoding import b64url_decode, b64url_encode
from signing.keys import KeyRole
from tests.registry import filled
from tests.registry.filled import HOLDERS, ROOT_PASSPHRASE, Story
from tests.web.staff.desks import Browser, Desk, a_desk
from web.app import create_app
from web.cli.serving import index_follower

pytestmark = pytest.mark.anyio
PASSPHRASE = "口令 of an office"
NUMBER = HOLDERS[Story.PLAIN].number
PAPER = {"document": ("示例决定书.pdf", b"%PDF invented")}
CHOSEN = {"paper": ("示例决定书.pdf", b"%PDF invented")}
AT = f"/staff/certificates/{NUMBER}"
ANNULMENT = {"reason": "wrongly_issued", "authority": "bureau", "words": "示例：考试记录与证书不符"}
ASKING = {**ANNULMENT, "authority": "institution"}


@pytest.fixture(scope="session")
def keyed_register(filled_register: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filled register whose bureau and province have a key that opens to their officers."""
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
    """The staff's pages over a copy of that register, an hour later."""
    async with a_desk(keyed_register, tmp_path / "r") as opened:
        opened.scene.clock.now = opened.scene.clock.now.replace(hour=9)
        yield opened


def as_(desk: Desk, role: StaffRole, office: str | None = None) -> Browser:
    return desk.browser(desk.account(role, office))


def work(desk: Desk) -> None:
    run_all(desk.scene.register, HANDLERS)


def state(desk: Desk, story: Story = Story.PLAIN) -> ChainState:
    return standing_of(desk.scene.register.look_up, HOLDERS[story].number).chain.head.state


def request_behind(desk: Desk, signed: Response) -> str:
    """The page of the request whose job the answer leads to."""
    job = desk.office.jobs.get(signed.headers["location"].rpartition("/")[2])
    assert job is not None
    return f"/staff/requests/{job.subject}"


def head(desk: Desk) -> str:
    return str(standing_of(desk.scene.register.look_up, NUMBER).chain.head.index)


async def test_a_reviewer_previews_signs_and_the_certificate_is_annulled(desk: Desk) -> None:
    reviewer = as_(desk, StaffRole.REVIEWER)
    preview = await reviewer.post(f"{AT}/acts/annulled", ANNULMENT)
    assert "请核对" in preview.text
    assert state(desk) is ChainState.VALID
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": PASSPHRASE}
    bare = await reviewer.post(f"{AT}/acts/annulled", fields)
    assert (bare.status_code, "要附依据文书" in bare.text) == (422, True)
    done = await reviewer.post(f"{AT}/acts/annulled", fields, PAPER)
    assert done.status_code == 303
    work(desk)
    assert state(desk) is ChainState.ANNULLED
    # The job's page leads on to the request.
    at = (await reviewer.get(done.headers["location"])).headers["location"]
    assert "已经办结" in (await reviewer.get(at)).text
    salt = re.search(
        r'class="digest">([A-Za-z0-9_-]{43})<', (await reviewer.post(f"{AT}/paper", {}, CHOSEN)).text
    )
    assert salt is not None
    links = standing_of(desk.scene.register.look_up, NUMBER).chain.links
    digest = hmac.digest(b64url_decode(salt.group(1)), sha256(b"%PDF invented").digest(), "sha256")
    assert links[-1].document == b64url_encode(digest)
    assert "不是这本证书" in (await reviewer.post(f"{AT}/paper", {}, {"paper": ("x", b"%PDF other")})).text
    file = await reviewer.get(f"{at}/document")
    assert file.content == b"%PDF invented"
    assert "示例决定书" not in file.headers["content-disposition"]


async def test_a_double_click_and_a_stale_page_do_nothing_twice(desk: Desk) -> None:
    province = as_(desk, StaffRole.PROVINCE)
    fields = {
        "reason": "lost_or_damaged",
        "authority": "province",
        "words": "示例：证书遗失",
        "step": "final",
        "head": head(desk),
        "passphrase": PASSPHRASE,
    }
    first = await province.post(f"{AT}/acts/reissued", fields)
    second = await province.post(f"{AT}/acts/reissued", fields)
    assert first.headers["location"] == second.headers["location"]
    work(desk)
    third = await province.post(f"{AT}/acts/reissued", fields)
    assert third.status_code == 409
    assert "已有新的变动" in third.text
    work(desk)
    assert standing_of(desk.scene.register.look_up, NUMBER).chain.head.printing == 2


async def test_a_wrong_passphrase_is_said_on_the_form_and_nothing_is_kept(desk: Desk) -> None:
    reviewer = as_(desk, StaffRole.REVIEWER)
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": "not it"}
    page = await reviewer.post(f"{AT}/acts/annulled", fields, PAPER)
    assert page.status_code == 422
    assert "口令不对" in page.text
    assert "not it" not in page.text
    assert "示例：考试记录与证书不符" in page.text
    assert desk_of(desk.scene.register).count(Reach(everything=True), list(RequestState)) == 0


async def test_an_institution_asks_a_bureau_decides_and_both_see_it(desk: Desk) -> None:
    institution, reviewer = as_(desk, StaffRole.INSTITUTION), as_(desk, StaffRole.REVIEWER)
    asked = await institution.post(f"{AT}/acts/annulled", {**ASKING, "step": "final"}, PAPER)
    at = asked.headers["location"]
    assert "由您单位决定" in (await reviewer.get("/staff/requests")).text
    assert "由您单位决定" not in (await institution.get("/staff/requests")).text
    accepted = {"decision": "accept", "head": head(desk), "passphrase": PASSPHRASE}
    assert (await institution.post(f"{at}/decision", accepted)).status_code == 404
    assert (await reviewer.post(f"{at}/decision", accepted)).status_code == 303
    # The second click leads to what became of the first.
    job = desk.office.jobs.latest("act", at.rpartition("/")[2])
    assert job is not None
    again = await reviewer.post(f"{at}/decision", accepted)
    assert again.headers["location"] == f"/staff/jobs/{job.id}"
    work(desk)
    assert state(desk) is ChainState.ANNULLED
    assert "已办结" in (await institution.get("/staff/requests?view=ended")).text


async def test_a_refusal_is_told_with_its_reasons_and_decided_once(desk: Desk) -> None:
    institution, reviewer = as_(desk, StaffRole.INSTITUTION), as_(desk, StaffRole.REVIEWER)
    province = as_(desk, StaffRole.PROVINCE)
    at = (await institution.post(f"{AT}/acts/annulled", {**ASKING, "step": "final"}, PAPER)).headers[
        "location"
    ]
    assert (await reviewer.post(f"{at}/decision", {"decision": "refuse"})).status_code == 422
    refused = {"decision": "refuse", "answer": "示例：证据不足"}
    assert (await reviewer.post(f"{at}/decision", refused)).status_code == 303
    late = await province.post(f"{at}/decision", refused)
    assert late.status_code == 409
    assert "示例：证据不足" in (await institution.get(at)).text
    assert (await institution.post(f"{at}/withdrawal")).status_code == 409


async def test_what_was_signed_goes_on_where_its_job_was_lost(desk: Desk) -> None:
    reviewer = as_(desk, StaffRole.REVIEWER)
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": PASSPHRASE}
    asked = (await reviewer.post(f"{AT}/acts/annulled", fields, PAPER)).headers["location"]
    job = desk.office.jobs.get(asked.rpartition("/")[2])
    assert job is not None
    at = f"/staff/requests/{job.subject}"
    with desk.scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM job_file")
        connection.exec_driver_sql("DELETE FROM job")
    assert "重新提交登记" in (await reviewer.get(at)).text
    assert (await reviewer.post(f"{at}/resumption")).status_code == 303
    work(desk)
    assert state(desk) is ChainState.ANNULLED


async def test_an_institution_disputes_and_the_province_reinstates(desk: Desk) -> None:
    institution, province = as_(desk, StaffRole.INSTITUTION), as_(desk, StaffRole.PROVINCE)
    number = HOLDERS[Story.ANNULLED].number
    words = {"words": "示例：原始试卷可以复核"}
    sent = await institution.post(f"/staff/certificates/{number}/acts/dispute", words)
    at = sent.headers["location"]
    assert (
        await as_(desk, StaffRole.REVIEWER).post(f"{at}/decision", {"decision": "refuse"})
    ).status_code == 404
    chain = standing_of(desk.scene.register.look_up, number).chain
    fields = {"decision": "accept", "head": str(chain.head.index), "passphrase": PASSPHRASE}
    assert (await province.post(f"{at}/decision", fields)).status_code == 303
    work(desk)
    assert state(desk, Story.ANNULLED) is ChainState.VALID


@pytest.mark.parametrize(
    ("role", "office"),
    [(StaffRole.INSTITUTION, "91350100M000100Y43"), (StaffRole.REVIEWER, "430200")],
)
async def test_what_is_out_of_reach_is_not_there(desk: Desk, role: StaffRole, office: str) -> None:
    own = as_(desk, StaffRole.INSTITUTION)
    at = (await own.post(f"{AT}/acts/annulled", {**ASKING, "step": "final"}, PAPER)).headers["location"]
    browser = as_(desk, role, office)
    unknown = await browser.get("/staff/certificates/S000043990001253999999")
    for path in (AT, f"{AT}/acts/annulled"):
        page = await browser.get(path)
        assert page.status_code == unknown.status_code == 404
        assert HOLDERS[Story.PLAIN].name not in page.text
    for path in (at, f"{at}/document"):
        assert (await browser.get(path)).status_code == 404
    for path in (f"{at}/decision", f"{at}/withdrawal", f"{at}/resumption", f"{AT}/acts/annulled"):
        assert (await browser.post(path, ASKING)).status_code == 404
    assert "没有待办理的申请" in (await browser.get("/staff/requests")).text
    by_person = {"name": HOLDERS[Story.PLAIN].name, "id_number": HOLDERS[Story.PLAIN].id_number}
    assert "没有找到" in (await browser.post("/staff/certificates/holder", by_person)).text


async def test_an_auditor_looks_and_changes_nothing(desk: Desk) -> None:
    auditor = as_(desk, StaffRole.AUDITOR)
    page = await auditor.get(AT)
    assert page.status_code == 200
    assert "/acts/" not in page.text
    assert (await auditor.get(f"{AT}/acts/annulled")).status_code == 403
    assert (await auditor.post(f"{AT}/acts/annulled", ANNULMENT)).status_code == 403


async def test_the_page_shows_the_chain_and_masks_the_identity(desk: Desk) -> None:
    story = Story.CORRECTED_TWICE_THEN_ANNULLED
    holder = HOLDERS[story]
    page = await as_(desk, StaffRole.PROVINCE).get(f"/staff/certificates/{holder.number}")
    assert "登记入册" in page.text
    assert page.text.count("更正内容") == 2
    assert holder.id_number not in page.text
    assert f"{holder.id_number[:2]}**************{holder.id_number[-2:]}" in page.text


async def test_a_legacy_certificate_says_so(desk: Desk) -> None:
    page = await as_(desk, StaffRole.PROVINCE).get(f"/staff/certificates/{HOLDERS[Story.LEGACY].number}")
    assert "存量证书" in page.text
    assert "示例人社〔2021〕9号" in page.text


async def test_a_holder_is_found_by_name_and_identity_only_together(desk: Desk) -> None:
    reviewer, holder = as_(desk, StaffRole.REVIEWER), HOLDERS[Story.PLAIN]
    right = {"name": holder.name, "id_number": holder.id_number}
    assert AT in (await reviewer.post("/staff/certificates/holder", right)).text
    for wrong in ({**right, "name": "示例别人"}, {**right, "id_number": "1"}, {"name": holder.name}):
        assert AT not in (await reviewer.post("/staff/certificates/holder", wrong)).text


async def test_the_trail_knows_who_looked_and_acted_and_no_number(desk: Desk) -> None:
    province, institution = (
        as_(desk, StaffRole.PROVINCE),
        as_(desk, StaffRole.INSTITUTION, "91350100M000100Y43"),
    )
    administrator, holder = as_(desk, StaffRole.ADMINISTRATOR), HOLDERS[Story.PLAIN]
    await province.get(AT)
    await institution.get(AT)
    await administrator.get(AT)
    await province.post("/staff/certificates/holder", {"name": holder.name, "id_number": holder.id_number})
    await province.post(
        f"{AT}/acts/corrected", {**ANNULMENT, "reason": "clerical_error", "new_name": "示例新名"}
    )
    rows = desk.office.staff.trail.newest(50)
    acts = [row.act for row in rows]
    assert acts.count("certificate.show") == 3
    assert {"certificate.find_holder", "certificate.act"} <= set(acts)
    told = repr(rows)
    for secret in (NUMBER, holder.name, holder.id_number, "示例新名"):
        assert secret not in told
    index = standing_of(desk.scene.register.look_up, NUMBER).chain.first.index
    assert f"certificate {index}" in {row.subject for row in rows}


_WRONG: tuple[tuple[dict[str, str], str], ...] = (
    ({}, "请至少填写一项要更正的内容"),
    ({"new_name": "示例9"}, "姓名"),
    ({"new_issuer": "示例另一机构"}, "R17"),
    ({"new_id_number": "430102199003074516"}, "证件"),
    ({"new_name": "示例新名", "words": ""}, "请写明情况说明"),
    ({"new_name": "示例新名", "reason": "fraud"}, "目前不能这样办"),
    ({"new_name": "示例新名", "reason": "x"}, "请选择事由"),
)


async def test_what_is_wrong_is_said_on_the_form(desk: Desk) -> None:
    reviewer, base = as_(desk, StaffRole.REVIEWER), {**ANNULMENT, "reason": "clerical_error"}
    for fields, said in _WRONG:
        page = await reviewer.post(f"{AT}/acts/corrected", {**base, **fields})
        assert page.status_code in (409, 422)
        assert said in page.text


async def test_a_demoted_reviewer_signs_nothing_more(desk: Desk) -> None:
    """Moved to the auditors between the preview and the signature."""
    account = desk.account(StaffRole.REVIEWER)
    reviewer = desk.browser(account)
    assert (await reviewer.post(f"{AT}/acts/annulled", ANNULMENT)).status_code == 200
    with desk.scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE staff_account SET role = 'auditor', office = '' WHERE id = ?", (account.id,)
        )
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": PASSPHRASE}
    assert (await reviewer.post(f"{AT}/acts/annulled", fields, PAPER)).status_code == 403
    work(desk)
    assert state(desk) is ChainState.VALID


async def _permit(browser: Browser, story: Story) -> str:
    holder = HOLDERS[story]
    fields = {"name": holder.name, "id_number": holder.id_number, "number": holder.number}
    page = await browser.post("/holder", fields)
    found = re.search(r'action="/holder/corrections/.*?name="permit" value="([^"]+)"', page.text, re.DOTALL)
    return found.group(1) if found else ""


async def test_a_holder_disputes_and_hears_by_the_reference(desk: Desk) -> None:
    holder, province = desk.stranger(), as_(desk, StaffRole.PROVINCE)
    permit = await _permit(holder, Story.ANNULLED)
    words = {"permit": permit, "words": "示例：我参加了考试", "contact": "示例电话"}
    assert (await holder.post("/holder/corrections/new", {**words, "words": ""})).status_code == 422
    sent = await holder.post("/holder/corrections/new", words)
    found = re.search(r"<code>([A-Z2-7-]{27})</code>", sent.text)
    assert found is not None
    assert "已在办理中" in (await holder.post("/holder/corrections/new", words)).text
    reference = {"reference": found.group(1).lower()}
    assert "已提交" in (await holder.post("/holder/corrections/state", reference)).text

    listed = await province.get("/staff/requests")
    at = re.search(r"/staff/requests/[0-9a-f]{32}", listed.text)
    assert at is not None
    page = await province.get(at.group())
    assert "示例：我参加了考试" in page.text
    assert "示例电话" in page.text
    institution = await as_(desk, StaffRole.INSTITUTION).get(at.group())
    assert "示例：我参加了考试" not in institution.text
    upheld = {"decision": "refuse", "answer": "示例：原记录属实"}
    assert (await province.post(f"{at.group()}/decision", upheld)).status_code == 303
    told = await holder.post("/holder/corrections/state", reference)
    assert "维持撤销" in told.text
    assert "示例：原记录属实" in told.text
    assert HOLDERS[Story.ANNULLED].name not in told.text


async def test_only_who_opened_the_certificate_lately_may_dispute(desk: Desk) -> None:
    stranger = desk.stranger()
    permit = await _permit(stranger, Story.ANNULLED)
    words = {"words": "示例：我参加了考试"}
    for wrong in ("", "x", permit[:-4] + "AAAA"):
        assert (await stranger.post("/holder/corrections/new", {**words, "permit": wrong})).status_code == 403
    desk.scene.clock.now += timedelta(hours=2)
    assert (await stranger.post("/holder/corrections/new", {**words, "permit": permit})).status_code == 410
    assert desk_of(desk.scene.register).count(Reach(everything=True), list(RequestState)) == 0


async def test_a_link_to_a_file_is_no_permit_to_dispute(desk: Desk) -> None:
    stranger, holder = desk.stranger(), HOLDERS[Story.PLAIN]
    fields = {"name": holder.name, "id_number": holder.id_number, "number": holder.number}
    page = await stranger.post("/holder", fields)
    token = re.search(r"/holder/files/([A-Za-z0-9_-]+)", page.text)
    assert token is not None
    words = {"words": "示例：我参加了考试", "permit": token.group(1)}
    assert (await stranger.post("/holder/corrections/new", words)).status_code == 403


async def test_guessing_references_is_slowed_down(desk: Desk) -> None:
    stranger = desk.stranger()
    at_most = int(desk.office.settings.limits.holder.partition("/")[0])
    guesses = [
        await stranger.post("/holder/corrections/state", {"reference": f"AAAAAA-AAAAAA-AAAAAA-AAAA{each:02}"})
        for each in range(at_most + 1)
    ]
    assert guesses[0].status_code == 200
    assert "没有这个查询号" in guesses[0].text
    assert guesses[-1].status_code == 429


@pytest.fixture
async def indexed(desk: Desk) -> AsyncIterator[Desk]:
    """The same desk with the embedded index over its register."""
    settings, register = desk.office.settings, desk.scene.register
    index_follower(settings, register).rebuild(lambda _, __: None)
    reader = open_reader(url=None, key=None, directory=settings.data_dir / "search")
    app = create_app(settings, register, reader, clock=desk.scene.clock, office=desk.office)
    searching = replace(desk, app=app)
    yield searching
    for client in searching.clients:
        await client.aclose()
    await reader.close()


_SEARCHES: tuple[tuple[dict[str, str], set[Story], set[Story]], ...] = (
    ({"text": NUMBER}, {Story.PLAIN}, {Story.ANNULLED}),
    ({"text": "电工"}, {Story.PLAIN, Story.ANNULLED, Story.LEGACY}, set()),
    ({"text": "电工", "state": "annulled"}, {Story.ANNULLED}, {Story.PLAIN}),
    ({"text": "电工", "level": "5"}, set(), {Story.PLAIN}),
    ({"text": "示***", "state": "superseded"}, {Story.SUPERSEDED}, {Story.PLAIN}),
    ({"text": HOLDERS[Story.PLAIN].name}, set(), {Story.PLAIN}),
)


async def test_the_index_finds_what_the_register_then_shows(indexed: Desk) -> None:
    for role in (StaffRole.INSTITUTION, StaffRole.REVIEWER, StaffRole.AUDITOR):
        browser = as_(indexed, role)
        for fields, there, missing in _SEARCHES:
            page = await browser.post("/staff/certificates", fields)
            found = {story for story in Story if f"/staff/certificates/{HOLDERS[story].number}" in page.text}
            assert there <= found
            assert not missing & found
            assert HOLDERS[Story.PLAIN].id_number not in page.text


@pytest.mark.parametrize(
    ("role", "office"),
    [(StaffRole.INSTITUTION, "91350100M000100Y43"), (StaffRole.REVIEWER, "430200")],
)
async def test_the_index_finds_nothing_out_of_reach(indexed: Desk, role: StaffRole, office: str) -> None:
    browser = as_(indexed, role, office)
    for fields in ({"text": NUMBER}, {"text": "电工"}, {"text": "电工", "prefix": NUMBER[:13]}):
        page = await browser.post("/staff/certificates", fields)
        assert "没有找到" in page.text
        assert f"/staff/certificates/{NUMBER}" not in page.text


async def test_a_bureau_that_keeps_its_keys_itself_asks_the_province(desk: Desk) -> None:
    reviewer, province = as_(desk, StaffRole.REVIEWER), as_(desk, StaffRole.PROVINCE)
    at = (await reviewer.post(f"{AT}/acts/annulled", {**ANNULMENT, "step": "ask"}, PAPER)).headers["location"]
    assert desk_of(desk.scene.register).get(at.rpartition("/")[2]).state is RequestState.ASKED
    fields = {"decision": "accept", "head": head(desk), "passphrase": PASSPHRASE}
    assert (await province.post(f"{at}/decision", fields)).status_code == 303
    work(desk)
    chain = standing_of(desk.scene.register.look_up, NUMBER).chain
    assert (chain.head.state, chain.head.authority) == (ChainState.ANNULLED, "bureau")


async def test_guessing_a_passphrase_is_slowed_down(desk: Desk) -> None:
    reviewer = as_(desk, StaffRole.REVIEWER)
    wrong = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": "not it"}
    tried = [(await reviewer.post(f"{AT}/acts/annulled", wrong, PAPER)).status_code for _ in range(12)]
    right = await reviewer.post(f"{AT}/acts/annulled", {**wrong, "passphrase": PASSPHRASE}, PAPER)
    assert (tried[0], tried[-1], right.status_code) == (422, 429, 429)
    assert state(desk) is ChainState.VALID


async def test_what_a_dismissed_officer_signed_is_not_registered_and_is_decided_anew(desk: Desk) -> None:
    account, province = desk.account(StaffRole.REVIEWER), as_(desk, StaffRole.PROVINCE)
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": PASSPHRASE}
    signed = await desk.browser(account).post(f"{AT}/acts/annulled", fields, PAPER)
    at = request_behind(desk, signed)
    assert (await province.post(f"{at}/reopening")).status_code == 409
    with desk.scene.register.desk_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE staff_account SET active = ? WHERE id = ?", (False, account.id))
    work(desk)
    assert state(desk) is ChainState.VALID
    assert "作废这次签署" in (await province.get(at)).text
    assert (await province.post(f"{at}/reopening")).status_code == 303
    refused = {"decision": "refuse", "answer": "示例：经办人已停职"}
    assert (await province.post(f"{at}/decision", refused)).status_code == 303
    work(desk)
    assert state(desk) is ChainState.VALID


async def test_a_signature_whose_act_is_registered_is_not_dropped(desk: Desk) -> None:
    """The worker died between the log and the desk, and its job is gone."""
    reviewer = as_(desk, StaffRole.REVIEWER)
    fields = {**ANNULMENT, "step": "final", "head": head(desk), "passphrase": PASSPHRASE}
    at = request_behind(desk, await reviewer.post(f"{AT}/acts/annulled", fields, PAPER))
    register, identity = desk.scene.register, at.rpartition("/")[2]
    append_signed(register.look_up, register.writer(), *desk_of(register).signed_act(identity))
    with register.desk_engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM job")
    assert (await reviewer.post(f"{at}/reopening")).status_code == 303
    assert desk_of(register).get(identity).state is RequestState.DONE
