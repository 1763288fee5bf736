"""All certificates of one holder, as the register has them now."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from registry.holders.model import Holder
from registry.holders.persons import joined_names
from registry.ledger.chain import ChainState
from registry.lookup import LookUp
from signing.commitment import Record
from signing.encoding import parse_rfc3339


@dataclass(frozen=True)
class HeldCertificate:
    """One of the holder's certificates. `index` is its first entry in the log, `version` the current one.

    `replaced_by` is the number that stands in its place, "" where there is none.
    """

    number: str
    index: int
    version: int
    state: ChainState
    record: Record
    replaced_by: str = ""


def certificates_of(look_up: LookUp, holder: Holder) -> tuple[HeldCertificate, ...]:
    """Every published certificate of the holder, newest first. Raises: DatabaseUnavailable, SealBroken."""
    numbers, _ = _numbers(look_up, holder)
    found = (_held(look_up, number) for number in numbers)
    held = [each for each in found if each is not None]
    return tuple(sorted(held, key=lambda each: (each.record.issued_on, each.index), reverse=True))


def held_certificate(look_up: LookUp, holder: Holder, index: int) -> HeldCertificate | None:
    """The holder's certificate that begins at `index`; None for one that is not theirs."""
    number = look_up.ledger.records.number_of(index)
    if number is None or number not in _numbers(look_up, holder)[0]:
        return None
    return _held(look_up, number)


def indexes_of(look_up: LookUp, holder: Holder) -> Collection[int]:
    """Where the holder's certificates begin in the log, without opening any. Raises: DatabaseUnavailable."""
    return _numbers(look_up, holder)[0].values()


def held_since(look_up: LookUp, holder: Holder, held: HeldCertificate) -> datetime:
    """Since when it stands under the holder's document: what was said of it before may be another person's.

    Raises: DatabaseUnavailable, SealBroken.
    """
    found = look_up.current(held.number)
    assert found is not None, "a certificate that was found a moment ago"
    own = {each.index for each in look_up.ledger.records.named([holder.person])}
    begun = {each.version: each for each in reversed(found[0].links)}
    since = begun[1]
    for version, link in sorted(begun.items()):
        if version > 1 and begun[version - 1].index not in own:
            since = link
    return parse_rfc3339(since.at)


def otherwise_named(look_up: LookUp, holder: Holder) -> int:
    """How many certificates stand under the holder's document with a name that is not known as theirs."""
    return _numbers(look_up, holder)[1]


def _numbers(look_up: LookUp, holder: Holder) -> tuple[dict[str, int], int]:
    """What stands under the holder's document and names, by number, and how much under other names.

    What a correction moved to another document is the other person's, with all that was ever said of it.
    """
    versions = look_up.ledger.records.named([holder.person])
    names = joined_names(versions, holder.named)
    standing = [each for each in versions if each.stands]
    own = {each.number: each.certificate for each in standing if each.named in names}
    return own, len(standing) - len(own)


def _held(look_up: LookUp, number: str) -> HeldCertificate | None:
    found = look_up.current(number)
    if found is None:
        return None
    chain, version, record, _ = found
    by = chain.head.by
    return HeldCertificate(
        number=number,
        index=chain.first.index,
        version=version.version,
        state=chain.head.state,
        record=record,
        replaced_by=(look_up.ledger.records.number_of(by) or "") if by is not None else "",
    )
