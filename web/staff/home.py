"""The first page after the log-in."""

from starlette.requests import Request
from starlette.responses import Response

from web.staff.addresses import StaffAddress
from web.staff.desk import staff_page


def home(request: Request) -> Response:
    """What waits for this account."""
    return staff_page(request, "staff/home.html")


ADDRESSES = (StaffAddress("/staff", home),)
