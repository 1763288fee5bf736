"""The log is the queue: what followers get is every registration and act, once and in order."""

import json

import pytest

from registry.lookup import LookUp
from registry.versions import RegisteredVersion, positions_after, record_of, versions_after, versions_at
from signing.commitment import Record
from signing.encoding import b64url_encode
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import CORRECTED_NAME, CORRECTED_TWICE, HOLDERS, Scene, Story

_ALL = 1_000


def _kinds(scene: Scene) -> dict[int, str]:
    bodies = scene.register.ledger.log.bodies(0, scene.register.ready())
    return {index: str(json.loads(body)["type"]) for index, body in enumerate(bodies)}


def test_every_certificate_entry_and_every_act_comes_once_in_the_order_of_the_log(told: Scene) -> None:
    wanted = [index for index, kind in _kinds(told).items() if kind in ("certificate", "act")]
    assert [each.entry for each in versions_after(told.register.look_up, -1, _ALL)] == wanted
    assert len(wanted) == len(Story) + 9


@pytest.mark.parametrize("limit", range(1, 20))
def test_pages_put_together_are_the_whole(told: Scene, limit: int) -> None:
    look_up = told.register.look_up
    paged, cursor = [], -1
    while page := versions_after(look_up, cursor, limit):
        assert len(page) <= limit
        paged += page
        cursor = page[-1].entry
    assert paged == versions_after(look_up, -1, _ALL)


def test_a_page_begins_right_behind_its_cursor(told: Scene) -> None:
    whole = versions_after(told.register.look_up, -1, _ALL)
    for at, each in enumerate(whole):
        assert versions_after(told.register.look_up, each.entry, _ALL) == whole[at + 1 :]
        assert versions_after(told.register.look_up, each.entry - 1, 1) == [each]


def test_a_version_holds_what_was_true_right_after_it(told: Scene) -> None:
    story = Story.CORRECTED_TWICE_THEN_ANNULLED
    holder = HOLDERS[story]
    look_up = told.register.look_up
    own = [
        each for each in versions_after(look_up, -1, _ALL) if _record(look_up, each).number == holder.number
    ]
    assert [_record(look_up, each).name for each in own] == [
        holder.name,
        *CORRECTED_TWICE,
        CORRECTED_TWICE[-1],
    ]
    assert [each.step for each in own] == [1, 2, 3, 4]
    assert [each.state for each in own] == ["valid", "valid", "valid", "annulled"]
    assert {each.stands for each in own} == {"annulled"}
    chain = look_up.ledger.chain(own[0].certificate, told.register.ready())
    assert [b64url_encode(each.commitment) for each in own] == [each.commitment for each in chain.links]


def test_a_correction_comes_with_the_corrected_record(told: Scene) -> None:
    look_up = told.register.look_up
    acts = [each for each in versions_after(look_up, -1, _ALL) if each.act == "corrected"]
    names = {_record(look_up, each).name for each in acts}
    assert CORRECTED_NAME in names
    assert HOLDERS[Story.CORRECTED].name not in names


def test_what_is_registered_later_comes_behind_everything(scene: Scene) -> None:
    whole = versions_after(scene.register.look_up, -1, _ALL)
    number = a_number(50)
    row = form5_row(number=number, name="示例后来", id_number=an_id_number(50))
    scene.approve(scene.receive([row]).id)
    (new,) = versions_after(scene.register.look_up, whole[-1].entry, _ALL)
    assert (_record(scene.register.look_up, new).number, new.step, new.act) == (number, 1, None)
    # Now certificates and acts alternate in the log.
    assert versions_after(scene.register.look_up, -1, _ALL) == [*whole, new]
    assert versions_after(scene.register.look_up, -1, len(whole)) == whole


def test_as_of_an_earlier_size_nothing_later_is_known(told: Scene) -> None:
    look_up = told.register.look_up
    whole = versions_after(look_up, -1, _ALL)
    first_act = next(each.entry for each in whole if each.act)
    then = versions_at(look_up, positions_after(look_up, -1, _ALL, first_act), first_act)
    assert [each.entry for each in then] == [each.entry for each in whole if each.entry < first_act]
    assert {each.stands for each in then} == {"valid"}


def test_nothing_is_behind_the_end(told: Scene) -> None:
    assert versions_after(told.register.look_up, told.register.ready(), _ALL) == []


def _record(look_up: LookUp, version: RegisteredVersion) -> Record:
    record = record_of(look_up, version)
    assert record is not None
    return record
