"""The way in and out: log-in, one-time code, a password of one's own, setting up the phone."""

import io
from urllib.parse import quote

import segno
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.staff.entry import From, Inside, choose_password, confirm_code, known_browser, log_in
from registry.staff.entry import require_password as ask_password
from registry.staff.errors import CodeRefused, LoginRefused, LoginThrottled, PasswordRefused
from registry.staff.passwords import MIN_CHARACTERS
from registry.staff.sessions import Stage
from registry.staff.totp import key_uri, new_secret, secret_text
from signing.errors import MalformedEncoding
from web.errors import MalformedRequest
from web.headers import NO_STORE
from web.language import language_of
from web.limits import Budget
from web.staff.addresses import EVERYBODY, StaffAddress, Standing
from web.staff.browsers import browser_kind
from web.staff.cookies import read_browser, set_browser
from web.staff.desk import (
    CODE,
    HOME,
    LOGIN,
    PASSWORD,
    TWO_STEP,
    account_of,
    call_of,
    form_of,
    keyed_network,
    local_path,
    name_subject,
    note_outcome,
    office_of,
    see_other,
    session_of,
    staff_page,
)
from web.vocabulary import words

_TOO_MANY = 429
_REFUSED = 403
_PENDING = "two-step:"


def login_page(request: Request) -> Response:
    """The log-in form; who is logged in goes on."""
    call = call_of(request)
    if call.standing not in (Standing.NOBODY, Standing.CODE):
        return RedirectResponse(local_path(request.query_params.get("next", "")), 303, dict(NO_STORE))
    return _login_form(request)


def enter(request: Request) -> Response:
    """Login and password. Whatever is wrong, the answer is the same page with the same status."""
    office, form, call = office_of(request), form_of(request), call_of(request)
    login, now = form.field("login"), office.clock()
    claimed = office.accounts.by_login(login)
    name_subject(request, claimed.id if claimed else "")
    try:
        inside = log_in(office.staff, login, form.fields.get("password", ""), _came_from(request), now)
    except LoginRefused as fault:
        note_outcome(request, fault.code)
        return _login_form(request, status=_REFUSED, refused=True)
    except LoginThrottled as fault:
        note_outcome(request, fault.code)
        return _login_form(request, status=_TOO_MANY, wait=fault.retry_after_seconds)
    if call.session is not None:
        # Whatever session the browser brought along is not the one that goes on.
        office.staff.sessions.end(call.session.id)
    after = local_path(form.field("next"))
    if inside.session.stage is Stage.CODE:
        call.account, call.new_token = inside.account, inside.token
        return see_other(CODE if after == HOME else f"{CODE}?next={quote(after, safe='/')}")
    return _let_in(request, inside, after)


def code_page(request: Request) -> Response:
    """The form for the one-time code."""
    return _code_form(request)


def enter_code(request: Request) -> Response:
    """The one-time code, or a recovery code."""
    office, form, session = office_of(request), form_of(request), session_of(request)
    name_subject(request, session.account)
    try:
        inside, by_recovery = confirm_code(
            office.staff,
            account_of(request),
            session,
            form.field("code"),
            _came_from(request),
            office.clock(),
        )
    except CodeRefused as fault:
        note_outcome(request, fault.code)
        return _code_form(request, status=_REFUSED, refused=True)
    except LoginThrottled as fault:
        note_outcome(request, fault.code)
        return _code_form(request, status=_TOO_MANY, wait=fault.retry_after_seconds)
    if by_recovery:
        name_subject(request, session.account, by="recovery")
    return _let_in(request, inside, local_path(form.field("next")))


def leave(request: Request) -> Response:
    """Ends the session."""
    call = call_of(request)
    if call.session is not None:
        name_subject(request, call.session.account)
        office_of(request).staff.sessions.end(call.session.id)
    call.new_token = ""
    return see_other(LOGIN)


def password_page(request: Request) -> Response:
    """The form for a password of one's own."""
    return _password_form(request)


def change_password(request: Request) -> Response:
    """A new password; other sessions end."""
    office, form, call = office_of(request), form_of(request), call_of(request)
    name_subject(request, account_of(request).id)
    try:
        inside = choose_password(
            office.staff,
            account_of(request),
            session_of(request),
            old=form.fields.get("old", ""),
            new=form.fields.get("new", ""),
            again=form.fields.get("again", ""),
        )
    except PasswordRefused as fault:
        note_outcome(request, f"{fault.code}.{fault.kind}")
        return _password_form(request, status=422, fault=fault.kind.value)
    except LoginThrottled as fault:
        note_outcome(request, fault.code)
        return _password_form(request, status=_TOO_MANY, wait=fault.retry_after_seconds)
    call.new_token = inside.token
    return see_other(HOME)


def two_step_page(request: Request) -> Response:
    """A QR picture for the phone, and the field for its first code."""
    return _two_step_form(request, new_secret())


def set_up_two_step(request: Request) -> Response:
    """Keeps the phone's secret once it showed a right code, and shows the recovery codes once."""
    office, form, call, account = office_of(request), form_of(request), call_of(request), account_of(request)
    session = session_of(request)
    name_subject(request, account.id)
    try:
        secret = office.staff.take_back(_PENDING + session.id, form.field("pending"))
    except MalformedEncoding as fault:
        raise MalformedRequest("pending") from fault
    try:
        if account.two_step:
            # A session that somebody left open must not be enough to replace the phone.
            ask_password(office.staff, account, form.fields.get("password", ""))
        codes = office.accounts.set_up_two_step(account, secret, form.field("code"))
    except (CodeRefused, PasswordRefused) as fault:
        note_outcome(request, fault.code)
        return _two_step_form(request, secret, status=422, fault=fault.code)
    except LoginThrottled as fault:
        note_outcome(request, fault.code)
        return _two_step_form(request, secret, status=_TOO_MANY, wait=fault.retry_after_seconds)
    office.staff.sessions.end_others(session)
    call.session, call.new_token = office.staff.sessions.step_up(session)
    call.account = office.accounts.get(account.id)
    return staff_page(request, "staff/accounts_recovery.html", codes=codes)


def _let_in(request: Request, inside: Inside, after: str) -> Response:
    office, call = office_of(request), call_of(request)
    call.account, call.new_token = inside.account, inside.token
    response = see_other(after)
    browser = known_browser(office.staff, inside.account.login, office.clock())
    set_browser(response, browser, is_https=office.settings.is_https)
    return response


def _came_from(request: Request) -> From:
    is_https = office_of(request).settings.is_https
    return From(
        keyed_network(request),
        read_browser(request, is_https=is_https),
        browser_kind(request.headers.get("user-agent", "")),
    )


def _login_form(request: Request, *, status: int = 200, refused: bool = False, wait: int = 0) -> Response:
    call = call_of(request)
    form = call.form
    after = form.field("next") if form else request.query_params.get("next", "")
    page = staff_page(
        request,
        "staff/accounts_login.html",
        status=status,
        login=form.field("login") if form else "",
        after=local_path(after),
        refused=refused,
        wait=wait,
        ended=request.query_params.get("ended") == "1",
    )
    return _with_wait(page, wait)


def _code_form(request: Request, *, status: int = 200, refused: bool = False, wait: int = 0) -> Response:
    form = call_of(request).form
    after = form.field("next") if form else request.query_params.get("next", "")
    page = staff_page(
        request,
        "staff/accounts_code.html",
        status=status,
        after=local_path(after),
        refused=refused,
        wait=wait,
    )
    return _with_wait(page, wait)


def _password_form(request: Request, *, status: int = 200, fault: str = "", wait: int = 0) -> Response:
    page = staff_page(
        request,
        "staff/accounts_password.html",
        status=status,
        due=account_of(request).password_due,
        fault=fault,
        wait=wait,
        least=MIN_CHARACTERS,
    )
    return _with_wait(page, wait)


def _two_step_form(
    request: Request, secret: bytes, *, status: int = 200, fault: str = "", wait: int = 0
) -> Response:
    office, account, session = office_of(request), account_of(request), session_of(request)
    uri = key_uri(secret, login=account.login, issuer=words("two_step.issuer", language_of(request)))
    page = staff_page(
        request,
        "staff/accounts_two_step.html",
        status=status,
        picture=_qr(uri),
        typed=secret_text(secret),
        pending=office.staff.lend(_PENDING + session.id, secret),
        replaces=account.two_step,
        fault=fault,
        wait=wait,
    )
    return _with_wait(page, wait)


def _qr(uri: str) -> Markup:
    """The code as an SVG without style attributes, drawn dark on white whatever the page's colours."""
    out = io.BytesIO()
    segno.make(uri, error="m").save(
        out,
        kind="svg",
        scale=1,
        border=3,
        xmldecl=False,
        svgns=True,
        omitsize=True,
        light="#fff",
        dark="#000",
    )
    return Markup(out.getvalue().decode())  # noqa: S704 - segno's drawing, of squares only


def _with_wait(page: Response, wait: int) -> Response:
    if wait:
        page.headers["retry-after"] = str(wait)
    return page


_IN = frozenset({Standing.PASSWORD, Standing.OPEN})
_SET_UP = frozenset({Standing.TWO_STEP, Standing.OPEN})
ADDRESSES = (
    StaffAddress(LOGIN, login_page, during=EVERYBODY),
    StaffAddress(LOGIN, enter, methods=("POST",), act="session.login", during=EVERYBODY, budget=Budget.LOGIN),
    StaffAddress(CODE, code_page, during=frozenset({Standing.CODE})),
    StaffAddress(
        CODE,
        enter_code,
        methods=("POST",),
        act="session.code",
        during=frozenset({Standing.CODE}),
        budget=Budget.LOGIN,
    ),
    StaffAddress("/staff/logout", leave, methods=("POST",), act="session.logout", during=EVERYBODY),
    StaffAddress(PASSWORD, password_page, during=_IN),
    StaffAddress(
        PASSWORD, change_password, methods=("POST",), act="password.changed", during=_IN, budget=Budget.LOGIN
    ),
    StaffAddress(TWO_STEP, two_step_page, during=_SET_UP),
    StaffAddress(
        TWO_STEP,
        set_up_two_step,
        methods=("POST",),
        act="two_step.set_up",
        during=_SET_UP,
        budget=Budget.LOGIN,
    ),
)
