"""The root of every error that a registry room raises."""

from typing import ClassVar


class RegistryError(Exception):
    """Something the register refuses or cannot do; `code` is stable and unique in the product."""

    code: ClassVar[str] = "registry_error"
