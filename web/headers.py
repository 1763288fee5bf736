"""What every answer tells the browser: run nothing that is not ours, leak no address, be framed by no one."""

from collections.abc import Mapping

RawHeaders = list[tuple[bytes, bytes]]


def _policy(*script_sources: str) -> str:
    return "; ".join(("default-src 'none'", " ".join(("script-src", *script_sources)), *_OTHER_SOURCES))


_OTHER_SOURCES = (
    "style-src 'self'",
    "img-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
_NO_DEVICES = "geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()"
_ALWAYS = {
    "content-security-policy": _policy("'self'"),
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "permissions-policy": f"camera=(), {_NO_DEVICES}",
    "cross-origin-opener-policy": "same-origin",
    "x-frame-options": "DENY",
}
_TLS_ONLY = {"strict-transport-security": "max-age=31536000; includeSubDomains"}

# Kept by nobody: the answer is about a person, or true only now.
NO_STORE: Mapping[str, str] = {"cache-control": "no-store"}
# The same bytes for ever, wherever they are kept.
IMMUTABLE: Mapping[str, str] = {"cache-control": "public, max-age=31536000, immutable"}
BRIEFLY: Mapping[str, str] = {"cache-control": "public, max-age=5"}
# What outsiders verify with may be read by pages of any origin.
OPEN: Mapping[str, str] = {"access-control-allow-origin": "*", "cross-origin-resource-policy": "cross-origin"}
# The one page that reads codes itself: its decoder is WebAssembly of ours, and it may ask for the camera.
CHECKING_HERE: Mapping[str, str] = {
    "content-security-policy": _policy("'self'", "'wasm-unsafe-eval'"),
    "permissions-policy": f"camera=(self), {_NO_DEVICES}",
}
NO_INDEX: Mapping[str, str] = {"x-robots-tag": "noindex, nofollow"}


def standing_headers(*, is_https: bool, with_sessions: bool = False) -> RawHeaders:
    """The headers of every answer, ready to be sent.

    Where no referrer at all is sent, browsers call the origin of a posted form `null` as well: pages
    with sessions tell their own site, so that a form of another site's can be told apart.
    """
    headers = _ALWAYS | _TLS_ONLY if is_https else dict(_ALWAYS)
    if with_sessions:
        headers["referrer-policy"] = "same-origin"
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def completed(headers: RawHeaders, standing: RawHeaders) -> RawHeaders:
    """An answer's own headers and the standing ones; what does not say how long it keeps is not kept.

    Of two policies a browser keeps to both, so an answer that brings one of its own gets no second.
    """
    own = {name for name, _ in headers}
    whole = [*headers, *((name, value) for name, value in standing if name not in own)]
    return whole if b"cache-control" in own else [*whole, (b"cache-control", b"no-store")]
