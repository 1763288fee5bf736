"""Drafts of batches that need none any more: decided on, or replaced by a newer version.

What counts of them stands signed beside the decision; the drafts themselves are working papers.

Source: 个人信息保护法 art. 19 (no longer than the purpose needs).
"""

from contextlib import closing
from datetime import datetime

from registry.register import Register
from registry.storage.draft_clearing import clear_drafts, drafts_before
from registry.storage.sql import KeptReader
from registry.storage.waiting_batches import WaitingBatches
from signing.encoding import rfc3339


def clear_finished_drafts(register: Register, before: datetime, *, dry_run: bool = False) -> int:
    """Removes the drafts of finished batches that nobody changed since; how many batches.

    Raises: DatabaseUnavailable.
    """
    with closing(KeptReader(register.engine)) as stored, closing(KeptReader(register.desk_engine)) as drafted:
        waiting = {each.id for each in WaitingBatches(stored).all()}
        finished = [each for each in drafts_before(drafted, rfc3339(before)) if each not in waiting]
    if not dry_run:
        for batch in finished:
            clear_drafts(register.desk_engine, batch)
    return len(finished)
