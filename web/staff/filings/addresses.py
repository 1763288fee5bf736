"""The addresses of the filing register: everybody but the administrator reads, only the province changes."""

from registry.staff.model import StaffRole
from web.staff.addresses import StaffAddress
from web.staff.filings import change, importing
from web.staff.filings.detail import detail
from web.staff.filings.importing import MAX_FILE_BYTES
from web.staff.filings.listing import listing

_READERS = frozenset(StaffRole) - {StaffRole.ADMINISTRATOR}
_PROVINCE = frozenset({StaffRole.PROVINCE})
_POST = ("POST",)
# A renewal asks about every row of a scope.
_MAX_FIELDS = 600
_BASE = "/staff/filings"
_PREVIEWED, _RECORDED = "filing.previewed", "filing.recorded"

ADDRESSES = (
    StaffAddress(_BASE, listing, _READERS),
    StaffAddress(f"{_BASE}/new", change.new_form, _PROVINCE),
    StaffAddress(f"{_BASE}/new", change.new_preview, _PROVINCE, _POST, _PREVIEWED),
    StaffAddress(f"{_BASE}/new/record", change.new_record, _PROVINCE, _POST, _RECORDED),
    StaffAddress(f"{_BASE}/import", importing.import_form, _PROVINCE),
    StaffAddress(
        f"{_BASE}/import",
        importing.import_check,
        _PROVINCE,
        _POST,
        "filing.import_checked",
        max_file_bytes=MAX_FILE_BYTES,
        max_files=1,
    ),
    StaffAddress(
        f"{_BASE}/import/record",
        importing.import_record,
        _PROVINCE,
        _POST,
        "filing.imported",
        max_file_bytes=MAX_FILE_BYTES,
        max_files=1,
    ),
    StaffAddress(f"{_BASE}/{{prefix}}", detail, _READERS),
    StaffAddress(f"{_BASE}/{{prefix}}/{{change}}", change.change_form, _PROVINCE),
    StaffAddress(
        f"{_BASE}/{{prefix}}/{{change}}",
        change.change_preview,
        _PROVINCE,
        _POST,
        _PREVIEWED,
        max_fields=_MAX_FIELDS,
    ),
    StaffAddress(
        f"{_BASE}/{{prefix}}/{{change}}/record",
        change.change_record,
        _PROVINCE,
        _POST,
        _RECORDED,
        max_fields=_MAX_FIELDS,
    ),
)
