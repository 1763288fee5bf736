"""Each statistic as a figure: its chart, and the table that says the same."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from registry.filing.model import Category
from registry.tally.statistics import Rate, Unit
from web.charts.drawing import Drawings
from web.charts.specs import Bar, Spec, Stack, bars, columns, shortened
from web.staff.statistics.tables import (
    Answer,
    Table,
    Topic,
    by_month,
    category_name,
    percent,
    ranked_rates,
    reason_text,
    table,
    topics,
)

MOST_BARS = 15


@dataclass(frozen=True)
class Figure:
    """One statistic on the page. `picture` is None where there is nothing to draw.

    `series` are the names of the chart's colours, in their order; `left_out` rows are in the table only.
    """

    topic: Topic
    title: str
    table: Table
    picture: Markup | None
    series: tuple[str, ...] = ()
    left_out: int = 0


def figures(answer: Answer, drawings: Drawings) -> Sequence[Figure]:
    """All of them, in the order of the page."""
    return [_figure(topic, answer, drawings) for topic in topics(answer)]


def _figure(topic: Topic, answer: Answer, drawings: Drawings) -> Figure:
    shown = table(topic, answer)
    key = "title.units.prefix" if _of_institutions(topic, answer) else f"title.{topic.value}"
    title = answer.t(key)
    spec, left_out = _SPECS[topic](answer)
    picture = None
    if spec is not None:
        text = answer.t("described", title=title, count=len(shown.rows))
        picture = drawings.draw(spec, name=f"figure-{topic.value}", title=title, description=text)
    series = tuple(category_name(answer, each) for each in Category) if topic is Topic.MONTHS else ()
    return Figure(topic, title, shown, picture, series, left_out)


def _of_institutions(topic: Topic, answer: Answer) -> bool:
    return topic is Topic.UNITS and answer.question.unit is Unit.INSTITUTION


Drawn = tuple[Spec | None, int]


def _months(answer: Answer) -> Drawn:
    if not answer.found.months:
        return None, 0
    counted = by_month(answer)
    stacks = [Stack(month, [of.get(each.value, 0) for each in Category]) for month, of in counted.items()]
    return columns(stacks, [category_name(answer, each) for each in Category]), 0


def _units(answer: Answer) -> Drawn:
    ranked = sorted(answer.found.units, key=lambda each: (-each[1], each[0]))
    return _bars([(answer.unit_label(unit), count) for unit, count in ranked])


def _counts(answer: Answer, *, topic: Topic) -> Drawn:
    """Bars from the first and the last column of the table."""
    return _bars([(str(row[0]), int(row[-1])) for row in table(topic, answer).rows])


def _occupations(answer: Answer) -> Drawn:
    """An occupation with all its 工种: apart they are in the table."""
    counted: dict[tuple[str, str], int] = {}
    for each in answer.found.skills:
        kind = (each.occupation_code, each.occupation)
        counted[kind] = counted.get(kind, 0) + each.count
    ranked = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return _bars([(occupation, count) for (_, occupation), count in ranked])


def _reasons(answer: Answer) -> Drawn:
    ranked = sorted(answer.found.reasons, key=lambda each: (-each[2], each[0], each[1]))
    return _bars([(reason_text(answer, kind, code), count) for kind, code, count in ranked])


def _bars(counted: Sequence[tuple[str, int]]) -> Drawn:
    if not any(count for _, count in counted):
        return None, 0
    shown = [Bar(shortened(label), count, f"{count:,}") for label, count in counted[:MOST_BARS]]
    return bars(shown), max(len(counted) - MOST_BARS, 0)


def _rates(answer: Answer, *, of: Callable[[Answer], Sequence[Rate]]) -> Drawn:
    ranked = ranked_rates(answer, of(answer))
    if not ranked:
        return None, 0
    shown = [
        Bar(
            shortened(answer.unit_label(each.unit)),
            each.share,
            f"{percent(each.share)} ({each.on_time:,}/{each.total:,})",
        )
        for each in ranked[:MOST_BARS]
    ]
    return bars(shown, most=1), max(len(ranked) - MOST_BARS, 0)


_SPECS: Mapping[Topic, Callable[[Answer], Drawn]] = {
    Topic.MONTHS: _months,
    Topic.UNITS: _units,
    Topic.LEVELS: partial(_counts, topic=Topic.LEVELS),
    Topic.CATEGORIES: partial(_counts, topic=Topic.CATEGORIES),
    Topic.OCCUPATIONS: _occupations,
    Topic.UPLOADS: partial(_rates, of=lambda answer: answer.found.uploads),
    Topic.REVIEWS: partial(_rates, of=lambda answer: answer.found.reviews),
    Topic.REASONS: _reasons,
}
