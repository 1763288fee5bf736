"""The append that takes something away: a certificate is erased, and its act stays.

In one transaction: the act, that it was erased and why, where everything lay that was sealed, and the
deletion itself. If we die before it commits, nothing happened; if after, the keys are still to be taken out
of the key file, which `registry.erasing` does from what is written here, as often as need be.

Source: 个人信息保护法 art. 47.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from registry.ledger.append import admitted_act
from registry.ledger.entries import ActKind, Entry, EntryType, number, stamped
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.writer import Addition, LogHead, LogWriter, Published, TableRows
from registry.rules.legal_grounds import LegalGround
from registry.storage.batch_rows import BATCH_TABLE, FORMS_TABLE, row_key
from registry.storage.erasure_rows import (
    ERASURE_COLUMNS,
    PLACE_COLUMNS,
    RECORD_TABLE,
    Forgetting,
)
from registry.storage.erasure_seal import ERASURE_TABLE, erasure_mac, place_values
from registry.storage.record_rows import StoredVersion
from registry.storage.vault import Place, Vault

DOCUMENT_BYTES = 32


@dataclass(frozen=True)
class Order:
    """Why a certificate is erased. `document` is the SHA-256 of the paper that says so."""

    ground: LegalGround
    document: bytes


def append_erasure(
    writer: LogWriter, content: Entry, order: Order, forgetting: Forgetting, *, vault: Vault
) -> Published:
    """Records the act and deletes record, seed, blind indexes and uploads of the certificate.

    Raises: NotAdmitted, MalformedEntry, WriterBusy, GuardMismatch, GuardMissing.
    """
    if len(order.document) != DOCUMENT_BYTES:
        raise MalformedEntry("document")

    def admit(head: LogHead) -> Addition:
        certificate, at = number(content, "index"), head.next_index
        link = admitted_act(head, content, writer.origin)
        versions = head.ledger.records.versions(forgetting.number)
        if link.act is not ActKind.ERASED or {each.certificate for each in versions} != {certificate}:
            raise NotAdmitted(Refusal.RECORD_DIFFERS)
        mac = vault.erased_number(forgetting.number)
        places = erased_places(versions, forgetting)
        told = (mac, order.ground.value, order.document)
        bound = erasure_mac(vault, certificate, (*told, place_values(places)))
        rows = [
            TableRows("act", ("idx", "certificate", "ordinal"), [(at, certificate, None)]),
            TableRows(ERASURE_TABLE, ERASURE_COLUMNS, [(at, certificate, *told, bound)]),
            TableRows("erased_place", PLACE_COLUMNS, [(at, *place) for place in places]),
        ]
        return Addition([stamped(content, head.at)], [(at, EntryType.ACT)], rows, forgetting)

    return writer.append(admit)


def erased_places(versions: Sequence[StoredVersion], forgetting: Forgetting) -> list[Place]:
    """Every sealed value that goes."""
    return [
        *(Place(RECORD_TABLE, each.commitment, "sealed") for each in versions),
        *(Place(BATCH_TABLE, row_key(batch, row), "sealed") for batch, row in forgetting.rows),
        *(Place(FORMS_TABLE, each.id, "form5") for each in forgetting.batches),
    ]
