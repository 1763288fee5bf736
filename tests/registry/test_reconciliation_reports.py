"""A register compared with the running stand-in leaves a report that both signed and anyone can check."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from pathlib import Path

import pytest

from registry.jobs.desk import Jobs
from registry.jobs.model import JobState
from registry.jobs.runner import run_all
from registry.ledger.entries import ActKind
from registry.national.findings import ComparisonOutcome, Waiting
from registry.national.reconcile import Reconciled, reconcile
from registry.national.reconcile_job import RECONCILE, SUBJECT, reconciling
from registry.national.report import parse_report
from registry.national.report_check import CheckedReport
from registry.national.report_making import make_report
from registry.national.report_papers import check_file, paper_of
from registry.national.sync import Sender, sync_once
from registry.outbox import LogOutbox
from registry.review.acts import ActReason
from registry.storage.national_reports import kept_reports, report_bytes
from signing.keys import key_id
from signing.outcomes import Outcome
from signing.report import Conclusion
from signing.trust import trust_from_files
from tests.registry.filled import Scene, Story
from tests.registry.national.builders import Switch, World, a_world, served
from tests.registry.national.row_builders import NETWORK_KEY

EXACT, BUT_FOR, DIFFERS = ComparisonOutcome


@pytest.fixture
def switch() -> Switch:
    """What runs at the network's address."""
    return Switch()


@pytest.fixture
def world(scene: Scene, switch: Switch, tmp_path: Path) -> Iterator[World]:
    """The stand-in, and a sender that sends what the register holds."""
    with served(switch) as address, a_world(tmp_path, switch, address) as made:
        outbox = LogOutbox(lambda: scene.register.look_up)
        made.clock.moment = scene.clock.now
        made.sender = Sender(outbox, made.store, made.client, "worker-1", made.clock.now)
        yield made


def compared(world: World) -> Reconciled:
    result = reconcile(world.sender, heal=False)
    assert isinstance(result, Reconciled), result
    return result


def checked(scene: Scene, data: bytes) -> CheckedReport:
    """As somebody does it who has the trust folder and the network's key, and nothing else."""
    keys = {key_id(NETWORK_KEY.public): NETWORK_KEY.public}
    return check_file(data, trust_from_files(scene.register.trust_files()), keys, scene.clock.now)


def test_when_everything_is_online_both_sides_sign_that_it_is_exactly_the_same(
    scene: Scene, world: World
) -> None:
    sync_once(world.sender)
    kept, data = make_report(scene.register, compared(world))
    found = checked(scene, data)
    assert found.holds is Outcome.PASSED
    assert found.stated is not None
    assert found.stated.outcome is EXACT
    assert (found.stated.size, found.stated.registered) == (scene.register.ready(), len(Story) + 1)
    assert found.stated.registered == found.stated.ours.count == len(world.held())
    assert kept_reports(scene.register.desk_engine, 5) == [kept]
    assert report_bytes(scene.register.desk_engine, kept.id) == data


def test_what_came_since_is_listed_by_its_entry_and_nothing_else(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    before = scene.register.ready()
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.WRONGLY_ISSUED)
    found = checked(scene, make_report(scene.register, compared(world))[1])
    assert found.holds is Outcome.PASSED
    assert found.stated is not None
    assert found.stated.outcome is BUT_FOR
    (group,) = found.stated.exceptions
    assert (group.state, group.earlier_online, group.entries) == (Waiting.PENDING, True, (before,))


def test_yesterdays_answer_and_that_of_another_comparison_fit_into_no_report(
    scene: Scene, world: World
) -> None:
    sync_once(world.sender)
    first, second = compared(world), compared(world)
    assert first.ours == second.ours
    _, data = make_report(scene.register, replace(second, theirs=first.theirs))
    steps = {step.name: step.reason for step in checked(scene, data).steps if step.reason}
    assert steps["network_answer"] == "answer_to_another_question"


def test_the_paper_carries_the_report_and_is_the_same_each_time(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    register = scene.register
    _, data = make_report(register, compared(world))
    papers = [paper_of(data, register.places, register.keys, lambda code: (code, code)) for _ in range(2)]
    assert papers[0] == papers[1]
    found = checked(scene, papers[0])
    assert found.holds is Outcome.PASSED
    assert found.stated == parse_report(data)[0]
    # Where certificates are verified it is no forged one, but nothing of the kind.
    for form in (papers[0], data):
        report = register.verify_file(form, name=None).report
        assert report is not None
        assert report.conclusion is Conclusion.NOT_RECOGNISED
    assert [step.name for step in found.steps][:5] == [
        "pdf_signature_found",
        "pdf_covers_whole_file",
        "pdf_signature_intact",
        "pdf_certificate_chain",
        "pdf_attachment",
    ]


def test_no_byte_of_the_paper_can_be_changed_wherever_it_stands(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    register = scene.register
    _, data = make_report(register, compared(world))
    paper = paper_of(data, register.places, register.keys, lambda code: (code, code))
    for place in range(0, len(paper), 1_999):
        altered = bytes([*paper[:place], paper[place] ^ 1, *paper[place + 1 :]])
        found = checked(scene, altered)
        failed = [step.name for step in found.steps if step.outcome is Outcome.FAILED]
        # A file that does not even begin as a PDF is read as data.
        assert failed[0].startswith("pdf_") or place == 0
        assert found.stated is None


def test_the_job_compares_keeps_a_report_and_names_it(scene: Scene, world: World) -> None:
    sync_once(world.sender)
    register = scene.register
    jobs = Jobs(register.desk_engine, lambda: register.keys.vault, register.clock)
    job = jobs.submit(RECONCILE, SUBJECT, "", {})
    handler = reconciling(lambda _: nullcontext(world.sender))
    (ran,) = run_all(register, {RECONCILE: handler})
    assert ran.state is JobState.DONE
    done = jobs.get(job.id)
    (kept,) = kept_reports(register.desk_engine, 5)
    assert done is not None
    assert done.result == {"report": kept.id, "outcome": "exact"}


def test_while_another_one_sends_the_job_waits(scene: Scene, world: World) -> None:
    register = scene.register
    Jobs(register.desk_engine, lambda: register.keys.vault, register.clock).submit(RECONCILE, SUBJECT, "", {})
    replace(world.sender, holder="worker-2").keep_lease()
    (ran,) = run_all(register, {RECONCILE: reconciling(lambda _: nullcontext(world.sender))})
    assert (ran.state, ran.code) == (JobState.QUEUED, "sender_lease_lost")
    assert kept_reports(register.desk_engine, 5) == []


def test_a_network_that_does_not_answer_leaves_no_report(scene: Scene, switch: Switch, world: World) -> None:
    register = scene.register
    Jobs(register.desk_engine, lambda: register.keys.vault, register.clock).submit(RECONCILE, SUBJECT, "", {})
    switch.fails_over = lambda *_: True
    (ran,) = run_all(register, {RECONCILE: reconciling(lambda _: nullcontext(world.sender))})
    assert (ran.state, ran.code) == (JobState.REFUSED, "not_compared")
    assert kept_reports(register.desk_engine, 5) == []
