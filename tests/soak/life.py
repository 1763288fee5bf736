"""One life of a register: begun under fire, kept under fire, and looked at when it has come to rest."""

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from tests.soak.broken import require
from tests.soak.clerk import Act, Intake, Ledger, Review, next_deed
from tests.soak.closing import audited, close
from tests.soak.programs import Program, pause
from tests.soak.town import NETWORK, SERVER, WORKER, Town
from tests.soak.visitor import Visitor

COMMAND, ALL = "command", "everything"
_VICTIMS = {COMMAND: 64, WORKER: 14, SERVER: 8, NETWORK: 7, ALL: 7}
_FIRST_GUESS_SECONDS = 0.8
_BEYOND = 1.1
_PATIENCE_SECONDS = 90.0


@dataclass
class Tally:
    """What was done so far, over all lives."""

    kills: Counter[str] = field(default_factory=Counter)
    survived: int = 0
    restarts: int = 0
    commands: int = 0
    batches: int = 0
    returned: int = 0
    certificates: int = 0
    acts: int = 0
    entries: int = 0
    audits: int = 0
    answers: int = 0
    lives: int = 0

    @property
    def killed(self) -> int:
        """How often something was killed."""
        return sum(self.kills.values())


@dataclass
class Life:
    """A town under fire. Every choice comes from `chance`; only instants also depend on the machine."""

    town: Town
    chance: Random
    tally: Tally
    typical: dict[str, float]
    tell: Callable[[], None] = lambda: None

    def __post_init__(self) -> None:
        self.ledger, self.visitor = Ledger(), Visitor(self.town.port)
        self.handed_in: list[Intake] = []

    def begin(self) -> None:
        """The commands by which a register begins, each killed a few times and repeated until it is done."""
        for arguments in self.town.beginning():
            kind = " ".join(map(str, arguments[:2]))
            for _ in range(self.chance.randint(0, 2)):
                self._under_fire(kind, self.town.command(*arguments), COMMAND)
                self.tally.restarts += 1
            self.town.done(*arguments)
        self._audit()
        self.town.start_all()

    def keep(self, kills: int) -> None:
        """Deeds, one after another, until so many programs were killed."""
        last = self.tally.killed + kills
        while self.tally.killed < last:
            self._deed()
            self.tell()

    def end(self) -> None:
        """One more deed of each kind, then rivals, then rest. Raises: BrokenPromise."""
        while not isinstance(self._deed(safely=True), Act):
            pass
        while self.handed_in:
            self._deed(safely=True)
        self._rivals()
        close(self.town, self.ledger, self.visitor)
        tally = self.tally
        tally.lives += 1
        tally.audits += 1
        tally.batches += self.ledger.batches
        tally.returned += self.ledger.returned
        tally.certificates += len(self.ledger.results)
        tally.acts += sum(self.ledger.acts.values())
        tally.entries += self.town.stored.sizes()[1]
        tally.answers += self.visitor.answers
        tally.commands += self.town.commands

    def _deed(self, *, safely: bool = False) -> object:
        deed = next_deed(self.town, self.ledger, self.chance, self.handed_in)
        interrupted = False
        while True:
            victim = COMMAND if safely else self.chance.choices([*_VICTIMS], [*_VICTIMS.values()])[0]
            killed = self._under_fire(
                deed.kind, self.town.command(*deed.arguments()), "" if safely else victim
            )
            answer = self.town.answer(killed) if killed.code is not None else None
            if killed.code == -9:
                interrupted = True
            else:
                require(answer is not None, f"{deed.arguments()} said nothing\n{killed.complaints()}")
            self.town.start_all()
            if not safely:
                self._audit()
            if deed.settle(answer, interrupted):
                break
        if isinstance(deed, Intake):
            self.handed_in.append(deed)
        return deed

    def _rivals(self) -> None:
        """Three writers at once, two of them with the same decision: each waits or is refused."""
        town = self.town
        batches = [Intake(town, self.ledger, rows) for rows in (2, 3)]
        for batch in batches:
            answer = town.done(*batch.arguments())
            require(batch.settle(answer, False), f"{answer}")
        reviews = [
            Review(town, self.ledger, batch.batch, batch.numbers, approve=True)
            for batch in (batches[0], batches[1], batches[0])
        ]
        running = [town.command(*each.arguments()) for each in reviews]
        for program in running:
            program.wait(_PATIENCE_SECONDS)
        answers = [town.answer(program) for program in running]
        refused = [answer for answer in answers if answer is not None and answer.error]
        known = ("batch_decided", "not_admitted/batch_already_approved")
        require(len(refused) == 1 and refused[0].error in known, f"rivals: {answers}")
        for review, decided in zip(reviews, answers, strict=True):
            if decided is not None and not decided.error:
                require(review.settle(decided, False), f"{decided}")
        self._audit()

    def _under_fire(self, kind: str, command: Program, victim: str) -> Program:
        """Lets a command run, and kills what is to be killed at an instant of its run."""
        usual = self.typical.get(kind, _FIRST_GUESS_SECONDS)
        instant = command.began + self.chance.random() * usual * _BEYOND
        deadline = command.began + _PATIENCE_SECONDS
        struck = not victim
        while not (command.is_over() and (struck or victim == COMMAND)):
            if not struck and time.monotonic() >= instant:
                struck = True
                self._strike(victim, command)
            elif time.monotonic() > deadline:
                command.wait(0)
            else:
                self._look()
        if command.code == 0:
            took = time.monotonic() - command.began
            self.typical[kind] = 0.8 * usual + 0.2 * took
        if not struck:
            self.tally.survived += 1
        return command

    def _strike(self, victim: str, command: Program) -> None:
        self.tally.kills[victim] += 1
        if victim in (COMMAND, ALL):
            command.kill()
        for name in (NETWORK, SERVER, WORKER):
            if victim in (name, ALL) and name in self.town.running:
                self.town.running[name].kill()
                self.tally.restarts += 1
        if victim in (WORKER, ALL):
            self.town.stored.let_lease_run_out()

    def _look(self) -> None:
        if self.ledger.results and SERVER in self.town.running and self.chance.random() < 0.3:
            self.visitor.look_up(self.chance.choice([*self.ledger.results]))
            self.visitor.look_at_log()
        else:
            pause()

    def _audit(self) -> None:
        self.tally.audits += 1
        audited(self.town)
