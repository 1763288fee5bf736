"""One demo and one register of one's own, each made once; tests that change them take a copy."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_cli import house as houses
from tests.web_cli.commands import PORT, Commands, Demo, without_settings
from tests.web_cli.house import House
from web.cli import main


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Demo:
    """A demo that was filled as `make demo` fills it. Never changed."""
    directory = tmp_path_factory.mktemp("cli") / "demo"
    options = ("--data", str(directory), "--port", str(PORT), "--certificates", "60")
    with pytest.MonkeyPatch.context() as patched:
        without_settings(patched)
        assert main(["demo", "--no-serve", "--json", *options]) == 0
    return Demo(directory)


@pytest.fixture
def own(demo: Demo, tmp_path: Path) -> Demo:
    """A copy of the demo for one test to change."""
    copied = Demo(tmp_path / "demo")
    shutil.copytree(demo.directory, copied.directory)
    shutil.copytree(demo.keys, copied.keys)
    return copied


@pytest.fixture
def run(demo: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """`skillcert` on the demo that nobody changes."""
    return Commands(monkeypatch, demo.directory, capsys)


@pytest.fixture
def run_own(own: Demo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Commands:
    """`skillcert` on a copy of the demo."""
    return Commands(monkeypatch, own.directory, capsys)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> House:
    """A register of one's own that nobody changes."""
    house = House(tmp_path_factory.mktemp("begun") / "house")
    house.directory.mkdir()
    with pytest.MonkeyPatch.context() as patched:
        houses.begin(Commands(patched, house.directory / "data").own(house.directory), house)
    return house


@pytest.fixture
def house(begun: House, tmp_path: Path) -> House:
    """A copy of that register."""
    shutil.copytree(begun.directory, tmp_path / "house")
    return House(tmp_path / "house")


@pytest.fixture
def act(
    house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Commands]:
    """`skillcert` on a register of one's own, which must audit clean when the test is done."""
    commands = Commands(monkeypatch, house.directory / "data", capsys).own(house.directory)
    yield commands
    assert commands("audit", "--json").value["finding"] is None
