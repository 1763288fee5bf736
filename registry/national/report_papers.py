"""Reconciliation reports on paper: drawn, and signed by the sheet key; and taken back out of the paper."""

from dataclasses import replace
from datetime import datetime

from registry.custody.keys import RegisterKeys
from registry.national.report import ATTACHMENT, MAX_REPORT_BYTES, parse_report
from registry.national.report_check import CheckedReport, NetworkKeys, check_report, unread_report
from registry.national.report_paper import Reason, ReportPrinter
from registry.paper_signing import sign_paper
from registry.places import Places
from signing.form_errors import MalformedPdf
from signing.keys import KeyRole
from signing.outcomes import Outcome, failed, not_checked, passed
from signing.pades import attachments, check_pdf
from signing.trust import Trust
from signing.verifier import ATTACHMENT as ATTACHED


def paper_of(report: bytes, places: Places, keys: RegisterKeys, reason: Reason) -> bytes:
    """The signed PDF of a report of ours. The same report gives the same bytes until the sheet key changes.

    Raises: as `ReportPrinter.draw`; FontMissing.
    """
    unsigned = ReportPrinter(places.font_dir).draw(report, reason)
    return sign_paper(places, keys, unsigned, at=parse_report(report)[0].compared_at)


def check_file(data: bytes, trust: Trust, network_keys: NetworkKeys, now: datetime) -> CheckedReport:
    """A report as JSON or as the paper that carries it; of a paper, its own signature first."""
    if not data.startswith(b"%PDF-"):
        return check_report(data, trust, network_keys, now)
    revoked = trust.keys.revoked(KeyRole.SHEET, now)
    steps = check_pdf(data, trust.root_certificates, now, revoked=revoked)
    if any(step.outcome is not Outcome.PASSED for step in steps):
        return unread_report((*steps, not_checked(ATTACHED, "pdf_not_authentic")))
    try:
        found = attachments(data, most_bytes=MAX_REPORT_BYTES)
    except MalformedPdf:
        return unread_report((*steps, failed(ATTACHED, "attachment_missing")))
    if set(found) != {ATTACHMENT}:
        return unread_report((*steps, failed(ATTACHED, "attachment_unexpected")))
    inner = check_report(found[ATTACHMENT], trust, network_keys, now)
    return replace(inner, steps=(*steps, passed(ATTACHED), *inner.steps))
