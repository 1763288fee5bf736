"""Logging in through the identity provider: away by a button, back by an address, and in.

The page between is no redirect: the policy of our pages lets forms lead to ourselves only, and the person
reads where they are going. What the provider said of the person lives in one thread and ends with it; the
log hears how it ended, in a code.
"""

import re
from http import HTTPStatus
from urllib.parse import urlsplit

import structlog
from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.holders.model import Way
from registry.holders.persons import with_names
from registry.oidc.attempts import LASTS, is_secret, new_browser
from registry.oidc.errors import AnswerFault, AnswerRefused, AttemptUnknown, OidcError
from registry.oidc.relying_party import Returned
from web.cookies import read_cookie, set_cookie
from web.errors import NoSuchPage
from web.holder.gate import ENTRANCE, HOME, holder_session, room_of, see_other, start_session
from web.holder.provider import Provider, provider_name
from web.site import site_of
from web.staff.gate import require_own_origin
from web.uploads import read_form

_COOKIE = "holder-oidc"
_AFTER = re.compile(r"/holder(?:/[A-Za-z0-9_-]+)*")
_MAX_TEXT = 4096
_log = structlog.get_logger("web.oidc")


async def start(request: Request) -> Response:
    """The page that leads to the provider. Raises: NoSuchPage, ForeignPost; the log-in's errors."""
    provider = _provider_of(request)
    request.state.switch_path = ENTRANCE
    require_own_origin(request)
    after = (await read_form(request)).field("next")
    return await run_sync(_start, request, provider, after, limiter=provider.limiter)


async def to_entrance(request: Request) -> Response:
    """Whoever opens the address of the button by hand is led to the button. Raises: NoSuchPage."""
    _provider_of(request)
    return see_other(ENTRANCE)


async def come_back(request: Request) -> Response:
    """Who came back, and in. Raises: NoSuchPage; the log-in's errors."""
    provider = _provider_of(request)
    request.state.switch_path = ENTRANCE
    return await run_sync(_come_back, request, provider, limiter=provider.limiter)


def own_path(text: str) -> str:
    """The path of a holder's page that somebody wanted to see, or the first one."""
    return text if len(text) < _MAX_TEXT and _AFTER.fullmatch(text) else HOME


def _start(request: Request, provider: Provider, after: str) -> Response:
    site = site_of(request)
    is_https = site.settings.is_https
    browser = read_cookie(request, _COOKIE, is_https=is_https)
    if not is_secret(browser):
        browser = new_browser()
    try:
        address = provider.party.address_for(provider.attempts.begin(browser, own_path(after)))
    except OidcError as fault:
        _tell(provider, str(fault))
        raise
    page = site.renderer.page(
        request,
        "holder/oidc_leaving.html",
        address=address,
        host=urlsplit(address).netloc,
        provider=provider_name(request),
    )
    # Kept by a browser that has it already: of two tabs, the other one comes back as well.
    set_cookie(page, _COOKIE, browser, is_https=is_https, max_age=int(LASTS.total_seconds()))
    return page


def _come_back(request: Request, provider: Provider) -> Response:
    is_https = site_of(request).settings.is_https
    try:
        given = _parameters(request)
        browser = read_cookie(request, _COOKIE, is_https=is_https)
        attempt = provider.attempts.take(given["state"], browser)
        claimed = provider.party.person_of(attempt, Returned(given["code"], given["error"], given["iss"]))
    except OidcError as fault:
        _tell(provider, str(fault))
        if isinstance(fault, AttemptUnknown) and holder_session(request) is not None:
            # Loaded again, or gone back to, by somebody who is inside since: nothing more is opened.
            return see_other(HOME)
        raise
    room = room_of(request)
    known = with_names(room.register.look_up, [claimed.person(room.register.keys.vault)])[0]
    if not known.names:
        _tell(provider, "nobody")
        response = _nobody_page(request)
    else:
        _tell(provider, "in")
        response = see_other(attempt.after)
        start_session(request, response, room.holders.open(known), Way.PROVIDER)
    set_cookie(response, _COOKIE, "", is_https=is_https)
    return response


def _nobody_page(request: Request) -> Response:
    name = provider_name(request)
    return site_of(request).renderer.page(
        request, "holder/oidc_nobody.html", status=HTTPStatus.FORBIDDEN, provider=name
    )


def _parameters(request: Request) -> dict[str, str]:
    """What the provider gave the browser to bring. Raises: AnswerRefused.

    Source: RFC 6749 section 3.1: none may stand there twice.
    """
    given = request.query_params
    found = {}
    for name in ("state", "code", "error", "iss"):
        values = given.getlist(name)
        if len(values) > 1 or len("".join(values)) > _MAX_TEXT:
            raise AnswerRefused(AnswerFault.RESPONSE_MALFORMED)
        found[name] = "".join(values)
    return found


def _provider_of(request: Request) -> Provider:
    provider = site_of(request).provider
    if provider is None:
        raise NoSuchPage
    return provider


def _tell(provider: Provider, outcome: str) -> None:
    provider.outcomes.count(outcome)
    _log.info("oidc", outcome=outcome)
