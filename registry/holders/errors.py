"""Errors of the holders' room.

HolderError
├── SecretMistyped   what was typed cannot be a management secret: its check characters do not fit
├── SecretRefused    name, identity number and secret do not go together; never says which part was wrong
├── SecretExists     somebody took this person's management secret already
└── HolderUnknown    no such holder
"""

from registry.errors import RegistryError


class HolderError(RegistryError):
    """Root of the room's errors."""

    code = "holder_error"


class SecretMistyped(HolderError):
    """The check characters do not fit: a slip of the pen or of the finger, told without asking anybody."""

    code = "secret_mistyped"


class SecretRefused(HolderError):
    """What was typed opens nothing. Which part was wrong is not said."""

    code = "secret_refused"


class SecretExists(HolderError):
    """This person has a management secret already; only its holder or a bureau can do away with it."""

    code = "secret_exists"


class HolderUnknown(HolderError):
    """There is no such holder."""

    code = "holder_unknown"
