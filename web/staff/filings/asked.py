"""What a form about a filing asks for: its fields as values, and the filing as it would stand afterwards."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from registry.filing.beginnings import NewFiling, Validity, file_employer, file_publicised, publicise
from registry.filing.book import FilingBook
from registry.filing.changes import (
    STATE_CHANGES,
    change_bureau,
    change_scope,
    change_state,
    merge,
    rename,
    renew,
    renewable_rows,
)
from registry.filing.errors import ChangeRefusal, ChangeRefused
from registry.filing.import_faults import ImportWarning, ImportWarningCode
from registry.filing.model import Category, ChangeKind, Filing, ScopeRow, filing_on
from registry.filing.orders import Order
from registry.filing.scope_lines import ScopeLines, ScopeOccasion, read_scope_lines
from registry.intake.cell_dates import parse_cell_date
from registry.intake.errors import MalformedDate
from registry.rules.bureaus import parse_bureau
from registry.rules.certificate_number import is_number_prefix, tidy_number
from registry.rules.credit_code import parse_credit_code
from registry.rules.working_days import load_calendar
from signing.encoding import canonical_json
from web.errors import MalformedRequest
from web.uploads import Form

KEEP, DROP = "keep", "drop"
_NOT_ASKED = frozenset({"csrf", "passphrase", "version", "edit"})
_MAX_TEXT = 100


@dataclass(frozen=True)
class Proposed:
    """A filing as it would stand after a change, and what a person should confirm before."""

    kind: ChangeKind
    order: Order
    before: Filing | None
    after: Filing
    warnings: tuple[ImportWarning, ...] = ()


@dataclass(frozen=True)
class Asked:
    """The fields of a form, each with all its values, as they are sent on from page to page."""

    form: Form

    def text(self, name: str) -> str:
        """A line of text, tidied. Raises: MalformedRequest if it is too long or unprintable."""
        value = " ".join(self.form.field(name).split())
        if len(value) > _MAX_TEXT or not value.isprintable():
            raise MalformedRequest(name)
        return value

    def day(self, name: str) -> date:
        """A day. Raises: MalformedRequest."""
        try:
            return parse_cell_date(self.form.field(name))
        except MalformedDate as fault:
            raise MalformedRequest(name) from fault

    def day_or_none(self, name: str) -> date | None:
        """A day that may be left out. Raises: MalformedRequest."""
        return self.day(name) if self.form.field(name) else None

    def order(self) -> Order:
        """From when, by which instrument. Raises: MalformedRequest."""
        return Order(self.day("on"), self.form.field("instrument"), self.form.field("late") == "yes")

    def pairs(self) -> list[tuple[str, str]]:
        """Everything that was asked, to be sent again."""
        return [
            (name, value)
            for name, values in self.form.repeated.items()
            if name not in _NOT_ASKED
            for value in values
        ]

    @property
    def to_edit(self) -> bool:
        """Whether the form is wanted back, as it was filled in."""
        return self.form.field("edit") == "yes"

    def digest(self, what: str) -> str:
        """What tells one form about `what` from another: posted twice it is the same."""
        said = [[name, value] for name, value in self.pairs()]
        return hashlib.sha256(canonical_json([what, self.form.field("version"), said])).hexdigest()


def row_key(row: ScopeRow) -> str:
    """What a row is called in a form."""
    said = [row.occupation_code, row.occupation, row.job, *map(str, row.levels), row.basis]
    said += [row.from_on.isoformat(), row.to_on.isoformat() if row.to_on else ""]
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:16]


def proposed_change(
    kind: ChangeKind, asked: Asked, book: FilingBook, filing: Filing, today: date
) -> Proposed:
    """The change of a filing that a form asks for.

    Raises: MalformedRequest, ChangeRefused, ScopeLinesFault, RulesError.
    """
    order, lines = asked.order(), ScopeLines((), ())
    match kind:
        case _ if kind in STATE_CHANGES:
            after = change_state(filing, kind, order, today)
        case ChangeKind.FILED:
            validity = Validity(asked.text("filing_number"), asked.day_or_none("expires_on"))
            after = file_publicised(filing, order, validity, today, load_calendar())
        case ChangeKind.RENEWED:
            expires_on = asked.day_or_none("expires_on")
            after = renew(filing, order, _continued(asked, filing), today, expires_on)
        case ChangeKind.SCOPE_CHANGED:
            lines = _lines(asked, filing, order)
            ended = _chosen(filing.scope, set(asked.form.values("end")))
            after = change_scope(filing, order, today, ended=ended, added=lines.rows)
        case ChangeKind.RENAMED:
            after = rename(filing, order, asked.text("name"), asked.text("short_name"), today)
        case ChangeKind.BUREAU_CHANGED:
            after = change_bureau(filing, order, _bureau(asked), today)
        case ChangeKind.MERGED:
            after = merge(book, filing, order, tidy_number(asked.form.field("successor")), today)
        case _:
            raise ChangeRefused(ChangeRefusal.NOT_NOW)
    return Proposed(kind, order, filing, after, lines.warnings)


def proposed_beginning(asked: Asked, book: FilingBook, today: date) -> Proposed:
    """The new filing that a form asks for: S is publicised, Y is filed.

    Raises: MalformedRequest, ChangeRefused, ScopeLinesFault, RulesError.
    """
    order = asked.order()
    try:
        category = Category(asked.form.field("category"))
    except ValueError as fault:
        raise MalformedRequest("category") from fault
    prefix = tidy_number(asked.form.field("number_prefix"))
    if not is_number_prefix(prefix) or prefix[0] != category:
        raise MalformedRequest("number_prefix")
    credit_code, name = parse_credit_code(asked.form.field("credit_code")), asked.text("name")
    lines = read_scope_lines(asked.form.field("scope"), ScopeOccasion(category, name, order.on))
    warnings = lines.warnings
    if not credit_code.check_passes:
        # Real codes that fail the check exist.
        warnings = (ImportWarning(0, "credit_code", ImportWarningCode.CREDIT_CODE_CHECK), *warnings)
    new = NewFiling(
        credit_code.text, category, prefix, name, asked.text("short_name"), _bureau(asked), lines.rows
    )
    if category is Category.PUBLIC:
        return Proposed(ChangeKind.PUBLICISED, order, None, publicise(book, new, order, today), warnings)
    validity = Validity(asked.text("filing_number"), asked.day_or_none("expires_on"))
    after = file_employer(book, new, order, validity, today)
    return Proposed(ChangeKind.FILED, order, None, after, warnings)


def _continued(asked: Asked, filing: Filing) -> frozenset[ScopeRow]:
    """The rows that go on; each one of them has to be decided. Raises: MalformedRequest."""
    rows = renewable_rows(filing)
    for row in rows:
        if asked.form.field(f"row-{row_key(row)}") not in (KEEP, DROP):
            raise MalformedRequest("rows")
    return frozenset(row for row in rows if asked.form.field(f"row-{row_key(row)}") == KEEP)


def _lines(asked: Asked, filing: Filing, order: Order) -> ScopeLines:
    name, until = filing_on(filing, order.on).name, asked.day_or_none("scope_to")
    return read_scope_lines(asked.form.field("scope"), ScopeOccasion(filing.category, name, order.on, until))


def _chosen(rows: tuple[ScopeRow, ...], keys: set[str]) -> frozenset[ScopeRow]:
    """The rows behind the keys. Raises: ChangeRefused if the page showed one that is not there any more."""
    by_key: Mapping[str, ScopeRow] = {row_key(row): row for row in rows}
    if not keys <= set(by_key):
        raise ChangeRefused(ChangeRefusal.ROW_UNKNOWN)
    return frozenset(by_key[key] for key in keys)


def _bureau(asked: Asked) -> str:
    if not asked.form.field("bureau"):
        raise MalformedRequest("bureau")
    return parse_bureau(asked.form.field("bureau")).code
