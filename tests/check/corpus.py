"""Forms to check: honest ones, other spellings, re-signed lies, and bytes changed by a seeded hand."""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache, wraps
from random import Random
from typing import Any

from pyhanko.sign.fields import MDPPerm

from registry.national.report_paper import ReportPrinter
from signing.certificates import Subject, issue_root, issue_sheet_certificate, to_pem
from signing.credential import credential_body
from signing.data_integrity import sign_document
from signing.did import DidKey, did_document
from signing.encoding import Json, canonical_json
from signing.keys import KeyRole, SigningKey
from signing.notes import VerifierKey, cosign
from signing.pdf_signing import sign_pdf
from signing.receipts import Receipt, parse_receipt
from signing.sheet import SheetContent
from signing.standing import CLOCK_SKEW
from signing.status_list import StatusPurpose
from signing.verification_statement import StatedConclusion
from signing.verification_statement_json import statement_json
from tests.check.in_browser import Asked
from tests.registry.national import sample_reports
from tests.signing import sample_forms as samples
from tests.signing import sample_viewer as viewers
from tests.signing.mutations import JSON_SPELLINGS, Form
from tests.signing.sample_forms import FORM_KEYS, KEYS, NOW, RECORD, SHEET_CERTIFICATE, SIGNED_AT, WITNESS
from tests.signing.sample_receipts import CHECKED_AT, FORGED, HELD, NOT_FOUND, STATEMENT, WITNESSED, receipt
from tests.signing.test_malleability import RECEIPTS
from tests.signing.test_malleability_forms import CREDENTIAL, DID_DOCUMENT, PROOF_SPELLINGS, STATUS_LIST
from tests.signing.test_malleability_qr import QR
from tests.signing.test_malleability_trust import TRUST

# The browser has no library for statements; what it says of that suite has a test of its own.
_NOT_CHECKED_THERE = "proof of another suite"
_SEED = 20_251_001
_CONTAINER_FLIPS = 40
_FLIPS = {"pdf": 24, "json": 90, "receipt": 90, "qr": 90}
HONEST: Mapping[str, bytes] = samples.trust_files()


def _kept(cases: Callable[[], Iterator[Asked]]) -> Callable[[], tuple[Asked, ...]]:
    """Made once for all tests: drawing and signing takes longer than checking."""
    return cache(wraps(cases)(lambda: tuple(cases())))


@cache
def honest_forms() -> Mapping[str, bytes]:
    """The sample in all its forms."""
    found, statement = samples.forms(), samples.statement()
    return {
        "pdf": found.pdf,
        "json": found.credential,
        "receipt": statement.receipt_public,
        "full receipt": statement.full_receipt,
        "witnessed receipt": samples.public_receipt(RECORD, witnessed=True),
        "qr": found.qr_text.encode(),
    }


@cache
def trusts() -> Mapping[str, Mapping[str, bytes]]:
    """Trust folders that differ in what they say of the sample."""
    without_lists = {name: data for name, data in HONEST.items() if not name.startswith("status/")}
    stranger = SigningKey.from_seed(KeyRole.STATUS, b"s" * 32)
    other_root = SigningKey.from_seed(KeyRole.ROOT, b"r" * 32)
    span = {"valid_from": datetime.fromisoformat("2025-01-01T00:00:00Z"), "valid_until": NOW}
    roots = samples.trust_files()["root.pem"] + to_pem(
        issue_root(other_root, Subject("示例", "示例"), **span)
    )
    roles = (KeyRole.CREDENTIAL, KeyRole.STATUS, KeyRole.QR, KeyRole.SHEET, KeyRole.RECEIPT)
    revoked = [DidKey(role, KEYS[role].public, NOW) for role in roles]
    return {
        "honest": HONEST,
        "annulled": samples.trust_files(annulled=[1]),
        "superseded": samples.trust_files(superseded=[1]),
        "both": samples.trust_files(annulled=[0, 1], superseded=[1, 2]),
        "no lists": without_lists,
        "a list of a stranger": {
            **HONEST,
            "status/revocation-0.json": samples.status_list(StatusPurpose.REVOCATION, key=stranger),
        },
        "a list twice": {
            **HONEST,
            "status/newer": samples.status_list(
                StatusPurpose.REVOCATION, [1], valid_from=NOW - timedelta(minutes=1)
            ),
        },
        "a witness": {**HONEST, "witnesses": f"quorum 1\n{WITNESS}\n".encode()},
        "witnesses wanted by none": {**HONEST, "witnesses": f"# one\n\n{WITNESS}\n".encode()},
        "keys revoked": {**HONEST, "did.json": did_document(samples.ORIGIN, revoked)},
        "two roots": {**HONEST, "root.pem": roots},
        "another root": {**HONEST, "root.pem": roots[len(samples.trust_files()["root.pem"]) :]},
        "another log": {
            **HONEST,
            "log.vkey": str(VerifierKey(samples.LOG, 1, KEYS[KeyRole.STATUS].public)).encode(),
        },
        "another register": {
            **HONEST,
            "did.json": did_document(
                "https://other.example:8443", [DidKey(role, KEYS[role].public) for role in roles]
            ),
        },
    }


@_kept
def honest_and_otherwise() -> Iterator[Asked]:
    """Every honest form under every trust, and at other times."""
    for of, files in trusts().items():
        for name, form in honest_forms().items():
            yield Asked(f"{name}, trust: {of}", form, files, NOW)
    moments = {
        "before the lists": NOW - timedelta(hours=2),
        "when the lists have ended": NOW + timedelta(days=8),
        "before it was made": samples.REGISTERED_AT - timedelta(days=1),
        "a little before it was signed": SIGNED_AT - CLOCK_SKEW,
        "before it was signed": SIGNED_AT - CLOCK_SKEW - timedelta(seconds=1),
        "a little early": samples.REGISTERED_AT - timedelta(minutes=5),
    }
    for when, moment in moments.items():
        for name in ("pdf", "json", "qr"):
            yield Asked(f"{name}, {when}", honest_forms()[name], HONEST, moment)
    text = samples.forms().qr_text
    for odd in (f" {text}\n", f"\t{text}", "", "示例", "{}", "https://x/q/", "http://", "%PDF-2.0"):
        yield Asked(f"text {odd[:12]!r}", odd, HONEST, NOW)


@_kept
def other_spellings() -> Iterator[Asked]:
    """Every mutation of the malleability suites, as a form or as a trust folder."""
    for form in (CREDENTIAL, RECEIPTS, QR):
        for name, change in form.mutations.items():
            if name != _NOT_CHECKED_THERE:
                yield Asked(f"{form.name}: {name}", change(form.honest), HONEST, NOW)
    witnessed = trusts()["a witness"]
    for name, change in RECEIPTS.mutations.items():
        yield Asked(f"witnessed receipt: {name}", change(RECEIPTS.honest), witnessed, NOW)
    for file, folder_form in _trust_forms():
        for name, change in folder_form.mutations.items():
            files = {**HONEST, file: change(folder_form.honest)}
            yield Asked(f"{file}: {name}", honest_forms()["json"], files, NOW)


def _trust_forms() -> Iterator[tuple[str, Form]]:
    yield "did.json", DID_DOCUMENT
    yield "status/revocation-0.json", STATUS_LIST
    for form in TRUST:
        if form.name != "sheet certificate":
            yield form.name.removeprefix("trust/"), form


@_kept
def resigned_lies() -> Iterator[Asked]:
    """Each member of a credential changed or left out, signed by the register's own key all the same."""
    body: dict[str, Json] = json.loads(canonical_json(credential_body(samples.statement())))
    for path in _paths(body):
        lies: tuple[Json, ...] = ("x", None, [{}])
        for lie in lies:
            yield Asked(f"{path} = {lie!r}", _signed(_with(body, path, lie)), HONEST, NOW)
        yield Asked(f"{path} left out", _signed(_with(body, path, None, leave_out=True)), HONEST, NOW)
    for role in (KeyRole.STATUS, KeyRole.QR, KeyRole.LOG):
        for named in (role, KeyRole.CREDENTIAL):
            yield Asked(f"signed by {role} as {named}", _signed(body, KEYS[role], named), HONEST, NOW)
    yield Asked(
        "numbers", _signed({**body, "more": [1, -0.5, 1e21, 1.5e-7, 2**53 - 1, "\u2028\x7f/"]}), HONEST, NOW
    )


def _paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value)
    for name, inner in members:
        yield (*path, name)
        if isinstance(inner, dict | list):
            yield from _paths(inner, (*path, name))


def _with(body: Json, path: tuple[str | int, ...], value: Json, *, leave_out: bool = False) -> Any:
    copy = json.loads(json.dumps(body))
    inner = copy
    for step in path[:-1]:
        inner = inner[step]
    if leave_out:
        del inner[path[-1]]
    else:
        inner[path[-1]] = value
    return copy


def _signed(body: Any, key: SigningKey = KEYS[KeyRole.CREDENTIAL], role: str = "credential") -> bytes:
    method = f"{samples.DID}#{role}-{key.key_id}"
    return canonical_json(sign_document(body, key, method=method, created_at=samples.REGISTERED_AT))


@_kept
def other_receipts() -> Iterator[Asked]:
    """Receipts that lead elsewhere, open something else, or are cosigned by others."""
    receipt = parse_receipt(samples.statement().holder_receipt)
    public = parse_receipt(samples.public_receipt(RECORD, witnessed=True))
    note = public.checkpoint
    stranger = SigningKey.from_seed(KeyRole.LOG, b"l" * 32)
    changed = {
        "other index": replace(receipt, index=0),
        "huge index": replace(receipt, index=(1 << 62) + 1),
        "other hash": replace(receipt, proof=(bytes(32),)),
        "no hash": replace(receipt, proof=()),
        "hash more": replace(receipt, proof=(*receipt.proof, bytes(32))),
        "other opening": replace(receipt, extra=receipt.extra.replace("电工".encode(), "焊工".encode())),
        "opens nothing": Receipt(receipt.index, receipt.proof, receipt.checkpoint),
        "other log": parse_receipt(samples.public_receipt(RECORD, log_key=stranger)),
        "other record": parse_receipt(samples.public_receipt(samples.named("示例乙"))),
        "other tree size": replace(
            public, checkpoint=replace(note, text=note.text.replace("\n2\n", "\n3\n"))
        ),
        "cosigned twice": replace(
            public, checkpoint=cosign(note, WITNESS.name, KEYS[KeyRole.WITNESS], 1_760_000_001)
        ),
        "cosigned far in the future": replace(
            parse_receipt(samples.public_receipt(RECORD)),
            checkpoint=cosign(
                parse_receipt(samples.public_receipt(RECORD)).checkpoint,
                WITNESS.name,
                KEYS[KeyRole.WITNESS],
                (1 << 64) - 1,
            ),
        ),
    }
    for trust in ("honest", "a witness"):
        files = trusts()[trust]
        for name, each in changed.items():
            yield Asked(f"receipt: {name}, trust: {trust}", each.to_bytes(), files, NOW)
    other = samples.statement(replace(samples.named("示例乙"), number="S000043990001253000002"))
    evidence = credential_body(other)["evidence"]
    borrowed = _signed({**credential_body(samples.statement()), "evidence": evidence})
    yield Asked("credential with another's receipt", borrowed, HONEST, NOW)


@_kept
def other_sheets() -> Iterator[Asked]:
    """Sheets that were signed over something else, by somebody else, or at another time."""
    honest, qr = samples.forms(), samples.forms().qr_text
    sample = samples.statement()
    other = samples.statement(replace(RECORD, number="S000043990001253000002"))

    def drawn(credential: bytes = honest.credential) -> bytes:
        content = SheetContent(qr, credential, KEYS[KeyRole.SHEET].key_id)
        return samples.printer().draw(sample, content)

    def signed(
        pdf: bytes, key: SigningKey = KEYS[KeyRole.SHEET], certificate: bytes = SHEET_CERTIFICATE
    ) -> bytes:
        return sign_pdf(pdf, key, certificate, signed_at=SIGNED_AT)

    plain = drawn()
    stranger = SigningKey.from_seed(KeyRole.SHEET, b"t" * 32)
    span = {"valid_from": SIGNED_AT + timedelta(days=1), "valid_until": SIGNED_AT + timedelta(days=2)}
    root = KEYS[KeyRole.ROOT]
    name = Subject("示例", "示例")
    late = issue_sheet_certificate(KEYS[KeyRole.SHEET].public, name, root, samples.ROOT, **span)
    own_root = SigningKey.from_seed(KeyRole.ROOT, b"q" * 32)
    span = {"valid_from": SIGNED_AT - timedelta(days=9), "valid_until": SIGNED_AT + timedelta(days=9)}
    own_der = issue_root(own_root, name, **span)
    own = issue_sheet_certificate(stranger.public, name, own_root, own_der, **span)
    pdfs = {
        "unsigned": plain,
        "appended": honest.pdf + b"\n",
        "cut": honest.pdf[:-1],
        "with an update": samples.with_attachment(honest.pdf),
        "signed twice": honest.pdf + honest.pdf[-2000:],
        "with another's credential": signed(drawn(samples.make_credential(other, FORM_KEYS))),
        "with an altered credential": signed(drawn(honest.credential.replace(b"3000001", b"3000003"))),
        "with no credential": signed(drawn(b"{}")),
        "with two attachments": signed(samples.with_attachment(plain)),
        "by a key that is not the certificate's": signed(plain, stranger),
        "by a stranger with his own chain": signed(plain, stranger, own),
        "by the root": signed(plain, certificate=samples.ROOT),
        "by a certificate that begins later": signed(plain, certificate=late),
        "of a range that begins late": honest.pdf.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
        "of a doubled range": honest.pdf.replace(b"/ByteRange [", b"/ByteRange  ["),
        "of another time": honest.pdf.replace(b"20250921080000Z", b"20250921080001Z"),
        "of a reconciliation": signed(
            ReportPrinter().draw(sample_reports.report(), lambda code: (code, code))
        ),
        "of no time": honest.pdf.replace(b"20250921080000Z", b"20251321080000Z"),
    }
    for what, pdf in pdfs.items():
        yield Asked(f"pdf {what}", pdf, HONEST, NOW)


@_kept
def changed_bytes() -> Iterator[Asked]:
    """Each form with a byte changed, put in, left out or moved, and cut short, by a seeded hand."""
    random = Random(_SEED)
    for name, times in _FLIPS.items():
        form = honest_forms()[name]
        for number in range(times):
            at, change = random.randrange(len(form)), random.randrange(1, 256)
            kind = ("flip", "put in", "leave out", "cut", "swap")[number % 5]
            altered = {
                "flip": form[:at] + bytes([form[at] ^ change]) + form[at + 1 :],
                "put in": form[:at] + bytes([change]) + form[at:],
                "leave out": form[:at] + form[at + 1 :],
                "cut": form[:at],
                "swap": form[:at] + form[at + 1 : at + 2] + form[at : at + 1] + form[at + 2 :],
            }[kind]
            yield Asked(f"{name}: {kind} at {at} ({change})", altered, HONEST, NOW)


@_kept
def changed_containers() -> Iterator[Asked]:
    """The sheet's signature container with a byte changed: what only a strict reader of DER notices."""
    random = Random(_SEED + 1)
    form = honest_forms()["pdf"]
    start = form.rindex(b"/Contents <") + len(b"/Contents <")
    end = form.index(b">", start)
    length = len(bytes.fromhex(form[start:end].decode()).rstrip(b"\0"))
    for _ in range(_CONTAINER_FLIPS):
        at, change = random.randrange(length), random.randrange(1, 256)
        container = bytearray.fromhex(form[start:end].decode())
        container[at] ^= change
        altered = form[:start] + container.hex().upper().encode() + form[end:]
        yield Asked(f"container: byte {at} ({change})", altered, HONEST, NOW)
    for name, hexadecimal in {
        "in small letters": form[start:end].lower(),
        "no number": b"ZZ" + form[start + 2 : end],
        "empty": b"0" * (end - start),
        "padding that is none": form[start : end - 2] + b"01",
    }.items():
        yield Asked(f"container: {name}", form[:start] + hexadecimal + form[end:], HONEST, NOW)


@_kept
def other_statements() -> Iterator[Asked]:
    """Verification receipts: honest, reworded, contradicting themselves, each member changed."""
    key = KEYS[KeyRole.RECEIPT]
    honest = {"valid": STATEMENT, "not found": NOT_FOUND, "forged": FORGED}
    for name, statement in honest.items():
        for of in ("honest", "a witness", "keys revoked", "another log", "another register"):
            yield Asked(f"statement: {name}, trust: {of}", receipt(statement), trusts()[of], NOW)
        yield Asked(
            f"statement: {name}, early", receipt(statement), HONEST, CHECKED_AT - timedelta(minutes=6)
        )
    for name, change in {**JSON_SPELLINGS, **PROOF_SPELLINGS}.items():
        if name == "proof without context":
            continue
        yield Asked(f"statement: {name}", change(receipt()), HONEST, NOW)
    first, *_ = STATEMENT.status_lists
    contradictions = {
        "entry behind": replace(STATEMENT, certificate=replace(HELD, entry_index=2)),
        "given behind": replace(STATEMENT, given=replace(STATEMENT.given, entry_index=2)),
        "list name": replace(STATEMENT, status_lists=(replace(first, name="other-0"),)),
        "list from later": replace(STATEMENT, status_lists=(replace(first, valid_from=NOW),)),
        "failed steps": replace(STATEMENT, steps=FORGED.steps),
        "no certificate": replace(STATEMENT, certificate=None, filings=None),
        "name not compared": replace(STATEMENT, name_match=None),
        "another number": replace(STATEMENT, given=NOT_FOUND.given),
        "found after all": replace(NOT_FOUND, certificate=HELD),
        "good steps": replace(FORGED, steps=STATEMENT.steps),
        "other tree": replace(STATEMENT, checkpoint=STATEMENT.checkpoint.replace("\n2\n", "\n3\n")),
        "no note": replace(STATEMENT, checkpoint="no note"),
        "witnessed": replace(STATEMENT, checkpoint=WITNESSED),
        **{f"concluded {each}": replace(STATEMENT, conclusion=each) for each in StatedConclusion},
    }
    for name, statement in contradictions.items():
        yield Asked(f"statement: {name}", receipt(statement), HONEST, NOW)
    yield Asked(
        "statement: witnessed as wanted", receipt(contradictions["witnessed"]), trusts()["a witness"], NOW
    )
    body = statement_json(STATEMENT)
    lies: tuple[Json, ...] = ("", None, True, "0999-02-30")
    for path in _paths(body):
        for lie in lies:
            changed = _with(body, path, lie)
            signed = sign_document(
                changed, key, method=f"{samples.DID}#receipt-{key.key_id}", created_at=CHECKED_AT
            )
            yield Asked(f"statement: {path} = {lie!r}", canonical_json(signed), HONEST, NOW)
    yield Asked("statement: too long", receipt() + b" " * (1 << 16), HONEST, NOW)


@_kept
def sheets_for_viewers() -> Iterator[Asked]:
    """Sheets with another signature, for viewers: where it belongs, elsewhere, damaged, alone."""
    both = viewers.BOTH
    first = both.index(b"/Contents <") + len(b"/Contents <")
    posing = SigningKey.from_seed(KeyRole.SHEET, b"u" * 32)
    end = both.index(b"%%EOF", first) + len(b"%%EOF\n")
    two = viewers.with_viewer_signature(viewers.UNSIGNED, viewers.VIEWER, MDPPerm.FILL_FORMS)
    pdfs = {
        "of both": both,
        "of both, appended": both + b"\n",
        "of both, the viewers' emptied": both[:first] + b"0" * 4096 + both[first + 4096 :],
        "of the viewers alone": both[:end],
        "of the viewers behind": viewers.with_viewer_signature(samples.forms().pdf, viewers.VIEWER),
        "of both and another": viewers.with_viewer_signature(both, viewers.STRANGER),
        "of three": viewers.signed(None, viewers.with_viewer_signature(two, viewers.STRANGER)),
        "by the viewers' certificate": sign_pdf(
            viewers.UNSIGNED, posing, viewers.VIEWER.certificate, signed_at=SIGNED_AT
        ),
    }
    for what, pdf in pdfs.items():
        yield Asked(f"pdf {what}", pdf, HONEST, NOW)
    random = Random(_SEED + 2)
    for _ in range(12):
        at = random.randrange(len(both))
        yield Asked(
            f"pdf of both: flip at {at}", both[:at] + bytes([both[at] ^ 1]) + both[at + 1 :], HONEST, NOW
        )
