"""Errors of the storage room.

StorageError
├── DatabaseUnavailable   the database did not answer, or answered with a fault
├── SchemaTooNew          the file was written by a later version of this program
└── SealBroken            a sealed value that its key does not open: altered, or of another key
"""

from typing import ClassVar

from registry.errors import RegistryError


class StorageError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "storage_error"


class DatabaseUnavailable(StorageError):
    """The database could not answer. Never to be shown as "not found"."""

    code = "database_unavailable"


class SchemaTooNew(StorageError):
    """The database was migrated by a later version of this program."""

    code = "schema_too_new"


class SealBroken(StorageError):
    """A sealed value was altered, moved to another row, or sealed under another key."""

    code = "seal_broken"
