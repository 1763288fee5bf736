"""Whose budget a request counts against: the network it really came from.

A proxy's word counts only if the proxy is one of ours, so the chain is walked from our own side: the peer,
then `X-Forwarded-For` from its right end, as long as each hop is trusted. The first hop that is not is the
client. One person commands a whole IPv6 /64, so that is the unit there.
"""

import inspect
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

from starlette.requests import Request

_IPV6_UNIT_BITS = 64
_NO_PEER = "local"


def client_network(peer: str, forwarded: str, trusted: Sequence[IPv4Network | IPv6Network]) -> str:
    """The client's network as text: an IPv4 address, or an IPv6 /64.

    A hop that cannot be read ends the walk: the request counts against the last hop that could.
    """
    address = _parse(peer)
    if address is None:
        return _NO_PEER
    for hop in reversed(forwarded.split(",") if forwarded else []):
        if not _is_trusted(address, trusted):
            break
        previous = _parse(hop)
        if previous is None:
            break
        address = previous
    return _unit(address)


def key_function(trusted: Sequence[IPv4Network | IPv6Network]) -> Callable[[Request], str]:
    """The function that names the budget of a request. Its parameter must be called `request`."""
    networks = tuple(trusted)

    @lru_cache(maxsize=16_384)
    def cached(peer: str, forwarded: str) -> str:
        return client_network(peer, forwarded, networks)

    def key(request: Request) -> str:
        client = request.client
        if client is None:
            return _NO_PEER
        # Without trusted proxies the header is anyone's word, and is not even read.
        forwarded = ",".join(request.headers.getlist("x-forwarded-for")) if networks else ""
        return cached(client.host, forwarded[-2048:])

    # slowapi asks for the signature at every request; found here, it is not worked out each time.
    key.__signature__ = inspect.signature(key)  # type: ignore[attr-defined]
    return key


def _parse(text: str) -> IPv4Address | IPv6Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _is_trusted(address: IPv4Address | IPv6Address, trusted: Sequence[IPv4Network | IPv6Network]) -> bool:
    return any(address in network for network in trusted if network.version == address.version)


def _unit(address: IPv4Address | IPv6Address) -> str:
    if isinstance(address, IPv4Address):
        return str(address)
    return str(IPv6Network((int(address), _IPV6_UNIT_BITS), strict=False))
