"""Proposals as they are stored: kept with the revision of the drafts they were made from."""

from dataclasses import dataclass

from sqlalchemy.engine import Engine

from registry.storage.sql import KeptReader, Row, for_dialect, writing

_COLUMNS = (
    "batch", "number", "revision", "kind", "bureau", "body", "state",
    "prepared_by", "prepared_at", "confirmed_by", "confirmed_at",
)  # fmt: skip
_SELECT = f"SELECT {', '.join(_COLUMNS)} FROM proposal"


@dataclass(frozen=True)
class StoredProposal:
    """One proposal. `number` counts those of a batch from 1, and is 0 before it is kept; `body` is JSON."""

    batch: bytes
    number: int
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
    batch, _, *rest = vars(proposal).values()
    places = ", ".join("?" for _ in rest)
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
        statement = (
            f"INSERT INTO proposal ({', '.join(_COLUMNS)}) "
            f"SELECT ?, COALESCE(MAX(number), 0) + 1, {places} FROM proposal WHERE batch = ?"
        )
        connection.exec_driver_sql(for_dialect(statement, _of(engine)), (batch, *rest, batch))
    return True


def confirm_proposal(engine: Engine, proposal: StoredProposal, by: str, at: str) -> bool:
    """The second person's word, if the proposal is the newest and the drafts are as it saw them."""
    statement = (
        "UPDATE proposal SET state = 'confirmed', confirmed_by = ?, confirmed_at = ? "
        "WHERE batch = ? AND number = ? AND state = 'prepared' "
        "AND revision = (SELECT revision FROM review WHERE review.batch = proposal.batch) "
        "AND number = (SELECT MAX(number) FROM proposal AS newest WHERE newest.batch = proposal.batch)"
    )
    with writing(engine) as connection:
        values = (by, at, proposal.batch, proposal.number)
        done = connection.exec_driver_sql(for_dialect(statement, _of(engine)), values)
        return done.rowcount == 1


def mark_signed(engine: Engine, batch: bytes, number: int) -> None:
    """The signature is there. Doing it twice changes nothing."""
    with writing(engine) as connection:
        statement = "UPDATE proposal SET state = 'signed' WHERE batch = ? AND number = ?"
        connection.exec_driver_sql(for_dialect(statement, _of(engine)), (batch, number))


class ProposalRows:
    """Reads of proposals."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def newest(self, batch: bytes) -> StoredProposal | None:
        """The proposal of a batch that counts."""
        row = self._reader.one(f"{_SELECT} WHERE batch = ? ORDER BY number DESC LIMIT 1", batch)
        return None if row is None else _stored(row)

    def standing(self, batch: bytes) -> tuple[int, str, str, str] | None:
        """(revision, kind, state, bureau) of the proposal of a batch that counts."""
        row = self._reader.one(
            "SELECT revision, kind, state, bureau FROM proposal WHERE batch = ? ORDER BY number DESC LIMIT 1",
            batch,
        )
        return None if row is None else (int(row[0]), str(row[1]), str(row[2]), str(row[3]))

    def get(self, batch: bytes, number: int) -> StoredProposal | None:
        """One proposal."""
        row = self._reader.one(f"{_SELECT} WHERE batch = ? AND number = ?", batch, number)
        return None if row is None else _stored(row)


def _stored(row: Row) -> StoredProposal:
    batch, number, revision, *texts = row
    return StoredProposal(bytes(batch), int(number), int(revision), *map(str, texts))


def _of(engine: Engine) -> str:
    return engine.dialect.name
