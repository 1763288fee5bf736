"""The institution's addresses."""

from collections.abc import Sequence

from registry.staff.model import StaffRole, TokenScope
from web.settings import MOST_STAFF_UPLOAD_BYTES
from web.staff.addresses import StaffAddress
from web.staff.institution import api, batch, forms, listing, upload

_INSTITUTION = frozenset({StaffRole.INSTITUTION})
# Where a body may be as long as STAFF_UPLOAD_BYTES says; the edge counts it.
LARGE_UPLOADS = (upload.PATH, api.PATH)

ADDRESSES: Sequence[StaffAddress] = (
    StaffAddress("/staff/forms", forms.forms, _INSTITUTION),
    StaffAddress("/staff/forms/{prefix}/form5.xlsx", forms.form5, _INSTITUTION),
    StaffAddress("/staff/forms/{prefix}/form4.xlsx", forms.form4, _INSTITUTION),
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
    StaffAddress(api.PATH, api.listed, _INSTITUTION, token_scope=TokenScope.BATCHES_READ),
    StaffAddress(
        api.PATH,
        api.handed_in,
        _INSTITUTION,
        ("POST",),
        act="batch.upload",
        token_scope=TokenScope.BATCHES_WRITE,
        max_file_bytes=MOST_STAFF_UPLOAD_BYTES,
        max_files=2,
    ),
    StaffAddress("/api/v1/batches/{batch}", api.one, _INSTITUTION, token_scope=TokenScope.BATCHES_READ),
    StaffAddress(
        "/api/v1/batches/{batch}/findings.xlsx",
        batch.findings_workbook,
        _INSTITUTION,
        act="batch.findings_file",
        token_scope=TokenScope.BATCHES_READ,
    ),
)
