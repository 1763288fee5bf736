"""What a kind of job is to people: where its result is, where they came from, and who may look at it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from registry.jobs.askers import standing_as
from registry.jobs.model import Job
from registry.rules.certificate_number import is_number_prefix
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filing_in_reach
from web.staff.office import Office

Place = Callable[[Job], str]
_BATCH_CHARACTERS = 32


@dataclass(frozen=True)
class JobFace:
    """`result`: the page that shows what was done. `back`: where one goes on after a refusal.

    `roles` may look at every job of the kind: it is about no office's own.
    """

    result: Place
    back: Place
    roles: frozenset[StaffRole] = frozenset()


def _batch_of(job: Job) -> str:
    return str(job.result.get("batch", "")) or job.subject


def _filing_page(job: Job) -> str:
    """The filing that was changed, or the list after a list of institutions, or where none was made."""
    is_there = is_number_prefix(job.subject) and (bool(job.result) or not job.content.get("new"))
    return f"/staff/filings/{job.subject}" if is_there else "/staff/filings"


def _bundle_page(job: Job) -> str:
    return f"/staff/review/{job.content['batch']}/bundle"


_REJECTIONS = "/staff/national/rejections"
# One line a kind, by its owner.
FACES: Mapping[str, JobFace] = MappingProxyType(
    {
        "intake": JobFace(lambda job: f"/staff/batches/{_batch_of(job)}", lambda _: "/staff/batches"),
        "propose": JobFace(
            lambda job: f"/staff/review/{job.subject}/proposal", lambda job: f"/staff/review/{job.subject}"
        ),
        "bundle": JobFace(_bundle_page, _bundle_page),
        "approve": JobFace(
            lambda job: f"/staff/review/{job.subject}/decision",
            lambda job: f"/staff/review/{job.subject}/proposal",
        ),
        "return": JobFace(
            lambda job: f"/staff/review/{job.subject}/decision",
            lambda job: f"/staff/review/{job.subject}/proposal",
        ),
        "act": JobFace(
            lambda job: f"/staff/requests/{job.subject}", lambda job: f"/staff/requests/{job.subject}"
        ),
        "filing": JobFace(_filing_page, _filing_page),
        "national_again": JobFace(lambda _: _REJECTIONS, lambda _: _REJECTIONS),
        "reconcile": JobFace(
            lambda job: f"/staff/national/reports/{job.result.get('report', '')}",
            lambda _: "/staff/national/reports",
            frozenset({StaffRole.PROVINCE, StaffRole.AUDITOR}),
        ),
    }
)
_HOME = JobFace(lambda _: "/staff", lambda _: "/staff")


def face_of(job: Job) -> JobFace:
    """The face of a job; of a kind that nobody gave one, the home page."""
    return FACES.get(job.kind, _HOME)


def may_see_job(office: Office, account: Account, job: Job) -> bool:
    """Whoever asked may look, and whoever may see what it is about.

    Who was moved to another office since asked as somebody else.
    """
    asked = job.account == account.id and job.standing == standing_as(account.role, account.office)
    return asked or account.role in face_of(job).roles or _subject_in_reach(office, account, job)


def _subject_in_reach(office: Office, account: Account, job: Job) -> bool:
    """Whether it is about a batch or a filing that this account may see; nothing else is in reach.

    An upload names its filing itself: its subject is the hash of the whole upload.
    """
    prefix = str(job.content.get("prefix", job.subject))
    if len(prefix) == _BATCH_CHARACTERS:
        batch = office.batches().batch(_bytes_of(prefix))
        prefix = "" if batch is None else batch.prefix
    return filing_in_reach(account, office.register.filings(), prefix) is not None


def _bytes_of(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""
