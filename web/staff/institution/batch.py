"""One batch: where it stands, what was found row by row, its versions, and what the bureau decided."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.intake.findings import Finding, FindingCode, Severity
from registry.intake.findings_out import Marked, write_findings
from registry.intake.form5 import Form5Column
from registry.intake.refused_rows import open_cells
from registry.intake.row_index import FLAGGED, REFUSED, RowIndex
from registry.ledger.errors import MalformedEntry
from registry.review.record import DecisionRecord, read_decision
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import level_label
from registry.rules.masks import mask_identity_number
from registry.storage.batch_reads import BatchHead
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, StoredBatchRow, row_key
from registry.storage.errors import Erased
from registry.storage.vault import Vault
from web.errors import NoSuchPage
from web.language import Language, language_of
from web.staff.desk import office_of, see_other, staff_page
from web.staff.institution.forms import workbook_answer
from web.staff.institution.listing import seen
from web.staff.institution.reach import batch_id, own_arrival, own_batch
from web.staff.national.words import reason_text
from web.staff.paging import Pages, page_number
from web.words.findings import column_name, finding_sentence

ROWS_A_PAGE = 50
EVERYTHING = ""
FILTERS = frozenset({EVERYTHING, REFUSED, FLAGGED, *(code.value for code in FindingCode)})
_SHOWN_WHOLE = 50
# The others only where one of their cells is marked: eleven columns are wider than most screens.
_ALWAYS = frozenset(
    {
        Form5Column.NAME,
        Form5Column.ID_NUMBER,
        Form5Column.OCCUPATION,
        Form5Column.JOB,
        Form5Column.LEVEL,
        Form5Column.NUMBER,
        Form5Column.ISSUED_ON,
    }
)
_STORED = ("code", "severity", "row", "column", "detail")


@dataclass(frozen=True)
class ShownFinding:
    """A finding in words."""

    code: str
    severity: Severity
    column: str
    column_text: str
    text: str


@dataclass(frozen=True)
class ShownRow:
    """A row with what was found in it. `cells` are (column, text); the number of a document is masked."""

    row: int
    refused: bool
    cells: Sequence[tuple[str, str]]
    findings: Sequence[ShownFinding]

    def mark(self, column: str) -> str:
        """How a cell is marked: bad, warn, or not at all."""
        severities = {each.severity for each in self.findings if each.column == column}
        if not severities:
            return ""
        return "warn" if severities == {Severity.FLAG} else "bad"


def batch(request: Request) -> Response:
    """The page of a batch; that of its job while it is on its way in. Raises: BatchUnknown, NoSuchPage."""
    identity, reads = batch_id(request.path_params["batch"]), office_of(request).heads()
    if reads.head(identity) is None and own_arrival(request, identity) is not None:
        return see_other(f"/staff/jobs/{identity.hex()}")
    head = own_batch(request, identity)
    chosen = request.query_params.get("finding", EVERYTHING)
    if chosen not in FILTERS:
        raise NoSuchPage
    index = RowIndex.decoded(reads.row_index(identity))
    numbers = index.of(chosen) if chosen else index.with_findings()
    address = f"/staff/batches/{identity.hex()}" + (f"?finding={chosen}" if chosen else "")
    pages = Pages(page_number(request), ROWS_A_PAGE, len(numbers), address)
    language = language_of(request)
    whole, record = stored_findings(head.findings), decision_of(request, head)
    rows = shown_rows(request, head, pages.cut(numbers))
    return staff_page(
        request,
        "staff/institution_batch.html",
        view=seen(request, head),
        versions=reads.versions(identity),
        chosen=chosen,
        codes=sorted((code, count) for code, count in index.counts().items() if code in FILTERS),
        pages=pages,
        rows=rows,
        columns=[
            each.value for each in Form5Column if each in _ALWAYS or any(row.mark(each) for row in rows)
        ],
        column_text=lambda column: column_name(column, language),
        whole=[shown(each, language) for each in whole[:_SHOWN_WHOLE]],
        whole_more=max(0, len(whole) - _SHOWN_WHOLE),
        record=record,
        rejected=_by_reason(record),
        again=request.query_params.get("again") == "1",
    )


def findings_workbook(request: Request) -> Response:
    """The uploaded data sheet with marked cells. Raises: BatchUnknown; NoSuchPage if the file was erased."""
    office = office_of(request)
    head = own_batch(request, batch_id(request.path_params["batch"]))
    stored = office.batches().batch(head.id)
    if stored is None or not stored.form5:
        raise NoSuchPage
    language = language_of(request)
    try:
        content = office.register.keys.vault.open(FORMS_TABLE, head.id, "form5", stored.form5)
    except Erased as fault:
        raise NoSuchPage from fault
    found = dict(office.heads().findings(head.id))
    marked = Marked(
        lambda row: stored_findings(found.get(row, "[]")),
        lambda each: said(each, language),
        stored_findings(head.findings),
        "整批问题" if language is Language.CHINESE else "Whole batch",
    )
    return workbook_answer(write_findings(content, stored.form5_name, marked), handed_back_name(head))


def certificates(request: Request) -> Response:
    """Which certificates entered with the batch, and how far each is. Raises: BatchUnknown."""
    office = office_of(request)
    head = own_batch(request, batch_id(request.path_params["batch"]))
    view = seen(request, head)
    first, count = view.entered or (0, 0)
    pages = Pages(page_number(request), ROWS_A_PAGE, count, f"/staff/batches/{head.id.hex()}/certificates")
    size = max(0, min(pages.size, count - pages.offset))
    entered = office.heads().numbers_entered(first + pages.offset, size)
    heads = office.heads().heads(first + pages.offset, size)
    states = office.national_counts().states([heads.get(index, index) for index, _ in entered])
    return staff_page(
        request,
        "staff/institution_certificates.html",
        view=view,
        pages=pages,
        reason_text=lambda reason: reason_text(reason, language_of(request)),
        entered=[(number, states[heads.get(index, index)]) for index, number in entered],
    )


def handed_back_name(head: BatchHead) -> str:
    """What the workbook is called that is handed back: as it was, so that Form 4 still names it."""
    return f"{head.form5_name.rpartition('.')[0] or head.form5_name or '附件5'}.xlsx"


def stored_findings(text: str) -> list[Finding]:
    """Findings as they were stored."""
    return [
        Finding(FindingCode(code), Severity(severity), row, column, detail)
        for code, severity, row, column, detail in (map(each.get, _STORED) for each in json.loads(text))
    ]


def said(finding: Finding, language: Language) -> str:
    """A finding with its column named, as it stands beside a row."""
    sentence = finding_sentence(finding, language)
    if finding.column is None:
        return sentence
    name = column_name(finding.column, language)
    return f"【{name}】{sentence}" if language is Language.CHINESE else f"{name}: {sentence}"


def shown(finding: Finding, language: Language) -> ShownFinding:
    """A finding in words."""
    column = finding.column or ""
    text = column_name(column, language) if column else ""
    return ShownFinding(
        finding.code.value, finding.severity, column, text, finding_sentence(finding, language)
    )


def shown_rows(request: Request, head: BatchHead, numbers: Sequence[int]) -> list[ShownRow]:
    """These rows of a batch with their cells and findings."""
    vault, language = office_of(request).register.keys.vault, language_of(request)
    return [
        ShownRow(
            row.row,
            row.refused,
            cells_of(vault, head, row),
            [shown(each, language) for each in stored_findings(row.findings)],
        )
        for row in office_of(request).heads().rows(head.id, numbers)
    ]


def cells_of(vault: Vault, head: BatchHead, row: StoredBatchRow) -> list[tuple[str, str]]:
    """What a row says, column by column."""
    if row.refused:
        cells = dict(zip(Form5Column, open_cells(vault, head.id, row.row, row.sealed)[1:], strict=True))
    else:
        record, _ = vault.open_record(BATCH_TABLE, row_key(head.id, row.row), row.sealed)
        # The record names the institution by its prefix; the form by the name that the issuer has.
        cells = {column: getattr(record, column.value) for column in Form5Column}
        cells[Form5Column.INSTITUTION] = record.issuer
        cells[Form5Column.ID_TYPE] = IdentityType(record.id_type).label
        cells[Form5Column.LEVEL] = level_label(int(record.level))
    cells[Form5Column.ID_NUMBER] = mask_identity_number(cells[Form5Column.ID_NUMBER])
    return [(column.value, cells[column]) for column in Form5Column]


def decision_of(request: Request, head: BatchHead) -> DecisionRecord | None:
    """The bureau's signed decision, None before it."""
    if head.approved is None:
        return None
    try:
        return read_decision(office_of(request).heads().decision_content(head.id))
    except MalformedEntry:
        return None


def _by_reason(record: DecisionRecord | None) -> list[tuple[str, list[int]]]:
    """The rejected rows under each reason, the most frequent first."""
    rows: dict[str, list[int]] = {}
    for row, code in (record.rejected if record else {}).items():
        rows.setdefault(code, []).append(row)
    return sorted(rows.items(), key=lambda each: -len(each[1]))
