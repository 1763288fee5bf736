"""The job of comparing both sides now: the web server may only ask for it, the worker does it.

Only a process that knows the network's address can do it, so the worker brings the sender along. If we die
on the way, nothing was kept, and the next run compares anew. While somebody else sends, it waits.
"""

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager

from registry.jobs.model import Handler, JobContext
from registry.national.errors import LeaseLost, NationalNotConfigured, NotCompared
from registry.national.reconcile import IN_FLIGHT, CouldNotCheck, reconcile
from registry.national.report_making import make_report
from registry.national.sync import Sender
from registry.register import Register
from signing.encoding import Json

RECONCILE = "reconcile"
SUBJECT = "national"
_SENDING = (LeaseLost.code, IN_FLIGHT)
OpenSender = Callable[[Register], AbstractContextManager[Sender]]


def not_configured(_: JobContext) -> Mapping[str, Json]:
    """The job where no network is set. Raises: NationalNotConfigured."""
    raise NationalNotConfigured


def reconciling(open_sender: OpenSender) -> Handler:
    """The job of a worker that knows the network."""

    def run(context: JobContext) -> Mapping[str, Json]:
        with open_sender(context.register) as sender:
            compared = reconcile(sender)
        if isinstance(compared, CouldNotCheck):
            raise LeaseLost if compared.reason in _SENDING else NotCompared(compared.reason)
        kept, _ = make_report(context.register, compared)
        return {"report": kept.id, "outcome": kept.outcome}

    return run
