"""The gate before every address of the staff: nothing behind it runs for whom it is not meant.

1. who asks: a session's cookie, or a token at an API address that takes one,
2. how far they came: a due code, password or set-up leads there and nowhere else,
3. the role,
4. what is posted comes from our own page: its origin and the session's CSRF value (a token needs neither),
5. the endpoint runs in a worker thread,
6. the trail: who, when, what, on what, with which outcome, from where.

An object out of reach is the endpoint's business: it raises what it raises for one that does not exist.

Source: OWASP Cross-Site Request Forgery Prevention (token, Origin and Sec-Fetch-Site); RFC 6750 (bearer).
"""

import hmac
from typing import assert_never
from urllib.parse import quote, urlsplit

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.staff.sessions import NoVisit, Reused, Visit
from registry.staff.trail import TrailEntry
from web.errors import (
    ForeignPost,
    FormExpired,
    MalformedRequest,
    NoSuchPage,
    NotLoggedIn,
    ScopeMissing,
    WrongRole,
)
from web.limits import Endpoint
from web.problems import ROOTS, prefers_page, problem_of
from web.site import site_of
from web.staff.addresses import StaffAddress, Standing
from web.staff.cookies import read_session, set_session
from web.staff.desk import (
    CODE,
    LOGIN,
    PASSWORD,
    TWO_STEP,
    Call,
    call_of,
    keyed_network,
    office_of,
    problem_page,
    see_other,
)
from web.uploads import media_type, read_body, read_form

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")
_MAX_JSON_BYTES = 64 << 10
_BEARER = "bearer "
_REPLAYED = "session.replayed"
_NOTHING_FOUND = frozenset({401, 403, 404, 422})


def gated(address: StaffAddress) -> Endpoint:
    """The address behind the gate, as the server calls it."""

    async def endpoint(request: Request) -> Response:
        call = request.state.call = await run_sync(_recognised, request, address)
        if (turned := _turned_away(request, address, call)) is not None:
            return _with_cookie(request, turned, call)
        return await _pass(request, address, call)

    # Budgets are counted by the endpoint's name, so each needs one of its own.
    endpoint.__module__ = address.endpoint.__module__
    endpoint.__name__ = f"{address.endpoint.__name__} {'/'.join(address.methods)} {address.path}"
    return endpoint


async def _pass(request: Request, address: StaffAddress, call: Call) -> Response:
    try:
        _require_role(address, call)
        _require_text(request)
        if address.changes:
            await _read_post(request, address, call)
        response = await run_sync(address.endpoint, request)
    except ROOTS as fault:
        call.outcome = str(getattr(fault, "code", "")) or "error"
        call.found = problem_of(fault).status not in _NOTHING_FOUND
        await run_sync(_write_trail, request, address, call)
        if call.standing is not Standing.OPEN or call.session is None or not prefers_page(request):
            raise
        # Somebody who works here stays among their own pages.
        return _with_cookie(request, problem_page(request, fault), call)
    except Exception:
        call.outcome = "internal_fault"
        await run_sync(_write_trail, request, address, call)
        raise
    await run_sync(_write_trail, request, address, call)
    return _with_cookie(request, response, call)


def _recognised(request: Request, address: StaffAddress) -> Call:
    """Step 1. Raises: TokenUnknown."""
    office = office_of(request)
    given = request.headers.get("authorization", "")
    if address.token_scope is not None and given[: len(_BEARER)].lower() == _BEARER:
        token, account = office.staff.tokens.opened_by(given[len(_BEARER) :].strip())
        return Call(account=account, token=token)
    cookie = read_session(request, is_https=office.settings.is_https)
    if not cookie:
        return Call()
    found = office.staff.sessions.visit(cookie)
    match found:
        case Visit():
            return Call(account=found.account, session=found.session, new_token=found.new_token or None)
        case NoVisit():
            if found.why is Reused.REPLAYED:
                _note_replay(request, found)
            return Call(new_token="")
    assert_never(found)


def _turned_away(request: Request, address: StaffAddress, call: Call) -> Response | None:
    """Step 2: where to go first, None if the way is free. Raises: NotLoggedIn, ScopeMissing."""
    if call.token is not None and address.token_scope not in call.token.scopes:
        raise ScopeMissing(str(address.token_scope))
    standing = call.standing
    if standing in address.during:
        return None
    if address.token_scope is not None:
        raise NotLoggedIn
    match standing:
        case Standing.NOBODY:
            if address.changes:
                # What was typed is not done, and the person must hear it.
                raise NotLoggedIn
            asked = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            ended = "&ended=1" if call.new_token == "" else ""
            return see_other(f"{LOGIN}?next={quote(asked, safe='/')}{ended}")
        case Standing.CODE:
            return see_other(CODE)
        case Standing.PASSWORD:
            return see_other(PASSWORD)
        case Standing.TWO_STEP:
            return see_other(TWO_STEP)
        case Standing.OPEN:
            return see_other("/staff")
    assert_never(standing)


def _require_role(address: StaffAddress, call: Call) -> None:
    """Step 3. Raises: WrongRole."""
    if address.roles and (call.account is None or call.account.role not in address.roles):
        raise WrongRole


def _require_text(request: Request) -> None:
    """No NUL in an address: no database keeps one. Raises: NoSuchPage, MalformedRequest."""
    if any("\0" in str(value) for value in request.path_params.values()):
        raise NoSuchPage
    for name, value in request.query_params.multi_items():
        if "\0" in name + value:
            raise MalformedRequest("query")


async def _read_post(request: Request, address: StaffAddress, call: Call) -> None:
    """Step 4. Raises: ForeignPost, FormExpired, MalformedRequest, BodyTooLarge."""
    if call.token is None:
        require_own_origin(request)
    kind = media_type(request)
    if kind in _FORMS:
        call.form = await read_form(
            request,
            max_file_bytes=address.max_file_bytes,
            max_files=address.max_files,
            max_fields=address.max_fields,
        )
    else:
        call.body = await read_body(request, _MAX_JSON_BYTES)
    if call.session is not None:
        given = call.form.field("csrf") if call.form is not None else ""
        given = given or request.headers.get("x-csrf-token", "")
        if not hmac.compare_digest(given.encode(), call.session.csrf.encode()):
            raise FormExpired


def require_own_origin(request: Request) -> None:
    """Refuses what another site's page posted. Raises: ForeignPost.

    Every browser of the last years says where a post comes from; one that says nothing still needs the
    session's value.
    """
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        if site != "same-origin":
            raise ForeignPost
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise ForeignPost


def _write_trail(request: Request, address: StaffAddress, call: Call) -> None:
    """Step 6. A GET that hands out nothing personal has no act and leaves no row."""
    if not address.act:
        return
    office = office_of(request)
    details = dict(call.details)
    if call.token is not None:
        details["token"] = call.token.id
    office.staff.trail.write(
        TrailEntry(
            at=office.clock(),
            act=address.act,
            account=call.account.id if call.account else "",
            role=call.account.role.value if call.account else "",
            subject=call.subject or _addressed(request),
            outcome=call.outcome,
            address=keyed_network(request),
            details=details,
        )
    )


def _addressed(request: Request) -> str:
    """What the address names, but for a certificate's number: that stands in no trail.

    Nor does what was not found or not shown: anything may have been typed into the address.
    """
    if not call_of(request).found:
        return ""
    return " ".join(str(value) for name, value in request.path_params.items() if name != "number")


def _note_replay(request: Request, found: NoVisit) -> None:
    office = office_of(request)
    address = keyed_network(request)
    office.staff.trail.write(TrailEntry(office.clock(), _REPLAYED, account=found.account, address=address))


def _with_cookie(request: Request, response: Response, call: Call) -> Response:
    if call.new_token is not None:
        set_session(response, call.new_token, is_https=site_of(request).settings.is_https)
    return response
