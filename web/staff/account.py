"""One's own account: who one is here, where one is logged in, recovery codes, tokens for one's systems."""

from datetime import date, timedelta
from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from registry.staff.entry import require_password
from registry.staff.errors import LoginThrottled, MalformedToken, PasswordRefused, TokenUnknown
from registry.staff.model import StaffRole, TokenScope
from registry.staff.tokens import MAX_DAYS
from web.errors import NoSuchPage
from web.limits import Budget
from web.staff.addresses import StaffAddress
from web.staff.desk import (
    account_of,
    form_of,
    name_subject,
    note_outcome,
    office_of,
    see_other,
    session_of,
    staff_page,
)
from web.staff.offices import office_name

ACCOUNT = "/staff/account"
_SUGGESTED_DAYS = 180
_INSTITUTIONS = frozenset({StaffRole.INSTITUTION})


def account(request: Request) -> Response:
    """The account with its sessions and tokens."""
    return _page(request)


def end_others(request: Request) -> Response:
    """Ends every session but this one."""
    ended = office_of(request).staff.sessions.end_others(session_of(request))
    name_subject(request, account_of(request).id, ended=str(ended))
    return see_other(f"{ACCOUNT}#sessions")


def renew_recovery(request: Request) -> Response:
    """New recovery codes, shown once; the old ones are void."""
    office, who = office_of(request), account_of(request)
    name_subject(request, who.id)
    if not who.two_step:
        raise NoSuchPage
    try:
        require_password(office.staff, who, form_of(request).fields.get("password", ""))
    except (PasswordRefused, LoginThrottled) as fault:
        note_outcome(request, fault.code)
        return _page(request, status=422, fault=f"recovery.{fault.code}")
    return staff_page(request, "staff/accounts_recovery.html", codes=office.accounts.renew_recovery(who))


def create_token(request: Request) -> Response:
    """A token for the institution's own system, shown once."""
    office, who, form = office_of(request), account_of(request), form_of(request)
    try:
        # A session that somebody left open must not be enough for what opens the door for a year.
        require_password(office.staff, who, form.fields.get("token_password", ""))
    except (PasswordRefused, LoginThrottled) as fault:
        note_outcome(request, fault.code)
        return _page(request, status=422, fault=f"token.{fault.code}")
    scopes = [scope for scope in TokenScope if scope.value in form.values("scope")]
    try:
        token, secret = office.staff.tokens.create(
            who, name=form.field("name"), scopes=scopes, ends_on=_day(form.field("ends_on"))
        )
    except MalformedToken as fault:
        note_outcome(request, fault.code)
        return _page(request, status=422, fault=f"token.{fault.field}")
    name_subject(request, token.id, scopes=" ".join(sorted(token.scopes)))
    return staff_page(request, "staff/accounts_token.html", token=token, secret=secret)


def end_token(request: Request) -> Response:
    """Ends one of one's own tokens. Raises: NoSuchPage for anybody else's."""
    try:
        office_of(request).staff.tokens.end(account_of(request).id, request.path_params["token"])
    except TokenUnknown as fault:
        raise NoSuchPage from fault
    return see_other(f"{ACCOUNT}#tokens")


def _page(request: Request, *, status: int = 200, fault: str = "") -> Response:
    office, who = office_of(request), account_of(request)
    now = office.clock()
    has_tokens = who.role is StaffRole.INSTITUTION
    return staff_page(
        request,
        "staff/accounts_own.html",
        status=status,
        here=session_of(request).id,
        office_name=partial(office_name, office),
        sessions=office.staff.sessions.of_account(who.id),
        recovery_left=office.accounts.recovery_left(who),
        has_tokens=has_tokens,
        tokens=[(each, each.is_good(now)) for each in office.staff.tokens.of_account(who.id)]
        if has_tokens
        else [],
        scopes=list(TokenScope),
        suggested=office.today() + timedelta(days=_SUGGESTED_DAYS),
        latest=office.today() + timedelta(days=MAX_DAYS),
        earliest=office.today(),
        fault=fault,
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as fault:
        raise MalformedToken("ends_on") from fault


ADDRESSES = (
    StaffAddress(ACCOUNT, account),
    StaffAddress(f"{ACCOUNT}/sessions/end", end_others, methods=("POST",), act="sessions.ended"),
    StaffAddress(
        f"{ACCOUNT}/recovery",
        renew_recovery,
        methods=("POST",),
        act="two_step.recovery_renewed",
        budget=Budget.LOGIN,
    ),
    StaffAddress(
        f"{ACCOUNT}/tokens", create_token, _INSTITUTIONS, ("POST",), "token.created", budget=Budget.LOGIN
    ),
    StaffAddress(f"{ACCOUNT}/tokens/{{token}}/end", end_token, _INSTITUTIONS, ("POST",), "token.ended"),
)
