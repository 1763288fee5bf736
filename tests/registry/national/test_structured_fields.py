"""Structured field values: one spelling, and nothing read in two ways."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.errors import MalformedMessage
from registry.national.structured_fields import (
    InnerList,
    Item,
    Member,
    Text,
    Token,
    parse_dictionary,
    serialise,
)

_KEYS = st.from_regex(r"[a-z*][a-z0-9_\-.*]{0,8}", fullmatch=True)
_PRINTABLE = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), max_size=12)
_BARE = st.one_of(
    st.integers(-(10**15) + 1, 10**15 - 1),
    st.booleans(),
    st.binary(max_size=40),
    _PRINTABLE.map(Text),
    st.from_regex(r"[A-Za-z*][!#$%&'*+\-.^_`|~0-9A-Za-z:/]{0,8}", fullmatch=True).map(Token),
)
_PARAMETERS = st.dictionaries(_KEYS, _BARE, max_size=3).map(lambda each: tuple(each.items()))
_ITEMS = st.builds(Item, _BARE, _PARAMETERS)
_LISTS = st.builds(InnerList, st.lists(_ITEMS, max_size=4).map(tuple), _PARAMETERS)
_MEMBERS: st.SearchStrategy[Member] = st.one_of(_ITEMS, _LISTS)


@given(st.dictionaries(_KEYS, _MEMBERS, min_size=1, max_size=4))
def test_what_is_serialised_is_read_back(members: dict[str, Member]) -> None:
    text = ", ".join(f"{key}={serialise(member)}" for key, member in members.items())
    found = parse_dictionary(text)
    assert found == members
    assert list(found) == list(members)


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        parse_dictionary(text)
    except MalformedMessage:
        return


def test_legal_spellings_of_one_value_are_read() -> None:
    expected = {"a": InnerList((Item(Text("x")), Item(2)), (("p", True),)), "b": Item(True)}
    assert parse_dictionary('a=("x" 2);p, b') == expected
    assert parse_dictionary('  a=( "x"   2 ); p=?1\t,\tb=?1 ') == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "a=1,",
        "a=1 b=2",
        "a=1, a=2",
        "a=1;p=1;p=2",
        "a=(1 2",
        'a=("x""y")',
        'a="\\x"',
        'a="é"',
        "a=:AA:",
        "a=:AB==:",
        "a=1.5",
        "a=1234567890123456",
        "a=٣",
        "A=1",
        "a=?2",
        "a=" + "1" * 9000,
    ],
)
def test_what_is_not_one_value_is_refused(text: str) -> None:
    with pytest.raises(MalformedMessage):
        parse_dictionary(text)
