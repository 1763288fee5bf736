"""Which room does which kind of job. One line a kind; a kind that is missing here is refused."""

from collections.abc import Mapping
from types import MappingProxyType

from registry.filing import job as filing
from registry.intake.job import INTAKE, take_in
from registry.jobs.model import Handler
from registry.national.again_job import AGAIN, send_again
from registry.national.reconcile_job import RECONCILE, not_configured
from registry.requests import deciding
from registry.review import publishing
from registry.review.bundle_job import BUNDLE, make_bundle
from registry.review.propose_job import PROPOSE, run_propose

HANDLERS: Mapping[str, Handler] = MappingProxyType(
    {
        INTAKE: take_in,
        PROPOSE: run_propose,
        BUNDLE: make_bundle,
        deciding.JOB_KIND: deciding.perform,
        publishing.APPROVE: publishing.perform,
        publishing.RETURN: publishing.perform,
        filing.JOB_KIND: filing.run_filing,
        AGAIN: send_again,
        # A worker that knows the network's address does it; see `registry.national.reconcile_job`.
        RECONCILE: not_configured,
    }
)
