"""A status list over HTTP: kept for seconds, never beyond its own end, sent again only when it changed."""

import re
from hashlib import sha256

import pytest

from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from signing.status_list import parse_status_list
from tests.registry.filled import HOLDERS, Scene, Story
from tests.web.real_sites import a_real_site

pytestmark = pytest.mark.anyio

LIST = "/status/revocation-0"


async def test_a_list_is_kept_for_seconds_and_sent_anew_after_an_act(scene: Scene) -> None:
    async with a_real_site(scene.register) as client:
        before = await client.get(LIST)
        known = {"if-none-match": before.headers["etag"]}
        unchanged = await client.get(LIST, headers=known)
        scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.FRAUD)
        scene.register.publish_status(scene.register.writer())
        after = await client.get(LIST, headers=known)
        plain = await client.get(LIST, headers={"accept-encoding": "identity"})

    (seconds,) = re.findall(r"max-age=([0-9]+)", before.headers["cache-control"])
    left = parse_status_list(before.content).valid_until - scene.clock()
    assert int(seconds) <= min(60, left.total_seconds())
    assert before.headers["access-control-allow-origin"] == "*"
    assert before.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert (unchanged.status_code, after.status_code) == (304, 200)
    assert after.headers["etag"] != before.headers["etag"]
    assert sha256(after.content).digest() == sha256(plain.content).digest()
    ledger = scene.register.ledger
    certificate = ledger.records.versions(HOLDERS[Story.PLAIN].number)[0].certificate
    ordinal = ledger.ordinal(certificate, certificate)
    was, now = (parse_status_list(each.content).is_set(ordinal) for each in (before, after))
    assert (was, now) == (False, True)
