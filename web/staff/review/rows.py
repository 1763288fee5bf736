"""The rows of a batch, a page at a time: only what is shown is opened.

A full name is shown to those who decide; of an identity number the mask, and one full number after a request
of its own, which the trail keeps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from registry.intake.findings import KINDS, Finding, FindingCode
from registry.intake.refused_rows import open_cells
from registry.intake.stored_findings import read_findings
from registry.review.sample import DrawnFor
from registry.rules.levels import LevelFault, level_label, parse_level
from registry.rules.masks import mask_identity_number
from registry.staff.model import StaffRole
from registry.storage.batch_rows import BATCH_TABLE, StoredBatchRow, row_key
from registry.storage.draft_changes import DrawnRow
from registry.storage.draft_reads import STANDINGS, ListedRow, RowFilter
from registry.storage.errors import Erased
from registry.storage.vault import Vault
from web.language import Language, language_of
from web.numerals import read_number
from web.rendering import level_text
from web.staff.desk import staff_page
from web.staff.review.choices import Choice, accept_choices, inspection_choices, kind_label, reject_choices
from web.staff.review.on_desk import OnDesk, on_desk
from web.vocabulary import words
from web.words.findings import column_name, finding_sentence

PAGE_ROWS = 50
_LAST_ROW = 2**31 - 1


@dataclass(frozen=True)
class Person:
    """What a row says of its certificate. All "" for a row that was erased."""

    name: str = ""
    id_number: str = ""
    occupation: str = ""
    job: str = ""
    level: str = ""
    number: str = ""
    issued_on: str = ""
    employer: str = ""


@dataclass(frozen=True)
class ShownRow:
    """One row of the page."""

    listed: ListedRow
    person: Person
    findings: tuple[tuple[str, str, str], ...]
    drawn: DrawnRow | None
    full_number: str = ""

    @property
    def masked_number(self) -> str:
        """The identity number as staff see it."""
        return mask_identity_number(self.person.id_number)

    @property
    def standing(self) -> str:
        """How it stands."""
        if self.listed.refused:
            return "refused"
        if self.listed.word:
            return self.listed.word
        return "undecided" if self.listed.flagged else "entering"


@dataclass(frozen=True)
class Wanted:
    """What a page shows: the filter, and where in the batch it begins."""

    filter: RowFilter
    after: int = 0
    before: int = 0

    def query(self, **places: int) -> str:
        """The filter and a place as the query of an address."""
        parts = {
            "finding": self.filter.finding,
            "standing": self.filter.standing,
            "level": self.filter.level or "",
            "sample": self.filter.drawn_for,
            **{name: place for name, place in places.items() if place},
        }
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def here(self) -> str:
        """This very page."""
        return self.query(after=self.after, before=self.before)


def rows(request: Request) -> Response:
    """One page of rows. Raises: BatchUnknown."""
    return rows_page(request, on_desk(request), read_wanted(request.query_params))


def read_wanted(query: QueryParams) -> Wanted:
    """The filter in a query; what is not understood is left out."""
    get = query.get
    finding, standing, sample = get("finding", ""), get("standing", ""), get("sample", "")
    code, _, kind = finding.partition(".")
    known = code in FindingCode.__members__ and (kind in KINDS[FindingCode(code)])
    jump = _number(get("row", ""))
    return Wanted(
        RowFilter(
            finding=finding if known else "",
            standing=standing if standing in STANDINGS else "",
            level=_number(get("level", "")) if get("level", "") in ("1", "2", "3", "4", "5") else 0,
            drawn_for=sample if sample in {each.value for each in DrawnFor} else "",
        ),
        after=max(jump - 1, 0) if jump else _number(get("after", "")),
        before=0 if jump else _number(get("before", "")),
    )


def rows_page(request: Request, desk: OnDesk, wanted: Wanted, *, revealed: int = 0) -> Response:
    """The page; `revealed` is the one row whose full identity number is shown."""
    office, language = desk.office, language_of(request)
    drafts = office.drafts()
    if revealed:
        one = drafts.one(desk.id, revealed)
        listed, more, less = [one] if one else [], False, False
    else:
        listed, more, less = _page(desk, wanted)
    drawn_for = wanted.filter.drawn_for or DrawnFor.BUREAU
    drawn = {each.row: each for each in drafts.drawn(desk.id, drawn_for)} if listed else {}
    shown = _shown(desk, listed, drawn, language, revealed)
    return staff_page(
        request,
        "staff/review_rows.html",
        desk=desk,
        wanted=wanted,
        rows=shown,
        total=drafts.count(desk.id, wanted.filter),
        next_query=wanted.query(after=listed[-1].row) if more and listed else "",
        previous_query=wanted.query(before=listed[0].row) if less and listed else "",
        here=wanted.here,
        drawn_for=drawn_for,
        inspects=may_inspect(desk, DrawnFor(drawn_for)) and bool(wanted.filter.drawn_for),
        accepting=accept_choices(language),
        rejecting=reject_choices(language),
        inspecting=inspection_choices(language),
        standing_choices=_standing_choices(language),
        kind_choices=[
            (kind, kind_label(kind, language)) for kind in sorted(desk.overview.findings) if "." in kind
        ],
        sample_choices=[(each.value, words(f"review.sample.of.{each}", language)) for each in DrawnFor],
        levels=[(str(level), level_text(language, level)) for level in (5, 4, 3, 2, 1)],
        open_rows=[row.listed.row for row in shown if row.drawn and not row.drawn.result],
        revealed=revealed,
    )


def _standing_choices(language: Language) -> list[Choice]:
    return [(each, words(f"review.standing.{each}", language)) for each in STANDINGS if each]


def may_inspect(desk: OnDesk, drawn_for: DrawnFor) -> bool:
    """Whether this account says what an inspection found: the bureau of its own, the province of its own."""
    if drawn_for is DrawnFor.BUREAU:
        return desk.decides
    return desk.account.role is StaffRole.PROVINCE and desk.head.waits and desk.review is not None


def _page(desk: OnDesk, wanted: Wanted) -> tuple[list[ListedRow], bool, bool]:
    """(rows, whether more follow, whether some stand before). One more than is shown tells which."""
    drafts = desk.office.drafts()
    if wanted.before:
        found = drafts.page(desk.id, wanted.filter, row=wanted.before, limit=PAGE_ROWS + 1, order="before")
        return found[-PAGE_ROWS:], True, len(found) > PAGE_ROWS
    found = drafts.page(desk.id, wanted.filter, row=wanted.after, limit=PAGE_ROWS + 1, order="after")
    return found[:PAGE_ROWS], len(found) > PAGE_ROWS, wanted.after > 0


def _shown(
    desk: OnDesk,
    listed: Sequence[ListedRow],
    drawn: dict[int, DrawnRow],
    language: Language,
    revealed: int,
) -> list[ShownRow]:
    stored = {each.row: each for each in desk.office.heads().rows(desk.id, [row.row for row in listed])}
    vault = desk.office.register.keys.vault
    shown = []
    for row in listed:
        held = stored.get(row.row)
        person = _person(vault, desk.id, held) if held else Person()
        findings = read_findings(held.findings) if held else ()
        shown.append(
            ShownRow(
                row,
                person,
                tuple(_worded(each, language) for each in findings),
                drawn.get(row.row),
                person.id_number if row.row == revealed else "",
            )
        )
    return shown


def _worded(finding: Finding, language: Language) -> tuple[str, str, str]:
    column = column_name(finding.column, language) if finding.column else ""
    return finding.code.value, column, finding_sentence(finding, language)


def _person(vault: Vault, batch: bytes, row: StoredBatchRow) -> Person:
    """The record, or what the cells of a refused row said. Raises: SealBroken."""
    try:
        if row.refused:
            cells = open_cells(vault, batch, row.row, row.sealed)
            return Person(
                cells.name, cells.id_number, cells.occupation, cells.job, _level(cells.level), cells.number,
                cells.issued_on, cells.employer,
            )  # fmt: skip
        record, _ = vault.open_record(BATCH_TABLE, row_key(batch, row.row), row.sealed)
    except Erased:
        return Person()
    return Person(
        record.name, record.id_number, record.occupation, record.job, _level(record.level), record.number,
        record.issued_on, record.employer,
    )  # fmt: skip


def _level(text: str) -> str:
    try:
        return level_label(parse_level(text))
    except LevelFault:
        return text


def _number(text: str) -> int:
    return read_number(text, most=_LAST_ROW) or 0
