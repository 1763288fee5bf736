"""Whose certificates are whose: by document, and by the names that the register's own acts join."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.holders.certificates import certificates_of, held_certificate, otherwise_named
from registry.holders.entry import known_persons, person_in
from registry.holders.model import Holder
from registry.holders.persons import persons_meant
from registry.ledger.chain import ChainState
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from tests.builders import an_id_number
from tests.registry.filled import CORRECTED_NAME, CORRECTED_TWICE, HOLDERS, Scene, Story
from tests.registry.holders.rooms import Place, holder_of, recognised
from tests.registry.staff.desk import VAULT


def opened(place: Place, story: Story, name: str = "") -> Holder:
    """The holder that a provider would recognise."""
    who = holder_of(story, name)
    found = recognised(place.room, who.name, who.id_number)
    assert found is not None
    return found


def numbers(place: Place, holder: Holder) -> set[str]:
    """The numbers of what is theirs."""
    return {each.number for each in certificates_of(place.room.register.look_up, holder)}


def test_nobody_is_recognised_by_the_wrong_name_or_number(scene: Scene) -> None:
    room, ada, bob = Place(scene).room, HOLDERS[Story.PLAIN], HOLDERS[Story.REISSUED]
    assert recognised(room, ada.name, bob.id_number) is None
    assert recognised(room, "示例无此人", ada.id_number) is None
    assert recognised(room, "\udcff", "\udcff") is None
    assert recognised(room, "", "") is None
    assert not scene.register.desk_engine.connect().exec_driver_sql("SELECT 1 FROM holder").all()


def test_the_same_person_is_the_same_holder_every_time(scene: Scene) -> None:
    place = Place(scene)
    assert opened(place, Story.PLAIN) == opened(place, Story.PLAIN)


@pytest.mark.parametrize("name", ["", CORRECTED_NAME], ids=["former name", "corrected name"])
def test_a_corrected_name_and_the_former_one_are_one_person(scene: Scene, name: str) -> None:
    place = Place(scene)
    first = opened(place, Story.CORRECTED)
    assert opened(place, Story.CORRECTED, name) == first
    assert numbers(place, first) == {HOLDERS[Story.CORRECTED].number}


def test_names_are_joined_over_several_corrections(scene: Scene) -> None:
    place, story = Place(scene), Story.CORRECTED_TWICE_THEN_ANNULLED
    assert len({opened(place, story, name).id for name in ("", *CORRECTED_TWICE)}) == 1


def test_a_later_certificate_in_the_former_name_is_found_as_well(scene: Scene) -> None:
    place, story = Place(scene), Story.CORRECTED
    later = place.register(HOLDERS[story], 901)
    assert numbers(place, opened(place, story, CORRECTED_NAME)) == {HOLDERS[story].number, later.number}


def test_another_name_under_the_same_document_is_counted_and_not_shown(scene: Scene) -> None:
    place, ada = Place(scene), HOLDERS[Story.PLAIN]
    strange = place.register(ada, 902, name="示例别名")
    mine, other = opened(place, Story.PLAIN), opened(place, Story.PLAIN, strange.name)
    look_up = place.room.register.look_up

    assert mine != other
    assert numbers(place, mine) == {ada.number}
    assert otherwise_named(look_up, mine) == 1
    assert numbers(place, other) == {strange.number}
    index = look_up.ledger.records.versions(strange.number)[0].index
    assert held_certificate(look_up, mine, index) is None
    assert held_certificate(look_up, other, index) is not None


def test_two_documents_are_two_holders(scene: Scene) -> None:
    place, ada = Place(scene), HOLDERS[Story.PLAIN]
    passport = place.register(ada, 903, id_type="227", id_number="EA9000001")
    with_passport = recognised(place.room, ada.name, passport.id_number)

    assert with_passport is not None
    assert numbers(place, with_passport) == {passport.number}
    assert numbers(place, opened(place, Story.PLAIN)) == {ada.number}


def test_what_a_correction_moved_to_another_document_is_no_longer_the_first_ones(scene: Scene) -> None:
    # The row of somebody else was put down: a name that both bear, or another one.
    place, ada, their_number = Place(scene), HOLDERS[Story.PLAIN], an_id_number(909)
    kept = place.register(ada, 904)
    first = opened(place, Story.PLAIN)
    look_up = place.room.register.look_up
    index = look_up.ledger.records.versions(ada.number)[0].index
    assert numbers(place, first) == {ada.number, kept.number}

    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes={"id_number": their_number})

    assert numbers(place, first) == {kept.number}
    assert held_certificate(look_up, first, index) is None
    assert otherwise_named(look_up, first) == 0
    other = recognised(place.room, ada.name, their_number)
    assert other is not None
    assert numbers(place, other) == {ada.number}


def test_what_is_no_longer_in_force_is_shown_as_what_it_is(scene: Scene) -> None:
    place = Place(scene)

    def state(story: Story) -> tuple[ChainState, str]:
        (held,) = certificates_of(place.room.register.look_up, opened(place, story))
        return held.state, held.replaced_by

    assert state(Story.PLAIN) == (ChainState.VALID, "")
    assert state(Story.ANNULLED) == (ChainState.ANNULLED, "")
    assert state(Story.SUPERSEDED) == (ChainState.SUPERSEDED, HOLDERS[Story.REPLACEMENT].number)


def test_a_record_names_the_person_that_a_login_means(scene: Scene) -> None:
    room, ada = Place(scene).room, HOLDERS[Story.PLAIN]
    found = room.register.look_up.current(ada.number)
    assert found is not None
    known = [each for each in known_persons(room, name=ada.name, id_number=ada.id_number) if each.names]
    assert known == [person_in(room, found[2])]


def test_as_many_documents_are_meant_whatever_was_typed(scene: Scene) -> None:
    room = Place(scene).room
    asked = [
        ("示例春山", HOLDERS[Story.PLAIN].id_number),
        ("", ""),
        ("\udcff", "4.3E17"),
        ("甲" * 500, "1" * 500),
    ]
    assert {len(known_persons(room, name=name, id_number=number)) for name, number in asked} == {12}


@given(st.text(max_size=40), st.text(max_size=40))
def test_any_text_means_somebody_for_every_kind_of_document(name: str, id_number: str) -> None:
    meant = persons_meant(VAULT, name=name, id_number=id_number, today=date(2026, 3, 2))
    assert len({each.document for each in meant}) == 12
