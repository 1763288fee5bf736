"""Whether a version is in force: its bits in the two status lists of the trust folder.

A list counts only if the register's status key signed it, and if it is fresh; otherwise the answer is "not
checked", with what the old list said as a hint, never "in force".

Source: W3C Bitstring Status List v1.0 section 3.2 (validate algorithm).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from signing.credential import StatusPosition
from signing.data_integrity import check_proof, proof_of
from signing.encoding import rfc3339
from signing.errors import BadSignature
from signing.form_errors import MalformedProof, MalformedStatusList, UnknownKey
from signing.keys import KeyRole
from signing.outcomes import Step, failed, not_checked, passed
from signing.report import ANNULLED_REASON, SUPERSEDED_REASON
from signing.status_list import LIST_ENTRIES, StatusList, StatusPurpose, list_name
from signing.trust import Trust

CLOCK_SKEW = timedelta(minutes=5)
_STEPS = {
    StatusPurpose.REVOCATION: ("not_annulled", ANNULLED_REASON),
    StatusPurpose.SUPERSESSION: ("not_superseded", SUPERSEDED_REASON),
}


@dataclass(frozen=True)
class Freshness:
    """The moment of checking, and how old a status list may be (None = as long as it says itself)."""

    now: datetime
    max_age: timedelta | None = None


def standing_unknown(reason: str) -> tuple[Step, ...]:
    """Both steps, not taken."""
    return tuple(not_checked(name, reason) for name, _ in _STEPS.values())


def check_positions(
    positions: Mapping[StatusPurpose, StatusPosition], trust: Trust, freshness: Freshness
) -> tuple[Step, ...]:
    """The two steps for the positions that a credential names."""
    steps = []
    for purpose in StatusPurpose:
        position = positions.get(purpose)
        status_list = None if position is None else trust.status_lists.get(position.url)
        index = -1 if position is None else position.index
        steps.append(_check(purpose, status_list, index, trust, freshness))
    return tuple(steps)


def check_ordinal(ordinal: int, trust: Trust, freshness: Freshness) -> tuple[Step, ...]:
    """The two steps for an ordinal, whose lists are found by name."""
    by_name = {url.rpartition("/")[2]: each for url, each in trust.status_lists.items()}
    return tuple(
        _check(purpose, by_name.get(list_name(purpose, ordinal)), ordinal % LIST_ENTRIES, trust, freshness)
        for purpose in StatusPurpose
    )


def _check(
    purpose: StatusPurpose, status_list: StatusList | None, index: int, trust: Trust, freshness: Freshness
) -> Step:
    name, reason = _STEPS[purpose]
    if status_list is None:
        return not_checked(name, "no_status_list")
    if not _is_authentic(status_list, purpose, trust, freshness.now):
        return not_checked(name, "status_list_not_authentic")
    try:
        is_set = status_list.is_set(index)
    except MalformedStatusList:
        return not_checked(name, "position_outside_list")
    as_of = rfc3339(status_list.valid_from)
    if status_list.valid_from > freshness.now + CLOCK_SKEW:
        return not_checked(name, "status_list_from_the_future", as_of=as_of)
    if not _is_fresh(status_list, freshness):
        return not_checked(
            name, "status_list_stale", as_of=as_of, last_known=reason if is_set else "in_force"
        )
    return failed(name, reason, as_of=as_of) if is_set else passed(name, as_of=as_of)


def _is_authentic(status_list: StatusList, purpose: StatusPurpose, trust: Trust, now: datetime) -> bool:
    if status_list.purpose is not purpose or status_list.issuer != trust.keys.did:
        return False
    try:
        key = trust.keys.key(proof_of(status_list.document).method, KeyRole.STATUS, now)
        check_proof(status_list.document, key.public)
    except (MalformedProof, UnknownKey, BadSignature):
        return False
    return True


def _is_fresh(status_list: StatusList, freshness: Freshness) -> bool:
    if freshness.now >= status_list.valid_until:
        return False
    return freshness.max_age is None or freshness.now - status_list.valid_from <= freshness.max_age
