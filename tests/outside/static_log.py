"""A log as files: any entries as bundles, tiles and a signed checkpoint, served by a plain file server."""

from collections.abc import Sequence

from starlette.types import Receive, Scope, Send

from registry.ledger.merkle import leaf_hashes, merge
from registry.ledger.tiles import WIDTH, bundle, tile_path
from signing.keys import SigningKey
from signing.notes import Checkpoint, sign_checkpoint
from tests.registry.ledger.builders import ORIGIN


class StaticLog:
    """Serves `files` by path. A test changes them as it likes."""

    def __init__(self, entries: Sequence[bytes], key: SigningKey) -> None:
        self.files: dict[str, bytes] = {}
        for start in range(0, len(entries), WIDTH):
            self._add("entries", start, bundle(entries[start : start + WIDTH]), len(entries))
        row, level = leaf_hashes(list(entries)), 0
        self.root = merge(row)
        while row:
            for start in range(0, len(row), WIDTH):
                self._add(str(level), start, b"".join(row[start : start + WIDTH]), len(row))
            full = range(0, len(row) - WIDTH + 1, WIDTH)
            row, level = [merge(row[start : start + WIDTH]) for start in full], level + 1
        self.head = Checkpoint(ORIGIN, len(entries), self.root)
        self.files["/log/checkpoint"] = sign_checkpoint(self.head, [key]).to_bytes()

    def _add(self, level: str, start: int, body: bytes, end: int) -> None:
        width = min(WIDTH, end - start)
        suffix = "" if width == WIDTH else f".p/{width}"
        self.files[f"/log/tile/{level}/{tile_path(start // WIDTH)}{suffix}"] = body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        body = self.files.get(scope["path"])
        headers = [(b"content-length", str(len(body or b"")).encode())]
        status = 404 if body is None else 200
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body or b""})
