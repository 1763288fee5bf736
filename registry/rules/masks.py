"""The one mask. Two different masks of one person could be spliced into more than either shows."""

import unicodedata

from registry.rules.text import normalise_name

_MIN_PARTLY_SHOWN = 5


def mask_name(name: str) -> str:
    """First character and one `*` per further one: 示**; a name with `·` always ends in two.

    Combining marks and variation selectors are no characters of their own. A name of one character
    is hidden whole: its first character would be the name.
    Source: 个人信息保护法 arts. 6, 28; the domain page's privacy rule.
    """
    characters = [c for c in normalise_name(name) if not unicodedata.category(c).startswith("M")]
    if len(characters) < 2:
        return "*" * len(characters)
    hidden = 2 if "·" in characters else len(characters) - 1
    return characters[0] + "*" * hidden


def mask_identity_number(number: str) -> str:
    """First two and last two characters, the length kept: 43**************15.

    The birth date never shows. Fewer than five characters are hidden whole.
    Source: 个人信息保护法 arts. 6, 28; the domain page's privacy rule.
    """
    if len(number) < _MIN_PARTLY_SHOWN:
        return "*" * len(number)
    return number[:2] + "*" * (len(number) - 4) + number[-2:]
