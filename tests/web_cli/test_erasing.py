"""`skillcert erase`: a certificate goes, the register and everybody else's certificates stay as they were."""

import sqlite3
from contextlib import closing
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from registry.holders.disclosing import shares_of
from registry.holders.share_errors import ShareUnknown
from registry.holders.share_model import ShareItem, with_implied
from registry.holders.shares import NewShare
from registry.requests.asking import ask_correction
from registry.requests.deciding import desk_of
from registry.requests.errors import RequestUnknown
from tests.web_cli.commands import Commands, Ran
from tests.web_cli.house import House
from web.cli.opening import opened

DOCUMENT = sha256(b"an order").hexdigest()


def erase(act: Commands, house: House, number: str, *options: str) -> Ran:
    """The command with the bureau's own passphrase."""
    passphrase = ("--bureau-passphrase-file", house.passphrase("bureau.txt"))
    ground = ("--ground", "consent_withdrawn", "--document-sha256", DOCUMENT)
    return act("erase", number, *ground, *passphrase, *options, "--json")


def test_an_erased_certificate_is_answered_as_erased_and_nothing_more(act: Commands, house: House) -> None:
    number = house.number(901)
    ran = erase(act, house, number)
    assert ran.code == 0, ran.err
    value = ran.value
    assert (value["number"], value["versions"], value["rows"], value["forms"]) == (number, 1, 1, 1)
    assert (value["search"], value["database"], value["network"]) == (True, True, None)
    assert value["remains"] == ["key_backups", "handed_out", "processes", "no_network"]
    verified = act("verify", number, "--json")
    assert verified.code == 1
    assert "示例" not in verified.out


def test_an_erased_number_is_never_given_again(act: Commands, house: House) -> None:
    number = house.number(902)
    assert erase(act, house, number).code == 0
    received = house.intake(act, house.row(902))
    assert received.code == 1
    assert "R09" in received.out


def test_erasing_again_changes_nothing_and_finishes_what_was_cut_off(act: Commands, house: House) -> None:
    number = house.number(901)
    first = erase(act, house, number).value
    size = house.size
    keys = (house.directory / "data-keys" / "register" / "records-1.key").read_bytes()
    assert erase(act, house, number).value == first
    assert house.size == size
    assert (house.directory / "data-keys" / "register" / "records-1.key").read_bytes() == keys


def test_what_was_shared_and_what_its_holder_asked_for_goes_as_well(act: Commands, house: House) -> None:
    number = house.number(901)
    with opened() as register:
        version = register.ledger.records.versions(number)[-1]
        ends_at = register.clock() + timedelta(days=30)
        items = with_implied([ShareItem.NAME])
        wanted = NewShare(b"p" * 16, version.certificate, version.index, items, ends_at, "示例备注", "1")
        share = shares_of(register).make(wanted)
        shares_of(register).use(share.code)
        changes = {"name": "示例新名"}
        case, reference = ask_correction(register.look_up, desk_of(register), number, changes=changes)
    assert erase(act, house, number).code == 0
    with opened() as register:
        with pytest.raises(ShareUnknown):
            shares_of(register).open_by(share.code)
        assert shares_of(register).of([version.certificate]) == []
        with pytest.raises(RequestUnknown):
            desk_of(register).by_reference(reference)
        assert desk_of(register).get(case.id).wish.changes == {}


@pytest.mark.parametrize("text", ["", "00", "x" * 64, DOCUMENT + "00", f" {DOCUMENT[1:]}"])
def test_a_document_is_named_by_its_whole_hash(act: Commands, house: House, text: str) -> None:
    options = ("--ground", "other_law", "--document-sha256", text)
    assert act("erase", house.number(901), *options, "--json").error == "command_line_fault"


def test_what_was_never_registered_cannot_be_erased(act: Commands, house: House) -> None:
    assert erase(act, house, house.number(999)).error == "certificate_unknown"


def test_no_file_shows_the_erased_person_any_more(act: Commands, house: House) -> None:
    number, row = house.number(903), house.row(903)
    with closing(sqlite3.connect(house.register_file)) as database:
        (sealed, person, named) = database.execute(
            "SELECT sealed, person, named_person FROM record WHERE number = ?", (number,)
        ).fetchone()
    assert act("reindex", "--json").code == 0
    masked = f"{row[2][:2]}{'*' * 14}{row[2][-2:]}".encode()
    values = [number.encode(), row[0].encode(), row[2].encode(), sealed[16:48], person, named]
    places = [house.register_file.parent, house.directory / "data-keys"]
    held = holding(places, [number.encode()])
    assert "register.sqlite" in held
    assert any(name.startswith("index-") for name in held)
    others = holding(places, [masked])
    assert others == [name for name in held if name.startswith("index-")]
    assert erase(act, house, number).code == 0
    assert holding(places, values) == []


def holding(places: list[Path], values: list[bytes]) -> list[str]:
    """Which files hold any of these values, in whatever part of them."""
    files = [file for place in places for file in sorted(place.rglob("*")) if file.is_file()]
    assert len(files) > 8
    return [file.name for file in files if any(value in file.read_bytes() for value in values)]
