"""The command line as a whole: the README's commands exist, every command is in it, and each runs."""

import argparse
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.web_cli.commands import Commands, Demo, as_process
from web.cli.main import parser

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
_NAMED = re.compile(r"`?skillcert ([a-z]+)")


def _commands() -> dict[str, argparse.ArgumentParser]:
    found: dict[str, argparse.ArgumentParser] = {}
    for action in parser()._actions:
        if isinstance(action, argparse._SubParsersAction):
            found.update(action.choices)
    return found


def _examples() -> Iterator[list[str]]:
    """Every line of a code block in the README that begins with `skillcert`."""
    for block in re.findall(r"```\n(.*?)```", README, re.DOTALL):
        for line in block.splitlines():
            if line.startswith("skillcert "):
                yield shlex.split(line, comments=True)[1:]


@pytest.mark.parametrize("example", list(_examples()), ids=lambda each: " ".join(each[:2]))
def test_what_the_readme_tells_people_to_type_is_a_command(example: list[str]) -> None:
    options = parser().parse_args(example)
    assert options.command == example[0]


def test_the_readme_has_examples() -> None:
    assert len(list(_examples())) >= 8


@pytest.mark.parametrize("page", ["README.md", "docs/operations.md", "docs/search.md"])
def test_every_command_that_a_page_names_exists(page: str) -> None:
    named = set(_NAMED.findall((ROOT / page).read_text(encoding="utf-8")))
    assert named
    assert named <= set(_commands())


@pytest.mark.parametrize("command", sorted(_commands()))
def test_every_command_is_in_the_readme_and_takes_json(command: str) -> None:
    assert re.search(rf"skillcert {command}\b", README)
    assert "--json" in _commands()[command].format_help()


def test_help_says_in_chinese_what_each_command_does(
    run: Commands, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        run("--help")
    assert ended.value.code == 0
    told = re.findall(r"^ {2,4}([a-z]+)\s+[^\n]*[\u4e00-\u9fff]", capsys.readouterr().out, re.MULTILINE)
    assert set(told) == set(_commands())


@pytest.mark.parametrize("arguments", [[], ["no-such-command"], ["verify"], ["serve", "--port", "x"]])
def test_a_command_line_that_says_nothing_is_one_error(run: Commands, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.error) == (2, "command_line_fault")
    assert "usage: skillcert" in ran.err


@pytest.mark.parametrize("port", ["70000", "99999999", "-1"])
def test_a_port_that_is_none_cannot_be_served_on(run: Commands, port: str) -> None:
    ran = run("serve", "--port", port)
    assert (ran.code, ran.error) == (1, "port_unavailable")


def test_as_a_process_the_answers_are_the_same(demo: Demo) -> None:
    good = as_process(demo, "verify", demo.number("plain"), "--json")
    assert (good.code, good.value["result"], good.err) == (0, "valid", "")
    gone = as_process(demo, "verify", demo.number("annulled"))
    assert gone.code == 1
    assert "已撤销" in gone.out


def test_as_a_process_a_fault_is_a_sentence_with_a_code(demo: Demo) -> None:
    ran = as_process(demo, "verify", "nothing.pdf")
    assert (ran.code, ran.error) == (2, "file_unreadable")
    assert ran.out == ""


def test_a_file_verifies_offline_where_there_is_no_register(demo: Demo, tmp_path: Path) -> None:
    nowhere = Demo(tmp_path / "nowhere")
    pdf, trust = demo.form("plain", "pdf"), demo.trust
    ran = as_process(nowhere, "verify", pdf, "--offline", "--trust", trust, "--json")
    assert (ran.code, ran.value["conclusion"]) == (0, "authentic_and_in_force")
    assert not nowhere.directory.exists()
