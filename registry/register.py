"""The register as one resource: its databases and keys, opened once and shared by pages, commands and worker.

Reading needs no writer; a process that only answers questions never opens the log key.
"""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from registry.custody.keys import RegisterKeys, Standing
from registry.electronic import ElectronicCertificates, ElectronicFile, Form
from registry.filing.book import FilingBook
from registry.ledger.chain import Chain
from registry.ledger.errors import OutOfRange
from registry.ledger.guard import Guard
from registry.ledger.key_history import KeyHistory
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter
from registry.lookup import LookUp
from registry.people import opened_by, person_matches
from registry.places import Places
from registry.receipt_papers import ReceiptPapers
from registry.status import publish_status_lists
from registry.storage.migrate import Schema, require_current
from registry.storage.national_reads import NationalReads
from registry.storage.record_rows import StoredVersion
from registry.storage.sql import KeptReader, translated_faults
from registry.trust import anchor_files, did_document, log_keys, status_list_names, trust_files
from registry.verdict import Result, Verdict
from registry.verification import Verification, verify_form, verify_number, verify_reference
from registry.verification_receipts import Checked, statement_of
from registry.witnessing.quorum import Quorum, Witnessed, open_quorum
from signing.errors import MalformedEncoding
from signing.keys import KeyRole
from signing.receipt_paper import Sentences
from signing.trust import Trust, trust_from_files
from signing.verification_receipt import build_verification_receipt
from signing.verification_statement import Given, VerificationStatement


@dataclass(frozen=True)
class HolderView:
    """One certificate as its holder may see it."""

    index: int
    verdict: Verdict
    forms: tuple[str, ...]


def utc_now() -> datetime:
    """The clock of a running program."""
    return datetime.now(UTC)


class Register:
    """An open register. Bears several threads at once: each has its own read connections."""

    def __init__(
        self,
        places: Places,
        passphrase: bytes,
        *,
        clock: Callable[[], datetime] = utc_now,
        witnessed: Callable[[Witnessed], None] = lambda _: None,
    ) -> None:
        """`witnessed` is told what the witnesses said to each checkpoint.

        Raises: RegisterMissing, LogNotFound: no empty register is made in place of a lost one.
        """
        places.require_register()
        self.places = places
        self.clock = clock
        self.keys = RegisterKeys(places.keys, passphrase, Standing(self._key_history, clock))
        self.engine = places.register_engine()
        self.desk_engine = places.desk_engine()
        self._own = threading.local()
        self._electronic: ElectronicCertificates | None = None
        self._electronic_lock = threading.Lock()
        self._papers: ReceiptPapers | None = None
        self._witnessed = witnessed
        self._quorum: Quorum | None = None
        self._quorum_lock = threading.Lock()

    def close(self) -> None:
        """Gives the connections of this thread and the pools back."""
        if hasattr(self._own, "look_up"):
            self._own.look_up.ledger.close()
            self._own.national.close()
            del self._own.look_up
        if self._quorum is not None:
            self._quorum.close()
        self.engine.dispose()
        self.desk_engine.dispose()

    def require_prepared(self) -> None:
        """Refuses databases of another version. Raises: SchemaOutdated, SchemaTooNew, DatabaseUnavailable."""
        require_current(self.engine, Schema.REGISTER)
        require_current(self.desk_engine, Schema.DESK)

    @property
    def look_up(self) -> LookUp:
        """The calling thread's own look-up."""
        if not hasattr(self._own, "look_up"):
            self._own.national = KeptReader(self.desk_engine)
            self._own.look_up = LookUp(
                LedgerReader(self.engine, self.places.log_origin),
                self.keys.vault,
                NationalReads(self._own.national),
                self.clock,
            )
        look_up: LookUp = self._own.look_up
        return look_up

    @property
    def ledger(self) -> LedgerReader:
        """The calling thread's own reader of the log."""
        return self.look_up.ledger

    def _key_history(self) -> KeyHistory:
        return self.ledger.key_history()

    def writer(self) -> LogWriter:
        """The only writer. Unlocks the log keys. Raises: LogKeyIsWitness, and what opening a key raises."""
        keys = self.keys.log_keys()
        self.places.witnessing.policy.require_others_than(key.public for key in keys)
        return LogWriter(
            self.engine,
            origin=self.places.log_origin,
            keys=keys,
            guard=Guard(self.places.keys.guard),
            lock=self.places.writer_lock(self.engine),
            clock=self.clock,
            witnesses=self._witnesses(),
        )

    def publish_pending(self) -> int:
        """Publishes what an earlier run left behind, for want of witnesses or of time; how many entries."""
        pending = self.unpublished()
        if pending:
            self.writer().recover()
        return pending

    def publish_status(self, writer: LogWriter) -> int:
        """Publishes the status lists that changed or grew old; returns how many."""
        return publish_status_lists(
            writer,
            self.ledger,
            key=self.keys[KeyRole.STATUS],
            web_origin=self.places.web_origin,
            now=self.clock().replace(microsecond=0),
        )

    # What the public pages ask.

    def verdict(self, number: str) -> Verdict:
        """The answer about one well-formed, tidy number."""
        return self.look_up.verdict(number)

    def verdict_by_ref(self, ref: str) -> Verdict:
        """The answer about the version whose QR carries `ref`; not found for one that was never given."""
        try:
            index = self.keys.references.resolve(ref)
        except MalformedEncoding:
            index = None
        if index is None:
            return Verdict("", Result.NOT_FOUND, self.ledger.published()[0], self.clock(), None)
        return self.look_up.verdict_of_version(index)

    def filings(self) -> FilingBook:
        """All filings as of the last published entry."""
        return self.ledger.folds().filings

    def person_matches(self, number: str, *, name: str | None, id_number: str | None) -> bool | None:
        """Whether all that is given is right for the holder; None if nothing can be compared."""
        return person_matches(self.look_up, number, name=name, id_number=id_number)

    def holder(self, name: str, id_number: str, number: str) -> HolderView | None:
        """The holder's certificate if all three are right."""
        opened = opened_by(self.look_up, name=name, id_number=id_number, number=number)
        if opened is None:
            return None
        chain, _ = opened
        verdict = self.verdict(number)
        forms = tuple(Form) if verdict.result is Result.VALID else ()
        return HolderView(chain.first.index, verdict, tuple(form.value for form in forms))

    def electronic(self, index: int, form: str) -> ElectronicFile:
        """One form of the certificate that begins at `index`. Raises: OutOfRange."""
        number = self.ledger.records.number_of(index)
        found = self.look_up.current(number) if number is not None else None
        if found is None:
            raise OutOfRange
        chain, version, _, _ = found
        return self._maker().make(self.look_up, chain, version, Form(form))

    def electronic_forms(
        self, chain: Chain, version: StoredVersion, forms: Sequence[Form]
    ) -> Iterator[tuple[Form, bytes]]:
        """Several forms of one version, one after the other. Raises: as `electronic`."""
        return self._maker().make_several(self.look_up, chain, version, forms)

    def link_secret(self) -> bytes:
        """The key of short-lived links."""
        return self.keys.link_key

    def verify_number(self, number: str, *, name: str | None, id_number: str | None) -> Verification:
        """Checks a number as one would check a file."""
        return verify_number(self.look_up, number, name=name, id_number=id_number)

    def verify_qr(self, text: str, *, name: str | None) -> Verification:
        """Checks the text of a QR code."""
        return verify_form(self.look_up, self._trust(), text, name=name)

    def verify_file(self, content: bytes, *, name: str | None) -> Verification:
        """Checks an electronic certificate or a picture of its code."""
        return verify_form(self.look_up, self._trust(), content, name=name)

    def verify_reference(self, ref: str, *, name: str | None) -> Verification:
        """Checks the REF of a scanned code, as its page does."""
        return verify_reference(self.look_up, self.verdict_by_ref(ref), name=name)

    def statement(self, checked: Checked, given: Given, *, name: str = "") -> VerificationStatement | None:
        """What a receipt of that check states; None where it came to no answer."""
        return statement_of(self.look_up, self.places, checked, given, name=name)

    def verification_receipt(self, statement: VerificationStatement) -> bytes:
        """The signed receipt. Raises: NoActiveKey, and what opening a key raises."""
        return build_verification_receipt(statement, self.keys[KeyRole.RECEIPT])

    def verification_receipt_pdf(self, statement: VerificationStatement, sentences: Sentences) -> bytes:
        """The receipt on paper, signed. Raises: FontMissing, GlyphMissing, SheetNotDrawn."""
        with self._electronic_lock:
            if self._papers is None:
                self._papers = ReceiptPapers(self.places, self.keys)
            papers = self._papers
        return papers.make(statement, sentences)

    def checkpoint(self) -> bytes:
        """The newest published checkpoint."""
        return self.ledger.published()[1]

    def tile(self, level: int, number: int, width: int) -> bytes:
        """Hashes of a tile. Raises: OutOfRange."""
        return self.ledger.tile(level, number, width)

    def entry_bundle(self, number: int, width: int) -> bytes:
        """Entries of a bundle. Raises: OutOfRange."""
        return self.ledger.entry_bundle(number, width)

    def vkey(self) -> str:
        """The log's verifier keys, one a line."""
        return log_keys(self.ledger.key_history(), self.places.log_origin)

    def frozen(self) -> bytes:
        """The statement that ended this log. Raises: OutOfRange while it goes on."""
        path = Guard(self.places.keys.guard).frozen_path
        if not path.exists():
            raise OutOfRange
        with translated_faults():
            return path.read_bytes()

    def did_document(self) -> bytes:
        """The DID document with every current and past key."""
        return did_document(self.ledger.key_history(), self.places.web_origin)

    def status_list(self, name: str) -> bytes:
        """The newest published status list of that name. Raises: OutOfRange."""
        body = self.ledger.log.status_list(name)
        if body is None:
            raise OutOfRange
        return body

    def status_list_names(self) -> tuple[str, ...]:
        """The published status lists, the newest certificates first."""
        return status_list_names(self.ledger)

    def trust_anchors(self) -> dict[str, bytes]:
        """The trust folder without its status lists, by file name."""
        return anchor_files(self.ledger, self.places)

    def trust_files(self) -> dict[str, bytes]:
        """The trust folder, by file name."""
        return trust_files(self.ledger, self.places)

    def unpublished(self) -> int:
        """How many durable entries no checkpoint covers yet."""
        # In this order: what is published between the two reads must not make it negative.
        published = self.ledger.log.published()
        return self.ledger.log.stored_size() - (0 if published is None else published[0])

    def ready(self) -> int:
        """The published tree size, read anew."""
        return self.ledger.published()[0]

    def _trust(self) -> Trust:
        return trust_from_files(self.trust_files())

    def _witnesses(self) -> Quorum | None:
        """One for all writers of this register; who only reads needs none."""
        with self._quorum_lock:
            if self._quorum is None:
                self._quorum = open_quorum(self.places.witnessing, self._witnessed)
            return self._quorum

    def _maker(self) -> ElectronicCertificates:
        with self._electronic_lock:
            if self._electronic is None:
                self._electronic = ElectronicCertificates(self.places, self.keys)
            return self._electronic
