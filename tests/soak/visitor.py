"""Somebody who looks certificates up while all this goes on, and remembers every answer."""

import http.client
import json
from dataclasses import dataclass, field
from typing import Any

from tests.soak.broken import require

_SECONDS = 10.0


@dataclass
class Visitor:
    """What was answered must never be taken back: a chain only grows, an entry stays where it is."""

    port: int
    answers: int = 0
    chains: dict[str, list[tuple[Any, ...]]] = field(default_factory=dict)
    notes: set[bytes] = field(default_factory=set)

    def look_up(self, number: str) -> dict[str, Any] | None:
        """The verdict, or None if nobody answered."""
        body = self._get(f"/api/v1/certificates/{number}")
        if body is None:
            return None
        verdict: dict[str, Any] = json.loads(body)
        chain = [(each["act"], each["index"], each["version"]) for each in verdict["history"]]
        known = self.chains.get(number, [])
        require(chain[: len(known)] == known, f"{number}: answered {known}, and later {chain}")
        self.chains[number] = chain
        if verdict["entry"] is not None:
            self.notes.add(verdict["entry"]["checkpoint"].encode())
        return verdict

    def look_at_log(self) -> int | None:
        """The size that the served checkpoint covers."""
        note = self._get("/log/checkpoint")
        if note is None:
            return None
        self.notes.add(note)
        return int(note.splitlines()[1])

    def _get(self, path: str) -> bytes | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=_SECONDS)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        self.answers += 1
        require(answer.status == 200, f"{path}: {answer.status} {body[:300]!r}")
        return body
