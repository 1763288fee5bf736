"""The province's signature over a change, and the job that records it."""

from starlette.requests import Request

from registry.custody.officers import unlock_bureau_key
from registry.filing.errors import FilingMovedOn
from registry.filing.job import JOB_KIND, filing_content
from registry.filing.model import Filing
from registry.filing.record import signed_entries
from registry.jobs.model import Job
from registry.ledger.entries import Entry
from registry.rules.bureaus import PROVINCE_CODE
from signing.keys import SigningKey
from web.staff.desk import account_of, form_of, office_of

PASSPHRASE = "passphrase"  # noqa: S105 - the name of a field


def province_key(request: Request) -> SigningKey:
    """The province's key that the passphrase in the form opens.

    Raises: NoActiveKey, KeyFileMissing, KeyFileExposed, KeyFileLocked.
    """
    # Not `field`, which trims: a passphrase may end in a space.
    passphrase = form_of(request).fields.get(PASSPHRASE, "").encode()
    register = office_of(request).register
    return unlock_bureau_key(register, PROVINCE_CODE, passphrase, login=account_of(request).login)


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
