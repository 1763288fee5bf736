"""Jobs on each database: asked for once, done once, and told truly."""

import threading
from collections.abc import Mapping
from datetime import timedelta

import pytest
import sqlalchemy as sa

from registry.intake.errors import NotAWorkbook, WorkbookFault, WrongHeader
from registry.jobs.desk import JOB_FILE, Jobs
from registry.jobs.errors import JobLeaseLost
from registry.jobs.model import JobContext, JobState
from registry.jobs.queue import FIRST_WAIT, LEASE, JobQueue
from registry.jobs.runner import MOST_ATTEMPTS, Ran, Runner, run_all
from registry.ledger.errors import WriterBusy
from registry.review.errors import RowRefused
from registry.staff.accounts import Accounts
from registry.staff.model import StaffRole
from registry.staff.passwords import Passwords
from registry.storage.errors import DiskFull
from registry.storage.sql import reading
from registry.witnessing.errors import QuorumMissed
from signing.encoding import Json
from tests.registry.filled import Scene
from tests.registry.ledger.builders import CHANGSHA, ZHUZHOU
from tests.web.staff.desks import CHEAP, PASSWORD
from web.language import Language
from web.problems import problem_of

SECRET = "示例姓名 430102199003074515".encode()


def answering(context: JobContext) -> Mapping[str, Json]:
    """A job that says how much it was given."""
    return {"bytes": sum(len(each) for each in context.attachments.values())}


def ask(jobs: Jobs, subject: str = "one", kind: str = "answering") -> str:
    """A job of that kind; its id."""
    return jobs.submit(kind, subject, "clerk", {"n": 1}, sealed={"form5": SECRET}).id


def a_worker(begun: Scene, holder: str, **handlers: object) -> Runner:
    """A worker of that name."""
    return Runner(begun.register, {"answering": answering, **handlers}, holder=holder)  # type: ignore[dict-item]


def files(begun: Scene) -> list[bytes]:
    """Every attachment, as it is stored."""
    with reading(begun.register.desk_engine) as connection:
        return [bytes(each) for each in connection.execute(sa.select(JOB_FILE.c.sealed)).scalars()]


def test_a_job_is_done_and_its_files_are_gone(begun: Scene, jobs: Jobs) -> None:
    asked = jobs.get(ask(jobs))
    assert asked is not None
    assert (asked.state, asked.account, dict(asked.content)) == (JobState.QUEUED, "clerk", {"n": 1})
    assert [SECRET in sealed for sealed in files(begun)] == [False]
    run_all(begun.register, {"answering": answering})
    done = jobs.get(asked.id)
    assert done is not None
    assert (done.state, dict(done.result), done.attempts) == (JobState.DONE, {"bytes": len(SECRET)}, 1)
    assert asked.asked_at <= (done.begun_at or asked.asked_at) <= (done.ended_at or asked.asked_at)
    assert files(begun) == []


def test_a_second_click_is_the_same_job_and_a_later_one_is_another(begun: Scene, jobs: Jobs) -> None:
    first = ask(jobs)
    assert ask(jobs) == first
    assert len(files(begun)) == 1
    assert ask(jobs, subject="two") != first
    run_all(begun.register, {"answering": answering})
    assert ask(jobs) != first
    newest = jobs.latest("answering", "one")
    assert newest is not None
    assert newest.state is JobState.QUEUED
    assert [job.subject for job in jobs.of_account("clerk")] == ["one", "two", "one"]


def test_twenty_clicks_at_once_are_one_job(jobs: Jobs, begun: Scene) -> None:
    """Unique by the database: all twenty look before any of them writes."""
    gate, asked = threading.Barrier(20), []

    def click() -> None:
        gate.wait()
        asked.append(ask(jobs))

    clicks = [threading.Thread(target=click) for _ in range(20)]
    for each in clicks:
        each.start()
    for each in clicks:
        each.join()
    assert len(asked) == 20
    assert len(set(asked)) == 1
    assert len(files(begun)) == 1


def test_a_refused_job_keeps_the_error_as_it_was_raised(begun: Scene, jobs: Jobs) -> None:
    errors = [
        RowRefused([3, 5]),
        WrongHeader(row=2, missing=("姓名",), unexpected=("示例姓名",)),
        NotAWorkbook(WorkbookFault.DAMAGED),
    ]
    for number, error in enumerate(errors):

        def refusing(context: JobContext, error: Exception = error) -> Mapping[str, Json]:
            raise error

        identity = ask(jobs, str(number), "refusing")
        run_all(begun.register, {"refusing": refusing})
        job = jobs.get(identity)
        assert job is not None
        told = jobs.error(job)
        assert told is not None
        assert (job.state, job.code, type(told)) == (JobState.REFUSED, error.code, type(error))
        assert vars(told) == vars(error)
        said, meant = problem_of(told), problem_of(error)
        for language in Language:
            assert (said.title(language), said.detail(language)) == (
                meant.title(language),
                meant.detail(language),
            )
        assert files(begun) == []


def test_what_nobody_foresaw_is_internal_and_its_text_is_not_kept(begun: Scene, jobs: Jobs) -> None:
    def erring(context: JobContext) -> Mapping[str, Json]:
        raise ZeroDivisionError(SECRET.decode())

    identity = ask(jobs, kind="erring")
    told: list[Ran] = []
    runner = Runner(begun.register, {"erring": erring}, tell=told.append)
    assert runner.run_waiting() == 1
    job = jobs.get(identity)
    assert job is not None
    assert (job.state, job.code, dict(job.particulars)) == (JobState.REFUSED, "internal", {})
    assert [type(ran.fault) for ran in told] == [ZeroDivisionError]


def test_what_lies_with_the_house_is_tried_again_and_nothing_is_handed_in_twice(
    begun: Scene, jobs: Jobs
) -> None:
    quorum = QuorumMissed(found=1, quorum=2, failures={"示例见证方": "timeout"})
    faults: list[Exception] = [DiskFull("full"), quorum, WriterBusy()]
    known = list(faults)

    def troubled(context: JobContext) -> Mapping[str, Json]:
        if faults:
            raise faults.pop(0)
        return answering(context)

    identity, other = ask(jobs, kind="troubled"), ask(jobs, "other")
    worker = a_worker(begun, "a", troubled=troubled)
    for fault, wait in zip(known, (FIRST_WAIT, 2 * FIRST_WAIT, 4 * FIRST_WAIT), strict=True):
        worker.run_waiting()
        job = jobs.get(identity)
        assert job is not None
        assert (job.state, job.attempts, job.again_at) == (JobState.QUEUED, 0, begun.clock.now + wait)
        assert type(jobs.error(job)) is type(fault)
        assert SECRET not in b"".join(files(begun))
        assert len(files(begun)) == 1
        assert worker.run_waiting() == 0, "it waits"
        begun.clock.now += wait
    worker.run_waiting()
    done = [jobs.get(each) for each in (identity, other)]
    assert [job and (job.state, job.code, job.again_at) for job in done] == [(JobState.DONE, "", None)] * 2
    assert files(begun) == []


def test_a_clock_that_ran_ahead_postpones_nothing_for_ever(begun: Scene, jobs: Jobs) -> None:
    faults: list[Exception] = [WriterBusy()]

    def troubled(context: JobContext) -> Mapping[str, Json]:
        if faults:
            raise faults.pop()
        return {}

    identity = ask(jobs, kind="troubled")
    worker = a_worker(begun, "a", troubled=troubled)
    now = begun.clock.now
    begun.clock.now = now + timedelta(days=30)
    worker.run_waiting()
    begun.clock.now = now
    assert worker.run_waiting() == 1
    job = jobs.get(identity)
    assert job is not None
    assert job.state is JobState.DONE


def test_a_job_that_fails_does_not_hold_up_the_next(begun: Scene, jobs: Jobs) -> None:
    def unkeepable(context: JobContext) -> Mapping[str, Json]:
        return {"lone": "\ud800"}

    unknown, odd, good = ask(jobs, kind="unheard_of"), ask(jobs, kind="unkeepable"), ask(jobs)
    assert a_worker(begun, "a", unkeepable=unkeepable).run_waiting() == 3
    found = [jobs.get(each) for each in (unknown, odd, good)]
    assert [job and (job.state, job.code) for job in found] == [
        (JobState.REFUSED, "job_kind_unknown"),
        (JobState.REFUSED, "malformed_encoding"),
        (JobState.DONE, ""),
    ]


@pytest.mark.parametrize("meanwhile", ["disabled", "demoted", "moved"])
def test_who_is_no_longer_who_asked_has_nothing_done(begun: Scene, jobs: Jobs, meanwhile: str) -> None:
    accounts = Accounts(
        begun.register.desk_engine, lambda: begun.register.keys.vault, Passwords(CHEAP), begun.clock
    )
    asker = accounts.create(
        login=f"job-{meanwhile}",
        name="示例审核员",
        role=StaffRole.REVIEWER,
        office=CHANGSHA,
        password=PASSWORD,
    )
    before, after = (jobs.submit("answering", subject, asker.id, {}).id for subject in ("one", "two"))
    run_all(begun.register, {"answering": answering})
    again = jobs.submit("answering", "three", asker.id, {}).id
    match meanwhile:
        case "disabled":
            accounts.set_active(asker.id, active=False)
        case "demoted":
            accounts.change(asker.id, name=asker.name, role=StaffRole.AUDITOR, office="")
        case _:
            accounts.change(asker.id, name=asker.name, role=StaffRole.REVIEWER, office=ZHUZHOU)
    asked_since = jobs.submit("answering", "four", asker.id, {}).id
    run_all(begun.register, {"answering": answering})
    found = [jobs.get(each) for each in (before, after, again, asked_since)]
    refused = (JobState.REFUSED, "job_asker_may_not")
    assert [job and (job.state, job.code) for job in found] == [
        (JobState.DONE, ""),
        (JobState.DONE, ""),
        refused,
        refused if meanwhile == "disabled" else (JobState.DONE, ""),
    ]


def test_two_workers_do_every_job_once(begun: Scene, jobs: Jobs) -> None:
    done: list[str] = []
    inside = threading.Lock()

    def counting(context: JobContext) -> Mapping[str, Json]:
        assert inside.acquire(blocking=False), "two jobs at once"
        done.append(context.job.subject)
        inside.release()
        return {}

    subjects = [f"{number:02}" for number in range(20)]
    for subject in subjects:
        ask(jobs, subject, "counting")
    workers = [a_worker(begun, name, counting=counting) for name in "ab"]
    threads = [threading.Thread(target=_until_empty, args=(worker,)) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert done == subjects


def _until_empty(worker: Runner) -> None:
    while not worker.queue.is_empty():
        worker.run_waiting()


def test_a_job_whose_worker_died_runs_again_when_the_lease_ran_out(begun: Scene, jobs: Jobs) -> None:
    identity = ask(jobs)
    dead, alive = a_worker(begun, "dead"), a_worker(begun, "alive")
    assert dead.queue.take_lease()
    assert dead.queue.begin_next() is not None
    assert alive.run_waiting() == 0
    assert jobs.somebody_works()
    begun.clock.now += LEASE
    assert not jobs.somebody_works()
    assert alive.run_waiting() == 1
    job = jobs.get(identity)
    assert job is not None
    assert (job.state, job.attempts, dict(job.result)) == (JobState.DONE, 2, {"bytes": len(SECRET)})


def test_who_lost_the_lease_changes_nothing_any_more(begun: Scene, jobs: Jobs) -> None:
    identity = ask(jobs)
    late, taker = a_worker(begun, "late"), a_worker(begun, "taker")
    assert late.queue.take_lease()
    held = late.queue.begin_next()
    assert held is not None
    begun.clock.now += LEASE
    assert taker.queue.take_lease()
    for act in (
        lambda: late.queue.report(held, 1, 2),
        lambda: late.queue.finish(held, {}),
        lambda: late.queue.refuse(held, RowRefused([1]), "row_refused"),
        late.queue.begin_next,
    ):
        with pytest.raises(JobLeaseLost):
            act()
    job = jobs.get(identity)
    assert job is not None
    assert job.state is JobState.RUNNING
    late.queue.release_lease()
    assert taker.run_waiting() == 1


def test_a_worker_that_lost_its_lease_in_mid_job_stops_at_its_next_word(begun: Scene, jobs: Jobs) -> None:
    ask(jobs, kind="overtaken")
    other = JobQueue(begun.register.desk_engine, lambda: begun.register.keys.vault, begun.clock, "other")
    beyond: list[str] = []

    def overtaken(context: JobContext) -> Mapping[str, Json]:
        begun.clock.now += LEASE
        assert other.take_lease()
        context.report(1, 2)
        beyond.append("went on")
        return {}

    assert a_worker(begun, "slow", overtaken=overtaken).run_waiting() == 0
    assert beyond == []


def test_a_lease_from_a_clock_that_ran_ahead_shuts_nobody_out(begun: Scene) -> None:
    queue = a_worker(begun, "ahead").queue
    begun.clock.now += timedelta(days=365)
    assert queue.take_lease()
    begun.clock.now -= timedelta(days=365)
    assert a_worker(begun, "right").queue.take_lease()


def test_a_job_that_kills_its_worker_is_given_up_and_the_others_have_their_turn(
    begun: Scene, jobs: Jobs
) -> None:
    class Killed(BaseException):
        pass

    def killing(context: JobContext) -> Mapping[str, Json]:
        raise Killed

    poisoned, good = ask(jobs, kind="killing"), ask(jobs)
    for attempt in range(MOST_ATTEMPTS):
        with pytest.raises(Killed):
            a_worker(begun, f"victim {attempt}", killing=killing).run_waiting()
        begun.clock.now += LEASE
    # The good one went first as soon as the other had been begun once.
    assert [job and job.state for job in (jobs.get(good), jobs.get(poisoned))] == [
        JobState.DONE,
        JobState.RUNNING,
    ]
    assert a_worker(begun, "last", killing=killing).run_waiting() == 1
    job = jobs.get(poisoned)
    assert job is not None
    assert (job.state, job.code) == (JobState.REFUSED, "job_gave_up")


def test_progress_is_told_a_few_times_a_second(begun: Scene, jobs: Jobs) -> None:
    ticks = iter([0.0, 0.1, 0.2, 0.4, 0.5])
    seen: list[tuple[int, int]] = []

    def reporting(context: JobContext) -> Mapping[str, Json]:
        for step in range(5):
            context.report(step, 5)
            now = jobs.get(context.job.id)
            assert now is not None
            seen.append((now.progress, now.total))
        return {}

    ask(jobs, kind="reporting")
    Runner(begun.register, {"reporting": reporting}, ticks=lambda: next(ticks)).run_waiting()
    assert seen == [(0, 5), (0, 5), (0, 5), (3, 5), (3, 5)]


def test_a_waiting_job_knows_its_place(begun: Scene, jobs: Jobs) -> None:
    places = [ask(jobs, subject) for subject in ("one", "two", "three")]
    found = [jobs.get(each) for each in places]
    assert [job and jobs.before(job) for job in found] == [0, 1, 2]
    run_all(begun.register, {"answering": answering})
    assert jobs.get("0" * 32) is None
