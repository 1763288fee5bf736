"""Invented institutions and certificates of the fake register: one of each kind that a page can show."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from registry.filing.model import BureauPeriod, Category, Filing, FilingState, NamePeriod, StateChange
from registry.national.queue import PENDING, NationalState, SendingState
from registry.verdict import HistoryItem, Result
from signing.commitment import Record
from tests.builders.filings import a_filing, a_scope_row
from tests.builders.records import a_record

NOW = datetime(2026, 11, 21, 2, 3, 4, tzinfo=UTC)

VALID = "S000043990001253000001"
CORRECTED = "S000043990001253000002"
ANNULLED = "S000043990001253000003"
REPLACED = "S000043990001253000004"
REPLACEMENT = "S000043990001253000005"
ERASED = "S000043990001253000006"
LEGACY = "S000043990002214000001"
UNKNOWN = "S000043990001263999999"
UNKNOWN_ISSUER = "S000043999999263000001"
OTHER_PROVINCE = "S000044990001263000001"

# REFs of 128 bits: one of the current version, one of the first version of the corrected certificate.
REF = "AAAAAAAAAAAAAAAAAAAAAQ"
OLD_REF = "AAAAAAAAAAAAAAAAAAAAAg"
STRANGE_REF = "_____________________w"


@dataclass(frozen=True)
class Invented:
    """One certificate of the fake register. `record` is its current version's."""

    record: Record
    result: Result
    history: tuple[HistoryItem, ...]
    version: int = 1
    replaced_by: str | None = None
    national: NationalState = PENDING
    legacy: bool = False
    approved_by: str = "430100"
    custody: str = "bureau"
    forms: tuple[str, ...] = field(
        default=("pdf", "json", "rdfc.json", "tlog-proof", "full.tlog-proof", "png")
    )


def _chain(*acts: tuple[str, str, date, int]) -> tuple[HistoryItem, ...]:
    return tuple(
        HistoryItem(act, reason, datetime(on.year, on.month, on.day, 2, 30, tzinfo=UTC), 20 + at, version)
        for at, (act, reason, on, version) in enumerate(acts)
    )


_REGISTERED = ("registered", "", date(2025, 9, 28), 1)

CERTIFICATES: tuple[Invented, ...] = (
    Invented(
        a_record(number=VALID),
        Result.VALID,
        _chain(_REGISTERED),
        national=NationalState(SendingState.ONLINE, date(2025, 10, 9)),
    ),
    Invented(
        a_record(number=CORRECTED, name="示例乙", occupation="育婴员", occupation_code="4-10-01-02"),
        Result.VALID,
        _chain(_REGISTERED, ("corrected", "clerical_error", date(2026, 3, 2), 2)),
        version=2,
        national=NationalState(SendingState.SENT, date(2026, 3, 3)),
    ),
    Invented(
        a_record(number=ANNULLED, name="示例丙"),
        Result.ANNULLED,
        _chain(_REGISTERED, ("annulled", "wrongly_issued", date(2026, 5, 18), 1)),
        custody="register",
        national=NationalState(SendingState.REJECTED, date(2025, 10, 10), "unknown_institution"),
    ),
    Invented(
        a_record(number=REPLACED, name="示例丁"),
        Result.SUPERSEDED,
        _chain(_REGISTERED, ("superseded", "replaced", date(2026, 6, 1), 1)),
        replaced_by=REPLACEMENT,
    ),
    Invented(a_record(number=REPLACEMENT, name="示例丁"), Result.VALID, _chain(_REGISTERED)),
    Invented(
        a_record(number=ERASED, name="示例戊"),
        Result.ERASED,
        _chain(_REGISTERED, ("erased", "legal_ground", date(2026, 7, 1), 1)),
    ),
    Invented(
        a_record(
            number=LEGACY,
            name="示例·买买提",
            masked_name="示**",
            level="4",
            issued_on="2021-06-11",
            institution="S000043990002",
            issuer="示例技师学院",
            job="维修电工",
        ),
        Result.VALID,
        _chain(("registered", "", date(2026, 1, 5), 1)),
        legacy=True,
        approved_by="430000",
    ),
)


def _other_filing(number: int, state: FilingState, bureau: str) -> Filing:
    since = date(2024, 1, 8)
    return a_filing(
        credit_code=f"52439900MA99{number:05d}X",
        number_prefix=f"S000043990{number:03d}",
        filing_number="",
        names=(NamePeriod(f"示例职业培训学校第{number}校区", "", since),),
        bureaus=(BureauPeriod(bureau, since),),
        filed_on=since,
        expires_on=date(2027, 1, 7),
        states=(StateChange(FilingState.FILED, since, "示例人社函〔2024〕1号"),)
        + (
            (StateChange(state, date(2026, 2, 2), "示例人社函〔2026〕2号"),)
            if state != FilingState.FILED
            else ()
        ),
        scope=(a_scope_row(from_on=since), a_scope_row(job="维修电工", levels=(4, 3, 2), from_on=since)),
    )


_BUREAUS = ("430100", "430200", "430300", "430400", "430600", "431200", "433100")
_STATES = (FilingState.FILED, FilingState.FILED, FilingState.RECTIFYING, FilingState.ORDERED_OUT)

FILINGS: tuple[Filing, ...] = (
    a_filing(
        scope=(
            a_scope_row(),
            a_scope_row(occupation_code="4-10-01-02", occupation="育婴员", levels=(5, 4, 3)),
        )
    ),
    a_filing(
        number_prefix="Y000043990001",
        category=Category.EMPLOYER,
        names=(NamePeriod("示例装备制造有限公司", "示例装备", date(2024, 8, 1)),),
    ),
    a_filing(
        credit_code="12430000MA9900020X",
        number_prefix="S000043990002",
        filing_number="",
        names=(
            NamePeriod("示例技师学院", "示例技院", date(2020, 9, 1)),
            NamePeriod("示例职业技术大学", "示例职大", date(2026, 9, 1)),
        ),
        bureaus=(BureauPeriod("430000", date(2020, 9, 1)),),
        filed_on=date(2020, 9, 1),
        expires_on=date(2026, 8, 31),
        states=(StateChange(FilingState.FILED, date(2020, 9, 1), "示例人社函〔2020〕9号"),),
        scope=(a_scope_row(job="维修电工", levels=(5, 4, 3, 2, 1), from_on=date(2020, 9, 1)),),
    ),
    *(_other_filing(100 + n, _STATES[n % 4], _BUREAUS[n % 7]) for n in range(120)),
)
