"""The statutory holidays (法定节假日) of a year, for years without an official arrangement."""

from datetime import date, timedelta
from functools import cache

from registry.rules.data_files import read_table, shipped_text
from registry.rules.errors import RuleDataFault

_TABLE = "lunar_festivals.csv"
_AMENDED_FROM = 2025


@cache
def statutory_holidays(year: int) -> frozenset[date]:
    """The days that are off by law; no bridge days and no make-up days are guessed.

    From 2025 on: New Year's Day, the eve and the first three days of the Spring Festival,
    Tomb-sweeping Day, May 1 and 2, Dragon Boat Day, Mid-autumn Day, October 1 to 3. Before, the
    eve and May 2 were not among them. A year outside the shipped table of lunar dates (computed,
    2019 to 2040) has the fixed days only.
    Source: 全国年节及纪念日放假办法 art. 2, as amended with effect from 2025-01-01.
    """
    amended = year >= _AMENDED_FROM
    days = {date(year, 1, 1), date(year, 5, 1), *(date(year, 10, day) for day in (1, 2, 3))}
    if amended:
        days.add(date(year, 5, 2))
    festivals = _lunar_festivals().get(year)
    if festivals is not None:
        spring, *others = festivals
        days.update(spring + timedelta(days=offset) for offset in range(-1 if amended else 0, 3))
        days.update(others)
    return frozenset(days)


@cache
def _lunar_festivals() -> dict[int, tuple[date, ...]]:
    columns = ("year", "spring_festival", "tomb_sweeping", "dragon_boat", "mid_autumn")
    festivals: dict[int, tuple[date, ...]] = {}
    for line, row in read_table(shipped_text(_TABLE), _TABLE, columns):
        try:
            festivals[int(row["year"])] = tuple(date.fromisoformat(row[name]) for name in columns[1:])
        except ValueError as fault:
            raise RuleDataFault(_TABLE, line, columns[0]) from fault
    return festivals
