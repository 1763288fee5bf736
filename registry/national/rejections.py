"""Rows that were turned back, as work items: open until that row or a later version of it is taken.

Every function runs in the caller's transaction, the one that settles the batch.
"""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from registry.national.reasons import RowReason
from registry.national.rows import InstitutionRow, Row, RowState
from registry.storage.metadata import DESK_METADATA
from registry.storage.national_rows import NationalRejectionRow
from registry.storage.sql import for_dialect
from signing.encoding import rfc3339

_REJECTION = DESK_METADATA.tables[str(NationalRejectionRow.__tablename__)]
_CHUNK = 500
_UPSERT = (
    "INSERT INTO national_rejection "
    "(seq, ref, version, institution, reason, words, rejected_at, settled_at, settled_by) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, '', 0) ON CONFLICT (seq) DO UPDATE SET reason = excluded.reason, "
    "words = excluded.words, rejected_at = excluded.rejected_at, settled_at = '', settled_by = 0"
)
# The network turned these back for want of their institution alone, and now it has it.
_REOPEN = (
    "UPDATE national_progress SET state = 'pending', on_date = '', reason = '', batch = '' "
    "WHERE state = 'rejected' AND seq IN (SELECT seq FROM national_rejection "
    f"WHERE settled_at = '' AND reason = '{RowReason.INSTITUTION_UNKNOWN.value}' AND institution = ?)"
)


def open_rejections(connection: Connection, rejected: Sequence[tuple[Row, str, str]], now: datetime) -> None:
    """Opens a work item for each (row, reason, the network's words), or opens it again.

    None for an older version: the network has a later one, and nobody has to do anything.
    """
    at = rfc3339(now)
    items = [
        (row.entry, bytes(row.ref), row.version, row.institution, reason, words, at)
        for row, reason, words in rejected
        if reason != RowReason.OLDER_VERSION
    ]
    if items:
        connection.exec_driver_sql(for_dialect(_UPSERT, connection.dialect.name), items)


def settle_rejections(connection: Connection, taken: Sequence[Row], now: datetime) -> None:
    """Closes what these rows settle, and lets the certificates of an institution go again.

    What the network said of a certificate goes with its erasure: we do not know what its words hold.
    """
    newest = {bytes(row.ref): row for row in taken}
    refs = list(newest)
    for start in range(0, len(refs), _CHUNK):
        query = sa.select(_REJECTION.c.seq, _REJECTION.c.ref, _REJECTION.c.version).where(
            _REJECTION.c.settled_at == "", _REJECTION.c.ref.in_(refs[start : start + _CHUNK])
        )
        for seq, ref, version in connection.execute(query).all():
            row = newest[bytes(ref)]
            if version <= row.version:
                values = {"settled_at": rfc3339(now), "settled_by": row.entry}
                connection.execute(sa.update(_REJECTION).where(_REJECTION.c.seq == seq).values(**values))
    erased = [bytes(row.ref) for row in taken if row.state is RowState.ERASED]
    for start in range(0, len(erased), _CHUNK):
        said = _REJECTION.c.ref.in_(erased[start : start + _CHUNK])
        connection.execute(sa.update(_REJECTION).where(said).values(words=""))
    reopen = for_dialect(_REOPEN, connection.dialect.name)
    for institution in {row.institution for row in taken if isinstance(row, InstitutionRow)}:
        connection.exec_driver_sql(reopen, (institution,))
