"""Killed at any step, the log verifies, nothing is lost or doubled, and the next append works."""

from itertools import product

import pytest

from registry.ledger.guard import Guard
from registry.storage.errors import DatabaseUnavailable
from tests.registry.ledger.builders import SmallRegister, a_record
from tests.registry.ledger.faults import Died, Fault, Moment, Step, faulty

FAULTS = list(product(Step, Moment))


def is_durable(step: Step, moment: Moment) -> bool:
    """Whether the entries were committed before the fault."""
    return (step, moment) != (Step.COMMIT_ENTRIES, Moment.BEFORE)


def is_published(step: Step, moment: Moment) -> bool:
    """Whether the checkpoint was committed before the fault."""
    return (step, moment) == (Step.COMMIT_CHECKPOINT, Moment.AFTER)


@pytest.mark.parametrize(("step", "moment"), FAULTS)
def test_a_restart_finishes_what_was_durable(register: SmallRegister, step: Step, moment: Moment) -> None:
    size = register.stored_size()
    dying = faulty(register, Fault(step, moment))
    with pytest.raises((Died, DatabaseUnavailable)):
        dying.approve([a_record(1), a_record(2)], 1)
    stored = size + 3 if is_durable(step, moment) else size
    published = stored if is_published(step, moment) else size
    assert (register.stored_size(), register.published_size()) == (stored, published)
    assert register.audited().clean
    again = register.reopened()
    again.writer.recover()
    assert again.published_size() == stored
    assert again.approve([a_record(3)], 2).first_index == stored


@pytest.mark.parametrize(("step", "moment"), FAULTS)
def test_the_same_writer_goes_on_after_a_fault(register: SmallRegister, step: Step, moment: Moment) -> None:
    dying = faulty(register, Fault(step, moment))
    with pytest.raises((Died, DatabaseUnavailable)):
        dying.approve([a_record(1), a_record(2)], 1)
    stored = register.stored_size()
    assert dying.approve([a_record(3)], 2).first_index == stored
    assert dying.published_size() == stored + 2


@pytest.mark.parametrize(("first", "second"), list(product(FAULTS, Step)))
def test_a_fault_while_finishing_an_earlier_fault(
    on_sqlite: SmallRegister, first: tuple[Step, Moment], second: Step
) -> None:
    dying = faulty(on_sqlite, Fault(*first))
    with pytest.raises((Died, DatabaseUnavailable)):
        dying.approve([a_record(1)], 1)
    dying = faulty(on_sqlite, Fault(second))
    with pytest.raises((Died, DatabaseUnavailable)):
        dying.approve([a_record(2)], 2)
    assert on_sqlite.audited().clean
    stored = on_sqlite.stored_size()
    assert on_sqlite.reopened().approve([a_record(3)], 3).first_index == stored


def test_nothing_is_visible_before_it_is_published(register: SmallRegister) -> None:
    """A reader serves the old checkpoint while the new entries are already committed."""
    seen: list[tuple[Step, int, int]] = []
    size = register.stored_size()

    def look(step: Step) -> None:
        seen.append((step, register.stored_size() - size, register.published_size() - size))

    faulty(register, Fault(watch=look)).approve([a_record(1)])
    assert seen == [
        (Step.COMMIT_ENTRIES, 0, 0),
        (Step.WRITE_GUARD, 2, 0),
        (Step.SIGN, 2, 0),
        (Step.COMMIT_CHECKPOINT, 2, 0),
    ]
    assert register.published_size() - size == 2


def test_the_guard_knows_a_head_before_it_is_signed(register: SmallRegister) -> None:
    seen: dict[Step, int] = {}

    def look(step: Step) -> None:
        seen[step] = Guard(register.places.keys.guard).read(log_is_empty=False).size

    size = register.stored_size()
    faulty(register, Fault(watch=look)).approve([a_record(1)])
    assert seen == {
        Step.COMMIT_ENTRIES: size,
        Step.WRITE_GUARD: size,
        Step.SIGN: size + 2,
        Step.COMMIT_CHECKPOINT: size + 2,
    }
