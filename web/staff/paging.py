"""Lists in pages. A page beyond the end, because the list grew shorter meanwhile, is the last one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from starlette.requests import Request

from web.errors import MalformedRequest

# Nobody turns more pages than this, and no number that a database could not count by gets through.
_NUMBER = re.compile(r"[1-9][0-9]{0,4}")
_T = TypeVar("_T")


@dataclass(frozen=True)
class Pages:
    """One page of a list, as the pager draws it. `list` is the address of the list."""

    asked: int
    size: int
    total: int
    list: str

    @property
    def pages(self) -> int:
        """How many there are, at least one."""
        return max(1, -(-self.total // self.size))

    @property
    def page(self) -> int:
        """Which one is shown."""
        return min(self.asked, self.pages)

    @property
    def offset(self) -> int:
        """How many lines stand before this page."""
        return (self.page - 1) * self.size

    def cut(self, lines: Sequence[_T]) -> Sequence[_T]:
        """This page's lines out of all."""
        return lines[self.offset : self.offset + self.size]

    def address(self, page: int) -> str:
        """The address of another page."""
        return f"{self.list}{'&' if '?' in self.list else '?'}page={page}"


def page_number(request: Request) -> int:
    """The page that was asked for. Raises: MalformedRequest."""
    text = request.query_params.get("page", "1")
    if not _NUMBER.fullmatch(text):
        raise MalformedRequest("page")
    return int(text)
