"""Table of the desk for bundles that wait to be taken: each for one account, and for a short time.

A bundle lies under a key that nobody here keeps, and is sealed by the vault as well: a weak passphrase alone
opens nothing that is read from the database.
"""

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy import Column, LargeBinary
from sqlalchemy.engine import Engine
from sqlmodel import Field, SQLModel

from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing
from registry.storage.vault import Vault


class BundleRow(SQLModel, table=True):
    """One bundle. `subject` says of which batch and for which account: a newer one takes its place."""

    metadata = DESK_METADATA
    __tablename__ = "bundle"

    subject: str = Field(primary_key=True)
    job: str
    batch: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    until_at: str
    sealed: bytes = Field(sa_column=Column(LargeBinary, nullable=False))


_BUNDLE = DESK_METADATA.tables[str(BundleRow.__tablename__)]


@dataclass(frozen=True)
class KeptBundle:
    """What there is to know of a bundle without opening it."""

    subject: str
    job: str
    batch: bytes
    until_at: str


def keep_bundle(engine: Engine, vault: Vault, bundle: KeptBundle, content: bytes) -> None:
    """Keeps a bundle, whole, in place of the one that the account had of that batch."""
    sealed = vault.seal(*_place(bundle.job), content)
    with writing(engine) as connection:
        connection.execute(sa.delete(_BUNDLE).where(_BUNDLE.c.subject == bundle.subject))
        connection.execute(sa.insert(_BUNDLE).values(**vars(bundle), sealed=sealed))


def kept_bundles(engine: Engine, *, job: str = "") -> list[KeptBundle]:
    """Every bundle, or that of one job."""
    chosen = sa.select(_BUNDLE.c.subject, _BUNDLE.c.job, _BUNDLE.c.batch, _BUNDLE.c.until_at)
    if job:
        chosen = chosen.where(_BUNDLE.c.job == job)
    with reading(engine) as connection:
        rows = connection.execute(chosen.order_by(_BUNDLE.c.subject)).all()
    return [
        KeptBundle(str(subject), str(made), bytes(batch), str(until)) for subject, made, batch, until in rows
    ]


def open_bundle(engine: Engine, vault: Vault, job: str) -> bytes | None:
    """A bundle as it is handed out; None if it is gone. Raises: SealBroken."""
    with reading(engine) as connection:
        found = connection.execute(
            sa.select(_BUNDLE.c.sealed).where(_BUNDLE.c.job == job)
        ).scalar_one_or_none()
    return None if found is None else vault.open(*_place(job), bytes(found))


def remove_bundle(engine: Engine, job: str) -> None:
    """Removes one; nothing if it is gone."""
    with writing(engine) as connection:
        connection.execute(sa.delete(_BUNDLE).where(_BUNDLE.c.job == job))


def _place(job: str) -> tuple[str, bytes, str]:
    return str(BundleRow.__tablename__), bytes.fromhex(job), "sealed"
