"""The holder's side: what is chosen is shared, what is stopped stays so; nobody meets another's shares."""

import re
from datetime import timedelta

import pytest
from httpx import Response

from registry.holders.disclosing import shares_of
from registry.holders.share_model import Share, ShareItem
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from signing.qr_image import read_codes
from tests.registry.filled import HOLDERS, WEB_ORIGIN, Story
from tests.web.html import read_page
from tests.web.sharing.holders import first_entry, holder_browser
from tests.web.sharing.shared import a_share
from tests.web.sites import a_site
from tests.web.staff.desks import Browser, Desk

pytestmark = pytest.mark.anyio
NEW = "/holder/shares/new"


def fields(page: Response, **changed: object) -> dict[str, str | list[str]]:
    """What a browser would send of the form on a page."""
    found: dict[str, str | list[str]] = {"items": []}
    for each in read_page(page.text).fields:
        if each.get("type") == "checkbox":
            items = found["items"]
            assert isinstance(items, list)
            if "checked" in each and each["name"] == "items":
                items.append(each["value"])
        else:
            found[each["name"]] = each.get("value", "")
    return {**found, **changed}  # type: ignore[dict-item]


async def made(desk: Desk, browser: Browser, **changed: object) -> Share:
    """The share that the form makes."""
    form = await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}")
    sent = await browser.post(NEW, fields(form, **changed))
    assert sent.status_code == 303, sent.text
    return shares_of(desk.scene.register).get(sent.headers["location"].rpartition("/")[2])


async def test_a_share_is_chosen_made_shown_used_and_stopped(desk: Desk) -> None:
    browser, stranger = holder_browser(desk, Story.PLAIN), desk.stranger()
    assert "还没有分享过" in (await browser.get("/holder/shares")).text
    share = await made(desk, browser, items=["level", "name"], note="示例公司入职")
    at = f"/holder/shares/{share.id}"
    page = await browser.get(at)
    link = f"{WEB_ORIGIN}/s/{share.code}"
    assert link in page.text
    assert "示例公司入职" in page.text
    picture = await browser.get(f"{at}/code.png")
    assert read_codes(picture.content) == (link,)
    assert picture.headers["cache-control"] == "no-store"

    desk.scene.clock.now += timedelta(minutes=10)
    assert HOLDERS[Story.PLAIN].name in (await stranger.post(f"/s/{share.code}")).text
    assert "已被查看 1 次" in (await browser.get("/holder/shares")).text
    assert "17:10" in (await browser.get(at)).text

    assert "收不回来" in page.text
    assert (await browser.post(f"{at}/stop")).status_code == 303
    assert (await stranger.post(f"/s/{share.code}")).status_code == 404
    stopped = await browser.get(at)
    assert "已停止" in stopped.text
    assert "/s/" not in stopped.text
    assert (await browser.get(f"{at}/code.png")).status_code == 404
    assert (await browser.post(f"{at}/stop")).status_code == 303


async def test_each_use_is_ticked_beforehand_and_the_identity_number_never(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    ticked = {}
    for use in ("employer", "subsidy", "custom", "nonsense"):
        form = await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}&for={use}")
        ticked[use] = fields(form)["items"]
        assert fields(form)["until"] == "2025-10-10"
    assert ticked == {
        "employer": ["number"],
        "subsidy": ["number", "name"],
        "custom": ["masked_name", "occupation", "level"],
        "nonsense": ["number"],
    }


async def test_a_number_gives_what_is_looked_up_by_it_and_says_so(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    share = await made(desk, browser, items=["number"])
    assert share.choices == frozenset(ShareItem) - {ShareItem.NAME, ShareItem.EMPLOYER, ShareItem.IDENTITY}
    assert "凭编号谁都能在本平台查到" in (await browser.get(NEW)).text


async def test_a_form_sent_twice_is_one_share(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    form = fields(await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}"))
    first, second = await browser.post(NEW, form), await browser.post(NEW, form)
    assert first.headers["location"] == second.headers["location"]
    assert len(shares_of(desk.scene.register).of([first_entry(desk, Story.PLAIN)])) == 1


_WRONG: tuple[tuple[dict[str, object], str], ...] = (
    ({"items": []}, "请至少勾选一项"),
    ({"items": ["institution"]}, "请至少勾选一项"),
    ({"items": ["identity"]}, "我知道证件号码给出去就收不回来"),
    ({"until": "2025-09-09"}, "请选择今天以后"),
    ({"until": "2026-09-10"}, "请选择今天以后"),
    ({"until": "soon"}, "请选择今天以后"),
    ({"note": "长" * 61}, "备注不超过 60 字"),
)


async def test_what_is_wrong_is_said_and_what_was_typed_stays(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    form = await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}")
    for wrong, said in _WRONG:
        page = await browser.post(NEW, fields(form, **{"note": "示例备注", **wrong}))
        assert page.status_code == 422
        assert said in page.text
        assert fields(page)["once"] == fields(form)["once"]
        assert "示例备注" in page.text or "note" in wrong
    assert shares_of(desk.scene.register).of([first_entry(desk, Story.PLAIN)]) == []
    confirmed = {"items": ["identity"], "identity_confirmed": "yes"}
    share = await made(desk, browser, **confirmed)
    assert ShareItem.IDENTITY in share.choices


async def test_anothers_share_and_certificate_answer_like_missing_ones(desk: Desk) -> None:
    theirs = a_share(desk.scene, story=Story.REISSUED)
    browser = holder_browser(desk, Story.PLAIN)
    missing = "0" * 32
    for path in ("/holder/shares/{id}", "/holder/shares/{id}/code.png"):
        other, none = [await browser.get(path.format(id=each)) for each in (theirs.id, missing)]
        assert (other.status_code, none.status_code) == (404, 404)
        assert _same(other, none, theirs.id, missing)
    stops = [await browser.post(f"/holder/shares/{each}/stop") for each in (theirs.id, missing)]
    assert [each.status_code for each in stops] == [404, 404]
    assert shares_of(desk.scene.register).open_by(theirs.code).id == theirs.id
    for index in (first_entry(desk, Story.REISSUED), 0, 999_999, "x"):
        assert (await browser.get(f"{NEW}?certificate={index}")).status_code == 404
        own = fields(await browser.get(f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}"))
        assert (await browser.post(NEW, {**own, "certificate": str(index)})).status_code == 404


def _same(one: Response, other: Response, *ids: str) -> bool:
    """Whether two pages differ in nothing but the address that was asked for."""
    texts = []
    for page in (one, other):
        text = re.sub(r"[0-9a-f]{12}", "REQUEST", page.text)
        for each in ids:
            text = text.replace(re.sub(r"[0-9a-f]{12}", "REQUEST", each), "ID")
        texts.append(text)
    return texts[0] == texts[1]


async def test_nasty_addresses_are_addresses_of_nothing(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    for nasty in ("%00", "a%00", "x" * 5000, "%F0%9F%92%A9", "'--"):
        for path in ("/holder/shares/{}", "/holder/shares/{}/code.png", "/holder/corrections/{}", "/s/{}"):
            assert (await browser.get(path.format(nasty))).status_code == 404
        assert (await browser.post(f"/holder/shares/{nasty}/stop")).status_code == 404
        assert (await browser.post(f"/holder/corrections/{nasty}/withdrawal")).status_code == 404
        for page in (NEW, "/holder/corrections/new"):
            assert (await browser.get(f"{page}?certificate={nasty}")).status_code == 404


async def test_without_a_session_or_its_csrf_value_nothing_is_shown_or_done(desk: Desk) -> None:
    share = a_share(desk.scene)
    stranger, browser = desk.stranger(), holder_browser(desk, Story.PLAIN)
    paths = ("/holder/shares", NEW, f"/holder/shares/{share.id}", f"/holder/shares/{share.id}/code.png")
    for path in paths:
        page = await stranger.get(path)
        assert (page.status_code, page.headers["location"]) == (303, "/holder")
    assert (await stranger.post(f"/holder/shares/{share.id}/stop")).status_code == 303
    browser.csrf = "wrong"
    for path in (NEW, f"/holder/shares/{share.id}/stop"):
        assert (await browser.post(path)).status_code == 403
    assert shares_of(desk.scene.register).open_by(share.code).id == share.id


async def test_after_a_correction_the_holder_is_led_to_a_new_share(desk: Desk) -> None:
    share = await made(desk, holder_browser(desk, Story.PLAIN), note="示例备注")
    changes = {"name": "示例新名"}
    desk.scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)
    # The corrected name is the same person's, by the register's own act.
    renamed = holder_browser(desk, Story.PLAIN)
    page = await renamed.get(f"/holder/shares/{share.id}")
    assert "这个分享里的内容已经更正" in page.text
    assert f"{NEW}?certificate={first_entry(desk, Story.PLAIN)}" in page.text
    again = await made(desk, renamed)
    assert again.entry > share.entry


async def test_a_certificate_that_is_not_in_force_is_not_shared(desk: Desk) -> None:
    browser = holder_browser(desk, Story.ANNULLED)
    assert (await browser.get(f"{NEW}?certificate={first_entry(desk, Story.ANNULLED)}")).status_code == 404
    assert "没有可以分享的有效证书" in (await browser.get(NEW)).text
    assert NEW not in (await browser.get("/holder/shares")).text


async def test_a_voided_secret_stops_the_shares(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    share = await made(desk, browser)
    room = desk.office.holders
    holders = room.holders
    visit = room.sessions.visit(browser.client.cookies["__Host-holder"])
    assert visit is not None
    assert holders.void(visit[1]).others == 1
    assert (await desk.stranger().get(f"/s/{share.code}")).status_code == 404
    assert (await browser.get("/holder/shares")).status_code == 303


async def test_what_was_shared_under_a_corrected_document_is_stopped_and_not_looked_at(desk: Desk) -> None:
    stranger = desk.stranger()
    # Made under the number that was put down by mistake: it may show what belongs to another person.
    stopped, voided = (a_share(desk.scene, *ShareItem, once=each) for each in "12")
    browser = holder_browser(desk, Story.PLAIN)
    page = await browser.get(f"/holder/shares/{stopped.id}")
    assert stopped.code not in page.text
    assert (await browser.get(f"/holder/shares/{stopped.id}/code.png")).status_code == 404
    assert stopped.code not in (await browser.get("/holder/shares")).text
    assert (await browser.post(f"/holder/shares/{stopped.id}/stop")).status_code == 303
    assert (await stranger.get(f"/s/{stopped.code}")).status_code == 404

    room = desk.office.holders
    visit = room.sessions.visit(browser.client.cookies["__Host-holder"])
    assert visit is not None
    assert room.holders.void(visit[1]).others == 1
    assert (await stranger.get(f"/s/{voided.code}")).status_code == 404


async def test_the_trail_knows_that_something_was_shared_and_not_what(desk: Desk) -> None:
    browser = holder_browser(desk, Story.PLAIN)
    share = await made(desk, browser, note="示例备注")
    await browser.post(f"/holder/shares/{share.id}/stop")
    rows = [row for row in desk.office.staff.trail.newest(20) if row.act.startswith("share.")]
    assert sorted(row.act for row in rows) == ["share.made", "share.stopped"]
    assert {row.subject for row in rows} == {f"certificate {first_entry(desk, Story.PLAIN)}"}
    told = repr(rows)
    for secret in (HOLDERS[Story.PLAIN].number, HOLDERS[Story.PLAIN].name, share.code, "示例备注"):
        assert secret not in told


async def test_every_page_is_clean_in_both_languages(desk: Desk) -> None:
    share = a_share(desk.scene, *ShareItem)
    browser = holder_browser(desk, Story.PLAIN)
    sentence = re.compile(r"[\u4e00-\u9fff]{2,}[，。；！？]")
    for path in ("/holder/shares", NEW, f"/holder/shares/{share.id}", f"/s/{share.code}", "/s/none"):
        for language in ("zh", "en"):
            answer = await browser.get(f"{path}?lang={language}")
            assert answer.status_code == (404 if path == "/s/none" else 200)
            page = read_page(answer.text)
            assert (page.inline, page.headings.count(1)) == ([], 1), path
            assert len(set(page.ids)) == len(page.ids)
            unlabelled = [
                each.get("name")
                for each in page.fields
                if each.get("type") != "hidden" and each.get("id") not in page.labels
            ]
            assert unlabelled == [], path
            assert language == "zh" or sentence.search(page.text) is None, path


async def test_a_site_without_a_desk_offers_no_shares_of_the_own() -> None:
    async with a_site() as site:
        answers = [await site.client.get(path) for path in ("/holder/shares", NEW)]
    assert {answer.status_code for answer in answers} == {404}
