"""The glossary names what the code names, once."""

import re
from pathlib import Path

import pytest

import registry

ROOT = Path(registry.__file__).parent.parent
ROW = re.compile(r"\| `(?P<name>[^`]+)` \| (?P<term>[^|]+) \| [^|]+ \| [^|]+ \| (?P<place>[^|]+) \|")


def rows() -> list[tuple[str, str, str]]:
    text = (ROOT / "registry" / "GLOSSARY.md").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    found = [ROW.fullmatch(line) for line in lines]
    return [(row["name"], row["term"].strip(), row["place"].strip()) for row in found if row]


def test_every_line_of_the_glossary_is_a_whole_row() -> None:
    text = (ROOT / "registry" / "GLOSSARY.md").read_text(encoding="utf-8")
    assert len(rows()) == sum(line.startswith("| `") for line in text.splitlines())


def test_an_identifier_and_a_term_are_named_once() -> None:
    names, terms, _ = zip(*rows(), strict=True)
    assert len(set(names)) == len(names)
    assert len(set(terms)) == len(terms)


@pytest.mark.parametrize(("name", "term", "place"), rows())
def test_the_module_holds_the_identifier(name: str, term: str, place: str) -> None:
    path = ROOT / place
    modules = sorted(path.rglob("*.py")) if path.is_dir() else [path]
    word = re.compile(rf"(?<![a-z]){re.escape(name.rpartition('.')[2])}(?![a-z])")
    assert any(word.search(module.read_text(encoding="utf-8")) for module in modules)
