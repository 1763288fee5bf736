"""Taking one row of a batch: what it does to what stands online, or why it comes back.

1. Readable.  2. Known already, or known and now without its record.  3. Not overtaken by a later version.
4. The number is nobody else's, the institution is known.  5. The network's own rules.  6. Kept.
"""

import json
import sqlite3
from collections.abc import Mapping
from datetime import date
from hashlib import sha256

from registry.national.errors import MalformedMessage
from registry.national.holdings import leaf
from registry.national.reasons import RowReason
from registry.national.receipts import Accepted, Rejected
from registry.national.rows import CertificateRow, InstitutionRow, Row, parse_row
from registry.national.stand_in.checks import objection
from registry.national.stand_in.words import rejection_words
from signing.commitment import Record


def take_line(connection: sqlite3.Connection, line: bytes, today: date) -> Accepted | Rejected:
    """Takes a row, inside the transaction of its batch."""
    try:
        row = parse_row(line)
    except MalformedMessage:
        return _rejected(RowReason.ROW_MALFORMED)
    whole, bare = sha256(line).digest(), _bare(row)
    known = connection.execute(
        "SELECT whole, bare, with_record, online_on FROM version WHERE ref = ? AND version = ?",
        (row.ref, row.version),
    ).fetchone()
    if known is not None:
        return _taken_again(connection, row, (whole, bare), known)
    latest = connection.execute("SELECT version FROM held WHERE ref = ?", (row.ref,)).fetchone()
    if latest is not None and latest[0] > row.version:
        return _rejected(RowReason.OLDER_VERSION)
    reason = _not_in_place(connection, row) or objection(row, today)
    if reason is not None:
        return _rejected(reason)
    _keep(connection, row, (whole, bare), today)
    return Accepted(today)


def _bare(row: Row) -> bytes:
    """What a version is apart from its record: the same before an erasure and after it."""
    act = row.act.value if isinstance(row, CertificateRow) else ""
    return sha256(f"{row.state.value} {act} {row.entry} ".encode() + row.commitment).digest()


def _taken_again(
    connection: sqlite3.Connection,
    row: Row,
    hashes: tuple[bytes, bytes],
    known: tuple[bytes, bytes, int, str],
) -> Accepted | Rejected:
    whole, bare, with_record, online_on = known
    erased = isinstance(row, CertificateRow) and row.record is None
    # What came late with its record, after the same version came without it, is that version all the same.
    if hashes[0] != whole and (hashes[1] != bare or (not erased and with_record)):
        return _rejected(RowReason.VERSION_CONFLICT)
    if erased:
        connection.execute(
            "UPDATE certificate SET record = NULL, number = NULL WHERE ref = ?"
            " AND NOT EXISTS (SELECT 1 FROM held WHERE held.ref = certificate.ref AND held.version > ?)",
            (row.ref, row.version),
        )
    return Accepted(date.fromisoformat(online_on))


def _not_in_place(connection: sqlite3.Connection, row: Row) -> RowReason | None:
    if isinstance(row, InstitutionRow) or row.record is None:
        return None
    holder = connection.execute(
        "SELECT ref FROM certificate WHERE number = ?", (row.record.number,)
    ).fetchone()
    if holder is not None and holder[0] != row.ref:
        return RowReason.NUMBER_TAKEN
    institution = connection.execute(
        "SELECT 1 FROM institution WHERE prefix = ?", (row.institution,)
    ).fetchone()
    return None if institution is not None else RowReason.INSTITUTION_UNKNOWN


def _keep(connection: sqlite3.Connection, row: Row, hashes: tuple[bytes, bytes], today: date) -> None:
    record = row.record if isinstance(row, CertificateRow) else None
    connection.execute(
        "INSERT INTO version (ref, version, whole, bare, with_record, online_on) VALUES (?, ?, ?, ?, ?, ?)",
        (row.ref, row.version, *hashes, record is not None, today.isoformat()),
    )
    connection.execute(
        "INSERT OR REPLACE INTO held (ref, version, commitment, state, leaf) VALUES (?, ?, ?, ?, ?)",
        (row.ref, row.version, row.commitment, row.state.value, leaf(row.held)),
    )
    if isinstance(row, InstitutionRow):
        facts = json.dumps(row.facts, ensure_ascii=False)
        connection.execute(
            "INSERT OR REPLACE INTO institution (prefix, facts) VALUES (?, ?)", (row.institution, facts)
        )
    else:
        _put_online(connection, row, record, today)


def _put_online(connection: sqlite3.Connection, row: Row, record: Record | None, today: date) -> None:
    known = connection.execute("SELECT record FROM certificate WHERE ref = ?", (row.ref,)).fetchone()
    if known is not None and known[0] is None:
        # It was erased once, and what was erased does not come back.
        record = None
    connection.execute(
        "INSERT OR REPLACE INTO certificate (ref, number, online_on, record) VALUES (?, ?, ?, ?)",
        (
            row.ref,
            record.number if record else None,
            today.isoformat(),
            json.dumps(vars(record), ensure_ascii=False) if record else None,
        ),
    )


def _rejected(reason: RowReason) -> Rejected:
    words: Mapping[str, str] = rejection_words()
    return Rejected(reason.value, words[reason.value])
