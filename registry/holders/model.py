"""A holder as the desk knows one: two keyed hashes, and since when there is a management secret."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True)
class Person:
    """Whom a document and a name mean, as the records carry them: keyed hashes, never the texts.

    `document` finds every record of one identity document; `named` tells whether a name belongs to it.
    """

    document: bytes
    named: bytes


@dataclass(frozen=True)
class KnownPerson:
    """A person with all the names that are theirs; without any where no record names this person."""

    person: Person
    names: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Holder:
    """A person who came in once. `secret_at` is None while there is no management secret.

    `voided_at` is when a bureau last voided one.
    """

    id: str
    person: bytes
    named: bytes
    secret_at: datetime | None = None
    voided_at: datetime | None = None

    @property
    def has_secret(self) -> bool:
        """Whether a management secret is in force."""
        return self.secret_at is not None


class Way(StrEnum):
    """How a session was opened: by the management secret, or by an outside identity provider."""

    SECRET = "secret"  # noqa: S105 - a way, no secret
    PROVIDER = "provider"


@dataclass(frozen=True)
class HolderSession:
    """One log-in. `csrf` goes into every form."""

    id: str
    holder: str
    way: Way
    csrf: str
    browser: str
    opened_at: datetime
    seen_at: datetime
    expires_at: datetime
