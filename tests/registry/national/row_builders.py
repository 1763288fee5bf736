"""Rows as the register hands them out, and a queue in memory."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from hashlib import sha256

from registry.ledger.merkle import merge
from registry.national.holdings import Range, leaf
from registry.national.holdings_messages import MAX_LEAVES, Detail, HeldRange, HoldingsQuestion
from registry.national.rows import (
    REFERENCE_BYTES,
    CertificateRow,
    Held,
    InstitutionRow,
    Reference,
    Row,
    RowAct,
    RowState,
    institution_row,
)
from signing.commitment import Commitment, Record
from signing.encoding import Json
from signing.keys import KeyRole, SigningKey
from tests.builders.records import a_number, a_record, an_id_number

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
PROVINCE_KEY = SigningKey.from_seed(KeyRole.NATIONAL, bytes([7]) * 32)
NETWORK_KEY = SigningKey.from_seed(KeyRole.NATIONAL, bytes([8]) * 32)
PREFIX = "S000043990001"


def a_reference(number: str) -> Reference:
    """A reference for a number: keyed in the product, and only stable here."""
    return Reference(sha256(b"reference of " + number.encode()).digest()[:REFERENCE_BYTES])


def a_row(
    serial: int = 1,
    version: int = 1,
    state: RowState = RowState.VALID,
    act: RowAct = RowAct.ISSUED,
    *,
    entry: int = 0,
    record: Record | None = None,
) -> CertificateRow:
    """A version of the certificate with that serial; its record is a believable one unless it is erased."""
    number = a_number(serial)
    if record is None and state is not RowState.ERASED:
        record = a_record(number=number, id_number=an_id_number(1 + serial % 900))
    commitment = Commitment(sha256(f"{number}/{version}".encode()).digest())
    return CertificateRow(a_reference(number), version, state, act, entry or serial, commitment, record)


def without_record(row: CertificateRow) -> CertificateRow:
    """The row as it is handed out once its record was erased."""
    return replace(row, record=None)


def institution_facts(prefix: str = PREFIX, **over: Json) -> dict[str, Json]:
    """A believable filing as the network is told of it."""
    return {
        "number_prefix": prefix,
        "credit_code": "91430100MA4L00001J",
        "category": prefix[0],
        "filing_number": "湘评备〔2024〕示例1号",
        "filed_on": "2024-06-03",
        "expires_on": "2027-06-02",
        "names": [{"name": "示例评价机构", "short_name": "", "from_on": "2024-06-03"}],
        "bureaus": [{"bureau": "430100", "from_on": "2024-06-03"}],
        "states": [{"state": "filed", "on": "2024-06-03", "instrument": "湘评备〔2024〕示例1号"}],
        "scope": [
            {
                "occupation_code": "6-31-01-03",
                "occupation": "电工",
                "job": "",
                "levels": [5, 4, 3],
                "basis": "国家职业标准",
                "from_on": "2024-06-03",
                "to_on": "",
            }
        ],
        "successor": "",
        **over,
    }


def an_institution(
    version: int = 1, *, entry: int = 1, facts: Mapping[str, Json] | None = None
) -> InstitutionRow:
    """A version of the filing behind all certificates of `a_row`."""
    return institution_row(version, entry, institution_facts() if facts is None else facts)


class Holdings:
    """What one side holds, each reference once: the plain way, against which the product is tried."""

    def __init__(self, held: Iterable[Held]) -> None:
        self._held = sorted(held, key=lambda each: each.ref)

    def range(self, prefix: str = "") -> Range:
        """Count and root of a range."""
        part = self.held(prefix)
        return Range(prefix, len(part), merge([leaf(each) for each in part]))

    def held(self, prefix: str = "") -> Sequence[Held]:
        """The versions of a range, in order."""
        return [each for each in self._held if each.ref.hex().startswith(prefix)]


def held_ranges(holdings: Holdings, question: HoldingsQuestion) -> tuple[HeldRange, ...]:
    """The ranges of an answer. The leaves of a range are said as long as there is room for all of them."""
    room, found = MAX_LEAVES, list[HeldRange]()
    for prefix in question.prefixes:
        part, leaves = holdings.range(prefix), None
        if question.detail is Detail.LEAVES and part.count <= room:
            leaves, room = tuple(holdings.held(prefix)), room - part.count
        found.append(HeldRange(part, leaves))
    return tuple(found)


@dataclass
class ListOutbox:
    """Implements `Outbox` in memory: a row's entry is its place in the list, from 1."""

    rows: list[Row] = field(default_factory=list)

    def after(self, seq: int, limit: int) -> Sequence[Row]:
        """See `Outbox`."""
        return [self._placed(each) for each in range(seq + 1, min(seq + limit, len(self.rows)) + 1)]

    def at(self, seqs: Sequence[int]) -> Sequence[Row]:
        """See `Outbox`."""
        return [self._placed(each) for each in sorted(set(seqs)) if 1 <= each <= len(self.rows)]

    def held_after(self, seq: int, limit: int, size: int) -> Sequence[tuple[int, Held]]:
        """See `Outbox`."""
        return [(each.entry, each.held) for each in self.after(seq, limit) if each.entry < size]

    def published(self) -> tuple[int, bytes]:
        """See `Outbox`: the entry 0 is no row, as in a log, whose first entry is a key."""
        return len(self.rows) + 1, b"a checkpoint\n"

    def _placed(self, place: int) -> Row:
        return replace(self.rows[place - 1], entry=place)
