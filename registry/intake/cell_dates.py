"""A civil date as spreadsheets and people write it."""

import re
import unicodedata
from datetime import date, timedelta

from registry.intake.errors import MalformedDate
from registry.rules.text import clean_cell

_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_SPOKEN = re.compile(r"([0-9]{4})(?:[-/.]|年)([0-9]{1,2})(?:[-/.]|月)([0-9]{1,2})日?(?: [0-9:.]+)?")
_COMPACT = re.compile(r"(20[0-9]{2})([0-9]{2})([0-9]{2})")
_SERIAL = re.compile(r"([0-9]{5})(?:\.[0-9]+)?")

_SERIAL_ZERO = date(1899, 12, 30)
_FIRST_SERIAL, _LAST_SERIAL = 36_526, 73_050
"""2000-01-01 to 2099-12-31: other numbers of five digits are no dates of a certificate."""


def parse_cell_date(text: str) -> date:
    """The day in a cell: YYYY-MM-DD, or what a spreadsheet makes of it (2025/9/1, 2025年9月1日, 45901).

    Only spellings with one meaning are read: the year comes first, and a serial number counts from 1900.

    Raises:
        MalformedDate: no day that exists, or a spelling that could mean several.
    Source: 2025-14 Form 5 (附件5): YYYY-MM-DD; ECMA-376 part 1, 18.17.4.1 for serial numbers.
    """
    found = _ISO.fullmatch(text)
    if found is None:
        text = unicodedata.normalize("NFKC", clean_cell(text))
        serial = _SERIAL.fullmatch(text)
        if serial is not None and _FIRST_SERIAL <= int(serial[1]) <= _LAST_SERIAL:
            return _SERIAL_ZERO + timedelta(days=int(serial[1]))
        found = _SPOKEN.fullmatch(text) or _COMPACT.fullmatch(text)
        if found is None:
            raise MalformedDate
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError as fault:
        raise MalformedDate from fault
