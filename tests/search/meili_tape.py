"""Recorded HTTP exchanges with a real Meilisearch, and their replay by a loopback server.

The client code under test talks HTTP in both cases and cannot tell. Replay is strict: the next request must
be the next recorded one, with the same body, and at the end none may be left. Asking for a task that is not
finished is not recorded, so a replay never has to wait. Headers are not recorded, hence no key either.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any

import httpx

from tests.search.meili_server import MeiliServer

RECORDINGS = Path(__file__).parent / "recordings"


@dataclass
class Tape:
    """Exchanges in order, each `{method, path, request, status, answer}`."""

    exchanges: list[dict[str, Any]] = field(default_factory=list)
    played: int = 0
    surprises: list[str] = field(default_factory=list)
    lock: Lock = field(default_factory=Lock)

    def play(self, method: str, path: str, body: bytes) -> tuple[int, Any]:
        """The recorded answer to this request, or a 500 and a note for the test's end."""
        with self.lock:
            expected = self.exchanges[self.played] if self.played < len(self.exchanges) else None
            asked = {"method": method, "path": path, "request": _parsed(body)}
            if expected is None or any(expected[part] != value for part, value in asked.items()):
                self.surprises.append(f"{method} {path} instead of {expected and expected['path']}")
                return 500, {"message": "not the recorded request", "code": "not_recorded"}
            self.played += 1
            return expected["status"], expected["answer"]

    def record(self, method: str, path: str, body: bytes, status: int, answer: Any) -> None:
        unfinished = isinstance(answer, dict) and answer.get("status") in ("enqueued", "processing")
        if method == "GET" and path.startswith("/tasks/") and unfinished:
            return
        with self.lock:
            self.exchanges.append(
                {"method": method, "path": path, "request": _parsed(body), "status": status, "answer": answer}
            )


@contextmanager
def replayed(file: Path) -> Iterator[str]:
    """Serve a recording; yield the address to use."""
    tape = Tape(json.loads(file.read_text("utf-8")))
    with _serving(_Replayer, tape) as url:
        yield url
    assert not tape.surprises, f"{file.name}: {tape.surprises[0]}; record it anew if this is meant"
    assert tape.played == len(tape.exchanges), f"{file.name}: not every recorded exchange took place"


@contextmanager
def recorded(file: Path, server: MeiliServer) -> Iterator[str]:
    """Pass everything on to a real server and keep what was said; yield the address to use."""
    tape = Tape()
    with httpx.Client(base_url=server.url, trust_env=False, timeout=60) as upstream:
        handler = type("Recorder", (_Recorder,), {"upstream": upstream, "key": server.key})
        with _serving(handler, tape) as url:
            yield url
    file.parent.mkdir(exist_ok=True)
    lines = ",\n".join(json.dumps(exchange, ensure_ascii=False) for exchange in tape.exchanges)
    file.write_text(f"[\n{lines}\n]\n", "utf-8")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1  # head and body in one packet; in two, each answer waits for an acknowledgement
    tape: Tape

    def answer(self, method: str, body: bytes) -> tuple[int, Any]:
        raise NotImplementedError

    def handle_request(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        status, answer = self.answer(self.command, body)
        payload = b"" if answer is None else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_request

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Replayer(_Handler):
    def answer(self, method: str, body: bytes) -> tuple[int, Any]:
        return self.tape.play(method, self.path, body)


class _Recorder(_Handler):
    upstream: httpx.Client
    key: str | None

    def answer(self, method: str, body: bytes) -> tuple[int, Any]:
        passed_on = {
            "Authorization": f"Bearer {self.key}",
            "Content-Type": self.headers.get("Content-Type") or "",
        }
        response = self.upstream.request(method, self.path, content=body, headers=passed_on)
        answer = response.json() if response.content else None
        self.tape.record(method, self.path, body, response.status_code, answer)
        return response.status_code, answer


@contextmanager
def _serving(handler: type[_Handler], tape: Tape) -> Iterator[str]:
    bound = type("Bound", (handler,), {"tape": tape})
    server = ThreadingHTTPServer(("127.0.0.1", 0), bound)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _parsed(body: bytes) -> Any:
    """A body as JSON, or as a list of JSON lines, so that spelling does not matter."""
    if not body:
        return None
    try:
        return json.loads(body)
    except json.JSONDecodeError:
        return [json.loads(line) for line in body.decode().splitlines()]
