"""The addresses of holders who are logged in, and of the way there."""

from collections.abc import Sequence

from web.holder import shares
from web.holder.gate import held
from web.limits import Budget
from web.routing import Address

HOLDER_ADDRESSES: Sequence[Address] = (
    Address("/holder/shares", held(shares.show_list), Budget.PAGE),
    Address("/holder/shares/new", held(shares.show_form), Budget.PAGE),
    Address("/holder/shares/new", held(shares.make), Budget.PAGE, ("POST",)),
    Address("/holder/shares/{id}", held(shares.show), Budget.PAGE),
    Address("/holder/shares/{id}/code.png", held(shares.picture), Budget.PAGE),
    Address("/holder/shares/{id}/stop", held(shares.stop), Budget.PAGE, ("POST",)),
)
