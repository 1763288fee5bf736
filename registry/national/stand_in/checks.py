"""The network's own rules for a row, stricter than the province's so that some rows come back.

They are invented for the stand-in, except for the shapes of numbers. The rules room of the register is not
used on purpose: a remote system agrees with ours by its own reading or not at all.

Source: 职业技能等级证书编码规则（试行） for the number; GB 11643 and GB 32100 for the check characters.
"""

import re
from datetime import date

from registry.national.reasons import RowReason
from registry.national.rows import InstitutionRow, Row, RowState
from signing.commitment import Record

_NUMBER = re.compile(r"[YS][0-9]{12}[0-9]{2}[1-5][0-9]{6}")
_CITIZEN = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CITIZEN_TYPES = ("201", "237", "238")
_OTHER_DOCUMENT = "299"
_LEAST_AGE = 16
_CREDIT_CODE = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_CODE_LENGTH = 18


def objection(row: Row, today: date) -> RowReason | None:
    """Why the network does not take this row, None if it does. Only what is in force is judged."""
    if isinstance(row, InstitutionRow):
        return _institution(row)
    if row.state is not RowState.VALID or row.record is None:
        return None
    return _number(row.record) or _person(row.record) or _issue(row.record, today)


def _institution(row: InstitutionRow) -> RowReason | None:
    if not _is_credit_code(str(row.facts["credit_code"])):
        return RowReason.CREDIT_CODE_WRONG
    return None if row.facts["scope"] else RowReason.SCOPE_MISSING


def _number(record: Record) -> RowReason | None:
    if not _NUMBER.fullmatch(record.number):
        return RowReason.NUMBER_MALFORMED
    stated = (record.number[:13], record.number[13:15], record.number[15])
    if stated != (record.institution, record.issued_on[2:4], record.level):
        return RowReason.NUMBER_DIFFERS
    if record.number.startswith("Y") and not record.employer:
        return RowReason.EMPLOYER_MISSING
    return None


def _person(record: Record) -> RowReason | None:
    if record.id_type == _OTHER_DOCUMENT:
        return RowReason.IDENTITY_TYPE_NOT_TAKEN
    if record.id_type in _CITIZEN_TYPES and not _is_citizen_number(record.id_number):
        return RowReason.IDENTITY_NUMBER_WRONG
    return None


def _issue(record: Record, today: date) -> RowReason | None:
    issued_on = _day(record.issued_on)
    if issued_on is None:
        return RowReason.ROW_MALFORMED
    if issued_on > today:
        return RowReason.ISSUED_IN_FUTURE
    if record.id_type in _CITIZEN_TYPES:
        text = record.id_number[6:14]
        born_on = _day(f"{text[:4]}-{text[4:6]}-{text[6:]}")
        if born_on is None:
            return RowReason.IDENTITY_NUMBER_WRONG
        had_birthday = (issued_on.month, issued_on.day) >= (born_on.month, born_on.day)
        if issued_on.year - born_on.year - (not had_birthday) < _LEAST_AGE:
            return RowReason.HOLDER_UNDER_16
    return None


def _is_citizen_number(text: str) -> bool:
    if not _CITIZEN.fullmatch(text):
        return False
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, text[:17], strict=True))
    return "10X98765432"[total % 11] == text[17]


def _is_credit_code(text: str) -> bool:
    if len(text) != _CREDIT_CODE_LENGTH or not set(text) <= set(_CREDIT_CODE):
        return False
    total = sum(pow(3, place, 31) * _CREDIT_CODE.index(each) for place, each in enumerate(text[:-1]))
    return _CREDIT_CODE[-total % 31] == text[-1]


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None
