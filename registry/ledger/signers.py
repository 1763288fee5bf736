"""Which keys sign a checkpoint: every log key that may sign as of the new size, and no other.

A verifier who knows only one of two overlapping keys can then check every checkpoint of the overlap, and a
retired key never signs again, whoever still holds its file. Pure.
"""

from collections.abc import Sequence
from datetime import datetime

from registry.ledger.errors import LogKeyFault, LogKeyUnavailable
from registry.ledger.key_history import KeyHistory
from signing.keys import KeyRole, SigningKey


def checkpoint_signers(held: Sequence[SigningKey], keys: KeyHistory, at: datetime) -> list[SigningKey]:
    """The signers of a checkpoint over entries up to `at`, of the keys that the writer holds.

    Until the log names its first log key, the first held one signs. Raises: LogKeyUnavailable.
    """
    if not any(key.role is KeyRole.LOG for key in keys):
        return list(held[:1])
    wanted = keys.signers(KeyRole.LOG, at)
    if not wanted:
        raise LogKeyUnavailable(LogKeyFault.NONE_ACTIVE)
    by_public = {key.public: key for key in held}
    missing = [key.key_id for key in wanted if key.public not in by_public]
    if missing:
        raise LogKeyUnavailable(LogKeyFault.NOT_HELD, missing)
    return [by_public[key.public] for key in wanted]
