"""The worker's side of jobs: does one after another, whatever becomes of each.

A job ends as done, or as refused with the error's code. What lies with the house and not with the job, such
as a full disk or a missing quorum of witnesses, refuses nothing: the job waits and is tried again, so that
nobody has to hand the same files in twice. What the program did not foresee is refused as `internal` and told
to the operator by its place in the program, never by its text. Nothing that a job does stops the next one.

If the process dies: before `begin_next`, nothing happened; behind it, the lease runs out and the job is begun
again; behind `finish`, it is done. A handler therefore finds out by itself what an earlier attempt did.
"""

import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from registry.errors import RegistryError
from registry.jobs.errors import AskerMayNot, JobErred, JobGaveUp, JobKindUnknown, JobLeaseLost
from registry.jobs.handlers import HANDLERS
from registry.jobs.house import FAULTS_OF_THE_HOUSE
from registry.jobs.model import Handler, Job, JobContext, JobState
from registry.jobs.queue import LEASE, Attachments, JobQueue
from registry.register import Register
from signing.encoding import Json, canonical_json
from signing.errors import SigningError

MOST_ATTEMPTS = 3
_REPORT_SECONDS = 0.3
_RENEW_SECONDS = LEASE.total_seconds() / 4


@dataclass(frozen=True)
class Ran:
    """What became of a job, for the operator's log. `fault` is what the program did not foresee."""

    job: Job
    state: JobState
    code: str = ""
    fault: Exception | None = None


@dataclass
class Runner:
    """Does the jobs of one register."""

    register: Register
    handlers: Mapping[str, Handler]
    tell: Callable[[Ran], None] = lambda _: None
    holder: str = field(default_factory=lambda: secrets.token_hex(8))
    ticks: Callable[[], float] = time.monotonic

    def __post_init__(self) -> None:
        register = self.register
        self.queue = JobQueue(register.desk_engine, lambda: register.keys.vault, register.clock, self.holder)

    def run_waiting(self, stopped: Callable[[], bool] = lambda: False) -> int:
        """Does what waits until nothing does, or until it is told to stop; how many jobs.

        Raises: DatabaseUnavailable: the desk itself does not answer.
        """
        done = 0
        if self.queue.is_empty() or not self.queue.take_lease():
            return done
        with _Renewing(self.queue):
            try:
                while not stopped() and (job := self.queue.begin_next()) is not None:
                    self.tell(self._run(job))
                    done += 1
            except JobLeaseLost:
                # Whoever took over does the rest, and this job anew.
                return done
        self.queue.release_lease()
        return done

    def _run(self, job: Job) -> Ran:
        try:
            result = dict(self._handled(job))
            # A result that cannot be kept is the handler's fault, not the end of the worker.
            canonical_json(result)
        except JobLeaseLost:
            raise
        except FAULTS_OF_THE_HOUSE as fault:
            self.queue.postpone(job, fault, fault.code)
            return Ran(job, JobState.QUEUED, fault.code)
        except (RegistryError, SigningError) as fault:
            self.queue.refuse(job, fault, fault.code)
            return Ran(job, JobState.REFUSED, fault.code)
        except Exception as fault:  # noqa: BLE001 - the worker's top handler: the next job must have its turn
            self.queue.refuse(job, JobErred(), JobErred.code)
            return Ran(job, JobState.REFUSED, JobErred.code, fault)
        self.queue.finish(job, result)
        return Ran(job, JobState.DONE)

    def _handled(self, job: Job) -> Mapping[str, Json]:
        if job.attempts > MOST_ATTEMPTS:
            raise JobGaveUp
        if job.kind not in self.handlers:
            raise JobKindUnknown
        if not self.queue.asker_still_may(job):
            raise AskerMayNot
        context = JobContext(
            register=self.register,
            job=job,
            attachments=Attachments(self.queue, job),
            report=_Reporting(self.queue, job, self.ticks),
            now=self.register.clock(),
        )
        return self.handlers[job.kind](context)


class _Reporting:
    """Progress, told a few times a second at most, however often a handler says it."""

    def __init__(self, queue: JobQueue, job: Job, ticks: Callable[[], float]) -> None:
        self._queue, self._job, self._ticks = queue, job, ticks
        self._last = float("-inf")

    def __call__(self, progress: int, total: int) -> None:
        now = self._ticks()
        if now - self._last >= _REPORT_SECONDS:
            self._last = now
            self._queue.report(self._job, progress, total)


class _Renewing:
    """Keeps the lease while a job takes long, in a thread of its own."""

    def __init__(self, queue: JobQueue) -> None:
        self._queue = queue
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._renew, name="job-lease", daemon=True)

    def __enter__(self) -> None:
        self._thread.start()

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _renew(self) -> None:
        while not self._stop.wait(_RENEW_SECONDS):
            try:
                if not self._queue.take_lease():
                    return
            except RegistryError:
                # The desk does not answer now; the lease lasts for some more tries.
                continue


def run_all(register: Register, handlers: Mapping[str, Handler] | None = None) -> list[Ran]:
    """Does every waiting job at once, in this process. Raises what the program did not foresee."""
    told: list[Ran] = []
    Runner(register, HANDLERS if handlers is None else handlers, told.append).run_waiting()
    for ran in told:
        if ran.fault is not None:
            raise ran.fault
    return told
