"""The writer's word with the witnesses: a signed checkpoint goes to them before anybody else sees it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from signing.inclusion import Hash
from signing.notes import Note


class Witnesses(Protocol):
    """Whoever cosigns the log's checkpoints.

    What they saw is final for them: a log that later shows them another tree of that size is caught.
    """

    def cosigned(
        self,
        note: Note,
        *,
        size: int,
        previous_size: int,
        prove: Callable[[int], Sequence[Hash]],
    ) -> Note:
        """The note with their cosignatures behind its own signatures.

        `previous_size` was published last; `prove` makes the consistency proof from a size to `size`.
        Raises: a RegistryError if too few cosign and the checkpoint must therefore wait. It may be asked for
        the same checkpoint again.
        """
        ...
