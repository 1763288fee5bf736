"""What a ZIP of forms holds, in memory and within bounds: nothing is written anywhere, names are only shown.

A member is inflated up to its bound and no further, whatever the archive claims of it; what is encrypted,
damaged or too long is named as unreadable and ends nothing.
"""

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass

from web.errors import ArchiveUnreadable, TooManyFiles
from web.uploads import NamedFile, base_name

_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_MOST_MEMBERS = 10_000
# What every system writes. Others fail in ways of their own, and one may ask for gigabytes at once.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True)
class Unreadable:
    """A member that could not be taken out; `reason` is a code with words."""

    name: str
    reason: str


def members(data: bytes, *, most: int, most_bytes: int) -> list[NamedFile | Unreadable]:
    """The files in an archive: `most` of them, and unpacked no more than `most_bytes` together.

    Raises: ArchiveUnreadable, TooManyFiles.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [each for each in archive.infolist()[:_MOST_MEMBERS] if _is_meant(each)]
            if not infos:
                raise ArchiveUnreadable
            if len(infos) > most:
                raise TooManyFiles
            return _read(archive, infos, most_bytes)
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        OSError,
        struct.error,
    ) as fault:
        raise ArchiveUnreadable from fault


def _read(
    archive: zipfile.ZipFile, infos: list[zipfile.ZipInfo], most_bytes: int
) -> list[NamedFile | Unreadable]:
    found: list[NamedFile | Unreadable] = []
    left = most_bytes
    for info in infos:
        name = _name(info)
        if info.flag_bits & _ENCRYPTED:
            found.append(Unreadable(name, "member_encrypted"))
            continue
        if info.compress_type not in _METHODS:
            found.append(Unreadable(name, "file_unreadable"))
            continue
        try:
            with archive.open(info) as member:
                content = member.read(left + 1)
        except (
            zipfile.BadZipFile,
            zlib.error,
            NotImplementedError,
            EOFError,
            ValueError,
            OSError,
            RuntimeError,
        ):
            found.append(Unreadable(name, "file_unreadable"))
            continue
        if len(content) > left:
            found.append(Unreadable(name, "file_too_large"))
            continue
        left -= len(content)
        found.append(NamedFile(name, content))
    return found


def _is_meant(info: zipfile.ZipInfo) -> bool:
    """Not a directory, and not what systems leave beside the files of people."""
    parts = info.filename.replace("\\", "/").split("/")
    return not info.is_dir() and parts[0] != "__MACOSX" and not parts[-1].startswith(".")


def _name(info: zipfile.ZipInfo) -> str:
    """The member's own name; archives made here name their files in GBK without saying so."""
    if not info.flag_bits & _UTF8_NAME:
        try:
            return base_name(info.filename.encode("cp437").decode("gb18030"))
        except UnicodeError:
            pass
    return base_name(info.filename)
