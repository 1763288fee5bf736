"""The job `propose`: a proposal takes a while for a large batch, so the worker makes it.

Subject is the batch in hex; `seen` is the revision of the drafts that the person looked at. A run that died
behind the last step finds its own proposal and hands it on.
"""

from collections.abc import Mapping
from contextlib import closing

from registry.jobs.model import JobContext
from registry.review.proposal import Proposals
from registry.review.propose import Desk, Request, propose
from registry.storage.batch_rows import BatchRows
from registry.storage.draft_reads import DraftReads
from registry.storage.sql import KeptReader
from signing.encoding import Json

PROPOSE = "propose"


def propose_content(seen: int) -> Mapping[str, Json]:
    """What is asked for."""
    return {"seen": seen}


def run_propose(context: JobContext) -> Mapping[str, Json]:
    """Makes the proposal. Raises: as `propose`."""
    register, job = context.register, context.job
    with closing(KeptReader(register.engine)) as stored, closing(KeptReader(register.desk_engine)) as drafted:
        desk = Desk(
            register.look_up,
            register.desk_engine,
            BatchRows(stored),
            DraftReads(drafted),
            Proposals(drafted),
        )
        request = Request(bytes.fromhex(job.subject), int(str(job.content["seen"])), job.account, context.now)
        proposal = propose(desk, request, context.report)
    return {"number": proposal.number, "digest": proposal.digest, "count": proposal.body.count}
