"""Budgets bite on every public address, whatever stands in the path or the headers."""

import inspect

import pytest

from tests.web import invented
from tests.web.fake_register import PDF
from tests.web.sites import JSON, Running, a_site
from web.app import ADDRESSES
from web.limits import Budget
from web.settings import Limits

pytestmark = pytest.mark.anyio


async def _statuses(site: Running, paths: list[str], **headers: str) -> list[int]:
    return [(await site.client.get(path, headers=headers)).status_code for path in paths]


def _numbers(count: int) -> list[str]:
    return [f"/api/v1/certificates/S000043990001253{serial:06d}" for serial in range(1, count + 1)]


def test_every_budget_is_a_setting() -> None:
    assert {budget.value for budget in Budget} == set(inspect.signature(Limits).parameters)


async def test_every_address_refuses_when_its_budget_is_used_up() -> None:
    one_each = dict.fromkeys(Budget, "1/hour")
    for address in ADDRESSES:
        async with a_site(limits=one_each) as site:
            path = address.path.replace("{path:path}", "0/000").format(
                number=invented.VALID,
                ref=invented.REF,
                prefix=invented.VALID[:13],
                token="AAAA",
                code="no_such_page",
                list="revocation-0",
                name="site.css",
                id="0" * 32,
            )
            first = await site.client.request(address.methods[0], path, headers=JSON)
            second = await site.client.request(address.methods[0], path, headers=JSON)

        assert first.status_code != 429, path
        assert second.status_code == 429, path


async def test_another_number_is_not_another_budget() -> None:
    async with a_site(LIMIT_LOOKUP="5/minute") as site:
        statuses = await _statuses(site, _numbers(10))

    assert statuses == [200] * 5 + [429] * 5


async def test_page_and_api_draw_on_one_budget() -> None:
    async with a_site(LIMIT_LOOKUP="2/minute") as site:
        paths = [f"/certificates/{invented.VALID}", *_numbers(1), f"/q/{invented.REF}"]
        statuses = await _statuses(site, paths)

    assert statuses == [200, 200, 429]


async def test_a_forged_header_opens_no_new_budget() -> None:
    async with a_site(LIMIT_LOOKUP="1/minute") as site:
        forged = [{"x-forwarded-for": f"198.51.100.{n}"} for n in range(3)]
        statuses = [(await site.client.get(_numbers(1)[0], headers=each)).status_code for each in forged]

    assert statuses == [200, 429, 429]


async def test_behind_our_own_proxy_each_client_has_a_budget() -> None:
    async with a_site(LIMIT_LOOKUP="1/minute", TRUSTED_PROXIES="203.0.113.0/24") as site:
        clients = [{"x-forwarded-for": f"198.51.100.{n}"} for n in (1, 2, 1)]
        statuses = [(await site.client.get(_numbers(1)[0], headers=each)).status_code for each in clients]

    assert statuses == [200, 200, 429]


async def test_too_many_says_after_how_many_seconds() -> None:
    async with a_site(LIMIT_LOOKUP="1/minute") as site:
        await site.client.get(_numbers(1)[0])
        answer = await site.client.get(_numbers(1)[0], headers=JSON)
        page = await site.client.get(f"/certificates/{invented.VALID}")

    assert 1 <= int(answer.headers["retry-after"]) <= 120
    assert answer.headers["cache-control"] == "no-store"
    assert answer.json()["code"] == "too_many_requests"
    assert "查询太频繁" in page.text


async def test_guessing_addresses_is_budgeted_too() -> None:
    async with a_site(LIMIT_PAGE="2/minute") as site:
        assert await _statuses(site, ["/a", "/b", "/c"]) == [404, 404, 429]


async def test_a_dead_shared_store_leaves_a_budget_in_memory() -> None:
    async with a_site(LIMIT_LOOKUP="2/minute", RATE_LIMIT_STORAGE="redis://127.0.0.1:1/0") as site:
        assert await _statuses(site, _numbers(3)) == [200, 200, 429]


async def test_uploads_have_a_budget_of_their_own() -> None:
    async with a_site(LIMIT_VERIFY="1/minute") as site:
        first = await site.client.post(
            "/api/v1/verify", content=PDF, headers={"content-type": "application/pdf"}
        )
        second = await site.client.post("/verify", files={"file": ("a.pdf", PDF)})

    assert (first.status_code, second.status_code) == (200, 429)
