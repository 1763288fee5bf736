"""From the provider's claims to the person that records carry. What was claimed goes no further than here."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from registry.holders.model import Person
from registry.oidc.errors import AnswerFault, AnswerRefused
from registry.oidc.model import ClaimNames
from registry.rules.errors import RulesError
from registry.rules.identity_documents import Identity, check_identity
from registry.rules.identity_types import parse_identity_type
from registry.rules.text import check_name
from registry.storage.vault import Vault
from signing.encoding import Json


@dataclass(frozen=True)
class ClaimedPerson:
    """A name and an identity document, as the provider vouches for them. Never shown, kept or logged."""

    name: str = field(repr=False)
    identity: Identity = field(repr=False)

    def person(self, vault: Vault) -> Person:
        """The same person as the records know one: by keyed hashes."""
        kind, canonical = self.identity.type.value, self.identity.canonical
        return Person(vault.person(kind, canonical), vault.named_person(kind, canonical, self.name))


def has_all(claims: Mapping[str, Json], names: ClaimNames) -> bool:
    """Whether nothing has to be asked for any more."""
    return all(claims.get(name) for name in names.all)


def claimed_person(claims: Mapping[str, Json], names: ClaimNames, today: date) -> ClaimedPerson:
    """The person that the claims name.

    Raises: AnswerRefused for claims that are missing, or that no name and no document of that type can be.
    """
    if not has_all(claims, names):
        raise AnswerRefused(AnswerFault.CLAIMS_MISSING)
    name, number = claims[names.name], claims[names.id_number]
    type_text = claims[names.id_type_claim] if names.id_type_claim else names.id_type.value
    if not (isinstance(name, str) and isinstance(number, str) and isinstance(type_text, str)):
        raise AnswerRefused(AnswerFault.CLAIMS_MALFORMED)
    try:
        return ClaimedPerson(check_name(name), check_identity(parse_identity_type(type_text), number, today))
    except RulesError as fault:
        # The error is dropped with its text: it may quote what was claimed.
        raise AnswerRefused(AnswerFault.CLAIMS_MALFORMED) from fault
