"""The addresses between a proposal and the register."""

from registry.review.offline_signature import MAX_BYTES
from registry.staff.model import StaffRole
from web.staff.addresses import StaffAddress
from web.staff.signing import bundle, decision, offline, sign

_BATCH = "/staff/review/{batch}"
_SIGNERS = frozenset({StaffRole.REVIEWER, StaffRole.PROVINCE})
_READERS = _SIGNERS | {StaffRole.AUDITOR}
_POST = ("POST",)

ADDRESSES = (
    StaffAddress(f"{_BATCH}/sign", sign.show, _SIGNERS),
    StaffAddress(f"{_BATCH}/sign", sign.sign, _SIGNERS, _POST, "review.sign"),
    StaffAddress(f"{_BATCH}/bundle", bundle.explain, _SIGNERS),
    StaffAddress(f"{_BATCH}/bundle", bundle.ask, _SIGNERS, _POST, "review.bundle_asked"),
    StaffAddress(f"{_BATCH}/bundle/{{job}}", bundle.take, _SIGNERS, act="review.bundle"),
    StaffAddress(f"{_BATCH}/signature", offline.ask_signature, _SIGNERS),
    StaffAddress(
        f"{_BATCH}/signature",
        offline.take_signature,
        _SIGNERS,
        _POST,
        "review.signature",
        max_file_bytes=MAX_BYTES,
        max_files=1,
    ),
    StaffAddress(f"{_BATCH}/decision", decision.decision, _READERS),
)
