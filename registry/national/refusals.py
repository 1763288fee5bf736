"""What an answer other than 200 means: they are not signed, so they settle nothing.

Source: RFC 9457 (problem documents); RFC 9110 section 10.2.3 (Retry-After).
"""

from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from registry.national.errors import RemoteRefused, RemoteUnavailable
from signing.encoding import parse_json
from signing.errors import MalformedEncoding

STALE = "stale"
_TRY_AGAIN = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_EARLY, HTTPStatus.TOO_MANY_REQUESTS})


def refusal(response: httpx.Response, body: bytes, now: datetime) -> RemoteUnavailable | RemoteRefused:
    """An answer other than 200 as what it means for the sender: try again, or a definite no."""
    status, code = response.status_code, _problem_code(body)
    # Clocks are set: a request that came too late or too early today need not tomorrow.
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _TRY_AGAIN or code == STALE:
        wait = _retry_after(response.headers.get("retry-after", ""), now)
        reason = code if code == STALE else f"http_{status}"
        return RemoteUnavailable(reason, status=status, retry_after_seconds=wait)
    return RemoteRefused(code or f"http_{status}", status=status)


def _problem_code(body: bytes) -> str:
    """The `code` of a problem document, "" for anything else. Source: RFC 9457 section 3.2."""
    try:
        value = parse_json(body)
    except MalformedEncoding:
        return ""
    code = value.get("code", "") if isinstance(value, dict) else ""
    plain = isinstance(code, str) and len(code) <= 64 and code.isascii() and code.isidentifier()
    return str(code) if plain else ""


def _retry_after(text: str, now: datetime) -> float | None:
    """Seconds to wait as asked, None if nothing sensible was. Source: RFC 9110 section 10.2.3."""
    if text.isascii() and text.isdigit() and len(text) <= 9:
        return float(text)
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        # The latter for a number in it that no clock can hold.
        return None
    if moment.tzinfo is None:
        return None
    return max(0.0, (moment - now).total_seconds())
