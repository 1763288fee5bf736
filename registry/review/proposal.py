"""What a bureau is asked to sign: one value from the prepared drafts to the signature.

A proposal is made from the drafts of one revision; any later change of a draft makes it stale, and a stale
one is neither confirmed nor signed. With four eyes it waits for another reviewer of the same office.

Source: 湘人社规〔2025〕14号 art. 17(5), (7).
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import sha256

from sqlalchemy.engine import Engine

from registry.ledger.entries import Entry
from registry.review.proposal_body import ProposalBody, body_json, read_body
from registry.storage.proposal_rows import ProposalRows, StoredProposal, insert_proposal
from registry.storage.sql import KeptReader
from signing.encoding import parse_rfc3339, rfc3339


class ProposalKind(StrEnum):
    """What is proposed."""

    APPROVE = "approve"
    RETURN = "return"


class ProposalState(StrEnum):
    """How far it got; with one pair of eyes the second is left out."""

    PREPARED = "prepared"
    CONFIRMED = "confirmed"
    SIGNED = "signed"


@dataclass(frozen=True)
class Proposal:
    """What is to be signed, by whom it was prepared, and who looked at it a second time.

    Accounts are named by their ids. `number` counts the proposals of a batch from 1, and is 0 before it
    is kept.
    """

    batch: bytes
    number: int
    revision: int
    kind: ProposalKind
    bureau: str
    body: ProposalBody
    prepared_by: str
    prepared_at: datetime
    state: ProposalState = ProposalState.PREPARED
    confirmed_by: str = ""
    confirmed_at: datetime | None = None

    @property
    def content(self) -> Entry:
        """The entry to be signed, without `key`, `at` and `signature`."""
        return self.body.content

    @property
    def digest(self) -> str:
        """SHA-256 over everything proposed, in hex: what a form carries to say what the person saw."""
        return sha256(body_json(self.body).encode()).hexdigest()


@dataclass(frozen=True)
class ProposalStanding:
    """How far the newest proposal of a batch is, without what it says of each row."""

    revision: int
    kind: ProposalKind
    state: ProposalState
    bureau: str


class Proposals:
    """Reads of proposals. One belongs to one thread, as its reader does."""

    def __init__(self, reader: KeptReader) -> None:
        self._rows = ProposalRows(reader)

    def newest(self, batch: bytes) -> Proposal | None:
        """The proposal of a batch that counts, stale or not. Raises: SealBroken if it can't be read."""
        found = self._rows.newest(batch)
        return None if found is None else _opened(found)

    def standing(self, batch: bytes) -> ProposalStanding | None:
        """How far the newest proposal of a batch is."""
        found = self._rows.standing(batch)
        if found is None:
            return None
        revision, kind, state, bureau = found
        return ProposalStanding(revision, ProposalKind(kind), ProposalState(state), bureau)

    def get(self, batch: bytes, number: int) -> Proposal | None:
        """One proposal. Raises: SealBroken if it can't be read."""
        found = self._rows.get(batch, number)
        return None if found is None else _opened(found)


def store_proposal(engine: Engine, proposal: Proposal) -> bool:
    """Keeps a proposal; False if a draft changed meanwhile, and then nothing is kept."""
    return insert_proposal(engine, stored(proposal))


def stored(proposal: Proposal) -> StoredProposal:
    """The proposal as its row."""
    confirmed_at = "" if proposal.confirmed_at is None else rfc3339(proposal.confirmed_at)
    return StoredProposal(
        proposal.batch,
        proposal.number,
        proposal.revision,
        proposal.kind.value,
        proposal.bureau,
        body_json(proposal.body),
        proposal.state.value,
        proposal.prepared_by,
        rfc3339(proposal.prepared_at),
        proposal.confirmed_by,
        confirmed_at,
    )


def _opened(row: StoredProposal) -> Proposal:
    return Proposal(
        batch=row.batch,
        number=row.number,
        revision=row.revision,
        kind=ProposalKind(row.kind),
        bureau=row.bureau,
        body=read_body(row.body),
        prepared_by=row.prepared_by,
        prepared_at=parse_rfc3339(row.prepared_at),
        state=ProposalState(row.state),
        confirmed_by=row.confirmed_by,
        confirmed_at=parse_rfc3339(row.confirmed_at) if row.confirmed_at else None,
    )
