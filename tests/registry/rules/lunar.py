"""The dates of the lunar festivals, computed from the sun and the moon to check the shipped table.

A month begins on the day of the new moon at Beijing, and the winter solstice falls in month 11. If
thirteen months begin between two of them, the first without a principal term (a multiple of 30° of
the sun's longitude) is the leap month.

Source: GB/T 33661-2017 for the calendar; J. Meeus, Astronomical Algorithms, chapters 25 and 49 for
the sun (0.01°, that is 15 minutes) and the new moon (less than a minute).
"""

from datetime import date, timedelta
from itertools import pairwise
from math import floor, radians, sin

_J2000_ORDINAL = date(2000, 1, 1).toordinal()
_BEIJING_DAYS = 8 / 24
_DELTA_T_DAYS = 70 / 86_400


def spring_festival(year: int) -> date:
    return _day_of(year, 1, 1)


def dragon_boat(year: int) -> date:
    return _day_of(year, 5, 5)


def mid_autumn(year: int) -> date:
    return _day_of(year, 8, 15)


def tomb_sweeping(year: int) -> date:
    return _beijing_day(_sun_reaches(15, date(year, 4, 5)))


def _day_of(year: int, month: int, day: int) -> date:
    return _months(year)[month] + timedelta(days=day - 1)


def _months(year: int) -> dict[int, date]:
    """First days of the months 1 to 8 of the lunar year that begins in `year`."""
    before = _beijing_day(_sun_reaches(270, date(year - 1, 12, 21)))
    after = _beijing_day(_sun_reaches(270, date(year, 12, 21)))
    starts = _new_moons(before - timedelta(days=30), after + timedelta(days=30))
    eleventh = max(start for start in starts if start <= before)
    next_eleventh = max(start for start in starts if start <= after)
    months = [start for start in starts if eleventh <= start <= next_eleventh]
    leap = None
    if len(months) == 14:
        terms = _principal_terms(year)
        for start, end in pairwise(months):
            if not any(start <= term < end for term in terms):
                leap = start
                break
    regular = [start for start in months if start != leap]
    # regular[0] is month 11 of the year before, regular[2] month 1.
    return {number: regular[number + 1] for number in range(1, 9)}


def _principal_terms(year: int) -> list[date]:
    around = [date(year - 1, 12, 21) + timedelta(days=30.44 * index) for index in range(14)]
    return [_beijing_day(_sun_reaches((270 + 30 * index) % 360, day)) for index, day in enumerate(around)]


def _sun_reaches(degrees: float, around: date) -> float:
    """Days (dynamical time) since 2000-01-01 12:00 at which the sun's longitude is `degrees`."""
    days = float(around.toordinal() - _J2000_ORDINAL)
    for _ in range(20):
        error = (degrees - _sun_longitude(days) + 180) % 360 - 180
        days += error * 365.2422 / 360
    return days


def _sun_longitude(days: float) -> float:
    t = days / 36_525
    anomaly = radians(357.52911 + 35_999.05029 * t - 0.0001537 * t * t)
    centre = (
        (1.914602 - 0.004817 * t) * sin(anomaly)
        + (0.019993 - 0.000101 * t) * sin(2 * anomaly)
        + 0.000289 * sin(3 * anomaly)
    )
    node = radians(125.04 - 1_934.136 * t)
    mean = 280.46646 + 36_000.76983 * t + 0.0003032 * t * t
    return (mean + centre - 0.00569 - 0.00478 * sin(node)) % 360


def _new_moons(start: date, end: date) -> list[date]:
    first = floor((start.toordinal() - _J2000_ORDINAL - 5) / 29.530588861)
    days = [_beijing_day(_new_moon(first + index)) for index in range(20)]
    return [day for day in days if start <= day <= end]


def _new_moon(k: int) -> float:
    t = k / 1236.85
    e = 1 - 0.002516 * t
    m = radians(2.5534 + 29.10535670 * k)
    mm = radians(201.5643 + 385.81693528 * k + 0.0107582 * t * t)
    f = radians(160.7108 + 390.67050284 * k - 0.0016118 * t * t)
    node = radians(124.7746 - 1.56375588 * k)
    mean = 2_451_550.09766 + 29.530588861 * k + 0.00015437 * t * t - 2_451_545.0
    return mean + sum(
        (
            -0.40720 * sin(mm),
            0.17241 * e * sin(m),
            0.01608 * sin(2 * mm),
            0.01039 * sin(2 * f),
            0.00739 * e * sin(mm - m),
            -0.00514 * e * sin(mm + m),
            0.00208 * e * e * sin(2 * m),
            -0.00111 * sin(mm - 2 * f),
            -0.00057 * sin(mm + 2 * f),
            0.00056 * e * sin(2 * mm + m),
            -0.00042 * sin(3 * mm),
            0.00042 * e * sin(m + 2 * f),
            0.00038 * e * sin(m - 2 * f),
            -0.00024 * e * sin(2 * mm - m),
            -0.00017 * sin(node),
            0.000325 * sin(radians(299.77 + 0.107408 * k - 0.009173 * t * t)),
            0.000165 * sin(radians(251.88 + 0.016321 * k)),
            0.000164 * sin(radians(251.83 + 26.651886 * k)),
            0.000126 * sin(radians(349.42 + 36.412478 * k)),
            0.000110 * sin(radians(84.66 + 18.206239 * k)),
        )
    )


def _beijing_day(days: float) -> date:
    noon_based = days - _DELTA_T_DAYS + _BEIJING_DAYS + 0.5
    return date.fromordinal(_J2000_ORDINAL + floor(noon_based))
