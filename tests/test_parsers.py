"""Arbitrary and mutated bytes give a value or the room's own error, and what is accepted has one spelling."""

import inspect
import json
import pkgutil
from copy import deepcopy
from importlib import import_module
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import signing
from registry import ledger, national, witnessing
from signing.encoding import Json
from tests.parsers import Parser, parsers

NAMES = [parser.name for parser in parsers()]
SLOW = {"read_codes": 15}


def _examples(parser: Parser) -> int:
    return SLOW.get(parser.name, 40)


def _read(parser: Parser, data: bytes) -> None:
    try:
        value = parser.read(data)
    except parser.error:
        return
    if parser.write is not None:
        assert parser.write(value) == data


@pytest.mark.parametrize("parser", parsers(), ids=str)
def test_honest_bytes_are_accepted(parser: Parser) -> None:
    """A list of samples that nothing accepts would make every other test here pass."""
    accepted = 0
    for sample in parser.samples:
        _read(parser, sample)
        try:
            parser.read(sample)
        except parser.error:
            continue
        accepted += 1
    assert accepted or parser.name == "check_proof"


@pytest.mark.parametrize("parser", parsers(), ids=str)
def test_arbitrary_bytes_are_a_value_or_the_rooms_error(parser: Parser) -> None:
    @settings(max_examples=_examples(parser), deadline=None)
    @given(st.binary(max_size=120))
    def read(data: bytes) -> None:
        _read(parser, data)

    read()


@pytest.mark.parametrize("parser", parsers(), ids=str)
def test_mutated_bytes_are_a_value_or_the_rooms_error(parser: Parser) -> None:
    @settings(
        max_examples=_examples(parser), deadline=None, suppress_health_check=[HealthCheck.data_too_large]
    )
    @given(mutations(parser.samples))
    def read(data: bytes) -> None:
        _read(parser, data)

    read()


JSON_SAMPLES = {
    parser.name: tuple(each for each in parser.samples if each.startswith(b"{")) for parser in parsers()
}


@pytest.mark.parametrize("parser", [each for each in parsers() if JSON_SAMPLES[each.name]], ids=str)
def test_json_of_another_shape_is_a_value_or_the_rooms_error(parser: Parser) -> None:
    """Canonical bytes, so that the mutation reaches what looks at kinds and fields."""

    @settings(max_examples=_examples(parser), deadline=None)
    @given(reshaped(JSON_SAMPLES[parser.name]))
    def read(data: bytes) -> None:
        _read(parser, data)

    read()


_OTHERS: list[Json] = [
    None,
    True,
    False,
    0,
    -1,
    1.5,
    2**53,
    1e300,
    "",
    "x",
    "示",
    [],
    [[]],
    [{}],
    {},
    {"": None},
]


@st.composite
def reshaped(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """Honest JSON in which one or two places hold something else, nothing, or more."""
    value: Json = json.loads(draw(st.sampled_from(samples)))
    for _ in range(draw(st.integers(1, 2))):
        _reshape(draw, value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def _reshape(draw: st.DrawFn, value: Json) -> None:
    while isinstance(value, dict | list) and value:
        key: Any = draw(st.sampled_from(sorted(value) if isinstance(value, dict) else range(len(value))))
        inside: Json = value[key]
        if isinstance(inside, dict | list) and inside and draw(st.booleans()):
            value = inside
            continue
        # A copy: the next reshaping may go on inside it.
        other = deepcopy(draw(st.sampled_from(_OTHERS)))
        kind = draw(st.sampled_from(["replace", "remove", "wrap", "add"]))
        if kind == "replace":
            value[key] = other
        elif kind == "remove":
            del value[key]
        elif kind == "wrap":
            value[key] = [inside]
        elif isinstance(value, dict):
            value[draw(st.sampled_from(["", "v", "type", "proof", "x"]))] = other
        else:
            value.append(other)
        return


_PIECES = [
    b"\n",
    b"\r",
    b" ",
    b"\x00",
    b"0",
    b"+",
    b"=",
    b'"',
    b",",
    b"null",
    b"true",
    b"1e3",
    b"\xff",
    b"\\ud800",
]


@st.composite
def mutations(draw: st.DrawFn, samples: tuple[bytes, ...]) -> bytes:
    """One to three flips, cuts, insertions, doublings or splices of honest bytes."""
    data = draw(st.sampled_from(samples))
    for _ in range(draw(st.integers(1, 3))):
        start = draw(st.integers(0, len(data)))
        end = draw(st.integers(start, min(len(data), start + 40)))
        kind = draw(st.sampled_from(["flip", "cut", "insert", "double", "splice", "truncate"]))
        if kind == "flip" and start < len(data):
            altered = data[start] ^ draw(st.integers(1, 255))
            data = data[:start] + bytes([altered]) + data[start + 1 :]
        elif kind == "cut":
            data = data[:start] + data[end:]
        elif kind == "insert":
            piece = draw(st.sampled_from(_PIECES) | st.binary(max_size=4))
            data = data[:start] + piece + data[start:]
        elif kind == "double":
            data = data[:end] + data[start:]
        elif kind == "splice":
            other = draw(st.sampled_from(samples))
            data = data[:start] + other[draw(st.integers(0, len(other))) :]
        elif kind == "truncate":
            data = data[:start]
    return data


def test_every_parser_of_untrusted_bytes_is_in_the_list() -> None:
    listed = {name.rpartition(".")[2] for name in NAMES}
    assert len(set(NAMES)) == len(NAMES)
    for room in (signing, ledger, national, witnessing):
        for module in pkgutil.iter_modules(room.__path__, f"{room.__name__}."):
            if module.ispkg:
                continue
            members = inspect.getmembers(import_module(module.name), inspect.isfunction)
            public = {name for name, each in members if each.__module__ == module.name}
            missing = {name for name in public if name.startswith("parse_")} - listed
            assert not missing, f"{module.name}: {missing} are in no fuzz test"
