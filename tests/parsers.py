"""Every parser of bytes that a stranger may send, in one list: a new one is added in one line.

`read` gives a value or raises the room's own error; `write` gives the value's bytes back, so that whatever is
accepted can be held against its one spelling. `samples` are honest bytes, from which mutations are made.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from registry.errors import RegistryError
from registry.filing.book import FilingBook
from registry.filing.entries import filing_entries
from registry.ledger.entries import EntryType, entry_bytes, parse_entry, stamped
from registry.ledger.errors import OutOfRange
from registry.ledger.key_history import Custody, KeyHistory, introduction
from registry.ledger.tiles import parse_tile_path, tile_path
from registry.national.holdings_messages import (
    Detail,
    HoldingsAnswer,
    HoldingsQuestion,
    holdings_bytes,
    holdings_question,
    parse_holdings,
    parse_holdings_question,
)
from registry.national.http_signatures import Message, Verified, sign, verify_message
from registry.national.objects import BatchId, parse_object
from registry.national.protocol import batch_content, make_batch, parse_batch
from registry.national.receipts import (
    Accepted,
    Known,
    KnownQuestion,
    Receipt,
    Rejected,
    Status,
    known_bytes,
    known_question,
    parse_known,
    parse_known_question,
    parse_receipt,
    parse_status,
    parse_status_question,
    receipt_bytes,
    status_bytes,
    status_question,
)
from registry.national.report import StatedReconciliation, build_report, parse_report
from registry.national.rows import parse_row, row_bytes
from registry.national.structured_fields import parse_dictionary
from registry.witnessing.policy import WitnessAddress, WitnessPolicy, parse_policy
from registry.witnessing.protocol import (
    Submission,
    parse_signature_lines,
    parse_size_answer,
    parse_submission,
    signature_lines,
    size_answer,
)
from signing import (
    cbor,
    certificates,
    credential,
    data_integrity,
    did,
    encoding,
    frozen,
    multibase,
    notes,
    qr,
    receipts,
    statement,
    status_list,
    trust,
    verification_receipt,
)
from signing.cms_container import container, read_container
from signing.commitment import PUBLIC_FIELDS, check_opening, commitment, opening
from signing.errors import SigningError
from signing.inclusion import Hash
from signing.keys import KeyRole
from signing.qr_image import qr_png, read_codes
from signing.status_list import StatusPurpose
from signing.verification_statement import VerificationStatement
from signing.verification_statement_json import statement_json
from signing.verifier import verify
from tests.registry.ledger import test_entries as entries
from tests.registry.ledger.builders import a_filing
from tests.registry.national import sample_reports
from tests.registry.national.row_builders import NOON, Holdings, a_row, an_institution, held_ranges
from tests.registry.national.row_builders import PROVINCE_KEY as NATIONAL_KEY
from tests.signing import sample_forms as forms
from tests.signing import sample_receipts, test_frozen

COVERED = ("@method", "content-type")


@dataclass(frozen=True)
class Parser:
    """One parser, what it may raise, and honest bytes for it."""

    name: str
    read: Callable[[bytes], Any]
    samples: tuple[bytes, ...]
    write: Callable[[Any], bytes] | None = None
    error: type[Exception] = SigningError

    def __str__(self) -> str:
        return self.name


def _text(read: Callable[[str], Any]) -> Callable[[bytes], Any]:
    """A parser of text, given bytes as a command line hands them over: with lone surrogates, if need be."""
    return lambda data: read(data.decode("utf-8", "surrogateescape"))


def _opening(data: bytes) -> object:
    return check_opening(encoding.parse_json(data), commitment(forms.RECORD, forms.SEED))


def _restated(read: tuple[VerificationStatement, Mapping[str, encoding.Json]]) -> bytes:
    """The receipt written again from the values that were read, with the proof as it was."""
    statement, document = read
    kept = {"proof": document["proof"]} if "proof" in document else {}
    return encoding.canonical_json({**statement_json(statement), **kept})


def _reported(read: tuple[StatedReconciliation, Mapping[str, encoding.Json]]) -> bytes:
    """The report written again from the values that were read, with the proof as it was."""
    stated, document = read
    signed = encoding.parse_canonical_json(build_report(stated, forms.KEYS[KeyRole.RECEIPT]))
    assert isinstance(signed, dict)
    kept = {"proof": document["proof"]} if "proof" in document else {}
    return encoding.canonical_json(
        {**{name: each for name, each in signed.items() if name != "proof"}, **kept}
    )


def _proof(data: bytes) -> object:
    document = encoding.parse_json(data)
    return data_integrity.check_proof(document if isinstance(document, dict) else {}, bytes(32))


def _trust(name: str) -> Callable[[bytes], Any]:
    files = forms.trust_files()
    return lambda data: trust.trust_from_files({**files, name: data})


def _sheet_certificate(data: bytes) -> bytes:
    certificates.certificate_key(data)
    certificates.check_sheet_certificate(data, [forms.ROOT], forms.NOW)
    return data


def _pem_text(ders: tuple[bytes, ...]) -> bytes:
    return b"".join(map(certificates.to_pem, ders))


def _tile(data: bytes) -> int:
    number = parse_tile_path(data.decode("utf-8", "surrogateescape"))
    if number is None:
        raise OutOfRange
    return number


def _message(**fields: str) -> Message:
    return Message({"@method": "POST"}, {"content-type": "application/json", **fields})


def _http_signature(data: bytes) -> Verified:
    """The two fields of a signature, as a server hands them over."""
    signature_input, _, signature = data.decode("latin-1").partition("\n")
    message = _message(**{"signature-input": signature_input, "signature": signature})
    return verify_message(message, COVERED, {NATIONAL_KEY.key_id: NATIONAL_KEY.public})


def _fold(data: bytes) -> object:
    """An entry that changes who may sign or what an institution may certify."""
    entry = parse_entry(data)
    if entry["type"] == EntryType.KEY:
        return KeyHistory("log.example/skills").apply(0, entry)
    if entry["type"] == EntryType.FILING:
        FilingBook().apply(entry)
    return entry


def _folded_samples() -> tuple[bytes, ...]:
    root = forms.KEYS[KeyRole.ROOT]
    key = introduction(
        log_origin="log.example/skills",
        key=root,
        root=root,
        custody=Custody.REGISTER,
        valid_from="2026-01-05T01:00:00Z",
    )
    contents = [key, *({"type": "filing", **each} for each in filing_entries(None, a_filing()))]
    return tuple(stamped(each, entries.AT) for each in contents)


def _national() -> tuple[Parser, ...]:
    """What the national network and the province say to each other."""
    rows = (row_bytes(a_row(1)), row_bytes(a_row(2)))
    batch = make_batch(BatchId("A" * 22), BatchId(""), 1, 2, rows)
    manifest, nonce = batch.manifest, bytes(16)
    results = (Accepted(NOON.date()), Rejected("number_malformed", "示例"))
    receipt = Receipt(manifest.batch, 2, manifest.root, 1, NOON, results)
    asked = HoldingsQuestion(nonce, ("", "0a"), Detail.LEAVES)
    held = held_ranges(Holdings([a_row(1).held, a_row(2).held]), asked)
    answer = HoldingsAnswer(nonce, held, 1, manifest.batch, NOON)
    status = Status(nonce, 1, manifest.batch, NOON)
    known = Known(nonce, (True, False), 1, NOON)

    def written(question: KnownQuestion) -> bytes:
        return known_question(question.nonce, question.batches)

    return tuple(
        Parser(f"national.{name}", read, samples, write, RegistryError)
        for name, read, samples, write in (
            (
                "parse_object",
                lambda data: parse_object(data, "question", frozenset({"nonce"})),
                (status_question(nonce),),
                encoding.canonical_json,
            ),
            ("parse_row", parse_row, (*rows, row_bytes(an_institution())), row_bytes),
            ("parse_batch", parse_batch, (batch_content(batch),), None),
            ("parse_receipt", parse_receipt, (receipt_bytes(receipt),), receipt_bytes),
            ("parse_status", parse_status, (status_bytes(status),), status_bytes),
            ("parse_status_question", parse_status_question, (status_question(nonce),), status_question),
            ("parse_known", parse_known, (known_bytes(known),), known_bytes),
            (
                "parse_known_question",
                parse_known_question,
                (known_question(nonce, (manifest.batch,)),),
                written,
            ),
            ("parse_holdings", parse_holdings, (holdings_bytes(answer),), holdings_bytes),
            (
                "parse_holdings_question",
                parse_holdings_question,
                (holdings_question(asked),),
                holdings_question,
            ),
        )
    )


@cache
def parsers() -> tuple[Parser, ...]:
    """The list. Made when it is first asked for, since its samples are signed."""
    sample = forms.statement()
    receipt = forms.public_receipt(forms.RECORD, witnessed=True)
    note = receipts.parse_receipt(receipt).checkpoint
    json_form, qr_form = (
        forms.make_credential(sample, forms.FORM_KEYS),
        forms.make_qr_text(sample, forms.FORM_KEYS).encode(),
    )
    token = encoding.b64url_decode(qr_form.decode().partition("#")[2])
    lists = tuple(forms.status_list(purpose, [1, 7]) for purpose in StatusPurpose)
    key = forms.KEYS[KeyRole.LOG]
    opened = encoding.canonical_json(opening(forms.RECORD, forms.SEED, PUBLIC_FIELDS))
    trusted, files = forms.trust(), forms.trust_files()
    logged = tuple(stamped(each, entries.AT) for each in entries.SHAPED)
    canonical = encoding.canonical_json
    stated = sample_receipts.receipt()
    return (
        # signing: encodings
        Parser(
            "b64url_decode",
            _text(encoding.b64url_decode),
            (b"", b"AAEC_-8"),
            _encoded(encoding.b64url_encode),
        ),
        Parser("b64_decode", _text(encoding.b64_decode), (b"", b"AAEC/+8="), _encoded(encoding.b64_encode)),
        Parser("parse_json", encoding.parse_json, (opened, b'[1,-2.5e3,null,"\\u00e9"]')),
        Parser("parse_canonical_json", encoding.parse_canonical_json, (opened, json_form), canonical),
        Parser(
            "parse_rfc3339",
            _text(encoding.parse_rfc3339),
            (b"2026-01-05T01:00:00Z",),
            _encoded(encoding.rfc3339),
        ),
        Parser("base58_decode", _text(lambda text: multibase.base58_decode(text, length=4)), (b"z2UzHM",)),
        Parser("base64url_multibase_decode", _text(multibase.base64url_multibase_decode), (b"uAAEC",)),
        Parser(
            "parse_multikey",
            _text(multibase.parse_multikey),
            (multibase.multikey(key.public).encode(),),
            _encoded(multibase.multikey),
        ),
        Parser(
            "cbor.decode",
            cbor.decode,
            (token, cbor.encode({1: -2, "a": [b"", cbor.Tagged(18, 5)]})),
            cbor.encode,
        ),
        # signing: the log
        Parser("parse_vkey", _text(notes.parse_vkey), tuple(files["log.vkey"].split(b"\n")), _encoded(str)),
        Parser("parse_note", notes.parse_note, (note.to_bytes(),), notes.Note.to_bytes),
        Parser(
            "parse_checkpoint",
            _text(notes.parse_checkpoint),
            (note.text.encode(),),
            _encoded(notes.Checkpoint.body),
        ),
        Parser(
            "parse_frozen",
            frozen.parse_frozen,
            (test_frozen.STATEMENT,),
            lambda it: frozen.frozen_statement(it, forms.KEYS[KeyRole.ROOT]),
        ),
        Parser("parse_receipt", receipts.parse_receipt, (receipt,), receipts.Receipt.to_bytes),
        Parser("parse_extra", receipts.parse_extra, (receipts.parse_receipt(receipt).extra,)),
        Parser("check_opening", _opening, (opened,)),
        Parser("entry_commitment", statement.entry_commitment, (sample.entry, *logged)),
        Parser("entry_time", statement.entry_time, (sample.entry, *logged)),
        # signing: forms
        Parser(
            "parse_credential", credential.parse_credential, (json_form,), lambda it: canonical(it.document)
        ),
        Parser(
            "parse_verification_receipt",
            verification_receipt.parse_verification_receipt,
            tuple(map(sample_receipts.receipt, (sample_receipts.STATEMENT, sample_receipts.NOT_FOUND))),
            _restated,
        ),
        Parser("check_proof", _proof, (json_form, *lists)),
        Parser("parse_status_list", status_list.parse_status_list, lists, lambda it: canonical(it.document)),
        Parser("parse_did_document", did.parse_did_document, (files["did.json"],)),
        Parser("parse_qr_text", _text(qr.parse_qr_text), (qr_form,)),
        Parser("read_codes", read_codes, (qr_png("x", pixels_per_module=1),)),
        Parser("from_pem", certificates.from_pem, (files["root.pem"],), _pem_text),
        Parser("check_sheet_certificate", _sheet_certificate, (forms.SHEET_CERTIFICATE,)),
        Parser("read_container", read_container, (container(forms.SHEET_CERTIFICATE, bytes(64), bytes(64)),)),
        *(Parser(f"trust/{name}", _trust(name), (data,)) for name, data in files.items()),
        Parser("trust/witnesses", _trust("witnesses"), (f"quorum 1\n# ours\n{forms.WITNESS}\n".encode(),)),
        Parser(
            "verify", lambda data: verify(data, trusted, forms.NOW), (json_form, receipt, qr_form, stated)
        ),
        # registry
        Parser("parse_entry", parse_entry, logged, entry_bytes, RegistryError),
        Parser("parse_tile_path", _tile, (b"x001/x234/067", b"000"), _encoded(tile_path), RegistryError),
        *_national(),
        Parser(
            "national.parse_report",
            parse_report,
            (sample_reports.report(), sample_reports.report(sample_reports.DIFFERS)),
            _reported,
            RegistryError,
        ),
        Parser(
            "verify_message",
            _http_signature,
            ("\n".join(sign(_message(), COVERED, NATIONAL_KEY, NOON).values()).encode(),),
            None,
            RegistryError,
        ),
        # registry: witnesses
        Parser(
            "parse_submission",
            parse_submission,
            (Submission(1, (Hash(bytes(32)),), note).to_bytes(),),
            Submission.to_bytes,
            RegistryError,
        ),
        Parser("parse_size_answer", parse_size_answer, (size_answer(7),), size_answer, RegistryError),
        Parser(
            "parse_signature_lines",
            parse_signature_lines,
            (signature_lines(note.signatures),),
            signature_lines,
            RegistryError,
        ),
        Parser(
            "parse_policy",
            parse_policy,
            (WitnessPolicy(1, (WitnessAddress(forms.WITNESS, "https://witness.example"),)).to_bytes(),),
            None,
            RegistryError,
        ),
        Parser("key and filing entries", _fold, _folded_samples(), None, RegistryError),
        Parser(
            "parse_dictionary",
            _text(parse_dictionary),
            (b'sig1=("@method" "a";req);created=1700000000;keyid="k", b=:AAEC:, c;q=?0, d=tok',),
            None,
            RegistryError,
        ),
    )


def _encoded(write: Callable[[Any], str]) -> Callable[[Any], bytes]:
    return lambda value: write(value).encode()
