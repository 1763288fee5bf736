"""What a measurement says of its numbers."""

import pytest

from web.bench.measurement import Bound, Measurement, Requirement, p99, paired_ratio, side


def test_side_counts_pieces_not_samples() -> None:
    found = side("ours", [1.0, 2.0, 4.0], pieces=100)
    assert (found.samples, found.median_seconds, found.p99_seconds) == (3, 0.02, 0.04)
    assert found.per_second == pytest.approx(50)


def test_one_slow_answer_in_a_hundred_is_the_tail() -> None:
    assert p99([0.1] * 99 + [9.0]) == 9.0
    assert p99([0.1] * 199 + [9.0]) == 0.1


def test_ratio_is_made_round_by_round() -> None:
    # Both sides of the last round were slowed down by something else, and it tells the same as the others.
    assert paired_ratio([2.0, 2.2, 20.0], [1.0, 1.1, 10.0]) == pytest.approx(2.0)


@pytest.mark.parametrize(
    ("bound", "got", "met"),
    [
        (Bound.AT_LEAST, 0.5, True),
        (Bound.AT_LEAST, 0.49, False),
        (Bound.AT_MOST, 0.5, True),
        (Bound.AT_MOST, 0.51, False),
    ],
)
def test_goal_is_met_up_to_its_bound(bound: Bound, got: float, met: bool) -> None:
    requirement = Requirement("比值", got, bound, 0.5, "×")
    assert requirement.met is met
    assert Measurement({}, (), (requirement,)).met is met
