"""Nobody tries out whose certificate it is, by whichever way names and identity numbers are compared."""

import re
from collections.abc import Awaitable, Callable

import pytest
from httpx import Response

from tests.web import invented
from tests.web.fake_register import ORIGIN, PDF
from tests.web.sites import JSON, Running, a_site

pytestmark = pytest.mark.anyio

_NAME, _WRONG, _ID = "示例甲", "示例丙", "430102199003074515"
_QR = f"{ORIGIN}/q/{invented.REF}#0oREoQEn"
_PAGE, _API = f"/certificates/{invented.VALID}", "/api/v1/verify"
Ask = Callable[[Running, str], Awaitable[Response]]


async def _page(site: Running, name: str) -> Response:
    return await site.client.post(_PAGE, data={"name": name})


async def _scanned(site: Running, name: str) -> Response:
    return await site.client.post(f"/q/{invented.REF}", data={"name": name})


async def _number(site: Running, name: str) -> Response:
    return await site.client.post(_API, json={"number": invented.VALID, "name": name}, headers=JSON)


async def _identity(site: Running, name: str) -> Response:
    id_number = _ID if name == _NAME else _ID[:-1] + "4"
    question = {"number": invented.VALID, "id_number": id_number}
    return await site.client.post(_API, json=question, headers=JSON)


async def _code(site: Running, name: str) -> Response:
    return await site.client.post("/verify", data={"qr": _QR, "name": name})


async def _file(site: Running, name: str) -> Response:
    return await site.client.post("/verify", data={"name": name}, files={"file": ("a.pdf", PDF)})


async def _files(site: Running, name: str) -> Response:
    return await site.client.post(
        "/verify", data={"name": name}, files=[("file", ("a.pdf", PDF)), ("file", ("b.txt", b"b"))]
    )


async def _receipt(site: Running, name: str) -> Response:
    return await site.client.post("/verify/receipt", data={"number": invented.VALID, "name": name})


WAYS = [_page, _scanned, _number, _identity, _code, _file, _files, _receipt]


@pytest.mark.parametrize("ask", WAYS, ids=[each.__name__.strip("_") for each in WAYS])
async def test_wrong_ones_are_counted_by_certificate_and_then_right_ones_wait_too(ask: Ask) -> None:
    async with a_site(LIMIT_WRONG_PERSON="2/day") as site:
        first = [(await ask(site, name)).status_code for name in (_NAME, _WRONG, _NAME, _WRONG)]
        spent = [await ask(site, name) for name in (_NAME, _WRONG)]
        elsewhere = [await other(site, _NAME) for other in WAYS]
        looked_up = await site.client.get(_PAGE)
        another = await site.client.post(f"/certificates/{invented.ANNULLED}", data={"name": _WRONG})

    assert first == [200] * 4
    assert [each.status_code for each in spent + elsewhere] == [429] * 10
    # Each answer has a random id of its own.
    assert len({re.sub(r"[0-9a-f]{12,}", "", each.text) for each in spent}) == 1
    assert "person_tries_spent" in spent[0].text or "暂时不能核对姓名" in spent[0].text
    assert int(spent[0].headers["retry-after"]) > 0
    assert (looked_up.status_code, another.status_code) == (200, 200)


@pytest.mark.parametrize("ask", WAYS[2:], ids=[each.__name__.strip("_") for each in WAYS[2:]])
async def test_wrong_ones_are_counted_among_the_names_of_a_network(ask: Ask) -> None:
    async with a_site(LIMIT_NAME_CHECK="20/minute;2/day") as site:
        first = [(await ask(site, name)).status_code for name in (_NAME, _WRONG, _NAME, _WRONG)]
        spent = [(await each(site, _NAME)).status_code for each in (ask, _page)]

    assert first == [200] * 4
    assert spent == [429, 429]


async def test_without_a_desk_the_three_facts_are_counted_by_the_certificate() -> None:
    facts = {"name": _NAME, "id_number": _ID, "number": invented.VALID}
    async with a_site(LIMIT_WRONG_PERSON="2/day") as site:
        wrong = [{**facts, "id_number": _ID[:-1] + each} for each in "46"]
        statuses = [(await site.client.post("/holder", data=each)).status_code for each in (facts, *wrong)]
        spent = await site.client.post("/holder", data=facts)
        unknown = [{**facts, "number": invented.VALID[:-1] + "9"} for _ in range(3)]
        of_none = [(await site.client.post("/holder", data=each)).status_code for each in unknown]

    assert statuses == [200] * 3
    assert spent.status_code == 429
    # A number that nobody has is counted like any other.
    assert of_none == [200, 200, 429]


async def test_who_names_nobody_is_not_held_up() -> None:
    async with a_site(LIMIT_WRONG_PERSON="1/day", LIMIT_NAME_CHECK="20/minute;1/day") as site:
        await _number(site, _WRONG)
        plain = await site.client.post(_API, json={"number": invented.VALID}, headers=JSON)

    assert plain.status_code == 200
    assert plain.json()["name_match"] is None


async def test_no_number_lies_among_the_counts() -> None:
    async with a_site() as site:
        await _number(site, _WRONG)
        budgets = site.app.state.site.budgets
        kept = repr(vars(budgets._limiter.limiter.storage))

    assert "wrong_person" in kept
    assert invented.VALID not in kept
