"""What outsiders verify with, at the addresses and in the bytes of the formats they know."""

import gzip
from collections.abc import Iterator

import pytest

from registry.ledger.merkle import merge
from signing.inclusion import Hash, leaf_hash
from signing.notes import parse_vkey, verified_checkpoint
from tests.web.fake_register import FakeRegister
from tests.web.sites import JSON, a_site
from web.api.representations import accepts_gzip, entity_tag, is_known

pytestmark = pytest.mark.anyio

TILE, PARTIAL = "/log/tile/0/000", "/log/tile/0/000.p/3"
BUNDLE, LIST = "/log/tile/entries/000", "/status/revocation-0"
DOCUMENTS = {
    "/log/checkpoint": "text/plain; charset=utf-8",
    "/log/vkey": "text/plain; charset=utf-8",
    TILE: "application/octet-stream",
    PARTIAL: "application/octet-stream",
    BUNDLE: "application/octet-stream",
    "/.well-known/did.json": "application/did+json",
    LIST: "application/vc+json",
}
NOT_COMPRESSED = {"accept-encoding": "identity"}


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


@pytest.mark.parametrize("path", DOCUMENTS)
async def test_every_document_has_its_media_type_and_is_not_sent_twice(path: str) -> None:
    async with a_site() as site:
        first = await site.client.get(path)
        tag = {"if-none-match": first.headers["etag"]}
        again = await site.client.get(path, headers=tag)
        head = await site.client.head(path)
        head_again = await site.client.head(path, headers=tag)
        other = await site.client.get(path, headers={"if-none-match": '"other"'})

    assert first.headers["content-type"] == DOCUMENTS[path]
    assert (again.status_code, again.content) == (304, b"")
    for header in ("etag", "cache-control", "access-control-allow-origin"):
        assert again.headers[header] == first.headers[header]
    assert again.headers.get("vary") == first.headers.get("vary")
    for header in ("etag", "content-type", "content-length", "cache-control"):
        assert head.headers[header] == first.headers[header]
    assert (head.status_code, head_again.status_code, other.status_code) == (200, 304, 200)


@pytest.mark.parametrize("path", [BUNDLE, LIST])
async def test_what_shrinks_is_compressed_for_who_asks_under_a_name_of_its_own(path: str) -> None:
    async with a_site() as site:
        plain = await site.client.get(path, headers=NOT_COMPRESSED)
        async with site.client.stream("GET", path, headers={"accept-encoding": "gzip"}) as packed:
            sent = b"".join([each async for each in packed.aiter_raw()])
        crossed = {"accept-encoding": "identity", "if-none-match": packed.headers["etag"]}
        other_form = await site.client.get(path, headers=crossed)

    assert "content-encoding" not in plain.headers
    assert packed.headers["content-encoding"] == "gzip"
    assert gzip.decompress(sent) == plain.content
    assert packed.headers["vary"] == plain.headers["vary"] == "Accept-Encoding"
    assert packed.headers["etag"] == entity_tag(sent) != plain.headers["etag"] == entity_tag(plain.content)
    assert other_form.status_code == 200


@pytest.mark.parametrize("path", [TILE, PARTIAL, "/log/checkpoint", "/log/vkey"])
async def test_what_does_not_shrink_is_sent_as_it_is(path: str) -> None:
    async with a_site() as site:
        answer = await site.client.get(path, headers={"accept-encoding": "gzip"})

    assert "content-encoding" not in answer.headers
    assert "vary" not in answer.headers


async def test_the_tag_of_the_checkpoint_changes_with_it() -> None:
    register = FakeRegister()
    async with a_site(register=register) as site:
        before = (await site.client.get("/log/checkpoint")).headers["etag"]
        register._checkpoint += "— other.example/witness AAAA\n".encode()
        after = await site.client.get("/log/checkpoint", headers={"if-none-match": before})

    assert after.status_code == 200
    assert after.headers["etag"] != before


async def test_a_partial_tile_can_still_be_had_when_the_tile_is_full() -> None:
    async with a_site() as site:
        for level in ("0", "entries"):
            full = (await site.client.get(f"/log/tile/{level}/000")).content
            partial = (await site.client.get(f"/log/tile/{level}/000.p/255")).content
            assert full.startswith(partial)
            assert len(partial) < len(full)


async def test_the_key_list_is_lines_and_nothing_behind_them() -> None:
    async with a_site() as site:
        text = (await site.client.get("/log/vkey")).text

    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize(
    ("field", "accepted"),
    [
        ("gzip", True),
        ("deflate, GZIP;q=0.5", True),
        ("*", True),
        ("x-gzip", True),
        ("", False),
        ("identity", False),
        ("gzip;q=0", False),
        ("gzip;q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=2", False),
        ("gzip;q=", False),
        ("br", False),
    ],
)
def test_gzip_is_used_only_where_it_was_asked_for(field: str, accepted: bool) -> None:
    assert accepts_gzip(field) is accepted


@pytest.mark.parametrize(
    ("field", "known"),
    [
        ('"a"', True),
        ('W/"a"', True),
        ('"b", "a"', True),
        ("*", True),
        ('"b"', False),
        ('W/"b","c"', False),
        ("a", False),
        ("", False),
    ],
)
def test_a_known_name_is_found_in_a_list(field: str, known: bool) -> None:
    assert is_known(field, '"a"') is known


async def test_did_document_and_status_lists_are_served_as_what_they_are() -> None:
    async with a_site() as site:
        did = await site.client.get("/.well-known/did.json")
        status = await site.client.get("/status/revocation-0")
        missing = await site.client.get("/status/revocation-7", headers=JSON)
        odd = await site.client.get("/status/..%2Fsecret", headers=JSON)

    assert did.headers["content-type"] == "application/did+json"
    assert status.headers["content-type"] == "application/vc+json"
    assert (missing.status_code, odd.status_code) == (404, 404)


class FrozenRegister(FakeRegister):
    """The same register after the province ended its log."""

    def frozen(self) -> bytes:
        return b'{"type":"frozen"}'


async def test_the_statement_that_ended_the_log_is_there_once_it_was_ended() -> None:
    async with a_site() as site:
        going_on = await site.client.get("/log/frozen", headers=JSON)
    async with a_site(register=FrozenRegister()) as site:
        ended = await site.client.get("/log/frozen")
        checkpoint = await site.client.get("/log/checkpoint")

    assert going_on.status_code == 404
    assert (ended.status_code, ended.content) == (200, b'{"type":"frozen"}')
    assert ended.headers["access-control-allow-origin"] == "*"
    assert checkpoint.status_code == 200


def _entries(data: bytes) -> Iterator[bytes]:
    while data:
        length = int.from_bytes(data[:2], "big")
        yield data[2 : 2 + length]
        data = data[2 + length :]
