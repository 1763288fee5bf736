"""The addresses of holders who are logged in, and of the way there."""

from collections.abc import Sequence

from web.routing import Address

HOLDER_ADDRESSES: Sequence[Address] = ()
