"""The answer about a number: what it says of each story."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from registry.filing.model import FilingState
from registry.ledger.guard import Guard, TreeHead
from registry.ledger.writer import LogWriter
from registry.national.queue import SendingState
from registry.verdict import CertificateVerdict, Result, Verdict
from signing.keys import KeyRole
from tests.builders import a_number, an_id_number, form5_row
from tests.contracts.postgres import PostgresCluster
from tests.registry.filled import ASKED_AT, HOLDERS, LATER, Scene, Story, copy_of, fill
from tests.registry.ledger.builders import CHANGSHA, PREFIX, StepClock

UNKNOWN = a_number(999_999)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def told(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The filled register on each database in turn, open for tests that only read."""
    directory = tmp_path_factory.mktemp("told") / "register"
    if request.param == "sqlite":
        scene = copy_of(request.getfixturevalue("filled_directory"), directory)
    else:
        cluster: PostgresCluster = request.getfixturevalue("postgres_cluster")
        address = cluster.address(cluster.new_database())
        fill(directory, address)
        scene = Scene(directory, StepClock(now=ASKED_AT), database_url=address)
    yield scene
    report = scene.audit()
    scene.close()
    assert report.finding is None


def _verdict(scene: Scene, story: Story) -> Verdict:
    return scene.register.verdict(HOLDERS[story].number)


def _found(scene: Scene, story: Story) -> CertificateVerdict:
    certificate = _verdict(scene, story).certificate
    assert certificate is not None
    return certificate


@pytest.mark.parametrize(
    ("story", "result", "version", "acts"),
    [
        (Story.PLAIN, Result.VALID, 1, ["registered"]),
        (Story.CORRECTED, Result.VALID, 2, ["registered", "corrected"]),
        (Story.ANNULLED, Result.ANNULLED, 1, ["registered", "annulled"]),
        (Story.REINSTATED, Result.VALID, 1, ["registered", "annulled", "reinstated"]),
        (Story.REISSUED, Result.VALID, 1, ["registered", "reissued"]),
        (Story.SUPERSEDED, Result.SUPERSEDED, 1, ["registered", "superseded"]),
        (Story.REPLACEMENT, Result.VALID, 1, ["registered"]),
        (
            Story.CORRECTED_TWICE_THEN_ANNULLED,
            Result.ANNULLED,
            3,
            ["registered", "corrected", "corrected", "annulled"],
        ),
        (Story.LEGACY, Result.VALID, 1, ["registered"]),
    ],
)
def test_every_story_has_its_result_version_and_history(
    told: Scene, story: Story, result: Result, version: int, acts: list[str]
) -> None:
    verdict, certificate = _verdict(told, story), _found(told, story)
    assert (verdict.number, verdict.result) == (HOLDERS[story].number, result)
    assert certificate.version == version
    assert [each.act for each in certificate.history] == acts
    assert certificate.history[-1].version == version
    indices = [each.index for each in certificate.history]
    assert indices == sorted(set(indices))
    assert [each.at for each in certificate.history] == sorted(each.at for each in certificate.history)


def test_a_verdict_says_what_the_reviewer_saw_and_masks_the_name(told: Scene) -> None:
    certificate = _found(told, Story.PLAIN)
    assert certificate.masked_name == "示***"
    assert (certificate.occupation_code, certificate.occupation, certificate.job) == (
        "6-31-01-03",
        "电工",
        "",
    )
    assert (certificate.level, certificate.issued_on) == (3, date(2025, 9, 1))
    assert (certificate.institution.prefix, certificate.institution.name) == (PREFIX, "示例评价机构")
    assert (certificate.approved_by, certificate.custody) == (CHANGSHA, "register")
    assert certificate.national.state is SendingState.PENDING


def test_the_history_says_why_and_when_but_a_registration_needs_no_reason(told: Scene) -> None:
    registered, annulled, reinstated = _found(told, Story.REINSTATED).history
    assert (registered.reason, annulled.reason, reinstated.reason) == (
        "",
        "wrongly_issued",
        "wrongly_annulled",
    )
    assert registered.at < LATER <= annulled.at <= reinstated.at


def test_a_replaced_number_names_the_one_that_replaces_it_and_no_other_does(told: Scene) -> None:
    named = {story: _found(told, story).replaced_by for story in Story}
    assert named.pop(Story.SUPERSEDED) == HOLDERS[Story.REPLACEMENT].number
    assert set(named.values()) == {None}


def test_only_a_certificate_from_before_the_register_is_called_legacy(told: Scene) -> None:
    assert {story for story in Story if _found(told, story).legacy} == {Story.LEGACY}


def test_an_unknown_number_is_not_found_as_of_the_same_tree(told: Scene) -> None:
    verdict = told.register.verdict(UNKNOWN)
    assert (verdict.number, verdict.result, verdict.certificate) == (UNKNOWN, Result.NOT_FOUND, None)
    assert verdict.tree_size == _verdict(told, Story.PLAIN).tree_size == told.register.ready()


def test_an_earlier_version_is_superseded_and_the_current_one_is_not(told: Scene) -> None:
    first, second = (each.index for each in _found(told, Story.CORRECTED).history)
    assert told.register.look_up.verdict_of_version(first).result is Result.SUPERSEDED
    assert told.register.look_up.verdict_of_version(second).result is Result.VALID


def test_an_earlier_version_of_an_annulled_certificate_is_annulled(told: Scene) -> None:
    history = _found(told, Story.CORRECTED_TWICE_THEN_ANNULLED).history
    results = {told.register.look_up.verdict_of_version(each.index).result for each in history[:3]}
    assert results == {Result.ANNULLED}


def test_entries_that_are_no_version_are_not_found_by_their_index(told: Scene) -> None:
    annulment = _found(told, Story.ANNULLED).history[-1].index
    beyond = told.register.ready()
    for index in (0, annulment, beyond):
        verdict = told.register.look_up.verdict_of_version(index)
        assert (verdict.result, verdict.certificate) == (Result.NOT_FOUND, None)


def test_a_certificate_outlives_the_filing_under_which_it_was_issued(scene: Scene) -> None:
    scene.clock.now = datetime(2027, 8, 2, 2, 0, tzinfo=UTC)
    institution = _found(scene, Story.PLAIN).institution
    assert _verdict(scene, Story.PLAIN).result is Result.VALID
    assert institution.filing_on_issue_date.state is FilingState.FILED
    assert institution.filing_on_issue_date.may_certify
    assert institution.filing_today.state is FilingState.EXPIRED
    assert not institution.filing_today.may_certify


def test_a_verdict_is_as_of_the_moment_of_asking(scene: Scene) -> None:
    scene.clock.now = datetime(2025, 10, 1, 0, 0, tzinfo=UTC)
    assert _verdict(scene, Story.PLAIN).as_of > datetime(2025, 10, 1, 0, 0, tzinfo=UTC)


class _FullDisk(Guard):
    """A guard that can no longer be written: the process dies between the commit and the checkpoint."""

    def write(self, head: TreeHead) -> None:
        raise OSError("no space left on device")


def test_what_is_committed_but_not_published_is_not_answered_until_it_is(scene: Scene) -> None:
    number = a_number(77)
    received = scene.receive([form5_row(number=number, name="示例未见", id_number=an_id_number(77))])
    register = scene.register
    dying = LogWriter(
        register.engine,
        origin=scene.places.log_origin,
        keys=[register.keys[KeyRole.LOG]],
        guard=_FullDisk(scene.places.keys.guard),
        lock=scene.places.writer_lock(register.engine),
        clock=scene.clock,
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(register, "writer", lambda: dying)
        with pytest.raises(OSError, match="no space"):
            scene.approve(received.id)
    assert register.ledger.log.stored_size() > register.ready()
    assert register.verdict(number).result is Result.NOT_FOUND
    register.writer().recover()
    assert register.verdict(number).result is Result.VALID
