"""How far each follower of the log got."""

from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine

from registry.storage.desk_rows import CursorRow
from registry.storage.sql import reading, writing

_CURSOR = CursorRow.__table__  # type: ignore[attr-defined]  # SQLModel makes it


class Cursors:
    """Positions by name."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def get(self, name: str) -> int | None:
        """The position, None if it was never set. Raises: DatabaseUnavailable."""
        with reading(self._engine) as connection:
            found = connection.execute(select(_CURSOR.c.position).where(_CURSOR.c.name == name)).scalar()
        return None if found is None else int(found)

    def set(self, name: str, position: int) -> None:
        """Remembers a position. Raises: DatabaseUnavailable."""
        with writing(self._engine) as connection:
            connection.execute(delete(_CURSOR).where(_CURSOR.c.name == name))
            connection.execute(insert(_CURSOR).values(name=name, position=position))
