"""What people do with the register, one deed after another, and what each deed must have come to.

A deed that was killed is settled by what a person would do: look, and repeat the same command.
"""

from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from tests.soak.broken import BrokenPromise, require
from tests.soak.town import PREFIX, Answer, Town

_MOST_ROWS = 4
_FIRST = "示例"
_CHARACTERS = "春夏秋冬山川江湖松竹梅兰"


@dataclass
class Ledger:
    """What the clerk knows to be in the register: each number with its result and its acts so far."""

    results: dict[str, str] = field(default_factory=dict)
    acts: dict[str, int] = field(default_factory=dict)
    batches: int = 0
    returned: int = 0
    serial: int = 0


class Deed(Protocol):
    """One command, repeated until it is settled."""

    @property
    def kind(self) -> str:
        """What sort of command it is."""
        ...

    def arguments(self) -> tuple[object, ...]:
        """The command line, the same each time."""
        ...

    def settle(self, answer: Answer | None, interrupted: bool) -> bool:
        """Whether it is done. `interrupted`: this or an earlier try was killed. Raises: BrokenPromise."""
        ...


@dataclass
class Intake:
    """A batch is handed in."""

    town: Town
    ledger: Ledger
    rows: int
    kind: str = "intake"
    batch: str = ""

    def __post_init__(self) -> None:
        self.ledger.batches += 1
        first = self.ledger.serial + 1
        self.ledger.serial += self.rows
        serials = range(first, first + self.rows)
        self.numbers = [self.town.house.number(serial) for serial in serials]
        cells = [self.town.house.row(serial) for serial in serials]
        self.form5, self.form4 = self.town.forms(self.ledger.batches, cells)

    def arguments(self) -> tuple[object, ...]:
        return ("intake", self.form5, "--form4", self.form4, "--institution", PREFIX)

    def settle(self, answer: Answer | None, interrupted: bool) -> bool:
        found = self.town.stored.batch(self.form5.name)
        require(found is None or found[1] == self.rows, f"{self.form5.name}: {found} of {self.rows} rows")
        if answer is None or answer.error:
            require(answer is None, f"intake: {answer}")
            if found is None:
                return False
            self.batch = found[0].hex()
            return True
        require(answer.value["refused"] == 0, f"intake: {answer.value}")
        self.batch = answer.value["batch"]
        require(found is not None and found[0].hex() == self.batch, "an acknowledged batch is not there")
        return True


@dataclass
class Review:
    """Its bureau decides on it."""

    town: Town
    ledger: Ledger
    batch: str
    numbers: list[str]
    approve: bool
    kind: str = "review"

    def arguments(self) -> tuple[object, ...]:
        return ("review", self.batch, "--approve" if self.approve else "--return")

    def settle(self, answer: Answer | None, interrupted: bool) -> bool:
        identity = bytes.fromhex(self.batch)
        decision = self.town.stored.decision(identity)
        if answer is None:
            # Whatever the kill left, the bureau gives the same command again.
            return False
        if answer.error:
            require(interrupted and answer.error == "batch_decided", f"review: {answer}")
        require(decision is self.approve, f"decided {decision}, not {self.approve}")
        if self.approve:
            require(bool(answer.error) or answer.value["certificates"] == len(self.numbers), f"{answer}")
            last, published = self.town.stored.last_entry_of(identity), self.town.stored.sizes()[1]
            require(last < published, f"answered before entry {last} was published, at {published}")
            self.ledger.results |= dict.fromkeys(self.numbers, "valid")
            self.ledger.acts |= dict.fromkeys(self.numbers, 0)
        else:
            self.ledger.returned += 1
        return True


@dataclass
class Act:
    """A certificate is annulled, reinstated, reissued or corrected."""

    town: Town
    ledger: Ledger
    number: str
    kind: str
    options: tuple[str, ...]
    after: str

    def __post_init__(self) -> None:
        self.acts_before = self.town.stored.count("act")

    def arguments(self) -> tuple[object, ...]:
        return (self.kind, self.number, *self.options)

    def settle(self, answer: Answer | None, interrupted: bool) -> bool:
        grown = self.town.stored.count("act") - self.acts_before
        require(grown in (0, 1), f"{self.kind}: {grown} acts of one command")
        if answer is not None and answer.error:
            raise BrokenPromise(f"{self.kind} {self.number}: {answer}")
        require(answer is None or grown == 1, "an acknowledged act is not there")
        if grown:
            self.ledger.results[self.number] = self.after
            self.ledger.acts[self.number] += 1
        return bool(grown)


_ACTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "annul": ("valid", "annulled", ("--reason", "fraud")),
    "reinstate": ("annulled", "valid", ("--reason", "wrongly_annulled")),
    "reissue": ("valid", "valid", ("--reason", "lost_or_damaged")),
    "correct": ("valid", "valid", ("--reason", "clerical_error")),
}


def next_deed(town: Town, ledger: Ledger, chance: Random, handed_in: list[Intake]) -> Deed:
    """A batch, its decision, or an act on a certificate: whatever is at hand."""
    if handed_in:
        batch = handed_in.pop()
        return Review(town, ledger, batch.batch, batch.numbers, approve=chance.random() < 0.85)
    if not ledger.results or chance.random() < 0.35:
        return Intake(town, ledger, chance.randint(1, _MOST_ROWS))
    kind = chance.choice(list(_ACTS))
    before, after, options = _ACTS[kind]
    fitting = [number for number, result in ledger.results.items() if result == before]
    if not fitting:
        return Intake(town, ledger, chance.randint(1, _MOST_ROWS))
    if kind == "correct":
        name = _FIRST + "".join(chance.sample(_CHARACTERS, 4))
        options = (*options, "--set", f"name={name}")
    if kind == "reissue":
        options = (*options, "--request", f"{chance.getrandbits(64):x}")
    return Act(town, ledger, chance.choice(fitting), kind, options, after)
