"""Reading a page as a visitor does: its text, its links, its fields."""

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Page:
    """What stands in a page. `loaded` are the addresses that a browser fetches without being asked."""

    text: str = ""
    links: list[str] = field(default_factory=list)
    loaded: list[str] = field(default_factory=list)
    inline: list[str] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    fields: list[dict[str, str]] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    language: str = ""


def read_page(html: str) -> Page:
    """The page behind its markup."""
    reader = _Reader()
    reader.feed(html)
    return reader.page


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        page = self.page
        self._open.append(tag)
        page.inline += [name for name in values if name.startswith("on") or name == "style"]
        if "id" in values:
            page.ids.append(values["id"])
        match tag:
            case "html":
                page.language = values.get("lang", "")
            case "a":
                page.links.append(values.get("href", ""))
            case "link" | "script" | "img":
                page.loaded.append(values.get("href") or values.get("src", ""))
            case "label":
                page.labels.add(values.get("for", ""))
            case "input" | "select" | "textarea":
                page.fields.append(values | {"in_label": str("label" in self._open)})
            case "style":
                page.inline.append("style")
            case "h1" | "h2" | "h3":
                page.headings.append(int(tag[1]))
        if tag in ("input", "link", "meta", "br", "img"):
            self._open.pop()

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "script" in self._open and data.strip():
            self.page.inline.append("script")
        self.page.text += data
