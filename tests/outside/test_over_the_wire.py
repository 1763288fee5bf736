"""What only a real connection shows: HEAD and 304 send no body, and packed bytes are those promised."""

import gzip
import socket
from urllib.parse import urlsplit

import pytest

from tests.outside.conftest import Outside


def exchange(base: str, method: str, path: str, *headers: str) -> tuple[int, dict[str, str], bytes]:
    """One exchange on a connection of its own, read to its end."""
    host, port = urlsplit(base).hostname, urlsplit(base).port
    lines = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers, "", ""]
    with socket.create_connection((host, port), timeout=10) as connection:
        connection.sendall("\r\n".join(lines).encode())
        received = b"".join(iter(lambda: connection.recv(65_536), b""))
    head, _, body = received.partition(b"\r\n\r\n")
    status, *fields = head.decode("latin-1").split("\r\n")
    return int(status.split()[1]), {k.lower(): v for k, _, v in (f.partition(": ") for f in fields)}, body


@pytest.mark.parametrize(
    "path",
    [
        "/log/checkpoint",
        "/log/tile/0/000",
        "/log/tile/entries/000",
        "/.well-known/did.json",
        "/status/revocation-0",
    ],
)
def test_head_and_not_modified_promise_what_get_sends_and_send_nothing(outside: Outside, path: str) -> None:
    for encoding in ("Accept-Encoding: gzip", "Accept-Encoding: identity"):
        status, headers, body = exchange(outside.base, "GET", path, encoding)
        head_status, head_headers, head_body = exchange(outside.base, "HEAD", path, encoding)
        tag = f"If-None-Match: {headers['etag']}"
        known_status, known_headers, known_body = exchange(outside.base, "GET", path, encoding, tag)

        assert (status, head_status, known_status) == (200, 200, 304)
        assert (head_body, known_body) == (b"", b"")
        assert int(headers["content-length"]) == int(head_headers["content-length"]) == len(body) > 0
        assert headers["etag"] == head_headers["etag"] == known_headers["etag"]
        if "content-encoding" in headers:
            assert gzip.decompress(body)
            assert head_headers["content-encoding"] == "gzip"
