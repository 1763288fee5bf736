"""The verdict as the API gives it. One dictionary, one dump: this is the hottest answer of the site."""

import json
from typing import Any

from registry.national.queue import NationalState
from registry.national.reasons import reason_class
from registry.verdict import CertificateVerdict, HistoryItem, Verdict, covers
from signing.encoding import rfc3339

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def json_bytes(value: object) -> bytes:
    """Compact JSON in UTF-8."""
    return _ENCODER.encode(value).encode()


def verdict_json(verdict: Verdict) -> dict[str, Any]:
    """The verdict; every key is there whatever the result, null where there is nothing to say."""
    answer: dict[str, Any] = {
        "number": verdict.number,
        "result": verdict.result.value,
        "version": None,
        "history": [],
        "replaced_by": None,
        "holder": None,
        "occupation": None,
        "occupation_code": None,
        "job": None,
        "level": None,
        "issued_on": None,
        "institution": None,
        "approval": None,
        "national": None,
        "entry": None,
        "tree_size": verdict.tree_size,
        "as_of": rfc3339(verdict.as_of),
    }
    if verdict.certificate is not None:
        answer |= _certificate(verdict.certificate)
    return answer


def _certificate(certificate: CertificateVerdict) -> dict[str, Any]:
    institution, entry, national = certificate.institution, certificate.entry, certificate.national
    return {
        "version": certificate.version,
        "history": [history_item(item) for item in certificate.history],
        "replaced_by": certificate.replaced_by,
        "holder": {"masked_name": certificate.masked_name},
        "occupation": certificate.occupation,
        "occupation_code": certificate.occupation_code,
        "job": certificate.job,
        "level": certificate.level,
        "issued_on": certificate.issued_on.isoformat(),
        "institution": {
            "name": institution.name,
            "prefix": institution.prefix,
            "filing_on_issue_date": institution.filing_on_issue_date.state.value,
            "covered_on_issue_date": covers(institution.filing_on_issue_date, certificate),
            "filing_today": institution.filing_today.state.value,
        },
        "approval": {
            "bureau": certificate.approved_by,
            "custody": certificate.custody,
            "legacy": certificate.legacy,
            "earlier_review": certificate.earlier_review,
        },
        "national": national_json(national),
        "entry": {
            "index": entry.index,
            "leaf": entry.leaf,
            "opening": entry.opening,
            "proof": entry.proof,
            "checkpoint": entry.checkpoint,
        },
    }


def national_json(national: NationalState) -> dict[str, Any]:
    """How far it is on its way to the national network. Of why it came back, only what it is about."""
    return {
        "state": national.state.value,
        "on": national.on.isoformat() if national.on else None,
        "reason_class": reason_class(national.reason).value if national.reason else None,
    }


def history_item(item: HistoryItem) -> dict[str, Any]:
    """One entry of a certificate's chain."""
    return {
        "act": item.act,
        "reason": item.reason,
        "at": rfc3339(item.at),
        "index": item.index,
        "version": item.version,
        "authority": item.authority,
        "document": item.document,
    }
