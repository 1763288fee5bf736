"""Our own style, script and pictures: read once, named by their content, kept by browsers for ever."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_DIGITS = 12
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str
    version: str


class Assets:
    """The files of `static/`. Nothing outside the folder can be named, because only its files are held."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()}

    def get(self, name: str) -> Asset | None:
        """The file of that name."""
        return self._files.get(name)

    def address(self, name: str) -> str:
        """Where a page finds the file; a changed file gets a new address."""
        return f"/static/{name}?v={self._files[name].version}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    return Asset(content, _MEDIA_TYPES[path.suffix], sha256(content).hexdigest()[:_DIGITS])
