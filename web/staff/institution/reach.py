"""What an institution's account may reach. What it may not answers exactly like what does not exist."""

from starlette.requests import Request

from registry.filing.model import Filing
from registry.intake.errors import InstitutionUnknown
from registry.intake.job import INTAKE
from registry.jobs.model import Job
from registry.review.errors import BatchUnknown
from registry.staff.reach import filing_in_reach, filings_in_reach
from registry.storage.batch_reads import BatchHead
from web.staff.desk import account_of, office_of

_ID_CHARACTERS = 32


def own_filings(request: Request) -> list[Filing]:
    """The filings that the account may see, in the order of their prefixes."""
    return filings_in_reach(account_of(request), office_of(request).register.filings())


def own_filing(request: Request, prefix: str) -> Filing:
    """One of them. Raises: InstitutionUnknown."""
    filing = filing_in_reach(account_of(request), office_of(request).register.filings(), prefix)
    if filing is None:
        raise InstitutionUnknown(prefix)
    return filing


def batch_id(text: str) -> bytes:
    """The id in an address. Raises: BatchUnknown."""
    if len(text) != _ID_CHARACTERS or not set(text) <= set("0123456789abcdef"):
        raise BatchUnknown
    return bytes.fromhex(text)


def own_batch(request: Request, identity: bytes) -> BatchHead:
    """The batch. Raises: BatchUnknown."""
    head = office_of(request).heads().head(identity)
    if head is None or not _sees(request, head.prefix):
        raise BatchUnknown
    return head


def own_arrival(request: Request, identity: bytes) -> Job | None:
    """The job that takes the batch of that id in, None if there is none or it is another's."""
    job = office_of(request).jobs.get(identity.hex())
    if job is None or job.kind != INTAKE or not _sees(request, str(job.content["prefix"])):
        return None
    return job


def _sees(request: Request, prefix: str) -> bool:
    book = office_of(request).register.filings()
    return filing_in_reach(account_of(request), book, prefix) is not None
