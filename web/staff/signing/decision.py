"""The decision on a batch as its bureau signed it, for everybody who may see the batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.review.decide import UNSTATED
from registry.review.errors import BatchUnknown
from registry.review.record import DecisionRecord, read_decision
from registry.rules.bureaus import BUREAUS
from registry.staff.model import COMMAND_LINE
from web.language import Language, language_of
from web.staff.desk import staff_page
from web.staff.office import Office
from web.staff.review.on_desk import on_desk
from web.vocabulary import words, words_or_code

_SHOWN_ROWS = 200


@dataclass(frozen=True)
class CodedRows:
    """Rows that share a reason: how many, and the first of them."""

    code: str
    text: str
    count: int
    rows: tuple[int, ...]


@dataclass(frozen=True)
class DecisionView:
    """A signed decision in words: what pages of the bureau and of the institution show of it."""

    record: DecisionRecord
    bureau: str
    rejected: tuple[CodedRows, ...]
    accepted: tuple[CodedRows, ...]
    reason: str


def view_of(content: str, language: Language) -> DecisionView:
    """The view of a decision as it is kept. Raises: MalformedEntry for what no bureau can have signed."""
    record = read_decision(content)
    bureau = next((each for each in BUREAUS if each.code == record.bureau), None)
    return DecisionView(
        record=record,
        bureau=bureau.office if bureau is not None else record.bureau,
        rejected=_by_code("reject_reason", record.rejected, language),
        accepted=_by_code("accept_reason", record.accepted, language),
        reason=words_or_code("return_reason", record.reason, language),
    )


def decision(request: Request) -> Response:
    """The page. Raises: BatchUnknown, also for one that nobody decided on."""
    desk = on_desk(request)
    found = desk.office.batches().decision(desk.id)
    if found is None:
        raise BatchUnknown
    language = language_of(request)
    view = view_of(found[1], language)
    record = view.record
    people = (record.prepared_by, record.confirmed_by, record.signed_by)
    return staff_page(
        request,
        "staff/signing_decision.html",
        desk=desk,
        view=view,
        record=record,
        people=names_of(desk.office, people, language),
    )


def names_of(office: Office, ids: Iterable[str], language: Language) -> Mapping[str, str]:
    """The names behind account ids; an account that is gone keeps its id."""
    names = {}
    for each in set(ids) - {""}:
        account = office.accounts.get(each) if each != COMMAND_LINE else None
        named = words("signing.command_line", language) if each == COMMAND_LINE else each
        names[each] = account.name if account is not None else named
    return names


def _by_code(prefix: str, named: Mapping[int, str], language: Language) -> tuple[CodedRows, ...]:
    rows: dict[str, list[int]] = {}
    for row in sorted(named):
        rows.setdefault(named[row], []).append(row)
    found = []
    for code, of_code in sorted(rows.items(), key=lambda each: -len(each[1])):
        text = words("signing.unstated", language) if code == UNSTATED else ""
        text = text or words_or_code(prefix, code, language)
        found.append(CodedRows(code, text, len(of_code), tuple(of_code[:_SHOWN_ROWS])))
    return tuple(found)
