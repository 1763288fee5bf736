"""A small register on SQLite with one bureau and one filing, and batches that its bureau approves."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from sqlalchemy.engine import Engine

from registry.filing.model import (
    BureauPeriod,
    Category,
    Filing,
    FilingState,
    NamePeriod,
    ScopeRow,
    StateChange,
)
from registry.filing.record import signed_entries
from registry.ledger.admission import approval_root
from registry.ledger.append import (
    PreparedCertificate,
    append_act,
    append_approval,
    append_filings,
    append_keys,
    prepare,
)
from registry.ledger.append_erasure import Order, append_erasure
from registry.ledger.audit import audit
from registry.ledger.audit_report import AuditReport
from registry.ledger.chain import Chain
from registry.ledger.entries import ActKind, Entry, signed
from registry.ledger.guard import Guard
from registry.ledger.key_history import Custody, introduction
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter, Published
from registry.places import Places
from registry.review.acts import ActReason, act_content
from registry.rules.legal_grounds import LegalGround
from registry.storage.erasure_rows import Forgetting
from registry.storage.migrate import Schema, migrate
from registry.storage.vault import Vault
from signing.commitment import Record, Seed, new_seed
from signing.encoding import b64url_encode, rfc3339
from signing.keys import KeyRole, SigningKey
from signing.notes import ED25519_TYPE, VerifierKey

ORIGIN = "log.example/skills"
START = datetime(2026, 1, 5, 1, 0, tzinfo=UTC)
CHANGSHA, ZHUZHOU, PROVINCE = "430100", "430200", "430000"
PREFIX = "S000043990001"


def seeded_key(role: KeyRole, number: int) -> SigningKey:
    """A key that is the same in every run."""
    return SigningKey.from_seed(role, bytes([number]) * 32)


def around(approval: Entry, signer: SigningKey, **over: object) -> Entry:
    """The record of a decision that let every row in, around a signed approval, under a key."""
    record: Entry = {
        "type": "decision",
        "kind": "approved",
        **{name: approval.get(name, "") for name in ("batch", "institution", "bureau")},
        "rows": approval.get("count", 0),
        "refused": 0,
        "rejected": {},
        "accepted": {},
        "samples": {},
        "prepared_by": "anna",
        "confirmed_by": "",
        "signed_by": "anna",
        "custody": "bureau",
        "signed_at": rfc3339(START),
        "key": signer.key_id,
        "approval": approval,
    }
    return signed({**record, **over}, signer, ORIGIN)  # type: ignore[dict-item]  # tests name the fields


def a_filing(**over: object) -> Filing:
    """A filing of Changsha that covers 电工 at all levels."""
    filing = Filing(
        credit_code="91350100M000100Y43",
        category=Category.PUBLIC,
        number_prefix=PREFIX,
        filing_number="示例备〔2024〕1号",
        filed_on=date(2024, 1, 1),
        expires_on=date(2026, 12, 31),
        names=(NamePeriod("示例评价机构", "示例机构", date(2024, 1, 1)),),
        bureaus=(BureauPeriod(CHANGSHA, date(2024, 1, 1)),),
        states=(StateChange(FilingState.FILED, date(2024, 1, 1), "示例备〔2024〕1号"),),
        scope=(ScopeRow("6-31-01-03", "电工", "", (5, 4, 3, 2, 1), "国家职业标准", date(2024, 1, 1)),),
    )
    return replace(filing, **over)  # type: ignore[arg-type]  # tests name the fields


def a_record(serial: int = 1, **over: str) -> Record:
    """A record of an invented person."""
    record = Record(
        number=f"{PREFIX}253{serial:06d}",
        masked_name="示**",
        name="示例甲",
        id_type="201",
        id_number="430102199003074515",
        employer="",
        occupation_code="6-31-01-03",
        occupation="电工",
        job="",
        level="3",
        issued_on="2025-09-01",
        institution=PREFIX,
        issuer="示例评价机构",
    )
    return replace(record, **over)


@dataclass
class StepClock:
    """A clock that moves a second a look, and can be set."""

    now: datetime = START
    step: timedelta = timedelta(seconds=1)

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


@dataclass
class SmallRegister:
    """The parts that ledger tests drive."""

    places: Places
    clock: StepClock = field(default_factory=StepClock)
    root: SigningKey = field(default_factory=lambda: seeded_key(KeyRole.ROOT, 1))
    log_key: SigningKey = field(default_factory=lambda: seeded_key(KeyRole.LOG, 2))
    bureau: SigningKey = field(default_factory=lambda: seeded_key(KeyRole.BUREAU, 3))
    other_bureau: SigningKey = field(default_factory=lambda: seeded_key(KeyRole.BUREAU, 4))
    province: SigningKey = field(default_factory=lambda: seeded_key(KeyRole.BUREAU, 5))
    vault: Vault = field(default_factory=lambda: Vault(record_keys={"1": b"r" * 32}, blind_key=b"b" * 32))

    engines: list[Engine] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine = self.places.register_engine()
        self.engines.append(self.engine)
        self.guard = Guard(self.places.keys.guard)
        self.writer = self.new_writer()

    def new_writer(self, *keys: SigningKey) -> LogWriter:
        """A writer as another process would have it, by default under the one log key."""
        return LogWriter(
            self.engine,
            origin=ORIGIN,
            keys=keys or [self.log_key],
            guard=self.guard,
            lock=self.places.writer_lock(self.engine),
            clock=self.clock,
        )

    def introduce(self, key: SigningKey, bureau: str = "") -> Published:
        """Introduces a key under the root's signature."""
        content = introduction(
            log_origin=ORIGIN,
            key=key,
            root=self.root,
            custody=Custody.BUREAU if bureau else Custody.REGISTER,
            valid_from=rfc3339(START),
            bureau=bureau,
        )
        return append_keys(self.writer, [content])

    def filing_entries(self, before: Filing | None, after: Filing, **over: object) -> list[Entry]:
        """What the province signs to turn `before` into `after`, as of all that is stored."""
        with self.reader() as reader:
            book = reader.folds_at(reader.log.stored_size()).filings if reader.log.stored_size() else None
        version = book.version(after.number_prefix) if book else 0
        entries = signed_entries(
            before, after, version=version, province_key=self.province, log_origin=ORIGIN
        )
        return [{**each, **over} for each in entries]  # type: ignore[dict-item]  # tests name the fields

    def file(self, before: Filing | None, after: Filing) -> Published:
        """The province records a change of a filing."""
        return append_filings(self.writer, self.filing_entries(before, after))

    def prepared(
        self, records: Sequence[Record], seed: Callable[[], Seed] = new_seed
    ) -> list[PreparedCertificate]:
        """Prepared certificates in the order of the log."""
        made = [prepare(each, seed(), each.id_number, self.vault) for each in records]
        return sorted(made, key=lambda each: each.commitment)

    def approval(self, certificates: Sequence[PreparedCertificate], batch: int = 1, **over: object) -> Entry:
        """What Changsha is asked to sign."""
        content: Entry = {
            "type": "approval",
            "batch": b64url_encode(batch.to_bytes(16, "big")),
            "institution": PREFIX,
            "bureau": CHANGSHA,
            "count": len(certificates),
            "root": b64url_encode(approval_root([each.commitment for each in certificates])),
            "form5": b64url_encode(bytes(32)),
            "form4": b64url_encode(bytes(32)),
            "key": self.bureau.key_id,
        }
        return {**content, **over}  # type: ignore[dict-item]  # tests name the fields

    def reopened(self) -> "SmallRegister":
        """The same register as another process would open it, a minute later."""
        return replace(self, clock=StepClock(self.clock.now + timedelta(minutes=1)))

    def close(self) -> None:
        """Gives back every connection, also of those that were opened from this one."""
        for engine in self.engines:
            engine.dispose()

    def audited(self) -> AuditReport:
        """What the audit says of it, with everything that there is to check it by."""
        vkeys = [VerifierKey(ORIGIN, ED25519_TYPE, self.log_key.public)]
        return audit(self.engine, log_origin=ORIGIN, guard=self.guard, vkeys=vkeys, vault=self.vault)

    @contextmanager
    def reader(self) -> Iterator[LedgerReader]:
        """A reader of the log, closed at the end."""
        with self.writer.reader() as reader:
            yield reader

    def stored_size(self) -> int:
        """How many entries are committed, published or not."""
        with self.reader() as reader:
            return reader.log.stored_size()

    def published_size(self) -> int:
        """How many entries the newest checkpoint covers."""
        with self.reader() as reader:
            return reader.published()[0]

    def is_unpublished(self) -> bool:
        """Whether an append died between its entries and its checkpoint."""
        return self.published_size() < self.stored_size()

    def chain(self, certificate: int) -> Chain:
        """A certificate's chain as of all that is stored."""
        with self.reader() as reader:
            return reader.chain(certificate, reader.log.stored_size())

    def act_content(self, certificate: int, act: ActKind, **over: object) -> Entry:
        """What Changsha is asked to sign of an act that continues the certificate's chain."""
        reason = ActReason.CLERICAL_ERROR
        content = act_content(
            self.chain(certificate), act, reason, bureau=CHANGSHA, bureau_key_id=self.bureau.key_id
        )
        return {**content, **over}  # type: ignore[dict-item]  # tests name the fields

    def act(self, certificate: int, act: ActKind, **over: object) -> Published:
        """Acts on a certificate as Changsha; `over` may name the bureau and the other fields."""
        content = signed(self.act_content(certificate, act, **over), self.bureau, ORIGIN)
        return self.erase(content) if act is ActKind.ERASED else append_act(self.writer, content)

    def erase(self, content: Entry) -> Published:
        """Erases the certificate that a signed act names, to the last key."""
        with self.reader() as reader:
            number = reader.records.number_of(int(str(content["index"])))
            order = Order(LegalGround.CONSENT_WITHDRAWN, bytes(32))
            published = append_erasure(
                self.writer, content, order, Forgetting(number or ""), vault=self.vault
            )
            self.vault.forget(reader.erasures.places_of(published.first_index))
        return published

    def correct(self, certificate: int, record: Record) -> Published:
        """Corrects a certificate to this record."""
        (corrected,) = self.prepared([record])
        content = self.act_content(
            certificate, ActKind.CORRECTED, commitment=b64url_encode(corrected.commitment)
        )
        return append_act(self.writer, signed(content, self.bureau, ORIGIN), corrected)

    def approve(self, records: Sequence[Record], batch: int = 1) -> Published:
        """Registers records as one reviewed batch."""
        certificates = self.prepared(records)
        content = signed(self.approval(certificates, batch), self.bureau, ORIGIN)
        return append_approval(self.writer, around(content, self.bureau), certificates)


def small_register(directory: Path, *, database_url: str = "") -> SmallRegister:
    """A register with its keys and one filing in the log, in an empty directory."""
    places = Places(
        data_dir=directory / "data",
        key_dir=directory / "keys",
        log_origin=ORIGIN,
        web_origin="http://127.0.0.1:8000",
        database_url=database_url,
    )
    places.data_dir.mkdir(parents=True)
    empty = places.register_engine(create=True)
    migrate(empty, Schema.REGISTER)
    empty.dispose()
    register = SmallRegister(places)
    register.guard.begin(ORIGIN)
    register.introduce(register.root)
    register.introduce(register.log_key)
    for key, bureau in (
        (register.bureau, CHANGSHA),
        (register.other_bureau, ZHUZHOU),
        (register.province, PROVINCE),
    ):
        register.introduce(key, bureau)
    register.file(None, a_filing())
    return register
