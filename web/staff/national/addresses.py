"""The addresses of the national network."""

from registry.staff.model import StaffRole
from web.staff.addresses import StaffAddress
from web.staff.certificates.within import SEEING
from web.staff.national import listing, overview
from web.staff.national.listing import REJECTIONS

_PROVINCE = frozenset({StaffRole.PROVINCE})
# As many boxes as a page of the list can hold, and the fields beside them.
_MOST_FIELDS = 128

ADDRESSES = (
    StaffAddress("/staff/national", overview.page, SEEING),
    StaffAddress(REJECTIONS, listing.page, SEEING, act="national.read"),
    StaffAddress(
        "/staff/national/again",
        listing.send_again,
        _PROVINCE,
        ("POST",),
        "national.again",
        max_fields=_MOST_FIELDS,
    ),
)
