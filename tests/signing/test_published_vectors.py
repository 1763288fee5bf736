"""Vectors that others published for what everything here rests on: Ed25519 and canonical JSON."""

import json
import struct
from collections.abc import Iterator
from hashlib import sha256
from itertools import islice
from math import isfinite
from pathlib import Path
from typing import Any

import pytest

from signing.encoding import canonical_json, parse_json
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import KeyRole, SigningKey, verify

VECTORS = Path(__file__).parent / "vectors"
TEXTS = ("arrays", "french", "structures", "unicode", "values", "weird")

# RFC 8785 appendix B: the bits of a number, and how it is written.
NUMBERS = [
    ("0000000000000000", "0"),
    ("8000000000000000", "0"),
    ("0000000000000001", "5e-324"),
    ("8000000000000001", "-5e-324"),
    ("7fefffffffffffff", "1.7976931348623157e+308"),
    ("ffefffffffffffff", "-1.7976931348623157e+308"),
    ("4340000000000000", "9007199254740992"),
    ("c340000000000000", "-9007199254740992"),
    ("4430000000000000", "295147905179352830000"),
    ("44b52d02c7e14af5", "9.999999999999997e+22"),
    ("44b52d02c7e14af6", "1e+23"),
    ("44b52d02c7e14af7", "1.0000000000000001e+23"),
    ("444b1ae4d6e2ef4e", "999999999999999700000"),
    ("444b1ae4d6e2ef4f", "999999999999999900000"),
    ("444b1ae4d6e2ef50", "1e+21"),
    ("3eb0c6f7a0b5ed8c", "9.999999999999997e-7"),
    ("3eb0c6f7a0b5ed8d", "0.000001"),
    ("41b3de4355555553", "333333333.3333332"),
    ("41b3de4355555554", "333333333.33333325"),
    ("41b3de4355555555", "333333333.3333333"),
    ("41b3de4355555556", "333333333.3333334"),
    ("41b3de4355555557", "333333333.33333343"),
    ("becbf647612f3696", "-0.0000033333333333333333"),
    ("43143ff3c1cb0959", "1424953923781206.2"),
]


def _read(name: str) -> Any:
    return json.loads((VECTORS / name).read_bytes())


@pytest.mark.parametrize("vector", _read("ed25519/rfc8032.json"), ids=lambda vector: vector["name"])
def test_the_signatures_of_rfc_8032_are_made_again(vector: dict[str, str]) -> None:
    """Section 7.1, all five."""
    key = SigningKey.from_seed(KeyRole.LOG, bytes.fromhex(vector["seed"]))
    message, signature = bytes.fromhex(vector["message"]), bytes.fromhex(vector["signature"])
    assert key.public.hex() == vector["public"]
    assert key.sign(message) == signature
    verify(key.public, message, signature)


def test_every_case_of_wycheproof_comes_out_as_it_should() -> None:
    """Malleable, truncated, padded and non-canonical signatures among them."""
    document = _read("ed25519/wycheproof.json")
    seen = {"valid": 0, "invalid": 0}
    for group in document["testGroups"]:
        public = bytes.fromhex(group["publicKey"]["pk"])
        for case in group["tests"]:
            message, signature = bytes.fromhex(case["msg"]), bytes.fromhex(case["sig"])
            seen[case["result"]] += 1
            if case["result"] == "valid":
                verify(public, message, signature)
            else:
                with pytest.raises(BadSignature):
                    verify(public, message, signature)
    assert sum(seen.values()) == document["numberOfTests"] == 151
    assert seen["invalid"] == 63


@pytest.mark.parametrize("name", TEXTS)
def test_the_texts_of_rfc_8785_are_canonicalized_as_published(name: str) -> None:
    given, wanted = (
        (VECTORS / "rfc8785" / each / f"{name}.json").read_bytes() for each in ("input", "output")
    )
    assert canonical_json(parse_json(given)) == wanted


@pytest.mark.parametrize(("bits", "text"), NUMBERS)
def test_the_numbers_of_rfc_8785_are_written_as_published(bits: str, text: str) -> None:
    assert canonical_json(_number(bytes.fromhex(bits), ">d")) == text.encode()


@pytest.mark.parametrize("bits", ["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])
def test_what_is_no_number_has_no_canonical_form(bits: str) -> None:
    with pytest.raises(MalformedEncoding):
        canonical_json(_number(bytes.fromhex(bits), ">d"))


def test_ten_thousand_numbers_hash_as_published() -> None:
    lines = (
        f"{struct.unpack('<Q', struct.pack('<d', number))[0]:x},{canonical_json(number).decode()}\n"
        for number in islice(_numbers(), 10_000)
    )
    digest = sha256("".join(lines).encode()).hexdigest()
    assert digest == "b9f7a8e75ef22a835685a52ccba7f7d6bdc99e34b010992cbc5864cd12be6892"


def _number(data: bytes, form: str) -> float:
    return float(struct.unpack(form, data)[0])


def _numbers() -> Iterator[float]:
    """The sequence that the published digests are of: awkward ones, the smallest, then hashes as numbers."""
    for bits in (VECTORS / "rfc8785" / "numbers.txt").read_text().split():
        yield _number(bytes.fromhex(bits), ">d")
    for position in range(2_000):
        yield _number(struct.pack("<Q", 0x0010000000000000 + position), "<d")
    block = bytes(32)
    while True:
        block = sha256(block).digest()
        yield from (each for each in struct.unpack("<4d", block) if each != 0 and isfinite(each))
