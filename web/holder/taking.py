"""Taking a management secret: offered to whoever just opened a certificate by the three facts, once.

Whoever holds the paper knows the three facts and could be first. So where there is a secret, every such
log-in says since when; a bureau that checked the person voids it. The secret stands in the answer to the post
and nowhere else: reloading the page posts again, and is told that it was taken.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from registry.holders.entry import person_in
from registry.holders.errors import SecretExists
from registry.holders.room import HolderRoom
from registry.staff.trail import TrailEntry
from web.backend import HolderView
from web.errors import LinkInvalid
from web.holder.gate import room_of
from web.links import HolderLink, read_link, sign_link
from web.site import site_of
from web.staff.desk import keyed_network
from web.staff.gate import require_own_origin
from web.uploads import read_form

_PERMIT = "secret"
TAKEN, REPLACED = "holder.secret_taken", "holder.secret_replaced"


@dataclass(frozen=True)
class Offer:
    """What a log-in by the three facts says of the secret: a `permit` to take it, or since when it is."""

    permit: str = ""
    taken_at: datetime | None = None


def offer_for(request: Request, view: HolderView) -> Offer | None:
    """None on an instance without a desk, and for a certificate that is gone meanwhile."""
    site = site_of(request)
    if site.office is None:
        return None
    room = site.office.holders
    found = room.register.look_up.current(view.verdict.number)
    if found is None:
        return None
    holder = next(iter(room.holders.among([person_in(room, found[2])])), None)
    if holder is not None and holder.has_secret:
        return Offer(taken_at=holder.secret_at)
    expires_at = site.clock() + timedelta(seconds=site.settings.link_seconds)
    return Offer(sign_link(HolderLink(view.index, _PERMIT, expires_at), site.register.link_secret()))


async def take(request: Request) -> Response:
    """Makes the secret and shows it, once. Raises: LinkInvalid, LinkExpired, ForeignPost, NoSuchPage."""
    room_of(request)
    require_own_origin(request)
    permit = (await read_form(request)).field("permit")
    return await run_sync(_take, request, permit)


def _take(request: Request, permit: str) -> Response:
    site, room = site_of(request), room_of(request)
    link = read_link(permit, site.register.link_secret(), site.clock())
    if link.form != _PERMIT:
        raise LinkInvalid
    number = room.register.ledger.records.number_of(link.index)
    found = room.register.look_up.current(number) if number is not None else None
    if found is None:
        # Erased within the minutes of the permit.
        raise LinkInvalid
    try:
        holder, secret = room.holders.take_secret(person_in(room, found[2]))
    except SecretExists:
        return site.renderer.page(request, "holder/secret_exists.html", status=409)
    write_trail(request, room, TAKEN, holder.id)
    return site.renderer.page(request, "holder/secret_shown.html", secret=secret, replaced=False)


def write_trail(request: Request, room: HolderRoom, act: str, holder: str) -> None:
    """An act of a holder: the holder by a random id, the network by its keyed hash, and nobody's name."""
    entry = TrailEntry(room.clock(), act, subject=f"holder {holder}", address=keyed_network(request))
    room.staff.trail.write(entry)
