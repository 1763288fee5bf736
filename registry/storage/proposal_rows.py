"""Proposals as they are stored: kept with the revision of the drafts they were made from."""

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from registry.storage.sql import KeptReader, Row, for_dialect, writing

_COLUMNS = (
    "id", "batch", "revision", "kind", "bureau", "body", "state",
    "prepared_by", "prepared_at", "confirmed_by", "confirmed_at",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM proposal"


@dataclass(frozen=True)
class StoredProposal:
    """One proposal. `id` is 0 before it is stored; `body` is canonical JSON."""

    id: int
    batch: bytes
    revision: int
    kind: str
    bureau: str
    body: str
    state: str
    prepared_by: str
    prepared_at: str
    confirmed_by: str = ""
    confirmed_at: str = ""


def insert_proposal(engine: Engine, proposal: StoredProposal) -> bool:
    """Keeps a proposal if the drafts still are what it was made from; tells whether it was kept."""
    values = tuple(vars(proposal).values())[1:]
    places = ", ".join("?" for _ in values)
    with writing(engine) as connection:
        # The row of the review is locked first: nobody changes a draft between the question and the word.
        touched = connection.exec_driver_sql(
            for_dialect(
                "UPDATE review SET revision = revision WHERE batch = ? AND revision = ?", _of(engine)
            ),
            (proposal.batch, proposal.revision),
        )
        if touched.rowcount != 1:
            return False
        statement = f"INSERT INTO proposal ({', '.join(_COLUMNS[1:])}) VALUES ({places})"
        connection.exec_driver_sql(for_dialect(statement, _of(engine)), values)
    return True


def confirm_proposal(engine: Engine, proposal: StoredProposal, by: str, at: str) -> bool:
    """The second person's word, if the proposal is the newest and the drafts are as it saw them."""
    statement = (
        "UPDATE proposal SET state = 'confirmed', confirmed_by = ?, confirmed_at = ? "
        "WHERE id = ? AND state = 'prepared' "
        "AND revision = (SELECT revision FROM review WHERE review.batch = proposal.batch) "
        "AND id = (SELECT MAX(id) FROM proposal AS newest WHERE newest.batch = proposal.batch)"
    )
    with writing(engine) as connection:
        done = connection.exec_driver_sql(for_dialect(statement, _of(engine)), (by, at, proposal.id))
        return done.rowcount == 1


def mark_signed(engine: Engine, identity: int) -> None:
    """The signature is there. Doing it twice changes nothing."""
    with writing(engine) as connection:
        connection.exec_driver_sql(
            for_dialect("UPDATE proposal SET state = 'signed' WHERE id = ?", _of(engine)), (identity,)
        )


class ProposalRows:
    """Reads of proposals."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def newest(self, batch: bytes) -> StoredProposal | None:
        """The proposal of a batch that counts."""
        row = self._reader.one(f"{_SELECT} WHERE batch = ? ORDER BY id DESC LIMIT 1", batch)
        return None if row is None else _stored(row)

    def get(self, identity: int) -> StoredProposal | None:
        """One proposal."""
        row = self._reader.one(f"{_SELECT} WHERE id = ?", identity)
        return None if row is None else _stored(row)


def _stored(row: Row) -> StoredProposal:
    identity, batch, revision, *texts = row
    return StoredProposal(int(identity), bytes(batch), int(revision), *map(str, texts))


def _of(engine: Engine) -> str:
    return engine.dialect.name
