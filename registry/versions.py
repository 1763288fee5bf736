"""The register in the order of its log: every registration and every act, as followers need them.

The log is the queue: a certificate entry or an act is written in the append's own transaction, and its index
is its position. So the national network and the search index can neither miss a version nor see one that
was not registered. What was erased since keeps its positions, without its record.

Whole pages are read at once and nothing is opened that is not asked for: most certificates have no acts, and
of such a one the row of its record says everything.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple, TypeAlias

from registry.ledger.chain import Chain, ChainState, replay
from registry.ledger.entries import ActKind, stored_entry
from registry.lookup import LookUp
from registry.storage.errors import DatabaseUnavailable, Erased
from registry.storage.record_rows import KeptRecord
from signing.commitment import DIGEST_BYTES, Commitment, Record
from signing.encoding import b64url_decode

Position: TypeAlias = tuple[int, int]
"""The index of an entry, and that of the certificate which it begins or acts on."""


class RegisteredVersion(NamedTuple):
    """What one entry of a chain made of a certificate.

    `step` is the entry's place in its chain, from 1; `state` what held right after it, `stands` what holds
    now. `kept` is the content right after it, None once the certificate was erased; `number_mac` is then what
    is left of its number, and b"" before.
    """

    entry: int
    certificate: int
    step: int
    act: ActKind | None
    state: ChainState
    stands: ChainState
    commitment: Commitment
    kept: KeptRecord | None
    number_mac: bytes


def versions_after(look_up: LookUp, index: int, limit: int) -> list[RegisteredVersion]:
    """At most `limit` published versions behind `index`, in order of the log.

    Raises: DatabaseUnavailable, also where a record is gone that was not erased.
    """
    size, _ = look_up.ledger.published()
    return versions_at(look_up, positions_after(look_up, index, limit, size), size)


def positions_after(look_up: LookUp, index: int, limit: int, size: int) -> list[Position]:
    """At most `limit` positions behind `index`, in order, within a tree of `size`."""
    ledger = look_up.ledger
    firsts = ledger.records.firsts_after(index, limit, size)
    firsts += ledger.erasures.certificates_after(index, limit)
    positions = [(each, each) for each in firsts] + ledger.records.acts_after(index, limit)
    # A certificate that is erased between the two questions is in both answers.
    return sorted({each for each in positions if each[0] < size})[:limit]


def positions_among(look_up: LookUp, indexes: Sequence[int], size: int) -> list[Position]:
    """Those of these entries that are positions, in order, within a tree of `size`."""
    ledger, wanted = look_up.ledger, [each for each in indexes if each < size]
    kept = ledger.records.kept(wanted).values()
    firsts = [each.entry for each in kept if each.entry == each.certificate]
    firsts += ledger.erasures.certificates_among(wanted)
    return sorted({*((each, each) for each in firsts), *ledger.records.certificates_of_acts(wanted)})


def versions_at(look_up: LookUp, positions: Sequence[Position], size: int) -> list[RegisteredVersion]:
    """The versions at these positions, as of a tree of `size`. Raises: DatabaseUnavailable."""
    records = look_up.ledger.records
    kept = records.kept([index for index, certificate in positions if index == certificate])
    chains = _chains(look_up, positions, kept, size)
    contents = {
        index: _content(chains[certificate], index)
        for index, certificate in positions
        if certificate in chains
    }
    kept |= records.kept(sorted({content for _, content in contents.values()} - kept.keys()))
    found = []
    for index, certificate in positions:
        if certificate in chains:
            step, content = contents[index]
            found.append(_version(look_up, chains[certificate], step, kept.get(content)))
        else:
            own = kept[index]
            found.append(
                RegisteredVersion(
                    index,
                    certificate,
                    1,
                    None,
                    ChainState.VALID,
                    ChainState.VALID,
                    Commitment(own.commitment),
                    own,
                    b"",
                )
            )
    return found


def record_of(look_up: LookUp, version: RegisteredVersion) -> Record | None:
    """The content right after that entry, None once it was erased. Raises: SealBroken."""
    if version.kept is None:
        return None
    try:
        return look_up.vault.open_record("record", version.kept.commitment, version.kept.sealed)[0]
    except Erased:
        # Between the reading of the row and now.
        return None


def _chains(
    look_up: LookUp, positions: Iterable[Position], kept: Mapping[int, KeptRecord], size: int
) -> dict[int, Chain]:
    """The chains of those certificates of which the row of their record does not say everything."""
    records = look_up.ledger.records
    certificates = sorted({certificate for _, certificate in positions})
    acts = records.acts_of(certificates, size)
    wanted = sorted({*acts, *(each for each in certificates if each not in kept)})
    bodies = records.bodies(wanted)
    if len(bodies) != len(wanted):
        raise DatabaseUnavailable("a certificate without its entry")
    return {
        each: replay(
            each,
            stored_entry(bodies[each]),
            [(index, stored_entry(body)) for index, body in acts.get(each, [])],
        )
        for each in wanted
    }


def _content(chain: Chain, index: int) -> tuple[int, int]:
    """The step that stands in that entry, and the entry of the content right after it."""
    step, link = next((at, each) for at, each in enumerate(chain.links, start=1) if each.index == index)
    return step, next(each.index for each in chain.links if each.version == link.version)


def _version(look_up: LookUp, chain: Chain, step: int, kept: KeptRecord | None) -> RegisteredVersion:
    link, certificate, number_mac = chain.links[step - 1], chain.first.index, b""
    if kept is None:
        erasure = look_up.ledger.erasures.of_certificate(certificate)
        if erasure is None:
            raise DatabaseUnavailable("a certificate without its record")
        number_mac = erasure.number_mac
    return RegisteredVersion(
        link.index,
        certificate,
        step,
        link.act,
        link.state,
        chain.head.state,
        Commitment(b64url_decode(link.commitment, length=DIGEST_BYTES)),
        kept,
        number_mac,
    )
