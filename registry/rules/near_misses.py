"""Finding the name that was meant when one character is wrong, missing, too many or swapped."""

from collections.abc import Iterable, Iterator

_SHORTEST = 3


class NameIndex:
    """Names by every spelling of them with one character left out.

    Two names are one slip apart only if some spelling with a character left out is shared, so a
    search costs a look-up per character, however many names there are.
    """

    def __init__(self, names: Iterable[str]) -> None:
        self._names: dict[str, list[str]] = {}
        for name in dict.fromkeys(names):
            for spelling in _spellings(name):
                self._names.setdefault(spelling, []).append(name)

    def nearest(self, text: str) -> str | None:
        """The one name that is a slip away from `text`, or None if there is none or several.

        A text of two characters is too short to say what was meant.
        """
        if len(text) < _SHORTEST:
            return None
        close = {
            name
            for spelling in _spellings(text)
            for name in self._names.get(spelling, ())
            if len(name) >= _SHORTEST and _one_slip(text, name)
        }
        return close.pop() if len(close) == 1 else None


def _spellings(name: str) -> Iterator[str]:
    yield name
    yield from {name[:i] + name[i + 1 :] for i in range(len(name))}


def _one_slip(a: str, b: str) -> bool:
    if len(a) > len(b):
        a, b = b, a
    start = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), len(a))
    if len(a) < len(b):
        return len(b) - len(a) == 1 and a[start:] == b[start + 1 :]
    if a[start + 1 :] == b[start + 1 :]:
        return True
    swapped = a[start + 1 : start + 2] + a[start : start + 1]
    return b[start : start + 2] == swapped and a[start + 2 :] == b[start + 2 :]
