"""The electronic certificate: one statement, made into each of its forms when it is asked for."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.custody.keys import RegisterKeys
from registry.ledger.chain import Chain
from registry.lookup import LookUp
from registry.places import Places
from registry.rules.bureaus import parse_bureau
from registry.rules.identity_documents import IdentityType
from registry.rules.levels import Level, level_label
from registry.storage.record_rows import StoredVersion
from signing.certificates import certificate_begins, from_pem
from signing.commitment import PUBLIC_FIELDS, Record, Seed, opening
from signing.credential import build_credential
from signing.data_integrity import RDFC
from signing.keys import KeyRole
from signing.notes import parse_note
from signing.pdf_signing import sign_pdf
from signing.qr import qr_text
from signing.qr_image import qr_png
from signing.receipts import Receipt, opened_extra
from signing.sheet import SheetContent, SheetPrinter
from signing.statement import Statement


class Form(StrEnum):
    """Which form of the certificate; the value is the ending of its file name."""

    PDF = "pdf"
    CREDENTIAL = "json"
    CREDENTIAL_RDFC = "rdfc.json"
    RECEIPT = "tlog-proof"
    FULL_RECEIPT = "full.tlog-proof"
    QR_PICTURE = "png"


@dataclass(frozen=True)
class ElectronicFile:
    """One form of one certificate."""

    number: str
    content: bytes


class ElectronicCertificates:
    """Makes the forms. Keeps the sheet's compiler warm; safe to use from several threads."""

    def __init__(self, places: Places, keys: RegisterKeys) -> None:
        """Raises: FontMissing, ViewerKeyMissing."""
        self._places = places
        self._keys = keys
        self._viewer = keys.viewer if places.viewer_signature else None
        self._sheets = SheetPrinter(places.font_dir)

    def make(self, look_up: LookUp, chain: Chain, version: StoredVersion, form: Form) -> ElectronicFile:
        """One form of that version. Raises: FontMissing, GlyphMissing, SheetNotDrawn."""
        statement = self.statement(look_up, chain, version)
        return ElectronicFile(statement.record.number, self._content(statement, form))

    def make_several(
        self, look_up: LookUp, chain: Chain, version: StoredVersion, forms: Sequence[Form]
    ) -> Iterator[tuple[Form, bytes]]:
        """Several forms of that version, one after the other; nothing is opened for none of them."""
        if forms:
            statement = self.statement(look_up, chain, version)
            for form in forms:
                yield form, self._content(statement, form)

    def statement(self, look_up: LookUp, chain: Chain, version: StoredVersion) -> Statement:
        """What all forms of that version say."""
        record, seed = look_up.open(version)
        on_issue_date = look_up.filing_on(record.institution, date.fromisoformat(record.issued_on))
        _, approval = look_up.ledger.approval_of(chain.first.index)
        return Statement(
            record=record,
            seed=seed,
            version=version.version,
            institution_name=on_issue_date.name,
            bureau_name=parse_bureau(str(approval["bureau"])).office,
            register_name=self._places.register_name,
            level_label=level_label(Level(int(record.level))),
            identity_label=IdentityType(record.id_type).printed_label,
            ordinal=look_up.ledger.ordinal(chain.first.index, version.index),
            printing_serial=chain.head.printing,
            origin=self._places.web_origin,
            ref=self._keys.references.make(version.index),
            receipt_public=public_receipt(look_up, version, record, seed).to_bytes(),
            legacy=bool(approval.get("legacy", False)),
        )

    def _content(self, statement: Statement, form: Form) -> bytes:
        match form:
            case Form.PDF:
                return self._pdf(statement)
            case Form.CREDENTIAL:
                return build_credential(statement, self._keys[KeyRole.CREDENTIAL])
            case Form.CREDENTIAL_RDFC:
                return build_credential(statement, self._keys[KeyRole.CREDENTIAL], RDFC)
            case Form.RECEIPT:
                return statement.receipt_public
            case Form.FULL_RECEIPT:
                return statement.full_receipt
            case Form.QR_PICTURE:
                return qr_png(qr_text(statement, self._keys[KeyRole.QR]))

    def _pdf(self, statement: Statement) -> bytes:
        key = self._keys[KeyRole.SHEET]
        credential = build_credential(statement, self._keys[KeyRole.CREDENTIAL])
        code = qr_text(statement, self._keys[KeyRole.QR])
        unsigned = self._sheets.draw(statement, SheetContent(code, credential, key.key_id))
        (certificate,) = from_pem(self._places.keys.certificate(key).read_bytes())
        # The same sheet every time; a key that came after the registration signs from its own start on.
        certificates = [certificate] + ([self._viewer.certificate] if self._viewer else [])
        signed_at = max(statement.registered_at, *map(certificate_begins, certificates))
        return sign_pdf(unsigned, key, certificate, signed_at=signed_at, viewer=self._viewer)


def public_receipt(look_up: LookUp, version: StoredVersion, record: Record, seed: Seed) -> Receipt:
    """The receipt that opens the public fields, under the newest checkpoint."""
    return opened_receipt(look_up, version, record, seed, PUBLIC_FIELDS)


def opened_receipt(
    look_up: LookUp, version: StoredVersion, record: Record, seed: Seed, fields: Collection[str]
) -> Receipt:
    """The receipt that opens these fields and no other, under the newest checkpoint."""
    ledger = look_up.ledger
    size, note = ledger.published()
    return Receipt(
        index=version.index,
        proof=tuple(ledger.tree(size).inclusion_proof(version.index)),
        checkpoint=parse_note(note),
        extra=opened_extra(ledger.body(version.index), opening(record, seed, fields)),
    )
