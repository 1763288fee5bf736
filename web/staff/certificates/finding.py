"""Finding certificates: through the index by what it holds, or by a person's name and identity number.

Both are posted, for neither a number nor a name belongs into an address that proxies write down. The index
only finds: what is shown comes from the register, and only what is within reach.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from anyio.from_thread import run
from starlette.requests import Request
from starlette.responses import Response

from registry.filing.model import Filing
from registry.ledger.chain import ChainState
from registry.people import holds
from registry.requests.asking import Standing, standing_of
from registry.review.errors import CertificateUnknown
from registry.rules.identity_documents import IdentityFault, IdentityType, check_identity
from registry.rules.masks import mask_identity_number
from registry.staff.model import Account, StaffRole
from registry.staff.reach import filings_in_reach
from search.documents import Kind
from search.query import MAX_REACH, MAX_TEXT, Filters, Query
from signing.commitment import Record
from web.numerals import read_number
from web.site import site_of
from web.staff.certificates.within import sees
from web.staff.desk import account_of, call_of, form_of, name_subject, office_of, staff_page
from web.staff.office import Office

_PAGE_SIZE = 20
_MAX_NAME, _MAX_IDENTITY = 120, 40


@dataclass(frozen=True)
class Line:
    """A certificate in a list."""

    number: str
    name: str
    identity: str
    occupation: str
    job: str
    level: int
    institution: str
    issued_on: str
    state: ChainState
    legacy: bool


@dataclass(frozen=True)
class Asked:
    """What was asked of the index. `prefix` is one of the account's own filings, or ""."""

    text: str = ""
    state: str = ""
    level: str = ""
    prefix: str = ""
    page: int = 1


def ask(request: Request) -> Response:
    """The two forms."""
    return _page(request, Asked())


def find(request: Request) -> Response:
    """What the index finds. Raises: SearchUnavailable, SearchTooBroad."""
    office, account, form = office_of(request), account_of(request), form_of(request)
    own = _own_filings(office, account)
    prefix = form.field("prefix")
    if account.role is StaffRole.INSTITUTION and prefix not in {each.number_prefix for each in own}:
        prefix = own[0].number_prefix if own else ""
    page = read_number(form.field("page"), most=MAX_REACH // _PAGE_SIZE) or 1
    asked = Asked(
        form.field("text")[:MAX_TEXT],
        form.field("state") if form.field("state") in set(ChainState) else "",
        form.field("level") if form.field("level") in set("12345") else "",
        prefix,
        page,
    )
    name_subject(request, "certificates")
    if account.role is StaffRole.INSTITUTION and not prefix:
        return _page(request, asked, lines=[], total=0, more=False)
    query = Query(Kind.CERTIFICATE, asked.text, _filters(account, asked), asked.page, _PAGE_SIZE)
    hits = run(site_of(request).search.search, query)
    found = [_line_of(office, account, each.number) for each in hits.certificates]
    lines = [each for each in found if each is not None]
    call_of(request).details["found"] = str(len(lines))
    return _page(request, asked, lines=lines, total=hits.total, more=hits.more)


def of_holder(request: Request) -> Response:
    """The certificates of one person, by full name and identity number."""
    office, account, form = office_of(request), account_of(request), form_of(request)
    name, identity = form.field("name"), form.field("id_number")
    name_subject(request, "holder")
    given = bool(name and identity) and len(name) <= _MAX_NAME and len(identity) <= _MAX_IDENTITY
    lines = list(_of_person(office, account, name, identity)) if given else []
    call_of(request).details["found"] = str(len(lines))
    return _page(request, Asked(), lines=lines, total=len(lines), more=False, by_person=True)


def _page(
    request: Request,
    asked: Asked,
    *,
    lines: list[Line] | None = None,
    total: int = 0,
    more: bool = False,
    by_person: bool = False,
) -> Response:
    account = account_of(request)
    return staff_page(
        request,
        "staff/certificates_find.html",
        asked=asked,
        own=_own_filings(office_of(request), account) if account.role is StaffRole.INSTITUTION else [],
        pages=-(-total // _PAGE_SIZE),
        states=[each.value for each in ChainState if each is not ChainState.ERASED],
        lines=lines,
        total=total,
        more=more,
        by_person=by_person,
    )


def _own_filings(office: Office, account: Account) -> list[Filing]:
    return filings_in_reach(account, office.register.filings())


def _filters(account: Account, asked: Asked) -> Filters:
    # A bureau finds what it answers for today; what it approved before, it opens by its number.
    return Filters(
        prefix=asked.prefix or None,
        state=asked.state or None,
        level=int(asked.level) if asked.level else None,
        bureau=account.office if account.role is StaffRole.REVIEWER else None,
    )


def _line_of(office: Office, account: Account, number: str) -> Line | None:
    """The certificate as the register has it; None if it is gone since, or out of reach."""
    try:
        standing = standing_of(office.register.look_up, number)
    except CertificateUnknown:
        return None
    filing = office.register.filings().by_prefix(standing.record.institution)
    if filing is None or not sees(office, account, filing, standing.bureau):
        return None
    return _line(standing, standing.record.masked_name)


def _of_person(office: Office, account: Account, name: str, identity: str) -> Iterator[Line]:
    look_up = office.register.look_up
    seen: set[str] = set()
    for canonical_type, canonical in _meant(identity, office):
        for version in look_up.ledger.records.of_person(look_up.vault.person(canonical_type, canonical)):
            if version.number in seen:
                continue
            seen.add(version.number)
            found = look_up.current(version.number)
            if found is None or not holds(found[2], name=name, id_number=identity):
                continue
            line = _line_of(office, account, version.number)
            if line is not None:
                yield line


def _meant(identity: str, office: Office) -> Iterator[tuple[str, str]]:
    """Every document that has a number like this one."""
    for kind in IdentityType:
        try:
            checked = check_identity(kind, identity, office.today())
        except IdentityFault:
            continue
        yield checked.type.value, checked.canonical


def _line(standing: Standing, name: str) -> Line:
    record: Record = standing.record
    return Line(
        number=record.number,
        name=name,
        identity=mask_identity_number(record.id_number),
        occupation=record.occupation,
        job=record.job,
        level=int(record.level),
        institution=record.issuer,
        issued_on=record.issued_on,
        state=standing.chain.head.state,
        legacy=standing.legacy,
    )
