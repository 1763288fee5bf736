"""What went wrong with a form, said on the form itself; what is no fault of the form is raised again."""

from dataclasses import dataclass

from starlette.requests import Request

from registry.custody.keys import NoActiveKey
from registry.errors import RegistryError
from registry.requests.errors import NotTheDecider, RequestIncomplete, RequestUnknown
from registry.review.errors import CertificateUnknown, CorrectionRefused
from signing.errors import KeyFileLocked, KeyFileMissing, SigningError
from web.language import language_of
from web.problems import problem_of
from web.staff.desk import note_outcome
from web.vocabulary import words, words_or_code

FAULTS = (RegistryError, SigningError)
_RAISED = (NotTheDecider, RequestUnknown, CertificateUnknown)
_OF_KEYS = {KeyFileLocked: "locked", KeyFileMissing: "missing", NoActiveKey: "none"}


@dataclass(frozen=True)
class Fault:
    """What is said above the form. `field` is the one that it is about, "" for the form as a whole."""

    status: int
    title: str
    detail: str
    field: str = ""


def fault_of(request: Request, error: Exception) -> Fault:
    """The fault in words. Raises: the error itself where a form can't mend it."""
    language = language_of(request)
    code = str(getattr(error, "code", ""))
    for kind, name in _OF_KEYS.items():
        if isinstance(error, kind):
            note_outcome(request, code)
            title, detail = (words(f"act_form.key.{name}{each}", language) for each in ("", ".text"))
            return Fault(422, title, detail, "passphrase")
    problem = problem_of(error)
    if problem.status >= 500 or isinstance(error, _RAISED):
        raise error
    note_outcome(request, code)
    field = error.field if isinstance(error, RequestIncomplete) else ""
    if isinstance(error, RequestIncomplete):
        detail = words_or_code("act_form.incomplete", error.field, language)
    elif isinstance(error, CorrectionRefused):
        found = "；".join(words_or_code("act_form.finding", each, language) for each in error.findings)
        detail = f"{problem.detail(language)} {found}"
    else:
        detail = problem.detail(language)
    return Fault(problem.status, problem.title(language), detail, field)
