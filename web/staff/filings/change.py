"""Changing a filing: a form, a page that shows what would be recorded, and the signature.

1. the form says what, from when, by which instrument
2. the preview computes the change and shows it beside what stands; nothing is kept
3. the record computes it again from the same fields, on the same version of the filing, signs it with the
   province's key and hands the signed entries to the worker

A version that is not the filing's own any more is refused: somebody else was quicker.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.book import FilingBook
from registry.filing.changes import renewable_rows
from registry.filing.errors import (
    ChangeRefused,
    FilingEntryTooLarge,
    FilingMovedOn,
    InconsistentFiling,
    ScopeLinesFault,
)
from registry.filing.expiry import renewed_until
from registry.filing.model import ChangeKind, Filing, ScopeRow, filing_on
from registry.filing.publicity import publicity_of
from registry.rules.errors import RulesError
from registry.rules.working_days import load_calendar
from registry.storage.renewal_rows import RenewalRows
from web.errors import MalformedRequest, NoSuchPage
from web.language import language_of
from web.problems import problem_of
from web.staff.desk import form_of, name_subject, note_outcome, office_of, see_other, staff_page
from web.staff.filings.asked import Asked, Proposed, proposed_beginning, proposed_change, row_key
from web.staff.filings.detail import filing_of
from web.staff.filings.differences import differences
from web.staff.filings.faults import Fault, faults_in, faults_of
from web.staff.filings.listing import bureau_pairs, category_pairs
from web.staff.filings.signing import UNSIGNED, KeyFault, hand_in, handed_in_before, key_fault, signed_change
from web.uploads import Form

NEW = "new"
_OFFERED = frozenset(ChangeKind) - {ChangeKind.LISTED, ChangeKind.PUBLICISED}
# What a form can be mended by: shown beside its fields, not as an error's page.
_MENDABLE = (
    ChangeRefused,
    ScopeLinesFault,
    InconsistentFiling,
    FilingEntryTooLarge,
    RulesError,
    MalformedRequest,
)


def change_form(request: Request) -> Response:
    """The form of one kind of change. Raises: FilingUnknown, NoSuchPage."""
    book = office_of(request).register.filings()
    return _form(request, _kind(request), filing_of(request, book), Asked(_empty()), ())


def change_preview(request: Request) -> Response:
    """What the form would record. Raises: FilingUnknown, NoSuchPage, FilingMovedOn."""
    book, asked = office_of(request).register.filings(), Asked(form_of(request))
    filing, kind = filing_of(request, book), _kind(request)
    name_subject(request, filing.number_prefix, change=kind.value)
    if asked.to_edit:
        return _form(request, kind, filing, asked, ())
    try:
        proposed = proposed_change(kind, asked, book, filing, office_of(request).today())
    except _MENDABLE as fault:
        return _form(request, kind, filing, asked, _told(request, fault))
    return _preview(request, proposed, asked, book.version(filing.number_prefix))


def change_record(request: Request) -> Response:
    """Signs and hands in what the preview showed.

    Raises: FilingUnknown, NoSuchPage, FilingMovedOn, ChangeRefused, LoginThrottled.
    """
    book, asked = office_of(request).register.filings(), Asked(form_of(request))
    filing, kind = filing_of(request, book), _kind(request)
    name_subject(request, filing.number_prefix, change=kind.value)
    if (done := _done_before(request, filing.number_prefix, asked.digest(kind.value))) is not None:
        return done
    _require_version(asked, book, filing.number_prefix)
    proposed = proposed_change(kind, asked, book, filing, office_of(request).today())
    return _record(request, proposed, asked, book)


def new_form(request: Request) -> Response:
    """The form of a new filing."""
    return _new_form(request, Asked(_empty()), ())


def new_preview(request: Request) -> Response:
    """What the form would record."""
    book, asked = office_of(request).register.filings(), Asked(form_of(request))
    if asked.to_edit:
        return _new_form(request, asked, ())
    try:
        proposed = proposed_beginning(asked, book, office_of(request).today())
    except _MENDABLE as fault:
        return _new_form(request, asked, _told(request, fault))
    name_subject(request, proposed.after.number_prefix, change=proposed.kind.value)
    return _preview(request, proposed, asked, 0)


def new_record(request: Request) -> Response:
    """Signs and hands in a new filing. Raises: as `change_record`."""
    book, asked = office_of(request).register.filings(), Asked(form_of(request))
    subject = asked.form.field("number_prefix")
    if (done := _done_before(request, subject, asked.digest(NEW))) is not None:
        return done
    _require_version(asked, book, subject)
    proposed = proposed_beginning(asked, book, office_of(request).today())
    name_subject(request, proposed.after.number_prefix, change=proposed.kind.value)
    return _record(request, proposed, asked, book)


def _record(request: Request, proposed: Proposed, asked: Asked, book: FilingBook) -> Response:
    prefix = proposed.after.number_prefix
    version = book.version(prefix)
    try:
        entries = signed_change(request, proposed.before, proposed.after, version)
    except UNSIGNED as fault:
        return _preview(request, proposed, asked, version, unsigned=key_fault(request, fault))
    digest = asked.digest(NEW if proposed.before is None else proposed.kind.value)
    job = hand_in(request, prefix, entries, digest)
    return see_other(f"/staff/jobs/{job.id}")


def _done_before(request: Request, subject: str, digest: str) -> Response | None:
    job = handed_in_before(request, subject, digest)
    return see_other(f"/staff/jobs/{job.id}") if job is not None and not job.code else None


def _require_version(asked: Asked, book: FilingBook, prefix: str) -> None:
    """What was previewed is what stands. Raises: FilingMovedOn."""
    if asked.form.field("version") != str(book.version(prefix)):
        raise FilingMovedOn


def _preview(
    request: Request,
    proposed: Proposed,
    asked: Asked,
    version: int,
    *,
    unsigned: KeyFault | None = None,
) -> Response:
    today, language = office_of(request).today(), language_of(request)
    filing, order = proposed.after, proposed.order
    path = f"/staff/filings/{NEW if proposed.before is None else f'{filing.number_prefix}/{proposed.kind}'}"
    return staff_page(
        request,
        "staff/filings_preview.html",
        status=422 if unsigned else 200,
        kind=proposed.kind,
        filing=filing,
        name=filing_on(filing, order.on).name,
        order=order,
        change=filing.changes[-1],
        found=differences(proposed.before, filing, order.on, language),
        warnings=faults_of(proposed.warnings, language),
        is_past=order.on < today,
        pairs=asked.pairs(),
        version=version,
        action=path,
        unsigned=unsigned,
    )


def _form(
    request: Request, kind: ChangeKind, filing: Filing, asked: Asked, faults: tuple[Fault, ...]
) -> Response:
    today = office_of(request).today()
    return staff_page(
        request,
        "staff/filings_change.html",
        status=422 if faults else 200,
        kind=kind,
        filing=filing,
        on_day=filing_on(filing, today),
        given=asked.form,
        faults=faults,
        errors={fault.field: fault.text for fault in faults if fault.field},
        today=today,
        suggested=_suggested_end(kind, filing),
        publicity=publicity_of(filing, load_calendar()) if kind is ChangeKind.FILED else None,
        rows=[(row_key(row), row) for row in _rows(kind, filing, today)],
        wishes=_wishes(request, kind, filing),
        bureau_pairs=bureau_pairs(language_of(request)),
    )


def _new_form(request: Request, asked: Asked, faults: tuple[Fault, ...]) -> Response:
    return staff_page(
        request,
        "staff/filings_new.html",
        status=422 if faults else 200,
        given=asked.form,
        faults=faults,
        errors={fault.field: fault.text for fault in faults if fault.field},
        today=office_of(request).today(),
        bureau_pairs=bureau_pairs(language_of(request)),
        category_pairs=category_pairs(language_of(request)),
    )


def _told(request: Request, fault: Exception) -> tuple[Fault, ...]:
    note_outcome(request, problem_of(fault).code)
    return faults_in(fault, language_of(request))


def _rows(kind: ChangeKind, filing: Filing, today: date) -> Sequence[ScopeRow]:
    if kind is ChangeKind.RENEWED:
        return renewable_rows(filing)
    return [row for row in filing.scope if row.to_on is None or row.to_on >= today]


def _wishes(request: Request, kind: ChangeKind, filing: Filing) -> Mapping[str, bool]:
    """What the institution chose in its renewal table (附件2 三), by the row's name in the form."""
    if kind is not ChangeKind.RENEWED or filing.expires_on is None:
        return {}
    entries = RenewalRows(office_of(request).register.desk_engine)
    chosen = entries.choices(filing.number_prefix, filing.expires_on)
    skills = {row_key(row): (row.occupation_code, row.occupation, row.job) for row in renewable_rows(filing)}
    return {key: chosen[skill].renew for key, skill in skills.items() if skill in chosen}


def _empty() -> Form:
    return Form({}, {})


def _suggested_end(kind: ChangeKind, filing: Filing) -> str:
    if kind is ChangeKind.RENEWED and filing.expires_on is not None:
        return renewed_until(filing.expires_on).isoformat()
    return ""


def _kind(request: Request) -> ChangeKind:
    """The kind of change in the address. Raises: NoSuchPage."""
    try:
        kind = ChangeKind(str(request.path_params["change"]))
    except ValueError as fault:
        raise NoSuchPage from fault
    if kind not in _OFFERED:
        raise NoSuchPage
    return kind
