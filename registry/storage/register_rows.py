"""Tables of the register: the log (append-only), and the private records that open its commitments."""

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, String, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from registry.storage.columns import counting_key
from registry.storage.metadata import REGISTER_METADATA


def _index() -> "Column[int]":
    return Column(counting_key(), primary_key=True, autoincrement=False)


def _mac() -> "Column[bytes]":
    return Column(LargeBinary, nullable=False, server_default=text("''"))


class RegisterTable(SQLModel):
    """Base of the register's tables."""

    metadata = REGISTER_METADATA


class EntryRow(RegisterTable, table=True):
    """One entry of the log, as it was hashed."""

    __tablename__ = "entry"

    idx: int = Field(sa_column=_index())
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class LandmarkRow(RegisterTable, table=True):
    """Where the entries stand that are no certificates: keys, filings, approvals, acts, status lists."""

    __tablename__ = "landmark"
    __table_args__ = (Index("ix_landmark_type", "type", "idx"),)

    idx: int = Field(sa_column=_index())
    type: str


class TileRow(RegisterTable, table=True):
    """A full tile. A row of roots is read from the index, without the 16 KB of hashes beside each."""

    __tablename__ = "tile"
    __table_args__ = (Index("ix_tile_root", "level", "number", "root"), {"sqlite_with_rowid": False})

    level: int = Field(primary_key=True)
    number: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    root: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    hashes: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    above: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class CheckpointRow(RegisterTable, table=True):
    """A published checkpoint. The largest is what readers serve."""

    __tablename__ = "checkpoint"

    size: int = Field(sa_column=_index())
    note: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class ApprovalRow(RegisterTable, table=True):
    """A projection of approvals: which certificates an approval covers, and their first ordinal."""

    __tablename__ = "approval"
    __table_args__ = (UniqueConstraint("batch"),)

    idx: int = Field(sa_column=_index())
    batch: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    count: int
    first_ordinal: int = Field(sa_column=Column(BigInteger, nullable=False))


class ActRow(RegisterTable, table=True):
    """A projection of acts: the chain of a certificate by its first entry; a correction has an ordinal."""

    __tablename__ = "act"
    __table_args__ = (Index("ix_act_certificate", "certificate", "idx"),)

    idx: int = Field(sa_column=_index())
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    ordinal: int | None = Field(sa_column=Column(BigInteger, nullable=True))


class RecordRow(RegisterTable, table=True):
    """Record and seed of one version, sealed; the number in clear, the person as a keyed hash."""

    __tablename__ = "record"
    __table_args__ = (UniqueConstraint("number", "version"), Index("ix_record_person", "person"))

    idx: int = Field(sa_column=_index())
    certificate: int = Field(sa_column=Column(BigInteger, nullable=False))
    version: int
    number: str
    commitment: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    person: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    named_person: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class StatusListRow(RegisterTable, table=True):
    """A published status list, under the index of the `status` entry that commits to it."""

    __tablename__ = "status_list"
    __table_args__ = (Index("ix_status_list_name", "name", "idx"),)

    idx: int = Field(sa_column=_index())
    name: str
    body: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


class BatchRow(RegisterTable, table=True):
    """An uploaded batch: both files sealed, with the salts of their keyed hashes.

    `mac` binds what is in clear, and `row_count` how many rows came. `previous` is the version that this one
    takes the place of; `upload_mac` knows the same upload again; `overview` and `row_index` say what was
    found without a row being read.
    """

    __tablename__ = "batch"
    __table_args__ = (
        Index("ix_batch_prefix", "prefix", "received_at"),
        Index("ix_batch_previous", "previous", unique=True),
        Index("ix_batch_upload_mac", "upload_mac"),
    )

    id: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    prefix: str
    received_on: str
    received_at: str
    form5_name: str
    form4_name: str
    form5: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    form4: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    salt: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    form5_mac: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    form4_mac: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    findings: str
    legacy: str
    row_count: int = Field(sa_column=Column(Integer, nullable=False, server_default="0"))
    mac: bytes = Field(sa_column=_mac())
    previous: bytes | None = Field(sa_column=Column(LargeBinary, nullable=True))
    upload_mac: bytes = Field(sa_column=_mac())
    plan: str = Field(sa_column=Column(String, nullable=False, server_default=""))
    overview: str = Field(sa_column=Column(String, nullable=False, server_default=""))
    row_index: bytes = Field(sa_column=_mac())


class BatchRecordRow(RegisterTable, table=True):
    """One row of a batch: its findings in clear (they name no person), sealed its record or refused cells."""

    __tablename__ = "batch_row"

    batch: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    row: int = Field(primary_key=True)
    refused: bool
    flagged: bool
    findings: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    mac: bytes = Field(sa_column=_mac())


class DecisionRow(RegisterTable, table=True):
    """What the bureau decided on a batch; one decision a batch."""

    __tablename__ = "decision"
    __table_args__ = ({"sqlite_with_rowid": False},)

    batch: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    approved: bool
    decided_at: str
    content: str
