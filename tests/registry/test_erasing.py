"""A certificate that was erased: what is answered, what can't be opened, and what goes on as before."""

import shutil
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import replace

import pytest

from registry.ledger.append import append_act, append_approval
from registry.ledger.audit_report import FindingCode
from registry.ledger.entries import ActKind, signed, signed_by
from registry.ledger.errors import NotAdmitted, NumberTaken, OutOfRange
from registry.people import opened_by
from registry.register import Register
from registry.review.acts import ActReason, act_content
from registry.review.decide import Decision, propose_approval, rows_to_approve
from registry.review.errors import CertificateUnknown
from registry.storage.batch_rows import BatchRows, row_key
from registry.storage.errors import Erased
from registry.storage.sql import KeptReader
from registry.verdict import Result
from registry.verification import Verification
from search.documents import Removal
from search.from_register import RegisterChanges
from signing.outcomes import Outcome
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import HOLDERS, ORIGIN, PASSPHRASE, Scene, Story
from tests.registry.ledger.builders import CHANGSHA, PROVINCE, around

GONE, ADA = Story.CORRECTED, HOLDERS[Story.CORRECTED]
FORMS = ("pdf", "json", "rdfc.json", "tlog-proof", "full.tlog-proof", "png")


def first_index(scene: Scene, story: Story) -> int:
    """Where the certificate of a story begins."""
    return scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate


def forms(scene: Scene, story: Story) -> Mapping[str, bytes]:
    """Everything that its holder can download."""
    index = first_index(scene, story)
    return {form: scene.register.electronic(index, form).content for form in FORMS}


def checked(scene: Scene, form: bytes) -> Verification:
    """The form as anyone can hand it in."""
    return scene.register.verify_file(form, name=None)


def test_the_number_is_answered_as_erased_and_nothing_more(scene: Scene) -> None:
    scene.erase(GONE)
    verdict = scene.register.verdict(ADA.number)
    assert (verdict.number, verdict.result, verdict.certificate) == (ADA.number, Result.ERASED, None)
    steps = scene.register.verify_number(ADA.number, name=ADA.name, id_number=ADA.id_number)
    assert [(step.outcome, step.reason) for step in steps.steps] == [
        (Outcome.PASSED, ""),
        (Outcome.FAILED, "erased"),
    ]
    assert steps.name_match is None


def test_every_code_on_paper_is_answered_as_erased(scene: Scene) -> None:
    refs = [
        scene.register.keys.references.make(each.index)
        for each in scene.register.ledger.records.versions(ADA.number)
    ]
    scene.erase(GONE)
    assert len(refs) == 2
    for ref in refs:
        verdict = scene.register.verdict_by_ref(ref)
        assert (verdict.number, verdict.result, verdict.certificate) == ("", Result.ERASED, None)
    never_given = scene.register.keys.references.make(0)
    assert scene.register.verdict_by_ref(never_given).result is Result.NOT_FOUND


def test_the_holder_is_answered_as_for_a_number_that_nobody_holds(scene: Scene) -> None:
    index = first_index(scene, GONE)
    scene.erase(GONE)
    register = scene.register
    for number in (ADA.number, a_number(999_999)):
        assert opened_by(register.look_up, name=ADA.name, id_number=ADA.id_number, number=number) is None
        assert register.holder(ADA.name, ADA.id_number, number) is None
        assert register.person_matches(number, name=ADA.name, id_number=None) is None
    with pytest.raises(OutOfRange):  # what an old link leads to
        register.electronic(index, "pdf")


def test_what_was_handed_out_before_is_genuine_and_no_longer_in_force(scene: Scene) -> None:
    handed_out = forms(scene, Story.PLAIN)
    for content in handed_out.values():
        assert {step.outcome for step in checked(scene, content).steps} <= {
            Outcome.PASSED,
            Outcome.NOT_CHECKED,
        }
    scene.erase(Story.PLAIN)
    scene.register.publish_status(scene.register.writer())
    for form, content in handed_out.items():
        after = checked(scene, content)
        assert after.verdict is not None
        assert after.verdict.result is Result.ERASED
        assert after.report is not None
        assert after.report.signed is Outcome.PASSED
        # A code on paper names its entry alone; the register can't open that any more, and says so.
        registered = Outcome.NOT_CHECKED if form == "png" else Outcome.PASSED
        assert after.report.registered is registered
        assert [step.name for step in after.steps if step.outcome is Outcome.FAILED] == ["not_annulled"]


def test_everybody_elses_certificates_stay_as_they_were(scene: Scene) -> None:
    others = [Story.PLAIN, Story.REISSUED, Story.REINSTATED]
    before = {story: forms(scene, story) for story in others}
    verdicts = {story: scene.register.verdict(HOLDERS[story].number) for story in others}
    scene.erase(GONE)
    scene.register.publish_status(scene.register.writer())
    for story in others:
        for content in before[story].values():
            report = checked(scene, content).report
            assert report is not None
            assert {step.outcome for step in report.steps} <= {Outcome.PASSED, Outcome.NOT_CHECKED}
            assert report.signed is report.registered is Outcome.PASSED
        now, then = scene.register.verdict(HOLDERS[story].number).certificate, verdicts[story].certificate
        assert now is not None
        assert then is not None
        assert (now.entry.leaf, now.entry.opening) == (then.entry.leaf, then.entry.opening)
        assert forms(scene, story)["full.tlog-proof"]


def test_a_backup_of_the_database_does_not_open_what_was_erased(scene: Scene) -> None:
    versions = scene.register.ledger.records.versions(ADA.number)
    backup = scene.directory / "backup.sqlite"
    with (
        closing(sqlite3.connect(scene.places.register_file)) as source,
        closing(sqlite3.connect(backup)) as target,
    ):
        source.backup(target)
    scene.erase(GONE)
    # The keys as they are now, read by a process that starts now, on the database as it was then.
    restored = scene.directory / "restored"
    restored.mkdir()
    shutil.copy(backup, restored / "register.sqlite")
    reopened = Register(replace(scene.places, data_dir=restored), PASSPHRASE, clock=scene.clock)
    opened = 0
    records = reopened.ledger.records
    for version in records.at(range(1000)):
        if version.number == ADA.number:
            assert version in versions
            with pytest.raises(Erased):
                reopened.look_up.open(version)
        else:
            opened += reopened.look_up.open(version)[0].number == version.number
    with closing(KeptReader(reopened.engine)) as kept:
        (batch,) = [each for each in BatchRows(kept).of_institution(ADA.number[:13]) if not each.legacy]
        gone = 0
        for row in BatchRows(kept).rows(batch.id):
            try:
                reopened.keys.vault.open_record("batch_row", row_key(batch.id, row.row), row.sealed)
            except Erased:
                gone += 1
        with pytest.raises(Erased):
            reopened.keys.vault.open("batch", batch.id, "form5", batch.form5)
        assert reopened.keys.vault.open("batch", batch.id, "form4", batch.form4)
    assert (opened, gone) == (10, 1)
    reopened.close()


def test_the_number_is_never_given_again(scene: Scene) -> None:
    scene.erase(GONE)
    row = form5_row(number=ADA.number, name="示例新人", id_number=an_id_number(77))
    received = scene.receive([row, form5_row(number=a_number(78), name="示例它", id_number=an_id_number(78))])
    refused = received.checked.rows[0]
    assert refused.record is None
    assert ("R09", "registered") in {(each.code, each.kind) for each in refused.findings}
    # Nor by anyone who does not ask the intake.
    with closing(KeptReader(scene.register.engine)) as reader:
        batch = BatchRows(reader).batch(received.id)
        assert batch is not None
        rows = rows_to_approve(batch, BatchRows(reader).rows(received.id), Decision())
    proposed = propose_approval(
        batch,
        rows,
        bureau=CHANGSHA,
        vault=scene.register.keys.vault,
        today=scene.clock().date(),
    )
    stolen = replace(
        proposed.certificates[0],
        number=ADA.number,
        number_mac=scene.register.keys.vault.erased_number(ADA.number),
    )
    key = scene.keys[CHANGSHA]
    decision = around(signed_by(key, proposed.content, ORIGIN), key, custody="register")
    with pytest.raises(NumberTaken):
        append_approval(scene.register.writer(), decision, [stolen])


def test_what_is_left_of_a_number_is_its_keyed_hash(scene: Scene) -> None:
    index = first_index(scene, GONE)
    erasures, vault = scene.register.ledger.erasures, scene.register.keys.vault
    assert erasures.of_certificate(index) is None
    scene.erase(GONE)
    left = erasures.of_certificate(index)
    assert left is not None
    assert left.number_mac == vault.erased_number(ADA.number)
    assert left == erasures.of_number(left.number_mac)


def test_an_erased_certificate_is_not_acted_on_again(scene: Scene) -> None:
    scene.erase(GONE, bureau=PROVINCE)
    with pytest.raises(CertificateUnknown):
        scene.act(GONE, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    with pytest.raises(CertificateUnknown):
        scene.erase(GONE)


def test_the_act_alone_does_not_erase(scene: Scene) -> None:
    found = scene.register.look_up.current(ADA.number)
    assert found is not None
    key = scene.keys[CHANGSHA]
    content = act_content(
        found[0], ActKind.ERASED, ActReason.LEGAL_GROUND, bureau=CHANGSHA, bureau_key_id=key.key_id
    )
    with pytest.raises(NotAdmitted):
        append_act(scene.register.writer(), signed(content, key, ORIGIN))


def test_uploads_are_reached_wherever_the_number_stands(scene: Scene) -> None:
    again = form5_row(number=ADA.number, name=ADA.name, id_number=ADA.id_number)
    other = form5_row(number=a_number(61), name="示例同批", id_number=an_id_number(61))
    waiting = scene.receive([again, other])  # refused there, but the form has it
    unrelated = scene.receive([form5_row(number=a_number(62), name="示例它", id_number=an_id_number(62))])
    _, forgotten = scene.erase(GONE)
    assert len(forgotten.rows) == len(forgotten.batches) == 2
    with closing(KeptReader(scene.register.engine)) as reader:
        batches = BatchRows(reader)
        left = {batch.id: batch for batch in batches.of_institution(ADA.number[:13])}
        assert [row.row for row in batches.rows(waiting.id)] == [waiting.checked.rows[1].row]
    assert left[waiting.id].form5 == b""
    assert left[waiting.id].form5_name == ""
    assert left[waiting.id].form4
    assert left[unrelated.id].form5
    # What was not erased can still be approved.
    assert scene.approve(waiting.id).count == 1


def test_a_death_before_the_keys_are_gone_is_found_and_mended(scene: Scene) -> None:
    scene.erase(GONE, to_the_end=False)
    report = scene.audit()
    assert report.finding is not None
    assert report.finding.code is FindingCode.ERASURE_UNFINISHED
    assert [step.name for step in report.steps if step.outcome is Outcome.FAILED] == ["erasures"]
    scene.close()
    started = Scene(scene.directory, scene.clock)  # as the worker does when it starts
    assert started.finish() == 4
    assert started.finish() == 0
    assert started.audit().finding is None
    started.close()
    scene.finish()  # the first process, which goes on with its old keys


def test_search_lets_go_of_the_certificate(scene: Scene) -> None:
    source = RegisterChanges(lambda: scene.register.look_up)
    index = first_index(scene, GONE)
    before = scene.register.ready() - 1
    published, _ = scene.erase(GONE)
    (change,) = source.changes_after(before, 100)
    assert change.cursor == published.first_index
    assert isinstance(change.document, Removal)
    assert change.document.id == str(index)
    anew = source.changes_after(0, 1000)
    documents = [each.document for each in anew if each.document.id == str(index)]
    assert len(documents) == 3  # its registration, its correction, its erasure
    assert all(isinstance(each, Removal) for each in documents)


def test_a_certificate_whose_replacement_was_erased_is_still_superseded(scene: Scene) -> None:
    scene.erase(Story.REPLACEMENT)
    verdict = scene.register.verdict(HOLDERS[Story.SUPERSEDED].number)
    assert verdict.result is Result.SUPERSEDED
    assert verdict.certificate is not None
    assert verdict.certificate.replaced_by is None
