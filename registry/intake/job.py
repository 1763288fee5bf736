"""An upload as a job: asked for at the desk, done once by the worker.

The job's subject is the keyed hash of the whole upload, or of the name that a caller's system gave it. A
double click and a retry after a lost connection therefore find the open job, or the batch that it made, and
make no second one.

The job's id becomes the batch's: both are 128 random bits. If the worker dies while it reads or checks,
nothing is kept, and the job is begun again; behind the one transaction that keeps the batch, the next attempt
finds it there, and lays it on the desk of its bureau if that was not done.
"""

from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError

from registry.intake.errors import EarlierVersionUnknown, InstitutionUnknown, KeyReused
from registry.intake.legacy import check_earlier_review
from registry.intake.receive import Stage, load_rulebook, receive_batch
from registry.intake.uploads import Circumstances, Upload, upload_mac
from registry.intake.workbook import require_workbook
from registry.jobs.desk import Jobs
from registry.jobs.model import Job, JobContext
from registry.register import Register
from registry.review.errors import BatchSuperseded
from registry.review.laying import lay_on_desk, outline_of
from registry.review.sample import SampleRule
from registry.storage.batch_reads import BatchReads
from registry.storage.batch_rows import insert_batch
from registry.storage.sql import KeptReader
from signing.encoding import Json, canonical_json, parse_json

INTAKE = "intake"
_FORM5, _FORM4, _NAMES, _SAMPLE = "form5", "form4", "names", "sample"
# Where each stage begins and ends, of a hundred: measured on a workbook of 100,000 rows.
_SHARES: Mapping[Stage, tuple[int, int]] = {
    Stage.READING: (0, 30),
    Stage.CHECKING: (30, 65),
    Stage.SEALING: (65, 90),
    Stage.KEEPING: (90, 100),
}


@dataclass(frozen=True)
class HandedIn:
    """What became of an upload: the batch of that `id` is there already, or `job` is about to make it."""

    id: bytes
    job: Job | None = None


def hand_in(
    register: Register,
    jobs: Jobs,
    reads: BatchReads,
    said: Circumstances,
    *,
    form5: Upload,
    form4: Upload,
    account: str,
    rule: SampleRule,
    key: str = "",
) -> HandedIn:
    """Takes an upload for the worker, or finds that it is here already.

    `rule` is that of the samples, which the worker draws as soon as it knows the batch. `key` is a keyed hash
    of the name that the caller's own system gave this request, if it gave one.

    Raises: NotAWorkbook, EncryptedWorkbook, WorkbookTooLarge: seen before anything is kept;
    InstitutionUnknown; EarlierReviewUnfit; EarlierVersionUnknown; BatchSuperseded: another version took that
    place; KeyReused: the key was given to another upload.
    """
    check_earlier_review(said.legacy)
    for each in (form5, form4):
        require_workbook(each.content, each.name)
    if register.filings().by_prefix(said.prefix) is None:
        raise InstitutionUnknown(said.prefix)
    mac = upload_mac(register.keys.vault, said, form5, form4)
    if key and (earlier_job := jobs.latest(INTAKE, key)) is not None:
        return _same(earlier_job, mac)
    if (there := reads.waiting_with(mac)) is not None:
        return HandedIn(there)
    if said.previous is not None:
        require_place(reads, said.prefix, said.previous)
    content: dict[str, Json] = {
        "prefix": said.prefix,
        "legacy": said.legacy,
        "plan": said.plan,
        "previous": said.previous.hex() if said.previous else "",
        "upload": mac.hex(),
        _SAMPLE: [rule.percent, rule.least],
    }
    # A file's name was chosen by a person, and may be one.
    names = canonical_json([form5.name, form4.name])
    sealed = {_FORM5: form5.content, _FORM4: form4.content, _NAMES: names}
    return _same(jobs.submit(INTAKE, key or mac.hex(), account, content, sealed=sealed), mac)


def require_place(reads: BatchReads, prefix: str, previous: bytes) -> None:
    """Nobody took that batch's place yet. Raises: EarlierVersionUnknown, BatchSuperseded."""
    earlier = reads.head(previous)
    if earlier is None or earlier.prefix != prefix:
        raise EarlierVersionUnknown
    if earlier.next is not None:
        raise BatchSuperseded


def _same(job: Job, mac: bytes) -> HandedIn:
    if job.content["upload"] != mac.hex():
        raise KeyReused
    return HandedIn(bytes.fromhex(job.id), job)


def take_in(context: JobContext) -> Mapping[str, Json]:
    """The worker's part: the batch, with its findings, in the register and on the desk of its bureau.

    Raises: as `receive_batch`.
    """
    with closing(KeptReader(context.register.engine)) as reader:
        there = BatchReads(reader).head(bytes.fromhex(context.job.id))
        if there is None:
            _receive(context)
        _lay(context, reader)
    return {"batch": context.job.id}


def _lay(context: JobContext, reader: KeptReader) -> None:
    """Lists the rows for the bureau, so that whoever opens the batch first need not wait for it."""
    percent, least = (int(str(each)) for each in _members(context.job.content[_SAMPLE]))
    outline = outline_of(reader, bytes.fromhex(context.job.id))
    lay_on_desk(context.register.desk_engine, outline, SampleRule(percent, least))


def _members(value: Json) -> list[Json]:
    assert isinstance(value, list)
    return value


def _receive(context: JobContext) -> None:
    content, register = context.job.content, context.register
    previous = bytes.fromhex(str(content["previous"])) or None
    names = parse_json(context.attachments[_NAMES])
    assert isinstance(names, list)
    form5_name, form4_name = map(str, names)
    try:
        receive_batch(
            register.look_up,
            load_rulebook(),
            prefix=str(content["prefix"]),
            form5=Upload(form5_name, context.attachments[_FORM5]),
            form4=Upload(form4_name, context.attachments[_FORM4]),
            # What the institution is measured by is when it handed in, not when we came to it.
            received_at=context.job.asked_at,
            keep=lambda batch, rows: insert_batch(register.engine, batch, rows),
            legacy=str(content["legacy"]),
            legacy_before=register.places.legacy_before,
            plan=str(content["plan"]),
            previous=previous,
            identity=bytes.fromhex(context.job.id),
            progress=lambda stage, done, total: context.report(_share(stage, done, total), 100),
        )
    except IntegrityError as fault:
        if previous is None:
            raise
        raise BatchSuperseded from fault


def _share(stage: Stage, done: int, total: int) -> int:
    first, last = _SHARES[stage]
    return first + (last - first) * done // max(total, 1)
