"""The verdict as programs get it: three different answers, one shape, and everything needed to check it."""

import json

import pytest

from signing.commitment import Commitment, check_opening
from signing.encoding import b64_decode, b64url_decode
from signing.inclusion import check_inclusion, leaf_hash
from signing.notes import Checkpoint, parse_vkey, verified_checkpoint
from tests.web import invented
from tests.web.shapes import fits
from tests.web.sites import JSON, Running, a_site
from web.api.schemas import SCHEMAS

pytestmark = pytest.mark.anyio

_PATH = "/api/v1/certificates/{}"


async def _get(site: Running, number: str) -> dict[str, object]:
    answer = await site.client.get(_PATH.format(number), headers=JSON)
    assert answer.status_code == 200
    body: dict[str, object] = answer.json()
    return body


@pytest.mark.parametrize("certificate", invented.CERTIFICATES, ids=lambda each: each.result.value)
async def test_each_certificate_answers_with_its_result_in_the_described_shape(
    certificate: invented.Invented,
) -> None:
    async with a_site() as site:
        body = await _get(site, certificate.record.number)

    assert body["result"] == certificate.result
    assert fits(body, SCHEMAS["Verdict"]) == []


async def test_a_valid_certificate_says_what_it_is_and_only_the_masked_name() -> None:
    async with a_site() as site:
        answer = await site.client.get(_PATH.format(invented.VALID), headers=JSON)
    body = answer.json()

    assert body["holder"] == {"masked_name": "示**"}
    assert (body["occupation"], body["level"], body["issued_on"]) == ("电工", 3, "2025-09-01")
    assert body["institution"] == {
        "name": "示例评价机构",
        "prefix": "S000043990001",
        "filing_on_issue_date": "filed",
        "covered_on_issue_date": True,
        "filing_today": "filed",
    }
    assert body["national"] == {"state": "online", "on": "2025-10-09", "reason_class": None}
    assert "示例甲" not in answer.text
    assert "430102199003074515" not in answer.text


async def test_the_answer_can_be_checked_without_us() -> None:
    async with a_site() as site:
        entry = (await site.client.get(_PATH.format(invented.VALID), headers=JSON)).json()["entry"]
        vkey = parse_vkey((await site.client.get("/log/vkey")).text.strip())
    head: Checkpoint = verified_checkpoint(entry["checkpoint"].encode(), vkey)
    proof = tuple(b64_decode(each, length=32) for each in entry["proof"])
    check_inclusion(leaf_hash(entry["leaf"].encode()), entry["index"], head.size, proof, head.root)
    committed = Commitment(b64url_decode(json.loads(entry["leaf"])["commitment"]))

    assert check_opening(entry["opening"], committed)["number"] == invented.VALID


async def test_an_unknown_number_is_a_200_that_says_not_found() -> None:
    async with a_site() as site:
        body = await _get(site, invented.UNKNOWN)

    assert body["result"] == "not_found"
    assert body["number"] == invented.UNKNOWN
    assert body["entry"] is None
    assert fits(body, SCHEMAS["Verdict"]) == []


async def test_a_history_is_told_act_by_act() -> None:
    async with a_site() as site:
        body = (await site.client.get(_PATH.format(invented.ANNULLED), headers=JSON)).json()

    assert [item["act"] for item in body["history"]] == ["registered", "annulled"]
    assert body["history"][1]["reason"] == "wrongly_issued"


async def test_a_replaced_number_names_the_new_one() -> None:
    async with a_site() as site:
        body = await _get(site, invented.REPLACED)

    assert (body["result"], body["replaced_by"]) == ("superseded", invented.REPLACEMENT)


@pytest.mark.parametrize(
    ("number", "kind"),
    [
        ("123", "malformed_number"),
        ("1234567890123456", "malformed_number.sixteen_digits"),
        ("AB12345678901234567890", "malformed_number.two_letters"),
        ("430102199003074515", "malformed_number"),
    ],
)
async def test_what_is_no_number_is_a_422_that_says_why(number: str, kind: str) -> None:
    async with a_site() as site:
        answer = await site.client.get(_PATH.format(number), headers=JSON)

    assert answer.status_code == 422
    assert answer.json()["kind"] == kind


async def test_an_untidy_number_is_understood() -> None:
    async with a_site() as site:
        body = await _get(site, f"%20{invented.VALID.lower()}%20")

    assert body["number"] == invented.VALID


async def test_pages_of_any_origin_may_read_the_answer_and_nobody_keeps_it() -> None:
    async with a_site() as site:
        headers = (await site.client.get(_PATH.format(invented.VALID), headers=JSON)).headers

    assert headers["access-control-allow-origin"] == "*"
    assert headers["cache-control"] == "no-store"
