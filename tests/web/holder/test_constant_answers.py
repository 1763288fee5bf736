"""Whatever is wrong, the answer is the same to the byte, and so is the work behind it."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import urlencode

import httpx
import pytest

from registry.holders.entry import known_persons
from registry.holders.secret_text import new_secret
from tests.builders import a_number
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Story, copy_of
from tests.web.holder.people import ADA, BOB, FREE, a_person, facts
from tests.web.holder.work import Work, counting
from tests.web.staff.desks import Browser, Desk, a_desk

pytestmark = pytest.mark.anyio

_ERASED = HOLDERS[Story.LEGACY]
_CORRECTED = HOLDERS[Story.CORRECTED]
WRONG: Mapping[str, Mapping[str, str]] = {
    "name": facts(name=BOB.name),
    "identity number": facts(id_number=BOB.id_number),
    "number of another's": facts(number=BOB.number),
    "number that nobody has": facts(number=a_number(999_999)),
    "number that is none": facts(number="示例"),
    "number of another kind": facts(number="1" * 22),
    "another's name and identity": facts(BOB, number=ADA.number),
    "erased": facts(_ERASED),
    "former name": facts(_CORRECTED),
    "annulled, wrong name": facts(HOLDERS[Story.ANNULLED], name=BOB.name),
    "superseded, wrong identity": facts(HOLDERS[Story.SUPERSEDED], id_number=BOB.id_number),
    "acted on, wrong name": facts(HOLDERS[Story.CORRECTED_TWICE_THEN_ANNULLED], name=BOB.name),
    "too long a name": facts(name="甲" * 500),
    "too long an identity number": facts(id_number="1" * 5_000),
    "too long a number": facts(number=ADA.number * 100),
    "nothing right": facts(name="示例无", id_number="0", number="0"),
    "no characters": facts(name="\udcff", id_number="\udcff"),
}


@pytest.fixture
async def desk(filled_directory: Path, tmp_path: Path) -> AsyncIterator[Desk]:
    scene = copy_of(filled_directory, tmp_path / "r")
    scene.erase(Story.LEGACY)
    async with a_desk(scene, None, **FREE) as opened:
        yield opened
    scene.close()


async def counted(
    monkeypatch: pytest.MonkeyPatch, desk: Desk, browser: Browser, path: str, fields: Mapping[str, str]
) -> tuple[httpx.Response, Work]:
    """The answer to a post, and what it cost."""
    engines = (desk.scene.register.engine, desk.scene.register.desk_engine)
    with counting(monkeypatch, engines) as work:
        body = urlencode(fields, encoding="utf-8", errors="surrogatepass")
        answer = await browser.client.post(path, content=body, headers=browser.headers | _OWN)
    return answer, work


_OWN = {
    "origin": "https://skills.example",
    "sec-fetch-site": "same-origin",
    "content-type": "application/x-www-form-urlencoded",
}


def told(answer: httpx.Response) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """All that whoever asked is told."""
    return answer.status_code, answer.headers.raw, answer.content


async def test_three_facts_whichever_is_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = desk.stranger()
    answers, works = {}, {}
    # Once before: what is kept in memory is made at the first question.
    await counted(monkeypatch, desk, browser, "/holder", WRONG["name"])
    for what, fields in WRONG.items():
        answer, works[what] = await counted(monkeypatch, desk, browser, "/holder", fields)
        answers[what] = told(answer)

    assert {what for what, each in answers.items() if each != answers["name"]} == set()
    assert {what: work for what, work in works.items() if work != works["name"]} == {}
    right, _ = await counted(monkeypatch, desk, browser, "/holder", facts())
    assert "/holder/files/" in right.text
    assert works["name"]["Vault.open"] == 1
    assert works["name"]["comparison"] == 2
    assert answers["name"][0] == 200
    assert "没有找到三项都一致的证书" in answers["name"][2].decode()


async def test_the_right_three_open_what_the_wrong_ones_do_not(desk: Desk) -> None:
    for fields in (facts(), facts(_CORRECTED, name=CORRECTED_NAME)):
        page = await desk.stranger().post("/holder", fields)
        assert "/holder/files/" in page.text


async def test_the_secret_whichever_is_wrong(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await a_person(desk)
    voided = await a_person(desk, HOLDERS[Story.REINSTATED])
    room = desk.office.holders
    taken = known_persons(room, name=voided.holder.name, id_number=voided.holder.id_number)
    for each in room.holders.among(taken):
        room.holders.void(each)
    mine = {"name": ADA.name, "id_number": ADA.id_number, "secret": person.secret}
    wrong = {
        "secret": {**mine, "secret": new_secret()},
        "name": {**mine, "name": BOB.name},
        "identity number": {**mine, "id_number": BOB.id_number},
        "who took none": {**mine, "name": BOB.name, "id_number": BOB.id_number},
        "nobody": {**mine, "name": "示例无", "id_number": "110105194912310021"},
        "no identity number": {**mine, "id_number": "示例"},
        "too long": {**mine, "name": "甲" * 500, "id_number": "1" * 500},
        "voided": {"name": voided.holder.name, "id_number": voided.holder.id_number, "secret": voided.secret},
        "erased": {**mine, "name": _ERASED.name, "id_number": _ERASED.id_number},
    }
    answers, works = {}, {}
    browser = desk.stranger()
    await counted(monkeypatch, desk, browser, "/holder/secret", wrong["secret"])
    for what, fields in wrong.items():
        answer, works[what] = await counted(monkeypatch, desk, browser, "/holder/secret", fields)
        answers[what] = told(answer)

    assert {what for what, each in answers.items() if each != answers["secret"]} == set()
    assert {what: work for what, work in works.items() if work != works["secret"]} == {}
    assert works["secret"]["Passwords.matches"] == 1
    assert answers["secret"][0] == 403


async def test_a_refused_attempt_says_nothing_either(filled_directory: Path, tmp_path: Path) -> None:
    async with a_desk(
        filled_directory, tmp_path / "r", HOLDER_ATTEMPTS="1", LIMIT_HOLDER="100/minute"
    ) as desk:
        desk.scene.clock.step *= 0
        browser = desk.stranger()
        await browser.post("/holder", facts(name=BOB.name))
        answers = [
            told(await browser.post("/holder", fields))
            for fields in (facts(), facts(name=BOB.name), facts(id_number="0"))
        ]

    assert answers[0] == answers[1] == answers[2]
    assert answers[0][0] == 429
    assert (b"retry-after", b"60") in answers[0][1]
    assert "与填得对不对无关" in answers[0][2].decode()
