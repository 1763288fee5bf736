"""Reading what another server answers: never more than an answer can be, never for longer than one waits."""

from collections.abc import Callable, Iterable


class AnswerTooLong(Exception):
    """More bytes came than an answer can have."""


class AnswerTooSlow(Exception):
    """The answer dripped in for longer than is waited for."""


def read_whole(parts: Iterable[bytes], most_bytes: int, *, is_late: Callable[[], bool]) -> bytes:
    """The body as it is on the wire. Raises: AnswerTooLong, AnswerTooSlow, and what `parts` raises."""
    read: list[bytes] = []
    length = 0
    for part in parts:
        read.append(part)
        length += len(part)
        if length > most_bytes:
            raise AnswerTooLong
        if is_late():
            raise AnswerTooSlow
    return b"".join(read)
