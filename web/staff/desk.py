"""What an endpoint of the staff's pages asks for: whose request it is, what was posted, and how to answer.

The gate puts a `Call` on the request before the endpoint runs; everything here reads it.
"""

from dataclasses import dataclass, field
from typing import Any, assert_never

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from registry.staff.model import Account
from registry.staff.sessions import Session, Stage
from registry.staff.tokens import AccessToken
from registry.staff.trail import DONE
from web.addresses import key_function
from web.errors import MalformedRequest, NoSuchPage
from web.headers import NO_STORE
from web.problems import told_problem
from web.site import site_of
from web.staff.addresses import Standing
from web.staff.office import Office
from web.uploads import Form

HOME, LOGIN, CODE, PASSWORD, TWO_STEP = (
    "/staff",
    "/staff/login",
    "/staff/login/code",
    "/staff/password",
    "/staff/two-step",
)


@dataclass
class Call:
    """One request of a staff member, or of a stranger before the log-in.

    `subject`, `outcome` and `details` are for the trail, and so is `found`: whether what the address names
    was there for the caller. `new_token` is what the browser is given, "" to take its cookie away.
    """

    account: Account | None = None
    session: Session | None = None
    token: AccessToken | None = None
    form: Form | None = None
    body: bytes = b""
    subject: str = ""
    outcome: str = DONE
    details: dict[str, str] = field(default_factory=dict)
    found: bool = True
    new_token: str | None = None

    @property
    def standing(self) -> Standing:
        """How far the caller has come."""
        if self.account is None:
            return Standing.NOBODY
        if self.session is None:
            return Standing.OPEN
        match self.session.stage:
            case Stage.CODE:
                return Standing.CODE
            case Stage.OPEN:
                if self.account.password_due:
                    return Standing.PASSWORD
                return Standing.TWO_STEP if self.account.needs_two_step else Standing.OPEN
        assert_never(self.session.stage)


def call_of(request: Request) -> Call:
    """What the gate knows of this request."""
    call = request.state.call
    assert isinstance(call, Call)
    return call


def office_of(request: Request) -> Office:
    """The office that this request came to. Raises: NoSuchPage where there is none."""
    office = site_of(request).office
    if office is None:
        raise NoSuchPage
    return office


def account_of(request: Request) -> Account:
    """Who asks."""
    account = call_of(request).account
    assert account is not None, "the gate lets nobody without an account pass to this address"
    return account


def session_of(request: Request) -> Session:
    """The session that the request belongs to."""
    session = call_of(request).session
    assert session is not None, "an address for tokens has no session"
    return session


def form_of(request: Request) -> Form:
    """The form that was posted. Raises: MalformedRequest where something else was."""
    form = call_of(request).form
    if form is None:
        raise MalformedRequest("content-type")
    return form


def name_subject(request: Request, subject: str, **details: str) -> None:
    """What the trail says this act was about: an id, never a name or a number of a certificate.

    Without this the subject is what stands in the address. `details` are codes and counts.
    """
    call = call_of(request)
    call.subject = subject
    call.details |= details


def note_outcome(request: Request, code: str) -> None:
    """What became of the act where the answer is a page like any other: a code for the trail."""
    call_of(request).outcome = code


def keyed_network(request: Request) -> str:
    """A keyed hash of the network that the request came from."""
    office = office_of(request)
    network = key_function(office.settings.trusted_proxies)(request)
    return office.staff.keyed("network", network)


def staff_page(request: Request, template: str, *, status: int = 200, **context: Any) -> Response:
    """A page inside the staff's frame: with `account`, `menu` and `csrf_value`."""
    call = call_of(request)
    inside = call.standing is Standing.OPEN
    return site_of(request).renderer.page(
        request,
        template,
        status=status,
        account=call.account if call.session and call.session.stage is Stage.OPEN else None,
        menu=site_of(request).menus[call.account.role] if inside and call.account else (),
        csrf_value=call.session.csrf if call.session else "",
        **context,
    )


def problem_page(request: Request, error: Exception) -> Response:
    """What is the matter, inside the staff's frame."""
    problem = told_problem(request, error)
    page = staff_page(request, "staff/problem.html", status=problem.status, problem=problem)
    page.headers.update(problem.headers)
    return page


def see_other(path: str) -> Response:
    """To another page after something was posted."""
    return RedirectResponse(path, 303, dict(NO_STORE))


def local_path(text: str) -> str:
    """A path of the staff's pages that somebody asked to be led to, or their home."""
    is_ours = text == HOME or text.startswith((f"{HOME}/", f"{HOME}?"))
    return text if is_ours and text.isprintable() and "\\" not in text else HOME
