"""The province's signature over a change, and the job that records it."""

from dataclasses import dataclass

from starlette.requests import Request

from registry.custody.keys import NoActiveKey
from registry.custody.officers import unlock_for
from registry.errors import RegistryError
from registry.filing.errors import FilingMovedOn
from registry.filing.job import JOB_KIND, filing_content
from registry.filing.model import Filing
from registry.filing.record import signed_entries
from registry.jobs.model import Job
from registry.ledger.entries import Entry
from registry.rules.bureaus import PROVINCE_CODE
from signing.errors import KeyFileLocked, KeyFileMissing, SigningError
from signing.keys import SigningKey
from web.language import language_of
from web.staff.desk import account_of, form_of, note_outcome, office_of
from web.vocabulary import words

PASSPHRASE = "passphrase"  # noqa: S105 - the name of a field


# What can be wrong with a key or its passphrase; each has words on the page.
UNSIGNED = (KeyFileLocked, KeyFileMissing, NoActiveKey)


@dataclass(frozen=True)
class KeyFault:
    """Why nothing was signed, and what to do."""

    title: str
    detail: str


def key_fault(request: Request, fault: RegistryError | SigningError) -> KeyFault:
    """A fault of the key in words."""
    note_outcome(request, fault.code)
    language, login = language_of(request), account_of(request).login
    detail = words(f"signing.fault.{fault.code}.detail", language, bureau=PROVINCE_CODE, login=login)
    return KeyFault(words(f"signing.fault.{fault.code}", language), detail)


def province_key(request: Request) -> SigningKey:
    """The province's key that the passphrase in the form opens.

    Raises: LoginThrottled, NoActiveKey, KeyFileMissing, KeyFileExposed, KeyFileLocked.
    """
    # Not `field`, which trims: a passphrase may end in a space.
    passphrase = form_of(request).fields.get(PASSPHRASE, "").encode()
    return unlock_for(office_of(request).register, account_of(request), PROVINCE_CODE, passphrase)


def signed_change(request: Request, before: Filing | None, after: Filing, version: int) -> list[Entry]:
    """The entries of a change under the province's signature. Raises: as `province_key`."""
    return signed_entries(
        before,
        after,
        version=version,
        province_key=province_key(request),
        log_origin=office_of(request).register.places.log_origin,
    )


def hand_in(request: Request, subject: str, entries: list[Entry], digest: str) -> Job:
    """The job that appends the entries. Raises: FilingMovedOn while another change of it is on its way."""
    jobs, account = office_of(request).jobs, account_of(request)
    content = {**filing_content(entries), "form": digest, "new": entries[0]["sequence"] == 0}
    job = jobs.submit(JOB_KIND, subject, account.id, content)
    if job.content.get("form") != digest:
        raise FilingMovedOn
    return job


def handed_in_before(request: Request, subject: str, digest: str) -> Job | None:
    """The job of exactly this form, if it was posted already: a double click does nothing twice."""
    job = office_of(request).jobs.latest(JOB_KIND, subject)
    same = job is not None and job.account == account_of(request).id and job.content.get("form") == digest
    return job if same else None
