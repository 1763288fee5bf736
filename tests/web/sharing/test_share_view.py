"""Whoever has the link: told what would be shown, shown it by a button, and given what proves it."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from httpx import Response

from registry.holders.disclosing import forget_shares, shares_of
from registry.holders.share_model import ShareItem
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from signing.receipts import parse_extra, parse_receipt, revealed_fields
from signing.statement import entry_commitment
from tests.registry.filled import HOLDERS, Story
from tests.web.html import read_page
from tests.web.sharing.shared import a_share
from tests.web.sites import a_site
from tests.web.staff.desks import Browser, Desk, a_desk

pytestmark = pytest.mark.anyio
HOLDER = HOLDERS[Story.PLAIN]
PREVIEWS = ("WeChatBot/1.0", "facebookexternalhit/1.1", "Mozilla/5.0 (compatible; Baiduspider/2.0)")


def uses(desk: Desk, identity: str) -> int:
    return shares_of(desk.scene.register).get(identity).use_count


def permit_in(page: Response) -> str:
    found = re.search(r'name="permit" value="([^"]+)"', page.text)
    assert found is not None
    return found.group(1)


async def test_opening_the_link_says_what_would_be_shown_and_nothing_of_the_person(desk: Desk) -> None:
    made = a_share(desk.scene, ShareItem.NUMBER, ShareItem.NAME, ShareItem.IDENTITY)
    stranger = desk.stranger()
    for agent in ("Mozilla/5.0", *PREVIEWS):
        stranger.headers["user-agent"] = agent
        for method in ("GET", "HEAD"):
            page = await stranger.client.request(method, f"/s/{made.code}", headers=stranger.headers)
            assert page.status_code == 200
            assert page.headers["cache-control"] == "no-store"
            assert page.headers["x-robots-tag"] == "noindex, nofollow"
            assert page.headers["referrer-policy"] == "no-referrer"
    page = await stranger.get(f"/s/{made.code}")
    assert "证件类型和证件号码" in page.text
    assert "2025年10月10日" in page.text
    for secret in (HOLDER.number, HOLDER.name, HOLDER.name[0] + "*", HOLDER.id_number, "电工"):
        assert secret not in page.text
    assert uses(desk, made.id) == 0
    assert "Disallow: /s/" in (await stranger.get("/robots.txt")).text


async def test_the_button_shows_the_chosen_items_only_and_writes_down_when(desk: Desk) -> None:
    made = a_share(desk.scene, ShareItem.OCCUPATION, ShareItem.EMPLOYER)
    page = await desk.stranger().post(f"/s/{made.code}")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "no-store"
    text = read_page(page.text).text
    assert "电工" in text
    for secret in (HOLDER.number, HOLDER.name, HOLDER.name[0] + "**", HOLDER.id_number, "三级"):
        assert secret not in page.text
    found = shares_of(desk.scene.register).get(made.id)
    assert found.uses == (desk.scene.clock.now.replace(microsecond=0),)


async def test_all_items_together_are_the_whole_record(desk: Desk) -> None:
    made = a_share(desk.scene, *ShareItem)
    page = await desk.stranger().post(f"/s/{made.code}")
    text = read_page(page.text).text
    for value in (HOLDER.number, HOLDER.name, HOLDER.id_number, "居民身份证", "电工", "示例评价机构"):
        assert value in text
    assert HOLDER.name not in (await desk.stranger().get(f"/s/{made.code}")).text


async def test_the_receipt_opens_the_items_and_is_no_use_of_its_own(desk: Desk) -> None:
    made = a_share(desk.scene, ShareItem.LEVEL)
    stranger = desk.stranger()
    permit = permit_in(await stranger.post(f"/s/{made.code}"))
    file = await stranger.post(f"/s/{made.code}/receipt", {"permit": permit})
    assert file.headers["content-disposition"] == 'attachment; filename="share.tlog-proof"'
    entry, opening = parse_extra(parse_receipt(file.content).extra)
    assert set(revealed_fields(opening, entry_commitment(entry))) == {"level", "institution", "issuer"}
    assert HOLDER.number.encode() not in file.content
    assert uses(desk, made.id) == 1


async def test_the_verification_page_checks_the_receipt_and_lists_what_it_opens(desk: Desk) -> None:
    made = a_share(desk.scene, ShareItem.LEVEL, ShareItem.NAME)
    stranger = desk.stranger()
    permit = permit_in(await stranger.post(f"/s/{made.code}"))
    content = (await stranger.post(f"/s/{made.code}/receipt", {"permit": permit})).content
    page = await stranger.post("/verify", files={"file": ("share.tlog-proof", content)})
    text = read_page(page.text).text
    assert "有效" in text
    assert "这份文件公开了" in text
    assert HOLDER.name in text
    assert HOLDER.number not in page.text
    altered = await stranger.post("/verify", files={"file": ("x", content.replace(b"index ", b"index 1"))})
    assert "这份文件公开了" not in altered.text


async def test_the_receipt_wants_a_permit_of_this_share_and_of_these_minutes(desk: Desk) -> None:
    made, other = a_share(desk.scene), a_share(desk.scene, once="2")
    stranger = desk.stranger()
    permit = permit_in(await stranger.post(f"/s/{other.code}"))
    for wrong in ("", "x", permit, permit[:-4] + "AAAA"):
        assert (await stranger.post(f"/s/{made.code}/receipt", {"permit": wrong})).status_code == 403
    desk.scene.clock.now += timedelta(hours=1)
    late = await stranger.post(f"/s/{other.code}/receipt", {"permit": permit})
    assert (late.status_code, late.headers["location"]) == (303, f"/s/{other.code}")


async def _answers(stranger: Browser, code: str, permit: str) -> list[tuple[int, str, frozenset[str]]]:
    """What is answered at each address of a code, without what differs from request to request."""
    found = []
    for page in (
        await stranger.get(f"/s/{code}"),
        await stranger.post(f"/s/{code}"),
        await stranger.post(f"/s/{code}/receipt", {"permit": permit}),
    ):
        body = page.text.replace(code, "CODE")
        found.append((page.status_code, body, frozenset(page.headers)))
    return found


async def test_stopped_ended_erased_and_never_given_codes_look_the_same(desk: Desk) -> None:
    scene, stranger = desk.scene, desk.stranger()
    shares = shares_of(scene.register)
    stopped, ended = a_share(scene, once="1"), a_share(scene, once="2", days=1)
    permit = permit_in(await stranger.post(f"/s/{stopped.code}"))
    erased, half = a_share(scene, story=Story.REISSUED), a_share(scene, story=Story.REINSTATED)
    shares.stop(stopped.id)
    scene.clock.now += timedelta(minutes=1)
    for story in (Story.REISSUED, Story.REINSTATED):
        scene.erase(story)
    forget_shares(scene.register, erased.certificate)
    scene.clock.now = ended.ends_at
    codes = [stopped.code, ended.code, erased.code, half.code, "A" * 22]
    answers = [await _answers(stranger, code, permit) for code in codes]
    assert all(each == answers[0] for each in answers)
    assert [status for status, _, _ in answers[0]] == [404, 404, 404]
    assert "不再有效，或者不存在" in answers[0][0][1]
    odd = [await stranger.get(f"/s/{code}") for code in ("x", "A" * 5000, "%F0%9F%92%A9", f"{stopped.code}=")]
    assert {page.status_code for page in odd} == {404}
    assert all("不再有效，或者不存在" in page.text for page in odd)


async def test_a_correction_and_an_annulment_show_at_once(desk: Desk) -> None:
    made, stranger = a_share(desk.scene, ShareItem.NAME), desk.stranger()
    changes = {"name": "示例新名"}
    desk.scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)
    page = await stranger.post(f"/s/{made.code}")
    assert "已更正" in page.text
    assert HOLDER.name in page.text
    assert "示例新名" not in page.text
    desk.scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.WRONGLY_ISSUED)
    assert "已撤销" in (await stranger.post(f"/s/{made.code}")).text


async def test_trying_codes_is_slowed_down(filled_register: Path, tmp_path: Path) -> None:
    async with a_desk(filled_register, tmp_path / "r", LIMIT_SHARE="5/minute") as desk:
        stranger = desk.stranger()
        answers = [await stranger.get(f"/s/{'B' * 21}{each}") for each in "ABCDEF"]
    assert [page.status_code for page in answers] == [404] * 5 + [429]


async def test_a_site_without_a_desk_offers_no_shares() -> None:
    async with a_site() as site:
        answer = await site.client.get("/s/AAAAAAAAAAAAAAAAAAAAAA")
    assert answer.status_code == 404
    assert "不再有效，或者不存在" not in answer.text
