"""A register in memory that answers like the real one: the same values, a real small log, nothing on disk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from registry.filing.book import FilingBook
from registry.filing.entries import filing_entries
from registry.filing.model import filing_on
from registry.ledger.errors import OutOfRange
from registry.ledger.merkle import inclusion_proof, merge
from registry.ledger.tiles import bundle
from registry.storage.errors import DatabaseUnavailable
from registry.verdict import CertificateVerdict, EntryEvidence, Result, Verdict, VerdictInstitution
from registry.verification_receipts import conclusion_of
from signing.commitment import PUBLIC_FIELDS, Seed, commitment, opening
from signing.encoding import b64_encode, b64url_encode, canonical_json
from signing.inclusion import Hash, leaf_hash, node_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, VerifierKey, sign_checkpoint
from signing.outcomes import Step, failed, not_checked, passed
from signing.receipt_paper import Sentences
from signing.registration import unregistered
from signing.report import FormKind, Report
from signing.standing import standing_unknown
from signing.trust import Trust
from signing.verification_receipt import build_verification_receipt, parse_verification_receipt
from signing.verification_statement import Given, VerificationStatement
from tests.signing.sample_receipts import NOT_FOUND
from tests.web import invented
from tests.web.invented import NOW, Invented
from web.backend import Verification

LOG_ORIGIN = "register.example/skillcert"
ORIGIN = "https://register.example"
UNREGISTERED_PDF = b"%PDF-1.7 signed, never registered"
QR_TOKEN = "0oREoQEn"
PDF = b"%PDF-1.7 \xe7\xa4\xba\xe4\xbe\x8b"
_KEY = SigningKey.from_seed(KeyRole.LOG, bytes(range(32)))
_SEED = Seed(bytes(range(32)))
_HISTORY_BEFORE = 260


@dataclass(frozen=True)
class FakeView:
    """What the holder gets."""

    index: int
    verdict: Verdict
    forms: tuple[str, ...]


@dataclass(frozen=True)
class FakeFile:
    """One form."""

    number: str
    content: bytes


@dataclass(frozen=True)
class FakeVerification:
    """What became of a check."""

    kind: str
    steps: Sequence[Step]
    report: Report | None
    name_match: bool | None
    verdict: Verdict | None
    trust: Trust | None = None


class _Leaves:
    """The hashes of complete subtrees over a few leaves."""

    def __init__(self, leaves: Sequence[Hash]) -> None:
        self._leaves = leaves

    def node(self, height: int, position: int) -> Hash:
        if height == 0:
            return self._leaves[position]
        return node_hash(self.node(height - 1, 2 * position), self.node(height - 1, 2 * position + 1))


class FakeRegister:
    """`unavailable` makes every answer fail; `asked` counts what was asked of the holder's way."""

    def __init__(self) -> None:
        self.unavailable = False
        self.asked: list[str] = []
        self._by_number = {each.record.number: each for each in invented.CERTIFICATES}
        self._book = FilingBook()
        for filing in invented.FILINGS:
            for entry in filing_entries(None, filing):
                self._book.apply(entry)
        before = [canonical_json({"type": "示例", "v": 1, "n": n}) for n in range(_HISTORY_BEFORE)]
        self._entries = before + [_entry(each) for each in invented.CERTIFICATES]
        self._leaves = [leaf_hash(entry) for entry in self._entries]
        head = Checkpoint(LOG_ORIGIN, len(self._leaves), merge(self._leaves))
        self._checkpoint = sign_checkpoint(head, [_KEY]).to_bytes()

    def verdict(self, number: str) -> Verdict:
        self._answer()
        found = self._by_number.get(number)
        size = len(self._entries)
        if found is None:
            return Verdict(number, Result.NOT_FOUND, size, NOW, None)
        erased = found.result is Result.ERASED
        return Verdict(number, found.result, size, NOW, None if erased else self._certificate(found))

    def verdict_by_ref(self, ref: str) -> Verdict:
        self._answer()
        if ref == invented.REF:
            return self.verdict(invented.VALID)
        if ref == invented.OLD_REF:
            return replace(self.verdict(invented.CORRECTED), result=Result.SUPERSEDED)
        return Verdict("", Result.NOT_FOUND, len(self._entries), NOW, None)

    def filings(self) -> FilingBook:
        self._answer()
        return self._book

    def person_matches(self, number: str, *, name: str | None, id_number: str | None) -> bool | None:
        self._answer()
        found = self._by_number.get(number)
        if found is None or found.result is Result.ERASED or (name is None and id_number is None):
            return None
        return name in (None, found.record.name) and id_number in (None, found.record.id_number)

    def holder(self, name: str, id_number: str, number: str) -> FakeView | None:
        self._answer()
        self.asked.append(number)
        if not self.person_matches(number, name=name, id_number=id_number):
            return None
        verdict = self.verdict(number)
        forms = self._by_number[number].forms if verdict.result is Result.VALID else ()
        return FakeView(self._index(number), verdict, forms)

    def electronic(self, index: int, form: str) -> FakeFile:
        self._answer()
        if not _HISTORY_BEFORE <= index < len(self._entries):
            raise OutOfRange
        number = invented.CERTIFICATES[index - _HISTORY_BEFORE].record.number
        return FakeFile(number, PDF if form == "pdf" else f"{number} {form}".encode())

    def link_secret(self) -> bytes:
        return bytes(32)

    def verify_number(self, number: str, *, name: str | None, id_number: str | None) -> FakeVerification:
        verdict = self.verdict(number)
        steps = {
            Result.NOT_FOUND: (failed("number_registered", "not_found"),),
            Result.VALID: (passed("number_registered"), passed("number_in_force")),
        }.get(verdict.result, (passed("number_registered"), failed("number_in_force", verdict.result.value)))
        matches = self.person_matches(number, name=name, id_number=id_number)
        return FakeVerification("number", steps, None, matches, verdict)

    def verify_qr(self, text: str, *, name: str | None) -> FakeVerification:
        ref, _, token = text.removeprefix(f"{ORIGIN}/q/").partition("#")
        known = ref in (invented.REF, invented.OLD_REF) and token == QR_TOKEN
        steps = (passed("qr_read"), passed("qr_address"), passed("qr_key")) + (
            (passed("qr_signed"),) if known else (failed("qr_signed", "bad_signature"),)
        )
        return self._checked(FormKind.QR, steps, name, self.verdict_by_ref(ref) if known else None)

    def verify_file(self, content: bytes, *, name: str | None) -> FakeVerification:
        if content.startswith(b'{"certificate"'):
            report = _report_of_receipt(content)
            return FakeVerification("verification-receipt", report.steps, report, None, None)
        if content == PDF:
            signing = (
                passed("pdf_signature_found"),
                passed("pdf_covers_whole_file"),
                passed("pdf_signature_intact", signed_at="2026-11-20T08:00:00Z"),
                passed("pdf_certificate_chain"),
            )
            return self._checked(FormKind.PDF, signing, name, self.verdict(invented.VALID))
        if content == UNREGISTERED_PDF:
            report = Report(
                FormKind.PDF,
                (passed("pdf_signature_found"),),
                (failed("entry_in_log", "not_in_tree"),),
                standing_unknown("no_status_list"),
            )
            return FakeVerification("pdf", report.steps, report, None, self.verdict(invented.VALID))
        if content.startswith(b"%PDF-"):
            changed = (
                passed("pdf_signature_found"),
                passed("pdf_covers_whole_file"),
                failed("pdf_signature_intact", "content_changed"),
                passed("pdf_certificate_chain"),
                not_checked("pdf_attachment", "pdf_not_authentic"),
            )
            return self._checked(FormKind.PDF, changed, name, None)
        return self._checked(FormKind.UNKNOWN, (failed("form_recognised", "unknown_form"),), name, None)

    def verify_reference(self, ref: str, *, name: str | None) -> FakeVerification:
        verdict = self.verdict_by_ref(ref)
        found = verdict.result is not Result.NOT_FOUND
        steps = (passed("number_registered"),) if found else (failed("number_registered", "not_found"),)
        return FakeVerification("reference", steps, None, None, verdict)

    def statement(
        self, checked: Verification, given: Given, *, name: str = ""
    ) -> VerificationStatement | None:
        conclusion = conclusion_of(checked)
        if conclusion is None:
            return None
        return replace(
            NOT_FOUND,
            given=given,
            conclusion=conclusion,
            checked_at=NOW,
            name_match=checked.name_match,
            name=name,
        )

    def verification_receipt(self, statement: VerificationStatement) -> bytes:
        self._answer()
        return build_verification_receipt(statement, SigningKey.from_seed(KeyRole.RECEIPT, bytes(32)))

    def verification_receipt_pdf(self, statement: VerificationStatement, sentences: Sentences) -> bytes:
        self._answer()
        return PDF

    def checkpoint(self) -> bytes:
        self._answer()
        return self._checkpoint

    def unpublished(self) -> int:
        self._answer()
        return 0

    def tile(self, level: int, number: int, width: int) -> bytes:
        self._answer()
        row = self._leaves[256 * number : 256 * number + width]
        if level or len(row) < width:
            raise OutOfRange
        return b"".join(row)

    def entry_bundle(self, number: int, width: int) -> bytes:
        self._answer()
        bodies = self._entries[256 * number : 256 * number + width]
        if len(bodies) < width:
            raise OutOfRange
        return bundle(bodies)

    def vkey(self) -> str:
        return f"{VerifierKey(LOG_ORIGIN, 1, _KEY.public)}\n"

    def frozen(self) -> bytes:
        raise OutOfRange

    def did_document(self) -> bytes:
        return canonical_json({"id": "did:web:register.example"})

    def status_list(self, name: str) -> bytes:
        if name != "revocation-0":
            raise OutOfRange
        return canonical_json({"name": name})

    def status_list_names(self) -> Sequence[str]:
        self._answer()
        return ("revocation-0",)

    def trust_anchors(self) -> Mapping[str, bytes]:
        self._answer()
        return {
            "log.vkey": self.vkey().encode(),
            "did.json": self.did_document(),
            "root.pem": b"-----BEGIN CERTIFICATE-----\n",
            "witnesses": b"quorum 0\n",
        }

    def trust_files(self) -> Mapping[str, bytes]:
        return {**self.trust_anchors(), "status/revocation-0": self.status_list("revocation-0")}

    def ready(self) -> int:
        self._answer()
        return len(self._entries)

    def _answer(self) -> None:
        if self.unavailable:
            raise DatabaseUnavailable

    def _index(self, number: str) -> int:
        return _HISTORY_BEFORE + list(self._by_number).index(number)

    def _certificate(self, found: Invented) -> CertificateVerdict:
        record = found.record
        filing = self._book.by_prefix(record.institution)
        assert filing is not None
        issued_on = date.fromisoformat(record.issued_on)
        on_issue_date = filing_on(filing, issued_on)
        today = filing_on(filing, (NOW + timedelta(hours=8)).date())
        index = self._index(record.number)
        return CertificateVerdict(
            masked_name=record.masked_name,
            occupation_code=record.occupation_code,
            occupation=record.occupation,
            job=record.job,
            level=int(record.level),
            issued_on=issued_on,
            institution=VerdictInstitution(record.institution, on_issue_date.name, on_issue_date, today),
            entry=self._evidence(index, found),
            version=found.version,
            history=found.history,
            replaced_by=found.replaced_by,
            legacy=found.legacy,
            earlier_review="示例市2023年审核" if found.legacy else "",
            approved_by=found.approved_by,
            custody=found.custody,
            national=found.national,
        )

    def _evidence(self, index: int, found: Invented) -> EntryEvidence:
        proof = inclusion_proof(_Leaves(self._leaves), index, len(self._leaves))
        return EntryEvidence(
            index=index,
            leaf=self._entries[index].decode(),
            opening=opening(found.record, _SEED, PUBLIC_FIELDS),
            proof=tuple(b64_encode(each) for each in proof),
            checkpoint=self._checkpoint.decode(),
        )

    def _checked(
        self, kind: FormKind, signing: tuple[Step, ...], name: str | None, verdict: Verdict | None
    ) -> FakeVerification:
        if verdict is None:
            report = Report(
                kind, signing, unregistered("form_unreadable"), standing_unknown("form_unreadable")
            )
        else:
            registration = (passed("receipt_read"), passed("entry_in_log", entry_index="20"))
            current = verdict.result is Result.VALID
            standing = (
                passed("not_annulled", as_of="2026-11-21T00:00:00Z"),
                passed("not_superseded") if current else failed("not_superseded", "superseded"),
            )
            report = Report(kind, signing, registration, standing, {"number": verdict.number})
        matches = self.person_matches(verdict.number, name=name, id_number=None) if verdict else None
        kinds = {FormKind.PDF: "pdf", FormKind.QR: "qr", FormKind.UNKNOWN: "unknown"}
        return FakeVerification(kinds[kind], report.steps, report, matches, verdict)


def _report_of_receipt(content: bytes) -> Report:
    """What a genuine verification receipt says; who signed it is not looked at here."""
    statement, _ = parse_verification_receipt(content)
    kind, steps = FormKind.VERIFICATION_RECEIPT, (passed("statement_read"), passed("statement_signed"))
    standing = (not_checked("stands_today", "statement_of_then"),)
    return Report(kind, steps, (passed("statement_consistent"),), standing, stated=statement)


def _entry(found: Invented) -> bytes:
    return canonical_json(
        {
            "v": 1,
            "type": "certificate",
            "at": "2025-09-28T02:30:00Z",
            "batch": b64url_encode(bytes(16)),
            "commitment": b64url_encode(commitment(found.record, _SEED)),
        }
    )
