"""What may enter the log. Pure checks of signed content against the keys and filings that the log holds.

- An approval is signed by an active key of the bureau that the institution's filing names; its count and root
  cover exactly the certificates behind it, in ascending order of commitment.
- An act is signed by an active key of the bureau that approved the certificate, or of the province, and
  continues the chain at its head.
- A filing's entry is signed by an active key of the province, and is the next one of its filing.

Source: 湘人社规〔2025〕14号 art. 17(7) (review by the responsible bureau), arts. 3, 12 (filings).
"""

from collections.abc import Sequence
from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

from registry.filing.book import FilingBook
from registry.filing.model import filing_on
from registry.ledger.chain import Chain, ChainState, Link, follow
from registry.ledger.entries import Entry, bureau_message, number, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import KeyHistory
from registry.ledger.merkle import leaf_hashes, merge
from signing.encoding import b64url_decode, parse_rfc3339
from signing.errors import BadSignature, MalformedEncoding
from signing.keys import verify

PROVINCE = "430000"
CIVIL_TIME = ZoneInfo("Asia/Shanghai")


def approval_root(commitments: Sequence[bytes]) -> bytes:
    """MTH over the raw commitments in the order in which they are appended."""
    return merge(leaf_hashes(commitments))


def require_approval(
    content: Entry,
    commitments: Sequence[bytes],
    *,
    log_origin: str,
    at: datetime,
    keys: KeyHistory,
    filings: FilingBook,
) -> None:
    """Admits an approval and the certificates behind it. Raises: NotAdmitted, MalformedEntry.

    Steps:
    1. the filing names this bureau as the responsible one today
    2. the key is one of that bureau that may sign at that moment
    3. count, order and root are those of the certificates
    4. the bureau signed exactly this content
    """
    bureau = text(content, "bureau")
    # 1
    filing = filings.by_prefix(text(content, "institution"))
    if filing is None:
        raise NotAdmitted(Refusal.INSTITUTION_UNKNOWN)
    if filing_on(filing, at.astimezone(CIVIL_TIME).date()).bureau != bureau:
        raise NotAdmitted(Refusal.NOT_THE_RESPONSIBLE_BUREAU)
    # 2
    key = keys.bureau_key(text(content, "key"), bureau, at)
    # 3
    if number(content, "count") != len(commitments) or not commitments:
        raise NotAdmitted(Refusal.COUNT_DIFFERS)
    if any(left >= right for left, right in pairwise(commitments)):
        raise NotAdmitted(Refusal.ORDER_DIFFERS)
    if _digest(content, "root") != approval_root(commitments):
        raise NotAdmitted(Refusal.ROOT_DIFFERS)
    # 4
    require_signature(content, log_origin=log_origin, public=key.public)


def require_filing(content: Entry, *, version: int, log_origin: str, at: datetime, keys: KeyHistory) -> None:
    """Admits an entry of a filing that has `version` entries so far. Raises: NotAdmitted, MalformedEntry.

    Without the signature whoever runs the log could widen a scope, or name a bureau whose key is at hand as
    the responsible one, and nobody could tell. Without the sequence an old entry could be put in again.

    Source: 2025-14 arts. 3, 12(6), 13 (filings are the province's).
    """
    key = keys.bureau_key(text(content, "key"), PROVINCE, at)
    require_signature(content, log_origin=log_origin, public=key.public)
    if number(content, "sequence") != version:
        raise NotAdmitted(Refusal.FILING_MOVED_ON)


def require_act(
    content: Entry, chain: Chain, *, log_origin: str, at_text: str, index: int, bureau: str, keys: KeyHistory
) -> Link:
    """Admits an act on the certificate of `chain`, which `bureau` approved, and returns its link.

    Raises: NotAdmitted, MalformedEntry.
    """
    if number(content, "index") != chain.first.index:
        raise NotAdmitted(Refusal.CERTIFICATE_UNKNOWN)
    acting = text(content, "bureau")
    if acting not in (bureau, PROVINCE):
        raise NotAdmitted(Refusal.NOT_THE_RESPONSIBLE_BUREAU)
    key = keys.bureau_key(text(content, "key"), acting, parse_rfc3339(at_text))
    require_signature(content, log_origin=log_origin, public=key.public)
    return follow(chain.head, index, {**content, "at": at_text})


def require_replacement(by: int, certificate: int, state: ChainState | None) -> None:
    """Admits `by` as what supersedes `certificate`: another one, registered and in force.

    `state` is where `by` stands, None if that entry is no certificate. Raises: NotAdmitted.
    """
    if by == certificate or state is None:
        raise NotAdmitted(Refusal.CERTIFICATE_UNKNOWN)
    if state is not ChainState.VALID:
        raise NotAdmitted(Refusal.ACT_NOT_POSSIBLE)


def require_signature(content: Entry, *, log_origin: str, public: bytes) -> None:
    """Shows that the bureau's key signed this content. Raises: NotAdmitted."""
    try:
        signature = b64url_decode(text(content, "signature"), length=64)
        verify(public, bureau_message(log_origin, content), signature)
    except (BadSignature, MalformedEncoding) as fault:
        raise NotAdmitted(Refusal.SIGNATURE_WRONG) from fault


def _digest(content: Entry, name: str) -> bytes:
    try:
        return b64url_decode(text(content, name), length=32)
    except MalformedEncoding as fault:
        raise MalformedEntry(name) from fault
