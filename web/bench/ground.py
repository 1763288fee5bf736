"""Registers to measure on: invented certificates, brought in by the one writer as approvals bring them in."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from hashlib import sha256
from itertools import cycle
from pathlib import Path

from registry.custody.beginning import begin_register, introduce_keys
from registry.filing.import_file import read_filings
from registry.filing.record import record_filings
from registry.ledger.admission import CIVIL_TIME, PROVINCE, approval_root
from registry.ledger.append import PreparedCertificate, append_approval, prepare
from registry.ledger.entries import Entry, EntryType
from registry.ledger.key_history import Custody
from registry.ledger.writer import LogWriter, Published
from registry.places import Places
from registry.register import Register, utc_now
from registry.review.record import DecisionKind, DecisionRecord, signed_decision
from registry.staff.model import COMMAND_LINE
from signing.commitment import new_seed
from signing.encoding import b64url_encode
from signing.keys import KeyRole, SigningKey
from web.bench.invented import lately, offices, record_of
from web.bench.measurement import Progress
from web.demo.filings import DemoFiling, demo_filings, institutions_csv
from web.demo.fill import write_passphrase
from web.demo.offices import Office
from web.demo.workbooks import Certificate

LOG_ORIGIN = "bench.skillcert.invalid/log"
WEB_ORIGIN = "http://127.0.0.1:8000"
PASSPHRASE = b"measured passphrase, for invented data only"
_REGISTER_NAME = "示例登记平台"
_BATCH = 2_000


@dataclass
class Ground:
    """An open register with institutions, and bureaus that approve for them."""

    register: Register
    offices: tuple[Office, ...]
    days: tuple[date, ...]
    bureaus: dict[str, SigningKey]
    writer: LogWriter
    numbers: list[str] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        """What a command has to be told to work on this register."""
        places = self.register.places
        return {
            "SKILLCERT_DATA_DIR": str(places.data_dir),
            "SKILLCERT_KEY_DIR": str(places.key_dir),
            "SKILLCERT_ORIGIN": places.web_origin,
            "SKILLCERT_LOG_ORIGIN": places.log_origin,
        }

    def certificates(self, office: Office, count: int) -> list[Certificate]:
        """Invented certificates that this institution could issue in the last weeks."""
        return office.sittings(self.days, count)

    def prepared(self, certificates: Sequence[Certificate]) -> list[PreparedCertificate]:
        """Committed to and sealed, in the order of the log."""
        vault = self.register.keys.vault
        made = (prepare(record_of(each), new_seed(), each.person.id_number, vault) for each in certificates)
        return sorted(made, key=lambda each: each.commitment)

    def decision(self, filing: DemoFiling, certificates: Sequence[PreparedCertificate]) -> Entry:
        """An approval of these certificates with its record, signed by the institution's bureau."""
        batch = secrets.token_bytes(16)
        content: Entry = {
            "type": EntryType.APPROVAL.value,
            "batch": b64url_encode(batch),
            "institution": filing.prefix,
            "bureau": filing.bureau,
            "count": len(certificates),
            "root": b64url_encode(approval_root([each.commitment for each in certificates])),
            "form5": b64url_encode(secrets.token_bytes(32)),
            "form4": b64url_encode(secrets.token_bytes(32)),
        }
        record = DecisionRecord(
            kind=DecisionKind.APPROVED,
            batch=batch,
            institution=filing.prefix,
            bureau=filing.bureau,
            rows=len(certificates),
            refused=0,
            prepared_by=COMMAND_LINE,
            signed_by=COMMAND_LINE,
            custody=Custody.REGISTER,
            signed_at=self.register.clock(),
        )
        return signed_decision(record, content, self.bureaus[filing.bureau], self.writer.origin)

    def append(self, filing: DemoFiling, certificates: Sequence[PreparedCertificate]) -> Published:
        """Registers prepared certificates as one approved batch."""
        return append_approval(self.writer, self.decision(filing, certificates), certificates)

    def grow(self, count: int, progress: Progress) -> None:
        """Registers so many more certificates, institution by institution."""
        for office, start in zip(cycle(self.offices), range(0, count, _BATCH), strict=False):
            made = self.certificates(office, min(_BATCH, count - start))
            self.append(office.filing, self.prepared(made))
            self.numbers += [each.number for each in made]
            progress("登记", start + len(made), count)


@contextmanager
def a_ground(directory: Path, web_origin: str = WEB_ORIGIN, *, database_url: str = "") -> Iterator[Ground]:
    """A fresh register in that directory with the demo's institutions, closed at the end.

    The passphrases lie where the commands look for them, so that they can serve it under `environment`.
    """
    here = places(directory, web_origin, database_url)
    here.data_dir.mkdir(parents=True)
    for keys in (here.keys.root, here.keys.register):
        write_passphrase(keys.path, PASSPHRASE)
    begin_register(here, passphrase=PASSPHRASE, root_passphrase=PASSPHRASE, clock=utc_now)
    with same_ground(directory, web_origin, database_url=database_url) as ground:
        _introduce(ground)
        yield ground


@contextmanager
def same_ground(directory: Path, web_origin: str = WEB_ORIGIN, *, database_url: str = "") -> Iterator[Ground]:
    """A register that `a_ground` left behind, opened again."""
    register = Register(places(directory, web_origin, database_url), PASSPHRASE)
    try:
        today = _today(register)
        bureaus = {each.bureau: bureau_key(each.bureau) for each in demo_filings(today)}
        yield Ground(register, offices(today), lately(today), bureaus, register.writer())
    finally:
        register.close()


def places(directory: Path, web_origin: str = WEB_ORIGIN, database_url: str = "") -> Places:
    """Where the register in that directory lives."""
    return Places(
        data_dir=directory / "data",
        key_dir=directory / "data-keys",
        log_origin=LOG_ORIGIN,
        web_origin=web_origin,
        database_url=database_url,
        register_name=_REGISTER_NAME,
    )


def bureau_key(bureau: str) -> SigningKey:
    """The key of that bureau, the same in every process of a measurement."""
    return SigningKey.from_seed(KeyRole.BUREAU, sha256(PASSPHRASE + bureau.encode()).digest())


def _introduce(ground: Ground) -> None:
    """The bureaus' keys and the institutions' filings."""
    register, writer = ground.register, ground.writer
    root = register.places.keys.root.unlock(KeyRole.ROOT, PASSPHRASE)
    for bureau, key in sorted(ground.bureaus.items()):
        introduce_keys(
            writer, [key], root=root, custody=Custody.REGISTER, now=register.clock(), bureau=bureau
        )
    today = _today(register)
    filings = read_filings(institutions_csv(demo_filings(today))).filings
    record_filings(register.ledger, writer, filings, today, province_key=ground.bureaus[PROVINCE])


def _today(register: Register) -> date:
    return register.clock().astimezone(CIVIL_TIME).date()
