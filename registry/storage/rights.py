"""What the roles of a PostgreSQL register may do with each of its tables. The owner migrates and may all.

The reader answers questions: it reads every table and writes none. The writer appends; it may never change
or remove what the log holds, whatever becomes of the triggers. It may remove what an erasure removes: records
(the trigger wants the erasure first), rows of uploads, and the file of an upload. The desk's tables hold only
how far followers got, and are the writer's own.
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Table

from registry.storage import desk_rows, erasure_rows, job_rows, national_rows, register_rows, review_rows
from registry.storage.metadata import DESK_METADATA, REGISTER_METADATA
from registry.storage.migrate import Schema, version_table


class Role(StrEnum):
    """The two roles that the application uses."""

    WRITER = "writer"
    READER = "reader"


# Their modules make the tables known.
_MODULES = (register_rows, erasure_rows, desk_rows, national_rows, job_rows, review_rows)
_READ = frozenset({"SELECT"})
_APPEND = _READ | {"INSERT"}
_ERASE = _APPEND | {"DELETE"}
_CHANGE = _APPEND | {"UPDATE", "DELETE"}

# One line a table: a new one has no right until somebody decides.
_OF_WRITER: Mapping[str, frozenset[str]] = {
    "entry": _APPEND,
    "landmark": _APPEND,
    "tile": _APPEND,
    "checkpoint": _APPEND,
    "approval": _APPEND,
    "act": _APPEND,
    "record": _ERASE,
    "status_list": _APPEND,
    "batch": _APPEND | {"UPDATE"},
    "batch_row": _ERASE,
    "erasure": _APPEND,
    "erased_place": _APPEND,
    "removal": _ERASE,
    "decision": _APPEND,
    "cursor": _CHANGE,
    "national_progress": _CHANGE,
    "national_batch": _CHANGE,
    "national_lease": _CHANGE,
    "review": _CHANGE,
    "review_row": _CHANGE,
    "inspection": _CHANGE,
    "proposal": _CHANGE,
    "job": _CHANGE,
    "job_file": _CHANGE,
    "job_lease": _CHANGE,
}


def tables() -> list[Table]:
    """Every table of both schemas."""
    return [*REGISTER_METADATA.sorted_tables, *DESK_METADATA.sorted_tables]


def rights(role: Role) -> Mapping[str, frozenset[str]]:
    """What a role may do with each table, those among them that say which migrations were applied."""
    versions = {version_table(schema): _READ for schema in Schema}
    if role is Role.READER:
        return {table.name: _READ for table in tables()} | versions
    return {table.name: _OF_WRITER[table.name] for table in tables()} | versions
