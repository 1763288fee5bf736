"""The job of sending rejected rows again: the web server may only ask for it, the worker does it."""

from collections.abc import Mapping

from registry.jobs.model import JobContext
from registry.national.store import NationalStore
from signing.encoding import Json

AGAIN = "national_again"
# As many positions as a job names; whoever has more sends them in turns.
MOST_AGAIN = 5_000


def send_again(context: JobContext) -> Mapping[str, Json]:
    """Puts the positions back into the queue. What waits already stays as it is."""
    given = context.job.content["seqs"]
    assert isinstance(given, list)
    seqs = [each for each in given if isinstance(each, int)]
    NationalStore(context.register.desk_engine).reopen(seqs)
    return {"rows": len(seqs)}
