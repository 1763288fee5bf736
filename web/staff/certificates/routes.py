"""The addresses of certificates and of requests."""

from web.staff.addresses import StaffAddress
from web.staff.certificates import acting, finding, showing
from web.staff.certificates.acting import MAX_PAPER_BYTES
from web.staff.certificates.within import ACTING, SEEING
from web.staff.requests import case, listing

ADDRESSES = (
    StaffAddress("/staff/certificates", finding.ask, SEEING),
    StaffAddress("/staff/certificates", finding.find, SEEING, ("POST",), "certificate.search"),
    StaffAddress(
        "/staff/certificates/holder", finding.of_holder, SEEING, ("POST",), "certificate.find_holder"
    ),
    StaffAddress("/staff/certificates/{number}", showing.show, SEEING, act="certificate.show"),
    StaffAddress(
        "/staff/certificates/{number}/paper",
        showing.check_paper,
        SEEING,
        ("POST",),
        "certificate.paper",
        max_file_bytes=MAX_PAPER_BYTES,
        max_files=1,
    ),
    StaffAddress("/staff/certificates/{number}/acts/{act}", acting.show_form, ACTING, act="certificate.show"),
    StaffAddress(
        "/staff/certificates/{number}/acts/{act}",
        acting.post_form,
        ACTING,
        ("POST",),
        "certificate.act",
        max_file_bytes=MAX_PAPER_BYTES,
        max_files=1,
    ),
    StaffAddress("/staff/requests", listing.show, SEEING),
    StaffAddress("/staff/requests/{id}", case.show, SEEING, act="request.show"),
    StaffAddress("/staff/requests/{id}/decision", case.decide, ACTING, ("POST",), "request.decide"),
    StaffAddress("/staff/requests/{id}/withdrawal", case.take_back, ACTING, ("POST",), "request.withdraw"),
    StaffAddress("/staff/requests/{id}/resumption", case.resume, ACTING, ("POST",), "request.resume"),
    StaffAddress("/staff/requests/{id}/reopening", case.decide_anew, ACTING, ("POST",), "request.reopen"),
    StaffAddress("/staff/requests/{id}/document", case.document, SEEING, act="request.document"),
)
