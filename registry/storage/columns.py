"""Column types that differ between the two databases."""

from sqlalchemy import BigInteger, Integer
from sqlalchemy.types import TypeEngine


def counting_key() -> TypeEngine[int]:
    """A 64-bit key that counts: on SQLite exactly `INTEGER`, because only that is the rowid itself.

    Any other type leaves a hidden rowid beside the key, and `INSERT OR REPLACE` with that rowid deletes a row
    of another key: a unique key that no guard of ours would watch.
    """
    return BigInteger().with_variant(Integer(), "sqlite")
