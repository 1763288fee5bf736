"""Certificates, their numbers and the people who hold them."""

from dataclasses import replace
from datetime import date
from itertools import islice
from typing import TypedDict, Unpack

from signing.commitment import Record
from web.demo.people import Person, people, resident_number


class RecordFields(TypedDict, total=False):
    """The fields that a test may set."""

    number: str
    masked_name: str
    name: str
    id_type: str
    id_number: str
    employer: str
    occupation_code: str
    occupation: str
    job: str
    level: str
    issued_on: str
    institution: str
    issuer: str


_RECORD = Record(
    number="S000043990001253000001",
    masked_name="示**",
    name="示例甲",
    id_type="201",
    id_number="430102199003074515",
    employer="",
    occupation_code="6-31-01-03",
    occupation="电工",
    job="",
    level="3",
    issued_on="2025-09-01",
    institution="S000043990001",
    issuer="示例评价机构",
)


def a_record(**over: Unpack[RecordFields]) -> Record:
    """The record of the design's worked example, with some fields replaced."""
    return replace(_RECORD, **over)


def a_number(serial: int = 1, *, prefix: str = "S000043990001", year: int = 2025, level: int = 3) -> str:
    """A certificate number put together from its parts."""
    return f"{prefix}{year % 100:02d}{level}{serial:06d}"


def an_id_number(sequence: int = 1, *, born_on: date = date(1990, 3, 7)) -> str:
    """A resident identity number with a right check character, in an area that does not exist."""
    return resident_number("439901", born_on, sequence)


def some_people(count: int, *, seed: int = 1, today: date = date(2025, 9, 1)) -> list[Person]:
    """So many invented people, always the same."""
    return list(islice(people(seed, today=today), count))
