"""The append that takes something away: a certificate is erased, and its act stays.

In one transaction: the act, that it was erased and why, where everything lay that was sealed, the number
(sealed, for the national network, until that has confirmed the removal), and the deletion itself. If we die
before it commits, nothing happened; if after, the keys are still to be taken out of the key file, which
`registry.erasing` does from what is written here, as often as need be.

Source: 个人信息保护法 art. 47.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.ledger.append import admitted_act
from registry.ledger.entries import ActKind, Entry, EntryType, number, stamped
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.writer import Addition, LogHead, LogWriter, Published, TableRows
from registry.rules.legal_grounds import LegalGround
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, StoredBatch, row_key
from registry.storage.erasure_rows import (
    ERASURE_COLUMNS,
    PLACE_COLUMNS,
    RECORD_TABLE,
    REMOVAL_COLUMNS,
    REMOVAL_TABLE,
    Forgetting,
    removal_place,
)
from registry.storage.erasure_seal import ERASURE_TABLE, erasure_mac, place_values
from registry.storage.record_rows import StoredVersion
from registry.storage.vault import Place, Vault

DOCUMENT_BYTES = 32


@dataclass(frozen=True)
class Uploads:
    """Where a number stands in what institutions uploaded: its rows, and the batches whose Form 5 has it.

    The batches are as they are to be kept.
    """

    rows: Sequence[tuple[bytes, int]] = ()
    batches: Sequence[StoredBatch] = ()


@dataclass(frozen=True)
class Erasing:
    """What is to be erased, and on which ground. `document` is the SHA-256 of the paper that orders it."""

    number: str
    ground: LegalGround
    document: bytes
    uploads: Uploads


def append_erasure(writer: LogWriter, content: Entry, erasing: Erasing, vault: Vault) -> Published:
    """Records the act and deletes record, seed, blind indexes and uploads of the certificate.

    Raises: NotAdmitted, MalformedEntry, WriterBusy, GuardMismatch, GuardMissing.
    """
    if len(erasing.document) != DOCUMENT_BYTES:
        raise MalformedEntry("document")

    def admit(head: LogHead) -> Addition:
        certificate, at = number(content, "index"), head.next_index
        link = admitted_act(head, content, writer.origin)
        versions = head.ledger.records.versions(erasing.number)
        if link.act is not ActKind.ERASED or {each.certificate for each in versions} != {certificate}:
            raise NotAdmitted(Refusal.RECORD_DIFFERS)
        mac = vault.erased_number(erasing.number)
        sealed = vault.seal(*removal_place(certificate), erasing.number.encode())
        places = erased_places(versions, erasing.uploads)
        told = (mac, erasing.ground.value, erasing.document)
        bound = erasure_mac(vault, certificate, (*told, place_values(places)))
        rows = [
            TableRows("act", ("idx", "certificate", "ordinal"), [(at, certificate, None)]),
            TableRows(ERASURE_TABLE, ERASURE_COLUMNS, [(at, certificate, *told, bound)]),
            TableRows("erased_place", PLACE_COLUMNS, [(at, *place) for place in places]),
            TableRows(REMOVAL_TABLE, REMOVAL_COLUMNS, [(certificate, sealed)]),
        ]
        forgetting = Forgetting(erasing.number, erasing.uploads.rows, erasing.uploads.batches)
        return Addition([stamped(content, head.at)], [(at, EntryType.ACT)], rows, forgetting)

    return writer.append(admit)


def erased_places(versions: Sequence[StoredVersion], uploads: Uploads) -> list[Place]:
    """Every sealed value that goes."""
    return [
        *(Place(RECORD_TABLE, each.commitment, "sealed") for each in versions),
        *(Place(BATCH_TABLE, row_key(batch, row), "sealed") for batch, row in uploads.rows),
        *(Place(FORMS_TABLE, each.id, "form5") for each in uploads.batches),
    ]
