"""What binds what an erasure leaves in clear: a keyed hash of each column, and of all its places together.

Source: the product's own format; HMAC RFC 2104.
"""

from collections.abc import Iterable, Sequence

from registry.storage.batch_seal import altered_column, bound_columns
from registry.storage.vault import Place, Vault

ERASURE_TABLE = "erasure"
BOUND_COLUMNS = ("number_mac", "ground", "document", "places")


def erasure_mac(vault: Vault, certificate: int, values: Sequence[object]) -> bytes:
    """The hashes of an erasure: of its keyed number, ground, document and places, in this order."""
    return bound_columns(vault, ERASURE_TABLE, _key(certificate), BOUND_COLUMNS, values)


def altered_erasure(vault: Vault, certificate: int, values: Sequence[object], mac: object) -> str | None:
    """The first column that is not what was bound, None if all are; see `altered_column`."""
    return altered_column(vault, ERASURE_TABLE, _key(certificate), BOUND_COLUMNS, values, mac)


def place_values(places: Iterable[Place]) -> str:
    """All places of an erasure as one value, in one order."""
    return "\n".join(sorted(f"{place.table}/{_shown(place.row)}/{place.column}" for place in places))


def _key(certificate: int) -> bytes:
    return certificate.to_bytes(8, "big")


def _shown(row: object) -> str:
    # A damaged row need not hold bytes any more.
    return row.hex() if isinstance(row, bytes) else repr(row)
