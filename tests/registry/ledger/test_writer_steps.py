"""The table of faults is the writer's own list of steps, and nothing happens outside it."""

import re
from collections.abc import Iterator

import pytest

from registry.ledger import writer
from tests.registry.ledger.appender import Appender, appending_program
from tests.registry.ledger.builders import SmallRegister
from tests.registry.ledger.faults import COMMIT_ENTRIES, FINISH_EARLIER, FINISHING, STEPS, Moment


@pytest.fixture(scope="module")
def appender() -> Iterator[Appender]:
    with appending_program() as running:
        yield running


def test_the_table_has_the_numbers_of_the_writers_docstring() -> None:
    numbered = [int(number) for number in re.findall(r"^(\d+)\. ", writer.__doc__ or "", re.MULTILINE)]
    assert numbered == sorted({FINISH_EARLIER, *(step.number for step in STEPS)})
    assert [step.number for step in STEPS] == sorted(step.number for step in STEPS)


def test_an_append_takes_every_step_of_the_table_and_has_no_effect_outside(
    register: SmallRegister, appender: Appender
) -> None:
    appender.start(register, first_serial=1, appends=1, watched=True)
    answers = appender.read_to_end()
    assert answers[-1] == ("end", "0")
    assert [value for word, value in answers if word == "effect"] == []
    assert [value for word, value in answers if word == "step"] == [step.name for step in STEPS]


def test_finishing_an_earlier_append_takes_its_steps_and_no_other(
    register: SmallRegister, appender: Appender
) -> None:
    appender.start(register, 1, 1, killed=(COMMIT_ENTRIES, Moment.KILLED_AFTER))
    assert appender.read_to_end()[-1] == ("end", "-9")
    appender.start(register, first_serial=1, appends=0, watched=True)
    answers = appender.read_to_end()
    assert [value for word, value in answers if word == "effect"] == []
    assert [value for word, value in answers if word == "step"] == [step.name for step in FINISHING]
