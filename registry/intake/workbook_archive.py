"""Looking into an .xlsx before anything unpacks it: is it one, and how large is it really.

The sizes in a package's directory are what its maker claims. They are checked first, because that costs
nothing; then every member is inflated in small pieces that are counted and thrown away, so that a bomb is
known for one after the first piece too many.

Source: ECMA-376 part 2 (the package is a ZIP archive); PKWARE APPNOTE 4.3.7 (local file header).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator

from registry.intake.errors import EncryptedWorkbook, Excess, NotAWorkbook, WorkbookFault, WorkbookTooLarge

MAX_MEMBERS = 5_000
MAX_RATIO = 400
"""Sheets of equal rows shrink to about a hundredth; deflate itself ends at about 1:1030."""
RATIO_COUNTS_FROM = 50_000_000

_WORKBOOK_PARTS = "xl/"
_LOCAL_HEADER = struct.Struct("<4s22xHH")
_PIECE = 1 << 16
_ENCRYPTED = 0x1


def check_archive(data: bytes, max_unpacked: int) -> None:
    """Nothing, if the bytes are an .xlsx that unpacks to at most `max_unpacked` bytes.

    Raises:
        NotAWorkbook: no ZIP archive, a damaged one, or one that is no .xlsx.
        EncryptedWorkbook: its members need a password.
        WorkbookTooLarge: it is, or claims to be, larger when unpacked; or it is packed too well.
    """
    members = _members(data)
    if not any(member.filename.startswith(_WORKBOOK_PARTS) for member in members):
        raise NotAWorkbook(WorkbookFault.UNKNOWN_FORMAT)
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise EncryptedWorkbook
    claimed = sum(member.file_size for member in members)
    if claimed > max_unpacked or len(members) > MAX_MEMBERS:
        raise WorkbookTooLarge(Excess.UNPACKED)
    if claimed > RATIO_COUNTS_FROM and claimed > MAX_RATIO * len(data):
        raise WorkbookTooLarge(Excess.RATIO)
    left = max_unpacked
    for member in members:
        unpacked = 0
        for size in _piece_sizes(data, member):
            unpacked += size
            left -= size
            if left < 0 or unpacked > member.file_size:
                raise WorkbookTooLarge(Excess.UNPACKED)
        if unpacked != member.file_size:
            raise NotAWorkbook(WorkbookFault.DAMAGED)


def _members(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return archive.infolist()
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        ValueError,
        OverflowError,
        OSError,
        struct.error,
    ) as fault:
        raise NotAWorkbook(WorkbookFault.DAMAGED) from fault


def _piece_sizes(data: bytes, member: zipfile.ZipInfo) -> Iterator[int]:
    """How many bytes each piece of a member inflates to. Nothing is kept."""
    packed = _packed(data, member)
    if member.compress_type == zipfile.ZIP_STORED:
        yield len(packed)
        return
    if member.compress_type != zipfile.ZIP_DEFLATED:
        raise NotAWorkbook(WorkbookFault.DAMAGED)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        for start in range(0, len(packed), _PIECE):
            piece = inflater.decompress(packed[start : start + _PIECE], _PIECE)
            while piece:
                yield len(piece)
                piece = inflater.decompress(inflater.unconsumed_tail, _PIECE)
    except zlib.error as fault:
        raise NotAWorkbook(WorkbookFault.DAMAGED) from fault
    if not inflater.eof:
        raise NotAWorkbook(WorkbookFault.DAMAGED)


def _packed(data: bytes, member: zipfile.ZipInfo) -> memoryview:
    """The member's bytes in the archive."""
    start = member.header_offset
    header = data[start : start + 30]
    if start < 0 or len(header) < 30:
        raise NotAWorkbook(WorkbookFault.DAMAGED)
    signature, name_length, extra_length = _LOCAL_HEADER.unpack(header)
    start += 30 + name_length + extra_length
    if signature != b"PK\x03\x04" or start + member.compress_size > len(data):
        raise NotAWorkbook(WorkbookFault.DAMAGED)
    return memoryview(data)[start : start + member.compress_size]
