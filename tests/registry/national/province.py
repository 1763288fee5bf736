"""What a province does to its queue: files institutions, issues, corrects, annuls, reinstates, erases."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from hashlib import sha256

from registry.national.rows import CertificateRow, Reference, Row, RowAct, RowState, institution_row
from signing.commitment import Commitment
from tests.builders.records import a_number, a_record, an_id_number
from tests.registry.national.row_builders import ListOutbox, a_reference, institution_facts, without_record

PREFIXES = ("S000043990001", "S000043990002")
_NOT_TAKEN = "299"


@dataclass
class Province:
    """A queue that grows; `good` says whether the network will like what is added."""

    outbox: ListOutbox = field(default_factory=ListOutbox)
    filings: dict[str, int] = field(default_factory=dict)
    latest: dict[Reference, CertificateRow] = field(default_factory=dict)

    def file(self, prefix: str, *, good: bool = True) -> None:
        """An institution is filed, or its filing changes."""
        version = self.filings.get(prefix, 0) + 1
        facts = institution_facts(prefix)
        facts = {**facts, "filing_number": f"示例{version}号"} | ({} if good else {"scope": []})
        self.filings[prefix] = version
        self.outbox.rows.append(institution_row(version, 1, facts))

    def issue(self, prefix: str, *, good: bool = True) -> None:
        """A certificate of an institution that is filed."""
        number = a_number(len(self.latest) + 1, prefix=prefix)
        self._add(
            CertificateRow(
                ref=a_reference(number),
                version=0,
                state=RowState.VALID,
                act=RowAct.ISSUED,
                entry=1,
                commitment=Commitment(bytes(32)),
                record=a_record(
                    number=number, institution=prefix, id_number=an_id_number(), id_type=_type(good)
                ),
            ),
            RowState.VALID,
            RowAct.ISSUED,
        )

    def correct(self, row: CertificateRow, *, good: bool = True) -> None:
        """Another record of the same number."""
        assert row.record is not None
        record = replace(row.record, id_type=_type(good), job=f"示例{row.version}")
        self._add(replace(row, record=record), row.state, RowAct.CORRECTED)

    def annul(self, row: CertificateRow) -> None:
        """It is no longer in force."""
        self._add(row, RowState.ANNULLED, RowAct.ANNULLED)

    def reinstate(self, row: CertificateRow) -> None:
        """It is in force again."""
        self._add(row, RowState.VALID, RowAct.REINSTATED)

    def erase(self, row: CertificateRow) -> None:
        """All its records are gone from the queue as well."""
        rows = self.outbox.rows
        for place, each in enumerate(rows):
            if isinstance(each, CertificateRow) and each.ref == row.ref:
                rows[place] = without_record(each)
        self._add(without_record(row), RowState.ERASED, RowAct.ERASED)

    def certificates(self, *states: RowState) -> Sequence[CertificateRow]:
        """Those that stand in one of these states."""
        return [row for row in self.latest.values() if row.state in states]

    def rows(self) -> Sequence[Row]:
        """The whole queue, each row at its position."""
        return self.outbox.after(0, len(self.outbox.rows))

    def _add(self, row: CertificateRow, state: RowState, act: RowAct) -> None:
        version = row.version + 1
        commitment = Commitment(sha256(row.ref + bytes([version])).digest())
        added = replace(row, version=version, state=state, act=act, commitment=commitment)
        self.latest[row.ref] = added
        self.outbox.rows.append(added)


def _type(good: bool) -> str:
    return "201" if good else _NOT_TAKEN
