"""What outsiders verify with, at the addresses and in the bytes of the formats they know."""

from collections.abc import Iterator

import pytest

from registry.ledger.merkle import merge
from signing.inclusion import Hash, leaf_hash
from signing.notes import parse_vkey, verified_checkpoint
from tests.web.sites import JSON, a_site

pytestmark = pytest.mark.anyio


async def test_the_root_can_be_rebuilt_from_tile_and_entries() -> None:
    async with a_site() as site:
        key = parse_vkey((await site.client.get("/log/vkey")).text.strip())
        head = verified_checkpoint((await site.client.get("/log/checkpoint")).content, key)
        rest = head.size - 256
        tiles = [(await site.client.get(f"/log/tile/0/{each}")).content for each in ("000", f"001.p/{rest}")]
        bundles = [
            (await site.client.get(f"/log/tile/entries/{each}")).content for each in ("000", f"001.p/{rest}")
        ]
    hashes = b"".join(tiles)

    assert len(tiles[0]) == 8192
    assert merge([Hash(hashes[at : at + 32]) for at in range(0, len(hashes), 32)]) == head.root
    assert [leaf_hash(entry) for each in bundles for entry in _entries(each)] == [
        hashes[at : at + 32] for at in range(0, len(hashes), 32)
    ]


async def test_tiles_are_kept_for_ever_and_the_checkpoint_briefly() -> None:
    async with a_site() as site:
        tile = await site.client.get("/log/tile/0/000.p/3")
        checkpoint = await site.client.get("/log/checkpoint")

    assert "immutable" in tile.headers["cache-control"]
    assert "immutable" not in checkpoint.headers["cache-control"]
    assert tile.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize(
    "path",
    [
        "0/001",
        "0/000.p/0",
        "0/000.p/256",
        "0/000.p/999",
        "0/001.p/12",
        "0/0",
        "0/x000/000",
        "64/000",
        "00/000",
        "0/000.p/03",
        "entries/000.p/0",
        "entries/x001",
        "0/000/",
        "0/000.p",
        "data/000",
    ],
)
async def test_what_is_no_tile_or_not_published_is_a_404(path: str) -> None:
    async with a_site() as site:
        answer = await site.client.get(f"/log/tile/{path}", headers=JSON)

    assert answer.status_code == 404


async def test_did_document_and_status_lists_are_served_as_what_they_are() -> None:
    async with a_site() as site:
        did = await site.client.get("/.well-known/did.json")
        status = await site.client.get("/status/revocation-0")
        missing = await site.client.get("/status/revocation-7", headers=JSON)
        odd = await site.client.get("/status/..%2Fsecret", headers=JSON)

    assert did.headers["content-type"] == "application/did+json"
    assert status.headers["content-type"] == "application/vc+json"
    assert (missing.status_code, odd.status_code) == (404, 404)


def _entries(data: bytes) -> Iterator[bytes]:
    while data:
        length = int.from_bytes(data[:2], "big")
        yield data[2 : 2 + length]
        data = data[2 + length :]
