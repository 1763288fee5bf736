"""Uploading a batch: both forms at once, for one filing, as a new batch or in another's place."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from registry.intake.errors import EmptyWorkbook, IntakeError
from registry.intake.job import HandedIn, hand_in
from registry.intake.legacy import MAX_REVIEW
from registry.intake.uploads import LONGEST_PLAN, Circumstances, Upload
from registry.review.errors import BatchSuperseded
from web.errors import MalformedRequest
from web.language import language_of
from web.problems import problem_of
from web.staff.desk import account_of, form_of, name_subject, note_outcome, office_of, see_other, staff_page
from web.staff.institution.reach import batch_id, own_batch, own_filing, own_filings
from web.uploads import Form
from web.words.intake_errors import intake_error_sentence

PATH = "/staff/batches/new"
_FIELDS = ("prefix", "previous", "plan", "legacy")
_LONGEST_NAME = 150


def ask(request: Request) -> Response:
    """The page. What was filled in before a log-in ran out comes back in the address."""
    return _page(request, {name: request.query_params.get(name, "")[:60] for name in _FIELDS})


def take(request: Request) -> Response:
    """Hands both files in, and leads to the batch that they become."""
    form = form_of(request)
    values = {name: form.field(name) for name in _FIELDS}
    errors = _errors(form)
    if errors:
        return _refused(request, values, errors, "incomplete")
    try:
        handed = hand_in_form(request, form)
    except IntakeError as fault:
        return _refused(request, values, {"": intake_error_sentence(fault, language_of(request))}, fault.code)
    except BatchSuperseded as fault:
        detail = problem_of(fault).detail(language_of(request))
        return _refused(request, values, {"": detail}, fault.code)
    identity = handed.id.hex()
    name_subject(request, identity)
    return see_other(f"/staff/jobs/{identity}" if handed.job else f"/staff/batches/{identity}?again=1")


def checked_fields(form: Form) -> None:
    """What a program forgot or wrote too long. Raises: MalformedRequest."""
    for name in _errors(form):
        raise MalformedRequest(name)


def hand_in_form(request: Request, form: Form, *, key: str = "") -> HandedIn:
    """The upload in a form, of a page or of the API. Raises: as `hand_in`; BatchUnknown."""
    office, account = office_of(request), account_of(request)
    previous = form.field("previous")
    earlier = own_batch(request, batch_id(previous)) if previous else None
    prefix = earlier.prefix if earlier else form.field("prefix")
    filing = own_filing(request, prefix)
    said = Circumstances(
        filing.number_prefix,
        legacy=earlier.legacy if earlier else form.field("legacy"),
        plan=form.field("plan"),
        previous=earlier.id if earlier else None,
    )
    return hand_in(
        office.register,
        office.jobs,
        office.heads(),
        said,
        form5=_upload(form, "form5"),
        form4=_upload(form, "form4"),
        account=account.id,
        rule=office.settings.sample_rule,
        key=key,
    )


def _upload(form: Form, name: str) -> Upload:
    content = form.file(name)
    if content is None:
        raise EmptyWorkbook
    return Upload(form.file_name(name)[-_LONGEST_NAME:], content)


def _errors(form: Form) -> Mapping[str, str]:
    """The keys of what is missing or too long, by field."""
    errors = {}
    for name in ("form5", "form4"):
        if form.file(name) is None:
            errors[name] = "upload.error.file"
    if not form.field("previous") and not form.field("prefix"):
        errors["prefix"] = "upload.error.prefix"
    for name, longest in (("plan", LONGEST_PLAN), ("legacy", MAX_REVIEW)):
        if len(form.field(name)) > longest or not form.field(name).isprintable():
            errors[name] = "upload.error.long"
    return errors


def _refused(request: Request, values: Mapping[str, str], errors: Mapping[str, str], code: str) -> Response:
    note_outcome(request, code)
    return _page(request, values, errors, status=422)


def _page(
    request: Request, values: Mapping[str, str], errors: Mapping[str, str] | None = None, *, status: int = 200
) -> Response:
    office = office_of(request)
    previous = own_batch(request, batch_id(values["previous"])) if values["previous"] else None
    filings = own_filings(request)
    chosen = previous.prefix if previous else values["prefix"]
    if len(filings) == 1:
        chosen = filings[0].number_prefix
    return staff_page(
        request,
        "staff/institution_upload.html",
        status=status,
        filings=filings,
        chosen=chosen,
        previous=previous,
        values=values,
        errors=errors or {},
        most_bytes=office.settings.staff_upload_bytes,
        address=f"{PATH}?{urlencode({'previous': values['previous']})}" if previous else PATH,
        longest_plan=LONGEST_PLAN,
        longest_review=MAX_REVIEW,
        today=office.today(),
    )
