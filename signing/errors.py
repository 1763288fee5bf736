"""Errors of the signing room.

SigningError
├── MalformedEncoding     bytes or text that can be read in no way, or in more than one
├── BadSignature          a signature that its key did not make over these bytes
├── CommitmentMismatch    an opening that does not open the commitment
├── InclusionMismatch     a proof that does not lead to the root
├── UnknownSigner         a note that carries no signature of the key asked for
├── WrongKeyRole          a key used for something it was not made for
├── KeyFileMissing · KeyFileExposed · KeyFileLocked · KeyFileExists
"""

from typing import ClassVar


class SigningError(Exception):
    """Root of the room's errors."""

    code: ClassVar[str] = "signing_error"


class MalformedEncoding(SigningError):
    """The input is not the one canonical spelling of any value."""

    code = "malformed_encoding"


class BadSignature(SigningError):
    """The signature does not verify over these bytes under this key."""

    code = "bad_signature"


class CommitmentMismatch(SigningError):
    """The opening leads to another commitment."""

    code = "commitment_mismatch"


class InclusionMismatch(SigningError):
    """The inclusion or consistency proof leads to another root."""

    code = "inclusion_mismatch"


class UnknownSigner(SigningError):
    """No signature line of the note is by the wanted key."""

    code = "unknown_signer"


class WrongKeyRole(SigningError):
    """One key, one purpose: this key was made for another."""

    code = "wrong_key_role"


class KeyFileMissing(SigningError):
    """There is no key file of that role and name."""

    code = "key_file_missing"


class KeyFileExists(SigningError):
    """A key file of that role and name is already there and is never overwritten."""

    code = "key_file_exists"


class KeyFileExposed(SigningError):
    """Others than the owner may read the key file or its directory."""

    code = "key_file_exposed"


class KeyFileLocked(SigningError):
    """The passphrase does not open the key file, or the file was altered."""

    code = "key_file_locked"
