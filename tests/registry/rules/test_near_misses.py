"""One slip of the pen is recognised, two are not, and a tie says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.rules.near_misses import NameIndex

INDEX = NameIndex(["互联网营销师", "养老护理员", "医疗护理员", "电工", "焊工", "保育师"])


@pytest.mark.parametrize(
    "text", ["互联网营销员", "互联网营销", "互联网营销师师", "互联网销营师", "网联网营销师"]
)
def test_one_slip_is_recognised(text: str) -> None:
    assert INDEX.nearest(text) == "互联网营销师"


@pytest.mark.parametrize("text", ["互联网销售员", "联网营销", "护理员", "钳工", "", "X"])
def test_more_than_one_slip_or_too_short_a_text_is_not(text: str) -> None:
    assert INDEX.nearest(text) is None


def test_a_tie_says_nothing() -> None:
    assert NameIndex(["普通车工", "普通铣工"]).nearest("普通磨工") is None


words = st.text("甲乙丙丁", min_size=3, max_size=6)


@given(st.lists(words, max_size=6), words)
@settings(deadline=None)
def test_the_index_finds_what_comparing_with_every_name_finds(names: list[str], text: str) -> None:
    close = {name for name in names if len(name) >= 3 and _distance(text, name) <= 1}
    assert NameIndex(names).nearest(text) == (close.pop() if len(close) == 1 else None)


def _distance(a: str, b: str) -> int:
    """Optimal string alignment distance, by its definition."""
    rows = [[i + j if not i or not j else 0 for j in range(len(b) + 1)] for i in range(len(a) + 1)]
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            rows[i][j] = min(
                rows[i - 1][j] + 1, rows[i][j - 1] + 1, rows[i - 1][j - 1] + (a[i - 1] != b[j - 1])
            )
            if i > 1 and j > 1 and a[i - 1] == b[j - 2] and a[i - 2] == b[j - 1]:
                rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1)
    return rows[-1][-1]
