"""Whom a name and an identity number mean, and which names the register knows to be one person's.

A holder is one identity document with one name. Names are joined by the register's own acts and by nothing
else: where a reviewed correction gave a certificate another name, both are the same person's, and so is
everything else that stands under either of them for this document. What stands under the document with a name
that no act joins is somebody's mistake, whoever's: it is counted, and not shown.
"""

from collections.abc import Sequence
from datetime import date

from registry.holders.model import KnownPerson, Person
from registry.lookup import LookUp
from registry.rules.identity_documents import (
    IdentityFault,
    IdentityType,
    check_identity,
    tidy_identity_number,
)
from registry.rules.text import normalise_name
from registry.storage.record_rows import NamedVersion
from registry.storage.vault import Vault
from signing.commitment import Record


def persons_meant(vault: Vault, *, name: str, id_number: str, today: date) -> tuple[Person, ...]:
    """Whom these would mean for each kind of document: always one a kind, whatever was typed.

    A number that no document of a kind can have is taken as it stands, so that it costs what others cost.
    """
    name, id_number = (text.encode(errors="replace").decode() for text in (name, id_number))
    normal, tidy = normalise_name(name), tidy_identity_number(id_number)
    return tuple(_person(vault, kind, _canonical(kind, tidy, today), normal) for kind in IdentityType)


def person_of(vault: Vault, record: Record, today: date) -> Person:
    """Whom a record names."""
    kind = IdentityType(record.id_type)
    return _person(vault, kind, _canonical(kind, record.id_number, today), record.name)


def with_names(look_up: LookUp, persons: Sequence[Person]) -> tuple[KnownPerson, ...]:
    """Each of these persons with all the names that are theirs; none for one whom no record names.

    One question to the register, whoever is asked for. Raises: DatabaseUnavailable.
    """
    versions = look_up.ledger.records.named([each.document for each in persons])
    return tuple(_known(person, versions) for person in persons)


def _known(person: Person, versions: Sequence[NamedVersion]) -> KnownPerson:
    own = [each for each in versions if each.person == person.document]
    is_named = any(each.named == person.named for each in own)
    return KnownPerson(person, joined_names(own, person.named) if is_named else frozenset())


def joined_names(versions: Sequence[NamedVersion], named: bytes) -> frozenset[bytes]:
    """The names that corrections join with this one, itself included. `versions` are one document's."""
    names = frozenset({named})
    while True:
        certificates = {each.certificate for each in versions if each.named in names}
        more = names | {each.named for each in versions if each.certificate in certificates}
        if more == names:
            return names
        names = more


def _canonical(kind: IdentityType, number: str, today: date) -> str:
    try:
        return check_identity(kind, number, today).canonical
    except IdentityFault:
        return number


def _person(vault: Vault, kind: IdentityType, canonical: str, name: str) -> Person:
    return Person(
        vault.person(kind.value, canonical),
        vault.named_person(kind.value, canonical, name),
    )
