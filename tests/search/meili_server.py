"""A real Meilisearch for the tests: the one they are given, or one that they start and stop."""

import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

import httpx

from web.bench.processes import free_port

ABSENT = (
    "NO REAL MEILISEARCH: set SKILLCERT_TEST_MEILI_URL (and _KEY), or put `meilisearch` on PATH."
    " Its recorded exchanges are replayed instead."
)
_START_SECONDS = 60.0


@dataclass(frozen=True)
class MeiliServer:
    """Where a server listens. `own`: started by us, so its key may do anything."""

    url: str
    key: str | None
    own: bool


def at_hand() -> bool:
    """Whether there is a real server to be had."""
    return bool(os.environ.get("SKILLCERT_TEST_MEILI_URL") or shutil.which("meilisearch"))


@contextmanager
def real_server(directory: Path) -> Iterator[MeiliServer | None]:
    """Yield a server, or `None` where there is none to be had."""
    url = os.environ.get("SKILLCERT_TEST_MEILI_URL")
    program = shutil.which("meilisearch")
    if url:
        yield MeiliServer(url, os.environ.get("SKILLCERT_TEST_MEILI_KEY"), own=False)
    elif program:
        with _started(program, directory) as server:
            yield server
    else:
        yield None


@contextmanager
def _started(program: str, directory: Path) -> Iterator[MeiliServer]:
    server = MeiliServer(f"http://127.0.0.1:{free_port()}", secrets.token_urlsafe(24), own=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MEILI_")},
        "MEILI_MASTER_KEY": str(server.key),
        "MEILI_HTTP_ADDR": server.url.removeprefix("http://"),
        "MEILI_DB_PATH": str(directory / "data.ms"),
        "MEILI_DUMP_DIR": str(directory / "dumps"),
        "MEILI_SNAPSHOT_DIR": str(directory / "snapshots"),
        "MEILI_ENV": "production",
        "MEILI_NO_ANALYTICS": "true",
    }
    with (directory / "log").open("wb") as log:
        process = subprocess.Popen([program], cwd=directory, env=environment, stdout=log, stderr=log)
        try:
            _wait_until_healthy(process, server.url)
            yield server
        finally:
            process.terminate()
            try:
                process.wait(timeout=20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _wait_until_healthy(process: subprocess.Popen[bytes], url: str) -> None:
    deadline = monotonic() + _START_SECONDS
    with httpx.Client(trust_env=False) as client:
        while monotonic() < deadline:
            try:
                if client.get(f"{url}/health").is_success:
                    return
            except httpx.TransportError:
                pass
            try:
                process.wait(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            raise AssertionError(f"meilisearch ended with {process.returncode} before it was up")
    raise AssertionError("meilisearch did not come up")
