"""One invented certificate with its log, keys, forms and trust folder, for the tests of the forms."""

import io
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache

from pyhanko.pdf_utils.embed import EmbeddedFileObject, FileSpec, embed_file
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from signing.certificates import Subject, issue_root, issue_sheet_certificate, to_pem
from signing.commitment import PUBLIC_FIELDS, Record, Seed, commitment, opening
from signing.credential import build_credential
from signing.did import DidKey, did_document
from signing.encoding import b64url_encode, canonical_json
from signing.inclusion import leaf_hash, node_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, Checkpoint, VerifierKey, cosign, sign_checkpoint
from signing.pdf_signing import sign_pdf
from signing.qr import qr_text
from signing.receipts import Receipt, opened_extra
from signing.sheet import SheetContent, SheetPrinter
from signing.statement import Statement
from signing.status_list import StatusPurpose, build_status_list, list_name
from signing.trust import Trust, trust_from_files


@dataclass(frozen=True)
class FormKeys:
    """The keys that sign forms."""

    credential: SigningKey
    qr: SigningKey
    sheet: SigningKey
    sheet_certificate: bytes


ORIGIN = "https://skills.example"
DID = "did:web:skills.example"
LOG = "skills.example/log"
REGISTERED_AT = datetime(2025, 9, 20, 2, 3, 4, tzinfo=UTC)
SIGNED_AT = datetime(2025, 9, 21, 8, 0, 0, tzinfo=UTC)
NOW = datetime(2025, 10, 1, tzinfo=UTC)
KEYS = {role: SigningKey.from_seed(role, bytes([position]) * 32) for position, role in enumerate(KeyRole)}
RECORD = Record(
    number="S000043990001253000001",
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
    institution="S000043990001",
    issuer="示例评价机构",
)
SEED = Seed(bytes(range(32)))
ROOT = issue_root(
    KEYS[KeyRole.ROOT],
    Subject("示例省登记平台根证书", "示例省"),
    valid_from=datetime(2025, 1, 1, tzinfo=UTC),
    valid_until=datetime(2055, 1, 1, tzinfo=UTC),
)
SHEET_CERTIFICATE = issue_sheet_certificate(
    KEYS[KeyRole.SHEET].public,
    Subject("示例省登记平台", "示例省"),
    KEYS[KeyRole.ROOT],
    ROOT,
    valid_from=datetime(2025, 1, 1, tzinfo=UTC),
    valid_until=datetime(2045, 1, 1, tzinfo=UTC),
)
FORM_KEYS = FormKeys(KEYS[KeyRole.CREDENTIAL], KEYS[KeyRole.QR], KEYS[KeyRole.SHEET], SHEET_CERTIFICATE)
WITNESS = VerifierKey("witness.example/w1", COSIGNATURE_TYPE, KEYS[KeyRole.WITNESS].public)


def certificate_entry(record: Record) -> bytes:
    """A log entry that commits to the record."""
    return canonical_json(
        {
            "v": 1,
            "type": "certificate",
            "at": "2025-09-20T02:03:04Z",
            "batch": b64url_encode(bytes(16)),
            "commitment": b64url_encode(commitment(record, SEED)),
        }
    )


def public_receipt(
    record: Record, *, log_key: SigningKey = KEYS[KeyRole.LOG], witnessed: bool = False
) -> bytes:
    """The receipt of the record's entry, second of a log of two."""
    entry = certificate_entry(record)
    neighbour = leaf_hash(b"first")
    root = node_hash(neighbour, leaf_hash(entry))
    note = sign_checkpoint(Checkpoint(LOG, 2, root), [log_key])
    if witnessed:
        note = cosign(note, WITNESS.name, KEYS[KeyRole.WITNESS], 1_760_000_000)
    extra = opened_extra(entry, opening(record, SEED, PUBLIC_FIELDS))
    return Receipt(1, (neighbour,), note, extra).to_bytes()


def statement(record: Record = RECORD, *, receipt: bytes | None = None, ordinal: int = 1) -> Statement:
    """The statement of a record in that log."""
    return Statement(
        record=record,
        seed=SEED,
        version=1,
        ordinal=ordinal,
        institution_name="示例评价机构",
        bureau_name="示例市人力资源和社会保障局",
        register_name="示例省职业技能等级证书登记平台",
        level_label="三级/高级工",
        identity_label="居民身份证",
        printing_serial=1,
        origin=ORIGIN,
        ref=b64url_encode(bytes(range(16))),
        receipt_public=receipt or public_receipt(record),
    )


@dataclass(frozen=True)
class Forms:
    """The forms of one statement."""

    statement: Statement
    credential: bytes
    qr_text: str
    pdf: bytes


def make_credential(statement: Statement, keys: FormKeys) -> bytes:
    """The credential of a statement."""
    return build_credential(statement, keys.credential)


def make_pdf(statement: Statement, keys: FormKeys, printer: SheetPrinter, *, signed_at: datetime) -> bytes:
    """Its signed sheet."""
    content = SheetContent(
        qr_text=qr_text(statement, keys.qr),
        credential=make_credential(statement, keys),
        signing_key_id=keys.sheet.key_id,
    )
    drawn = printer.draw(statement, content)
    return sign_pdf(drawn, keys.sheet, keys.sheet_certificate, signed_at=signed_at)


def make_qr_text(statement: Statement, keys: FormKeys) -> str:
    """The text behind its QR code."""
    return qr_text(statement, keys.qr)


@cache
def printer() -> SheetPrinter:
    """One printer for all tests: it loads the fonts."""
    return SheetPrinter()


@cache
def forms() -> Forms:
    """The forms of the sample."""
    return forms_of(statement())


def forms_of(sample: Statement) -> Forms:
    """The forms of a statement."""
    return Forms(
        sample,
        make_credential(sample, FORM_KEYS),
        make_qr_text(sample, FORM_KEYS),
        make_pdf(sample, FORM_KEYS, printer(), signed_at=SIGNED_AT),
    )


def status_list(
    purpose: StatusPurpose,
    ordinals: Iterable[int] = (),
    *,
    key: SigningKey = KEYS[KeyRole.STATUS],
    valid_from: datetime = NOW - timedelta(hours=1),
) -> bytes:
    """The first list of a purpose, good for a week."""
    until = valid_from + timedelta(days=7)
    return build_status_list(ORIGIN, purpose, 0, ordinals, key, valid_from=valid_from, valid_until=until)


def trust_files(*, annulled: Iterable[int] = (), superseded: Iterable[int] = ()) -> dict[str, bytes]:
    """The files of a trust folder."""
    roles = (KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.RECEIPT)
    lists = {StatusPurpose.REVOCATION: annulled, StatusPurpose.SUPERSESSION: superseded}
    files = {
        "log.vkey": str(VerifierKey(LOG, ED25519_TYPE, KEYS[KeyRole.LOG].public)).encode(),
        "did.json": did_document(ORIGIN, [DidKey(role, KEYS[role].public) for role in roles]),
        "root.pem": to_pem(ROOT),
    }
    for purpose, ordinals in lists.items():
        files[f"status/{list_name(purpose, 0)}.json"] = status_list(purpose, ordinals)
    return files


def trust(*, annulled: Iterable[int] = (), superseded: Iterable[int] = ()) -> Trust:
    """That folder, read."""
    return trust_from_files(trust_files(annulled=annulled, superseded=superseded))


def named(name: str) -> Record:
    """The sample record with another name."""
    return replace(RECORD, name=name)


def with_attachment(pdf: bytes) -> bytes:
    """The file with another attachment put in by an incremental update, as an editor would do it."""
    writer = IncrementalPdfFileWriter(io.BytesIO(pdf), strict=False)
    stream = EmbeddedFileObject.from_file_data(writer, data=b"{}", mime_type="application/json")
    embed_file(writer, FileSpec("other.json", embedded_data=stream))
    return written(writer)


def written(writer: IncrementalPdfFileWriter) -> bytes:
    """The bytes of a PDF with its update."""
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call]  # pyHanko types its interface in part
    return output.getvalue()
