"""Lists in pages, whatever page is asked for."""

import pytest
from starlette.requests import Request

from web.errors import MalformedRequest
from web.staff.paging import Pages, page_number


def asking(query: str) -> Request:
    return Request({"type": "http", "query_string": query.encode(), "headers": []})


def test_every_line_stands_on_one_page() -> None:
    lines = range(45)
    pages = [Pages(number, 20, len(lines), "/list") for number in (1, 2, 3)]
    assert [line for page in pages for line in page.cut(lines)] == list(lines)
    assert {page.pages for page in pages} == {3}


def test_a_page_beyond_the_end_is_the_last_one() -> None:
    beyond = Pages(99, 20, 45, "/list")
    assert (beyond.page, beyond.offset, list(beyond.cut(range(45)))) == (3, 40, [40, 41, 42, 43, 44])
    empty = Pages(7, 20, 0, "/list")
    assert (empty.page, empty.pages, empty.offset) == (1, 1, 0)


def test_other_pages_keep_what_was_asked() -> None:
    assert Pages(1, 20, 45, "/list").address(2) == "/list?page=2"
    assert Pages(1, 20, 45, "/list?q=x").address(2) == "/list?q=x&page=2"


@pytest.mark.parametrize("text", ["0", "-1", "01", "1.0", "100000", "0000000001" * 9, "９", "1 ", "x", ""])
def test_what_is_no_page_is_malformed(text: str) -> None:
    with pytest.raises(MalformedRequest):
        page_number(asking(f"page={text}"))


def test_without_a_page_it_is_the_first() -> None:
    assert page_number(asking("")) == 1
    assert page_number(asking("page=99999")) == 99_999
