"""Whether a person who is named is the holder. Compared in constant time; never says which part was wrong."""

import hmac
from hashlib import sha256

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
    found = look_up.certificate_or_another(number)
    is_asked_for, record = (found[0], found[3]) if found else (False, _NOBODY)
    # Read, opened and compared even where there is no such number: neither the answer nor the time that it
    # takes must tell which part was wrong. Whether a number exists anyone may ask; whose it is, nobody.
    matches = holds(record, name=name, id_number=id_number)
    return (found[1], found[2]) if found and is_asked_for and matches else None


def _same(given: str, held: str) -> bool:
    # Digests, because a comparison of texts takes as long as they are.
    digests = (sha256(text.encode(errors="replace")).digest() for text in (given, held))
    return hmac.compare_digest(*digests)
