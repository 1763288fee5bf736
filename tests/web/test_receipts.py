"""Verification receipts over HTTP: handed out after a check, bound to it, recognised when they come back."""

import io
import json
import re
from datetime import timedelta
from hashlib import sha256

import httpx
import pytest
from PIL import Image

from signing.encoding import b64url_decode, b64url_encode
from signing.qr_image import read_codes
from signing.trust import trust_from_files
from signing.verification_statement import GivenKind, StatedConclusion, VerificationStatement
from signing.verifier import verify
from tests.builders import a_number
from tests.registry.filled import HOLDERS, Scene, Story
from tests.web import invented
from tests.web.fake_register import PDF
from tests.web.html import read_page
from tests.web.real_sites import a_real_site
from tests.web.sites import JSON, a_site
from web.limits import Budget

pytestmark = pytest.mark.anyio

PLAIN = HOLDERS[Story.PLAIN]


def _form(scene: Scene, story: Story, form: str) -> bytes:
    index = scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
    return scene.register.electronic(index, form).content


def _stated(scene: Scene, receipt: bytes) -> VerificationStatement:
    """What a receipt says, once it was verified without the register."""
    report = verify(receipt, trust_from_files(scene.register.trust_files()), scene.register.clock())
    assert report.conclusion == "stated_then"
    assert report.stated is not None
    return report.stated


def _hidden(page: httpx.Response) -> dict[str, str]:
    """The hidden fields of the form that downloads a receipt."""
    fields = read_page(page.text).fields
    return {str(each["name"]): str(each["value"]) for each in fields if each.get("type") == "hidden"}


@pytest.mark.parametrize(
    ("number", "conclusion"),
    [
        (PLAIN.number, StatedConclusion.AUTHENTIC_AND_IN_FORCE),
        (HOLDERS[Story.ANNULLED].number, StatedConclusion.ANNULLED),
        (a_number(999_999), StatedConclusion.NOT_FOUND),
    ],
)
async def test_the_page_of_a_number_offers_its_receipt(
    told: Scene, number: str, conclusion: StatedConclusion
) -> None:
    async with a_real_site(told.register) as client:
        page = await client.get(f"/certificates/{number}")
        answer = await client.post("/verify/receipt", data=_hidden(page))

    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"].endswith('.json"')
    statement = _stated(told, answer.content)
    assert (statement.given.number, statement.conclusion) == (number, conclusion)


async def test_a_scanned_code_has_a_receipt_of_its_reference_and_compares_a_name(told: Scene) -> None:
    (text,) = read_codes(_form(told, Story.PLAIN, "png"))
    ref = text.partition("#")[0].rpartition("/")[2]
    async with a_real_site(told.register) as client:
        hidden = _hidden(await client.get(f"/q/{ref}"))
        named = {**hidden, "name": PLAIN.name, "with_name": "1"}
        plain = await client.post("/verify/receipt", data={**hidden, "name": PLAIN.name})
        with_name = await client.post("/verify/receipt", data=named)

    statement = _stated(told, plain.content)
    assert (statement.given.kind, statement.given.digest_hex) == (
        GivenKind.REFERENCE,
        sha256(ref.encode()).hexdigest(),
    )
    assert (statement.name_match, statement.name) == (True, "")
    assert _stated(told, with_name.content).name == PLAIN.name
    assert PLAIN.name not in plain.text


@pytest.mark.parametrize(("form", "kind"), [("pdf", GivenKind.PDF), ("png", GivenKind.PICTURE)])
async def test_the_page_of_a_file_carries_its_receipt_and_the_file_is_not_sent_again(
    told: Scene, form: str, kind: GivenKind
) -> None:
    content = _form(told, Story.PLAIN, form)
    async with a_real_site(told.register) as client:
        page = await client.post("/verify", files={"file": ("a", content)}, data={"name": PLAIN.name})
        answer = await client.post("/verify/receipt", data=_hidden(page))
        named = await client.post("/verify/receipt", data={**_hidden(page), "with_name": "1"})

    # A sheet says the name to whoever brought it, once and outside the form; a code carries none.
    assert (PLAIN.name in page.text) is (form == "pdf")
    assert PLAIN.name not in "".join(_hidden(page).values())
    statement = _stated(told, answer.content)
    assert (statement.given.kind, statement.given.digest_hex) == (kind, sha256(content).hexdigest())
    assert (statement.name_match, statement.name) == (True, "")
    assert _stated(told, named.content).name == PLAIN.name


async def test_a_picture_of_two_of_our_codes_is_of_neither(told: Scene) -> None:
    """A forger's paper with a good code beside its own must not be answered by the good one."""
    codes = [Image.open(io.BytesIO(_form(told, story, "png"))) for story in (Story.PLAIN, Story.ANNULLED)]
    paper = Image.new("L", (2 * codes[0].width + 40, codes[0].height), 255)
    for at, code in enumerate(codes):
        paper.paste(code.convert("L"), (at * (codes[0].width + 40), 0))
    picture = io.BytesIO()
    paper.save(picture, "PNG")
    async with a_real_site(told.register) as client:
        page = await client.post("/verify", files={"file": ("a.png", picture.getvalue())})
        answer = await client.post(
            "/api/v1/verify?receipt=true",
            content=picture.getvalue(),
            headers={"content-type": "image/png", **JSON},
        )

    assert "图片里有不止一个二维码" in page.text
    told_by_api = answer.json()
    assert (told_by_api["conclusion"], told_by_api["number"]) == ("could_not_check", None)
    assert told_by_api["receipt"] is None


async def test_a_forged_signed_part_is_not_passed_over_for_a_good_address(told: Scene) -> None:
    (text,) = read_codes(_form(told, Story.PLAIN, "png"))
    address, _, token = text.partition("#")
    async with a_real_site(told.register) as client:
        bare = await client.post("/lookup", data={"number": address})
        page = await client.post("/lookup", data={"number": f"{address}?#{token[:-6]}AAAAAA"})

    assert bare.status_code == 303
    assert "核验未通过" in page.text
    assert PLAIN.number not in page.text


async def test_an_offer_is_good_for_minutes_and_only_as_it_was_made() -> None:
    now = [invented.NOW]
    async with a_site(clock=lambda: now[0]) as site:
        page = await site.client.post("/verify", files={"file": ("a.pdf", PDF)})
        hidden = _hidden(page)
        raw = bytearray(b64url_decode(hidden["offer"]))
        # Another file's digest: as good a statement, but not the one that was offered.
        at = raw.index(b'"sha256":"') + len(b'"sha256":"')
        raw[at] = ord("1" if raw[at] == ord("0") else "0")
        altered = await site.client.post("/verify/receipt", data={"offer": b64url_encode(bytes(raw))})
        nonsense = await site.client.post("/verify/receipt", data={"offer": "示例"})
        good = await site.client.post("/verify/receipt", data=hidden)
        now[0] += timedelta(hours=2)
        late = await site.client.post("/verify/receipt", data=hidden)

    assert (altered.status_code, nonsense.status_code, good.status_code) == (422, 422, 200)
    assert late.status_code == 410
    assert "核验已过去太久" in late.text


async def test_what_is_no_form_is_offered_no_receipt() -> None:
    async with a_site() as site:
        page = await site.client.post("/verify", files={"file": ("a.txt", b"no form")})
        nothing = await site.client.post("/verify/receipt", data={})
        short = await site.client.post("/verify/receipt", data={"ref": "AAAA"})

    assert "offer" not in _hidden(page)
    assert (nothing.status_code, short.status_code) == (422, 422)


async def test_an_outage_gives_no_receipt_and_says_could_not_check() -> None:
    async with a_site() as site:
        site.register.unavailable = True
        answer = await site.client.post("/verify/receipt", data={"number": invented.VALID})

    assert answer.status_code == 503


async def test_receipts_draw_on_the_budget_of_verifying() -> None:
    async with a_site(limits={Budget.VERIFY: "1/minute"}) as site:
        first = await site.client.post("/verify/receipt", data={"number": invented.VALID})
        second = await site.client.post("/verify/receipt", data={"number": invented.VALID})

    assert (first.status_code, second.status_code) == (200, 429)


async def test_a_receipt_that_comes_back_is_told_as_of_then_and_leads_to_today(told: Scene) -> None:
    async with a_real_site(told.register) as client:
        receipt = (await client.post("/verify/receipt", data={"number": PLAIN.number})).content
        page = await client.post("/verify", files={"file": ("r.json", receipt)})
        english = await client.post("/verify?lang=en", files={"file": ("r.json", receipt)})
        answer = await client.post(
            "/api/v1/verify", content=receipt, headers={"content-type": "application/json", **JSON}
        )
        forged = await client.post(
            "/verify?lang=zh", files={"file": ("r.json", receipt.replace(b"in_force", b"inxforce", 1))}
        )

    assert page.status_code == english.status_code == 200
    assert '<h1 id="result">核验回单真实</h1>' in page.text
    assert "当时的结论是：真实有效" in page.text
    assert f'href="/certificates/{PLAIN.number}"' in page.text
    assert "Verify again now" in english.text
    body = answer.json()
    assert (body["kind"], body["conclusion"]) == ("verification-receipt", "stated_then")
    assert (body["result"], body["certificate"]) == (None, None)
    assert body["stated"]["given"]["number"] == PLAIN.number
    assert "核验未通过" in forged.text
    assert PLAIN.number not in forged.text


async def test_among_several_files_only_the_receipt_of_a_good_check_has_a_tick(told: Scene) -> None:
    async with a_real_site(told.register) as client:

        async def receipt(number: str, name: str = "") -> bytes:
            return (await client.post("/verify/receipt", data={"number": number, "name": name})).content

        files = {
            "good": await receipt(PLAIN.number),
            "annulled": await receipt(HOLDERS[Story.ANNULLED].number),
            "not found": await receipt(a_number(999_999)),
            "somebody else": await receipt(PLAIN.number, "示例外人"),
        }
        page = await client.post("/verify", files=[("file", each) for each in files.items()])
        alone = await client.post("/verify", files={"file": ("r.json", files["somebody else"])})

    assert re.findall(r'<td><span class="badge outcome-(\w+)', page.text) == ["passed", *["failed"] * 3]
    banner = alone.text.partition("</section>")[0]
    assert "姓名核对：与登记的持证人姓名不一致" in banner


async def test_the_api_gives_a_receipt_when_asked_and_none_otherwise(told: Scene) -> None:
    content = _form(told, Story.PLAIN, "pdf")
    question = {"number": PLAIN.number, "name": PLAIN.name, "id_number": "430102199003074515"}
    async with a_real_site(told.register) as client:

        async def ask(**more: object) -> dict[str, object]:
            answer = await client.post("/api/v1/verify", json={**question, **more}, headers=JSON)
            body: dict[str, object] = answer.json()
            return body

        without, given = await ask(), await ask(receipt=True, receipt_name=True)
        odd = await client.post("/api/v1/verify", json={**question, "receipt": "yes"}, headers=JSON)
        by_body = await client.post(
            "/api/v1/verify?receipt=true",
            content=content,
            headers={"content-type": "application/pdf", **JSON},
        )
        by_form = await client.post(
            "/api/v1/verify", files={"file": ("a.pdf", content)}, data={"receipt": "true"}, headers=JSON
        )
        unknown = await client.post(
            "/api/v1/verify?receipt=true", content=b"no form", headers={"content-type": "text/plain", **JSON}
        )

    assert without["receipt"] is None
    assert odd.status_code == 422
    statement = _stated(told, str(given["receipt"]).encode())
    # The identity number does not fit: the answer says no, the receipt speaks of the name alone.
    assert given["name_match"] is False
    assert (statement.name_match, statement.name) == (True, PLAIN.name)
    for answer in (by_body, by_form):
        assert (
            _stated(told, answer.json()["receipt"].encode()).given.digest_hex == sha256(content).hexdigest()
        )
    assert unknown.json()["receipt"] is None
    assert json.loads(str(given["receipt"]))["type"] == "SkillcertVerificationReceipt"


async def test_a_receipt_on_paper_is_downloaded_and_recognised(told: Scene) -> None:
    async with a_real_site(told.register) as client:
        answer = await client.post("/verify/receipt", data={"number": PLAIN.number, "format": "pdf"})
        page = await client.post("/verify", files={"file": ("r.pdf", answer.content)})
        other = await client.post("/verify/receipt", data={"number": PLAIN.number, "format": "docx"})

    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"].endswith('.pdf"')
    assert _stated(told, answer.content).given.number == PLAIN.number
    assert "核验回单真实" in page.text
    assert other.status_code == 422
