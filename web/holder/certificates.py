"""All certificates of the holder who is logged in, with their files by short-lived links."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from registry.electronic import Form
from registry.holders.certificates import HeldCertificate, certificates_of, otherwise_named
from registry.ledger.chain import ChainState
from registry.rules.masks import mask_identity_number
from web.holder.files import file_links, link_minutes
from web.holder.gate import holder_page, room_of, visit_of
from web.site import site_of


@dataclass(frozen=True)
class Item:
    """A certificate in the list. `links` is empty where it is not in force."""

    held: HeldCertificate
    identity: str
    links: Sequence[tuple[str, str]]


def show(request: Request) -> Response:
    """The list, the newest first; what is no longer in force stands there as what it is."""
    site, look_up, holder = site_of(request), room_of(request).register.look_up, visit_of(request).holder
    items = []
    for held in certificates_of(look_up, holder):
        forms = tuple(each.value for each in Form) if held.state is ChainState.VALID else ()
        identity = mask_identity_number(held.record.id_number)
        items.append(Item(held, identity, file_links(site, held.index, forms)))
    return holder_page(
        request,
        "holder/certificates.html",
        items=items,
        otherwise_named=otherwise_named(look_up, holder),
        minutes=link_minutes(site),
    )
