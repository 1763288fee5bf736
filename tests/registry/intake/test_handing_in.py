"""An upload is taken in once, its versions stand in one line, and only the newest can be decided on."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from registry.errors import RegistryError
from registry.intake.errors import (
    EarlierVersionUnknown,
    EmptyWorkbook,
    InstitutionUnknown,
    NotAWorkbook,
    WorkbookTooLarge,
)
from registry.intake.forms_out import Form5Cells
from registry.intake.job import INTAKE, HandedIn, hand_in, take_in
from registry.intake.overview import GroupCount, Overview
from registry.intake.receive import Stage, receive_batch
from registry.intake.row_index import CLEAN, FLAGGED, REFUSED, RowIndex
from registry.intake.uploads import Circumstances, Upload
from registry.jobs.desk import Jobs
from registry.jobs.model import Job, JobContext, JobState
from registry.jobs.queue import Attachments, JobQueue
from registry.jobs.runner import run_all
from registry.review.errors import BatchSuperseded
from registry.review.sample import SampleRule
from registry.storage.batch_reads import BatchHead, BatchReads
from registry.storage.batch_rows import insert_batch
from registry.storage.draft_clearing import clear_drafts
from registry.storage.draft_reads import DraftReads, RowFilter
from registry.storage.sql import KeptReader
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import FORM4_NAME, FORM5_NAME, Scene, copy_of, form4_csv, form5_csv
from tests.registry.ledger.builders import PREFIX

ROWS = [
    form5_row(number=a_number(301), name="示例新甲", id_number=an_id_number(301)),
    form5_row(number=a_number(302), name="示例新乙", id_number="430102199003074516"),
    form5_row(number=a_number(303), name="示例新丙", id_number=an_id_number(303), issued_on="2025-06-02"),
]
CORRECTED = [ROWS[0], form5_row(number=a_number(302), name="示例新乙", id_number=an_id_number(302)), ROWS[2]]
SAID = Circumstances(PREFIX)
RULE = SampleRule(percent=50, least=1)


def a_zip_bomb() -> bytes:
    """Zeros, packed into a thousandth."""
    packed = BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", bytes(51_000_000))
    return packed.getvalue()


class Counter:
    """A house where uploads are handed in."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        register = scene.register
        self.jobs = Jobs(register.desk_engine, lambda: register.keys.vault, scene.clock)
        self.reader = KeptReader(register.engine)
        self.reads = BatchReads(self.reader)

    def hand_in(self, rows: Sequence[Form5Cells] = ROWS, said: Circumstances = SAID) -> HandedIn:
        """Hands in a batch of these rows."""
        return self.hand_in_files(form5_csv(rows), form4_csv(rows), said)

    def hand_in_files(self, form5: bytes, form4: bytes, said: Circumstances = SAID) -> HandedIn:
        """Hands in two files."""
        return hand_in(
            self.scene.register,
            self.jobs,
            self.reads,
            said,
            form5=Upload(FORM5_NAME, form5),
            form4=Upload(FORM4_NAME, form4),
            account="clerk",
            rule=RULE,
        )

    def work(self) -> None:
        """The worker comes by."""
        run_all(self.scene.register, {INTAKE: take_in})

    def taken_in(self, handed: HandedIn) -> BatchHead:
        """The batch that a job made."""
        self.work()
        head = self.reads.head(handed.id)
        assert head is not None
        return head

    def done(self, handed: HandedIn) -> Job:
        """The job as it ended."""
        assert handed.job is not None
        job = self.jobs.get(handed.job.id)
        assert job is not None
        return job


@pytest.fixture
def counter(filled_directory: Path, tmp_path: Path) -> Iterator[Counter]:
    scene = copy_of(filled_directory, tmp_path / "register")
    counter = Counter(scene)
    yield counter
    counter.reader.close()
    assert scene.audit().finding is None
    scene.close()


def test_an_upload_lies_on_the_desk_of_its_bureau_with_its_samples_drawn(counter: Counter) -> None:
    handed = counter.hand_in()
    head, engine = counter.taken_in(handed), counter.scene.register.desk_engine
    with closing(KeptReader(engine)) as reader:
        drafts = DraftReads(reader)
        review = drafts.review(head.id)
        assert review is not None
        assert (review.percent, review.least, review.revision) == (50, 1, 0)
        assert drafts.count(head.id, RowFilter()) == len(ROWS)
        assert len(drafts.drawn(head.id, "bureau")) == 1

        # The worker died before that: the next attempt finds the batch, and lays it there.
        clear_drafts(engine, head.id)
        queue = JobQueue(engine, lambda: counter.scene.register.keys.vault, counter.scene.clock, "test")
        job = counter.done(handed)
        take_in(
            JobContext(counter.scene.register, job, Attachments(queue, job), lambda *_: None, job.asked_at)
        )
        assert drafts.review(head.id) == review


def test_an_upload_becomes_a_batch_with_its_overview(counter: Counter) -> None:
    head = counter.taken_in(counter.hand_in(said=replace(SAID, plan="示例计划01")))
    assert (head.plan, head.legacy, head.waits, head.form5_name) == ("示例计划01", "", True, FORM5_NAME)
    overview = Overview.decoded(head.overview)
    assert (overview.rows, overview.refused, overview.flagged, overview.clean) == (3, 1, 1, 1)
    assert str(overview.first_issued_on) == "2025-06-02"
    assert overview.groups == (GroupCount("电工", "", "3", 3, 3, 1, 1),)
    assert overview.findings["R03"] == overview.findings["R03.check_character"] == 1
    index = RowIndex.decoded(counter.reads.row_index(head.id))
    assert (index.of(CLEAN), index.of(REFUSED), index.of(FLAGGED)) == ([2], [3], [4])
    assert index.of("R14") == [4]
    assert index.of("level.3") == [2, 3, 4]


def test_the_same_upload_twice_is_one_job_and_then_one_batch(counter: Counter) -> None:
    first, again = counter.hand_in(), counter.hand_in()
    assert again.id == first.id
    assert again.job is not None
    counter.work()
    later = counter.hand_in()
    assert (later.job, later.id) == (None, first.id)
    assert counter.reads.count_newest_of([PREFIX]) == 3


def test_what_differs_in_anything_is_another_upload(counter: Counter) -> None:
    asked = [
        counter.hand_in(),
        counter.hand_in(CORRECTED),
        counter.hand_in(said=replace(SAID, plan="示例计划02")),
        counter.hand_in(said=replace(SAID, legacy="示例人社〔2021〕9号")),
    ]
    assert len({each.id for each in asked}) == len(asked)


def test_a_corrected_upload_takes_the_place_of_the_earlier_one(counter: Counter) -> None:
    first = counter.taken_in(counter.hand_in())
    second = counter.taken_in(counter.hand_in(CORRECTED, replace(SAID, previous=first.id)))
    assert second.previous == first.id
    for each in (first.id, second.id):
        assert [version.id for version in counter.reads.versions(each)] == [first.id, second.id]
    kept = counter.reads.head(first.id)
    assert kept is not None
    assert (kept.next, kept.waits) == (second.id, False)
    newest = [head.id for head in counter.reads.newest_of([PREFIX], 10, 0)]
    assert (second.id in newest, first.id in newest) == (True, False)
    with pytest.raises(BatchSuperseded):
        counter.scene.approve(first.id)


def test_only_one_upload_takes_a_place(counter: Counter) -> None:
    first = counter.taken_in(counter.hand_in())
    said = replace(SAID, previous=first.id)
    winner, loser = counter.hand_in(CORRECTED, said), counter.hand_in(CORRECTED[:2], said)
    counter.work()
    assert counter.done(winner).state is JobState.DONE
    assert (counter.done(loser).state, counter.done(loser).code) == (JobState.REFUSED, "batch_superseded")
    with pytest.raises(BatchSuperseded):
        counter.hand_in(CORRECTED[:1], said)
    again = counter.hand_in(CORRECTED, said)
    assert (again.job, again.id) == (None, winner.id)


def test_a_worker_that_died_behind_the_keeping_makes_no_second_batch(counter: Counter) -> None:
    handed = counter.hand_in()
    assert handed.job is not None
    register = counter.scene.register
    queue = JobQueue(register.desk_engine, lambda: register.keys.vault, counter.scene.clock, "one")
    assert queue.take_lease()
    job = queue.begin_next()
    assert job is not None
    context = JobContext(register, job, Attachments(queue, job), lambda _done, _total: None, job.asked_at)
    before = counter.reads.count_newest_of([PREFIX])
    assert take_in(context) == take_in(context) == {"batch": job.id}
    assert counter.reads.count_newest_of([PREFIX]) == before + 1
    queue.release_lease()


@pytest.mark.parametrize(
    ("form5", "form4", "said", "fault"),
    [
        (b"\x00\x01" * 1000, form4_csv(ROWS), SAID, NotAWorkbook),
        (form5_csv(ROWS), b"\x89PNG\r\n\x1a\n\x00", SAID, NotAWorkbook),
        (b"", form4_csv(ROWS), SAID, EmptyWorkbook),
        (b"1" * 50_000_001, form4_csv(ROWS), SAID, WorkbookTooLarge),
        (a_zip_bomb(), form4_csv(ROWS), SAID, WorkbookTooLarge),
        (form5_csv(ROWS), form4_csv(ROWS), Circumstances("S000043999999"), InstitutionUnknown),
        (form5_csv(ROWS), form4_csv(ROWS), replace(SAID, previous=b"n" * 16), EarlierVersionUnknown),
    ],
    ids=["nonsense", "picture", "nothing", "fifty megabytes", "zip bomb", "institution", "version"],
)
def test_what_is_plainly_wrong_is_said_at_once_and_nothing_is_kept(
    counter: Counter, form5: bytes, form4: bytes, said: Circumstances, fault: type[RegistryError]
) -> None:
    with pytest.raises(fault):
        counter.hand_in_files(form5, form4, said)
    assert counter.jobs.of_account("clerk") == []


def test_a_file_that_turns_out_to_be_no_form_refuses_the_job_and_keeps_nothing(counter: Counter) -> None:
    before = counter.reads.count_newest_of([PREFIX])
    handed = counter.hand_in_files("姓名,证件\n示例甲,201\n".encode(), form4_csv(ROWS))
    counter.work()
    assert (counter.done(handed).state, counter.done(handed).code) == (JobState.REFUSED, "wrong_header")
    assert counter.reads.count_newest_of([PREFIX]) == before


def test_progress_goes_forward_through_every_stage(counter: Counter) -> None:
    told: list[tuple[Stage, int, int]] = []
    many = [form5_row(number=a_number(serial), name="示例众") for serial in range(1, 2_102)]
    scene = counter.scene
    receive_batch(
        scene.register.look_up,
        scene.rulebook,
        prefix=PREFIX,
        form5=Upload(FORM5_NAME, form5_csv(many)),
        form4=Upload(FORM4_NAME, form4_csv(many)),
        received_at=scene.clock(),
        keep=lambda batch, rows: insert_batch(scene.register.engine, batch, rows),
        progress=lambda stage, done, total: told.append((stage, done, total)),
    )
    assert list(dict.fromkeys(stage for stage, _, _ in told)) == list(Stage)
    checking = [done for stage, done, _ in told if stage is Stage.CHECKING]
    assert checking == [0, 1000, 2000]
