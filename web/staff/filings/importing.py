"""Taking over a list of institutions: checked first, then signed, the same file both times.

The server keeps nothing between the two steps: the second one carries the file again, and is done only if it
is the file that was checked.

Source: 2025-14 arts. 12, 13 (the province publishes the list of institutions).
"""

from dataclasses import dataclass
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response

from registry.filing.errors import FilingImportFault
from registry.filing.import_faults import ImportFault
from registry.filing.import_file import FilingImport, read_filings
from registry.filing.model import Filing
from registry.filing.record import as_listed, signed_entries
from registry.intake.errors import IntakeError
from registry.ledger.entries import Entry
from web.errors import MalformedRequest
from web.language import language_of
from web.staff.desk import form_of, name_subject, note_outcome, office_of, see_other, staff_page
from web.staff.filings.differences import differences
from web.staff.filings.faults import faults_of
from web.staff.filings.signing import UNSIGNED, KeyFault, hand_in, handed_in_before, key_fault, province_key
from web.words.intake_errors import import_fault_sentence, intake_error_sentence

MAX_FILE_BYTES = 5 << 20
_FILE = "file"
# A page that shows a checked file asks for it again, and beside it offers to check another one.
_ANOTHER = "list"


@dataclass(frozen=True)
class Taken:
    """A list beside the register: what is new, and what was and will be."""

    listed: FilingImport
    new: tuple[Filing, ...]
    changed: tuple[tuple[Filing, Filing], ...]
    digest: str

    @property
    def unchanged(self) -> int:
        """How many filings of the list the register holds as they are."""
        return len(self.listed.filings) - len(self.new) - len(self.changed)


def import_form(request: Request) -> Response:
    """Where a file is chosen."""
    return _page(request)


def import_check(request: Request) -> Response:
    """What a file would change, or every fault in it. Nothing is recorded."""
    return _checked(request)


def import_record(request: Request) -> Response:
    """Signs and hands in what was checked. Raises: FilingMovedOn, LoginThrottled."""
    asked, data = form_of(request).field("checked"), form_of(request).file(_FILE) or b""
    if not asked or asked != sha256(data).hexdigest():
        return _checked(request, other_file=True)
    subject = f"list:{asked[:16]}"
    if (job := handed_in_before(request, subject, asked)) is not None and not job.code:
        return see_other(f"/staff/jobs/{job.id}")
    taken = _taken(request, data)
    name_subject(request, subject, new=str(len(taken.new)), changed=str(len(taken.changed)))
    try:
        entries = _signed(request, taken)
    except UNSIGNED as fault:
        return _page(request, taken=taken, unsigned=key_fault(request, fault))
    if not entries:
        return _page(request, taken=taken)
    return see_other(f"/staff/jobs/{hand_in(request, subject, entries, asked).id}")


def _checked(request: Request, *, other_file: bool = False) -> Response:
    language = language_of(request)
    try:
        taken = _taken(request, _file(request))
    except FilingImportFault as fault:
        note_outcome(request, fault.code)
        lines = [(each, import_fault_sentence(each, language)) for each in fault.faults]
        return _page(request, faults=lines)
    except IntakeError as fault:
        note_outcome(request, fault.code)
        return _page(request, unreadable=intake_error_sentence(fault, language))
    except MalformedRequest as fault:
        note_outcome(request, fault.code)
        return _page(request, missing=True)
    name_subject(request, f"list:{taken.digest[:16]}", new=str(len(taken.new)))
    return _page(request, taken=taken, other_file=other_file)


def _file(request: Request) -> bytes:
    """The file of the form. Raises: MalformedRequest if none was chosen."""
    data = form_of(request).file(_FILE) or form_of(request).file(_ANOTHER)
    if data is None:
        raise MalformedRequest(_FILE)
    return data


def _taken(request: Request, data: bytes) -> Taken:
    """The list beside the register. Raises: FilingImportFault, IntakeError."""
    office, form = office_of(request), form_of(request)
    listed = read_filings(data, form.file_name(_FILE) or form.file_name(_ANOTHER))
    book, today = office.register.filings(), office.today()
    new: list[Filing] = []
    changed: list[tuple[Filing, Filing]] = []
    for filing in listed.filings:
        before = book.by_prefix(filing.number_prefix)
        after = as_listed(before, filing, today)
        if before is None:
            new.append(after)
        elif after != before:
            changed.append((before, after))
    return Taken(listed, tuple(new), tuple(changed), sha256(data).hexdigest())


def _signed(request: Request, taken: Taken) -> list[Entry]:
    """The entries of the whole list. Raises: as `province_key`."""
    register, key = office_of(request).register, province_key(request)
    book, origin = register.filings(), register.places.log_origin
    pairs: list[tuple[Filing | None, Filing]] = [*((None, each) for each in taken.new), *taken.changed]
    return [
        entry
        for before, after in pairs
        for entry in signed_entries(
            before,
            after,
            version=book.version(after.number_prefix),
            province_key=key,
            log_origin=origin,
        )
    ]


def _page(
    request: Request,
    *,
    taken: Taken | None = None,
    faults: list[tuple[ImportFault, str]] | None = None,
    unreadable: str = "",
    missing: bool = False,
    other_file: bool = False,
    unsigned: KeyFault | None = None,
) -> Response:
    language, today = language_of(request), office_of(request).today()
    failed = bool(faults or unreadable or missing or other_file or unsigned)
    warnings = faults_of(taken.listed.warnings, language) if taken else []
    return staff_page(
        request,
        "staff/filings_import.html",
        status=422 if failed else 200,
        taken=taken,
        warnings=warnings,
        changes=[
            (after, differences(before, after, today, language))
            for before, after in (taken.changed if taken else ())
        ],
        faults=faults or [],
        unreadable=unreadable,
        missing=missing,
        other_file=other_file,
        unsigned=unsigned,
    )
