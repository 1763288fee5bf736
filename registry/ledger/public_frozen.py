"""The statement that ended a log, if it was ended: by a root that the log names, and about this very log.

A log that ended publishes no younger status lists: they are judged as of its end. Where the statement is kept
back, they run out, and that is found.

Source: the product's own format v1 (`signing.frozen`).
"""

from registry.ledger.audit_report import FindingCode
from registry.ledger.key_history import KeyHistory
from registry.ledger.public_documents import FROZEN
from signing.errors import BadSignature, MalformedEncoding
from signing.frozen import FrozenLog, parse_frozen
from signing.keys import KeyRole
from signing.notes import Checkpoint


def checked_frozen(served: bytes | None, keys: KeyHistory, head: Checkpoint) -> FrozenLog | None:
    """The statement as served; None where the log goes on. Raises: Found.

    Steps:
    1. it can be read, and the key that it names signed it
    2. that key is a root of the log, which did not leak
    3. the log is what it was when it ended: nothing behind it, and nothing lost
    """
    if served is None:
        return None
    # 1
    try:
        frozen = parse_frozen(served)
    except (MalformedEncoding, BadSignature):
        FROZEN.found(FindingCode.FROZEN_MALFORMED)
    # 2
    if frozen.root_public not in [
        key.public for key in keys if key.role is KeyRole.ROOT and not key.revoked_at
    ]:
        FROZEN.found(FindingCode.FROZEN_SIGNATURE)
    # 3
    if frozen.checkpoint != head:
        FROZEN.found(FindingCode.FROZEN_DIFFERS, size=head.size, ended_at=frozen.checkpoint.size)
    return frozen
