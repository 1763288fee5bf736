"""What a check finds: a stable code, a kind within it, where, and what its sentence needs.

No finding holds a name or an identity number: findings are stored in clear and shown to many. What they
may hold is listed here kind by kind: words of the catalogue and the filing, dates, levels, row numbers.

Source: the domain's table of findings R01–R21.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple


class FindingCode(StrEnum):
    """The stable codes; what each means is said at the rule that finds it."""

    R01 = "R01"
    R02 = "R02"
    R03 = "R03"
    R04 = "R04"
    R05 = "R05"
    R06 = "R06"
    R07 = "R07"
    R08 = "R08"
    R09 = "R09"
    R10 = "R10"
    R11 = "R11"
    R12 = "R12"
    R13 = "R13"
    R14 = "R14"
    R15 = "R15"
    R16 = "R16"
    R17 = "R17"
    R18 = "R18"
    R19 = "R19"
    R20 = "R20"
    R21 = "R21"


class Severity(StrEnum):
    """What follows: a refused row can never be approved, a flagged one needs the reviewer's word."""

    REFUSE = "refuse"
    FLAG = "flag"
    REFUSE_BATCH = "refuse_batch"


class Kind(NamedTuple):
    """A kind of finding: how grave it is, and which details it carries."""

    severity: Severity
    details: frozenset[str]


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding. `row` is the row of Form 5 (of Form 4 for R16); None for the batch as a whole.

    `column` is a `Form5Column`, for R16 a `Form4Field`; `detail` holds `kind` and what belongs to it.
    """

    code: FindingCode
    severity: Severity
    row: int | None
    column: str | None
    detail: Mapping[str, str]

    @property
    def kind(self) -> str:
        """Which of the code's kinds it is."""
        return self.detail["kind"]


def _refuse(*details: str) -> Kind:
    return Kind(Severity.REFUSE, frozenset(details))


def _flag(*details: str) -> Kind:
    return Kind(Severity.FLAG, frozenset(details))


def _refuse_batch(*details: str) -> Kind:
    return Kind(Severity.REFUSE_BATCH, frozenset(details))


KINDS: Mapping[FindingCode, Mapping[str, Kind]] = MappingProxyType(
    {
        FindingCode.R01: {"empty": _refuse(), "job_needed": _refuse("jobs")},
        FindingCode.R02: {"unknown": _refuse(), "suggested": _refuse("suggested_type")},
        FindingCode.R03: {
            "length": _refuse(),
            "format": _refuse(),
            "birth_date": _refuse(),
            "future_birth": _refuse(),
            "check_character": _refuse(),
            "first_generation": _refuse(),
            "spreadsheet": _refuse(),
        },
        FindingCode.R04: {
            "length": _refuse("type"),
            "format": _refuse("type"),
            "province": _refuse("type"),
            "other_type": _refuse("type", "suggested_type"),
            "birth_date": _refuse("type"),
            "future_birth": _refuse("type"),
            "check_character": _refuse("type"),
            "first_generation": _refuse("type"),
            "spreadsheet": _refuse("type"),
            "unusual_format": _flag("type"),
            "manual_review": _flag("type"),
        },
        FindingCode.R05: {
            "digit": _refuse(),
            "space": _refuse(),
            "private_use": _refuse(),
            "control": _refuse(),
            "masked": _refuse(),
        },
        FindingCode.R06: {"sixteen_digits": _refuse(), "two_letters": _refuse(), "malformed": _refuse()},
        FindingCode.R07: {"prefix": _refuse("expected"), "category": _refuse("expected")},
        FindingCode.R08: {"year": _refuse("number", "issued"), "level": _refuse("number", "level")},
        FindingCode.R09: {"in_file": _refuse("rows"), "registered": _refuse()},
        FindingCode.R10: {
            "alias": _refuse("suggestion"),
            "older_edition": _refuse("suggestion", "edition"),
            "misprint": _refuse("suggestion"),
            "job_as_occupation": _refuse("suggestion"),
            "near_miss": _refuse("suggestion"),
            "occupation_unlisted": _refuse("edition"),
            "job_unlisted": _refuse("edition"),
        },
        FindingCode.R11: {
            "occupation": _refuse("occupations"),
            "nothing_filed": _refuse(),
            "job": _refuse("jobs"),
            "no_jobs": _refuse(),
            "level": _refuse("level", "levels"),
            "interval": _refuse("from_on", "to_on"),
            "interval_open": _refuse("from_on"),
            "basis": _refuse(),
            "level_unknown": _refuse(),
            "level_contradictory": _refuse(),
            "level_beyond_form5": _refuse(),
        },
        FindingCode.R12: {
            "before_filing": _refuse(),
            "publicised": _refuse(),
            "expired": _refuse("expires_on"),
            "withdrawn": _refuse(),
            "ordered_out": _refuse(),
            "merged": _refuse(),
            "cancelled": _refuse(),
        },
        FindingCode.R13: {"malformed": _refuse(), "future": _refuse(), "not_legacy": _refuse("before")},
        FindingCode.R14: {"late": _flag("deadline", "days"), "late_provisional": _flag("deadline", "days")},
        FindingCode.R15: {"registered": _flag("issued_on"), "in_file": _flag("rows")},
        FindingCode.R16: {
            "institution": _refuse_batch("expected"),
            "file_name": _refuse_batch(),
            "count": _refuse_batch("occupation", "job", "level", "form4", "form5"),
            "count_unnamed": _refuse_batch("form4", "form5"),
            "count_unreadable": _refuse_batch(),
        },
        FindingCode.R17: {"other_name": _refuse("names")},
        FindingCode.R18: {"other_unit": _flag("names")},
        FindingCode.R19: {
            "several_levels_in_file": _flag("rows"),
            "several_levels_registered": _flag("level"),
            "level_order_in_file": _flag("rows"),
            "level_order_registered": _flag("level", "issued_on"),
            "serial_order": _flag(),
            "under_sixteen": _flag(),
        },
        FindingCode.R20: {
            "admission": _refuse("qualification", "list"),
            "admission_to_check": _flag("qualification", "list"),
            "level": _flag("qualification", "list"),
            "before_list": _flag("qualification", "list"),
        },
        FindingCode.R21: {"other_group": _refuse("group")},
    }
)

_SHOWN_ROWS = 5


def finding(code: FindingCode, kind: str, row: int | None, column: str | None, **detail: str) -> Finding:
    """A finding of a kind in the table, with exactly the details that belong to it."""
    known = KINDS[code][kind]
    if known.details != detail.keys():
        raise ValueError(code, kind)
    return Finding(code, known.severity, row, column, {"kind": kind, **detail})


def row_list(rows: list[int]) -> str:
    """Row numbers for a detail: the first few, and `…` if there are more."""
    shown = ",".join(str(row) for row in rows[:_SHOWN_ROWS])
    return f"{shown},…" if len(rows) > _SHOWN_ROWS else shown
