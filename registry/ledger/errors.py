"""Errors of the ledger room.

LedgerError
├── MalformedEntry        bytes that are no entry of this log
├── NotAdmitted           a signed act that the rules of the log refuse; `reason` says which rule
├── NumberTaken           a certificate number that another certificate already has
├── GuardMissing          the log has entries and the guard beside the key is gone
├── GuardMismatch         the log and the guard do not fit; `kind` says how, and so what to do
├── LogFrozen             the province ended this log: it is read, and never written again
├── RegisterMissing       the register's file is gone from beside its guard
├── LogKeyUnavailable    a log key that would have to sign is not at hand, or none may sign; `kind` says which
├── WriterBusy            another writer holds the log
├── OutOfRange            an index or size that the published log does not have
├── MissingTile           stored rows that the log's own size says must be there
├── PublicLogUnavailable  the public addresses of a log could not be read; says nothing about the log
├── AuditStateUnusable    the file of the last audit cannot be read, or is of another log
└── LogNotFound           the log was never begun
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class LedgerError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "ledger_error"


class MalformedEntry(LedgerError):
    """The bytes are no entry of this log."""

    code = "malformed_entry"


class Refusal(StrEnum):
    """Which rule of the log refused an entry."""

    KEY_UNKNOWN = "key_unknown"
    KEY_RETIRED = "key_retired"
    KEY_NOT_YET_VALID = "key_not_yet_valid"
    KEY_EXPIRED = "key_expired"
    KEY_OF_ANOTHER_BUREAU = "key_of_another_bureau"
    KEY_OF_ANOTHER_ROLE = "key_of_another_role"
    NOT_THE_RESPONSIBLE_BUREAU = "not_the_responsible_bureau"
    INSTITUTION_UNKNOWN = "institution_unknown"
    BATCH_ALREADY_APPROVED = "batch_already_approved"
    COUNT_DIFFERS = "count_differs"
    ROOT_DIFFERS = "root_differs"
    ORDER_DIFFERS = "order_differs"
    SIGNATURE_WRONG = "signature_wrong"
    RECORD_DIFFERS = "record_differs"
    CERTIFICATE_UNKNOWN = "certificate_unknown"
    CHAIN_MOVED_ON = "chain_moved_on"
    ACT_NOT_POSSIBLE = "act_not_possible"
    REQUEST_DONE = "request_done"
    NUMBER_MUST_STAY = "number_must_stay"
    FILING_MOVED_ON = "filing_moved_on"
    PROOF_OF_POSSESSION_WRONG = "proof_of_possession_wrong"
    DECISION_DIFFERS = "decision_differs"
    CUSTODY_DIFFERS = "custody_differs"


class NotAdmitted(LedgerError):
    """A rule of the log refused the entry; nothing was appended."""

    code = "not_admitted"

    def __init__(self, reason: Refusal) -> None:
        super().__init__(reason)
        self.reason = reason


class NumberTaken(LedgerError):
    """A number is given once and for all; this one already has a certificate."""

    code = "number_taken"


class GuardMissing(LedgerError):
    """The log has entries but the guard that lives beside its key is gone."""

    code = "guard_missing"


class GuardFault(StrEnum):
    """How the log and the guard do not fit."""

    LOG_BEHIND = "log_behind"
    LOG_DIFFERS = "log_differs"
    GUARD_BEHIND = "guard_behind"
    OTHER_LOG = "other_log"


class GuardMismatch(LedgerError):
    """The stored log does not extend the tree head that was last signed, or the guard is an old copy."""

    code = "guard_mismatch"

    def __init__(self, kind: GuardFault, *, guard_size: int, log_size: int) -> None:
        super().__init__(kind, guard_size, log_size)
        self.kind = kind
        self.guard_size = guard_size
        self.log_size = log_size


class LogFrozen(LedgerError):
    """A statement of the province root beside the guard ended this log. `successor` may be ""."""

    code = "log_frozen"

    def __init__(self, successor: str) -> None:
        super().__init__(successor)
        self.successor = successor


class RegisterMissing(LedgerError):
    """The log was begun, but the file that holds it is gone or empty. None is made in its place."""

    code = "register_missing"


class LogKeyFault(StrEnum):
    """Why a checkpoint can't be signed."""

    NONE_ACTIVE = "none_active"
    NOT_HELD = "not_held"


class LogKeyUnavailable(LedgerError):
    """No checkpoint can be signed; nothing was appended. `key_ids` are the log keys that are not at hand."""

    code = "log_key_unavailable"

    def __init__(self, kind: LogKeyFault, key_ids: Sequence[str] = ()) -> None:
        super().__init__(kind, *key_ids)
        self.kind = kind
        self.key_ids = tuple(key_ids)


class WriterBusy(LedgerError):
    """Another process is appending and did not finish in time."""

    code = "writer_busy"


class OutOfRange(LedgerError):
    """The published log has no such entry, tile or size."""

    code = "out_of_range"


class MissingTile(LedgerError):
    """The store lacks a tile or an entry that the log's size says is there: only an audit can tell more."""

    code = "missing_tile"


class LogNotFound(LedgerError):
    """The log was never begun here."""

    code = "log_not_found"


class PublicLogUnavailable(LedgerError):
    """A public address did not answer; `reason` says how, `address` which one."""

    code = "public_log_unavailable"

    def __init__(self, address: str, reason: str) -> None:
        super().__init__(address, reason)
        self.address = address
        self.reason = reason


class AuditStateUnusable(LedgerError):
    """The file that remembers the last audit is no checkpoint, or one of another log."""

    code = "audit_state_unusable"
