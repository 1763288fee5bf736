"""A register with every story in it, filled once for all rooms; tests that change it take a copy."""

from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import settings

from tests import counted
from tests.registry import filled
from tests.registry.filled import Scene

# The same examples in every run, and no verdict by the clock: machines are shared.
settings.register_profile("repeatable", derandomize=True, deadline=None, print_blob=True)
settings.load_profile("repeatable")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Prints what was counted: under several workers only here is all of it known."""
    passed = terminalreporter.stats.get("passed", [])
    lines = list(counted.summary(each for report in passed for each in report.user_properties))
    if lines:
        terminalreporter.section("what was made to fail")
        for line in lines:
            terminalreporter.write_line(line)


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A command that a test ran in process leaves no log behind that writes to that test's closed stream."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def filled_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The directory of a filled register that nobody has open. Never changed."""
    directory = tmp_path_factory.mktemp("filled")
    filled.fill(directory)
    return directory


@pytest.fixture(scope="session")
def told(filled_directory: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """The filled register, open for tests that only read."""
    scene = filled.copy_of(filled_directory, tmp_path_factory.mktemp("told") / "register")
    yield scene
    scene.close()


@pytest.fixture
def scene(filled_directory: Path, tmp_path: Path) -> Iterator[Scene]:
    """A copy of the filled register for one test to change; the audit must pass when the test is done."""
    copied = filled.copy_of(filled_directory, tmp_path / "register")
    yield copied
    report = copied.audit()
    copied.close()
    assert report.finding is None
