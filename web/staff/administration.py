"""The administrator's pages: accounts are made, moved, closed and opened, and start passwords given out."""

from functools import partial

from starlette.requests import Request
from starlette.responses import Response

from registry.rules.bureaus import BUREAUS, PROVINCE_CODE
from registry.staff.errors import AccountUnknown, LastAdministrator, LoginTaken, MalformedAccount
from registry.staff.model import Account, StaffRole
from registry.staff.passwords import start_password
from web.errors import NoSuchPage
from web.staff.addresses import StaffAddress, StaffEndpoint
from web.staff.desk import form_of, name_subject, note_outcome, office_of, see_other, staff_page
from web.staff.offices import office_name
from web.uploads import Form

ACCOUNTS = "/staff/accounts"
_ADMINISTRATORS = frozenset({StaffRole.ADMINISTRATOR})


def accounts(request: Request) -> Response:
    """Every account."""
    listed = office_of(request).accounts.all()
    role = request.query_params.get("role", "")
    shown = [each for each in listed if role in ("", each.account.role.value)]
    return staff_page(
        request,
        "staff/accounts_list.html",
        accounts=shown,
        total=len(listed),
        role=role,
        roles=list(StaffRole),
        office_name=partial(office_name, office_of(request)),
    )


def new_account(request: Request) -> Response:
    """The form for a new account."""
    return _form_page(request)


def create(request: Request) -> Response:
    """A new account with a start password, shown once."""
    office, form = office_of(request), form_of(request)
    role, password = _role(form), start_password()
    try:
        made = office.accounts.create(
            login=form.field("login"),
            name=form.field("name"),
            role=role,
            office=_office(role, form),
            password=password,
        )
    except (MalformedAccount, LoginTaken) as fault:
        note_outcome(request, fault.code)
        return _form_page(request, status=422, fault=getattr(fault, "field", "taken"))
    name_subject(request, made.id, role=made.role.value)
    return _shown_once(request, made, password)


def one_account(request: Request) -> Response:
    """One account, and what can be done with it. Raises: NoSuchPage."""
    return _account_page(request, _found(request))


def change(request: Request) -> Response:
    """Another name, role or office. Raises: NoSuchPage."""
    form, found = form_of(request), _found(request)
    role = _role(form)
    name_subject(request, found.id, role=role.value)
    try:
        office_of(request).accounts.change(
            found.id, name=form.field("name"), role=role, office=_office(role, form)
        )
    except (MalformedAccount, LastAdministrator) as fault:
        note_outcome(request, fault.code)
        return _account_page(request, found, status=422, fault=getattr(fault, "field", fault.code))
    return _back(found)


def close(request: Request) -> Response:
    """Closes an account; its sessions and tokens end. Raises: NoSuchPage."""
    found = _found(request)
    try:
        office_of(request).accounts.set_active(found.id, active=False)
    except LastAdministrator as fault:
        note_outcome(request, fault.code)
        return _account_page(request, found, status=409, fault=fault.code)
    return _back(found)


def reopen(request: Request) -> Response:
    """Opens a closed account again. Raises: NoSuchPage."""
    found = _found(request)
    office_of(request).accounts.set_active(found.id, active=True)
    return _back(found)


def reset_password(request: Request) -> Response:
    """A new start password, shown once. Raises: NoSuchPage."""
    found, password = _found(request), start_password()
    office_of(request).accounts.reset_password(found.id, password)
    return _shown_once(request, found, password)


def reset_two_step(request: Request) -> Response:
    """Forgets the phone: it is set up anew at the next log-in. Raises: NoSuchPage."""
    found = _found(request)
    office_of(request).accounts.reset_two_step(found.id)
    return _back(found)


def _found(request: Request) -> Account:
    found = office_of(request).accounts.get(request.path_params["account"])
    if found is None:
        raise NoSuchPage from AccountUnknown()
    return found


def _back(account: Account) -> Response:
    return see_other(f"{ACCOUNTS}/{account.id}")


def _role(form: Form) -> StaffRole:
    chosen = form.field("role")
    return StaffRole(chosen) if chosen in set(StaffRole) else StaffRole.INSTITUTION


def _office(role: StaffRole, form: Form) -> str:
    """What the role's own field says; the other fields are not looked at."""
    match role:
        case StaffRole.INSTITUTION:
            return form.field("credit_code").upper()
        case StaffRole.REVIEWER:
            return form.field("bureau")
        case StaffRole.PROVINCE:
            return PROVINCE_CODE
        case _:
            return ""


def _choices() -> dict[str, object]:
    return {"roles": list(StaffRole), "bureaus": [(each.code, each.name) for each in BUREAUS]}


def _form_page(request: Request, *, status: int = 200, fault: str = "") -> Response:
    form = form_of(request) if status != 200 else Form({}, {})
    return staff_page(request, "staff/accounts_new.html", status=status, form=form, fault=fault, **_choices())


def _account_page(request: Request, account: Account, *, status: int = 200, fault: str = "") -> Response:
    office = office_of(request)
    return staff_page(
        request,
        "staff/accounts_one.html",
        status=status,
        shown=account,
        sessions=len(office.staff.sessions.of_account(account.id)),
        acts=office.staff.trail.newest(20, account=account.id),
        fault=fault,
        **_choices(),
    )


def _shown_once(request: Request, account: Account, password: str) -> Response:
    return staff_page(request, "staff/accounts_start.html", shown=account, password=password)


def _post(path: str, endpoint: StaffEndpoint, act: str) -> StaffAddress:
    return StaffAddress(f"{ACCOUNTS}{path}", endpoint, _ADMINISTRATORS, ("POST",), act)


ADDRESSES = (
    StaffAddress(ACCOUNTS, accounts, _ADMINISTRATORS),
    StaffAddress(f"{ACCOUNTS}/new", new_account, _ADMINISTRATORS),
    _post("/new", create, "account.created"),
    StaffAddress(f"{ACCOUNTS}/{{account}}", one_account, _ADMINISTRATORS),
    _post("/{account}", change, "account.changed"),
    _post("/{account}/close", close, "account.closed"),
    _post("/{account}/reopen", reopen, "account.reopened"),
    _post("/{account}/password", reset_password, "account.password_reset"),
    _post("/{account}/two-step", reset_two_step, "account.two_step_reset"),
)
