"""Meilisearch away, silent, slow or wrong: each is an error of its own, none is an empty result."""

import asyncio
import json
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

import pytest

from search.documents import Kind
from search.errors import SearchError, SearchTooBroad, SearchUnavailable, UnavailableReason
from search.meili import MeiliIndex
from search.meili_reader import MeiliReader
from search.query import MAX_WORDINGS, Hits, Query
from tests.search.builders import certificate
from web.bench.processes import free_port

R = UnavailableReason


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def read(url: str, text: str = "电工", *, timeout: float = 5.0) -> Hits:
    async def once() -> Hits:
        reader = MeiliReader(url, "key", timeout_seconds=timeout)
        try:
            return await reader.search(Query(Kind.CERTIFICATE, text))
        finally:
            await reader.close()

    return asyncio.run(once())


def reader_reason(url: str, text: str = "电工", *, timeout: float = 5.0) -> UnavailableReason:
    with pytest.raises(SearchUnavailable) as caught:
        read(url, text, timeout=timeout)
    return caught.value.reason


def writer_reason(url: str, act: Callable[[MeiliIndex], object]) -> UnavailableReason:
    with pytest.raises(SearchUnavailable) as caught:
        act(MeiliIndex(url, "key", timeout_seconds=1, task_timeout_seconds=1))
    return caught.value.reason


ACTS: list[Callable[[MeiliIndex], object]] = [
    lambda index: index.generation,
    lambda index: index.upsert([certificate(1)]),
    lambda index: index.build(),
    lambda index: index.wipe(),
]


def _write(index: MeiliIndex) -> None:
    index.upsert([certificate(1)])
    index.wait()


@contextmanager
def serving(answer: Callable[[str, str], tuple[int, bytes]]) -> Iterator[str]:
    """A server that answers (method, path) with a status and a body."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def handle_request(self) -> None:
            self.rfile.read(int(self.headers.get("Content-Length") or 0))
            status, body = answer(self.command, self.path)
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_DELETE = handle_request

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def always(status: int, body: Any) -> Callable[[str, str], tuple[int, bytes]]:
    payload = body if isinstance(body, bytes) else json.dumps(body).encode()
    return lambda method, path: (status, payload)


@pytest.mark.parametrize("text", ["", "电工", "，", "示**", "S0000439900"])
def test_a_dead_port_is_unreachable_whatever_is_asked(text: str) -> None:
    assert reader_reason(f"http://127.0.0.1:{free_port()}", text) is R.UNREACHABLE


@pytest.mark.parametrize("act", ACTS)
def test_a_dead_port_is_unreachable_to_the_writer(act: Callable[[MeiliIndex], object]) -> None:
    assert writer_reason(f"http://127.0.0.1:{free_port()}", act) is R.UNREACHABLE


def test_a_port_that_never_answers_is_a_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        assert reader_reason(url, timeout=0.1) is R.TIMEOUT
        assert writer_reason(url, ACTS[0]) is R.TIMEOUT


def test_a_server_that_answers_without_end_is_a_timeout() -> None:
    """Each byte comes in time; the deadline is for all of them."""
    done = Event()

    def drip(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
            while not done.wait(0.02):
                try:
                    connection.sendall(b" ")
                except OSError:
                    return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = Thread(target=drip, args=(listener,))
        thread.start()
        try:
            assert reader_reason(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.3) is R.TIMEOUT
        finally:
            done.set()
            thread.join()


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (404, {"code": "index_not_found", "message": ""}, R.NOT_BUILT),
        (401, {"code": "missing_authorization_header", "message": ""}, R.REFUSED),
        (403, {"code": "invalid_api_key", "message": ""}, R.REFUSED),
        (503, {"code": "too_many_search_requests", "message": ""}, R.BUSY),
        (500, {"code": "internal", "message": ""}, R.UNREACHABLE),
        (502, b"<html>bad gateway</html>", R.UNREACHABLE),
        (400, {"code": "invalid_search_filter", "message": ""}, R.BAD_ANSWER),
        (302, b"", R.BAD_ANSWER),
        (404, b"no such page", R.BAD_ANSWER),
        (200, b"<html>hello</html>", R.BAD_ANSWER),
        (200, b"", R.BAD_ANSWER),
        (200, b"\xff", R.BAD_ANSWER),
        (200, [], R.BAD_ANSWER),
        (200, {}, R.BAD_ANSWER),
        (200, {"results": [], "hits": 3}, R.BAD_ANSWER),
        (200, {"results": [1], "hits": [1]}, R.BAD_ANSWER),
        (200, {"results": [{}], "hits": []}, R.BAD_ANSWER),
        (200, {"results": [{"hits": None}], "hits": [], "totalHits": "many"}, R.BAD_ANSWER),
    ],
)
def test_a_wrong_answer_is_never_an_empty_result(
    status: int, body: object, expected: UnavailableReason
) -> None:
    with serving(always(status, body)) as url:
        assert reader_reason(url, "电工") is expected
        assert reader_reason(url, "") is expected


def test_a_document_that_is_not_ours_is_not_shown() -> None:
    hit = {"id": 1, "masked_name": "示例甲"}
    with serving(always(200, {"hits": [hit], "totalHits": 1})) as url:
        assert reader_reason(url, "") is R.CORRUPT


def test_a_word_in_too_many_texts_is_refused_and_not_guessed() -> None:
    texts = [{"id": f"{n:016x}", "text": "学校"} for n in range(MAX_WORDINGS + 1)]
    with serving(always(200, {"results": [{"hits": texts}]})) as url, pytest.raises(SearchTooBroad):
        read(url, "学校")


def test_hopeless_questions_still_need_a_server_that_answers() -> None:
    with serving(always(503, {"code": "too_many_search_requests"})) as url:
        assert reader_reason(url, "，") is R.BUSY


@pytest.mark.parametrize("act", ACTS)
@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (403, {"code": "invalid_api_key", "message": ""}, R.REFUSED),
        (500, {"code": "internal", "message": ""}, R.UNREACHABLE),
        (502, b"<html>", R.UNREACHABLE),
        (200, b"<html>", R.BAD_ANSWER),
        (200, b"", R.BAD_ANSWER),
        (200, [], R.BAD_ANSWER),
        (200, {}, R.BAD_ANSWER),
    ],
)
def test_a_wrong_answer_to_the_writer_is_an_error(
    act: Callable[[MeiliIndex], object], status: int, body: object, expected: UnavailableReason
) -> None:
    with serving(always(status, body)) as url:
        assert writer_reason(url, act) is expected


def _task_server(task: dict[str, Any]) -> Callable[[str, str], tuple[int, bytes]]:
    at = "2026-11-21T00:00:00.123456789Z"

    def answer(method: str, path: str) -> tuple[int, bytes]:
        if path.startswith("/tasks/"):
            return 200, json.dumps({"uid": 7, "type": "x", "enqueuedAt": at, **task}).encode()
        if method == "GET":
            return 200, json.dumps({"uid": "x", "createdAt": at}).encode()
        enqueued = {"taskUid": 7, "indexUid": "x", "status": "enqueued", "type": "x", "enqueuedAt": at}
        return 202, json.dumps(enqueued).encode()

    return answer


def test_a_task_that_failed_is_an_error_although_its_request_was_accepted() -> None:
    failed = {"status": "failed", "error": {"code": "no_space_left_on_device", "message": ""}}
    with serving(_task_server(failed)) as url:
        index = MeiliIndex(url, "key", timeout_seconds=5)
        index.upsert([certificate(1)])
        with pytest.raises(SearchUnavailable) as caught:
            index.wait()
        assert (caught.value.reason, caught.value.detail) == (R.TASK_FAILED, "no_space_left_on_device")
        index.wait()  # the failure was told once and is not told again for later writes


def test_a_cancelled_task_is_an_error() -> None:
    with serving(_task_server({"status": "canceled"})) as url:
        assert writer_reason(url, _write) is R.TASK_FAILED


def test_a_task_that_never_ends_is_a_timeout() -> None:
    with serving(_task_server({"status": "processing"})) as url:
        assert writer_reason(url, _write) is R.TIMEOUT


def test_errors_carry_nothing_of_the_question() -> None:
    for error in (f"http://127.0.0.1:{free_port()}",):
        with pytest.raises(SearchError) as caught:
            read(error, "示例甲 430102199003074515")
        assert "示例" not in repr(caught.value)
        assert "4301" not in repr(caught.value)
