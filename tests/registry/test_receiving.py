"""A batch is kept whole or not at all, and of a decision only what was decided enters."""

from collections.abc import Callable, Sequence
from contextlib import closing

import pytest
from sqlalchemy.exc import IntegrityError

from registry.errors import RegistryError
from registry.intake.errors import EmptyWorkbook, InstitutionUnknown, NotAWorkbook, WrongHeader
from registry.intake.receive import ReceivedBatch, Upload, receive_batch
from registry.intake.refused_rows import open_cells
from registry.ledger.errors import NotAdmitted, NumberTaken, Refusal
from registry.review.decide import Decision
from registry.review.errors import BatchDecided, BatchRefused, FlagsUndecided, NothingToApprove, RowRefused
from registry.review.perform import record_return, return_batch
from registry.storage.batch_rows import BatchRows, StoredBatch, StoredBatchRow, insert_batch
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import KeptReader, bulk_insert, writing
from registry.verdict import Result
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import FORM4_NAME, FORM5_NAME, HOLDERS, Scene, Story, form4_csv, form5_csv
from tests.registry.ledger.builders import CHANGSHA, PREFIX, PROVINCE, ZHUZHOU

Keep = Callable[[StoredBatch, Sequence[StoredBatchRow]], None]
FIRST_ROW = 2
GOOD = form5_row(number=a_number(101), name="示例新甲", id_number=an_id_number(101))
SECOND = form5_row(number=a_number(102), name="示例新乙", id_number=an_id_number(102))
WRONG_CHECK = form5_row(number=a_number(103), name="示例新丙", id_number="430102199003074516")
LATE_NUMBER = a_number(1, level=4)
LATE = form5_row(
    number=LATE_NUMBER, level="4", name="示例新丁", id_number=an_id_number(104), issued_on="2025-06-02"
)


def _receive(
    scene: Scene,
    keep: Keep,
    *,
    form5: bytes = form5_csv([GOOD]),
    form4: bytes = form4_csv([GOOD]),
    prefix: str = PREFIX,
) -> ReceivedBatch:
    return receive_batch(
        scene.register.look_up,
        scene.rulebook,
        prefix=prefix,
        form5=Upload(FORM5_NAME, form5),
        form4=Upload(FORM4_NAME, form4),
        received_at=scene.clock(),
        keep=keep,
    )


def _counts(scene: Scene) -> tuple[int, ...]:
    with closing(KeptReader(scene.register.engine)) as reader:
        return tuple(
            int(reader.rows(f"SELECT count(*) FROM {table}")[0][0])
            for table in ("batch", "batch_row", "entry", "record", "decision")
        )


class _NeverKept:
    """A port that must not be used."""

    def __call__(self, batch: StoredBatch, rows: Sequence[StoredBatchRow]) -> None:
        raise AssertionError("a batch was kept that should have been refused")


@pytest.mark.parametrize(
    ("form5", "form4", "fault"),
    [
        (b"", form4_csv([GOOD]), EmptyWorkbook),
        (b"\x00\x01 no workbook", form4_csv([GOOD]), NotAWorkbook),
        (b"PK\x03\x04 broken", form4_csv([GOOD]), NotAWorkbook),
        ("姓名,证件\n示例甲,201\n".encode(), form4_csv([GOOD]), WrongHeader),
        (form5_csv([GOOD]), b"", EmptyWorkbook),
        (form5_csv([GOOD]), b"\x00\x01 no workbook", NotAWorkbook),
        (form5_csv([GOOD]), form5_csv([GOOD]), WrongHeader),
    ],
)
def test_a_file_that_cannot_be_read_is_one_error_and_nothing_is_kept(
    told: Scene, form5: bytes, form4: bytes, fault: type[RegistryError]
) -> None:
    with pytest.raises(fault):
        _receive(told, _NeverKept(), form5=form5, form4=form4)


@pytest.mark.parametrize("prefix", ["S000043999999", "", "x", "S000043990002"])
def test_an_unknown_institution_is_one_error_and_nothing_is_kept(told: Scene, prefix: str) -> None:
    with pytest.raises(InstitutionUnknown):
        _receive(told, _NeverKept(), prefix=prefix)


def test_a_batch_whose_keeping_fails_half_way_is_not_kept_at_all(scene: Scene) -> None:
    before = _counts(scene)

    def half(batch: StoredBatch, rows: Sequence[StoredBatchRow]) -> None:
        with writing(scene.register.engine) as connection:
            bulk_insert(connection, "batch", tuple(vars(batch)), [tuple(vars(batch).values())])
            raise OSError("the disk is full")

    with pytest.raises(DatabaseUnavailable):
        _receive(scene, half)
    assert _counts(scene) == before


def test_rows_that_cannot_all_be_written_leave_none(scene: Scene) -> None:
    before = _counts(scene)

    def twice_the_same_row(batch: StoredBatch, rows: Sequence[StoredBatchRow]) -> None:
        insert_batch(scene.register.engine, batch, [*rows, rows[0]])

    with pytest.raises(IntegrityError):
        _receive(scene, twice_the_same_row)
    assert _counts(scene) == before


def test_a_batch_is_kept_with_the_refused_rows_that_it_has(scene: Scene) -> None:
    batches, rows, *_ = _counts(scene)
    received = scene.receive([GOOD, WRONG_CHECK])
    assert _counts(scene)[:2] == (batches + 1, rows + 2)
    with closing(KeptReader(scene.register.engine)) as reader:
        stored = list(BatchRows(reader).rows(received.id))
    assert [(each.row, each.refused, each.flagged) for each in stored] == [
        (FIRST_ROW, False, False),
        (FIRST_ROW + 1, True, False),
    ]
    cells = open_cells(scene.register.keys.vault, received.id, FIRST_ROW + 1, stored[1].sealed)
    assert (cells.name, cells.id_number) == ("示例新丙", WRONG_CHECK[2])
    assert "R03" in stored[1].findings


def test_a_number_that_is_registered_is_refused_when_it_comes_again(told: Scene) -> None:
    received = _receive(
        told,
        lambda batch, rows: None,
        form5=form5_csv([HOLDERS[Story.PLAIN].row()]),
        form4=form4_csv([HOLDERS[Story.PLAIN].row()]),
    )
    (row,) = received.checked.rows
    assert row.record is None
    assert {"R09"} <= {each.code.value for each in row.findings}


def test_who_holds_the_same_already_is_flagged_and_who_lost_it_by_annulment_is_not(told: Scene) -> None:
    rows = [
        form5_row(number=a_number(110), name=holder.name, id_number=holder.id_number)
        for holder in (HOLDERS[Story.PLAIN], HOLDERS[Story.ANNULLED])
    ]
    rows[1] = form5_row(
        number=a_number(111),
        name=HOLDERS[Story.ANNULLED].name,
        id_number=HOLDERS[Story.ANNULLED].id_number,
    )
    received = _receive(told, lambda batch, rows: None, form5=form5_csv(rows), form4=form4_csv(rows))
    codes = [{each.code.value for each in row.findings} for row in received.checked.rows]
    assert "R15" in codes[0]
    assert "R15" not in codes[1]


def test_what_is_approved_is_registered_and_what_is_rejected_is_not(scene: Scene) -> None:
    received = scene.receive([GOOD, SECOND, WRONG_CHECK])
    approved = scene.approve(received.id, Decision(rejected={FIRST_ROW + 1: "doubtful"}))
    assert approved.count == 1
    results = [scene.register.verdict(a_number(serial)).result for serial in (101, 102, 103)]
    assert results == [Result.VALID, Result.NOT_FOUND, Result.NOT_FOUND]


def test_a_flagged_row_waits_for_a_word(scene: Scene) -> None:
    received = scene.receive([GOOD, LATE])
    with pytest.raises(FlagsUndecided) as told_of:
        scene.approve(received.id)
    assert told_of.value.rows == (FIRST_ROW + 1,)
    assert scene.register.verdict(a_number(101)).result is Result.NOT_FOUND
    assert scene.approve(received.id, Decision(accepted_flags=frozenset({FIRST_ROW + 1}))).count == 2
    assert scene.register.verdict(LATE_NUMBER).result is Result.VALID


def test_nobody_can_accept_a_refused_row(scene: Scene) -> None:
    received = scene.receive([GOOD, WRONG_CHECK])
    with pytest.raises(RowRefused) as told_of:
        scene.approve(received.id, Decision(accepted_flags=frozenset({FIRST_ROW + 1})))
    assert told_of.value.rows == (FIRST_ROW + 1,)
    assert scene.register.verdict(a_number(101)).result is Result.NOT_FOUND


def test_a_batch_without_a_good_row_is_not_approved(scene: Scene) -> None:
    received = scene.receive([WRONG_CHECK])
    with pytest.raises(NothingToApprove):
        scene.approve(received.id)


def test_a_batch_whose_form_4_does_not_count_right_is_not_approved(scene: Scene) -> None:
    received = _receive(
        scene,
        lambda batch, rows: insert_batch(scene.register.engine, batch, rows),
        form4=form4_csv([GOOD, SECOND]),
    )
    assert [each.code.value for each in received.checked.batch_findings] == ["R16"]
    with pytest.raises(BatchRefused):
        scene.approve(received.id)


def test_a_batch_is_decided_once(scene: Scene) -> None:
    received = scene.receive([GOOD])
    scene.approve(received.id)
    size = scene.register.ready()
    with pytest.raises(BatchDecided):
        scene.approve(received.id)
    assert scene.register.ready() == size


@pytest.mark.parametrize("bureau", [ZHUZHOU, PROVINCE])
def test_only_the_bureau_that_the_filing_names_lets_a_batch_in(scene: Scene, bureau: str) -> None:
    received, before = scene.receive([GOOD]), _counts(scene)
    with pytest.raises(NotAdmitted) as refused:
        scene.approve(received.id, bureau=bureau)
    assert refused.value.reason is Refusal.KEY_OF_ANOTHER_BUREAU
    assert _counts(scene) == before
    assert scene.approve(received.id, bureau=CHANGSHA).count == 1


def test_two_batches_with_one_number_cannot_both_be_approved(scene: Scene) -> None:
    first, second = scene.receive([GOOD]), scene.receive([GOOD, SECOND])
    scene.approve(first.id)
    before = _counts(scene)
    with pytest.raises(NumberTaken):
        scene.approve(second.id)
    assert _counts(scene) == before
    assert scene.register.verdict(a_number(102)).result is Result.NOT_FOUND


def test_a_returned_batch_is_never_approved(scene: Scene) -> None:
    received = scene.receive([GOOD])
    with closing(KeptReader(scene.register.engine)) as reader:
        returned = return_batch(
            scene.register.look_up,
            BatchRows(reader),
            received.id,
            reason="findings",
            bureau_key=scene.keys[CHANGSHA],
            now=scene.clock(),
        )
    record_return(scene.register.engine, returned)
    with pytest.raises(BatchDecided):
        scene.approve(received.id)
    with pytest.raises(BatchDecided):
        record_return(scene.register.engine, returned)
