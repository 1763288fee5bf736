"""`skillcert audit URL`: the running site of a register, checked by who has only its verifier key."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.register import Register
from signing.notes import parse_checkpoint, parse_note
from tests.outside.serving import Answer, Between, serving
from tests.web import invented
from tests.web.fake_search import FakeSearch
from tests.web_cli.commands import Commands, Demo
from web.app import create_app
from web.cli.opening import opened, read_settings


@dataclass(frozen=True)
class Site:
    """A demo's site on a port of its own, and what an outsider knows of it."""

    url: str
    between: Between
    register: Register
    origin: str
    trust: Path

    @property
    def known(self) -> tuple[str, ...]:
        """The options of an auditor who has the trust folder, and comes by another address."""
        return ("--trust", str(self.trust), "--web-origin", self.origin, "--json")


@contextmanager
def site_of(demo: Demo) -> Iterator[Site]:
    settings = read_settings(demo.directory, environment={})
    with opened(settings) as register:
        app = create_app(settings, register, FakeSearch(invented.FILINGS), clock=lambda: datetime.now(UTC))
        between = Between(app, settings.origin)
        with serving(between) as url:
            yield Site(url, between, register, settings.origin, demo.trust)


@pytest.fixture
def site(demo: Demo) -> Iterator[Site]:
    """The demo's site, which nobody changes."""
    with site_of(demo) as running:
        yield running


def test_an_honest_site_is_clean_and_its_checkpoint_is_remembered(
    run: Commands, site: Site, tmp_path: Path
) -> None:
    state = tmp_path / "last-audit"
    first = run("audit", site.url, *site.known, "--state", state)
    again = run("audit", site.url, *site.known, "--state", state)

    assert (first.code, first.value["clean"], first.value["finding"]) == (0, True, None)
    kept = parse_checkpoint(parse_note(state.read_bytes()).text)
    assert (kept.size, kept.root.hex()) == (first.value["size"], first.value["root"])
    outcomes = {step["name"]: step["outcome"] for step in again.value["steps"]}
    assert outcomes["earlier_audit"] == "passed"
    assert {step["name"]: step["outcome"] for step in first.value["steps"]}["earlier_audit"] == "not_checked"


def test_one_verifier_key_is_enough_as_text_and_as_a_file(run: Commands, site: Site) -> None:
    key = (site.trust / "log.vkey").read_text(encoding="utf-8").split("\n")[0]
    for given in (key, str(site.trust / "log.vkey")):
        ran = run("audit", site.url, "--vkey", given, "--web-origin", site.origin)
        assert ran.code == 0
        assert "全部相符" in ran.out


def test_a_finding_is_exit_1_with_its_place_and_what_it_means(
    run: Commands, site: Site, tmp_path: Path
) -> None:
    tile = f"/log/tile/0/000.p/{site.register.ready()}" if site.register.ready() < 256 else "/log/tile/0/000"
    site.between.lies[tile] = lambda honest: Answer(200, b"\x00" * len(honest.body))
    state = tmp_path / "last-audit"
    ran = run("audit", site.url, *site.known, "--state", state)
    told = run("audit", site.url, *site.known[:-1])

    assert (ran.code, ran.value["finding"]["code"]) == (1, "tile_altered")
    assert ran.value["finding"]["place"] == f"{tile}+0"
    assert not state.exists()
    assert f"第一处不符：{tile}+0" in told.out


def test_what_cannot_be_reached_is_exit_2_and_says_nothing_about_the_log(run: Commands, site: Site) -> None:
    site.between.lies["/log/checkpoint"] = lambda honest: Answer(403, b"")
    ran = run("audit", site.url, *site.known)

    assert (ran.code, ran.value["error"]["code"]) == (2, "public_log_unavailable/status_403")
    assert "/log/checkpoint" in ran.err


@pytest.mark.parametrize(
    "options",
    [
        ("audit", "http://127.0.0.1:1"),
        ("audit", "http://127.0.0.1:1/log", "--vkey", "x+00000000+AAAA"),
        ("audit", "http://127.0.0.1:1", "--vkey", "x+00000000+AAAA"),
        ("audit", "http://127.0.0.1:99999", "--vkey", "x+00000000+AAAA"),
        ("audit", "https://user@skills.example", "--vkey", "x+00000000+AAAA"),
        ("audit", "https://", "--vkey", "x+00000000+AAAA"),
        ("audit", "--vkey", "x+00000000+AAAA"),
        ("audit", "somewhere", "--state", "file"),
        ("audit", "http://127.0.0.1:1", "--vkey", "/nowhere/log.vkey"),
    ],
)
def test_a_command_line_that_names_no_log_or_no_key_is_exit_2(
    run: Commands, options: tuple[str, ...]
) -> None:
    assert run(*options).code == 2


def test_a_state_of_something_else_is_exit_2_and_stays_as_it_is(
    run: Commands, site: Site, tmp_path: Path
) -> None:
    state = tmp_path / "last-audit"
    foreign = "other.example/log\n1\n" + "A" * 43 + "=\n\n— other.example/log AAAAAAAA\n"
    for content in (b"", b"no note", foreign.encode()):
        state.write_bytes(content)
        ran = run("audit", site.url, *site.known, "--state", state)
        assert (ran.code, ran.value["error"]["code"]) == (2, "audit_state_unusable")
        assert state.read_bytes() == content
