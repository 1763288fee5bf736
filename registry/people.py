"""Whether a person who is named is the holder. Compared in constant time; never says which part was wrong."""

import hmac

from registry.ledger.chain import Chain
from registry.lookup import LookUp
from registry.rules.identity_documents import tidy_identity_number
from registry.rules.text import normalise_name
from registry.storage.record_rows import StoredVersion
from signing.commitment import Record

_NOBODY = Record("", "", "\x00", "", "\x00", "", "", "", "", "", "", "", "")


def holds(record: Record, *, name: str | None, id_number: str | None) -> bool | None:
    """Whether all that is given belongs to the holder; None if nothing is given."""
    if name is None and id_number is None:
        return None
    same_name = name is None or _same(normalise_name(name), record.name)
    same_id = id_number is None or _same(tidy_identity_number(id_number), record.id_number)
    return same_name and same_id


def person_matches(look_up: LookUp, number: str, *, name: str | None, id_number: str | None) -> bool | None:
    """Whether all that is given is right for the holder of a number; None if nothing can be compared."""
    found = look_up.current(number)
    return None if found is None else holds(found[2], name=name, id_number=id_number)


def opened_by(
    look_up: LookUp, *, name: str, id_number: str, number: str
) -> tuple[Chain, StoredVersion] | None:
    """The certificate whose number, name and identity number these are; None whichever of them is wrong."""
    found = look_up.current(number)
    record = found[2] if found else _NOBODY
    # Compared even where there is no such number: the answer must not tell which part was wrong.
    matches = holds(record, name=name, id_number=id_number)
    return (found[0], found[1]) if found and matches else None


def _same(given: str, held: str) -> bool:
    return hmac.compare_digest(given.encode(errors="replace"), held.encode())
