"""The one table of the staff's addresses: every area's list, in the order in which they are tried."""

from collections.abc import Sequence

from web.staff import account, administration, entry, home, jobs
from web.staff.addresses import StaffAddress
from web.staff.certificates import routes as certificates
from web.staff.filings import addresses as filings
from web.staff.holders import pages as holders
from web.staff.institution import addresses as institution
from web.staff.national import addresses as national
from web.staff.reconciliation import pages as reconciliation
from web.staff.renewal import pages as renewal
from web.staff.review import routes as review
from web.staff.signing import routes as signing
from web.staff.statistics import pages as statistics
from web.staff.trail import pages as trail

STAFF_ADDRESSES: Sequence[StaffAddress] = (
    *home.ADDRESSES,
    *entry.ADDRESSES,
    *account.ADDRESSES,
    *administration.ADDRESSES,
    *jobs.ADDRESSES,
    *certificates.ADDRESSES,
    *holders.ADDRESSES,
    *national.ADDRESSES,
    *reconciliation.ADDRESSES,
    *renewal.ADDRESSES,
    *statistics.ADDRESSES,
    *trail.ADDRESSES,
    *filings.ADDRESSES,
    *review.ADDRESSES,
    *institution.ADDRESSES,
    *signing.ADDRESSES,
)
