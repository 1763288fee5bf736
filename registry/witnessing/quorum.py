"""The log's side: a signed checkpoint goes out to the witnesses and comes back with their cosignatures."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from registry.witnessing.client import Prove, WitnessClient, open_http
from registry.witnessing.errors import QuorumMissed
from registry.witnessing.outcomes import Cosigned, Outcome
from registry.witnessing.policy import NO_WITNESSES, WitnessPolicy
from signing.notes import Note

_COSIGNED = "cosigned"


class WhenMissed(StrEnum):
    """What becomes of a checkpoint without its quorum: it waits, or it is published as it is."""

    CLOSED = "closed"
    OPEN = "open"


@dataclass(frozen=True)
class Terms:
    """How this register publishes: under whose cosignatures, what without them, and how long it waits."""

    policy: WitnessPolicy = NO_WITNESSES
    when_missed: WhenMissed = WhenMissed.CLOSED
    seconds: float = 10.0


@dataclass(frozen=True)
class Witnessed:
    """What the witnesses said to one checkpoint, by name of the witness."""

    size: int
    quorum: int
    outcomes: Mapping[str, str]

    @property
    def cosigned(self) -> int:
        """How many cosigned."""
        return sum(each == _COSIGNED for each in self.outcomes.values())

    @property
    def failures(self) -> dict[str, str]:
        """Why each of the others did not."""
        return {name: word for name, word in self.outcomes.items() if word != _COSIGNED}

    @property
    def is_met(self) -> bool:
        """Whether they are enough."""
        return self.cosigned >= self.quorum


class Quorum:
    """Cosignatures under a policy, for a writer of the log. One checkpoint at a time."""

    def __init__(
        self,
        policy: WitnessPolicy,
        client: WitnessClient,
        *,
        when_missed: WhenMissed,
        report: Callable[[Witnessed], None] = lambda _: None,
    ) -> None:
        """`report` is told of every checkpoint that was sent out."""
        self.policy = policy
        self._client = client
        self._when_missed = when_missed
        self._report = report

    def close(self) -> None:
        """Gives connections and threads back."""
        self._client.close()

    def cosigned(self, note: Note, *, size: int, previous_size: int, prove: Prove) -> Note:
        """The checkpoint with one verified line of each witness that cosigned.

        Raises: QuorumMissed, unless the policy is to publish all the same; LogKeyIsWitness.
        """
        outcomes = self._client.collect(note, previous_size=previous_size, prove=prove)
        named = MappingProxyType({str(key.name): _word(each) for key, each in outcomes.items()})
        witnessed = Witnessed(size, self.policy.quorum, named)
        self._report(witnessed)
        if not witnessed.is_met and self._when_missed is WhenMissed.CLOSED:
            raise QuorumMissed(
                found=witnessed.cosigned, quorum=self.policy.quorum, failures=witnessed.failures
            )
        # In the order of the policy, not of the answers: the same cosignatures are the same bytes.
        ordered = (outcomes.get(each.key) for each in self.policy.witnesses)
        lines = tuple(each.line for each in ordered if isinstance(each, Cosigned))
        return Note(note.text, (*note.signatures, *lines))


def open_quorum(terms: Terms, report: Callable[[Witnessed], None] = lambda _: None) -> Quorum | None:
    """The quorum of these terms over the network; None where there is nobody to ask."""
    if not terms.policy.witnesses:
        return None
    client = WitnessClient(terms.policy, open_http(), seconds=terms.seconds)
    return Quorum(terms.policy, client, when_missed=terms.when_missed, report=report)


def _word(outcome: Outcome) -> str:
    return _COSIGNED if isinstance(outcome, Cosigned) else outcome.reason.value
