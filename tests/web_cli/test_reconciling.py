"""`skillcert reconcile`: the same, different and where, or not compared; and what was lost is sent again."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest

from registry.national.client import NationalClient
from registry.national.errors import HoldingsFault
from registry.national.patience import Patience
from registry.national.regular import compare_if_due, regular_comparison
from registry.national.stand_in.app import create_app
from registry.national.stand_in.database import Database
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.faults import no_faults
from registry.national.sync import SyncOutcome, SyncReport, sync_once
from registry.register import utc_now
from registry.storage.national_reports import count_reports
from signing.encoding import b64url_encode
from signing.keys import KeyRole
from tests.registry.national.builders import served
from tests.registry.national.row_builders import NETWORK_KEY
from tests.web_cli.commands import Commands
from web.cli.network import national_sender, show_report
from web.cli.opening import opened, read_settings
from web.cli.output import Output
from web.language import Language
from web.vocabulary import WORDS


@pytest.fixture
def network(run_own: Commands, tmp_path: Path) -> Iterator[Path]:
    """The database of a national network that has everything which the copy of the demo could send."""
    with opened() as register:
        clients = clients_by_keyid((register.keys[KeyRole.NATIONAL].public,))
    file = tmp_path / "network.sqlite"
    desk = Desk(Database(file), NETWORK_KEY, clients, utc_now)
    key = tmp_path / "network.pub"
    key.write_text(b64url_encode(NETWORK_KEY.public), encoding="ascii")
    with served(create_app(Network(desk, no_faults))) as address:
        run_own.set("NATIONAL_URL", address)
        run_own.set("NATIONAL_KEY_FILE", str(key))
        assert run_own("sync", "--once", "--json").value["outcome"] == "done"
        yield file


def lose_one(network: Path) -> None:
    """The network loses a certificate."""
    with closing(sqlite3.connect(network)) as connection, connection:
        (ref,) = connection.execute("SELECT ref FROM certificate LIMIT 1").fetchone()
        for table in ("held", "version", "certificate"):
            connection.execute(f"DELETE FROM {table} WHERE ref = ?", (ref,))


@pytest.mark.usefixtures("network")
def test_both_sides_are_the_same_but_for_what_is_told(run_own: Commands) -> None:
    ran = run_own("reconcile", "--json")
    assert (ran.code, ran.value["differences"], ran.value["exchanges"]) == (0, [], 1)
    assert {each["state"] for each in ran.value["exceptions"]} <= {"rejected"}
    first, *_ = run_own("reconcile").out.splitlines()
    assert ran.value["root"] in first
    assert f"已上网 {ran.value['count']} 份" in first


def test_what_the_network_lost_is_found_and_made_good(run_own: Commands, network: Path) -> None:
    lose_one(network)
    found = run_own("reconcile", "--no-heal", "--json")
    assert (found.code, found.value["result"]) == (1, "differs")
    ((kind, remedy, count),) = [
        (each["kind"], each["remedy"], each["count"]) for each in found.value["differences"]
    ]
    assert (kind, remedy, count) == ("missing", "reported", 1)
    assert "不带 --no-heal" in run_own("reconcile", "--no-heal").out.splitlines()[-1]
    healed = run_own("reconcile")
    assert healed.code == 0
    assert "先前的 1 处差异已补报并核对无误。" in healed.out.splitlines()
    assert run_own("reconcile", "--no-heal", "--json").code == 0


def test_sending_says_what_the_network_had_lost(capsys: pytest.CaptureFixture[str]) -> None:
    assert show_report(SyncReport(SyncOutcome.DONE, batches=3, online=2_001, lost=2_000), Output(False)) == 0
    assert capsys.readouterr().out.splitlines()[1:] == ["对方丢了已经收下的 2,000 条，已重新排队上报。"]


def test_a_network_with_another_key_is_not_compared(
    run_own: Commands, network: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    impatient = partial(NationalClient, patience=Patience(attempts=1))
    monkeypatch.setattr("web.cli.network.NationalClient", impatient)
    network.with_suffix(".pub").write_text(b64url_encode(bytes(32)), encoding="ascii")
    ran = run_own("reconcile", "--json")
    assert (ran.code, ran.value) == (2, {"result": "could_not_check", "reason": "http_signature_refused"})
    assert run_own("reconcile").out.startswith("没能对账：答复不是")


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("fault", HoldingsFault)
def test_answers_that_contradict_one_another_have_words(fault: HoldingsFault, language: Language) -> None:
    assert f"reconciliation.why.holdings_{fault}" in WORDS[language]


@pytest.mark.usefixtures("network")
def test_the_worker_compares_once_a_day_and_keeps_the_report() -> None:
    settings = read_settings()
    with opened(settings) as register, national_sender(settings, register) as sender:
        regular = regular_comparison(register, sender, timedelta(days=1))
        turn = partial(compare_if_due, regular, register, sender, lambda: False)
        assert turn() == 0
        regular.heard(sync_once(sender))
        assert [turn(), turn()] == [1, 0]
        assert count_reports(register.desk_engine) == 1
