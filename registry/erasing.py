"""Erasing a certificate: everything about its holder goes, and that it was erased stays.

What is reached, in this order; each step is found undone and done again by whoever comes after a death:

1. the act and the deletion, one transaction (`registry.ledger.append_erasure`)
2. the key of every deleted value is taken out of the key file: now no backup of the database opens either
3. the freed space of the database is cleared, as far as this process may do that
4. followers remove what they hold: the search index, and the national network by a version without record

The number goes with the rest: the network knows the certificate by a keyed reference, so it can be told, and
told again after it restored a backup, although nobody here knows the number any more.

Source: 个人信息保护法 art. 47.
"""

from collections.abc import Iterator
from dataclasses import replace

from sqlalchemy.engine import Engine

from registry.custody.keys import RegisterKeys
from registry.intake.refused_rows import open_cells
from registry.ledger.append_erasure import Order, append_erasure
from registry.ledger.entries import ActKind, signed
from registry.ledger.writer import LogWriter, Published
from registry.lookup import LookUp
from registry.places import Places
from registry.review.acts import ActReason, act_content
from registry.review.errors import CertificateUnknown
from registry.storage.batch_rows import BATCH_TABLE, BatchRows, StoredBatch, row_key
from registry.storage.batch_seal import bound_batch
from registry.storage.erasure_rows import ErasureRows, Forgetting, StoredErasure
from registry.storage.traces import clear_freed_space, files_with, rewrite
from registry.storage.vault import Vault
from signing.keys import SigningKey

_PREFIX_CHARACTERS = 13


def erasure_of(look_up: LookUp, number: str) -> StoredErasure | None:
    """The erasure of the certificate that had this number."""
    return look_up.ledger.erasures.of_number(look_up.vault.erased_number(number))


def erase(
    look_up: LookUp,
    writer: LogWriter,
    batches: BatchRows,
    number: str,
    order: Order,
    *,
    bureau_key: SigningKey,
    bureau: str,
) -> tuple[Published, Forgetting]:
    """Step 1, under the key of the certificate's bureau or of the province.

    Raises: CertificateUnknown, NotAdmitted, SealBroken.
    """
    found = look_up.current(number)
    if found is None:
        raise CertificateUnknown
    forgetting = to_forget(batches, look_up.vault, number)
    content = act_content(
        found[0], ActKind.ERASED, ActReason.LEGAL_GROUND, bureau=bureau, bureau_key_id=bureau_key.key_id
    )
    signed_act = signed(content, bureau_key, writer.origin)
    return append_erasure(writer, signed_act, order, forgetting, vault=look_up.vault), forgetting


def to_forget(batches: BatchRows, vault: Vault, number: str) -> Forgetting:
    """Where a number stands in all that its institution handed in: approved, returned, refused or waiting.

    A form goes whole, with the rows of others that it holds; what was reviewed of them stays in the rows
    themselves.
    """
    rows: list[tuple[bytes, int]] = []
    without: list[StoredBatch] = []
    for batch in batches.of_institution(number[:_PREFIX_CHARACTERS]):
        found = list(_rows_with(batches, vault, batch, number))
        rows += [(batch.id, row) for row in found]
        if found and batch.form5:
            # Its name was chosen by a person, and may be one.
            without.append(bound_batch(vault, replace(batch, form5=b"", form5_name="")))
    return Forgetting(number, rows, without)


def _rows_with(batches: BatchRows, vault: Vault, batch: StoredBatch, number: str) -> Iterator[int]:
    for each in batches.rows(batch.id):
        if each.refused:
            named = open_cells(vault, batch.id, each.row, each.sealed).number
        else:
            named = vault.open_record(BATCH_TABLE, row_key(batch.id, each.row), each.sealed)[0].number
        if named == number:
            yield each.row


def finish_erasures(keys: RegisterKeys, erasures: ErasureRows, engine: Engine) -> int:
    """Steps 2 and 3, for whatever is undone; how many keys were taken out. Doing it again changes nothing.

    Raises: KeyFileMissing, KeyFileExposed, KeyFileLocked, DatabaseUnavailable.
    """
    if erasures.is_empty():
        return 0
    undone = [place for place in erasures.places() if not keys.vault.has_forgotten(place)]
    if undone:
        keys.forget(undone)
        clear_freed_space(engine)
    return len(undone)


def clear_traces(places: Places, engine: Engine, number: str) -> bool | None:
    """Whether the files of the database are free of an erased number, written anew if that is what it takes.

    Only SQLite's files lie open to this program: for a server the answer is None. Raises: WriterBusy,
    DatabaseUnavailable.
    """
    if not places.on_sqlite:
        return None
    clear_freed_space(engine)
    if files_with(places.register_file, [number.encode()]):
        with places.writer_lock(engine).held():
            rewrite(engine)
    return not files_with(places.register_file, [number.encode()])
