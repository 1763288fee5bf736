"""Text made comparable: how a searched word and an indexed text meet, and the grams that find candidates.

One module for every index, so that no two of them can disagree about what a word is. The rules:

* width and case do not matter (NFKC, case folding);
* invisible characters vanish; everything that is neither letter, digit, mark nor `*` separates words;
* a text is compared with its separators taken out, so that a person may type them or leave them out;
* a word is found in a text if the text contains it. Grams (single characters and pairs) only find the texts
  that may contain it; the comparison itself decides.

Grams and keys are spelt in `[a-z0-9]` only, so that no tokeniser, collation or normalisation of an engine
has any say in what they mean.
"""

import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from itertools import pairwise

STAR = "*"
PART = "\n"
"""Between the parts of one text; no word contains it, so none is found across two parts."""


def fold(text: str) -> str:
    """Take width, case and invisible characters out of a text."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return "".join(character for character in folded if unicodedata.category(character) != "Cf")


def words(folded: str) -> tuple[str, ...]:
    """Split a folded text into the words between its separators."""
    return tuple("".join(c if _belongs_to_word(c) else " " for c in folded).split())


def compact(text: str) -> str:
    """Fold a text and take its separators out."""
    return "".join(character for character in fold(text) if _belongs_to_word(character))


def joined(parts: Iterable[str]) -> str:
    """Make one comparable text of several that belong together, without repetitions or empty parts."""
    return PART.join(dict.fromkeys(part for part in map(compact, parts) if part))


def grams(text: str) -> tuple[str, ...]:
    """Spell the single characters and neighbouring pairs of a compact text, each once, in order."""
    spelt: dict[str, None] = {}
    for part in text.split(PART):
        spelt.update((f"g{ord(one):x}", None) for one in part)
        spelt.update((f"g{ord(one):x}x{ord(two):x}", None) for one, two in pairwise(part))
    return tuple(spelt)


def word_grams(word: str) -> tuple[str, ...]:
    """Spell what a text must have to contain this word: its pairs, or its only character."""
    every = grams(word)
    return every if len(word) == 1 else tuple(gram for gram in every if "x" in gram)


def text_key(text: str) -> str:
    """Name a comparable text by 16 hex digits; equal texts have equal keys in every index."""
    return blake2b(text.encode(), digest_size=8, person=b"skillcert/wordg1").hexdigest()


def order_key(name: str, tie: str) -> str:
    """Spell a sort key for a name: the order of GB 18030, which for common characters is that of pinyin.

    Hexadecimal, so that byte order, numeric facets and collations all sort it alike; `tie` makes it unique.
    """
    return f"{compact(name)[:50].encode('gb18030').hex()}-{tie.lower()}"


def _belongs_to_word(character: str) -> bool:
    return character == STAR or unicodedata.category(character)[0] in "LNM"
