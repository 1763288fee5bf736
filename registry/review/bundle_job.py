"""The job `bundle`: that of a large batch takes a while, so the worker makes it, and keeps it for a time.

1. the web server derives the file's key from the passphrase, and forgets the passphrase
2. salt and key are a sealed attachment of the job, and go with it
3. the worker writes the bundle under that key into the desk, for who asked, for an hour
4. once an hour is over, or the batch was decided on, the worker removes it

If we die in 3, nothing was kept, and the next run writes the file anew: of two files under one key only one
is ever seen. Behind 3, the next run finds it there.
"""

from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import timedelta

from registry.jobs.desk import Jobs
from registry.jobs.model import Job, JobContext
from registry.register import Register
from registry.review.bundle import BundleRow, write_bundle
from registry.review.bundling import bundle_head, bundle_rows
from registry.review.errors import ProposalStale
from registry.review.proposal import Proposal, Proposals
from registry.review.sealed_file import FileKey
from registry.storage.batch_reads import BatchReads
from registry.storage.batch_rows import BatchRows
from registry.storage.bundle_rows import KeptBundle, keep_bundle, kept_bundles, open_bundle, remove_bundle
from registry.storage.sql import KeptReader
from signing.encoding import Json, rfc3339

BUNDLE = "bundle"
LASTS = timedelta(hours=1)
_FILE = "key"


def ask_bundle(jobs: Jobs, proposal: Proposal, account: str, key: FileKey) -> Job:
    """Has a bundle made; the one that is being made for this account and batch, if there is one."""
    content: dict[str, Json] = {
        "batch": proposal.batch.hex(),
        "number": proposal.number,
        "digest": proposal.digest,
    }
    subject = _subject(proposal.batch, account)
    return jobs.submit(BUNDLE, subject, account, content, sealed={_FILE: key.to_bytes()})


def latest_bundle(jobs: Jobs, batch: bytes, account: str) -> Job | None:
    """What this account asked for last."""
    return jobs.latest(BUNDLE, _subject(batch, account))


def make_bundle(context: JobContext) -> Mapping[str, Json]:
    """The worker's part. Raises: ProposalStale, NotAdmitted, SealBroken."""
    register, job = context.register, context.job
    if not kept_bundles(register.desk_engine, job=job.id):
        content = b"".join(_written(context))
        batch = bytes.fromhex(str(job.content["batch"]))
        kept = KeptBundle(job.subject, job.id, batch, rfc3339(context.now + LASTS))
        keep_bundle(register.desk_engine, register.keys.vault, kept, content)
    return {}


def bundle_until(register: Register, job: Job) -> str:
    """Until when what a job made can be taken; "" if it can't any more."""
    now = rfc3339(register.clock())
    return next(
        (each.until_at for each in kept_bundles(register.desk_engine, job=job.id) if each.until_at > now), ""
    )


def taken_bundle(register: Register, job: Job) -> bytes | None:
    """The bundle that a job made; None once its time is over. Raises: SealBroken."""
    return (
        open_bundle(register.desk_engine, register.keys.vault, job.id)
        if bundle_until(register, job)
        else None
    )


def remove_old_bundles(register: Register) -> int:
    """Removes bundles whose time is over and those of decided batches; how many."""
    now, removed = rfc3339(register.clock()), 0
    with closing(KeptReader(register.engine)) as reader:
        heads = BatchReads(reader)
        for each in kept_bundles(register.desk_engine):
            head = heads.head(each.batch)
            if each.until_at <= now or head is None or not head.waits:
                remove_bundle(register.desk_engine, each.job)
                removed += 1
    return removed


def _subject(batch: bytes, account: str) -> str:
    return f"{batch.hex()}.{account}"


def _written(context: JobContext) -> Iterator[bytes]:
    register, job = context.register, context.job
    batch = bytes.fromhex(str(job.content["batch"]))
    with closing(KeptReader(register.desk_engine)) as drafted:
        proposal = Proposals(drafted).get(batch, int(str(job.content["number"])))
    if proposal is None or proposal.digest != job.content["digest"]:
        raise ProposalStale
    with closing(KeptReader(register.engine)) as stored:
        batches = BatchRows(stored)
        head = bundle_head(register, job.account, proposal, batches)
        total, _ = batches.counts(batch)
        rows = _reported(context, bundle_rows(batches, register.keys.vault, batch), total)
        yield from write_bundle(head, rows, FileKey.from_bytes(context.attachments[_FILE]))


def _reported(context: JobContext, rows: Iterator[BundleRow], total: int) -> Iterator[BundleRow]:
    for done, each in enumerate(rows):
        context.report(done, total)
        yield each
