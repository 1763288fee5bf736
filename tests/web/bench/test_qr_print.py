"""A code printed at 22 mm by 300 dots an inch is read turned, blurred, faded, dark, noisy and compressed."""

from dataclasses import replace

import pytest

from signing.qr_image import qr_symbol
from tests.signing.sample_forms import FORM_KEYS, make_qr_text, statement
from web.bench.qr_codes import shares_read
from web.bench.qr_print import BEYOND, REQUIRED, SMALLEST_MM, TURNS, Treatment, photographed, printed, reads

# As long as a code of a province's own site is.
TEXT = make_qr_text(replace(statement(), origin="https://zhengshu.example.gov.cn"), FORM_KEYS)


def test_the_code_is_three_dots_a_module_at_the_smallest_print() -> None:
    symbol, modules = qr_symbol(TEXT)
    assert (symbol, modules) == ("15-M", 85)
    assert SMALLEST_MM / 25.4 * 300 / modules > 3


@pytest.mark.parametrize("name", REQUIRED)
def test_the_smallest_print_is_read_at_every_turn(name: str) -> None:
    assert reads(TEXT, REQUIRED[name], side_mm=SMALLEST_MM) == len(TURNS)


@pytest.mark.parametrize("name", ["模糊 2 点"])
def test_the_print_of_the_sheet_bears_more(name: str) -> None:
    assert reads(TEXT, BEYOND[name], side_mm=36) == len(TURNS)
    # Where it ends is an unread code, never another text.
    assert reads(TEXT, BEYOND[name], side_mm=SMALLEST_MM) == 0


def test_the_table_has_a_row_for_each_treatment_and_a_share_for_each_size() -> None:
    shares = shares_read([TEXT], lambda *_: None, sides_mm=(SMALLEST_MM, 36), turns=(0, 11))
    assert set(shares) == {*REQUIRED, *BEYOND}
    assert shares["完好"] == [1.0, 1.0]
    assert shares["模糊 2 点"] == [0.0, 1.0]


def test_nothing_in_the_measurement_is_left_to_chance() -> None:
    everything = Treatment(1, 0.6, 0.5, 12, 0.1, 60)
    pictures = {photographed(printed(TEXT, side_mm=SMALLEST_MM), everything, turned=11) for _ in range(2)}
    assert len(pictures) == 1
