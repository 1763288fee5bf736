"""Errors of the custody room.

CustodyError
└── MalformedKeyRequest   no request of a bureau that keeps its key, or a damaged one
"""

from typing import ClassVar

from registry.errors import RegistryError


class CustodyError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "custody_error"


class MalformedKeyRequest(CustodyError):
    """The file is no request to certify a key that a bureau keeps."""

    code = "malformed_key_request"
