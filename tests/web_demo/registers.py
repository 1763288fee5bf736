"""A register in memory that answers the checks' questions, and what the checks say to a plan's batches."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from registry.filing.import_file import read_filings
from registry.intake.checks import CheckedBatch, check_batch
from registry.intake.facts import Held, Person
from registry.intake.form4 import read_form4
from registry.intake.form5 import read_form5
from registry.rules.identity_documents import IdentityType, check_identity
from registry.rules.occupations import load_catalogue
from registry.rules.working_days import load_calendar
from signing.commitment import Record
from web.demo.plan import DemoPlan, PlannedBatch


class MemoryRegister:
    """What has been approved so far."""

    def __init__(self, today: date) -> None:
        self._today = today
        self._numbers: dict[str, Record] = {}
        self._held: defaultdict[Person, list[Held]] = defaultdict(list)

    def registered(self, numbers: Sequence[str]) -> frozenset[str]:
        """Those of the numbers that were approved."""
        return frozenset(self._numbers.keys() & set(numbers))

    def held_by(self, persons: Sequence[Person]) -> Mapping[Person, tuple[Held, ...]]:
        """What was approved for each person."""
        return {person: tuple(self._held[person]) for person in persons if person in self._held}

    def add(self, record: Record) -> None:
        """Register a certificate."""
        self._numbers[record.number] = record
        identity = check_identity(IdentityType(record.id_type), record.id_number, self._today)
        held = Held(
            record.occupation_code, record.job, int(record.level), date.fromisoformat(record.issued_on)
        )
        self._held[record.id_type, identity.canonical].append(held)

    def record(self, number: str) -> Record:
        """The certificate of that number."""
        return self._numbers[number]


@dataclass(frozen=True)
class Played:
    """A plan, what the checks said to each of its batches, and the register in the end."""

    plan: DemoPlan
    checked: tuple[tuple[PlannedBatch, CheckedBatch], ...]
    register: MemoryRegister


def play(plan: DemoPlan) -> Played:
    """Every batch read from its bytes and checked on its day; what is to be approved is registered."""
    filings = {filing.number_prefix: filing for filing in read_filings(plan.institutions_file).filings}
    register = MemoryRegister(plan.today)
    played = []
    for batch in plan.batches:
        checked = check_batch(
            read_form5(batch.form5),
            read_form4(batch.form4),
            filing=filings[batch.prefix],
            catalogue=load_catalogue(),
            calendar=load_calendar(),
            facts=register,
            today=batch.reported_on,
            received_on=batch.reported_on,
            form5_name=batch.form5_name,
        )
        played.append((batch, checked))
        for row in checked.rows:
            if row.record is not None and row.record.number in batch.approved:
                register.add(row.record)
    return Played(plan, tuple(played), register)
