"""As whom somebody asks: what must still be true when the job's turn comes.

Between asking and doing an account may be disabled, moved to another office or given another role. Then
nothing is done: what somebody might ask for was checked for who they were.
"""

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from registry.storage import staff_rows
from registry.storage.metadata import DESK_METADATA

_ACCOUNT = DESK_METADATA.tables[str(staff_rows.StaffAccountRow.__tablename__)]
NOBODY = "nobody"


def standing_of(connection: Connection, account: str) -> str:
    """Role and office of an account, `NOBODY` for a disabled one, "" for what is none: the command line."""
    chosen = sa.select(_ACCOUNT.c.active, _ACCOUNT.c.role, _ACCOUNT.c.office).where(_ACCOUNT.c.id == account)
    found = connection.execute(chosen).one_or_none()
    if found is None:
        return ""
    active, role, office = found
    return standing_as(role, office) if active else NOBODY


def standing_as(role: str, office: str) -> str:
    """What an account of that role and office asks as."""
    return f"{role}/{office}"
