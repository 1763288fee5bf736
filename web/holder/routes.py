"""The addresses of holders who are logged in, and of the way there with the management secret."""

from collections.abc import Sequence

from web.holder import certificates, corrections, entry, oidc, sessions, shares, taking
from web.holder.gate import HOME, SECRET, held
from web.limits import Budget
from web.oidc_settings import RETURN_PATH
from web.routing import Address

_POST = ("POST",)

HOLDER_ADDRESSES: Sequence[Address] = (
    Address(SECRET, entry.ask, Budget.PAGE),
    Address(SECRET, entry.enter, Budget.HOLDER, _POST),
    Address(f"{SECRET}/taken", taking.take, Budget.HOLDER, _POST),
    Address(f"{SECRET}/replaced", held(sessions.replace), Budget.HOLDER, _POST),
    Address(HOME, held(certificates.show), Budget.PAGE),
    Address("/holder/sessions", held(sessions.show), Budget.PAGE),
    Address("/holder/sessions/ended", held(sessions.end_others), Budget.PAGE, _POST),
    Address("/holder/logout", held(entry.leave), Budget.PAGE, _POST),
    Address("/holder/shares", held(shares.show_list), Budget.PAGE),
    Address("/holder/shares/new", held(shares.show_form), Budget.PAGE),
    Address("/holder/shares/new", held(shares.make), Budget.PAGE, _POST),
    Address("/holder/shares/{id}", held(shares.show), Budget.PAGE),
    Address("/holder/shares/{id}/code.png", held(shares.picture), Budget.PAGE),
    Address("/holder/shares/{id}/stop", held(shares.stop), Budget.PAGE, _POST),
    Address("/holder/oidc/start", oidc.start, Budget.LOGIN, _POST),
    Address("/holder/oidc/start", oidc.to_entrance, Budget.PAGE),
    Address(RETURN_PATH, oidc.come_back, Budget.LOGIN),
    Address("/holder/corrections/own", held(corrections.show_list), Budget.PAGE),
    Address("/holder/corrections/new", held(corrections.start), Budget.PAGE),
    Address("/holder/corrections/{id}", held(corrections.show), Budget.PAGE),
    Address("/holder/corrections/{id}/withdrawal", held(corrections.take_back), Budget.PAGE, _POST),
)
