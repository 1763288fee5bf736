"""The sentences that scripts show: those of the pages, handed over as JSON in an attribute."""

from functools import cache

from web.language import Language
from web.presenters.verdict_json import json_bytes
from web.vocabulary import WORDS

# What the modules under `static/check/` say; everything else is written into the page.
_SAID = frozenset({"step", "reason", "detail", "result", "level", "check_here"})
_SAID_ALSO = (
    "verify.outcome.",
    "verify.question.",
    "verify.kind.",
    "verify.unknown_form",
    "stated.conclusion.",
    "stated.line",
    "stated.name.",
)
_FACTS = frozenset(
    {
        "name.title",
        "verdict.number",
        "verdict.name",
        "verdict.occupation",
        "verdict.job",
        "verdict.level",
        "verdict.issued_on",
        "verdict.institution",
        "verdict.version",
        "verdict.version_n",
    }
)


@cache
def words_for_scripts(language: Language) -> str:
    """The sentences that scripts show, as JSON: the same ones as on the pages."""
    said = {key: text for key, text in WORDS[language].items() if _is_said(key)}
    return json_bytes(said).decode()


def _is_said(key: str) -> bool:
    return key.partition(".")[0] in _SAID or key.startswith(_SAID_ALSO) or key in _FACTS
