"""Forgetting holders of whom the register holds nothing any more.

A holder's row says that a person with this document and name is in the register. When the last certificate of
theirs is erased, that must go as well: the keyed hashes, the secret and the sessions.

If we die after an erasure and before this: the daily run of the retention does it.

Source: 个人信息保护法 art. 47.
"""

import sqlalchemy as sa

from registry.register import Register
from registry.storage import holder_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.sql import reading, writing

_HOLDER, _SESSION = (
    DESK_METADATA.tables[str(row.__tablename__)]
    for row in (holder_rows.HolderRow, holder_rows.HolderSessionRow)
)
_PAGE = 500


def forget_strangers(register: Register, *, dry_run: bool = False) -> int:
    """Removes the holders whom no record names any more, with their sessions; how many.

    Raises: DatabaseUnavailable.
    """
    last, forgotten = "", 0
    while True:
        page = sa.select(_HOLDER.c.id, _HOLDER.c.person, _HOLDER.c.named).where(_HOLDER.c.id > last)
        with reading(register.desk_engine) as connection:
            rows = connection.execute(page.order_by(_HOLDER.c.id).limit(_PAGE)).all()
        if not rows:
            return forgotten
        last = str(rows[-1].id)
        versions = register.ledger.records.named(sorted({bytes(row.person) for row in rows}))
        named = {(each.person, each.named) for each in versions}
        strangers = [row.id for row in rows if (bytes(row.person), bytes(row.named)) not in named]
        forgotten += len(strangers)
        if strangers and not dry_run:
            with writing(register.desk_engine) as connection:
                connection.execute(sa.delete(_SESSION).where(_SESSION.c.holder.in_(strangers)))
                connection.execute(sa.delete(_HOLDER).where(_HOLDER.c.id.in_(strangers)))
