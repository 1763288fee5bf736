"""Our own style, script and pictures: read once, named by their content, kept by browsers for ever.

A file that lies in `static/` itself carries its version in the query. Modules of a folder import each other
by relative address, so there the version is a part of the path (`/static/check/0123456789ab/page.js`): it is
that of the folder's whole content, and what a page loads always belongs together.
"""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path

_FOLDER = Path(__file__).parent / "static"
_DIGITS = 12
_MEDIA_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".md": "text/plain; charset=utf-8",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".wasm": "application/wasm",
}
# Small files and pictures win nothing by it.
_WORTH_PACKING = 4096
_PACKED = frozenset({".css", ".js", ".wasm"})


@dataclass(frozen=True)
class Asset:
    """One file as it is sent."""

    content: bytes
    media_type: str
    version: str
    compressible: bool

    @cached_property
    def packed(self) -> bytes:
        """The content under gzip, made when it is first asked for."""
        return gzip.compress(self.content, 6, mtime=0)


class Assets:
    """The files of `static/`. Nothing outside the folder can be named, because only its files are held."""

    def __init__(self, folder: Path = _FOLDER) -> None:
        self._files = {path.name: _read(path) for path in sorted(folder.iterdir()) if path.is_file()}
        self._folders: dict[str, str] = {}
        for inner in sorted(path for path in folder.iterdir() if path.is_dir()):
            files = {
                path.relative_to(folder).as_posix(): _read(path)
                for path in sorted(inner.rglob("*"))
                if path.is_file()
            }
            self._folders[inner.name] = _version_of(files)
            self._files |= files

    def get(self, name: str) -> Asset | None:
        """The file of that name in `static/`."""
        return self._files.get(name)

    def in_folder(self, path: str) -> tuple[Asset, bool] | None:
        """The file at `folder/version/name`, and whether that version is the present one."""
        folder, _, rest = path.partition("/")
        version, _, name = rest.partition("/")
        asset = self._files.get(f"{folder}/{name}") if folder in self._folders else None
        return None if asset is None else (asset, version == self._folders[folder])

    def addresses(self, folder: str) -> list[str]:
        """Where a page finds each file of a folder."""
        return [self.address(name) for name in self._files if name.startswith(f"{folder}/")]

    def address(self, name: str) -> str:
        """Where a page finds the file; a changed file gets a new address."""
        folder, _, rest = name.partition("/")
        if rest:
            self._files[name]  # an unknown name is an error of the program
            return f"/static/{folder}/{self._folders[folder]}/{rest}"
        return f"/static/{name}?v={self._files[name].version}"


def _read(path: Path) -> Asset:
    content = path.read_bytes()
    version = sha256(content).hexdigest()[:_DIGITS]
    compressible = path.suffix in _PACKED and len(content) >= _WORTH_PACKING
    return Asset(content, _MEDIA_TYPES[path.suffix], version, compressible)


def _version_of(files: Mapping[str, Asset]) -> str:
    whole = "".join(f"{name} {sha256(asset.content).hexdigest()}\n" for name, asset in files.items())
    return sha256(whole.encode()).hexdigest()[:_DIGITS]
