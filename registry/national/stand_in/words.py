"""The network's own words: the look-up page in both languages, and what it says of rows that it turns back.

They stand in files, because no sentence for people stands in code.
"""

import json
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from pathlib import Path

_WORDS = Path(__file__).parent / "words"


class Language(StrEnum):
    """In which language the page is shown."""

    ZH = "zh"
    EN = "en"


@cache
def page_words(language: Language) -> Mapping[str, str]:
    """The words of the look-up page."""
    return _read(language.value)


@cache
def rejection_words() -> Mapping[str, str]:
    """One sentence for each reason for which this network turns a row back."""
    return _read("rejections")


def _read(name: str) -> Mapping[str, str]:
    words: dict[str, str] = json.loads((_WORDS / f"{name}.json").read_text(encoding="utf-8"))
    return words
