"""`skillcert search` and `reindex`: masks only, and a dead index is not an empty one."""

import shutil
from functools import partial

import pytest

from registry.national.client import NationalClient
from registry.national.patience import Patience
from tests.web_cli.commands import Commands, Demo


def test_an_exact_number_finds_its_certificate_under_masks(run: Commands, demo: Demo) -> None:
    holder = demo.holder("plain")
    found = run("search", holder["number"], "--json")
    (certificate,) = found.value["certificates"]
    assert certificate["number"] == holder["number"]
    assert certificate["masked_name"].startswith("示*")
    assert certificate["masked_identity"].count("*") >= 10
    assert holder["name"] not in found.out
    assert holder["id_number"] not in found.out


@pytest.mark.parametrize("note", ["annulled", "superseded"])
def test_the_state_in_a_hit_is_that_of_the_register(run: Commands, demo: Demo, note: str) -> None:
    (certificate,) = run("search", demo.number(note), "--json").value["certificates"]
    assert certificate["state"] == note


def test_filters_narrow_and_institutions_are_found_by_two_characters(run: Commands) -> None:
    every = run("search", "", "--json").value["total"]
    some = run("search", "", "--filter", "level=3", "--filter", "state=valid", "--json").value
    assert 0 < some["total"] < every
    assert {each["level"] for each in some["certificates"]} == {3}
    institutions = run("search", "示例", "--institutions", "--json").value
    assert institutions["institutions"]
    assert not institutions["certificates"]


def test_a_full_name_or_identity_number_finds_nobody(run: Commands, demo: Demo) -> None:
    holder = demo.holder("plain")
    assert run("search", holder["id_number"], "--json").value["total"] == 0
    assert run("search", holder["name"], "--json").value["certificates"] == []


def test_hits_for_people_are_one_line_each_and_a_count(run: Commands, demo: Demo) -> None:
    ran = run("search", demo.number("plain"))
    first, count = ran.out.splitlines()
    assert demo.number("plain") in first
    assert count.startswith("共 1 条")


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["电工", "--filter", "level=high"], "malformed_search_filter"),
        (["电工", "--filter", "colour=red"], "unknown_search_filter"),
        (["电工", "--page", "0"], None),
        (["电工", "--page", "x"], "command_line_fault"),
        ([], "command_line_fault"),
    ],
)
def test_a_question_that_cannot_be_asked_is_an_error(
    run: Commands, arguments: list[str], error: str | None
) -> None:
    ran = run("search", *arguments)
    assert ran.code != 0
    assert ran.error == (error or ran.error)


def test_an_index_that_is_gone_is_not_an_empty_one_and_is_rebuilt(run_own: Commands, own: Demo) -> None:
    before = run_own("search", "电工", "--json").value
    shutil.rmtree(own.directory / "search")
    ran = run_own("search", "电工")
    assert (ran.code, ran.error) == (2, "search_unavailable/not_built")
    rebuilt = run_own("reindex", "--json")
    assert rebuilt.code == 0
    assert rebuilt.value["changes"] > 0
    assert run_own("search", "电工", "--json").value == before


def test_a_number_is_looked_up_in_the_register_even_without_an_index(run_own: Commands, own: Demo) -> None:
    shutil.rmtree(own.directory / "search")
    assert run_own("verify", own.number("plain")).code == 0


def test_the_network_that_does_not_answer_could_not_be_asked(
    run_own: Commands, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(NationalClient, patience=Patience(attempts=1))
    monkeypatch.setattr("web.cli.network.NationalClient", impatient)
    run_own.set("NATIONAL_URL", "http://127.0.0.1:9")
    ran = run_own("sync", "--json")
    assert (ran.code, ran.value["outcome"]) == (2, "unavailable")
    assert run_own("reconcile").code == 2


def test_a_register_without_a_network_says_so(act: Commands) -> None:
    for command in ("sync", "reconcile"):
        ran = act(command)
        assert (ran.code, ran.error) == (2, "national_not_configured")
