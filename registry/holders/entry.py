"""The ways in: by the three facts to one certificate, by the secret or a provider's word to all own ones.

1. the attempt is counted before anything is looked up, and refused by the count alone,
2. the same questions are asked and the same work is done, whoever is meant and whatever is wrong,
3. an attempt that was right is taken back from the count.
"""

from collections.abc import Sequence

from registry.holders.model import Holder, HolderSession, KnownPerson, Way
from registry.holders.persons import person_of, persons_meant, with_names
from registry.holders.room import HolderRoom
from registry.holders.secret_text import read_secret
from registry.holders.throttling import Attempt, key_of_replacing, keys_of_facts, keys_of_secret
from registry.ledger.admission import CIVIL_TIME
from registry.rules.identity_documents import tidy_identity_number
from registry.staff.throttle import Key
from signing.commitment import Record


def count_facts(room: HolderRoom, *, id_number: str, number: str, network: str) -> Sequence[Key]:
    """Step 1 for the three facts: what the attempt was counted under.

    Raises: LoginThrottled, DatabaseUnavailable.
    """
    attempt = Attempt(tidy_identity_number(id_number), network, room.clock())
    keys = keys_of_facts(room.staff, room.rules.patience, attempt, number)
    room.staff.throttle.count(keys)
    return keys


def take_back(room: HolderRoom, keys: Sequence[Key]) -> None:
    """Step 3: the attempt was right. Raises: DatabaseUnavailable."""
    for key in keys:
        room.staff.throttle.uncount(key)


def log_in(
    room: HolderRoom, *, name: str, id_number: str, secret: str, network: str, browser: str = ""
) -> tuple[HolderSession, str]:
    """A session and its token, by name, identity number and management secret.

    Raises: SecretMistyped (before anything is counted), LoginThrottled, SecretRefused, DatabaseUnavailable.
    """
    read_secret(secret)
    # 1
    attempt = Attempt(tidy_identity_number(id_number), network, room.clock())
    keys = keys_of_secret(room.staff, room.rules.patience, attempt)
    room.staff.throttle.count(keys)
    # 2
    holder = room.holders.by_secret(known_persons(room, name=name, id_number=id_number), secret)
    # 3
    take_back(room, keys)
    return room.sessions.open(holder, Way.SECRET, browser=browser)


def known_persons(room: HolderRoom, *, name: str, id_number: str) -> tuple[KnownPerson, ...]:
    """Whom a name and a number mean, for each kind of document. Raises: DatabaseUnavailable."""
    look_up = room.register.look_up
    today = room.clock().astimezone(CIVIL_TIME).date()
    meant = persons_meant(look_up.vault, name=name, id_number=id_number, today=today)
    return with_names(look_up, meant)


def person_in(room: HolderRoom, record: Record) -> KnownPerson:
    """Whom a record names, with all names that are theirs. Raises: DatabaseUnavailable."""
    look_up = room.register.look_up
    today = room.clock().astimezone(CIVIL_TIME).date()
    return with_names(look_up, [person_of(look_up.vault, record, today)])[0]


def holders_in(room: HolderRoom, record: Record) -> tuple[Holder, ...]:
    """The holders whom a record names, under any name that is theirs. Raises: DatabaseUnavailable."""
    return tuple(room.holders.among([person_in(room, record)]))


def replace_secret(room: HolderRoom, session: HolderSession, typed: str) -> str:
    """A new secret from inside, told now; counted like a log-in.

    Raises: SecretMistyped, LoginThrottled, SecretRefused, DatabaseUnavailable.
    """
    if session.way is Way.SECRET:
        read_secret(typed)
    key = key_of_replacing(session.holder, room.rules.patience)
    room.staff.throttle.count([key])
    text = room.holders.replace_secret(session, typed)
    take_back(room, [key])
    return text
