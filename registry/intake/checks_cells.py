"""Rules about single cells: is something there, and is it what its column asks for. R01–R08 and R13."""

from collections.abc import Sequence
from operator import attrgetter

from registry.filing.model import Category
from registry.intake.checks_reading import Neighbours, Occasion, Reading
from registry.intake.findings import Finding, FindingCode, finding
from registry.intake.form5 import Form5Column
from registry.rules.identity_documents import IdentityFaultKind, IdentityType, IdentityWarning

_ALWAYS_REQUIRED = (
    Form5Column.NAME,
    Form5Column.ID_TYPE,
    Form5Column.ID_NUMBER,
    Form5Column.OCCUPATION,
    Form5Column.LEVEL,
    Form5Column.NUMBER,
    Form5Column.ISSUED_ON,
    Form5Column.INSTITUTION,
    Form5Column.ISSUER,
)
_PLACES = tuple((column, 1 + list(Form5Column).index(column)) for column in _ALWAYS_REQUIRED)
_required_of = attrgetter(*_ALWAYS_REQUIRED)

_OTHER_EIGHTEEN = {
    "81": IdentityType.HK_MACAO_RESIDENCE_PERMIT,
    "82": IdentityType.HK_MACAO_RESIDENCE_PERMIT,
    "83": IdentityType.TAIWAN_RESIDENCE_PERMIT,
}


def required_cells(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R01: a required cell is empty.

    所在单位 is required of Y only, whose people are its own: who comes to an S institution may have none.
    工种 is required where every row of the scope that names the occupation names one.
    Source: 2025-14 附件5, art. 5, 附件1 note 2.
    """
    cells = reading.cells
    found: list[Finding] = []
    if not all(_required_of(cells)):
        found += [
            finding(FindingCode.R01, "empty", reading.row, column) for column, at in _PLACES if not cells[at]
        ]
    if not cells.employer and occasion.filing.category is Category.EMPLOYER:
        found.append(finding(FindingCode.R01, "empty", reading.row, Form5Column.EMPLOYER))
    if not cells.job and reading.occupation is not None and reading.occupation.is_known:
        occupation = reading.occupation
        if occupation.others and not occupation.scope:
            jobs = "、".join(dict.fromkeys(row.job for row in occupation.others))
            found.append(finding(FindingCode.R01, "job_needed", reading.row, Form5Column.JOB, jobs=jobs))
    return found


def identity_type(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R02: 证件类型 is not in the code table.

    Source: 2025-14 附件5 (its code list).
    """
    if reading.id_type is not None or not reading.cells.id_type:
        return ()
    meant = reading.suggested_type
    if meant is None:
        return (finding(FindingCode.R02, "unknown", reading.row, Form5Column.ID_TYPE),)
    detail = {"suggested_type": meant.value}
    return (finding(FindingCode.R02, "suggested", reading.row, Form5Column.ID_TYPE, **detail),)


def resident_identity_number(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R03: 居民身份证 length, date or check character.

    Source: GB 11643.
    """
    kind = reading.identity_fault
    if kind is None or reading.id_type is not IdentityType.RESIDENT_ID or kind is IdentityFaultKind.PROVINCE:
        return ()
    return (finding(FindingCode.R03, kind.value, reading.row, Form5Column.ID_NUMBER),)


def other_identity_number(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R04: the number does not fit the document type; one whose form nobody can check is flagged.

    An 18-digit number of no province is well formed but another document: the one it belongs to is named.
    Source: the domain's table of identity documents.
    """
    type_, kind = reading.id_type, reading.identity_fault
    if type_ is None:
        return ()
    if reading.identity is not None:
        return [
            finding(FindingCode.R04, _WARNINGS[warning], reading.row, Form5Column.ID_NUMBER, type=type_.value)
            for warning in reading.identity.warnings
        ]
    if kind is None or (type_ is IdentityType.RESIDENT_ID and kind is not IdentityFaultKind.PROVINCE):
        return ()
    meant = _document_of(reading.cells.id_number) if kind is IdentityFaultKind.PROVINCE else None
    if meant is not None and meant is not type_:
        detail = {"type": type_.value, "suggested_type": meant.value}
        return (finding(FindingCode.R04, "other_type", reading.row, Form5Column.ID_NUMBER, **detail),)
    return (finding(FindingCode.R04, kind.value, reading.row, Form5Column.ID_NUMBER, type=type_.value),)


def person_name(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R05: the name holds digits, spaces, private-use or control characters, or a mask.

    Source: finding R05; names are committed as the reviewer saw them, so they must be whole.
    """
    if reading.name_fault is None:
        return ()
    return (finding(FindingCode.R05, reading.name_fault.value, reading.row, Form5Column.NAME),)


def number_form(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R06: the certificate number is malformed, the 16-digit and the 2-letter number named as what they are.

    Source: 职业技能等级证书编码规则（试行）.
    """
    if reading.number_fault is None:
        return ()
    return (finding(FindingCode.R06, reading.number_fault.value, reading.row, Form5Column.NUMBER),)


def number_prefix(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R07: the number's prefix or category is not this institution's.

    Source: 2025-14 arts. 5 and 14; 职业技能等级证书编码规则（试行）.
    """
    number, expected = reading.number, occasion.filing.number_prefix
    if number is None or number.prefix == expected:
        return ()
    kind = "category" if number.prefix[1:] == expected[1:] else "prefix"
    return (finding(FindingCode.R07, kind, reading.row, Form5Column.NUMBER, expected=expected),)


def number_agrees(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R08: the number's year is not the issue year, or its level not the level.

    Source: 职业技能等级证书编码规则（试行）.
    """
    number, issued_on, level = reading.number, reading.issued_on, reading.level
    found: list[Finding] = []
    if number is not None and issued_on is not None and number.year != issued_on.year:
        detail = {"number": str(number.year), "issued": str(issued_on.year)}
        found.append(finding(FindingCode.R08, "year", reading.row, Form5Column.NUMBER, **detail))
    if number is not None and level is not None and number.level != level:
        detail = {"number": str(number.level.value), "level": str(level.value)}
        found.append(finding(FindingCode.R08, "level", reading.row, Form5Column.NUMBER, **detail))
    return found


def issue_date(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R13: the issue date is malformed, in the future, or too late for a batch from before the register.

    Source: 2025-14 附件5 (YYYY-MM-DD), art. 17(7): what is issued now has a deadline.
    """
    if not reading.cells.issued_on:
        return ()
    if reading.issued_on is None:
        return (finding(FindingCode.R13, "malformed", reading.row, Form5Column.ISSUED_ON),)
    if reading.issued_on > occasion.today:
        return (finding(FindingCode.R13, "future", reading.row, Form5Column.ISSUED_ON),)
    before = occasion.legacy_before if occasion.legacy else None
    if before is not None and reading.issued_on >= before:
        detail = {"before": before.isoformat()}
        return (finding(FindingCode.R13, "not_legacy", reading.row, Form5Column.ISSUED_ON, **detail),)
    return ()


_WARNINGS = {
    IdentityWarning.UNUSUAL_FORMAT: "unusual_format",
    IdentityWarning.MANUAL_REVIEW: "manual_review",
}


def _document_of(number: str) -> IdentityType | None:
    """Whose eighteen characters these are, by how they begin."""
    if "11" <= number[:2] <= "65":
        return IdentityType.RESIDENT_ID
    if number[:1] == "9":
        return IdentityType.FOREIGNER_PERMANENT_RESIDENCE
    return _OTHER_EIGHTEEN.get(number[:2])
