"""What holds for every answer: headers, host, sizes, the log, and the last resort."""

import io
import json
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from registry.staff.model import StaffRole
from registry.verdict import Verdict
from tests.registry.filled import WEB_ORIGIN
from tests.web import invented
from tests.web.fake_register import FakeRegister
from tests.web.sites import JSON, a_site
from tests.web.staff.desks import a_desk
from web.logging import configure_logging

pytestmark = pytest.mark.anyio

_SECRETS = (invented.VALID, "示例甲", "430102199003074515", "203.0.113.9")


class _Broken(FakeRegister):
    def verdict(self, number: str) -> Verdict:
        raise ZeroDivisionError(f"示例甲 {number}")


async def test_every_answer_carries_the_standing_headers() -> None:
    async with a_site() as site:
        for path in (
            "/",
            "/nothing",
            "/static/site.css",
            "/log/checkpoint",
            f"/api/v1/certificates/{invented.VALID}",
        ):
            headers = (await site.client.get(path)).headers
            policy = headers["content-security-policy"]
            assert "default-src 'none'" in policy
            assert "frame-ancestors 'none'" in policy
            assert "unsafe" not in policy
            assert headers["referrer-policy"] == "no-referrer"
            assert headers["x-content-type-options"] == "nosniff"
            assert "permissions-policy" in headers
            assert "cache-control" in headers
            assert headers["strict-transport-security"]


async def test_pages_about_certificates_are_kept_and_found_by_nobody() -> None:
    async with a_site() as site:
        for path in (f"/certificates/{invented.VALID}", f"/q/{invented.REF}", "/holder"):
            headers = (await site.client.get(path)).headers
            assert headers["cache-control"] == "no-store"
            assert "noindex" in headers["x-robots-tag"]


async def test_another_hosts_name_is_turned_away() -> None:
    async with a_site() as site:
        foreign = await site.client.get("/", headers={"host": "register.example.evil.example"})
        health = await site.client.get("/healthz", headers={"host": "10.1.2.3:8000"})
        ported = await site.client.get("/", headers={"host": "REGISTER.example:443"})

    assert foreign.status_code == 421
    assert health.status_code == ported.status_code == 200


async def test_loopback_names_are_one_host() -> None:
    async with a_site(ORIGIN="http://127.0.0.1:8931") as site:
        for host in ("localhost:9000", "127.0.0.1", "[::1]:8931"):
            assert (await site.client.get("/", headers={"host": host})).status_code == 200


async def test_a_body_is_cut_off_where_it_grows_too_long() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while True:
            sent += 65_536
            yield bytes(65_536)

    async with a_site(MAX_UPLOAD_BYTES="200000") as site:
        headers = {"content-type": "application/pdf", **JSON}
        answer = await site.client.post("/api/v1/verify", content=endless(), headers=headers)

    assert answer.status_code == 413
    assert answer.json()["code"] == "body_too_large"
    assert sent < 1_000_000


async def test_a_form_that_never_ends_is_cut_off_too() -> None:
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--b\r\ncontent-disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
        while sent < 5_000_000:
            sent += 65_536
            yield bytes(65_536)

    async with a_site(MAX_UPLOAD_BYTES="200000") as site:
        headers = {"content-type": "multipart/form-data; boundary=b"}
        page = await site.client.post("/verify", content=endless(), headers=headers)

    assert page.status_code == 413
    assert sent < 1_000_000


@pytest.mark.parametrize(("size", "status"), [(1_500_000, 401), (3_000_000, 413)])
async def test_who_uploads_a_batch_sends_it_to_the_end_before_the_answer_goes_out(
    filled_directory: Path, tmp_path: Path, size: int, status: int
) -> None:
    """A browser that is still sending would see a broken line, and not that its log-in ended."""
    sent = 0

    async def upload() -> AsyncIterator[bytes]:
        nonlocal sent
        yield b'--b\r\ncontent-disposition: form-data; name="form5"; filename="a.csv"\r\n\r\n'
        while sent < size:
            sent += 65_536
            yield bytes(65_536)

    async with a_desk(filled_directory, tmp_path / "r", STAFF_UPLOAD_BYTES="2000000") as desk:
        browser = desk.stranger() if status == 401 else desk.browser(desk.account(StaffRole.INSTITUTION))
        answer = await browser.client.post(
            "/staff/batches/new",
            content=upload(),
            headers={
                "accept": "text/html",
                "origin": WEB_ORIGIN,
                "content-type": "multipart/form-data; boundary=b",
            },
        )
    assert (answer.status_code, sent >= size) == (status, True)


async def test_an_announced_length_is_refused_before_reading() -> None:
    async with a_site(MAX_UPLOAD_BYTES="200000") as site:
        answer = await site.client.post(
            "/verify",
            content=b"x",
            headers={"content-length": "900000000", "content-type": "multipart/form-data; boundary=b"},
        )

    assert answer.status_code == 413


async def test_an_unexpected_error_is_a_plain_500_and_only_its_place_is_logged() -> None:
    with capture_logs() as events:
        async with a_site(register=_Broken()) as site:
            page = await site.client.get(f"/certificates/{invented.VALID}")
            answer = await site.client.get(f"/api/v1/certificates/{invented.VALID}", headers=JSON)

    assert page.status_code == answer.status_code == 500
    assert "系统出错了" in page.text
    for secret in ("ZeroDivisionError", "Traceback", "示例甲"):
        assert secret not in page.text + answer.text
    event = events[-1]
    assert event["error"] == "ZeroDivisionError"
    assert event["place"].startswith("tests.web.test_edge:")
    assert answer.json()["request_id"] == event["request_id"]
    assert "示例甲" not in json.dumps(events, ensure_ascii=False)


async def test_one_event_per_request_and_nothing_personal_in_it() -> None:
    with capture_logs() as events:
        async with a_site() as site:
            await site.client.get(f"/certificates/{invented.VALID}?lang=en")
            await site.client.post(f"/certificates/{invented.VALID}", data={"name": "示例甲"})
            fields = {"name": "示例甲", "id_number": "430102199003074515", "number": invented.VALID}
            await site.client.post("/holder", data=fields)
            await site.client.get(f"/nothing/{invented.VALID}")

    assert [event["event"] for event in events] == ["request"] * 4
    assert [event["route"] for event in events] == [
        "/certificates/{number}",
        "/certificates/{number}",
        "/holder",
        "(unknown address)",
    ]
    written = json.dumps(events, ensure_ascii=False)
    assert not [secret for secret in _SECRETS if secret in written]


async def test_libraries_do_not_write_the_clients_address(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        async with a_site(LIMIT_LOOKUP="1/minute") as site:
            for _ in range(3):
                await site.client.get(f"/certificates/{invented.VALID}")

    assert "203.0.113.9" not in caplog.text
    assert not [record for record in caplog.records if record.name == "slowapi"]


async def test_the_log_is_one_line_of_json_an_event() -> None:
    kept = structlog.get_config()
    stream = io.StringIO()
    configure_logging(stream)
    try:
        async with a_site() as site:
            await site.client.get("/")
            await site.client.get("/about")
    finally:
        structlog.configure(**kept)
    lines: list[dict[str, Any]] = [json.loads(line) for line in stream.getvalue().splitlines()]

    assert [line["route"] for line in lines] == ["/", "/about"]
    assert all(line["at"].endswith("Z") for line in lines)


async def test_a_wrong_method_is_a_405_that_names_the_right_one() -> None:
    async with a_site() as site:
        answer = await site.client.delete("/about", headers=JSON)

    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert answer.json()["code"] == "wrong_method"
