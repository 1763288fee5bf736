"""The whole site as one ASGI application: which address is answered by what, and under which budget."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import anyio
from slowapi.errors import RateLimitExceeded
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from registry.errors import RegistryError
from search.errors import SearchError
from search.port import SearchReader
from signing.errors import SigningError
from web.api import certificates as certificates_api
from web.api import institutions as institutions_api
from web.api import log, operations, trust
from web.api import verify as verify_api
from web.api import verify_batch as verify_batch_api
from web.assets import Assets
from web.backend import PublicRegister
from web.edge import Edge
from web.errors import MalformedRequest, NoSuchPage, WebError, WrongMethod
from web.holder.provider import open_provider
from web.holder.routes import HOLDER_ADDRESSES
from web.limits import Budget, Budgets
from web.logging import quiet_libraries
from web.metrics import Metrics
from web.pages import (
    about,
    certificates,
    check_here,
    corrections,
    files,
    holder,
    home,
    institutions,
    receipts,
    share,
    verify,
    verify_batch,
)
from web.problems import problem_response
from web.rendering import Renderer
from web.routing import Address
from web.settings import Settings
from web.site import Site
from web.staff.gate import gated
from web.staff.institution.addresses import LARGE_UPLOADS
from web.staff.menu import menus_of
from web.staff.office import Office
from web.staff.routes import STAFF_ADDRESSES

# Files that are checked at once; each may take a processor for a while, and there are two.
_HEAVY = 2


# The hottest address first: routes are tried in order.
ADDRESSES: Sequence[Address] = (
    Address("/api/v1/certificates/{number}", certificates_api.certificate, Budget.LOOKUP),
    Address("/certificates/{number}", certificates.certificate, Budget.LOOKUP),
    Address("/certificates/{number}", certificates.check_name, Budget.NAME_CHECK, ("POST",)),
    Address("/certificates/{number}/opening.json", certificates.opening, Budget.LOOKUP),
    Address("/certificates/{number}/receipt.tlog-proof", certificates.receipt, Budget.LOOKUP),
    Address("/q/{ref}", certificates.scanned, Budget.LOOKUP),
    Address("/q/{ref}", certificates.check_scanned_name, Budget.NAME_CHECK, ("POST",)),
    Address("/", home.home, Budget.PAGE),
    Address("/lookup", home.look_up, Budget.LOOKUP, ("POST",)),
    Address("/lookup", home.to_home, Budget.PAGE),
    Address("/institutions", institutions.directory, Budget.PAGE),
    Address("/institutions/{prefix}", institutions.institution, Budget.PAGE),
    Address("/holder", holder.ask, Budget.PAGE),
    Address("/holder", holder.log_in, Budget.HOLDER, ("POST",)),
    Address("/holder/dispute", corrections.moved, Budget.PAGE),
    Address("/holder/corrections", corrections.ask, Budget.PAGE),
    Address("/holder/corrections/form", corrections.begin, Budget.HOLDER, ("POST",)),
    Address("/holder/corrections/new", corrections.hand_in, Budget.HOLDER, ("POST",)),
    Address("/holder/corrections/state", corrections.tell, Budget.HOLDER, ("POST",)),
    Address("/holder/files/{token}", holder.download, Budget.DOWNLOAD),
    *HOLDER_ADDRESSES,
    Address("/s/{code}", share.ask, Budget.SHARE),
    Address("/s/{code}", share.open_it, Budget.SHARE, ("POST",)),
    Address("/s/{code}/receipt", share.receipt, Budget.SHARE, ("POST",)),
    Address("/verify", verify.ask, Budget.PAGE),
    Address("/verify", verify.check, Budget.VERIFY, ("POST",)),
    Address("/verify/batch", verify_batch.ask, Budget.PAGE),
    Address("/verify/batch", verify_batch.check, Budget.VERIFY, ("POST",)),
    Address("/verify/batch/{name}", verify_batch.template, Budget.PAGE),
    Address("/verify/receipt", receipts.hand_out, Budget.VERIFY, ("POST",)),
    Address("/verify/browser", check_here.check_here, Budget.PAGE),
    Address("/about", about.about, Budget.PAGE),
    Address("/problems/{code}", about.problem, Budget.PAGE),
    Address("/api/v1/verify", verify_api.verify, Budget.VERIFY, ("POST",)),
    Address("/api/v1/verify/batch", verify_batch_api.verify_batch, Budget.VERIFY, ("POST",)),
    Address("/api/v1/institutions", institutions_api.institutions, Budget.PAGE),
    Address("/api/v1/institutions/{prefix}", institutions_api.institution, Budget.PAGE),
    Address("/log/checkpoint", log.checkpoint, Budget.LOG),
    Address("/log/vkey", log.vkey, Budget.LOG),
    Address("/log/frozen", log.frozen, Budget.LOG),
    Address("/log/tile/{path:path}", log.tile, Budget.LOG),
    Address("/.well-known/did.json", log.did_document, Budget.LOG),
    Address("/status/{list}", log.status_list, Budget.LOG),
    Address("/openapi.json", operations.openapi, Budget.PAGE),
    Address("/healthz", operations.healthz, Budget.ASSET),
    Address("/readyz", operations.readyz, Budget.ASSET),
    Address("/metrics", operations.metrics, Budget.ASSET),
    Address("/trust/root.pem", trust.root_certificates, Budget.LOG),
    Address("/trust/witnesses", trust.witnesses, Budget.LOG),
    Address("/trust/status", trust.status_lists, Budget.LOG),
    Address("/trust.zip", trust.folder, Budget.LOG),
    Address("/static/{name}", files.static, Budget.ASSET),
    Address("/static/{path:path}", files.static_in_folder, Budget.ASSET),
    Address("/favicon.ico", files.favicon, Budget.ASSET),
    Address("/robots.txt", files.robots, Budget.ASSET),
)


def create_app(
    settings: Settings,
    register: PublicRegister,
    search: SearchReader,
    *,
    clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    office: Office | None = None,
) -> Starlette:
    """The site over a register and a search index; with an office, the staff's pages as well."""
    quiet_libraries()
    assets = Assets()
    renderer = Renderer(settings, assets)
    metrics = Metrics()
    budgets = Budgets(settings)

    async def answer(request: Request, error: Exception) -> Response:
        return problem_response(request, error, renderer, settings.origin)

    async def answer_http(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        return await answer(request, _translated(error))

    async def answer_exceeded(request: Request, error: Exception) -> Response:
        assert isinstance(error, RateLimitExceeded)
        return await answer(request, budgets.refusal(request, error))

    routes = [
        Route(each.path, budgets.limited(each.endpoint, each.budget), methods=list(each.methods))
        for each in ADDRESSES
    ]
    if office is not None:
        routes += [
            Route(each.path, budgets.limited(gated(each), each.budget), methods=list(each.methods))
            for each in STAFF_ADDRESSES
        ]
    app = Starlette(
        routes=routes,
        middleware=[
            Middleware(
                Edge,
                settings=settings,
                large=dict.fromkeys(LARGE_UPLOADS, settings.staff_upload_bytes),
                metrics=metrics,
                templates={route.endpoint: route.path for route in routes},
                answer=answer,
            )
        ],
        exception_handlers={
            RateLimitExceeded: answer_exceeded,
            HTTPException: answer_http,
            WebError: answer,
            RegistryError: answer,
            SigningError: answer,
            SearchError: answer,
        },
    )
    app.router.default = _Unknown(budgets, app.router.default)
    app.state.site = Site(
        settings=settings,
        register=register,
        search=search,
        renderer=renderer,
        assets=assets,
        metrics=metrics,
        clock=clock,
        heavy=anyio.CapacityLimiter(_HEAVY),
        budgets=budgets,
        menus=menus_of(STAFF_ADDRESSES),
        office=office,
        provider=open_provider(settings.oidc, office, clock),
    )
    return app


class _Unknown:
    """What answers where nothing is published. Guessing addresses is budgeted like looking at pages."""

    def __init__(self, budgets: Budgets, otherwise: ASGIApp) -> None:
        self._endpoint = budgets.limited(unknown_address, Budget.PAGE)
        self._otherwise = otherwise

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._endpoint(Request(scope, receive, send))
        else:
            await self._otherwise(scope, receive, send)


async def unknown_address(request: Request) -> Response:  # noqa: ARG001 - slowapi looks for it
    """Nothing is published here."""
    raise NoSuchPage


def _translated(error: HTTPException) -> WebError:
    if error.status_code == 405:
        return WrongMethod((error.headers or {}).get("Allow", ""))
    return NoSuchPage() if error.status_code == 404 else MalformedRequest("request")
