"""How often somebody may try: counted by whom and what was given, and by the network, before anything is
checked, and whether or not it was right.

What is counted under is a keyed hash on the desk, so that all processes of the web server count together and
nobody reads from it who was asked for. A right attempt is taken back and gives no fresh start: whoever knows
one certificate's facts must not get further tries at another's by it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from registry.staff.desk import Staff
from registry.staff.throttle import Key, Patience

_OF_PERSON = Patience(free=5, first=timedelta(seconds=60), longest=timedelta(minutes=15))
_OF_NETWORK = Patience(free=20, first=timedelta(seconds=30), longest=timedelta(minutes=15))


@dataclass(frozen=True)
class HolderPatience:
    """For one person or certificate, and for one network, which many people may share."""

    of_person: Patience = _OF_PERSON
    of_network: Patience = _OF_NETWORK


def keys_of_facts(
    staff: Staff, patience: HolderPatience, *, id_number: str, number: str, network: str
) -> Sequence[Key]:
    """What an attempt with identity number and certificate number is counted under."""
    return (
        Key(f"facts-person:{staff.keyed('identity', id_number)}", patience.of_person),
        Key(f"facts-number:{staff.keyed('number', number)}", patience.of_person),
        Key(f"facts-network:{network}", patience.of_network),
    )


def keys_of_secret(staff: Staff, patience: HolderPatience, *, id_number: str, network: str) -> Sequence[Key]:
    """What an attempt with a management secret is counted under: apart, so that neither blocks the other."""
    return (
        Key(f"secret-person:{staff.keyed('identity', id_number)}", patience.of_person),
        Key(f"facts-network:{network}", patience.of_network),
    )


def key_of_replacing(holder: str, patience: HolderPatience) -> Key:
    """What an attempt to replace a secret from inside is counted under."""
    return Key(f"secret-holder:{holder}", patience.of_person)
