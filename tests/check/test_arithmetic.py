"""The parts beneath the verifier: numbers and texts in canonical form, keys, signatures, places in a tree."""

import base64
import struct
from collections.abc import Iterator
from random import Random
from typing import Any

import pytest
import rfc8785
from playwright.sync_api import Browser, Page

from signing.encoding import parse_canonical_json
from signing.errors import BadSignature, InclusionMismatch, MalformedEncoding
from signing.inclusion import check_inclusion, leaf_hash
from signing.keys import KeyRole, SigningKey, verify
from signing.multibase import base58_encode
from signing.points import is_public_key
from tests.check.in_browser import check_page
from tests.e2e.conftest import browser
from tests.registry.ledger.naive import mth, path
from tests.signing.mutations import plus_order
from tests.signing.test_points import SMALL_ORDER, SPECCHECK

__all__ = ["browser"]

_SEED = 7
_BYTES = "const bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));"


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    """One page for all."""
    with check_page(browser) as opened:
        yield opened


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _asked(page: Page, module: str, body: str, cases: list[Any]) -> list[Any]:
    script = f"""async (cases) => {{
      {_BYTES}
      const module = await import("/static/check/{module}");
      const told = [];
      for (const each of cases) told.push(await (async () => {{ {body} }})());
      return told;
    }}"""
    told: list[Any] = page.evaluate(script, cases)
    return told


def test_numbers_and_texts_have_the_same_canonical_form(page: Page) -> None:
    random = Random(_SEED)
    values: list[object] = [0, -0.0, 1e21, 1e-7, 123456789012345680000.0, 2**53 - 1, -(2**53) + 1, 5e-324]
    while len(values) < 400:
        (value,) = struct.unpack("<d", random.randbytes(8))
        if value == value and abs(value) != float("inf") and not (value.is_integer() and abs(value) > 2**53):
            values.append(value)
    characters = [
        chr(each) for each in (*range(0x20), 0x7F, 0x80, 0x2028, 0x2029, 0xE000, 0xFFFF, 0x1F600, 0x22, 0x5C)
    ]
    values += ["".join(random.choices(characters, k=6)) for _ in range(60)]
    values += [{"".join(random.choices(characters, k=2)): number for number in range(6)} for _ in range(60)]
    texts = [rfc8785.dumps(value) for value in values]  # type: ignore[arg-type]  # plain JSON values
    texts += [b"9007199254740992", b"-0", b"1.0", b"1e400", b'"\\ud800"', b'"\\u0041"', b"[" * 9999, b"[1,]"]
    body = """
      const { MalformedEncoding } = await import("/static/check/errors.js");
      try { module.parseCanonicalJson(bytes(each)); return true; }
      catch (fault) { if (fault instanceof MalformedEncoding) return false; throw fault; }
    """
    told = _asked(page, "json.js", body, [_base64(each) for each in texts])

    assert told == [_is_canonical(each) for each in texts]
    assert told.count(False) >= 8


def _is_canonical(data: bytes) -> bool:
    try:
        parse_canonical_json(data)
    except MalformedEncoding:
        return False
    return True


def test_what_is_no_sound_key_is_none(page: Page) -> None:
    random = Random(_SEED)
    honest = [SigningKey.from_seed(KeyRole.LOG, random.randbytes(32)).public for _ in range(6)]
    keys = [*SMALL_ORDER, *honest, *(random.randbytes(32) for _ in range(10)), bytes(31), bytes(33)]
    told = _asked(
        page, "points.js", "return module.isPublicKey(bytes(each));", [_base64(key) for key in keys]
    )

    assert told == [is_public_key(key) for key in keys]


def test_signatures_that_verifiers_disagree_about_are_judged_alike(page: Page) -> None:
    cases = [
        tuple(bytes.fromhex(each[name]) for name in ("message", "pub_key", "signature")) for each in SPECCHECK
    ]
    key, message = SigningKey.from_seed(KeyRole.LOG, bytes(range(32))), b"\xe7\xa4\xba\xe4\xbe\x8b"
    signature = key.sign(message)
    cases += [
        (message, key.public, each)
        for each in (
            signature,
            plus_order(signature),
            signature[:32] + bytes(32),
            bytes(64),
            signature[:-1],
            signature + b"\x00",
            signature[32:] + signature[:32],
        )
    ]
    body = """
      const { BadSignature } = await import("/static/check/errors.js");
      try { await module.verify(...each.map(bytes)); return true; }
      catch (fault) { if (fault instanceof BadSignature) return false; throw fault; }
    """
    told = _asked(page, "ed25519.js", body, [[_base64(k), _base64(m), _base64(s)] for m, k, s in cases])

    assert told == [_holds(*case) for case in cases]
    assert told.count(True) >= 1


def test_our_own_rules_hold_where_a_browser_is_lenient(browser: Browser) -> None:
    key = SigningKey.from_seed(KeyRole.LOG, bytes(range(32)))
    signature = key.sign(b"message")
    cases = [
        (key.public, signature),
        (key.public, plus_order(signature)),
        (key.public, signature + b"\x00"),
        *((small, signature) for small in SMALL_ORDER[:4]),
    ]
    body = """
      crypto.subtle.verify = async () => true;
      try { await module.verify(bytes(each[0]), new Uint8Array(), bytes(each[1])); return true; }
      catch { return false; }
    """
    with check_page(browser) as lenient:
        told = _asked(lenient, "ed25519.js", body, [[_base64(k), _base64(s)] for k, s in cases])

    assert told == [True] + [False] * 6


def _holds(message: bytes, key: bytes, signature: bytes) -> bool:
    try:
        verify(key, message, signature)
    except BadSignature:
        return False
    return True


def test_every_leaf_of_every_small_tree_is_found_where_it_is_and_nowhere_else(page: Page) -> None:
    cases: list[tuple[bytes, int, int, list[bytes], bytes]] = []
    for size in range(1, 12):
        leaves = [leaf_hash(bytes([number])) for number in range(size)]
        for index in range(size):
            proof: list[bytes] = list(path(index, leaves))
            for claimed in {index, (index + 1) % size, size}:
                cases.append((leaves[index], claimed, size, list(proof), mth(leaves)))
            cases.append((leaves[index], index, size, [*proof, bytes(32)], mth(leaves)))
            cases.append((leaves[index], index, size + 1, list(proof), mth(leaves)))
    body = """
      const [leaf, index, size, proof, root] = each;
      return module.isIncluded(bytes(leaf), BigInt(index), BigInt(size), proof.map(bytes), bytes(root));
    """
    sent = [
        [_base64(leaf), at, size, [_base64(each) for each in proof], _base64(root)]
        for leaf, at, size, proof, root in cases
    ]
    told = _asked(page, "inclusion.js", body, sent)

    assert told == [_is_included(*case) for case in cases]
    assert told.count(True) >= sum(range(1, 12))


def _is_included(leaf: bytes, index: int, size: int, proof: list[bytes], root: bytes) -> bool:
    try:
        check_inclusion(leaf, index, size, proof, root)  # type: ignore[arg-type]  # bytes are a hash here
    except InclusionMismatch:
        return False
    return True


def test_base58_has_one_spelling(page: Page) -> None:
    random = Random(_SEED)
    honest = [bytes(length) + random.randbytes(34 - length) for length in (0, 1, 2, 34)]
    texts = [base58_encode(data) for data in honest]
    odd = [texts[0].replace("z", "z1", 1), texts[0][1:], texts[0] + "0", "z" + "1" * 300, texts[0][:-1]]
    body = """
      const { MalformedEncoding } = await import("/static/check/errors.js");
      const { base64 } = await import("/static/check/bytes.js");
      try { return base64(module.fromBase58(each, 34)); }
      catch (fault) { if (fault instanceof MalformedEncoding) return null; throw fault; }
    """
    told = _asked(page, "multibase.js", body, texts + odd)

    assert told[: len(texts)] == [_base64(data) for data in honest]
    assert told[len(texts) :] == [None, None, None, None, None]
