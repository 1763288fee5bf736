"""The second pair of eyes, and what has to hold before anybody signs.

With the setting FOUR_EYES a proposal is confirmed by another account than the one that prepared it; that it
is a reviewer of the same office is the gate's to see, each time anew.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy.engine import Engine

from registry.review.errors import (
    ConfirmationMissing,
    DraftsChanged,
    ProposalStale,
    ProposalUnknown,
    ReviewNotReady,
    SamePerson,
)
from registry.review.proposal import Proposal, Proposals, ProposalState, stored
from registry.storage.draft_reads import DraftReads
from registry.storage.proposal_rows import confirm_proposal
from signing.encoding import rfc3339


class Eyes(StrEnum):
    """The setting FOUR_EYES."""

    ON = "on"
    OFF = "off"


@dataclass(frozen=True)
class Standing:
    """Where proposals and drafts are read; the readers are the calling thread's own."""

    drafts: DraftReads
    proposals: Proposals


def current_proposal(standing: Standing, batch: bytes, digest: str) -> Proposal:
    """The proposal that the person saw, if it still is what would be signed.

    Raises: ProposalUnknown, ProposalStale, DraftsChanged, ReviewNotReady.
    """
    proposal = standing.proposals.newest(batch)
    review = standing.drafts.review(batch)
    if proposal is None:
        raise ProposalUnknown
    if review is None:
        raise ReviewNotReady
    if proposal.revision != review.revision:
        raise DraftsChanged(review.changed_by, review.changed_at)
    if proposal.digest != digest:
        raise ProposalStale
    return proposal


def confirm(
    standing: Standing, desk: Engine, batch: bytes, digest: str, *, by: str, at: datetime
) -> Proposal:
    """The second person's word. Saying it twice changes nothing.

    Raises: ProposalUnknown, ProposalStale, DraftsChanged, SamePerson.
    """
    proposal = current_proposal(standing, batch, digest)
    if proposal.prepared_by == by:
        raise SamePerson
    if proposal.state is ProposalState.PREPARED:
        confirm_proposal(desk, stored(proposal), by, rfc3339(at))
        proposal = current_proposal(standing, batch, digest)
        if proposal.state is ProposalState.PREPARED:
            raise ProposalStale
    return proposal


def require_signable(standing: Standing, batch: bytes, digest: str, *, four_eyes: bool) -> Proposal:
    """What may be signed now: newest, fresh, and confirmed where that is asked for.

    Raises: ProposalUnknown, ProposalStale, DraftsChanged, ConfirmationMissing.
    """
    proposal = current_proposal(standing, batch, digest)
    if four_eyes and proposal.state is ProposalState.PREPARED:
        raise ConfirmationMissing
    return proposal
