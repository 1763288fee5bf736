"""Status lists: published after every act, committed to by `status` entries, recomputable from the log.

Source: W3C Bitstring Status List v1.0. Position = the ordinal of a commitment in the log, so that every
version of a certificate has a bit of its own.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256

from registry.ledger.append import append_status
from registry.ledger.chain import Chain, ChainState
from registry.ledger.entries import number, parse_entry
from registry.ledger.key_history import KeyHistory
from registry.ledger.read import LedgerReader
from registry.ledger.writer import LogWriter
from signing.data_integrity import proof_of
from signing.keys import KeyRole, SigningKey
from signing.status_list import LIST_ENTRIES, StatusPurpose, build_status_list, parse_status_list

VALIDITY = timedelta(days=7)
RENEWAL = timedelta(days=1)


def set_ordinals(ledger: LedgerReader, size: int) -> dict[StatusPurpose, set[int]]:
    """Which positions are set in a tree of `size`, from the acts alone."""
    acted = {number(parse_entry(body), "index") for _, body in ledger.log.landmarks(("act",), 0, size)}
    revoked: set[int] = set()
    superseded: set[int] = set()
    for certificate in acted:
        chain = ledger.chain(certificate, size)
        versions = _version_ordinals(ledger, chain)
        if chain.head.state in (ChainState.ANNULLED, ChainState.ERASED):
            revoked.update(versions)
        superseded.update(versions if chain.head.state is ChainState.SUPERSEDED else versions[:-1])
    return {StatusPurpose.REVOCATION: revoked, StatusPurpose.SUPERSESSION: superseded}


def publish_status_lists(
    writer: LogWriter, ledger: LedgerReader, *, key: SigningKey, web_origin: str, now: datetime
) -> int:
    """Publishes every list that changed or is older than a day; returns how many.

    A list that covers no ordinal yet is not made; the first of each purpose always exists.
    """
    key.require(KeyRole.STATUS)
    size, _ = ledger.published()
    keys = ledger.key_history()
    count = max(1, -(-ledger.records.next_ordinal() // LIST_ENTRIES))
    lists = []
    for purpose, ordinals in set_ordinals(ledger, size).items():
        for part in range(count):
            name = f"{purpose.value}-{part}"
            if _is_current(ledger, name, ordinals, part, now, keys):
                continue
            body = build_status_list(
                web_origin, purpose, part, ordinals, key, valid_from=now, valid_until=now + VALIDITY
            )
            lists.append((name, body, sha256(body).digest(), size))
    if lists:
        append_status(writer, lists, key.key_id)
    return len(lists)


def _version_ordinals(ledger: LedgerReader, chain: Chain) -> list[int]:
    contents = {link.version: link.index for link in reversed(chain.links)}
    return [ledger.ordinal(chain.first.index, contents[version]) for version in sorted(contents)]


def _is_current(
    ledger: LedgerReader, name: str, ordinals: Iterable[int], part: int, now: datetime, keys: KeyHistory
) -> bool:
    """Whether the newest list says what the acts say, is young, and is of a key that may still sign."""
    stored = ledger.log.stored_status_list(name)
    if stored is None:
        return False
    published = parse_status_list(stored)
    signer = keys.get(proof_of(published.document).method.rpartition("-")[2])
    start = part * LIST_ENTRIES
    wanted = {each - start for each in ordinals if start <= each < start + LIST_ENTRIES}
    bits = int.from_bytes(published.bits, "big").bit_count()
    return (
        bits == len(wanted)
        and all(published.is_set(each) for each in wanted)
        # A list from a clock that ran ahead is not valid yet for those who ask now.
        and published.valid_from <= now < published.valid_from + RENEWAL
        and signer is not None
        and signer.refusal_at(now) is None
    )
