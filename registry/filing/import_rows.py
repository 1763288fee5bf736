"""One line of an institutions file as values: the filing's own facts, and one row of its scope."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

from registry.errors import RegistryError
from registry.filing.import_faults import ImportFault, ImportFaultCode, ImportWarning, ImportWarningCode
from registry.filing.model import Category, FilingState, ScopeRow, is_national_standard
from registry.intake.cell_dates import parse_cell_date
from registry.rules.bureaus import parse_bureau
from registry.rules.certificate_number import is_number_prefix, tidy_number
from registry.rules.credit_code import CreditCodeFault, CreditCodeFaultKind, parse_credit_code
from registry.rules.levels import LevelFault, LevelFaultKind, parse_levels
from registry.rules.occupation_entries import OccupationCodeFault
from registry.rules.occupations import Catalogue, Unknown, is_skill_occupation

FILING_COLUMNS = (
    "credit_code", "name", "short_name", "category", "number_prefix", "filing_number", "bureau",
    "filed_on", "expires_on", "state", "state_on", "instrument",
)  # fmt: skip
SCOPE_COLUMNS = ("occupation_code", "occupation", "job", "levels", "basis", "scope_from", "scope_to")
COLUMNS = FILING_COLUMNS + SCOPE_COLUMNS

_STATES = {
    "公示中": FilingState.PUBLICISED,
    "备案有效": FilingState.FILED,
    "限期整改": FilingState.RECTIFYING,
    "到期自动终止": FilingState.EXPIRED,
    "自愿退出": FilingState.WITHDRAWN,
    "责令退出": FilingState.ORDERED_OUT,
    "取消备案资质": FilingState.CANCELLED,
    "合并终止": FilingState.MERGED,
} | {state.value: state for state in FilingState if state is not FilingState.UNKNOWN}

_FILING_YEARS = 3
_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class FilingFacts:
    """What a line says about the filing as a whole."""

    credit_code: str
    name: str
    short_name: str
    category: Category
    number_prefix: str
    filing_number: str
    bureau: str
    filed_on: date | None
    expires_on: date | None
    state: FilingState
    state_on: date
    instrument: str


@dataclass(slots=True)
class Line:
    """A line being read: its cells, and what has been found in it so far."""

    row: int
    cells: Mapping[str, str]
    faults: list[ImportFault] = field(default_factory=list)
    warnings: list[ImportWarning] = field(default_factory=list)

    def fault(self, column: str, code: ImportFaultCode, **detail: str) -> None:
        """Note a fault in a cell."""
        self.faults.append(ImportFault(self.row, column, code, detail))

    def warn(self, column: str, code: ImportWarningCode, **detail: str) -> None:
        """Note something to confirm."""
        self.warnings.append(ImportWarning(self.row, column, code, detail))

    def required(self, column: str) -> str:
        """A cell that must hold something; "" and a fault if it does not."""
        if not self.cells[column]:
            self.fault(column, ImportFaultCode.EMPTY_CELL)
        return self.cells[column]

    def parsed(self, column: str, text: str, parse: Callable[[str], _T], code: ImportFaultCode) -> _T | None:
        """What `parse` makes of a text, or None and a fault; an empty text is nobody's fault here."""
        if not text:
            return None
        try:
            return parse(text)
        except (RegistryError, ValueError):
            self.fault(column, code)
            return None

    def day(self, column: str) -> date | None:
        """The day in a cell that may be empty."""
        return self.parsed(column, self.cells[column], parse_cell_date, ImportFaultCode.NOT_A_DATE)


def read_facts(line: Line) -> FilingFacts | None:
    """The filing's facts, or None if the line has faults in them.

    Source: 2025-14 arts. 5, 12, 13; 2020-17 art. 22.
    """
    before = len(line.faults)
    state = line.parsed("state", line.required("state"), _state, ImportFaultCode.UNKNOWN_STATE)
    publicised = state is FilingState.PUBLICISED
    line.required("state_on")
    if not publicised:
        line.required("filing_number")
        line.required("filed_on")
        line.required("expires_on")
    facts = (
        _credit_code(line),
        line.required("name"),
        line.parsed(
            "category", line.required("category").upper(), Category, ImportFaultCode.UNKNOWN_CATEGORY
        ),
        _prefix(line),
        line.parsed("bureau", line.required("bureau"), parse_bureau, ImportFaultCode.UNKNOWN_BUREAU),
        line.day("filed_on"),
        line.day("expires_on"),
        line.day("state_on"),
    )
    credit_code, name, category, prefix, bureau, filed_on, expires_on, state_on = facts
    if category is not None and prefix and prefix[0] != category:
        line.fault("category", ImportFaultCode.CATEGORY_AGAINST_PREFIX, prefix=prefix)
    _check_validity(line, publicised, filed_on, expires_on, state_on)
    if len(line.faults) > before or category is None or bureau is None or state is None or state_on is None:
        return None
    return FilingFacts(
        credit_code, name, line.cells["short_name"], category, prefix, line.cells["filing_number"],
        bureau.code, filed_on, expires_on, state, state_on, line.cells["instrument"],
    )  # fmt: skip


def has_scope(line: Line) -> bool:
    """Whether the line has anything to say about the scope."""
    return any(line.cells[column] for column in SCOPE_COLUMNS)


def read_scope_row(line: Line, facts: FilingFacts | None, catalogue: Catalogue) -> ScopeRow | None:
    """The line's row of the scope, or None if it has faults.

    Source: 2025-14 arts. 4, 5, 6 and 附件1 二 with its notes.
    """
    before = len(line.faults)
    code = _occupation_code(line)
    occupation, basis = line.required("occupation"), line.required("basis")
    job = "" if line.cells["job"] in ("-", "--", "无") else line.cells["job"]
    levels = _levels(line)
    from_on = line.day("scope_from")
    if not line.cells["scope_from"] and facts is not None:
        from_on = facts.filed_on
    to_on = line.day("scope_to")
    if facts is None and not line.cells["scope_from"]:
        return None
    if from_on is None and not line.cells["scope_from"]:
        line.fault("scope_from", ImportFaultCode.EMPTY_CELL)
    if from_on and to_on and to_on < from_on:
        line.fault("scope_to", ImportFaultCode.SCOPE_ENDS_BEFORE_IT_BEGINS)
    if facts is not None and facts.category is Category.PUBLIC and basis and not is_national_standard(basis):
        line.fault("basis", ImportFaultCode.BASIS_NOT_A_STANDARD)
    if len(line.faults) > before or from_on is None:
        return None
    _look_twice(line, facts, catalogue, (code, occupation, job), levels)
    return ScopeRow(code, occupation, job, levels, basis, from_on, to_on)


def _state(text: str) -> FilingState:
    state = _STATES.get(text.lower())
    if state is None:
        raise ValueError
    return state


def _credit_code(line: Line) -> str:
    text = line.required("credit_code")
    if not text:
        return ""
    try:
        parsed = parse_credit_code(text)
    except CreditCodeFault as fault:
        wrong_length = fault.kind is CreditCodeFaultKind.LENGTH
        code = ImportFaultCode.CREDIT_CODE_LENGTH if wrong_length else ImportFaultCode.CREDIT_CODE_ALPHABET
        line.fault("credit_code", code)
        return ""
    if not parsed.check_passes:
        # Real codes that fail the check exist.
        line.warn("credit_code", ImportWarningCode.CREDIT_CODE_CHECK)
    return parsed.text


def _prefix(line: Line) -> str:
    prefix = tidy_number(line.required("number_prefix"))
    if prefix and not is_number_prefix(prefix):
        line.fault("number_prefix", ImportFaultCode.MALFORMED_PREFIX)
        return ""
    return prefix


def _check_validity(
    line: Line, publicised: bool, filed_on: date | None, expires_on: date | None, state_on: date | None
) -> None:
    """The filing's dates against each other.

    Source: 2025-14 arts. 12(4) and 13.
    """
    if publicised:
        for column, day in (("filed_on", filed_on), ("expires_on", expires_on)):
            if day is not None:
                line.fault(column, ImportFaultCode.VALIDITY_WHILE_PUBLICISED)
        return
    if filed_on and state_on and state_on < filed_on:
        line.fault("state_on", ImportFaultCode.STATE_BEFORE_FILED)
    if filed_on and expires_on:
        if expires_on < filed_on:
            line.fault("expires_on", ImportFaultCode.EXPIRES_BEFORE_FILED)
        elif expires_on.toordinal() - filed_on.toordinal() > _FILING_YEARS * 365 + 1:
            line.warn("expires_on", ImportWarningCode.LONGER_THAN_THREE_YEARS)


def _occupation_code(line: Line) -> str:
    code = line.required("occupation_code")
    try:
        if code and not is_skill_occupation(code):
            line.fault("occupation_code", ImportFaultCode.NOT_A_SKILL_OCCUPATION)
    except OccupationCodeFault:
        line.fault("occupation_code", ImportFaultCode.MALFORMED_OCCUPATION_CODE)
    return code


def _levels(line: Line) -> tuple[int, ...]:
    text = line.required("levels")
    if not text:
        return ()
    try:
        return tuple(int(level) for level in parse_levels(text))
    except LevelFault as fault:
        beyond = fault.kind is LevelFaultKind.BEYOND_FORM5
        line.fault("levels", ImportFaultCode.LEVEL_BEYOND_FORM5 if beyond else ImportFaultCode.UNKNOWN_LEVEL)
        return ()


def _look_twice(
    line: Line,
    facts: FilingFacts | None,
    catalogue: Catalogue,
    names: tuple[str, str, str],
    levels: tuple[int, ...],
) -> None:
    """What is not wrong but worth a question.

    Source: 2020-47 二(三), a pilot rule, for the levels of schools.
    """
    code, occupation, job = names
    resolution = catalogue.resolve(occupation, job, code)
    if isinstance(resolution, Unknown):
        meant = resolution.suggestion
        suggestion = f"{meant.code} {meant.occupation} {meant.job}".strip() if meant else ""
        line.warn("occupation", ImportWarningCode.NOT_IN_CATALOGUE, suggestion=suggestion)
    highest = _highest_level_of_school(facts.name) if facts else 1
    if min(levels) < highest:
        line.warn("levels", ImportWarningCode.LEVEL_UNUSUAL_FOR_SCHOOL, level=str(highest))


def _highest_level_of_school(name: str) -> int:
    if "技师学院" in name or "技工学校" not in name:
        return 1
    return 3 if "高级技工学校" in name else 4
