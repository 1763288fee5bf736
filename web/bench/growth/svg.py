"""Small panels of lines on two logarithmic axes, as one SVG that a page shows without any font of its own."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape
from math import floor, log10
from typing import Final

_COLUMNS: Final = 3
_WIDTH, _HEIGHT = 320, 270
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 84, 66, 40
_HEAD, _FOOT, _EDGE = 74, 42, 18
_LABEL_GAP: Final = 27
_FONT: Final = (
    "system-ui, -apple-system, 'Segoe UI', 'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', sans-serif"
)
_INK, _QUIET, _GRID, _GOAL = "#1f2933", "#616e7c", "#e4e7eb", "#c81e1e"
COLOURS: Final = ("#0b5fa5", "#d97706", "#5b7083", "#2f855a")


@dataclass(frozen=True)
class Line:
    """One line: its name in both languages, and (size, value) of each point."""

    zh: str
    en: str
    points: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Panel:
    """Lines that belong together; `goal` is a value with its bound before it."""

    zh: str
    en: str
    unit: str
    lines: Sequence[Line]
    goal: tuple[str, float] | None = None


@dataclass(frozen=True)
class _Scale:
    """A logarithmic axis from `low` to `high`, drawn from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Where a value is drawn."""
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return self.start + share * (self.end - self.start)


def drawn(title: tuple[str, str], panels: Sequence[Panel], foot: Sequence[str]) -> str:
    """The whole picture."""
    rows = -(-len(panels) // _COLUMNS)
    width = _COLUMNS * _WIDTH + 2 * _EDGE
    height = _HEAD + rows * _HEIGHT + _FOOT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
        f'height="{height}" font-family="{_FONT}" role="img">',
        f"<title>{escape(' / '.join(title))}</title>",
        f'<rect width="{width}" height="{height}" rx="6" fill="#ffffff"/>',
        _text(_EDGE + 8, 34, title[0], size=19, weight=600),
        _text(_EDGE + 8, 56, title[1], size=13, fill=_QUIET),
    ]
    for position, panel in enumerate(panels):
        row, column = divmod(position, _COLUMNS)
        across, down = _EDGE + column * _WIDTH, _HEAD + row * _HEIGHT
        parts.append(f'<g transform="translate({across} {down})">')
        parts += _panel(panel)
        parts.append("</g>")
    parts += [
        _text(_EDGE + 8, height - _FOOT + 12 + 16 * line, text, size=11, fill=_QUIET)
        for line, text in enumerate(foot)
    ]
    return "\n".join([*parts, "</svg>", ""])


def _panel(panel: Panel) -> Iterator[str]:
    yield _text(8, 24, panel.zh, size=15, weight=600)
    yield _text(8, 43, f"{panel.en} · {panel.unit}", size=11.5, fill=_QUIET)
    lines = [line for line in panel.lines if line.points]
    if not lines:
        return
    across = _Scale(*_reach([x for line in lines for x, _ in line.points]), _LEFT, _WIDTH - _RIGHT)
    values = [y for line in lines for _, y in line.points] + ([panel.goal[1]] if panel.goal else [])
    up = _Scale(*_room(values), _HEIGHT - _BOTTOM, _TOP)
    for tick in _ticks(up):
        yield _rule(_LEFT, up.at(tick), _WIDTH - _RIGHT, up.at(tick), _GRID)
        yield _text(_LEFT - 7, up.at(tick) + 4, _short(tick), size=11, fill=_QUIET, anchor="end")
    for size in sorted({x for line in lines for x, _ in line.points}):
        yield _text(
            across.at(size), _HEIGHT - _BOTTOM + 18, _short(size), size=11, fill=_QUIET, anchor="middle"
        )
    if panel.goal is not None:
        bound, goal = panel.goal
        yield _rule(_LEFT, up.at(goal), _WIDTH - _RIGHT, up.at(goal), _GOAL, dashed=True)
        yield _text(_WIDTH - _RIGHT, 24, f"目标 {bound} {_short(goal)}", size=11.5, fill=_GOAL, anchor="end")
    labels = _apart([up.at(line.points[-1][1]) for line in lines])
    for line, colour, label in zip(lines, COLOURS, labels, strict=False):
        yield from _line(line, colour, label, across, up)


def _line(line: Line, colour: str, label: float, across: _Scale, up: _Scale) -> Iterator[str]:
    places = [(across.at(x), up.at(y)) for x, y in line.points]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    yield f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2.2"/>'
    for x, y in places:
        yield f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.2" fill="#ffffff" stroke="{colour}" stroke-width="2"/>'
    left = _WIDTH - _RIGHT + 8
    yield _text(left, label, f"{line.zh} {_short(line.points[-1][1])}", size=11.5, fill=colour, weight=600)
    yield _text(left, label + 12, line.en, size=10, fill=colour)


def _reach(values: Sequence[float]) -> tuple[float, float]:
    """From the smallest to the largest, with a little air; one value alone stands in the middle."""
    low, high = min(values), max(values)
    return (low / 1.25, high * 1.25) if low < high else (low / 3, high * 3)


def _room(values: Sequence[float]) -> tuple[float, float]:
    """Ends of the upward axis: some air around the values, and at least a decade and a half."""
    low, high = min(values) / 1.6, max(values) * 1.6
    missing = 30 / (high / low)
    return (low / missing**0.5, high * missing**0.5) if missing > 1 else (low, high)


def _ticks(scale: _Scale) -> list[float]:
    """Powers of ten, with 3 times each where there would be few."""
    decades = range(floor(log10(scale.low)), floor(log10(scale.high)) + 1)
    found = [10.0**each for each in decades if scale.low <= 10.0**each <= scale.high]
    if len(found) < 3:
        found += [3 * 10.0**each for each in decades if scale.low <= 3 * 10.0**each <= scale.high]
    return sorted(found)


def _apart(heights: Sequence[float]) -> list[float]:
    """The heights of labels, moved so that none covers another."""
    order = sorted(range(len(heights)), key=lambda each: heights[each])
    placed = dict.fromkeys(order, 0.0)
    last = float("-inf")
    for each in order:
        last = placed[each] = max(heights[each], last + _LABEL_GAP)
    beyond = max(0.0, last - (_HEIGHT - _BOTTOM - 8))
    return [placed[each] - beyond for each in range(len(heights))]


def _short(value: float) -> str:
    """As short as a tick must be: 30k, 1M, 0.05."""
    for step, letter in ((1_000_000, "M"), (1_000, "k")):
        if value >= step:
            return f"{value / step:.3g}{letter}"
    return f"{value:.2g}" if value < 100 else f"{value:.0f}"


def _rule(x1: float, y1: float, x2: float, y2: float, colour: str, *, dashed: bool = False) -> str:
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"{dash}/>'


def _text(
    x: float, y: float, text: str, *, size: float, fill: str = _INK, weight: int = 400, anchor: str = "start"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" fill="{fill}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(text)}</text>'
    )
