"""For machines that watch over us: alive, ready, counters, and the description of the API."""

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from registry.errors import RegistryError
from registry.witnessing.policy import NO_WITNESSES
from web.api.answers import json_answer
from web.api.openapi import openapi_document
from web.headers import BRIEFLY, NO_STORE, OPEN
from web.job_metrics import job_lines
from web.metrics import MEDIA_TYPE
from web.national_metrics import national_lines
from web.presenters.verdict_json import json_bytes
from web.site import Site, site_of
from web.witness_metrics import witness_lines


async def healthz(request: Request) -> Response:  # noqa: ARG001 - slowapi looks for it
    """The process answers."""
    return PlainTextResponse("ok\n", headers=dict(NO_STORE))


async def readyz(request: Request) -> Response:
    """The register answers too; asked by a real read. Raises the register's errors, a 503, if it does not."""
    return json_answer({"register": "ready", "tree_size": site_of(request).register.ready()})


async def metrics(request: Request) -> Response:
    """Counters for Prometheus. They are shown while the register is away, too."""
    site = site_of(request)
    policy = site.settings.witnesses or NO_WITNESSES
    now = site.clock().timestamp()
    try:
        of_jobs = job_lines(site.office.jobs, now) if site.office is not None else []
        of_network = await run_sync(_of_network, site, now)
        of_log_ins = site.provider.outcomes.lines() if site.provider is not None else []
        text = site.metrics.text(
            tree_size=site.register.ready(),
            unpublished=site.register.unpublished(),
            others=[
                *witness_lines(policy, site.register.checkpoint(), now),
                *of_jobs,
                *of_network,
                *of_log_ins,
            ],
        )
    except RegistryError:
        text = site.metrics.text(tree_size=None)
    return Response(text, 200, dict(NO_STORE), MEDIA_TYPE)


def _of_network(site: Site, now_seconds: float) -> list[str]:
    """Nothing where no network is set, and in a process that has no desk to read it from."""
    if site.office is None or site.settings.national_url is None:
        return []
    return national_lines(site.office.standing(), now_seconds)


async def openapi(request: Request) -> Response:
    """The description of the API."""
    document = openapi_document(site_of(request).settings.origin)
    return Response(json_bytes(document), 200, {**BRIEFLY, **OPEN}, "application/json")
