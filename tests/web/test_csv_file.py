"""Tables as CSV: what a stranger typed stays text, whichever spreadsheet opens it."""

import csv
import io

import pytest

from web.csv_file import csv_text


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠"])
@pytest.mark.parametrize("before", ["", " ", "\u3000", "\t", "\n", "\r\n "])
def test_no_cell_begins_like_a_formula(before: str, sign: str) -> None:
    cell = f'{before}{sign}HYPERLINK("https://fake.example")'
    ((read,),) = csv.reader(io.StringIO(csv_text((cell,), ()).removeprefix("\ufeff"), newline=""))
    assert read == f"'{cell}"


def test_other_cells_stay_as_they_are() -> None:
    header, row = csv.reader(io.StringIO(csv_text(("甲", "=乙"), [("示例·甲", -1)]).removeprefix("\ufeff")))
    assert (header, row) == (["甲", "'=乙"], ["示例·甲", "-1"])
