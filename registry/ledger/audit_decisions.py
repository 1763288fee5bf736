"""The records of decisions beside the log: each is what a bureau signed, about its own batch.

Source: the product's own format v1.
"""

from typing import NoReturn

from registry.ledger.audit_report import Check, FindingCode, found
from registry.ledger.decisions import APPROVED, require_decision
from registry.ledger.entries import Entry, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import KeyHistory, KnownKey
from registry.storage.audit_rows import AuditRows
from signing.encoding import parse_canonical_json, parse_rfc3339
from signing.errors import MalformedEncoding
from signing.keys import KeyRole


def check_decisions(rows: AuditRows, keys: KeyHistory, log_origin: str) -> None:
    """Every decision is signed by a key of its bureau that might sign then, and its rows add up.

    That an approval's record holds the approval of the log is looked at stretch by stretch
    (`audit_projections`), and that its rows are those of the batch with the batch (`audit_batches`).
    """
    for batch, approved, decided_at, content in rows.decisions():
        record = stored_decision(batch, content)
        try:
            key = _key(keys, text(record, "key"), str(decided_at))
            require_decision(record, batch=batch, log_origin=log_origin, key=key)
            if (record["kind"] == APPROVED) != bool(approved):
                raise NotAdmitted(Refusal.DECISION_DIFFERS)
        except (MalformedEntry, MalformedEncoding) as fault:
            _differs(batch, fault.code)
        except NotAdmitted as fault:
            _differs(batch, fault.reason)


def stored_decision(batch: object, content: object) -> Entry:
    """The record behind a stored decision, unless it is none; then it is found."""
    try:
        record = parse_canonical_json(str(content).encode("utf-8", "surrogateescape"))
    except MalformedEncoding:
        record = None
    if not isinstance(record, dict):
        _differs(batch, "malformed")
    return record


def _key(keys: KeyHistory, identity: str, decided_at: str) -> KnownKey:
    key = keys.get(identity)
    if key is None:
        raise NotAdmitted(Refusal.KEY_UNKNOWN)
    if key.role is not KeyRole.BUREAU:
        raise NotAdmitted(Refusal.KEY_OF_ANOTHER_ROLE)
    if not key.could_sign(parse_rfc3339(decided_at)):
        raise NotAdmitted(Refusal.KEY_NOT_YET_VALID if key.active else Refusal.KEY_RETIRED)
    return key


def _differs(batch: object, reason: str) -> NoReturn:
    shown = batch.hex() if isinstance(batch, bytes) else repr(batch)
    found(FindingCode.ROW_DIFFERS, Check.PROJECTIONS, "decision", shown, "content", reason=reason)
