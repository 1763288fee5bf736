"""What can be wrong, or worth a second look, in an institutions file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class ImportFaultCode(StrEnum):
    """What is wrong with a cell. A file with one of these is not taken over at all."""

    MISSING_COLUMN = "missing_column"
    UNKNOWN_COLUMN = "unknown_column"
    REPEATED_COLUMN = "repeated_column"
    EMPTY_CELL = "empty_cell"
    CREDIT_CODE_LENGTH = "credit_code_length"
    CREDIT_CODE_ALPHABET = "credit_code_alphabet"
    UNKNOWN_CATEGORY = "unknown_category"
    MALFORMED_PREFIX = "malformed_prefix"
    CATEGORY_AGAINST_PREFIX = "category_against_prefix"
    UNKNOWN_BUREAU = "unknown_bureau"
    NOT_A_DATE = "not_a_date"
    UNKNOWN_STATE = "unknown_state"
    EXPIRES_BEFORE_FILED = "expires_before_filed"
    STATE_BEFORE_FILED = "state_before_filed"
    VALIDITY_WHILE_PUBLICISED = "validity_while_publicised"
    MALFORMED_OCCUPATION_CODE = "malformed_occupation_code"
    NOT_A_SKILL_OCCUPATION = "not_a_skill_occupation"
    UNKNOWN_LEVEL = "unknown_level"
    LEVEL_BEYOND_FORM5 = "level_beyond_form5"
    BASIS_NOT_A_STANDARD = "basis_not_a_standard"
    SCOPE_ENDS_BEFORE_IT_BEGINS = "scope_ends_before_it_begins"
    DIFFERS_FROM_FIRST_ROW = "differs_from_first_row"
    REPEATED_ROW = "repeated_row"
    TOO_MANY_LINES = "too_many_lines"


class ImportWarningCode(StrEnum):
    """What a person should confirm. It stops nothing."""

    CREDIT_CODE_CHECK = "credit_code_check"
    LONGER_THAN_THREE_YEARS = "longer_than_three_years"
    LEVEL_UNUSUAL_FOR_SCHOOL = "level_unusual_for_school"
    NOT_IN_CATALOGUE = "not_in_catalogue"


@dataclass(frozen=True, slots=True)
class ImportFault:
    """A fault in one cell; `detail` holds what its sentence needs."""

    row: int
    column: str
    code: ImportFaultCode
    detail: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ImportWarning:
    """Something to confirm about one cell; `detail` holds what its sentence needs."""

    row: int
    column: str
    code: ImportWarningCode
    detail: Mapping[str, str] = field(default_factory=dict)
