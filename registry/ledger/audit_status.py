"""Status lists recomputed from the acts alone, as of any tree size, and compared with what was published.

Only certificates that were acted on cost memory; every other position is a clear bit.

Source: W3C Bitstring Status List v1.0; positions as in `registry.status`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import NoReturn

from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.audit_tree import altered_byte
from registry.ledger.chain import ChainState
from registry.ledger.key_history import KeyHistory, KnownKey
from signing.data_integrity import check_proof, proof_of
from signing.did import did_of_origin, key_fragment
from signing.errors import BadSignature
from signing.form_errors import MalformedDid, MalformedProof, MalformedStatusList
from signing.keys import KeyRole
from signing.status_list import LIST_ENTRIES, StatusList, StatusPurpose, parse_status_list

_LIST_BYTES = LIST_ENTRIES // 8
_REVOKED = (ChainState.ANNULLED, ChainState.ERASED)


@dataclass(frozen=True)
class StatusClaim:
    """What a `status` entry commits to."""

    index: int
    name: str
    digest: bytes
    size: int


class StatusBits:
    """Every bit that the acts set, with the entry at which each change was made."""

    def __init__(self) -> None:
        self._lists: dict[tuple[StatusPurpose, int], bytearray] = {}
        self._changes: list[tuple[int, StatusPurpose, int]] = []

    def follow(self, index: int, state: ChainState, ordinals: list[int]) -> None:
        """The act at `index` left a certificate in `state`; `ordinals` are its versions, the oldest first."""
        revoked = ordinals if state in _REVOKED else []
        replaced = ordinals if state is ChainState.SUPERSEDED else ordinals[:-1]
        self._set(index, StatusPurpose.REVOCATION, ordinals, revoked)
        self._set(index, StatusPurpose.SUPERSESSION, ordinals, replaced)

    def bits(self, purpose: StatusPurpose, part: int, size: int) -> bytes:
        """The bits of one list as of a tree of `size`."""
        bits = bytearray(self._lists.get((purpose, part), bytes(_LIST_BYTES)))
        for index, changed, ordinal in reversed(self._changes):
            if index < size:
                break
            if (changed, ordinal // LIST_ENTRIES) == (purpose, part):
                _flip(bits, ordinal)
        return bytes(bits)

    def _set(self, index: int, purpose: StatusPurpose, ordinals: Iterable[int], wanted: list[int]) -> None:
        for ordinal in ordinals:
            key = (purpose, ordinal // LIST_ENTRIES)
            bits = self._lists.setdefault(key, bytearray(_LIST_BYTES))
            if _is_set(bits, ordinal) != (ordinal in wanted):
                _flip(bits, ordinal)
                self._changes.append((index, purpose, ordinal))


def check_status_list(claim: StatusClaim, body: bytes, bits: StatusBits, keys: KeyHistory) -> None:
    """Shows that a stored list is the one committed to, and says what the acts say.

    Steps:
    1. its hash is the entry's
    2. it is a list of that name
    3. every bit follows from the acts
    4. a status key of the register that was active then signed it
    """
    # 1
    if sha256(body).digest() != claim.digest:
        offset = altered_byte(body, lambda tried: sha256(tried).digest() == claim.digest)
        _found(FindingCode.STATUS_LIST_ALTERED, claim, offset=offset)
    # 2
    purpose, part = StatusPurpose(claim.name.rpartition("-")[0]), int(claim.name.rpartition("-")[2])
    try:
        published = parse_status_list(body)
        issuer = did_of_origin(published.url.removesuffix(f"/status/{claim.name}"))
    except (MalformedStatusList, MalformedDid):
        _found(FindingCode.STATUS_LIST_MALFORMED, claim)
    if published.purpose is not purpose or published.issuer != issuer:
        _found(FindingCode.STATUS_LIST_MALFORMED, claim)
    # 3
    wanted = bits.bits(purpose, part, claim.size)
    if published.bits != wanted:
        position = 8 * first_difference(published.bits, wanted)
        _found(FindingCode.STATUS_BITS_DIFFER, claim, ordinal=part * LIST_ENTRIES + position)
    # 4
    if not _signed_by_register(claim, published, keys):
        _found(FindingCode.STATUS_LIST_SIGNATURE, claim)


def _signed_by_register(claim: StatusClaim, published: StatusList, keys: KeyHistory) -> bool:
    try:
        method = proof_of(published.document).method
        for key in keys:
            named = f"{published.issuer}#{key_fragment(KeyRole.STATUS, key.public)}"
            if key.role is KeyRole.STATUS and _might_sign(key, claim, published) and named == method:
                check_proof(published.document, key.public)
                return True
    except (MalformedProof, BadSignature):
        return False
    return False


def _might_sign(key: KnownKey, claim: StatusClaim, published: StatusList) -> bool:
    """Introduced and not retired where the list entered the log, and valid when it was signed."""
    introduced = key.introduced_index < claim.index
    retired = key.retired_index is not None and key.retired_index <= claim.index
    within = replace(key, retired_index=None).refusal_at(published.valid_from) is None
    return introduced and not retired and within


def _found(
    code: FindingCode, claim: StatusClaim, *, offset: int | None = None, ordinal: int | None = None
) -> NoReturn:
    detail = {} if ordinal is None else {"ordinal": ordinal}
    found(code, Check.STATUS_LISTS, "status_list", claim.index, "body", offset=offset, **detail)


def _is_set(bits: bytearray, ordinal: int) -> bool:
    position = ordinal % LIST_ENTRIES
    return bool(bits[position >> 3] & (0x80 >> (position & 7)))


def _flip(bits: bytearray, ordinal: int) -> None:
    position = ordinal % LIST_ENTRIES
    bits[position >> 3] ^= 0x80 >> (position & 7)
