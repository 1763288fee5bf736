"""Looking words up: one key, one sentence in each language."""

from collections.abc import Mapping
from types import MappingProxyType

from web.language import Language
from web.words.en import WORDS as ENGLISH
from web.words.zh import WORDS as CHINESE

WORDS: Mapping[Language, Mapping[str, str]] = MappingProxyType(
    {Language.CHINESE: CHINESE, Language.ENGLISH: ENGLISH}
)


def words(key: str, language: Language, **values: object) -> str:
    """The sentence for `key`, with its places filled. A missing key is an error of the program."""
    sentence = WORDS[language][key]
    return sentence.format(**values) if values else sentence


def outcome_text(code: str, language: Language) -> str:
    """How an act ended: a refusal without words of its own has those of the page that told it."""
    said = WORDS[language].get(f"outcome.{code}")
    return said or WORDS[language].get(f"problem.{code}.title", code)


def words_or_code(prefix: str, code: str, language: Language) -> str:
    """The word for a code of another room, or the code itself where we have no word for it."""
    return WORDS[language].get(f"{prefix}.{code}", code)
