"""A request counts against the network it came from, and nobody can talk their way into another budget."""

from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from web.addresses import client_network

_OURS = (ip_network("10.0.0.0/8"), ip_network("2001:db8:ffff::/48"))


def test_without_trusted_proxies_the_header_is_anyones_word() -> None:
    assert client_network("203.0.113.9", "198.51.100.1", ()) == "203.0.113.9"


def test_the_walk_goes_from_our_side_to_the_first_hop_that_is_not_ours() -> None:
    assert client_network("10.0.0.1", "198.51.100.7, 203.0.113.9, 10.2.3.4", _OURS) == "203.0.113.9"


def test_a_forged_left_end_changes_nothing() -> None:
    honest = client_network("10.0.0.1", "203.0.113.9", _OURS)

    assert client_network("10.0.0.1", "1.2.3.4, 203.0.113.9", _OURS) == honest
    assert client_network("10.0.0.1", "rubbish, 203.0.113.9", _OURS) == honest


def test_an_unreadable_hop_counts_against_the_last_readable_one() -> None:
    assert client_network("10.0.0.1", "203.0.113.9, unknown", _OURS) == "10.0.0.1"


def test_one_ipv6_customer_is_one_budget_and_the_next_is_another() -> None:
    first = client_network("2001:db8:1:2::1", "", ())

    assert first == "2001:db8:1:2::/64"
    assert client_network("2001:db8:1:2:ffff::9", "", ()) == first
    assert client_network("2001:db8:1:3::1", "", ()) != first


def test_ports_brackets_zones_and_mapped_addresses_are_understood() -> None:
    assert client_network("::ffff:203.0.113.9", "", ()) == "203.0.113.9"
    assert client_network("10.0.0.1", "[2001:db8::1]:443", _OURS) == "2001:db8::/64"
    assert client_network("10.0.0.1", "203.0.113.9:1234", _OURS) == "203.0.113.9"
    assert client_network("fe80::1%eth0", "", ()) == "fe80::/64"


def test_a_peer_without_an_address_is_local() -> None:
    assert client_network("", "203.0.113.9", _OURS) == "local"


@given(st.text(max_size=200))
def test_any_header_gives_some_budget_that_a_stranger_cannot_choose(forwarded: str) -> None:
    assert client_network("203.0.113.9", forwarded, _OURS) == "203.0.113.9"
