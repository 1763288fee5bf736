"""Invented people are believable to the rules and unbelievable to a reader."""

from collections import Counter
from datetime import date
from itertools import islice

from registry.rules.identity_documents import IdentityType, check_identity
from registry.rules.text import normalise_name
from tests.builders import some_people
from web.demo.people import people

TODAY = date(2026, 11, 21)


def test_every_number_passes_the_check_of_its_document_without_a_warning() -> None:
    for person in islice(people(7, today=TODAY), 3000):
        identity = check_identity(IdentityType(person.id_type), person.id_number, TODAY)
        assert not identity.warnings
        assert identity.number == person.id_number
        assert identity.birth_on in (person.born_on, None)


def test_every_name_and_number_shows_that_it_is_invented() -> None:
    marks = {
        "201": ("4399",),
        "237": ("810000",),
        "238": ("830000",),
        "233": ("943999",),
        "210": ("H99", "M99"),
        "213": ("99",),
        "227": ("E99",),
        "208": ("SHILI",),
    }
    for person in islice(people(7, today=TODAY), 3000):
        assert person.name.startswith("示例")
        assert normalise_name(person.name) == person.name
        assert person.id_number.startswith(marks[person.id_type])
        if person.id_type in ("237", "238"):
            assert person.id_number[14:16] == "99"


def test_most_hold_a_resident_identity_card_and_every_other_kind_occurs() -> None:
    kinds = Counter(person.id_type for person in islice(people(7, today=TODAY), 3000))
    assert kinds["201"] > 2700
    assert set(kinds) == {"201", "210", "237", "213", "238", "227", "208", "233"}


def test_some_names_have_a_dot_and_lengths_differ() -> None:
    names = {person.name for person in islice(people(7, today=TODAY), 3000)}
    assert any("·" in name for name in names)
    assert {len(name) for name in names if "·" not in name} == {3, 4}


def test_all_are_of_the_ages_asked_for() -> None:
    ages = [(TODAY - person.born_on).days / 365.2425 for person in islice(people(7, today=TODAY), 3000)]
    assert min(ages) >= 18
    assert max(ages) <= 60


def test_no_number_is_given_to_two_people() -> None:
    numbers = [(person.id_type, person.id_number) for person in islice(people(7, today=TODAY), 20_000)]
    assert len(set(numbers)) == len(numbers)


def test_the_same_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert some_people(50) == some_people(50)
    assert some_people(50) != some_people(50, seed=2)
