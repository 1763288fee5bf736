"""The page on which somebody waits for a job: how far it is, why it waits, what became of it."""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request
from starlette.responses import Response

from registry.jobs.model import Job, JobState
from registry.review.errors import FlagsUndecided, RowRefused, RowUnknown
from web.errors import NoSuchPage
from web.headers import NO_STORE
from web.language import Language, language_of
from web.presenters.verdict_json import json_bytes
from web.problems import problem_of
from web.staff.addresses import StaffAddress
from web.staff.desk import account_of, office_of, see_other, staff_page
from web.staff.job_faces import face_of, may_see_job
from web.staff.office import Office
from web.vocabulary import WORDS, words

# A worker that is there begins within half a second.
_PATIENCE = timedelta(seconds=10)
_ROWS_SHOWN = 50
_HUNDRED = 100
_OUR_FAULT = 500


@dataclass(frozen=True)
class Progress:
    """How far a job is, in words and as a part of a whole; `total` 0 where nobody can say."""

    text: str
    done: int
    total: int
    stuck: bool = False


@dataclass(frozen=True)
class Refused:
    """Why a job was not done, and what to do. `unchanged`: it is certain that nothing was changed."""

    title: str
    lines: tuple[str, ...]
    unchanged: bool


def job_page(request: Request) -> Response:
    """The page. A job that is done leads to its result."""
    office, job = office_of(request), _job(request)
    language = language_of(request)
    if job.state is JobState.DONE:
        return see_other(face_of(job).result(job))
    return staff_page(
        request,
        "staff/job.html",
        job=job,
        kind=words_of_kind(job.kind, language),
        progress=progress_of(office, job, language) if job.state.is_open else None,
        refused=refused_of(office, job, language),
        back=face_of(job).back(job),
    )


def job_state(request: Request) -> Response:
    """The same for the page's script: what changes while one waits."""
    office, job = office_of(request), _job(request)
    progress = progress_of(office, job, language_of(request))
    told = {
        "ended": not job.state.is_open,
        "text": progress.text,
        "done": progress.done,
        "total": progress.total,
        "stuck": progress.stuck,
    }
    return Response(json_bytes(told), 200, dict(NO_STORE), "application/json")


def progress_of(office: Office, job: Job, language: Language) -> Progress:
    """How far an open job is."""
    if job.state is JobState.RUNNING and job.total:
        percent = min(job.progress * _HUNDRED // job.total, _HUNDRED)
        text = words("job.running_at", language, percent=percent)
        return Progress(text, min(job.progress, job.total), job.total)
    if job.state is JobState.RUNNING:
        return Progress(words("job.running", language), 0, 0)
    if job.state is not JobState.QUEUED:
        return Progress(words(f"job.{job.state}", language), 1, 1)
    if (waits_for := office.jobs.error(job)) is not None:
        title = problem_of(waits_for).title(language)
        return Progress(words("job.postponed", language, title=title), 0, 0)
    before = office.jobs.before(job)
    if office.jobs.somebody_works():
        text = words("job.queued_behind", language, before=before) if before else words("job.next", language)
        return Progress(text, 0, 0)
    stuck = office.clock() - job.asked_at > _PATIENCE
    return Progress(words("job.stuck" if stuck else "job.next", language), 0, 0, stuck)


def refused_of(office: Office, job: Job, language: Language) -> Refused | None:
    """The error's words, as they would have been said at once."""
    error = office.jobs.error(job)
    if error is None or job.state.is_open:
        return None
    problem = problem_of(error)
    lines = problem.detail(language).splitlines()
    if isinstance(error, RowRefused | RowUnknown | FlagsUndecided):
        rows = [str(row) for row in error.rows]
        shown = words("job.rows", language, rows=", ".join(rows[:_ROWS_SHOWN]))
        lines.append(shown if len(rows) <= _ROWS_SHOWN else f"{shown} … ({len(rows)})")
    # A rule refuses before anything is written; a fault may come after it.
    return Refused(problem.title(language), tuple(lines), problem.status < _OUR_FAULT)


def _job(request: Request) -> Job:
    """The job of the address. Raises: NoSuchPage, for what is out of reach as for what is not there."""
    office = office_of(request)
    job = office.jobs.get(request.path_params["job"])
    if job is None or not may_see_job(office, account_of(request), job):
        raise NoSuchPage
    return job


def words_of_kind(kind: str, language: Language) -> str:
    """What a kind of job is called."""
    return WORDS[language].get(f"job.kind.{kind}", words("job.kind", language))


ADDRESSES = (
    StaffAddress("/staff/jobs/{job}", job_page),
    StaffAddress("/staff/jobs/{job}/state", job_state),
)
