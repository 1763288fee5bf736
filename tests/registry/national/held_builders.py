"""Versions that are held, and a register of such versions whose places are known."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256

from registry.national.expected import Expected, expected
from registry.national.queue import PENDING, NationalState, SendingState
from registry.national.rows import Held, Reference, RowState
from signing.commitment import Commitment
from tests.registry.national.row_builders import NOON

ONLINE = NationalState(SendingState.ONLINE, NOON.date())
TURNED_BACK = NationalState(SendingState.REJECTED, NOON.date(), "holder_under_16")
WAITING = PENDING


def a_held(serial: int, version: int = 1, state: RowState = RowState.VALID, *, under: str = "") -> Held:
    """A version under that prefix; neighbours in serial are no neighbours in the tree."""
    digits = under + sha256(f"{serial}".encode()).hexdigest()
    content = sha256(f"{serial}/{version}".encode()).digest()
    return Held(Reference(bytes.fromhex(digits[:32])), version, Commitment(content), state)


@contextmanager
def a_register(log: Sequence[tuple[Held, NationalState]], *, size: int | None = None) -> Iterator[Expected]:
    """A register whose entries 1, 2, 3… made these versions, of which each stands there."""

    def held_after(seq: int, limit: int, size: int) -> list[tuple[int, Held]]:
        place = enumerate((held for held, _ in log), start=1)
        return [each for each in place if seq < each[0] < size][:limit]

    def states(seqs: Sequence[int]) -> dict[int, NationalState]:
        return {seq: log[seq - 1][1] for seq in seqs}

    with expected(held_after, states, len(log) + 1 if size is None else size) as ours:
        yield ours
