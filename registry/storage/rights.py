"""What the roles of a PostgreSQL register may do with each of its tables. The owner migrates and may all.

The reader answers the public's questions: it reads the register, and of the desk only how far the national
network got, so that accounts and sessions are nothing to it. The desk is the web server of the staff: it
reads everything and changes the desk's own tables, so that whoever takes it over appends nothing; what
changes the register it can only ask for, as a job. The writer appends; it may never change or remove what the
log holds, whatever becomes of the triggers. It may remove what an erasure removes: records (the trigger wants
the erasure first), rows of uploads, and the file of an upload.
"""

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Table

from registry.storage import (
    bundle_rows,
    desk_rows,
    disposal_rows,
    erasure_rows,
    holder_rows,
    job_rows,
    national_rows,
    oidc_rows,
    register_rows,
    renewal_rows,
    request_rows,
    review_rows,
    share_rows,
    staff_rows,
    tally_tables,
)
from registry.storage.metadata import DESK_METADATA, REGISTER_METADATA
from registry.storage.migrate import Schema, version_table


class Role(StrEnum):
    """The roles that the application uses."""

    WRITER = "writer"
    DESK = "desk"
    READER = "reader"


# Their modules make the tables known.
_MODULES = (
    register_rows,
    erasure_rows,
    disposal_rows,
    desk_rows,
    national_rows,
    job_rows,
    bundle_rows,
    oidc_rows,
    review_rows,
    renewal_rows,
    request_rows,
    staff_rows,
    holder_rows,
    share_rows,
    tally_tables,
)
_READ = frozenset({"SELECT"})
_APPEND = _READ | {"INSERT"}
_ERASE = _APPEND | {"DELETE"}
_CHANGE = _APPEND | {"UPDATE", "DELETE"}

# One line a table: a new one has no right until somebody decides. Tables of the desk's schema are the web
# server's as well, unless the next list says otherwise.
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
    "decision": _APPEND,
    "disposal": _APPEND,
    "cursor": _CHANGE,
    "national_progress": _CHANGE,
    "national_batch": _CHANGE,
    "national_rejection": _CHANGE,
    "national_health": _CHANGE,
    "national_reconciliation": _CHANGE,
    "national_lease": _CHANGE,
    "review": _CHANGE,
    "review_row": _CHANGE,
    "inspection": _CHANGE,
    "proposal": _CHANGE,
    "act_request": _CHANGE,
    "share": _CHANGE,
    "share_use": _CHANGE,
    "job": _CHANGE,
    "job_file": _CHANGE,
    "job_lease": _CHANGE,
    "bundle": _CHANGE,
    "oidc_attempt": _CHANGE,
    "staff_account": _APPEND | {"UPDATE"},
    "staff_recovery": _CHANGE,
    "staff_session": _CHANGE,
    "staff_token": _APPEND | {"UPDATE"},
    "staff_attempt": _CHANGE,
    "holder": _CHANGE,
    "holder_session": _CHANGE,
    "trail": _ERASE,
    "trail_cut": _CHANGE,
    "renewal_assessed": _CHANGE,
    "renewal_choice": _CHANGE,
    "tally_cell": _CHANGE,
    "tally_certificate": _CHANGE,
    "tally_act": _CHANGE,
    "tally_batch": _CHANGE,
    "tally_reason": _CHANGE,
}
# Handing a job in is an insert; doing it, and how far followers got, is the worker's.
_OF_DESK: Mapping[str, frozenset[str]] = {
    "cursor": _READ,
    "national_progress": _READ,
    "national_batch": _READ,
    "national_rejection": _READ,
    "national_health": _READ,
    "national_reconciliation": _READ,
    "national_lease": _READ,
    "job": _APPEND,
    "job_file": _APPEND,
    "job_lease": _READ,
    "bundle": _READ,
    "act_request": _APPEND | {"UPDATE"},
    "share": _APPEND | {"UPDATE"},
    "share_use": _APPEND,
    "holder": _APPEND | {"UPDATE"},
    "trail": _APPEND,
    "trail_cut": _READ,
    "tally_cell": _READ,
    "tally_certificate": _READ,
    "tally_act": _READ,
    "tally_batch": _READ,
    "tally_reason": _READ,
}
_PUBLIC_OF_THE_DESK = frozenset(
    {"cursor", "national_progress", "national_batch", "national_health", "national_lease"}
)


def tables() -> list[Table]:
    """Every table of both schemas."""
    return [*REGISTER_METADATA.sorted_tables, *DESK_METADATA.sorted_tables]


def rights(role: Role) -> Mapping[str, frozenset[str]]:
    """What a role may do with each table, those among them that say which migrations were applied."""
    versions = {version_table(schema): _READ for schema in Schema}
    return {table.name: _right(role, table) for table in tables()} | versions


def _right(role: Role, table: Table) -> frozenset[str]:
    of_the_desk = table.metadata is DESK_METADATA
    match role:
        case Role.WRITER:
            return _OF_WRITER[table.name]
        case Role.DESK:
            return _OF_DESK.get(table.name, _OF_WRITER[table.name]) if of_the_desk else _READ
        case Role.READER:
            return frozenset() if of_the_desk and table.name not in _PUBLIC_OF_THE_DESK else _READ
