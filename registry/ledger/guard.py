"""The rollback guard: the last tree head that was about to be signed, kept beside the signing key.

It lives outside the data directory and its backups. Whoever restores an old backup, or fails over to a
database that is behind, has a log that no longer extends the guard's tree, and is refused before anything
is signed.
"""

import os
from dataclasses import dataclass
from pathlib import Path

from registry.ledger.errors import (
    GuardFault,
    GuardMismatch,
    GuardMissing,
    LogFrozen,
    LogNotFound,
    MissingTile,
)
from registry.ledger.tree import StoredTree
from registry.storage.errors import DatabaseUnavailable
from registry.storage.sql import translated_faults
from signing.encoding import b64url_decode, b64url_encode, canonical_json, parse_canonical_json
from signing.errors import InclusionMismatch, MalformedEncoding, SigningError
from signing.frozen import parse_frozen
from signing.inclusion import EMPTY_ROOT, Hash, check_consistency

_FIELDS = {"origin", "size", "root"}


@dataclass(frozen=True)
class TreeHead:
    """A size and the root at that size, of the log with that origin."""

    origin: str
    size: int
    root: bytes


class Guard:
    """The file that remembers the newest tree head."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def begin(self, origin: str) -> None:
        """Makes the guard of a log that has no entry yet. Never overwrites one."""
        if not self._path.exists():
            self.write(TreeHead(origin, 0, EMPTY_ROOT))

    def read(self, *, log_is_empty: bool) -> TreeHead:
        """The remembered head.

        Raises: GuardMissing (log has entries), LogNotFound (never begun), DatabaseUnavailable.
        """
        try:
            content = parse_canonical_json(self._path.read_bytes())
            if not isinstance(content, dict) or content.keys() != _FIELDS:
                raise GuardMissing
            origin, size, root = content["origin"], content["size"], content["root"]
            if not (isinstance(origin, str) and type(size) is int and size >= 0 and isinstance(root, str)):
                raise GuardMissing
            return TreeHead(origin, size, b64url_decode(root, length=32))
        except FileNotFoundError as fault:
            raise (LogNotFound if log_is_empty else GuardMissing) from fault
        except OSError as fault:
            raise DatabaseUnavailable("guard") from fault
        except MalformedEncoding as fault:
            raise GuardMissing from fault

    @property
    def frozen_path(self) -> Path:
        """Where the statement lies that ended this log, if it was ended."""
        return self._path.with_name("frozen.json")

    def refuse_frozen(self) -> None:
        """Nothing is written once the log was ended, even by an unreadable statement. Raises: LogFrozen."""
        if self.frozen_path.exists():
            try:
                successor = parse_frozen(self.frozen_path.read_bytes()).successor
            except (OSError, SigningError):
                successor = ""
            raise LogFrozen(successor)

    def write(self, head: TreeHead) -> None:
        """Remembers a head durably: the file, then its directory. Raises: DatabaseUnavailable."""
        with translated_faults():
            self._write(head)

    def _write(self, head: TreeHead) -> None:
        content = canonical_json({"origin": head.origin, "size": head.size, "root": b64url_encode(head.root)})
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        beside = self._path.with_suffix(".new")
        with beside.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)
        directory = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(directory)
        finally:
            os.close(directory)


def require_extension(head: TreeHead, tree: StoredTree, origin: str) -> Hash:
    """The root of `tree`, once stored tiles prove that it extends the guard's. Raises: GuardMismatch."""
    if head.origin != origin:
        raise GuardMismatch(GuardFault.OTHER_LOG, guard_size=head.size, log_size=tree.size)
    if head.size > tree.size:
        raise GuardMismatch(GuardFault.LOG_BEHIND, guard_size=head.size, log_size=tree.size)
    try:
        root = tree.root()
        check_consistency(head.size, head.root, tree.size, root, tree.consistency_proof(head.size))
    except (InclusionMismatch, MissingTile) as fault:
        kind = GuardFault.LOG_DIFFERS
        raise GuardMismatch(kind, guard_size=head.size, log_size=tree.size) from fault
    return root


def require_not_behind(head: TreeHead, published_size: int) -> None:
    """The guard knows every published head: one that does not is an old copy. Raises: GuardMismatch.

    With an old guard an old database would pass too, as far back as the guard was copied.
    """
    if head.size < published_size:
        raise GuardMismatch(GuardFault.GUARD_BEHIND, guard_size=head.size, log_size=published_size)
