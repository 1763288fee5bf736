"""How often somebody may try: counted by whom and what was given, and by the network, before anything is
checked, and whether or not it was right.

What is counted under is a keyed hash on the desk, so that all processes of the web server count together and
nobody reads from it who was asked for. A right attempt is taken back and gives no fresh start: whoever knows
one certificate's facts must not get further tries at another's by it.

Thousands of phones may share one network's address, and among them somebody always mistypes: its count begins
anew every hour, or it would never end. A person's is forgotten a day after the last attempt.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.staff.desk import Staff
from registry.staff.throttle import Key, Patience

_OF_PERSON = Patience(free=5, first=timedelta(seconds=60), longest=timedelta(minutes=15))
_OF_NETWORK = Patience(free=30, first=timedelta(seconds=60), longest=timedelta(minutes=15))


@dataclass(frozen=True)
class HolderPatience:
    """For one person or certificate; and for one network, within an hour."""

    of_person: Patience = _OF_PERSON
    of_network: Patience = _OF_NETWORK


@dataclass(frozen=True)
class Attempt:
    """What is counted: by whom, as a tidy identity number, from which network (a keyed hash), and when."""

    id_number: str
    network: str
    at: datetime


def keys_of_facts(staff: Staff, patience: HolderPatience, attempt: Attempt, number: str) -> Sequence[Key]:
    """What an attempt with identity number and certificate number is counted under."""
    return (
        Key(f"facts-person:{staff.keyed('identity', attempt.id_number)}", patience.of_person),
        Key(f"facts-number:{staff.keyed('number', number)}", patience.of_person),
        _of_network(patience, attempt),
    )


def keys_of_secret(staff: Staff, patience: HolderPatience, attempt: Attempt) -> Sequence[Key]:
    """What an attempt with a management secret is counted under: apart, so that neither blocks the other."""
    return (
        Key(f"secret-person:{staff.keyed('identity', attempt.id_number)}", patience.of_person),
        _of_network(patience, attempt),
    )


def key_of_replacing(holder: str, patience: HolderPatience) -> Key:
    """What an attempt to replace a secret from inside is counted under."""
    return Key(f"secret-holder:{holder}", patience.of_person)


def _of_network(patience: HolderPatience, attempt: Attempt) -> Key:
    return Key(f"holders-network:{attempt.network} {attempt.at:%Y%m%dT%H}", patience.of_network)
