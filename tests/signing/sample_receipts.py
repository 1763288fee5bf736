"""An invented verification receipt, for the tests of its format."""

from dataclasses import replace
from datetime import date, timedelta

from signing.inclusion import leaf_hash, node_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, cosign, sign_checkpoint
from signing.outcomes import failed, passed
from signing.verification_receipt import build_verification_receipt
from signing.verification_statement import (
    Given,
    GivenKind,
    Question,
    StatedCertificate,
    StatedConclusion,
    StatedFiling,
    StatedFilings,
    StatedStatusList,
    VerificationStatement,
    stated_steps,
)
from tests.signing.sample_forms import DID, KEYS, LOG, NOW, RECORD, WITNESS, certificate_entry

CHECKED_AT = NOW - timedelta(days=1)
_HEAD = Checkpoint(LOG, 2, node_hash(leaf_hash(b"first"), leaf_hash(certificate_entry(RECORD))))
_NOTE = sign_checkpoint(_HEAD, [KEYS[KeyRole.LOG]])
CHECKPOINT = _NOTE.to_bytes().decode()
WITNESSED = cosign(_NOTE, WITNESS.name, KEYS[KeyRole.WITNESS], 1_760_000_000).to_bytes().decode()
_FILING = StatedFiling(date(2025, 9, 1), "filed", "示例评价机构", True)
HELD = StatedCertificate(
    number=RECORD.number,
    version=1,
    entry_index=1,
    masked_name=RECORD.masked_name,
    occupation_code=RECORD.occupation_code,
    occupation=RECORD.occupation,
    job="",
    level=3,
    issued_on=date(2025, 9, 1),
    replaced_by="",
)
# A file of the holder, checked with the name.
STATEMENT = VerificationStatement(
    issuer=DID,
    register_name="示例省职业技能等级证书登记平台",
    checked_at=CHECKED_AT,
    given=Given(GivenKind.PDF, "", "ab" * 32, 1, 1),
    conclusion=StatedConclusion.AUTHENTIC_AND_IN_FORCE,
    steps=(
        *stated_steps(Question.SIGNED, (passed("credential_read"), passed("credential_signed"))),
        *stated_steps(Question.REGISTERED, (passed("receipt_read"), passed("entry_in_log"))),
        *stated_steps(Question.IN_FORCE, (passed("not_annulled"), passed("not_superseded"))),
    ),
    checkpoint=CHECKPOINT,
    name_match=True,
    name=RECORD.name,
    certificate=HELD,
    filings=StatedFilings(
        RECORD.institution, _FILING, replace(_FILING, on=date(2025, 9, 30), state="withdrawn")
    ),
    status_lists=(
        StatedStatusList("revocation-0", "cd" * 32, CHECKED_AT - timedelta(hours=1)),
        StatedStatusList("supersession-0", "ef" * 32, CHECKED_AT - timedelta(hours=1)),
    ),
)
NOT_FOUND = VerificationStatement(
    issuer=DID,
    register_name=STATEMENT.register_name,
    checked_at=CHECKED_AT,
    given=Given(GivenKind.NUMBER, "S000043990001253000009"),
    conclusion=StatedConclusion.NOT_FOUND,
    steps=stated_steps(Question.REGISTERED, (failed("number_registered", "not_found"),)),
    checkpoint=CHECKPOINT,
)
FORGED = replace(
    STATEMENT,
    conclusion=StatedConclusion.NOT_AUTHENTIC,
    given=Given(GivenKind.PDF, "", "ab" * 32),
    steps=stated_steps(Question.SIGNED, (failed("pdf_signature_intact", "content_changed"),)),
    name_match=None,
    name="",
    certificate=None,
    filings=None,
    status_lists=(),
)


def receipt(statement: VerificationStatement = STATEMENT, key: SigningKey = KEYS[KeyRole.RECEIPT]) -> bytes:
    """The signed receipt of a statement."""
    return build_verification_receipt(statement, key)


def reworded(data: bytes, old: str, new: str) -> bytes:
    """The receipt with one text exchanged, its signature left as it is."""
    assert old.encode() in data
    return data.replace(old.encode(), new.encode(), 1)
