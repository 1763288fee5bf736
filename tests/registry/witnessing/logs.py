"""A log small enough to hold in the hand, with everything that it can tell a witness, true or not."""

from dataclasses import dataclass, field

from registry.witnessing.protocol import Submission
from signing.inclusion import Hash, leaf_hash
from signing.keys import KeyRole, SigningKey
from signing.notes import ED25519_TYPE, Checkpoint, Note, VerifierKey, sign_checkpoint
from tests.registry.ledger import naive

ORIGIN = "log.example/skills"


def key(role: KeyRole, number: int) -> SigningKey:
    """A key that is the same in every run."""
    return SigningKey.from_seed(role, bytes([number]) * 32)


@dataclass(frozen=True)
class SmallLog:
    """A log of short entries; two logs with different `tales` differ from that entry on."""

    origin: str = ORIGIN
    signer: SigningKey = field(default_factory=lambda: key(KeyRole.LOG, 1))
    tale: str = "truth"
    common: int = 0

    @property
    def vkey(self) -> VerifierKey:
        """What the witness knows the log by."""
        return VerifierKey(self.origin, ED25519_TYPE, self.signer.public)

    def leaves(self, size: int) -> list[Hash]:
        """The first leaves."""
        return [
            leaf_hash(f"{'truth' if at < self.common else self.tale} {at}".encode()) for at in range(size)
        ]

    def root(self, size: int) -> Hash:
        """The root at that size."""
        return naive.mth(self.leaves(size))

    def note(self, size: int, *signers: SigningKey) -> Note:
        """The signed checkpoint at that size."""
        return sign_checkpoint(Checkpoint(self.origin, size, self.root(size)), signers or [self.signer])

    def prove(self, old_size: int, size: int) -> tuple[Hash, ...]:
        """The consistency proof between two sizes."""
        return tuple(naive.proof(old_size, self.leaves(size))) if 0 < old_size < size else ()

    def submission(self, old_size: int, size: int) -> bytes:
        """What an honest log sends."""
        return Submission(old_size, self.prove(old_size, size), self.note(size)).to_bytes()
