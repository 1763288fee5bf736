"""Role × route × owner: every staff address of the running application, against the lines of `matrix.py`.

New route? `matrix.py` says at its top how to add its line.
"""

import re
import secrets
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from starlette.routing import Route

from registry.staff.model import Account, StaffRole, TokenScope
from registry.staff.sessions import Stage
from tests.registry.filled import copy_of
from tests.web.staff.desks import Browser, Desk, open_desk
from tests.web.staff.matrix import ABSENT, FAR, KINDS, LINES, NEAR, NO_OBJECT, Line, Params

pytestmark = pytest.mark.anyio
_STAFF = ("/staff", "/api/v1/batches")
_NEVER = {401, 403, 404, 405}
_JSON = {"accept": "application/json"}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory, filled_register: Path) -> Iterator[Desk]:
    """One site for all lines; each line makes its own objects and sessions."""
    scene = copy_of(filled_register, tmp_path_factory.mktemp("matrix") / "r")
    desk = open_desk(scene, LIMIT_STAFF="100000/minute", LIMIT_LOGIN="100000/minute")
    yield desk
    desk.office.close()
    scene.close()


@pytest.fixture(scope="module")
def near(desk: Desk) -> dict[StaffRole, Account]:
    """An account of each role whose office the objects belong to."""
    return {role: desk.account(role, office) for role, office in NEAR.items()}


@pytest.fixture(scope="module")
def far(desk: Desk) -> dict[StaffRole, Account]:
    """An account of each role that does not see everything, in an office that has nothing to do with them."""
    return {role: desk.account(role, office) for role, office in FAR.items()}


def routes(desk: Desk) -> set[tuple[str, str]]:
    """(method, path) of every staff route that the application really has."""
    return {
        (method, route.path)
        for route in desk.app.routes
        if isinstance(route, Route) and route.path.startswith(_STAFF)
        for method in (route.methods or set()) - {"HEAD"}
    }


async def ask(browser: Browser, line: Line, params: Params, **headers: str) -> httpx.Response:
    browser.headers |= _JSON if line.is_api else {}
    browser.headers |= headers
    path = line.path.format(**params)
    if line.method == "GET":
        return await browser.get(path)
    fields = {name: value.format(random=secrets.token_hex(4)) for name, value in line.fields.items()}
    return await browser.post(path, fields)


def made(desk: Desk, line: Line, owner: Account) -> Params:
    return KINDS[line.kind](desk, owner) if line.kind else {}


def any_token(desk: Desk, near: dict[StaffRole, Account]) -> str:
    """An institution's token that may do all that tokens may."""
    _, secret = desk.office.staff.tokens.create(
        near[StaffRole.INSTITUTION],
        name="示例系统",
        scopes=list(TokenScope),
        ends_on=desk.office.today() + timedelta(days=1),
    )
    return secret


def missing(params: Params) -> Params:
    """Parameters of the same shape that name nothing."""
    zeros = {name: re.sub(r"[0-9a-zA-Z]", "0", value) for name, value in params.items()}
    return {name: params[name] if name in NO_OBJECT else ABSENT.get(name, zeros[name]) for name in params}


def bare(answer: httpx.Response, params: Params) -> tuple[int, str, str]:
    """An answer without what is different at every request: its number, and the path it was asked at."""
    text = re.sub(r'<span class="code">\w+</span>|"request_id":"\w+"', "", answer.text)
    for value in params.values():
        text = text.replace(value, "OBJECT")
    return answer.status_code, answer.headers.get("content-type", ""), text


def test_every_staff_route_has_a_line_and_every_line_a_route(desk: Desk) -> None:
    lines = [(line.method, line.path) for line in LINES]

    assert len(set(lines)) == len(lines)
    assert routes(desk) - set(lines) == set(), "add these to tests/web/staff/matrix.py"
    assert set(lines) - routes(desk) == set()


def test_every_path_with_an_object_says_what_kind_it_is() -> None:
    assert [str(line) for line in LINES if ("{" in line.path) != bool(line.kind)] == []


@pytest.mark.parametrize("line", LINES, ids=str)
async def test_a_stranger_gets_the_log_in_or_nothing(
    desk: Desk, near: dict[StaffRole, Account], line: Line
) -> None:
    params = made(desk, line, near[min(line.roles)])
    answer = await ask(desk.stranger(), line, params)
    if line.scope is None:
        # A token opens what institutions' systems call, and no page.
        machine = await ask(desk.stranger(), line, params, authorization=f"Bearer {any_token(desk, near)}")
        assert machine.status_code == answer.status_code

    if line.before_login:
        assert answer.status_code in (200, 303, 403)
    elif line.method == "GET" and not line.is_api:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/staff/login?next=")
    else:
        assert answer.status_code == 401


@pytest.mark.parametrize("line", LINES, ids=str)
async def test_roles_that_may_are_answered_and_the_others_are_not(
    desk: Desk, near: dict[StaffRole, Account], line: Line
) -> None:
    owner = near[min(line.roles)]
    wrong = {}
    for role in StaffRole:
        params = made(desk, line, near[role] if role in line.roles else owner)
        status = (await ask(desk.browser(near[role]), line, params)).status_code
        expected = line.answers.get(role)
        if role not in line.roles:
            fits = status == 403
        elif expected is not None:
            fits = status == expected
        else:
            fits = status not in _NEVER and status < 500
        if not fits:
            wrong[role.value] = status

    assert wrong == {}


@pytest.mark.parametrize("line", [line for line in LINES if line.kind], ids=str)
async def test_what_is_foreign_answers_exactly_like_what_is_not_there(
    desk: Desk, near: dict[StaffRole, Account], far: dict[StaffRole, Account], line: Line
) -> None:
    for role in sorted(line.roles):
        params = made(desk, line, near[role])
        strangers = [far[role]] if role in far else []
        if line.only_owner:
            strangers.append(desk.account(role, NEAR[role]))
        for stranger in strangers:
            browser = desk.browser(stranger)
            foreign = await ask(browser, line, params)
            nothing = await ask(browser, line, missing(params))
            assert foreign.status_code == 404, f"{role}: {foreign.status_code}"
            assert bare(foreign, params) == bare(nothing, missing(params))
        gone = await ask(desk.browser(near[role]), line, missing(params))
        assert gone.status_code == 404, f"{role}: {gone.status_code}"


@pytest.mark.parametrize(
    "line", [line for line in LINES if not line.before_login and not line.half_in], ids=str
)
async def test_nothing_opens_before_code_and_password_are_done(
    desk: Desk, near: dict[StaffRole, Account], line: Line
) -> None:
    role = min(line.roles)
    params = made(desk, line, near[role])
    waiting = desk.browser(near[role])
    session, token = desk.office.staff.sessions.open(near[role].id, Stage.CODE)
    waiting.carry(token)
    waiting.csrf = session.csrf
    fresh = desk.browser(desk.account(role, NEAR[role], password_due=True))

    for browser, there in ((waiting, "/staff/login/code"), (fresh, "/staff/password")):
        answer = await ask(browser, line, params)
        led = (answer.status_code, answer.headers.get("location"))
        assert led == ((401, None) if line.is_api else (303, there))


@pytest.mark.parametrize("line", [line for line in LINES if line.scope], ids=str)
async def test_a_token_opens_what_its_scope_names_until_it_ends(
    desk: Desk, near: dict[StaffRole, Account], far: dict[StaffRole, Account], line: Line
) -> None:
    owner, other = near[StaffRole.INSTITUTION], far[StaffRole.INSTITUTION]
    ends_on = desk.office.today() + timedelta(days=1)
    params = made(desk, line, owner)

    def machine(account: Account, scope: TokenScope | None) -> Browser:
        _, secret = desk.office.staff.tokens.create(
            account,
            name="示例系统",
            scopes=[scope] if scope else [each for each in TokenScope if each is not line.scope],
            ends_on=ends_on,
        )
        return desk.machine(secret)

    right = await ask(machine(owner, line.scope), line, params)
    assert right.status_code not in _NEVER
    assert (await ask(machine(owner, None), line, params)).status_code == 403
    assert (await ask(desk.machine("skillcert_made-up"), line, params)).status_code == 401
    if line.kind:
        assert (await ask(machine(other, line.scope), line, params)).status_code == 404
