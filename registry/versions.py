"""The register in the order of its log: every registration and every act, as followers need them.

The log is the queue: a certificate entry or an act is written in the append's own transaction, and its index
is its position. So the national network and the search index can neither miss a version nor see one that
was not registered. What was erased since keeps its positions, without its record.
"""

from dataclasses import dataclass

from registry.ledger.chain import Chain, Link
from registry.lookup import LookUp
from registry.storage.errors import DatabaseUnavailable
from signing.commitment import DIGEST_BYTES, Record
from signing.encoding import b64url_decode


@dataclass(frozen=True)
class RegisteredVersion:
    """What one entry of a chain made of a certificate.

    `record` is the content right after it, None once the certificate was erased.
    """

    index: int
    chain: Chain
    link: Link
    record: Record | None
    commitment: bytes

    @property
    def step(self) -> int:
        """The position of this entry in its chain, from 1."""
        return self.chain.links.index(self.link) + 1


def versions_after(look_up: LookUp, index: int, limit: int) -> list[RegisteredVersion]:
    """At most `limit` published versions behind `index`, in order of the log.

    Raises: DatabaseUnavailable, also where a record is gone that was not erased.
    """
    size, _ = look_up.ledger.published()
    chosen = positions_after(look_up, index, limit, size)
    return [_resolve(look_up, index, certificate, size) for index, certificate in chosen]


def positions_after(look_up: LookUp, index: int, limit: int, size: int) -> list[tuple[int, int]]:
    """(index, certificate) of at most `limit` entries behind `index`, in order, within a tree of `size`."""
    ledger = look_up.ledger
    firsts = [each.index for each in ledger.records.after(index, limit) if each.index == each.certificate]
    firsts += ledger.erasures.certificates_after(index, limit)
    positions = [(each, each) for each in firsts] + ledger.records.acts_after(index, limit)
    # A certificate that is erased between the two questions is in both answers.
    return sorted({each for each in positions if each[0] < size})[:limit]


def _resolve(look_up: LookUp, index: int, certificate: int, size: int) -> RegisteredVersion:
    chain = look_up.ledger.chain(certificate, size)
    link = next(each for each in chain.links if each.index == index)
    content = next(each for each in chain.links if each.version == link.version)
    commitment = b64url_decode(content.commitment, length=DIGEST_BYTES)
    version = look_up.ledger.records.version_at(content.index)
    if version is not None:
        return RegisteredVersion(index, chain, link, look_up.open(version)[0], commitment)
    if look_up.ledger.erasures.of_certificate(certificate) is None:
        raise DatabaseUnavailable("a certificate without its record")
    return RegisteredVersion(index, chain, link, None, commitment)
