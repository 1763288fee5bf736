"""The institution's addresses."""

from collections.abc import Sequence

from registry.staff.model import StaffRole
from web.settings import MOST_STAFF_UPLOAD_BYTES
from web.staff.addresses import StaffAddress
from web.staff.institution import batch, forms, listing, upload

_INSTITUTION = frozenset({StaffRole.INSTITUTION})
# Where a body may be as long as STAFF_UPLOAD_BYTES says; the edge counts it.
LARGE_UPLOADS = (upload.PATH,)

ADDRESSES: Sequence[StaffAddress] = (
    StaffAddress("/staff/forms", forms.forms, _INSTITUTION),
    StaffAddress("/staff/forms/{prefix}/{form}", forms.download, _INSTITUTION),
    StaffAddress("/staff/batches", listing.batches, _INSTITUTION),
    StaffAddress(upload.PATH, upload.ask, _INSTITUTION),
    StaffAddress(
        upload.PATH,
        upload.take,
        _INSTITUTION,
        ("POST",),
        act="batch.upload",
        max_file_bytes=MOST_STAFF_UPLOAD_BYTES,
        max_files=2,
    ),
    StaffAddress("/staff/batches/{batch}", batch.batch, _INSTITUTION, act="batch.read"),
    StaffAddress(
        "/staff/batches/{batch}/findings.xlsx",
        batch.findings_workbook,
        _INSTITUTION,
        act="batch.findings_file",
    ),
    StaffAddress("/staff/batches/{batch}/certificates", batch.certificates, _INSTITUTION, act="batch.read"),
)
