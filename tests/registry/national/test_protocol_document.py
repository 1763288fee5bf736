"""The worked example of docs/national-protocol.md, computed anew from the keys and values that it names."""

import gzip
import re
from datetime import date
from pathlib import Path

import registry
from registry.national.holdings_messages import (
    HeldRange,
    HoldingsAnswer,
    holdings_bytes,
)
from registry.national.http_signatures import (
    content_digest,
    request_message,
    response_message,
    sign,
    signature_base,
)
from registry.national.objects import BatchId
from registry.national.protocol import (
    JSON_TYPE,
    REQUEST_COMPONENTS,
    RESPONSE_COMPONENTS,
    STATUS_PATH,
    TAG,
    batch_content,
    make_batch,
)
from registry.national.reasons import RowReason
from registry.national.receipts import Accepted, Receipt, Rejected, receipt_bytes, status_question
from registry.national.rows import CertificateRow, Reference, Row, RowAct, RowState, row_bytes
from registry.national.structured_fields import InnerList, parse_dictionary
from registry.storage.vault import Vault
from signing.commitment import Seed, commitment
from signing.encoding import b64url_encode
from tests.builders.records import a_record
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY, Holdings, an_institution

DOCUMENT = Path(registry.__file__).parent.parent / "docs" / "national-protocol.md"
SEED = Seed(bytes(range(32)))
NONCE = bytes(range(16, 32))
VAULT = Vault(record_keys={"1": bytes(32)}, blind_key=SEED)
REFERENCE = Reference(VAULT.network_reference(VAULT.erased_number(a_record().number)))
ROWS: tuple[Row, ...] = (
    an_institution(entry=5),
    CertificateRow(REFERENCE, 1, RowState.VALID, RowAct.ISSUED, 7, commitment(a_record(), SEED), a_record()),
)
BATCH = make_batch(
    BatchId(b64url_encode(bytes(range(16)))), BatchId(""), 5, 7, [row_bytes(each) for each in ROWS]
)


def receipt_example() -> str:
    """A receipt in which one row is taken and one turned back, and the fields of its signature."""
    results = (Accepted(date(2026, 3, 2)), Rejected(RowReason.NUMBER_TAKEN, "该编号已登记在另一证书名下"))
    receipt = Receipt(BATCH.manifest.batch, 2, BATCH.manifest.root, 1, NOON, results)
    body = receipt_bytes(receipt)
    fields = {"content-type": JSON_TYPE, "content-digest": content_digest(body)}
    message = response_message(200, fields.items())
    fields |= sign(message, RESPONSE_COMPONENTS, NETWORK_KEY, NOON, tag=TAG)
    return "\n".join([body.decode(), *(f"{name}: {value}" for name, value in fields.items())])


def question_example() -> str:
    """A signed question: its body, the base of the signature and the two fields that carry it."""
    body = status_question(NONCE)
    fields = {"content-type": JSON_TYPE, "content-digest": content_digest(body)}
    message = request_message("POST", "network.example", STATUS_PATH, scheme="https", fields=fields.items())
    signed = sign(message, REQUEST_COMPONENTS, PROVINCE_KEY, NOON, tag=TAG)
    (inner,) = parse_dictionary(signed["signature-input"]).values()
    assert isinstance(inner, InnerList)
    base = signature_base(message, inner).decode()
    return "\n".join([body.decode(), "", base, "", *(f"{name}: {value}" for name, value in signed.items())])


def holdings_example() -> str:
    """The answer about everything, with leaves."""
    holdings = Holdings(each.held for each in ROWS)
    everything = HeldRange(holdings.range(), tuple(holdings.held()))
    answer = HoldingsAnswer(NONCE, (everything,), 1, BATCH.manifest.batch, NOON)
    return holdings_bytes(answer).decode()


EXAMPLES = {
    "REFERENCE": b64url_encode(REFERENCE),
    "BATCH": gzip.decompress(batch_content(BATCH)).decode().rstrip("\n"),
    "RECEIPT": receipt_example(),
    "QUESTION": question_example(),
    "HOLDINGS": holdings_example(),
}


def test_the_worked_example_is_what_the_product_sends_and_signs() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    _, example = text.split("## A worked example\n")
    assert re.findall(r"```\n(.*?)\n```", example, flags=re.DOTALL) == list(EXAMPLES.values())


def test_the_document_names_every_code_of_ours() -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    assert [each.value for each in RowReason if f"`{each.value}`" not in text] == []
