"""Errors of the storage room.

StorageError
├── DatabaseUnavailable   the database did not answer, or answered with a fault
│   ├── NotPermitted      the database role of this process may not do that
│   ├── DiskFull          there is no room for what was to be written
│   └── DiskReadOnly      the disk, or the server, takes nothing new
├── SchemaTooNew          the file was written by a later version of this program
├── SchemaOutdated        the file was written by an earlier version, or by none
├── RoleMissing           the server knows no such role
├── RoleTooMighty         a role may do more than the register grants it
├── NotTheOwner           roles are granted by the owner of the database alone
├── NoRoles               SQLite has no roles to grant anything to
├── SealBroken            a sealed value that its key does not open: altered, or of another key
└── Erased                a sealed value whose key was erased: nobody can open it any more
"""

from typing import ClassVar

from registry.errors import RegistryError


class StorageError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "storage_error"


class DatabaseUnavailable(StorageError):
    """The database could not answer. Never to be shown as "not found"."""

    code = "database_unavailable"


class NotPermitted(DatabaseUnavailable):
    """The database's role may not do that: it is a reader, or was never granted what it needs."""

    code = "database_not_permitted"


class DiskFull(DatabaseUnavailable):
    """No room for the database, its log or the guard. Nothing was written by halves."""

    code = "disk_full"


class DiskReadOnly(DatabaseUnavailable):
    """Files or a server that can only be read: a mount, a wrong owner, a standby."""

    code = "disk_read_only"


class SchemaOutdated(StorageError):
    """The database is behind this program, and was not brought to its schema by who may."""

    code = "schema_outdated"


class RoleMissing(StorageError):
    """The server knows no such role. Roles are made by the operator, never by this program."""

    code = "role_missing"


class RoleTooMighty(StorageError):
    """A role may do more than the register grants it: a superuser, a member of another role, the owner."""

    code = "role_too_mighty"


class NotTheOwner(StorageError):
    """Only the owner of the database may say what its roles are allowed."""

    code = "not_the_owner"


class NoRoles(StorageError):
    """An SQLite file has no roles; whoever may write the file may write all of it."""

    code = "no_roles"


class SchemaTooNew(StorageError):
    """The database was migrated by a later version of this program."""

    code = "schema_too_new"


class SealBroken(StorageError):
    """A sealed value was altered, moved to another row, or sealed under another key."""

    code = "seal_broken"


class Erased(StorageError):
    """The value's own key was taken out of the key file: its bytes are noise, wherever they are."""

    code = "value_erased"
