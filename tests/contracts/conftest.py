"""The search index under contract: a plain model, the embedded one, Meilisearch recorded and real.

`SKILLCERT_RECORD_MEILI=1` makes the recordings anew, through a real server.
"""

import asyncio
import os
import re
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path

import pytest

from search.embedded import EmbeddedIndex
from search.embedded_reader import EmbeddedReader
from search.meili import MeiliIndex
from search.meili_reader import MeiliReader
from search.meili_wire import IndexNames
from tests.search.bench import Bench
from tests.search.meili_server import ABSENT, MeiliServer, at_hand, real_server
from tests.search.meili_tape import RECORDINGS, recorded, replayed
from tests.search.model_index import Library, ModelIndex, ModelReader

RECORDED_NAMES = IndexNames("recorded")
REAL = ["meilisearch-real"] if at_hand() else []


@pytest.fixture(scope="session")
def meili_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MeiliServer | None]:
    with real_server(tmp_path_factory.mktemp("meilisearch")) as server:
        yield server


@pytest.fixture(params=["model", "embedded", "meilisearch-recorded", *REAL])
def bench(
    request: pytest.FixtureRequest, tmp_path: Path, meili_server: MeiliServer | None
) -> Iterator[Bench]:
    """Each index in turn, with nothing in it."""
    yield from _bench(request, tmp_path, meili_server)


@pytest.fixture(params=["embedded", *REAL])
def large_bench(
    request: pytest.FixtureRequest, tmp_path: Path, meili_server: MeiliServer | None
) -> Iterator[Bench]:
    """For what would make a recording large, or depends on chance."""
    yield from _bench(request, tmp_path, meili_server)


def _bench(request: pytest.FixtureRequest, directory: Path, server: MeiliServer | None) -> Iterator[Bench]:
    with ExitStack() as stack, asyncio.Runner() as runner:
        # The official client obeys proxy variables; a loopback server is never behind a proxy.
        stack.enter_context(pytest.MonkeyPatch.context()).setenv("NO_PROXY", "127.0.0.1,localhost")
        match request.param:
            case "model":
                library = Library()
                bench = Bench(ModelIndex(library), ModelReader(library), runner)
            case "embedded":
                bench = Bench(
                    EmbeddedIndex(directory / "search"), EmbeddedReader(directory / "search"), runner
                )
            case "meilisearch-recorded":
                name = re.sub(r"\W+", "_", request.node.originalname)
                url = stack.enter_context(_tape(RECORDINGS / f"{name}.json", server, stack))
                bench = _meili(url, "no key is recorded", RECORDED_NAMES, runner)
            case _:
                assert server is not None, ABSENT
                bench = _meili(server.url, server.key, IndexNames(f"test_{secrets.token_hex(6)}"), runner)
                stack.callback(bench.index.wipe)
        try:
            yield bench
        finally:
            runner.run(bench.reader.close())


def _tape(file: Path, server: MeiliServer | None, stack: ExitStack) -> AbstractContextManager[str]:
    if os.environ.get("SKILLCERT_RECORD_MEILI") != "1":
        return replayed(file)
    assert server is not None, ABSENT
    directly = MeiliIndex(server.url, server.key, names=RECORDED_NAMES)
    directly.wipe()
    stack.callback(directly.wipe)
    return recorded(file, server)


def _meili(url: str, key: str | None, names: IndexNames, runner: asyncio.Runner) -> Bench:
    index = MeiliIndex(url, key, names=names, timeout_seconds=30, task_timeout_seconds=120)
    return Bench(index, MeiliReader(url, key, names=names, timeout_seconds=30), runner)
