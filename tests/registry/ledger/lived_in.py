"""A register in which everything happened once: every kind of entry, and a row in every table."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

from registry.filing.model import BureauPeriod
from registry.ledger.append import append_approval, append_keys
from registry.ledger.entries import ActKind, signed
from registry.ledger.key_history import Custody, retirement
from registry.review.decide import Decision, propose_approval, rows_to_approve
from registry.review.record import DecisionKind, DecisionRecord, signed_decision
from registry.review.sample import DrawnFor, SampleResult
from registry.rules.retention import LEAST_DAYS, Kept
from registry.status import publish_status_lists
from registry.storage.batch_rows import (
    BATCH_TABLE,
    FORMS_TABLE,
    BatchRows,
    StoredBatch,
    StoredBatchRow,
    insert_batch,
    insert_return,
    row_key,
)
from registry.storage.batch_seal import bound_batch, bound_row
from registry.storage.disposal_rows import Due, dispose
from registry.storage.sql import KeptReader
from signing.commitment import new_seed
from signing.encoding import b64url_encode, canonical_json, rfc3339
from signing.keys import KeyRole
from tests.registry.ledger.builders import (
    CHANGSHA,
    ORIGIN,
    PREFIX,
    START,
    ZHUZHOU,
    SmallRegister,
    a_filing,
    a_record,
    around,
    seeded_key,
    small_register,
)

STATUS_KEY = seeded_key(KeyRole.STATUS, 6)
SECOND_LOG_KEY = seeded_key(KeyRole.LOG, 7)
UPLOADED, RETURNED, DISPOSED = b"\x0a" * 16, b"\x0b" * 16, b"\x0c" * 16


def lived_in(directory: Path, *, database_url: str = "") -> SmallRegister:
    """Batches, corrections, annulments, status lists, a filing that moved, and keys that were rotated."""
    register = small_register(directory, database_url=database_url)
    register.introduce(STATUS_KEY)
    first = register.approve([a_record(serial) for serial in range(1, 281)], 1).first_index + 1
    register.act(first, ActKind.REISSUED, reason="lost_or_damaged")
    register.act(first + 1, ActKind.ANNULLED)
    register.act(first + 1, ActKind.REINSTATED)
    register.act(
        first + 2,
        ActKind.ANNULLED,
        authority="court",
        document=b64url_encode(b"d" * 32),
        request=b64url_encode(b"r" * 16),
    )
    publish(register)
    register.act(first + 3, ActKind.SUPERSEDED, by=first + 4)
    correct(register, first + 5)
    correct(register, first + 5)
    register.act(first + 6, ActKind.ERASED)
    upload(register, UPLOADED)
    approve_uploaded(register)
    publish(register)
    give_back(register, RETURNED)
    give_back(register, DISPOSED)
    dispose_of(register)
    move_filing(register)
    rotate_log_key(register)
    return register


def give_back(register: SmallRegister, identity: bytes) -> None:
    """A batch that is received and returned."""
    upload(register, identity)
    record = signed_decision(replace(a_return(), batch=identity), None, register.bureau, ORIGIN)
    insert_return(register.engine, identity, rfc3339(START), canonical_json(record).decode())


def dispose_of(register: SmallRegister) -> None:
    """The third batch has been kept for its time."""
    kept = KeptReader(register.engine)
    batch = BatchRows(kept).batch(DISPOSED)
    kept.close()
    assert batch is not None
    days = LEAST_DAYS[Kept.RETURNED]
    due = Due(DISPOSED, Kept.RETURNED, rfc3339(START))
    over = rfc3339(START + timedelta(days=days))
    dispose(register.engine, register.vault, due, batch, days=days, disposed_at=over)


def a_return() -> DecisionRecord:
    """The record of the return of a batch of four rows."""
    return DecisionRecord(
        kind=DecisionKind.RETURNED,
        batch=RETURNED,
        institution=PREFIX,
        bureau=CHANGSHA,
        rows=4,
        refused=1,
        prepared_by="anna",
        confirmed_by="berta",
        signed_by="anna",
        custody=Custody.BUREAU,
        signed_at=START,
        rejected={3: "score_missing"},
        reason="sample_discrepancy",
        samples={DrawnFor.BUREAU: SampleResult(b"s" * 32, 10, 2, (3, 6), (3, 6), {3: "score_differs"})},
    )


def publish(register: SmallRegister) -> None:
    """Publishes the status lists that changed."""
    with register.reader() as reader:
        publish_status_lists(
            register.writer,
            reader,
            key=STATUS_KEY,
            web_origin=register.places.web_origin,
            now=register.clock().replace(microsecond=0),
        )


def correct(register: SmallRegister, certificate: int) -> None:
    """Corrects the name of a certificate's holder."""
    with register.reader() as reader:
        number = reader.records.number_of(certificate)
    assert number is not None
    register.correct(certificate, a_record(1, number=number, name="示例乙"))


def upload(register: SmallRegister, identity: bytes) -> None:
    """A batch of four rows as it is received: the second is refused, the third flagged."""
    vault, salt = register.vault, identity * 2
    rows = []
    for row in range(3, 7):
        refused = row == 4
        serial = 5000 + row + {UPLOADED: 0, RETURNED: 100, DISPOSED: 200}[identity]
        sealed = vault.seal_record(BATCH_TABLE, row_key(identity, row), a_record(serial), new_seed())
        if refused:
            sealed = vault.seal_json(BATCH_TABLE, row_key(identity, row), "sealed", ["示例丁"])
        stored = StoredBatchRow(row, refused, row == 5, "[]", sealed)
        rows.append(bound_row(vault, identity, stored))
    form5, form4 = b"a workbook of " + identity, b"its compliance sheet " + identity
    batch = StoredBatch(
        id=identity,
        prefix=PREFIX,
        received_on="2026-01-05",
        received_at=rfc3339(START),
        form5_name="form5.xlsx",
        form4_name="form4.xlsx",
        form5=vault.seal(FORMS_TABLE, identity, "form5", form5),
        form4=vault.seal(FORMS_TABLE, identity, "form4", form4),
        salt=salt,
        form5_mac=vault.file_mac(salt, form5),
        form4_mac=vault.file_mac(salt, form4),
        findings="[]",
        legacy="示例市2023年审核" if identity == UPLOADED else "",
        row_count=len(rows),
        previous=UPLOADED if identity == RETURNED else None,
        upload_mac=vault.upload_mac(identity),
        plan="示例计划2026-01",
        overview='{"rows":4}',
        row_index=b"packed rows of " + identity,
    )
    insert_batch(register.engine, bound_batch(vault, batch), rows)


def approve_uploaded(register: SmallRegister) -> None:
    """The bureau's approval of the uploaded batch, through the review's own functions."""
    kept = KeptReader(register.engine)
    batches = BatchRows(kept)
    batch = batches.batch(UPLOADED)
    assert batch is not None
    rows = rows_to_approve(batch, batches.rows(UPLOADED), Decision(accepted_flags=frozenset({5})))
    kept.close()
    proposed = propose_approval(
        batch,
        rows,
        bureau=CHANGSHA,
        vault=register.vault,
        today=date(2026, 1, 5),
    )
    record = DecisionRecord(
        kind=DecisionKind.APPROVED,
        batch=UPLOADED,
        institution=PREFIX,
        bureau=CHANGSHA,
        rows=4,
        refused=1,
        prepared_by="anna",
        signed_by="berta",
        custody=Custody.BUREAU,
        signed_at=START,
        accepted={5: "late_justified"},
    )
    decision = signed_decision(record, proposed.content, register.bureau, ORIGIN)
    append_approval(register.writer, decision, proposed.certificates)


def move_filing(register: SmallRegister) -> None:
    """The filing passes to another bureau, which approves from then on."""
    before = a_filing()
    after = replace(before, bureaus=(*before.bureaus, BureauPeriod(ZHUZHOU, date(2026, 2, 1))))
    register.file(before, after)
    register.clock.now = START + timedelta(days=40)
    certificates = register.prepared([a_record(7001)])
    other = register.other_bureau
    content = register.approval(certificates, 7, bureau=ZHUZHOU, key=other.key_id)
    append_approval(register.writer, around(signed(content, other, ORIGIN), other), certificates)


def rotate_log_key(register: SmallRegister) -> None:
    """The new log key signs beside the old one, then alone, once the old one is retired."""
    old = register.log_key
    register.writer = register.new_writer(old, SECOND_LOG_KEY)
    register.introduce(SECOND_LOG_KEY)
    register.introduce(seeded_key(KeyRole.QR, 8))
    gone = retirement(log_origin=ORIGIN, identity=old.key_id, root=register.root, reason="rotated")
    append_keys(register.writer, [gone])
    register.log_key = SECOND_LOG_KEY
