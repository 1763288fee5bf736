"""The register in the order of its log: every registration and every act, as followers need them.

The log is the queue: a certificate entry or an act is written in the append's own transaction, and its index
is its position. So the national network and the search index can neither miss a version nor see one that
was not registered.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from registry.ledger.chain import Chain, Link
from registry.lookup import LookUp
from signing.commitment import Record


@dataclass(frozen=True)
class RegisteredVersion:
    """What one entry of a chain made of a certificate. `record` is the content right after it."""

    index: int
    chain: Chain
    link: Link
    record: Record
    commitment: bytes

    @property
    def issued_on(self) -> date:
        """The issue date of the certificate."""
        return date.fromisoformat(self.record.issued_on)

    @property
    def step(self) -> int:
        """The position of this entry in its chain, from 1."""
        return self.chain.links.index(self.link) + 1


def versions_after(look_up: LookUp, index: int, limit: int) -> list[RegisteredVersion]:
    """At most `limit` published versions behind `index`, in order of the log."""
    ledger = look_up.ledger
    size, _ = ledger.published()
    firsts = [each for each in ledger.records.after(index, limit) if each.index == each.certificate]
    positions = [(each.index, each.certificate) for each in firsts] + ledger.records.acts_after(index, limit)
    chosen = sorted(each for each in positions if each[0] < size)[:limit]
    return list(_resolve(look_up, chosen, size))


def _resolve(look_up: LookUp, positions: list[tuple[int, int]], size: int) -> Iterator[RegisteredVersion]:
    for index, certificate in positions:
        chain = look_up.ledger.chain(certificate, size)
        link = next(each for each in chain.links if each.index == index)
        content = next(each.index for each in chain.links if each.version == link.version)
        version = look_up.ledger.records.version_at(content)
        if version is not None:
            record, _ = look_up.open(version)
            yield RegisteredVersion(index, chain, link, record, version.commitment)
