"""The lines of the matrix role × route × owner, by hand. `test_matrix.py` holds each against the site.

A route under `/staff` or `/api/v1/batches` without a line here fails the tests. To add one:

1. Put a `Line` into `LINES`: method and path as in the area's `ADDRESSES`, and `roles`, who may call it.
   All others must get a 403, strangers the log-in (pages), or a 401 (what is posted, and the API).
2. If the path names an object (`{batch}`), say which `kind`. A kind is a function in `KINDS` that makes one
   such object for an account, or finds one in the filled register, and returns the path's parameters. The
   object belongs to the offices of `NEAR`; an account of the same role in `FAR` must be answered a 404 that
   cannot be told from the one for an object that does not exist. Roles not in `FAR` see everything.
3. Whoever may is expected to be answered anything but 401, 403, 404, 405, 5xx: an empty form may well
   be refused as incomplete. Where something else is right for a role, say so in `answers`, such as a
   province that sees a city's batch and may not decide on it: `answers={StaffRole.PROVINCE: 403}`.
4. `kind` with `only_owner=True`: the object is one person's; a colleague of the same office is a stranger.
5. `scope` for API addresses: they are then tried with tokens too. `fields` is what is posted, if an empty
   form will not do; `{random}` in a value is different each time.
"""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count

from registry.ledger.entries import ActKind, Authority
from registry.requests.asking import Asked, Paper, ask
from registry.requests.deciding import desk_of
from registry.requests.model import Party, Who
from registry.review.acts import ActReason
from registry.staff.model import Account, StaffRole, TokenScope
from registry.storage.national_reports import keep_report
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import CHANGSHA, PREFIX, PROVINCE, ZHUZHOU
from tests.registry.national.sample_reports import COMPARED_AT, EXACT, report
from tests.web.staff.desks import CREDIT_CODE, Desk

INSTITUTION, REVIEWER = frozenset({StaffRole.INSTITUTION}), frozenset({StaffRole.REVIEWER})
BUREAUS = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE})
ADMINISTRATOR = frozenset({StaffRole.ADMINISTRATOR})
ALL = frozenset(StaffRole)
SEEING = ALL - ADMINISTRATOR
READING = SEEING - INSTITUTION
ACTING = BUREAUS | INSTITUTION

# The office of each role that the objects of the filled register belong to, and one that they do not.
NEAR: Mapping[StaffRole, str] = {
    StaffRole.INSTITUTION: CREDIT_CODE,
    StaffRole.REVIEWER: CHANGSHA,
    StaffRole.PROVINCE: PROVINCE,
    StaffRole.AUDITOR: "",
    StaffRole.ADMINISTRATOR: "",
}
FAR: Mapping[StaffRole, str] = {StaffRole.INSTITUTION: "91350100M000100Y43", StaffRole.REVIEWER: ZHUZHOU}

Params = Mapping[str, str]
_serials = count(700_000)


@dataclass(frozen=True)
class Line:
    """What is expected of one method at one path."""

    method: str
    path: str
    roles: frozenset[StaffRole] = ALL
    kind: str = ""
    only_owner: bool = False
    before_login: bool = False
    half_in: bool = False
    scope: TokenScope | None = None
    answers: Mapping[StaffRole, int] = field(default_factory=dict)
    fields: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_api(self) -> bool:
        """Whether systems call it."""
        return self.path.startswith("/api/")

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


def a_job(desk: Desk, near: Account) -> Params:
    """A job about the institution's filing, asked for by this account."""
    # Of a kind of its own: the same open kind and subject would be somebody else's job.
    return {"job": desk.office.jobs.submit(f"test-{secrets.token_hex(4)}", PREFIX, near.id, {}).id}


def an_account(desk: Desk, near: Account) -> Params:
    """Somebody's account."""
    del near
    return {"account": desk.account(StaffRole.AUDITOR).id}


def a_token(desk: Desk, near: Account) -> Params:
    """An API token of this very account."""
    token, _ = desk.office.staff.tokens.create(
        near,
        name="示例系统",
        scopes=[TokenScope.BATCHES_READ],
        ends_on=desk.office.today() + timedelta(days=30),
    )
    return {"token": token.id}


def a_waiting_batch(desk: Desk, near: Account) -> Params:
    """A batch of the institution that waits for its bureau, and one of its rows."""
    del near
    serial = next(_serials)
    # Nobody of the filled register: who has a certificate already makes a row that must be decided on.
    person = an_id_number(100 + serial % 900)
    row = form5_row(number=a_number(serial), id_number=person, employer="")
    return {"batch": desk.scene.receive([row]).id.hex(), "row": "2"}


def a_bundle(desk: Desk, near: Account) -> Params:
    """A bundle of such a batch that nobody made."""
    return {"batch": a_waiting_batch(desk, near)["batch"], "job": secrets.token_hex(16)}


def a_filing(desk: Desk, near: Account) -> Params:
    """The institution's filing, and a change of it."""
    del desk, near
    return {"prefix": PREFIX, "change": "cancelled"}


def a_decided_batch(desk: Desk, near: Account) -> Params:
    """A batch of the institution that its bureau approved."""
    waiting = a_waiting_batch(desk, near)
    desk.scene.approve(bytes.fromhex(waiting["batch"]))
    return {"batch": waiting["batch"]}


def a_certificate(desk: Desk, near: Account) -> Params:
    """A certificate of the institution, and an act on it."""
    del desk, near
    return {"number": HOLDERS[Story.PLAIN].number, "act": "annulled"}


def a_request(desk: Desk, near: Account) -> Params:
    """What the institution asked for about one of its certificates."""
    del near
    asked = Asked(
        ActKind.ANNULLED,
        ActReason.WRONGLY_ISSUED,
        Authority.INSTITUTION,
        "示例：重复发证",
        paper=Paper("示例.pdf", b"%PDF-1.7 invented"),
    )
    who = Who(Party.INSTITUTION, CREDIT_CODE, "")
    look_up = desk.scene.register.look_up
    kept = ask(look_up, desk_of(desk.scene.register), HOLDERS[Story.PLAIN].number, who, asked)
    return {"id": kept.id}


def a_form(desk: Desk, near: Account) -> Params:
    """The institution's filing, by its prefix alone."""
    del desk, near
    return {"prefix": PREFIX}


def a_report(desk: Desk, account: Account) -> Params:
    """A reconciliation report; nobody's own."""
    kept = keep_report(
        desk.office.register.desk_engine, report(EXACT), at=COMPARED_AT, size=EXACT.size, outcome="exact"
    )
    return {"report": kept.id}


KINDS: Mapping[str, Callable[[Desk, Account], Params]] = {
    "job": a_job,
    "account": an_account,
    "token": a_token,
    "certificate": a_certificate,
    "filing": a_filing,
    "request": a_request,
    "waiting": a_waiting_batch,
    "bundle": a_bundle,
    "decided": a_decided_batch,
    "form": a_form,
    "report": a_report,
}
# What stands in the place of an object that is not there, where zeros would not be read at all; and
# parameters that name no object.
ABSENT: Mapping[str, str] = {"number": "S000043990001253999999"}
NO_OBJECT = frozenset({"act", "change", "row"})

_PROVINCE = frozenset({StaffRole.PROVINCE})
_WATCHING = ADMINISTRATOR | {StaffRole.AUDITOR}
_NOT_THE_PROVINCES = {StaffRole.PROVINCE: 409}

LINES: tuple[Line, ...] = (
    # The way in and out: pages before the log-in, and those that a half finished one leads to.
    Line("GET", "/staff/login", before_login=True),
    Line(
        "POST",
        "/staff/login",
        before_login=True,
        answers=dict.fromkeys(StaffRole, 403),
        fields={"login": "nobody-{random}"},
    ),
    Line("POST", "/staff/logout", before_login=True),
    Line("GET", "/staff/login/code", half_in=True),
    Line("POST", "/staff/login/code", half_in=True),
    Line("GET", "/staff/password", half_in=True),
    Line("POST", "/staff/password", half_in=True),
    Line("GET", "/staff/two-step", half_in=True),
    Line("POST", "/staff/two-step", half_in=True),
    # Everybody's own.
    Line("GET", "/staff"),
    Line("GET", "/staff/account"),
    Line("POST", "/staff/account/sessions/end"),
    Line(
        "POST",
        "/staff/account/recovery",
        # Only where a phone is set up are there recovery codes.
        answers={StaffRole.INSTITUTION: 404, StaffRole.AUDITOR: 404},
    ),
    Line("POST", "/staff/account/tokens", INSTITUTION),
    Line("POST", "/staff/account/tokens/{token}/end", INSTITUTION, "token", only_owner=True),
    # Accounts.
    Line("GET", "/staff/accounts", ADMINISTRATOR),
    Line("GET", "/staff/accounts/new", ADMINISTRATOR),
    Line("POST", "/staff/accounts/new", ADMINISTRATOR),
    Line("GET", "/staff/accounts/{account}", ADMINISTRATOR, "account"),
    Line("POST", "/staff/accounts/{account}", ADMINISTRATOR, "account"),
    Line("POST", "/staff/accounts/{account}/close", ADMINISTRATOR, "account"),
    Line("POST", "/staff/accounts/{account}/reopen", ADMINISTRATOR, "account"),
    Line("POST", "/staff/accounts/{account}/password", ADMINISTRATOR, "account"),
    Line("POST", "/staff/accounts/{account}/two-step", ADMINISTRATOR, "account"),
    # Jobs.
    Line("GET", "/staff/jobs/{job}", kind="job"),
    Line("GET", "/staff/jobs/{job}/state", kind="job"),
    # Certificates and requests.
    Line("GET", "/staff/certificates", SEEING),
    Line("POST", "/staff/certificates", SEEING),
    Line("POST", "/staff/certificates/holder", SEEING),
    Line("GET", "/staff/certificates/{number}", SEEING, "certificate"),
    Line("POST", "/staff/certificates/{number}/paper", SEEING, "certificate"),
    Line("GET", "/staff/certificates/{number}/acts/{act}", ACTING, "certificate"),
    Line("POST", "/staff/certificates/{number}/acts/{act}", ACTING, "certificate"),
    Line("GET", "/staff/requests", SEEING),
    Line("GET", "/staff/requests/{id}", SEEING, "request"),
    # Who asked does not decide, and nobody takes back what somebody else asked.
    Line("POST", "/staff/requests/{id}/decision", ACTING, "request", answers={StaffRole.INSTITUTION: 404}),
    Line("POST", "/staff/requests/{id}/withdrawal", ACTING, "request", answers=dict.fromkeys(BUREAUS, 404)),
    Line("POST", "/staff/requests/{id}/resumption", ACTING, "request", answers={StaffRole.INSTITUTION: 404}),
    Line("POST", "/staff/requests/{id}/reopening", ACTING, "request", answers={StaffRole.INSTITUTION: 404}),
    Line("GET", "/staff/requests/{id}/document", SEEING, "request"),
    # At the counter: a bureau that checked the person. An empty form is refused, a made-up permit as well.
    Line("GET", "/staff/holders", BUREAUS),
    Line("POST", "/staff/holders", BUREAUS),
    Line("POST", "/staff/holders/void", BUREAUS, answers=dict.fromkeys(BUREAUS, 403)),
    # Filings: the province changes them, whom they concern reads them.
    Line("GET", "/staff/filings", SEEING),
    Line("GET", "/staff/filings/new", _PROVINCE),
    Line("POST", "/staff/filings/new", _PROVINCE),
    Line("POST", "/staff/filings/new/record", _PROVINCE),
    Line("GET", "/staff/filings/import", _PROVINCE),
    Line("POST", "/staff/filings/import", _PROVINCE),
    Line("POST", "/staff/filings/import/record", _PROVINCE),
    Line("GET", "/staff/filings/{prefix}", SEEING, "filing"),
    Line("GET", "/staff/filings/{prefix}/{change}", _PROVINCE, "filing"),
    Line("POST", "/staff/filings/{prefix}/{change}", _PROVINCE, "filing"),
    Line("POST", "/staff/filings/{prefix}/{change}/record", _PROVINCE, "filing"),
    # Forms, uploads and batches of institutions, and the same for their systems.
    Line("GET", "/staff/forms", INSTITUTION),
    Line("GET", "/staff/forms/{prefix}/form5.xlsx", INSTITUTION, "form"),
    Line("GET", "/staff/forms/{prefix}/form4.xlsx", INSTITUTION, "form"),
    Line("GET", "/staff/batches", INSTITUTION),
    Line("GET", "/staff/batches/new", INSTITUTION),
    Line("POST", "/staff/batches/new", INSTITUTION),
    Line("GET", "/staff/batches/{batch}", INSTITUTION, "waiting"),
    Line("GET", "/staff/batches/{batch}/findings.xlsx", INSTITUTION, "waiting"),
    Line("GET", "/staff/batches/{batch}/certificates", INSTITUTION, "waiting"),
    Line("GET", "/api/v1/batches", INSTITUTION, scope=TokenScope.BATCHES_READ),
    Line("POST", "/api/v1/batches", INSTITUTION, scope=TokenScope.BATCHES_WRITE),
    Line("GET", "/api/v1/batches/{batch}", INSTITUTION, "waiting", scope=TokenScope.BATCHES_READ),
    Line(
        "GET",
        "/api/v1/batches/{batch}/findings.xlsx",
        INSTITUTION,
        "waiting",
        scope=TokenScope.BATCHES_READ,
    ),
    # Figures. An institution sees itself, and is no unit among others.
    Line("GET", "/staff/national/reports", _PROVINCE | {StaffRole.AUDITOR}),
    Line("POST", "/staff/national/reports", _PROVINCE),
    Line("GET", "/staff/national/reports/{report}", _PROVINCE | {StaffRole.AUDITOR}, kind="report"),
    Line("GET", "/staff/national/reports/{report}/pdf", _PROVINCE | {StaffRole.AUDITOR}, kind="report"),
    Line("GET", "/staff/national/reports/{report}/json", _PROVINCE | {StaffRole.AUDITOR}, kind="report"),
    Line("GET", "/staff/statistics", SEEING),
    Line("GET", "/staff/statistics/months.csv", SEEING),
    Line("GET", "/staff/statistics/units.csv", SEEING, answers=dict.fromkeys(INSTITUTION, 404)),
    Line("GET", "/staff/statistics/levels.csv", SEEING),
    Line("GET", "/staff/statistics/categories.csv", SEEING),
    Line("GET", "/staff/statistics/occupations.csv", SEEING),
    Line("GET", "/staff/statistics/uploads.csv", SEEING),
    Line("GET", "/staff/statistics/reviews.csv", SEEING),
    Line("GET", "/staff/statistics/reasons.csv", SEEING),
    Line("GET", "/staff/renewal", SEEING),
    Line("GET", "/staff/renewal/{prefix}", SEEING, "filing"),
    Line("POST", "/staff/renewal/{prefix}", INSTITUTION, "filing"),
    Line("GET", "/staff/renewal/{prefix}/table.xlsx", SEEING, "filing"),
    # The national network: everybody sees what concerns them, the province sends again.
    Line("GET", "/staff/national", SEEING),
    Line("GET", "/staff/national/rejections", SEEING),
    Line("POST", "/staff/national/again", _PROVINCE),
    # The trail: those who watch.
    Line("GET", "/staff/trail", _WATCHING),
    Line("GET", "/staff/trail.csv", _WATCHING),
    # Review. The province sees a city's batch, and is told that it does not decide on it.
    Line("GET", "/staff/review", READING),
    Line("GET", "/staff/review/samples", frozenset({StaffRole.PROVINCE})),
    Line("GET", "/staff/review/{batch}", READING, "waiting"),
    Line("GET", "/staff/review/{batch}/rows", READING, "waiting"),
    Line("POST", "/staff/review/{batch}/rows/{row}", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/rows/{row}/inspection", BUREAUS, "waiting"),
    Line("POST", "/staff/review/{batch}/rows/{row}/number", BUREAUS, "waiting"),
    Line("POST", "/staff/review/{batch}/inspections", BUREAUS, "waiting"),
    Line("POST", "/staff/review/{batch}/groups", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("GET", "/staff/review/{batch}/proposal", READING, "waiting"),
    Line("POST", "/staff/review/{batch}/proposal", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/return", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/confirmation", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    # Signing.
    Line("GET", "/staff/review/{batch}/sign", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/sign", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("GET", "/staff/review/{batch}/bundle", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/bundle", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("GET", "/staff/review/{batch}/bundle/{job}", BUREAUS, "bundle", answers=_NOT_THE_PROVINCES),
    Line("GET", "/staff/review/{batch}/signature", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("POST", "/staff/review/{batch}/signature", BUREAUS, "waiting", answers=_NOT_THE_PROVINCES),
    Line("GET", "/staff/review/{batch}/decision", READING, "decided"),
)
