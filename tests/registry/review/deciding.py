"""A batch at a register that begins, its proposal, and officers of Changsha with keys in either custody."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from registry.custody.rotation import NextKey, introduce_next, unlock_root
from registry.intake.receive import ReceivedBatch
from registry.ledger.key_history import Custody
from registry.review.decide import Decision
from registry.review.perform import prepare_approval
from registry.review.proposal import Proposal, ProposalKind
from registry.review.proposal_body import ProposalBody
from registry.review.sample import DrawnFor, SampleResult
from registry.storage.batch_rows import BatchRows
from registry.storage.sql import KeptReader
from signing.keys import KeyRole, SigningKey
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import ROOT_PASSPHRASE, Scene
from tests.registry.ledger.builders import CHANGSHA

# The third row is flagged when it comes so late, the fourth no rule lets in.
LATE = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PASSPHRASE = b"liu's own passphrase"
REFUSED_NAME = "示例1"


@dataclass(frozen=True)
class Person:
    """Somebody who signs."""

    login: str = "liu"
    id: str = "account-liu"


LIU = Person()


def receive(scene: Scene, *serials: int, refused: int = 0) -> ReceivedBatch:
    """A batch of these certificates, all flagged as late, and one that is refused."""
    scene.clock.now = LATE
    rows = [
        form5_row(number=a_number(serial), name="示例新人", id_number=an_id_number(serial), employer="")
        for serial in serials
    ]
    if refused:
        rows.append(form5_row(number=a_number(refused), name=REFUSED_NAME, employer=""))
    return scene.receive(rows)


def introduce(
    scene: Scene,
    login: str = LIU.login,
    passphrase: bytes = PASSPHRASE,
    custody: Custody = Custody.REGISTER,
) -> SigningKey:
    """A key of Changsha for an officer, whose file lies with the register."""
    wanted = NextKey(KeyRole.BUREAU, custody, CHANGSHA, officer=login)
    root = unlock_root(scene.register, ROOT_PASSPHRASE)
    return introduce_next(scene.register, wanted, passphrase=passphrase, root=root)


@contextmanager
def batches_of(scene: Scene) -> Iterator[BatchRows]:
    """A reader of batches, closed at the end."""
    with closing(KeptReader(scene.register.engine)) as reader:
        yield BatchRows(reader)


def an_approval(scene: Scene, batch: bytes, rejected: dict[int, str] | None = None) -> Proposal:
    """What the desk would propose: every flag accepted, these rows rejected."""
    with batches_of(scene) as batches:
        rows = list(batches.rows(batch))
        rejected = rejected or {}
        accepted = {
            each.row: "late_justified"
            for each in rows
            if each.flagged and not each.refused and each.row not in rejected
        }
        decision = Decision(rejected, frozenset(accepted), accepted)
        look_up, now = scene.register.look_up, scene.clock()
        prepared = prepare_approval(look_up, batches, batch, decision, now=now)
    first = min(accepted, default=2)
    body = ProposalBody(
        content=prepared.proposed.content,
        count=len(prepared.proposed.certificates),
        refused=prepared.refused,
        rejected=rejected,
        accepted=accepted,
        samples={DrawnFor.BUREAU: SampleResult(b"s" * 32, 10, 1, (first,), (first,))},
    )
    return Proposal(batch, 1, 4, ProposalKind.APPROVE, CHANGSHA, body, "account-wang", now)


def a_return(scene: Scene, batch: bytes) -> Proposal:
    """What the desk would propose of a batch that goes back."""
    with batches_of(scene) as batches:
        stored = batches.batch(batch)
    assert stored is not None
    content = {"type": "return", "institution": stored.prefix, "bureau": CHANGSHA, "reason": "findings"}
    body = ProposalBody(content={**content}, reason="findings")
    return Proposal(batch, 1, 4, ProposalKind.RETURN, CHANGSHA, body, "account-wang", scene.clock())


def begun(directory: Path) -> Scene:
    """A register with its keys and one filing, and no certificate yet."""
    from tests.registry import filled

    directory.mkdir(parents=True, exist_ok=True)
    return filled.begin(directory)
