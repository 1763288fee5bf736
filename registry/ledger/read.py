"""Reading the published log: trees, proofs, chains, and what it says about keys and filings.

Readers serve only what a published checkpoint covers. One reader belongs to one thread.
"""

from datetime import datetime
from functools import lru_cache

from sqlalchemy.engine import Engine

from registry.ledger.chain import Chain, replay
from registry.ledger.entries import Entry, EntryType, stored_entry, text
from registry.ledger.errors import LogNotFound, OutOfRange
from registry.ledger.folds import LogFolds
from registry.ledger.key_history import KeyHistory
from registry.ledger.tiles import bundle, tile_width
from registry.ledger.tree import StoredTree, cached_tiles
from registry.storage.erasure_rows import ErasureRows
from registry.storage.log_rows import LogRows
from registry.storage.record_rows import RecordRows, StoredApproval
from registry.storage.sql import KeptReader
from signing.encoding import parse_rfc3339
from signing.inclusion import Hash

_parsed = lru_cache(maxsize=4096)(stored_entry)


class LedgerReader:
    """A read-only view of the log and of the private rows behind it."""

    def __init__(self, engine: Engine, origin: str) -> None:
        self.origin = origin
        self._reader = KeptReader(engine)
        self.log = LogRows(self._reader)
        self.records = RecordRows(self._reader)
        self.erasures = ErasureRows(self._reader)
        self._folds = LogFolds(origin)
        self._full_tile = cached_tiles(self.log)
        self._tree: StoredTree | None = None

    def close(self) -> None:
        """Gives the connection back."""
        self._reader.close()

    def published(self) -> tuple[int, bytes]:
        """Size and note of the newest checkpoint. Raises: LogNotFound, DatabaseUnavailable."""
        found = self.log.published()
        if found is None:
            raise LogNotFound
        return found

    def began_at(self) -> datetime:
        """When the log began: what its first entry says. Raises: OutOfRange."""
        return parse_rfc3339(text(_parsed(self.body(0)), "at"))

    def folds(self) -> LogFolds:
        """Keys and filings as of the published size."""
        return self.folds_at(self.published()[0])

    def folds_at(self, size: int) -> LogFolds:
        """As `folds`, for whoever just read the published size and need not read it again."""
        self._folds.advance(self.log, size)
        return self._folds

    def key_history(self) -> KeyHistory:
        """The keys as of everything published; empty for a log without entries."""
        found = self.log.published()
        if found is not None:
            self._folds.advance(self.log, found[0])
        return self._folds.keys

    def tree(self, size: int) -> StoredTree:
        """The tree of `size` leaves; the newest one is kept."""
        if self._tree is None or self._tree.size != size:
            self._tree = StoredTree(self.log, size, self._full_tile)
        return self._tree

    def consistency_proof(self, old_size: int, size: int) -> list[Hash]:
        """What shows that one published tree extends another. Raises: OutOfRange.

        Outsiders make the same proof from tiles (see `merkle.Subtrees`), so it has no address of its own.
        """
        if not 0 <= old_size <= size <= self.published()[0]:
            raise OutOfRange
        return self.tree(size).consistency_proof(old_size)

    def tile(self, level: int, number: int, width: int) -> bytes:
        """The bytes of a published tile. Raises: OutOfRange."""
        size, _ = self.published()
        hashes = self.tree(size).tile_hashes(level, number, width)
        if hashes is None:
            raise OutOfRange
        return hashes

    def entry_bundle(self, number: int, width: int) -> bytes:
        """The bytes of a published entry bundle. Raises: OutOfRange."""
        size, _ = self.published()
        if not 0 < width <= tile_width(size, 0, number):
            raise OutOfRange
        return bundle(self.log.bodies(number * 256, number * 256 + width))

    def body(self, index: int) -> bytes:
        """One entry. Raises: OutOfRange."""
        body = self.log.body(index)
        if body is None:
            raise OutOfRange
        return body

    def chain(self, certificate: int, size: int) -> Chain:
        """The chain of a certificate as of a tree of `size`. Raises: OutOfRange."""
        return self.chain_of(certificate, self.body(certificate), size)

    def chain_of(self, certificate: int, body: bytes, size: int) -> Chain:
        """As `chain`, for whoever has the certificate's entry at hand. Raises: OutOfRange."""
        entry = stored_entry(body)
        if entry["type"] != EntryType.CERTIFICATE:
            raise OutOfRange
        acts = [(index, stored_entry(body)) for index, body in self.records.acts(certificate, size)]
        return replay(certificate, entry, acts)

    def approval_of(self, certificate: int) -> tuple[StoredApproval, Entry]:
        """The approval that covers a certificate. Raises: OutOfRange."""
        approval = self.records.approval_of(certificate)
        if approval is None or certificate > approval.index + approval.count:
            raise OutOfRange
        return approval, _parsed(approval.body)

    def ordinal(self, certificate: int, content_index: int) -> int:
        """The status list position of one version of a certificate. Raises: OutOfRange."""
        if content_index == certificate:
            return self.approval_of(certificate)[0].ordinal(certificate)
        ordinal = self.records.act_ordinal(content_index)
        if ordinal is None:
            raise OutOfRange
        return ordinal

    def certificate_of(self, index: int) -> int:
        """The certificate of which that entry holds a version, whether its record is still there or not.

        Raises: OutOfRange.
        """
        certificate = self.records.corrected_by(index)
        if certificate is None:
            self.approval_of(index)
            certificate = index
        return certificate
