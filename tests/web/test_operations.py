"""What machines that watch over the site get, and the description of the API."""

import re

import pytest

from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, VerifierKey, cosign
from tests.registry.witnessing.logs import SmallLog, key
from tests.web import invented
from tests.web.shapes import fits
from tests.web.sites import JSON, a_site
from web.api.openapi import openapi_document
from web.api.schemas import SCHEMAS
from web.app import ADDRESSES
from web.staff.routes import STAFF_ADDRESSES
from web.witness_metrics import witness_lines

pytestmark = pytest.mark.anyio

_DESCRIBED = (
    "/api/",
    "/log/",
    "/status/",
    "/.well-known/",
    "/trust",
    "/openapi.json",
    "/healthz",
    "/readyz",
    "/metrics",
)


async def test_alive_is_not_ready() -> None:
    async with a_site() as site:
        ready = await site.client.get("/readyz", headers=JSON)
        site.register.unavailable = True
        alive = await site.client.get("/healthz")
        not_ready = await site.client.get("/readyz", headers=JSON)

    assert fits(ready.json(), SCHEMAS["Readiness"]) == []
    assert (alive.status_code, not_ready.status_code) == (200, 503)


async def test_counters_name_routes_and_never_certificates() -> None:
    async with a_site() as site:
        await site.client.get(f"/certificates/{invented.VALID}")
        await site.client.get(f"/certificates/{invented.UNKNOWN}")
        await site.client.request("BREW", "/about")
        text = (await site.client.get("/metrics")).text

    assert 'skillcert_requests_total{method="GET",route="/certificates/{number}",status="200"} 2' in text
    assert 'method="OTHER",route="/about",status="405"' in text
    assert 'skillcert_request_seconds_count{route="/certificates/{number}"} 2' in text
    assert "skillcert_tree_size 267" in text
    assert invented.VALID not in text


async def test_the_exposition_is_well_formed() -> None:
    line = re.compile(r'#.*|[a-z_]+(\{[a-z]+="[^"\n]*"(,[a-z]+="[^"\n]*")*\})? [0-9.e+-]+')
    async with a_site() as site:
        await site.client.get("/")
        lines = (await site.client.get("/metrics")).text.splitlines()

    assert lines
    assert [each for each in lines if not line.fullmatch(each)] == []


async def test_who_cosigned_the_newest_checkpoint_and_when_is_told() -> None:
    note = SmallLog().note(3)
    for name in ("w1", "w2"):
        note = cosign(
            note, f"{name}.example", key(KeyRole.WITNESS, ord(name[1])), int(invented.NOW.timestamp()) - 40
        )
    note = cosign(note, "w3.example", key(KeyRole.WITNESS, 9), 1)
    addresses = [
        WitnessAddress(
            VerifierKey(f"{name}.example", COSIGNATURE_TYPE, key(KeyRole.WITNESS, ord(name[1])).public), ""
        )
        for name in ("w1", "w2", "w3")
    ]
    now = invented.NOW.timestamp()
    lines = witness_lines(WitnessPolicy(2, tuple(addresses)), note.to_bytes(), now)
    assert [line for line in lines if not line.startswith("#")] == [
        'skillcert_witness_cosigned{witness="w1.example"} 1',
        'skillcert_witness_cosigned{witness="w2.example"} 1',
        'skillcert_witness_cosigned{witness="w3.example"} 0',
        "skillcert_witness_quorum 2",
        "skillcert_quorum_age_seconds 40",
    ]
    missed = witness_lines(WitnessPolicy(3, tuple(addresses)), note.to_bytes(), now)
    assert "skillcert_quorum_age_seconds" not in "".join(missed)
    assert witness_lines(WitnessPolicy(0), note.to_bytes(), now) == []
    async with a_site() as site:
        text = (await site.client.get("/metrics")).text
    assert "skillcert_unpublished_entries 0" in text
    assert "skillcert_witness" not in text


async def test_counters_are_shown_while_the_register_is_away() -> None:
    async with a_site() as site:
        site.register.unavailable = True
        answer = await site.client.get("/metrics")

    assert answer.status_code == 200
    assert "skillcert_tree_size" not in answer.text


def test_every_address_for_programs_is_described_and_no_other() -> None:
    described = {
        (path, method.upper())
        for path, methods in openapi_document("https://register.example")["paths"].items()
        for method in methods
    }
    published = {
        (path.replace(":path", ""), method)
        for path, methods in (
            *((each.path, each.methods) for each in ADDRESSES),
            *((each.path, each.methods) for each in STAFF_ADDRESSES),
        )
        for method in methods
        if path.startswith(_DESCRIBED)
    }

    assert described == published


async def test_the_description_names_its_server_and_every_shape_it_refers_to() -> None:
    async with a_site() as site:
        answer = await site.client.get("/openapi.json")
    references = set(re.findall(r'"#/components/schemas/(\w+)"', answer.text))

    assert answer.json()["servers"] == [{"url": "https://register.example"}]
    assert references <= set(SCHEMAS)


async def test_a_problem_has_the_described_shape() -> None:
    async with a_site() as site:
        answer = await site.client.get("/api/v1/certificates/1", headers=JSON)

    assert fits(answer.json(), SCHEMAS["Problem"]) == []
