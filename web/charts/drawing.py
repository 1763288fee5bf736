"""From a specification to the SVG that stands in the page.

The library's drawing is taken apart and put together again with what a page may hold: shapes and texts with
their places, and class names for the colours. No script, style, link or id of the library passes.
"""

import json
import re
from hashlib import sha256
from typing import Final
from xml.etree import ElementTree

import vl_convert
from markupsafe import Markup

from web.charts.specs import GOOD, GRID, INK, SERIES, SOFT, TRACK, Spec
from web.kept import Kept

_SVG: Final = "{http://www.w3.org/2000/svg}"
_KEPT: Final = {
    "svg": ("viewBox", "width", "height"),
    "g": ("transform",),
    "path": ("transform", "d"),
    "line": ("transform", "x1", "x2", "y1", "y2"),
    "text": ("transform", "text-anchor", "font-size"),
}
_COLOURS: Final = {
    INK: "chart-ink",
    SOFT: "chart-soft",
    GRID: "chart-grid",
    TRACK: "chart-track",
    GOOD: "chart-good",
    **{colour: f"chart-{at}" for at, colour in enumerate(SERIES, start=1)},
}
_NUMBER: Final = re.compile(r"-?\d+\.\d+")
_MOST_KEPT: Final = 256


class Drawings:
    """Charts of one process, drawn once each: the same values give the same picture."""

    def __init__(self, most: int = _MOST_KEPT) -> None:
        self._kept: Kept[str, str] = Kept(most)

    def draw(self, spec: Spec, *, name: str, title: str, description: str) -> Markup:
        """The chart as markup. `name` tells it from the other charts of its page."""
        text = json.dumps([spec, name, title, description], ensure_ascii=False, sort_keys=True)
        picture = self._kept.get(
            sha256(text.encode()).hexdigest(),
            lambda: drawn(spec, name=name, title=title, description=description),
        )
        return Markup(picture)  # noqa: S704 - put together by `drawn`, which escapes

    def __len__(self) -> int:
        return len(self._kept)


def drawn(spec: Spec, *, name: str, title: str, description: str) -> str:
    """The chart as SVG text, with its name for those who do not see it."""
    # Written a moment ago by a library of ours, without document type or entities.
    picture = ElementTree.fromstring(vl_convert.vegalite_to_svg(dict(spec)))  # noqa: S314
    root = _rebuilt(picture)
    root.attrib.update({"class": "chart", "role": "img", "aria-labelledby": f"{name}-title {name}-text"})
    for position, (tag, suffix, text) in enumerate(
        (("title", "title", title), ("desc", "text", description))
    ):
        element = ElementTree.Element(tag, {"id": f"{name}-{suffix}"})
        element.text = text
        root.insert(position, element)
    root.set("xmlns", _SVG[1:-1])
    return ElementTree.tostring(root, encoding="unicode")


def _rebuilt(element: ElementTree.Element) -> ElementTree.Element:
    """The element with what is kept of it, and those of its children that can be seen."""
    tag = element.tag.removeprefix(_SVG)
    made = ElementTree.Element(tag)
    for name in _KEPT[tag]:
        if name in element.attrib:
            value = _NUMBER.sub(_rounded, element.attrib[name])
            if value != "translate(0,0)":
                made.set(name, value)
    for name in ("fill", "stroke"):
        colour = _COLOURS.get(element.attrib.get(name, ""))
        if colour is not None:
            made.set("class", f"{colour}-line" if name == "stroke" else colour)
    if tag == "text":
        made.text = element.text
    for child in element:
        if child.tag.removeprefix(_SVG) in _KEPT and not _is_nothing(child):
            inner = _rebuilt(child)
            # A group that moves nothing only stands between.
            made.extend([inner] if inner.attrib or inner.tag != "g" else list(inner))
    return made


def _is_nothing(element: ElementTree.Element) -> bool:
    """Whether the library drew it for its own ends: frames without colour, empty groups."""
    if element.tag == f"{_SVG}path":
        return element.attrib.get("fill") not in _COLOURS
    if element.tag == f"{_SVG}g":
        return all(_is_nothing(child) for child in element)
    return False


def _rounded(found: re.Match[str]) -> str:
    return f"{float(found[0]):.1f}".rstrip("0").rstrip(".")
