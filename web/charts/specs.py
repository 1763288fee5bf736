"""What each kind of chart looks like, as Vega-Lite.

Labels are drawn by us beside the bars, at widths that we count ourselves: where a library measures Chinese
text with whatever font a server has, the same page would come out differently on each. Colours are names
here; the page's style sheet says what they are, by day, by night and on paper (`web.charts.drawing`).
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

Spec = Mapping[str, Any]

WIDTH: Final = 420
_TEXT: Final = 14
_NARROW: Final = 8
_SMALL: Final = 13
_LONGEST_LABEL: Final = 12 * _TEXT
_ROW: Final = 30
_GAP: Final = 10
_MONTHS_HEIGHT: Final = 200
_MOST_MONTH_LABELS: Final = 5

INK, SOFT, GRID, TRACK = "#000001", "#000002", "#000003", "#000004"
SERIES = ("#000011", "#000012")
GOOD = "#000013"


@dataclass(frozen=True)
class Bar:
    """One bar: what it is called, how long it is, and what is written at its end."""

    label: str
    value: float
    text: str


@dataclass(frozen=True)
class Stack:
    """One column of several parts, the lowest first."""

    label: str
    values: Sequence[int]


def bars(given: Sequence[Bar], *, most: float | None = None) -> Spec:
    """Lying bars, one below the other in the order given. With `most` each lies in a track that long."""
    left = max((_width(each.label) for each in given), default=0) + _GAP
    right = max((_width(each.text) for each in given), default=0) + _GAP
    length = max(WIDTH - left - right, 120)
    reach = most or max((each.value for each in given), default=0) or 1
    rows = [
        {"at": at, "label": each.label, "value": each.value, "text": each.text, "most": reach}
        for at, each in enumerate(given)
    ]
    x = {"type": "quantitative", "axis": None, "scale": {"domain": [0, reach], "nice": False}}
    bar = {"type": "bar", "height": _ROW - 12}
    layers: list[Spec] = []
    if most is not None:
        layers.append({"mark": {**bar, "color": TRACK}, "encoding": {"x": {"field": "most", **x}}})
    layers += [
        {
            "mark": {**bar, "color": SERIES[0] if most is None else GOOD},
            "encoding": {"x": {"field": "value", **x}},
        },
        {
            "mark": {"type": "text", "align": "right", "dx": -_GAP, "color": INK},
            "encoding": {"x": {"value": 0}, "text": {"field": "label"}},
        },
        {
            "mark": {"type": "text", "align": "left", "dx": _GAP, "color": INK},
            "encoding": {
                "x": {"value": length} if most is not None else {"field": "value", **x},
                "text": {"field": "text"},
            },
        },
    ]
    return _chart(
        rows,
        width=length,
        height=_ROW * max(len(given), 1),
        padding={"left": left, "right": right, "top": 2, "bottom": 2},
        layer=layers,
        encoding={"y": {"field": "at", "type": "ordinal", "axis": None, "scale": {"padding": 0}}},
    )


def columns(given: Sequence[Stack], series: Sequence[str]) -> Spec:
    """Standing columns, side by side in the order given, each of as many parts as there are series.

    What the colours of the series mean is for the page to say: the classes `chart-1`, `chart-2` are theirs.
    """
    rows = [
        {"month": each.label, "series": name, "order": order, "count": value}
        for each in given
        for order, (name, value) in enumerate(zip(series, each.values, strict=True))
    ]
    top = max((sum(each.values) for each in given), default=0)
    apart = -(-len(given) // _MOST_MONTH_LABELS)
    shown = [each.label for each in given][::apart] if given else []
    left = _width(f"{top:,}") + _GAP + 6
    return _chart(
        rows,
        width=WIDTH - left - _GAP,
        height=_MONTHS_HEIGHT,
        padding={"left": left, "right": _GAP, "top": 10, "bottom": 30},
        mark={"type": "bar"},
        encoding={
            "x": {
                "field": "month",
                "type": "ordinal",
                "sort": None,
                "title": None,
                "scale": {"paddingInner": 0.25, "paddingOuter": 0.1},
                "axis": {"values": shown, "labelAngle": 0, "ticks": False, "labelOverlap": False},
            },
            "y": {
                "field": "count",
                "type": "quantitative",
                "title": None,
                # Certificates are whole: four of them need no line at one and a half.
                "axis": {"tickMinStep": 1, "tickCount": 4, "format": ",d", "domain": False, "ticks": False},
            },
            "color": {
                "field": "series",
                "type": "nominal",
                "sort": None,
                "scale": {"domain": list(series), "range": list(SERIES[: len(series)])},
                "legend": None,
            },
            "order": {"field": "order"},
        },
    )


def shortened(text: str) -> str:
    """A label that leaves room for its bar; the table below has the whole name."""
    if _width(text) <= _LONGEST_LABEL:
        return text
    kept = text
    while _width(kept) > _LONGEST_LABEL - _TEXT:
        kept = kept[:-1]
    return f"{kept.rstrip()}…"


def _width(text: str) -> int:
    """How wide a text is at most: a Chinese character as wide as it is high, others a little over half."""
    return sum(_TEXT if unicodedata.east_asian_width(each) in "WFA" else _NARROW for each in text)


def _chart(rows: Sequence[Mapping[str, object]], **parts: object) -> Spec:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "data": {"values": list(rows)},
        "background": None,
        # Nothing is measured: the padding is what the labels need, and the size of the picture is ours.
        "autosize": "none",
        "config": {
            "aria": False,
            "font": "sans-serif",
            "view": {"stroke": None},
            "text": {"fontSize": _TEXT, "baseline": "middle"},
            "axis": {
                "labelFontSize": _SMALL,
                "labelColor": SOFT,
                "labelLimit": 0,
                "gridColor": GRID,
                "domainColor": GRID,
                "labelPadding": 6,
            },
        },
        **parts,
    }
