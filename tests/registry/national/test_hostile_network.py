"""A network, or somebody on the line, that answers so as to do harm: what it may cost, and what never."""

import gzip
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from registry.national.client import NationalClient
from registry.national.errors import RemoteUnavailable
from registry.national.exchange import open_http
from registry.national.findings import ComparisonOutcome
from registry.national.patience import Patience, TimeOut
from registry.national.protocol import BATCHES_PATH, parse_batch
from registry.national.reconcile import Reconciled, reconcile
from registry.national.rows import CertificateRow, Row, RowAct, RowState
from registry.national.sync import SyncOutcome, sync_once
from signing.encoding import canonical_json
from tests.registry.national.builders import a_small_world
from tests.registry.national.row_builders import (
    NETWORK_KEY,
    PROVINCE_KEY,
    a_row,
    an_institution,
    without_record,
)

PROMPT_SECONDS = 10.0
_HEAD = b"HTTP/1.1 %s\r\nContent-Length: 0\r\n%s\r\n\r\n"


@contextmanager
def a_server(answer: bytes, *, endless: bool = False) -> Iterator[str]:
    """A server that says these bytes to everybody, once or for as long as somebody listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(1.0)
                    try:
                        connection.recv(65_536)
                        connection.sendall(answer)
                        while endless:
                            connection.sendall(answer)
                    except OSError:
                        continue

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        finally:
            listening.shutdown(socket.SHUT_RDWR)
            thread.join(PROMPT_SECONDS)
            assert not thread.is_alive()


def fault_of(address: str) -> RemoteUnavailable:
    with open_http(address) as http:
        client = NationalClient(http, lambda: PROVINCE_KEY, NETWORK_KEY.public, patience=Patience(1))
        with pytest.raises(RemoteUnavailable) as fault:
            client.status()
    return fault.value


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        (_HEAD % (b"503 X", b"Retry-After: Mon, 01 Jan 2024 00:00:00 +99999999999999999999"), "http_503"),
        (_HEAD % (b"503 X", b"Retry-After: Mon, 01 Jan 99999999999 00:00:00 GMT"), "http_503"),
        (_HEAD % (b"302 X", b"Location: javascript:alert(1)"), "connection"),
        (_HEAD % (b"302 X", b"Location: http://[::1"), "connection"),
        (_HEAD % (b"200 X", b"Set-Cookie: \xff=\xfe; expires=never; max-age=99999999999999999999"), ""),
        (_HEAD % (b"200 X", b"Signature-Input: sig=();created=99999999999999999999"), ""),
        (b"HTTP/1.1 101 X\r\n\r\n", "connection"),
        (bytes(100), "connection"),
    ],
)
def test_an_odd_head_is_no_answer_and_never_worse(head: bytes, reason: str) -> None:
    with a_server(head) as address:
        assert fault_of(address).reason == (reason or "http_signature_refused")


def test_an_answer_that_forever_begins_is_cut_off(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TimeOut, "FIRST_SECONDS", 0.05)
    monkeypatch.setattr(TimeOut, "LEAST_SECONDS", 0.05)
    monkeypatch.setattr("registry.national.exchange._CONNECT_SECONDS", 0.1)
    with a_server(b"HTTP/1.1 102 Processing\r\n\r\n", endless=True) as address:
        assert fault_of(address).reason == "connection"


def test_a_network_that_asks_for_rest_gets_it_although_it_answered_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 1)
    rows: list[Row] = [an_institution(), *(a_row(serial) for serial in range(1, 8))]
    asked: list[int] = []
    with a_small_world(tmp_path, rows=rows, concurrency=8) as world:
        reached = world.client._exchanges._http._transport

        def handle(request: httpx.Request) -> httpx.Response:
            if request.url.path == BATCHES_PATH:
                asked.append(parse_batch(request.read()).manifest.first)
                if asked[-1] == world.outbox.rows[1].entry:
                    return httpx.Response(503, headers={"retry-after": "3600"}, stream=httpx.ByteStream(b""))
            return reached.handle_request(request)

        monkeypatch.setattr(world.client._exchanges._http, "_transport", httpx.MockTransport(handle))
        report = sync_once(world.sender)
        assert (report.outcome, report.retry_after_seconds) == (SyncOutcome.UNAVAILABLE, 3600.0)
        assert asked.count(world.outbox.rows[1].entry) == 1


def test_a_network_that_misses_a_batch_before_the_first_is_not_asked_forever(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        assert len(asked) < 20
        body = canonical_json({"code": "previous_unknown"})
        return httpx.Response(409, stream=httpx.ByteStream(body))

    with a_small_world(tmp_path, rows=[an_institution()]) as world:
        monkeypatch.setattr(world.client._exchanges._http, "_transport", httpx.MockTransport(handle))
        report = sync_once(world.sender)
        assert (report.outcome, report.reason) == (SyncOutcome.REFUSED, "previous_unknown")
        assert asked == [BATCHES_PATH]


def test_what_is_erased_while_its_batch_fails_is_not_sent_once_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.national.courier.MAX_ROWS", 1)
    erased = a_row(1)
    assert erased.record is not None
    number, later = erased.record.number.encode(), a_row(1, 2, RowState.ERASED, RowAct.ERASED)
    told: list[bool] = []
    rows: list[Row] = [an_institution(), erased, *(a_row(serial) for serial in range(2, 8))]
    with a_small_world(tmp_path, rows=rows, concurrency=8, patience=Patience(1)) as world:
        reached = world.client._exchanges._http._transport

        def handle(request: httpx.Request) -> httpx.Response:
            content = request.read()
            if request.url.path == BATCHES_PATH and number in gzip.decompress(content):
                told.append(True)
                if len(told) == 1:
                    sent = world.outbox.rows[1]
                    assert isinstance(sent, CertificateRow)
                    world.outbox.rows[1] = without_record(sent)
                    world.outbox.rows.append(later)
                    return httpx.Response(503, stream=httpx.ByteStream(b""))
            return reached.handle_request(request)

        monkeypatch.setattr(world.client._exchanges._http, "_transport", httpx.MockTransport(handle))
        reports = [sync_once(world.sender), sync_once(world.sender)]
        assert reports[-1].outcome is SyncOutcome.DONE
        assert told == [True]
        assert world.held()[erased.ref].state is RowState.ERASED


def test_rows_that_an_outage_made_look_guilty_go_again_by_themselves(tmp_path: Path) -> None:
    broken = [True]
    rows: list[Row] = [an_institution(), a_row(1), a_row(2)]
    with a_small_world(
        tmp_path, rows=rows, fails_over=lambda path, body: broken[0] and path == BATCHES_PATH
    ) as world:
        assert sync_once(world.sender).rejected == len(rows)
        broken.clear()
        broken.append(False)
        assert isinstance(reconcile(world.sender), Reconciled)
        assert sync_once(world.sender).online == len(rows)
        compared = world.reconciled()
        assert isinstance(compared, Reconciled)
        assert compared.outcome is ComparisonOutcome.EXACT
