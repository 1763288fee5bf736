"""The Meilisearch index, writing side: the official client, in the worker and the command line.

Every write is a task that the server carries out later, and a task can fail although its HTTP answer was
fine: `wait` asks for the outcome of each. The client opens a connection for each request, which is of no
matter here and the reason why the reading side does not use it.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final

import meilisearch
from meilisearch.errors import MeilisearchApiError, MeilisearchError, MeilisearchTimeoutError
from meilisearch.models.task import TaskInfo

from search.documents import Document, Kind, Removal
from search.errors import SearchUnavailable, UnavailableReason
from search.meili_wire import (
    INDEXES,
    NAME,
    WORDINGS,
    IndexNames,
    document_body,
    reason_of,
    settings,
    unavailable,
    wording_body,
)
from search.port import IndexBuild

_POLL_MS: Final = 50


class _Server:
    """A Meilisearch server and the tasks that we are waiting for. Errors come out as the room's."""

    def __init__(self, url: str, key: str | None, timeout_seconds: int, task_timeout_seconds: int) -> None:
        self.client = meilisearch.Client(url.rstrip("/"), key, timeout=timeout_seconds)
        self._task_timeout_ms = task_timeout_seconds * 1000
        self._pending: list[int] = []

    def later(self, task: TaskInfo) -> None:
        self._pending.append(task.task_uid)

    def wait(self) -> None:
        """See every pending task through; the first that failed is the error, whatever the others did."""
        pending, self._pending = self._pending, []
        failed: str | None = None
        for uid in pending:
            task = self.client.wait_for_task(uid, self._task_timeout_ms, _POLL_MS)
            if task.status != "succeeded" and failed is None:
                failed = str((task.error or {}).get("code", task.status))
        if failed is not None:
            raise unavailable(UnavailableReason.TASK_FAILED, failed)

    def created_at(self, uid: str) -> str | None:
        """When an index was created, as the server spells it; `None` when there is none."""
        try:
            return str(self.client.get_raw_index(uid)["createdAt"])
        except MeilisearchApiError as fault:
            if fault.code != "index_not_found":
                raise
            return None

    def drop(self, uids: Iterable[str]) -> None:
        """Delete those of the indexes that exist, and wait for it."""
        for uid in uids:
            if self.created_at(uid) is not None:
                self.later(self.client.delete_index(uid))
        self.wait()

    def upsert(self, uids: dict[str, str], documents: Sequence[Document]) -> None:
        """Enqueue wordings first: the server works in order, so no document comes before its texts."""
        last = {(document.kind, document.id): document for document in documents}
        wordings = {w.key: w for document in last.values() for w in document.wordings()}
        self._send(uids[WORDINGS], map(wording_body, wordings.values()))
        for kind in Kind:
            bodies = (document_body(document) for document in last.values() if document.kind is kind)
            self._send(uids[kind.value], bodies)

    def delete(self, uids: dict[str, str], removals: Sequence[Removal]) -> None:
        for removal in removals:
            self.later(self.client.index(uids[removal.kind.value]).delete_document(removal.id))

    def _send(self, uid: str, bodies: Iterable[dict[str, object]]) -> None:
        lines = "\n".join(json.dumps(body, ensure_ascii=False, separators=(",", ":")) for body in bodies)
        if lines:
            self.later(self.client.index(uid).add_documents_ndjson(lines.encode(), "id"))


class MeiliIndex:
    """The published indexes on a server. Implements `SearchIndex`. For one thread."""

    def __init__(
        self,
        url: str,
        key: str | None,
        *,
        names: IndexNames | None = None,
        timeout_seconds: int = 30,
        task_timeout_seconds: int = 3600,
    ) -> None:
        self._names = names or IndexNames()
        self._server = _Server(url, key, timeout_seconds, task_timeout_seconds)
        self._published = {index: self._names.published(index) for index in INDEXES}

    @property
    def name(self) -> str:
        return NAME

    @property
    def generation(self) -> str | None:
        with _translated():
            return _generation(self._server, self._published)

    def upsert(self, documents: Sequence[Document]) -> None:
        with _translated():
            # Sent to an index that is not there, documents would create it, without settings and half full.
            if _generation(self._server, self._published) is None:
                raise unavailable(UnavailableReason.NOT_BUILT)
            self._server.upsert(self._published, documents)

    def delete(self, removals: Sequence[Removal]) -> None:
        with _translated():
            self._server.delete(self._published, removals)

    def wait(self) -> None:
        with _translated():
            self._server.wait()

    def build(self) -> IndexBuild:
        with _translated():
            return MeiliBuild(self._server, self._names)

    def wipe(self) -> None:
        with _translated():
            self._server.drop((*self._published.values(), *map(self._names.building, INDEXES)))


class MeiliBuild:
    """New indexes beside the published ones. Implements `IndexBuild`."""

    def __init__(self, server: _Server, names: IndexNames) -> None:
        self._server = server
        self._building = {index: names.building(index) for index in INDEXES}
        self._published = {index: names.published(index) for index in INDEXES}
        server.drop(self._building.values())
        for index, uid in self._building.items():
            server.later(server.client.create_index(uid, {"primaryKey": "id"}))
            server.later(server.client.index(uid).update_settings(settings(index)))
        server.wait()
        self._generation = _generation(server, self._building)
        self._done = False

    @property
    def generation(self) -> str | None:
        return self._generation

    def upsert(self, documents: Sequence[Document]) -> None:
        with _translated():
            self._server.upsert(self._building, documents)

    def delete(self, removals: Sequence[Removal]) -> None:
        with _translated():
            self._server.delete(self._building, removals)

    def wait(self) -> None:
        with _translated():
            self._server.wait()

    def publish(self) -> None:
        """Swap all indexes in one task (a rename where nothing was published), then drop the old ones."""
        with _translated():
            self._server.wait()
            if _generation(self._server, self._building) != self._generation:
                raise unavailable(UnavailableReason.BUILD_LOST)
            self._server.later(
                self._server.client.swap_indexes(
                    [
                        {"indexes": [self._building[index], uid], "rename": self._is_free(uid)}
                        for index, uid in self._published.items()
                    ]
                )
            )
            self._server.wait()
            self._done = True
            self._server.drop(self._building.values())

    def discard(self) -> None:
        if not self._done:
            with _translated():
                self._server.drop(self._building.values())

    def _is_free(self, uid: str) -> bool:
        return self._server.created_at(uid) is None


def _generation(server: _Server, uids: dict[str, str]) -> str | None:
    created = [server.created_at(uid) for uid in uids.values()]
    return None if None in created else " ".join(str(one) for one in created)


@contextmanager
def _translated() -> Iterator[None]:
    """Turn what the client and what is under it raise into the room's error."""
    try:
        yield
    except SearchUnavailable:
        raise
    except MeilisearchApiError as fault:
        raise unavailable(
            reason_of(fault.status_code, fault.code), fault.code or str(fault.status_code)
        ) from fault
    except MeilisearchTimeoutError as fault:
        raise unavailable(UnavailableReason.TIMEOUT) from fault
    except (ValueError, TypeError, KeyError) as fault:
        # Not JSON, or not the JSON of a Meilisearch server: something else listens at this address.
        # Before OSError, because what `requests` raises for malformed JSON is both.
        raise unavailable(UnavailableReason.BAD_ANSWER, type(fault).__name__) from fault
    except (MeilisearchError, OSError) as fault:
        raise unavailable(UnavailableReason.UNREACHABLE, type(fault).__name__) from fault
