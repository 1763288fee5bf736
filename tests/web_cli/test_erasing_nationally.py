"""`skillcert erase` and the national network: told whenever there is one, and told again if it forgot."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from registry.national.rows import RowState
from registry.national.stand_in.app import create_app
from registry.national.stand_in.database import Database
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.faults import no_faults
from signing.encoding import b64url_encode
from signing.keys import KeyRole
from tests.registry.national.builders import served
from tests.registry.national.row_builders import NETWORK_KEY
from tests.web_cli.commands import Commands
from tests.web_cli.house import ESTABLISHED, House
from tests.web_cli.test_erasing import erase, holding
from web.cli.opening import opened


def own_key() -> bytes:
    """The public key with which the register speaks to the network."""
    with opened() as register:
        return register.keys[KeyRole.NATIONAL].public


@contextmanager
def a_network(act: Commands, directory: Path, listens_to: bytes) -> Iterator[Desk]:
    """The network of that directory, up and set for the commands."""
    key_file = directory / "network.pub"
    key_file.write_text(b64url_encode(NETWORK_KEY.public), encoding="ascii")
    database = Database(directory / "network.sqlite")
    desk = Desk(database, NETWORK_KEY, clients_by_keyid((listens_to,)), lambda: datetime.now(UTC))
    with served(create_app(Network(desk, no_faults))) as address:
        act.set("NATIONAL_KEY_FILE", str(key_file))
        act.set("NATIONAL_URL", address)
        yield desk


def erased(desk: Desk) -> int:
    """How many certificates the network holds without content."""
    return [each.state for each in desk.store.held()].count(RowState.ERASED)


def test_the_network_is_told_whenever_there_is_one_and_says_when_it_is_done(
    act: Commands, house: House, tmp_path: Path
) -> None:
    number = house.number(903)
    first = erase(act, house, number).value
    assert (first["network"], first["remains"][-1]) == (None, "no_network")
    with a_network(act, tmp_path, NETWORK_KEY.public):  # it does not know this province
        told = erase(act, house, number).value
    assert (told["network"], told["remains"][-1]) == (False, "network")
    with a_network(act, tmp_path, own_key()) as desk:
        told = erase(act, house, number).value
    assert (told["network"], told["remains"]) == (True, ["key_backups", "handed_out", "processes"])
    assert erased(desk) == 1


def test_a_network_that_forgot_the_erasure_is_found_by_comparing_and_told_again(
    act: Commands, house: House, tmp_path: Path
) -> None:
    number, row = house.number(903), house.row(903)
    asked = {"name": row[0], "id_number": row[2], "number": number}
    with a_network(act, tmp_path, own_key()) as desk:
        assert act("sync").code == 0
        assert desk.store.look_up(**asked) is not None
        desk.database.back_up()
        assert erase(act, house, number).value["network"] is True
        assert desk.store.look_up(**asked) is None
        desk.database.restore()
        assert desk.store.look_up(**asked) is not None
        compared = act("reconcile", "--report", tmp_path / "report.json", "--json").value
        assert (compared["result"], compared["healed"]) == ("exact", 1)
        assert compared["count"] == len(ESTABLISHED) + 1
        assert desk.store.look_up(**asked) is None
        assert erased(desk) == 1
    # The number went with the erasure, and telling again brought it back nowhere.
    ours = [house.register_file.parent, house.directory / "data-keys"]
    assert holding(ours, [number.encode(), row[0].encode(), row[2].encode()]) == []
    assert number.encode() not in (tmp_path / "report.json").read_bytes()
