"""`skillcert holders void`: the secret, the log-ins and the shares end, and the trail says so."""

import json

import pytest

from registry.holders.entry import log_in, person_in
from registry.holders.errors import SecretRefused
from registry.holders.room import HolderRoom, open_holders
from registry.register import Register
from registry.staff.desk import open_staff
from registry.staff.model import COMMAND_LINE
from tests.web_cli.commands import Commands, Demo
from web.cli.opening import opened, read_settings


def room_over(register: Register) -> HolderRoom:
    """The room of a register that a command left behind."""
    return open_holders(register, open_staff(register))


def test_a_secret_is_voided_by_any_number_of_its_holder(run_own: Commands, own: Demo) -> None:
    holder = own.holder("plain")
    who = {"name": holder["name"], "id_number": holder["id_number"]}
    with opened(read_settings(own.directory)) as register:
        room = room_over(register)
        found = register.look_up.current(holder["number"])
        assert found is not None
        _, secret = room.holders.take_secret(person_in(room, found[2]))
        _, token = log_in(room, **who, secret=secret, network="here")

    ran = run_own("holders", "void", holder["number"], "--json")
    again = run_own("holders", "void", holder["number"], "--json")

    assert ran.value == {"voided": True, "sessions": 1, "shares": 0}
    assert again.value == {"voided": True, "sessions": 0, "shares": 0}
    with opened(read_settings(own.directory)) as register:
        room = room_over(register)
        assert room.sessions.visit(token) is None
        with pytest.raises(SecretRefused):
            log_in(room, **who, secret=secret, network="here")
        acts = room.staff.trail.newest(2)
    assert {(each.act, each.account) for each in acts} == {("holder.void", COMMAND_LINE)}
    said = json.dumps([vars(each) for each in acts], default=str, ensure_ascii=False)
    assert not [text for text in holder.values() if text and text in said]


def test_who_took_none_has_nothing_to_void(run_own: Commands, own: Demo) -> None:
    ran = run_own("holders", "void", own.number("reissued"), "--json")
    assert (ran.code, ran.value["voided"]) == (0, False)


def test_a_number_that_nobody_has_is_told(run_own: Commands) -> None:
    assert run_own("holders", "void", "S000043990001253999999", "--json").error == "certificate_unknown"
    assert run_own("holders", "void", "示例", "--json").code == 1
