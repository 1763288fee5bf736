"""Every fault of the rules has a code of its own and says nothing of what it refused."""

from registry.errors import RegistryError
from registry.rules import (
    bureaus,
    certificate_number,
    credit_code,
    identity_documents,
    levels,
    occupation_entries,
    text,
)
from registry.rules import errors as rule_errors

ROOMS = (
    bureaus,
    certificate_number,
    credit_code,
    identity_documents,
    levels,
    occupation_entries,
    rule_errors,
    text,
)


def faults() -> set[type[RegistryError]]:
    members = {member for room in ROOMS for member in vars(room).values() if isinstance(member, type)}
    return {member for member in members if issubclass(member, rule_errors.RulesError)}


def test_every_fault_has_a_code_of_its_own() -> None:
    codes = [fault.code for fault in faults()]
    assert len(codes) == 10
    assert len(set(codes)) == len(codes)
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)


def test_every_fault_is_the_registrys() -> None:
    assert all(issubclass(fault, RegistryError) for fault in faults())
