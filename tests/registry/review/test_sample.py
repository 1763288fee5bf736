"""The random sample: drawn again alike by anyone, spread over the rows, and never of refused ones."""

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from registry.review.laying import drawn_rows
from registry.review.sample import DrawnFor, SampleRule, draw, sample_seed
from tests.registry.review.desks import BATCH, MAC, OUTLINE


def test_the_seed_is_what_anyone_computes_from_the_public_entry() -> None:
    assert sample_seed(DrawnFor.BUREAU, BATCH, MAC) == sha256(b"skillcert/sample/v1\0" + BATCH + MAC).digest()
    province = sha256(b"skillcert/sample/province/v1\0" + BATCH + MAC).digest()
    assert sample_seed(DrawnFor.PROVINCE, BATCH, MAC) == province


def test_rows_are_ranked_by_seed_and_number() -> None:
    seed = b"\x01" * 32
    by_hand = sorted(range(2, 102), key=lambda row: sha256(seed + row.to_bytes(4, "big")).digest())[:5]
    assert draw(seed, range(2, 102), SampleRule(5, 1)) == tuple(sorted(by_hand))
    assert draw(seed, reversed(range(2, 102)), SampleRule(5, 1)) == tuple(sorted(by_hand))


@given(st.integers(0, 5000), st.integers(0, 100), st.integers(0, 50))
def test_a_sample_has_its_share_and_its_least_number(population: int, percent: int, least: int) -> None:
    size = SampleRule(percent, least).size(population)
    assert size <= population
    assert size >= min(population, least)
    assert size * 100 >= population * percent or size == population


def test_a_refused_row_is_never_drawn_and_the_province_draws_levels_1_and_2() -> None:
    everything = SampleRule(100, 0)
    assert drawn_rows(OUTLINE, DrawnFor.BUREAU, everything) == (2, 3, 5, 6, 7, 8, 10, 11, 12, 13)
    assert drawn_rows(OUTLINE, DrawnFor.PROVINCE, everything) == (2, 3, 10)
