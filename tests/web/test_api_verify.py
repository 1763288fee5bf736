"""POST /api/v1/verify takes a number, a code or a file, and answers in numbered steps."""

import json

import pytest

from signing.qr_image import qr_png
from tests.web import invented
from tests.web.fake_register import ORIGIN, PDF
from tests.web.shapes import fits
from tests.web.sites import JSON, Running, a_site
from web.api.schemas import SCHEMAS

pytestmark = pytest.mark.anyio

_QR = f"{ORIGIN}/q/{invented.REF}#0oREoQEn"
_NAME, _ID = "示例甲", "430102199003074515"


async def _ask(site: Running, **question: object) -> dict[str, object]:
    answer = await site.client.post("/api/v1/verify", json=question, headers=JSON)
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    assert fits(body, SCHEMAS["Verification"]) == []
    return body


async def _send(site: Running, content: bytes, kind: str) -> dict[str, object]:
    answer = await site.client.post("/api/v1/verify", content=content, headers={"content-type": kind, **JSON})
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    assert fits(body, SCHEMAS["Verification"]) == []
    return body


async def test_a_number_alone_compares_no_name() -> None:
    async with a_site() as site:
        body = await _ask(site, number=invented.VALID)

    assert (body["kind"], body["conclusion"], body["name_match"]) == (
        "number",
        "authentic_and_in_force",
        None,
    )


async def test_name_and_identity_number_are_answered_with_yes_or_no_only() -> None:
    async with a_site() as site:
        right = await _ask(site, number=invented.VALID, name=_NAME, id_number=_ID)
        wrong_name = await _ask(site, number=invented.VALID, name="示例丙", id_number=_ID)
        wrong_id = await _ask(site, number=invented.VALID, name=_NAME, id_number=_ID[:-1] + "4")

    assert right["name_match"] is True
    assert wrong_name["name_match"] is wrong_id["name_match"] is False
    assert _NAME not in json.dumps(right, ensure_ascii=False)
    assert {**wrong_name, "certificate": 0} == {**wrong_id, "certificate": 0}


@pytest.mark.parametrize(
    ("number", "conclusion", "in_force"),
    [
        (invented.ANNULLED, "annulled", "failed"),
        (invented.REPLACED, "superseded", "failed"),
        (invented.ERASED, "erased", "failed"),
        (invented.UNKNOWN, "not_found", "not_checked"),
    ],
)
async def test_a_number_that_is_not_in_force_says_so(number: str, conclusion: str, in_force: str) -> None:
    async with a_site() as site:
        body = await _ask(site, number=number)

    assert (body["conclusion"], body["in_force"]) == (conclusion, in_force)


async def test_steps_are_numbered_with_outcome_reason_and_words() -> None:
    async with a_site() as site:
        body = await _send(site, PDF + b" altered", "application/pdf")
    steps = body["steps"]
    assert isinstance(steps, list)

    assert [step["step"] for step in steps] == list(range(1, len(steps) + 1))
    failed = [step for step in steps if step["outcome"] == "failed"]
    assert [step["reason"] for step in failed] == ["content_changed"]
    assert failed[0]["text"] == "签名后没有改动过"
    assert (body["conclusion"], body["result"], body["signed"]) == ("not_authentic", None, "failed")


async def test_a_file_is_taken_raw_or_from_a_form_alike() -> None:
    async with a_site() as site:
        raw = await _send(site, PDF, "application/pdf")
        form = await site.client.post("/api/v1/verify", files={"file": ("a.pdf", PDF)}, headers=JSON)

    assert raw["kind"] == "pdf"
    assert raw["conclusion"] == "authentic_and_in_force"
    assert form.json() == raw


async def test_a_form_compares_the_name_beside_the_file() -> None:
    async with a_site() as site:
        form = await site.client.post(
            "/api/v1/verify", files={"file": ("a.pdf", PDF)}, data={"name": _NAME}, headers=JSON
        )

    assert form.json()["name_match"] is True


async def test_a_picture_of_a_code_is_the_code() -> None:
    async with a_site() as site:
        text = await _ask(site, qr=_QR)
        picture = await _send(site, qr_png(_QR), "image/png")

    assert text["kind"] == "qr"
    assert text["number"] == invented.VALID
    assert picture == text


async def test_a_credential_in_json_is_a_file_and_not_a_question() -> None:
    async with a_site() as site:
        body = await _send(site, b'{"@context": [], "number": "x"}', "application/json")

    assert (body["kind"], body["conclusion"]) == ("unknown", "not_recognised")


async def test_a_code_that_leads_elsewhere_is_refused_and_not_followed() -> None:
    async with a_site() as site:
        for qr in ("https://fake.example/q/AAAA#x", f"{ORIGIN}.evil.example/q/{invented.REF}#x", "你好"):
            answer = await site.client.post("/api/v1/verify", json={"qr": qr}, headers=JSON)
            assert (answer.status_code, answer.json()["code"]) == (422, "foreign_qr")


async def test_a_picture_without_a_code_is_a_422() -> None:
    async with a_site() as site:
        for content, code in (
            (b"\x89PNG\r\n\x1a\nrubbish", "picture_unreadable"),
            (_blank(), "no_code_in_picture"),
        ):
            answer = await site.client.post(
                "/api/v1/verify", content=content, headers={"content-type": "image/png", **JSON}
            )
            assert (answer.status_code, answer.json()["code"]) == (422, code)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"{}",
        b'{"number": 5}',
        b'{"number":"1","number":"2"}',
        b'{"name": "x"}',
        b"\xff\xfe",
    ],
)
async def test_a_malformed_question_is_a_422(body: bytes) -> None:
    async with a_site() as site:
        answer = await site.client.post(
            "/api/v1/verify", content=body, headers={"content-type": "application/json", **JSON}
        )

    assert answer.status_code == 422
    assert answer.json()["code"] in ("malformed_request", "malformed_number")


async def test_a_body_too_long_for_a_question_is_not_read_as_one() -> None:
    """Ten megabytes of empty lists, read as JSON, would take seconds and half a gigabyte."""
    async with a_site() as site:
        body = await _send(site, b'{"number": [' + b"[]," * 30_000 + b"[]]}", "application/json")

    assert (body["kind"], body["conclusion"]) == ("unknown", "not_recognised")


@pytest.mark.parametrize("kind", ["multipart/form-data", "multipart/form-data; boundary=x"])
async def test_a_broken_form_is_a_422(kind: str) -> None:
    async with a_site() as site:
        answer = await site.client.post(
            "/api/v1/verify", content=b"--y\r\nrubbish", headers={"content-type": kind, **JSON}
        )

    assert (answer.status_code, answer.json()["code"]) == (422, "malformed_request")


async def test_more_than_one_file_is_refused() -> None:
    async with a_site() as site:
        files = [("file", ("a.pdf", PDF)), ("file", ("b.pdf", PDF))]
        answer = await site.client.post("/api/v1/verify", files=files, headers=JSON)

    assert answer.status_code == 422


async def test_an_unreadable_register_is_a_503() -> None:
    async with a_site() as site:
        site.register.unavailable = True
        answer = await site.client.post("/api/v1/verify", json={"number": invented.VALID}, headers=JSON)

    assert answer.status_code == 503


def _blank() -> bytes:
    import io

    from PIL import Image

    picture = io.BytesIO()
    Image.new("L", (64, 64), 255).save(picture, "PNG")
    return picture.getvalue()


async def test_sentences_come_in_the_language_that_a_program_accepts_and_codes_are_the_same() -> None:
    async with a_site() as site:

        async def ask(accepted: str) -> list[tuple[str, str, str]]:
            headers = {"content-type": "application/pdf", "accept-language": accepted, **JSON}
            answer = await site.client.post("/api/v1/verify", content=PDF + b" altered", headers=headers)
            failed = [step for step in answer.json()["steps"] if step["outcome"] == "failed"]
            return [(step["name"], step["reason"], step["reason_text"]) for step in failed]

        chinese, english, other = await ask("zh-CN,en;q=0.5"), await ask("en-GB,en;q=0.9"), await ask("fr")
    assert chinese == other == [("pdf_signature_intact", "content_changed", "内容在签名之后被改动")]
    assert english == [("pdf_signature_intact", "content_changed", "the content was changed after signing")]
