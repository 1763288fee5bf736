"""What can be asked, and what a text means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.documents import Kind
from search.errors import FilterNotForKind, MalformedFilter, PageOutOfReach, UnknownFilter
from search.query import MAX_TEXT, MAX_WORDS, Filters, Hits, Plan, Query, parse_query, plan
from search.texts import text_key
from tests.search.builders import NORTH

NUMBER = f"{NORTH.prefix}253000001"


def meaning(text: str, kind: Kind = Kind.CERTIFICATE) -> Plan:
    return plan(Query(kind, text))


def test_a_blank_text_asks_for_everything() -> None:
    assert meaning("") == meaning(" 　\n") == Plan()


def test_a_text_without_a_word_has_no_hope() -> None:
    assert meaning("，。!").hopeless


def test_a_full_number_is_only_ever_compared_with_numbers() -> None:
    assert meaning(f" {NUMBER.lower()}") == Plan(equal=(("number", NUMBER),))
    assert meaning(NUMBER, Kind.INSTITUTION).hopeless is False
    assert meaning(NUMBER, Kind.INSTITUTION).equal == ()


def test_the_beginning_of_a_number_needs_eight_characters() -> None:
    assert meaning(NUMBER[:8]) == Plan(number_starts=(NUMBER[:8],))
    assert meaning(NUMBER[:21]) == Plan(number_starts=(NUMBER[:21],))
    assert meaning(NUMBER[:7]).number_starts == ()
    assert meaning(NUMBER + "1").number_starts == ()


def test_words_masks_and_codes_are_told_apart() -> None:
    assert meaning("电工 示**，长沙 6-31-01-03") == Plan(
        contained=("电工", "长沙"), keys=(text_key("示**"),), equal=(("occupation_code", "6-31-01-03"),)
    )


def test_more_than_a_document_could_answer_has_no_hope() -> None:
    words = [chr(0x4E00 + index) for index in range(MAX_WORDS + 1)]
    assert not meaning(" ".join(words[:-1])).hopeless
    assert meaning(" ".join(words)).hopeless
    assert not meaning("电" * MAX_TEXT).hopeless
    assert meaning("电" * (MAX_TEXT + 1)).hopeless
    assert meaning("电" * 10_000_000).hopeless


def test_repeated_words_count_once() -> None:
    assert meaning("电工 " * 20) == Plan(contained=("电工",))


@given(st.text(), st.sampled_from(Kind))
def test_every_text_has_a_meaning(text: str, kind: Kind) -> None:
    planned = meaning(text, kind)
    assert planned.hopeless or not text.strip() or planned != Plan()


def test_filters_are_read_from_pairs() -> None:
    query = parse_query(
        "电工", ["level=3", "year=2025", "state=valid", "bureau=430100"], page=2, page_size=50
    )
    filters = Filters(level=3, year=2025, state="valid", bureau="430100")
    assert query == Query(Kind.CERTIFICATE, "电工", filters, page=2, page_size=50)
    assert parse_query("", ["kind=institution"]) == Query(Kind.INSTITUTION)
    every = ["number=" + NUMBER, "prefix=" + NORTH.prefix, "occupation_code=6-31-01-03"]
    assert len(parse_query("", every).filters.given()) == 3


@pytest.mark.parametrize("pair", ["name=x", "", "level", "电工=3", "__class__=x", "page=2"])
def test_only_named_filters_exist(pair: str) -> None:
    with pytest.raises((UnknownFilter, MalformedFilter)):
        parse_query("", [pair])


@pytest.mark.parametrize(
    "pair",
    ["level=6", "level=", "level=３", "year=25", "year=202５", "prefix=S00004399", "bureau=长沙",
     "state=有效", "state=a b", "kind=person", "number=s000043990001253000001", "occupation_code=6-31",
     'state=x" OR 1'],
)  # fmt: skip
def test_a_filter_of_another_form_is_refused(pair: str) -> None:
    with pytest.raises(MalformedFilter) as caught:
        parse_query("", [pair])
    assert caught.value.key == pair.partition("=")[0]


def test_a_filter_may_be_given_once() -> None:
    with pytest.raises(MalformedFilter):
        parse_query("", ["level=3", "level=4"])


def test_institutions_have_neither_level_nor_year_nor_number() -> None:
    for filters in (Filters(level=3), Filters(year=2025), Filters(number=NUMBER)):
        with pytest.raises(FilterNotForKind):
            Query(Kind.INSTITUTION, filters=filters)


def test_pages_end_where_counting_ends() -> None:
    Query(Kind.CERTIFICATE, page=10, page_size=100)
    for page, size in ((0, 20), (-1, 20), (1, 0), (1, 101), (11, 100), (51, 20)):
        with pytest.raises(PageOutOfReach):
            Query(Kind.CERTIFICATE, page=page, page_size=size)


def test_a_total_says_when_there_is_more() -> None:
    query = Query(Kind.CERTIFICATE)
    assert (Hits.of(query, (), 1000).total, Hits.of(query, (), 1000).more) == (1000, False)
    assert (Hits.of(query, (), 1001).total, Hits.of(query, (), 1001).more) == (1000, True)
