"""Decisions and acts as their use cases: each is one append, or nothing and the reason why."""

from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from registry.intake.forms_out import Form5Cells
from registry.intake.receive import Upload, receive_batch
from registry.ledger.entries import ActKind
from registry.ledger.errors import NotAdmitted, NumberTaken, Refusal
from registry.review.acts import ActReason
from registry.review.decide import Decision
from registry.review.errors import (
    BatchDecided,
    BatchRefused,
    BatchUnknown,
    CertificateUnknown,
    FlagsUndecided,
    RowRefused,
)
from registry.review.perform import acting_bureaus, perform_act, return_batch
from registry.storage.batch_rows import BatchRows, insert_batch, insert_return
from registry.storage.errors import SealBroken
from registry.storage.sql import KeptReader
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import (
    FORM4_NAME,
    FORM5_NAME,
    HOLDERS,
    Scene,
    Story,
    form4_csv,
    form5_csv,
)
from tests.registry.ledger.builders import CHANGSHA, PROVINCE, ZHUZHOU

LATE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def rows(*serials: int) -> list[Form5Cells]:
    return [
        form5_row(number=a_number(serial), name="示例新人", id_number=an_id_number(serial), employer="")
        for serial in serials
    ]


def send_back(scene: Scene, batch: bytes, bureau: str = CHANGSHA) -> None:
    with closing(KeptReader(scene.register.engine)) as reader:
        done = return_batch(
            scene.register.look_up,
            BatchRows(reader),
            batch,
            reason="incomplete",
            bureau_key=scene.keys[bureau],
            now=scene.clock(),
        )
    insert_return(scene.register.engine, done.batch, done.decided_at, done.content)


def size(scene: Scene) -> int:
    return scene.register.ready()


def test_an_approved_batch_is_in_the_register(scene: Scene) -> None:
    before = size(scene)
    approved = scene.approve(scene.receive(rows(801, 802)).id)
    assert approved.count == 2
    assert size(scene) == before + 3
    assert scene.register.look_up.current(a_number(801)) is not None


def test_a_batch_is_decided_once(scene: Scene) -> None:
    batch = scene.receive(rows(801)).id
    scene.approve(batch)
    before = size(scene)
    with pytest.raises(BatchDecided):
        scene.approve(batch)
    with pytest.raises(BatchDecided):
        send_back(scene, batch)
    returned = scene.receive(rows(802)).id
    send_back(scene, returned)
    with pytest.raises(BatchDecided):
        scene.approve(returned)
    assert size(scene) == before


def test_a_batch_that_was_never_received_is_unknown(scene: Scene) -> None:
    with pytest.raises(BatchUnknown):
        scene.approve(b"\x00" * 16)


def test_another_bureau_does_not_approve(scene: Scene) -> None:
    batch, before = scene.receive(rows(801)).id, size(scene)
    for bureau in (ZHUZHOU, PROVINCE):
        with pytest.raises(NotAdmitted):
            scene.approve(batch, bureau=bureau)
    assert size(scene) == before
    scene.approve(batch)


def test_flagged_rows_of_a_late_batch_need_a_word(scene: Scene) -> None:
    scene.clock.now = LATE
    received = scene.receive(rows(801))
    (row,) = [each.row for each in received.checked.rows]
    with pytest.raises(FlagsUndecided):
        scene.approve(received.id)
    scene.approve(received.id, Decision(accepted_flags=frozenset({row})))


def test_a_refused_row_stays_outside_whatever_is_said(scene: Scene) -> None:
    received = scene.receive([*rows(801), form5_row(number=a_number(802), name="示例1", employer="")])
    refused = next(each.row for each in received.checked.rows if each.record is None)
    with pytest.raises(RowRefused):
        scene.approve(received.id, Decision(accepted_flags=frozenset({refused})))
    assert scene.approve(received.id).count == 1
    assert scene.register.look_up.current(a_number(802)) is None


def test_a_number_that_was_taken_meanwhile_is_refused(scene: Scene) -> None:
    first, second = scene.receive(rows(801)).id, scene.receive(rows(801)).id
    scene.approve(first)
    before = size(scene)
    with pytest.raises(NumberTaken):
        scene.approve(second)
    assert size(scene) == before


def test_a_batch_whose_form4_does_not_match_is_refused_whole(scene: Scene) -> None:
    received = receive_batch(
        scene.register.look_up,
        scene.rulebook,
        prefix=a_number(1)[:13],
        form5=Upload(FORM5_NAME, form5_csv(rows(801, 802))),
        form4=Upload(FORM4_NAME, form4_csv(rows(801))),
        received_at=scene.clock(),
        keep=lambda batch, stored: insert_batch(scene.register.engine, batch, stored),
    )
    with pytest.raises(BatchRefused):
        scene.approve(received.id)
    send_back(scene, received.id)


def test_who_may_act_on_a_certificate(scene: Scene) -> None:
    number = HOLDERS[Story.PLAIN].number
    assert acting_bureaus(scene.register.look_up, number) == (CHANGSHA, PROVINCE)
    with pytest.raises(CertificateUnknown):
        acting_bureaus(scene.register.look_up, a_number(999_999))


def act(scene: Scene, number: str, kind: ActKind, *, bureau: str = CHANGSHA, replaced_by: str = "") -> None:
    perform_act(
        scene.register.look_up,
        scene.register.writer(),
        number,
        kind,
        ActReason.CLERICAL_ERROR,
        bureau_key=scene.keys[bureau],
        bureau=bureau,
        now=scene.clock(),
        replaced_by=replaced_by,
    )


def test_an_act_is_on_a_certificate_that_is_there(scene: Scene) -> None:
    before, plain = size(scene), HOLDERS[Story.PLAIN].number
    with pytest.raises(CertificateUnknown):
        act(scene, a_number(999_999), ActKind.ANNULLED)
    with pytest.raises(CertificateUnknown):
        act(scene, plain, ActKind.SUPERSEDED, replaced_by=a_number(999_999))
    with pytest.raises(NotAdmitted) as refusal:
        act(scene, plain, ActKind.ANNULLED, bureau=ZHUZHOU)
    assert refusal.value.reason is Refusal.NOT_THE_RESPONSIBLE_BUREAU
    assert size(scene) == before
    act(scene, plain, ActKind.ANNULLED, bureau=PROVINCE)
    assert size(scene) == before + 1


def test_an_altered_row_of_a_stored_batch_is_not_approved(scene: Scene) -> None:
    """The rows of two batches exchanged in the database: neither seal opens in the other's place."""
    one, other = scene.receive(rows(801)).id, scene.receive(rows(802)).id
    with closing(KeptReader(scene.register.engine)) as reader:
        (first,) = BatchRows(reader).rows(one)
        (second,) = BatchRows(reader).rows(other)
    assert replace(first, sealed=b"", mac=b"") == replace(second, sealed=b"", mac=b"")
    with scene.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE batch_row SET sealed = ? WHERE batch = ?", (second.sealed, one))
    with pytest.raises(SealBroken):
        scene.approve(one)
    with scene.register.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE batch_row SET sealed = ? WHERE batch = ?", (first.sealed, one))
    scene.approve(one)


@pytest.mark.parametrize(
    ("change", "back"),
    [
        ("UPDATE batch_row SET flagged = 1 - flagged", "UPDATE batch_row SET flagged = 1 - flagged"),
        ("UPDATE batch_row SET findings = '[' || findings", "UPDATE batch_row SET findings = '[]'"),
        ("UPDATE batch SET findings = '[[]]'", "UPDATE batch SET findings = '[]'"),
        ("UPDATE batch SET legacy = 'x'", "UPDATE batch SET legacy = ''"),
    ],
)
def test_what_was_found_in_a_batch_cannot_be_talked_away_in_the_database(
    scene: Scene, change: str, back: str
) -> None:
    """A flagged row needs the reviewer's word: whoever can write the database cannot unflag it."""
    waiting = scene.receive(rows(801)).id
    key = "id" if "batch SET" in change else "batch"
    for statement, refused in ((change, True), (back, False)):
        with scene.register.engine.begin() as connection:
            connection.exec_driver_sql(f"{statement} WHERE {key} = ?", (waiting,))
        if refused:
            with pytest.raises(SealBroken):
                scene.approve(waiting)
    scene.approve(waiting)
