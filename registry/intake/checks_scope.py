"""Rules about what the institution may certify, judged on the issue date. R10–R12, R17, R18, R20, R21."""

from collections.abc import Sequence
from datetime import date

from registry.filing.model import Category, FilingState, ScopeRow, is_national_standard
from registry.intake.checks_reading import Neighbours, Occasion, Occupation, Reading, unit_name
from registry.intake.findings import Finding, FindingCode, finding
from registry.intake.form5 import Form5Column
from registry.rules.occupations import Part, Reason, Unknown

_SHOWN = 8


def catalogue_names(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R10: occupation or 工种 is not the catalogue's name, in the edition of the issue date.

    Source: 2025-14 art. 4, 附件1 notes 1 and 2; 职业分类大典.
    """
    occupation = reading.occupation
    if occupation is None or not isinstance(occupation.resolution, Unknown):
        return ()
    unknown = occupation.resolution
    column = Form5Column.JOB if unknown.part is Part.JOB else Form5Column.OCCUPATION
    if unknown.suggestion is None or unknown.reason is Reason.UNLISTED:
        kind = f"{column}_unlisted"
        return (finding(FindingCode.R10, kind, reading.row, column, edition=unknown.edition),)
    meant = unknown.suggestion
    suggestion = f"{meant.occupation}（{meant.job}）" if meant.job else meant.occupation
    detail = {"suggestion": suggestion}
    if unknown.reason is Reason.OLDER_EDITION:
        detail["edition"] = unknown.edition
    return (finding(FindingCode.R10, unknown.reason.value, reading.row, column, **detail),)


def filed_scope(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R11: occupation, 工种 or level is outside the filed scope on the issue date.

    Also levels that no scope can hold: unknown ones, and 学徒工, 特级技师 and 首席技师, which Form 5 cannot
    carry. Where the whole filing was not in force (R12), intervals of its rows are not asked about again.
    Source: 2025-14 arts. 5, 6, 14 and 附件1 二.
    """
    if _is_filed(reading, occasion):
        return ()
    found: list[Finding] = []
    if reading.level_fault is not None:
        kind = f"level_{reading.level_fault.value}"
        found.append(finding(FindingCode.R11, kind, reading.row, Form5Column.LEVEL))
    occupation = reading.occupation
    if occupation is None or not occupation.is_known:
        return found
    if not occupation.scope:
        return [*found, *_outside(reading, occupation, occasion)]
    level = reading.level
    fitting = [row for row in occupation.scope if level is None or level in row.levels]
    if level is not None and not fitting:
        filed = sorted({each for row in occupation.scope for each in row.levels}, reverse=True)
        detail = {"level": str(level.value), "levels": "、".join(map(str, filed))}
        return [finding(FindingCode.R11, "level", reading.row, Form5Column.LEVEL, **detail)]
    if reading.day is None or not reading.day.filing.may_certify or reading.issued_on is None:
        return found
    in_force = [row for row in fitting if row.covers(reading.issued_on)]
    if not in_force:
        found.append(_not_in_force(reading, fitting[-1]))
    elif occasion.filing.category is Category.PUBLIC and not any(_by_standard(row) for row in in_force):
        found.append(finding(FindingCode.R11, "basis", reading.row, Form5Column.OCCUPATION))
    return found


def filing_in_force(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R12: the issue date lies outside the filing's validity.

    Source: 2025-14 arts. 13, 15; 2024-26 (十).
    """
    if reading.day is None or reading.day.filing.may_certify:
        return ()
    state = reading.day.filing.state
    column = Form5Column.ISSUED_ON
    if state is FilingState.EXPIRED:
        expires_on = occasion.filing.expires_on
        detail = {"expires_on": expires_on.isoformat() if expires_on else ""}
        return (finding(FindingCode.R12, "expired", reading.row, column, **detail),)
    kind = "before_filing" if state is FilingState.UNKNOWN else state.value
    return (finding(FindingCode.R12, kind, reading.row, column),)


def institution_names(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R17: 评价机构 or 发证机构 is not one of the filing's names on the issue date.

    Source: 2025-14 art. 14 (谁认定、谁发证、谁负责).
    """
    day, cells = reading.day, reading.cells
    if day is None or (cells.institution in day.filing.names and cells.issuer in day.filing.names):
        return ()
    return [
        finding(FindingCode.R17, "other_name", reading.row, column, names="、".join(day.filing.names))
        for column, text in (
            (Form5Column.INSTITUTION, cells.institution),
            (Form5Column.ISSUER, cells.issuer),
        )
        if text and unit_name(text) not in day.units
    ]


def own_people(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R18: a Y institution certifies its own staff or students, and 所在单位 is another unit.

    Source: 2025-14 art. 5.
    """
    day, employer = reading.day, reading.cells.employer
    if occasion.filing.category is not Category.EMPLOYER or day is None or not employer:
        return ()
    if unit_name(employer) in day.units:
        return ()
    names = "、".join(day.filing.names)
    return (finding(FindingCode.R18, "other_unit", reading.row, Form5Column.EMPLOYER, names=names),)


def qualification_list(reading: Reading, occasion: Occasion, _: Neighbours) -> Sequence[Finding]:
    """R20: the occupation is in the 国家职业资格目录; only a certain 准入类 entry refuses.

    The list speaks for the days since it was published; for earlier ones a reviewer must look.
    Source: 2025-14 art. 4 (另行规定); the list named in the finding.
    """
    occupation = reading.occupation
    if occupation is None or not occupation.is_known:
        return ()
    listed, entry = occasion.qualifications, occupation.listed
    if entry is None:
        return ()
    if reading.issued_on is not None and reading.issued_on < listed.published_on:
        kind = "before_list"
    elif entry.refuses:
        kind = "admission"
    else:
        kind = "level" if entry.kind.value == "level" else "admission_to_check"
    detail = {"qualification": entry.name, "list": listed.title}
    return (finding(FindingCode.R20, kind, reading.row, Form5Column.OCCUPATION, **detail),)


def major_groups(reading: Reading, _: Occasion, __: Neighbours) -> Sequence[Finding]:
    """R21: the occupation is outside major groups 3 to 6.

    Source: 2025-14 art. 4.
    """
    occupation = reading.occupation
    if occupation is None or occupation.is_skill or not occupation.is_known:
        return ()
    group = occupation.code[:1]
    return (finding(FindingCode.R21, "other_group", reading.row, Form5Column.OCCUPATION, group=group),)


def _is_filed(reading: Reading, occasion: Occasion) -> bool:
    """Whether all is well, which it nearly always is: then nothing has to be told apart."""
    occupation, level, on = reading.occupation, reading.level, reading.issued_on
    if occupation is None or level is None or on is None:
        return False
    any_basis = occasion.filing.category is not Category.PUBLIC
    for row in occupation.scope:
        if level in row.levels and row.covers(on) and (any_basis or _by_standard(row)):
            return True
    return False


def _outside(reading: Reading, occupation: Occupation, occasion: Occasion) -> list[Finding]:
    """The finding for words that are right but that no row of the scope has."""
    if not occupation.others:
        names = list(dict.fromkeys(row.occupation for row in _open_rows(occasion, reading.issued_on)))
        if not names:
            return [finding(FindingCode.R11, "nothing_filed", reading.row, Form5Column.OCCUPATION)]
        detail = {"occupations": _listed(names)}
        return [finding(FindingCode.R11, "occupation", reading.row, Form5Column.OCCUPATION, **detail)]
    jobs = [row.job for row in occupation.others if row.job]
    if not reading.cells.job:
        # Reported as R01: the 工种 is missing, not wrong.
        return []
    if not jobs:
        return [finding(FindingCode.R11, "no_jobs", reading.row, Form5Column.JOB)]
    return [
        finding(FindingCode.R11, "job", reading.row, Form5Column.JOB, jobs=_listed(list(dict.fromkeys(jobs))))
    ]


def _open_rows(occasion: Occasion, on: date | None) -> list[ScopeRow]:
    return [row for row in occasion.filing.scope if on is None or row.covers(on)]


def _listed(names: list[str]) -> str:
    return "、".join(names[:_SHOWN]) + ("…" if len(names) > _SHOWN else "")


def _not_in_force(reading: Reading, row: ScopeRow) -> Finding:
    from_on, column = row.from_on.isoformat(), Form5Column.ISSUED_ON
    if row.to_on is None:
        return finding(FindingCode.R11, "interval_open", reading.row, column, from_on=from_on)
    to_on = row.to_on.isoformat()
    return finding(FindingCode.R11, "interval", reading.row, column, from_on=from_on, to_on=to_on)


def _by_standard(row: ScopeRow) -> bool:
    return is_national_standard(row.basis)
