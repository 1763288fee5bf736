"""What an audit says: every check with its outcome, what was counted, and the first thing that is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NoReturn

from signing.outcomes import Outcome, Step


class Check(StrEnum):
    """What an audit looks at."""

    ENTRIES = "entries"
    TREE = "tree"
    CHECKPOINTS = "checkpoints"
    KEYS_AND_FILINGS = "keys_and_filings"
    APPROVALS = "approvals"
    ACTS = "acts"
    STATUS_LISTS = "status_lists"
    PROJECTIONS = "projections"
    RECORDS = "records"
    BATCHES = "batches"
    ERASURES = "erasures"
    GUARD = "guard"
    DATABASE = "database"
    WITNESSES = "witnesses"
    PUBLISHED_KEYS = "published_keys"
    EARLIER_AUDIT = "earlier_audit"


# What can be looked at with the database at hand, and what with the public addresses alone.
STORED_CHECKS = (
    Check.ENTRIES,
    Check.TREE,
    Check.CHECKPOINTS,
    Check.WITNESSES,
    Check.KEYS_AND_FILINGS,
    Check.APPROVALS,
    Check.ACTS,
    Check.STATUS_LISTS,
    Check.PROJECTIONS,
    Check.RECORDS,
    Check.BATCHES,
    Check.ERASURES,
    Check.GUARD,
    Check.DATABASE,
)
PUBLIC_CHECKS = (
    Check.CHECKPOINTS,
    Check.WITNESSES,
    Check.ENTRIES,
    Check.TREE,
    Check.KEYS_AND_FILINGS,
    Check.APPROVALS,
    Check.ACTS,
    Check.EARLIER_AUDIT,
    Check.PUBLISHED_KEYS,
    Check.STATUS_LISTS,
)


class FindingCode(StrEnum):
    """What is wrong, stable for programs."""

    ENTRY_MISSING = "entry_missing"
    ENTRY_MALFORMED = "entry_malformed"
    ENTRY_ALTERED = "entry_altered"
    TIME_DECREASES = "time_decreases"
    TILE_MISSING = "tile_missing"
    TILE_ALTERED = "tile_altered"
    TILE_BEYOND_LOG = "tile_beyond_log"
    CHECKPOINT_MALFORMED = "checkpoint_malformed"
    CHECKPOINT_SIGNATURE = "checkpoint_signature"
    CHECKPOINT_ROOT = "checkpoint_root"
    CHECKPOINT_BEYOND_LOG = "checkpoint_beyond_log"
    NOT_ADMISSIBLE = "not_admissible"
    CERTIFICATE_UNCOVERED = "certificate_uncovered"
    APPROVAL_INCOMPLETE = "approval_incomplete"
    ROW_MISSING = "row_missing"
    ROW_SURPLUS = "row_surplus"
    ROW_DIFFERS = "row_differs"
    SEAL_BROKEN = "seal_broken"
    COMMITMENT_DIFFERS = "commitment_differs"
    RECORD_DIFFERS = "record_differs"
    NUMBER_REPEATED = "number_repeated"
    ERASURE_UNFINISHED = "erasure_unfinished"
    STATUS_LIST_ALTERED = "status_list_altered"
    STATUS_LIST_MALFORMED = "status_list_malformed"
    STATUS_LIST_SIGNATURE = "status_list_signature"
    STATUS_BITS_DIFFER = "status_bits_differ"
    STATUS_LIST_UNCOMMITTED = "status_list_uncommitted"
    STATUS_LIST_STALE = "status_list_stale"
    ANSWER_MISSING = "answer_missing"
    ANSWER_MALFORMED = "answer_malformed"
    ANSWER_TOO_LONG = "answer_too_long"
    ANSWER_REDIRECTED = "answer_redirected"
    WITNESSES_MISSING = "witnesses_missing"
    COSIGNATURE_ALTERED = "cosignature_altered"
    KEYS_DIFFER = "keys_differ"
    FROZEN_MALFORMED = "frozen_malformed"
    FROZEN_SIGNATURE = "frozen_signature"
    FROZEN_DIFFERS = "frozen_differs"
    LOG_SHRUNK = "log_shrunk"
    LOG_FORKED = "log_forked"
    GUARD_MISSING = "guard_missing"
    GUARD_MISMATCH = "guard_mismatch"
    DATABASE_DAMAGED = "database_damaged"


@dataclass(frozen=True)
class Finding:
    """The first bad byte: in which table, under which key, in which column, and at which offset if known.

    `table` is "guard" for the file beside the log key, and "" where the whole database is meant; seen from
    outside it is a public address, `/log/tile/0/000`, with neither key nor column. `detail` holds codes and
    numbers only, never a stored value.
    """

    code: FindingCode
    check: Check
    table: str
    key: str
    column: str = ""
    offset: int | None = None
    detail: Mapping[str, str] = field(default_factory=dict)

    @property
    def place(self) -> str:
        """The place as one word: `entry[17].body+42`, `/log/tile/0/000+17`."""
        key = "" if self.table.startswith("/") else f"[{self.key}]"
        column = f".{self.column}" if self.column else ""
        offset = "" if self.offset is None else f"+{self.offset}"
        return f"{self.table}{key}{column}{offset}"


class Found(Exception):
    """Ends an audit at its first finding. Never leaves the audit."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.code, finding.place)
        self.finding = finding


class Phase(StrEnum):
    """What time is measured for. `tree` is hashing, tiles, roots and checkpoints with their signatures."""

    READING = "reading"
    TREE = "tree"
    ENTRIES = "entries"
    PROJECTIONS = "projections"
    RECORDS = "records"
    DATABASE = "database"


@dataclass(frozen=True)
class AuditReport:
    """The result of an audit, clean or not."""

    size: int
    published_size: int
    root: bytes
    steps: tuple[Step, ...]
    counts: Mapping[str, int]
    seconds: Mapping[Phase, float]
    finding: Finding | None

    @property
    def clean(self) -> bool:
        """Nothing is wrong with what could be checked."""
        return self.finding is None


def steps(
    finding: Finding | None, not_checked: Mapping[Check, str], checks: Sequence[Check] = STORED_CHECKS
) -> tuple[Step, ...]:
    """One step a check: after a finding only that check has an outcome, for the audit ended there."""
    return tuple(_step(check, finding, not_checked) for check in checks)


def _step(check: Check, finding: Finding | None, not_checked: Mapping[Check, str]) -> Step:
    if finding is not None and finding.check is check:
        return Step(check, Outcome.FAILED, finding.code, {**finding.detail, "place": finding.place})
    if check in not_checked:
        return Step(check, Outcome.NOT_CHECKED, not_checked[check])
    if finding is not None:
        return Step(check, Outcome.NOT_CHECKED, "ended_early")
    return Step(check, Outcome.PASSED)


def found(
    code: FindingCode,
    check: Check,
    table: str,
    key: object,
    column: str = "",
    *,
    offset: int | None = None,
    **detail: object,
) -> NoReturn:
    """Ends the audit here."""
    told = {name: str(value) for name, value in detail.items()}
    raise Found(Finding(code, check, table, str(key), column, offset, told))


def first_difference(stored: Sequence[int], wanted: Sequence[int]) -> int:
    """The offset of the first byte that differs; where one ends early, its end."""
    for offset, (left, right) in enumerate(zip(stored, wanted, strict=False)):
        if left != right:
            return offset
    return min(len(stored), len(wanted))
