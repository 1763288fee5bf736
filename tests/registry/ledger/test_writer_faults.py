"""Failing or killed at any step, the log verifies, nothing is lost or doubled, and the next append works.

Each test here is one cell of a table that is printed at the end of the run.
"""

from collections.abc import Callable, Iterator
from itertools import product

import pytest

from registry.ledger.guard import Guard
from registry.storage.errors import DatabaseUnavailable
from tests.registry.ledger.appender import Appender, appending_program
from tests.registry.ledger.builders import SmallRegister, a_record
from tests.registry.ledger.faults import (
    COMMIT_CHECKPOINT,
    COMMIT_ENTRIES,
    FINISHING,
    FLUSH_GUARD,
    RENAME_GUARD,
    STEPS,
    Died,
    Fault,
    Moment,
    Step,
    faulty,
    has_taken,
)

BATCH = 12
"""More records than the last tile has room for, so that an append completes a tile."""
FAILURES = [moment for moment in Moment if not moment.is_kill]
FAULTS = list(product(STEPS, Moment))
FINISHING_FAULTS = list(product(FINISHING, Moment))
LEAVING = (COMMIT_ENTRIES, FLUSH_GUARD, RENAME_GUARD, COMMIT_CHECKPOINT)
"""Steps whose faults leave different things behind: entries, half a guard, a guard, a checkpoint."""
TWICE = list(product(LEAVING, FINISHING, FAILURES))
Record = Callable[[str, object], None]


@pytest.fixture(scope="module")
def appender() -> Iterator[Appender]:
    with appending_program() as running:
        yield running


def named(value: object) -> str:
    """A readable name of a case."""
    return str(value).replace(" ", "-") if isinstance(value, Step | Moment) else repr(value)


def strike(
    register: SmallRegister, appender: Appender, step: Step, moment: Moment, appends: int = 1
) -> list[int]:
    """Lets one append, or the finishing of an earlier one, fail there; returns the sizes it had announced."""
    if moment.is_kill:
        appender.start(register, first_serial=1, appends=appends, killed=(step, moment), count=BATCH)
        answers = appender.read_to_end()
        assert answers[-1] == ("end", "-9")
        return [int(value) for word, value in answers if word == "published"]
    batch = [a_record(serial) for serial in range(1, 1 + BATCH)]
    with faulty(register, Fault(step, moment)) as dying, pytest.raises((Died, DatabaseUnavailable)):
        dying.approve(batch, 1) if appends else dying.writer.recover()
    return []


def goes_on(register: SmallRegister, stored: int) -> None:
    """After a restart: everything stored is published once, and the next append comes right behind it."""
    again = register.reopened()
    again.writer.recover()
    assert (again.stored_size(), again.published_size()) == (stored, stored)
    assert not list(register.places.key_dir.glob("guard*.new"))
    published = again.approve([a_record(900)], 900)
    assert (published.first_index, again.published_size()) == (stored, stored + 2)


@pytest.mark.parametrize(("step", "moment"), FAULTS, ids=named)
def test_an_append_that_fails_anywhere(
    nearly_full_tile: SmallRegister, appender: Appender, step: Step, moment: Moment, record_property: Record
) -> None:
    register = nearly_full_tile
    size = register.stored_size()
    announced = strike(register, appender, step, moment)
    stored = size + 1 + BATCH if has_taken(COMMIT_ENTRIES, (step, moment)) else size
    published = stored if has_taken(COMMIT_CHECKPOINT, (step, moment)) else size
    assert (register.stored_size(), register.published_size()) == (stored, published)
    assert announced == []
    assert register.audited().clean
    goes_on(register, stored)
    record_property("fault", (register.engine.dialect.name, str(step), moment.value))


@pytest.mark.parametrize(("step", "moment"), FINISHING_FAULTS, ids=named)
def test_finishing_an_earlier_append_that_fails_anywhere(
    nearly_full_tile: SmallRegister, appender: Appender, step: Step, moment: Moment, record_property: Record
) -> None:
    register = nearly_full_tile
    strike(register, appender, COMMIT_ENTRIES, Moment.AFTER)
    size, stored = register.published_size(), register.stored_size()
    strike(register, appender, step, moment, appends=0)
    published = stored if has_taken(COMMIT_CHECKPOINT, (step, moment)) else size
    assert (register.stored_size(), register.published_size()) == (stored, published)
    goes_on(register, stored)
    record_property("fault", (register.engine.dialect.name, f"2 finishing: {step.name}", moment.value))


@pytest.mark.parametrize(("step", "moment"), list(product(STEPS, FAILURES)), ids=named)
def test_the_same_writer_goes_on_after_a_fault(on_sqlite: SmallRegister, step: Step, moment: Moment) -> None:
    with faulty(on_sqlite, Fault(step, moment)) as dying:
        with pytest.raises((Died, DatabaseUnavailable)):
            dying.approve([a_record(1), a_record(2)], 1)
        stored = on_sqlite.stored_size()
        assert dying.approve([a_record(3)], 2).first_index == stored
        assert dying.published_size() == stored + 2


@pytest.mark.parametrize(("first", "second", "moment"), TWICE, ids=named)
def test_a_fault_while_finishing_an_earlier_fault(
    on_sqlite: SmallRegister, first: Step, second: Step, moment: Moment, record_property: Record
) -> None:
    for fault, serial in ((Fault(first, Moment.AFTER), 1), (Fault(second, moment), 2)):
        with faulty(on_sqlite, fault) as dying, pytest.raises((Died, DatabaseUnavailable)):
            dying.approve([a_record(serial)], serial)
    assert on_sqlite.audited().clean
    stored = on_sqlite.stored_size()
    assert on_sqlite.reopened().approve([a_record(3)], 3).first_index == stored
    record_property("fault", ("sqlite", "2 finishing, failing again", moment.value))


def test_nothing_is_visible_before_it_is_published(register: SmallRegister) -> None:
    """A reader serves the old checkpoint while the new entries are already committed."""
    seen: dict[Step, tuple[int, int]] = {}
    size = register.stored_size()

    def look(step: Step) -> None:
        seen[step] = (register.stored_size() - size, register.published_size() - size)

    with faulty(register, Fault(watch=look)) as watched:
        watched.approve([a_record(1)])
    assert list(seen) == list(STEPS)
    for step, sizes in seen.items():
        before = (step, Moment.BEFORE)
        assert sizes == (2 * has_taken(COMMIT_ENTRIES, before), 2 * has_taken(COMMIT_CHECKPOINT, before))


def test_the_guard_knows_a_head_before_it_is_signed(register: SmallRegister) -> None:
    seen: dict[Step, int] = {}
    read = Guard.read

    def look(step: Step) -> None:
        seen[step] = read(Guard(register.places.keys.guard), log_is_empty=False).size

    size = register.stored_size()
    with faulty(register, Fault(watch=look)) as watched:
        watched.approve([a_record(1)])
    for step, known in seen.items():
        assert known == size + 2 * has_taken(RENAME_GUARD, (step, Moment.BEFORE))
