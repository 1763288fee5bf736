"""From the bytes of an upload to rows of text: .xlsx, .xls and CSV.

What a file is, is read from its bytes, because programs save CSV and web pages as .xls; its name only tells
a damaged workbook from a file that never was one. Sheets that are hidden are not read: people do not see
what is in them.
"""

import csv
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from signal import SIGABRT, SIGKILL, SIGSEGV, SIGXCPU

from registry.intake.errors import (
    CellTooLong,
    EmptyWorkbook,
    EncryptedWorkbook,
    Excess,
    NotAWorkbook,
    TooManyRows,
    WorkbookFault,
    WorkbookReaderUnavailable,
    WorkbookTooLarge,
)
from registry.intake.table import Row, Table
from registry.intake.workbook_archive import check_archive

_READER = Path(__file__).with_name("workbook_process.py")
_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_OLE_ENTRY_BYTES = 128
_ENCRYPTED_PACKAGE = "EncryptedPackage\0".encode("utf-16-le")
_BIFF8_GLOBALS = bytes.fromhex("0908100000060500")
_BOF_BYTES = 20
_WRITE_PROTECT = bytes.fromhex("86000000")
_FILE_PASS = bytes.fromhex("2f00")
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
"""No byte of text in UTF-8 or GB18030 is one of these."""
_LOOKED_AT_BYTES = 1 << 16
_FORCED_TEXT = re.compile(r'="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Limits:
    """How much one upload may be. Units: bytes, characters, seconds as the names say."""

    rows: int = 200_000
    upload_bytes: int = 50_000_000
    unpacked_bytes: int = 600_000_000
    cell_characters: int = 2_000
    columns: int = 100
    reader_memory_bytes: int = 1_500_000_000
    reader_seconds: int = 60


DEFAULT_LIMITS = Limits()


def read_tables(data: bytes, file_name: str = "", *, limits: Limits = DEFAULT_LIMITS) -> tuple[Table, ...]:
    """The visible sheets that hold anything, in the workbook's order.

    Dates come as YYYY-MM-DD (with a time behind a space if they have one), whole numbers without a decimal
    point, numbers beyond fifteen digits as 4.30102E+17: a spreadsheet no longer knows what was typed.
    Cells with a formula error are empty.

    Raises:
        NotAWorkbook: neither a workbook nor text, or damaged.
        EncryptedWorkbook: a password protects it.
        WorkbookTooLarge: too many bytes, packed or unpacked, or too much memory or time to read it.
        TooManyRows: more rows than `limits` allows, all visible sheets together.
        CellTooLong: a cell holds more text than `limits` allows.
        EmptyWorkbook: no cell holds anything.
        WorkbookReaderUnavailable: this machine could not start the reader; says nothing about the file.
    """
    require_workbook(data, file_name, limits=limits)
    if data.startswith((*_ZIP, _OLE)):
        tables = _read_apart(data, limits)
    else:
        rows = _csv_rows(_decoded(data, file_name), limits)
        tables = [Table("", tuple(_shared(rows, {})))]
    tables = [table for table in tables if table.rows]
    if not tables:
        raise EmptyWorkbook
    return tuple(tables)


def require_workbook(data: bytes, file_name: str = "", *, limits: Limits = DEFAULT_LIMITS) -> None:
    """Refuses what plainly is no workbook, without reading it: cheap enough for whoever waits for an answer.

    Raises: NotAWorkbook, EncryptedWorkbook, WorkbookTooLarge, EmptyWorkbook.
    """
    if len(data) > limits.upload_bytes:
        raise WorkbookTooLarge(Excess.BYTES)
    if not data:
        raise EmptyWorkbook
    if data.startswith(_ZIP):
        check_archive(data, limits.unpacked_bytes)
    elif data.startswith(_OLE):
        if _holds_encrypted_package(data) or _begins_with_file_pass(data):
            raise EncryptedWorkbook
    elif _BINARY.search(data[:_LOOKED_AT_BYTES]):
        raise _no_text(file_name)


def read_table(data: bytes, file_name: str = "", *, limits: Limits = DEFAULT_LIMITS) -> Table:
    """The first visible sheet that holds anything. Raises: as `read_tables`."""
    return read_tables(data, file_name, limits=limits)[0]


def _holds_encrypted_package(data: bytes) -> bool:
    """Whether a stream of the compound file is an encrypted .xlsx.

    Source: MS-OFFCRYPTO 2.3.4.4; MS-CFB 2.6 (directory entries are aligned to 128 bytes).
    """
    found = data.find(_ENCRYPTED_PACKAGE)
    while found >= 0:
        if found % _OLE_ENTRY_BYTES == 0:
            return True
        found = data.find(_ENCRYPTED_PACKAGE, found + 1)
    return False


def _begins_with_file_pass(data: bytes) -> bool:
    """Whether an old workbook says at its beginning that the rest of it is encrypted.

    Source: MS-XLS 2.4.21 (BOF), 2.4.117 (FilePass), 2.4.349 (WriteProtect may stand between them).
    """
    found = data.find(_BIFF8_GLOBALS)
    if found < 0:
        return False
    after = found + _BOF_BYTES
    if data.startswith(_WRITE_PROTECT, after):
        after += len(_WRITE_PROTECT)
    return data.startswith(_FILE_PASS, after)


def _read_apart(data: bytes, limits: Limits) -> list[Table]:
    """The sheets as a process of its own reads them (see `workbook_process`)."""
    arguments = (
        limits.rows,
        limits.cell_characters,
        limits.unpacked_bytes,
        limits.columns,
        limits.reader_memory_bytes,
        limits.reader_seconds,
    )
    try:
        # In memory, because an upload must not touch a disk unsealed; no pipe, so that nobody has to feed it.
        with open(os.memfd_create("workbook"), "w+b") as upload:
            upload.write(data)
            upload.seek(0)
            process = subprocess.Popen(  # noqa: S603 - our own script; the upload only reaches its stdin
                [sys.executable, "-I", str(_READER), *map(str, arguments)],
                stdin=upload,
                stdout=subprocess.PIPE,
                # Its complaints may quote cells.
                stderr=subprocess.DEVNULL,
                env={},
            )
    except OSError as fault:
        raise WorkbookReaderUnavailable from fault
    with process:
        try:
            tables = _tables(process.stdout or (), limits)
        except BaseException:
            process.kill()
            raise
    _check_ending(process.returncode)
    return tables


def _check_ending(returncode: int) -> None:
    match -returncode:
        case 0:
            return
        case signal if signal in (SIGABRT, SIGSEGV, SIGKILL):
            # How native code ends that is refused memory.
            raise WorkbookTooLarge(Excess.MEMORY)
        case signal if signal == SIGXCPU:
            raise WorkbookTooLarge(Excess.TIME)
        case _:
            raise NotAWorkbook(WorkbookFault.DAMAGED)


def _tables(lines: Iterable[bytes], limits: Limits) -> list[Table]:
    tables: list[tuple[str, list[Row]]] = []
    known: dict[str, str] = {}
    for line in lines:
        if not line.endswith(b"\n"):
            # The reader ended in the middle of a line; how it ended says why.
            break
        value = json.loads(line)
        if isinstance(value, list):
            tables[-1][1].extend(_shared(value, known))
        elif "sheet" in value:
            tables.append((value["sheet"], []))
        else:
            raise _reported(value, limits)
    return [Table(name, tuple(rows)) for name, rows in tables]


def _reported(
    value: dict[str, object], limits: Limits
) -> EncryptedWorkbook | TooManyRows | CellTooLong | WorkbookTooLarge:
    """The error that the reader wrote out."""
    row = value.get("row")
    match value["error"]:
        case "encrypted":
            return EncryptedWorkbook()
        case "too_many_rows":
            return TooManyRows(limits.rows)
        case "cell_too_long" if isinstance(row, int):
            return CellTooLong(row, limits.cell_characters)
        case "unpacked":
            return WorkbookTooLarge(Excess.UNPACKED)
        case _:
            return WorkbookTooLarge(Excess.MEMORY)


def _shared(rows: Iterable[tuple[int, Iterable[str]]], known: dict[str, str]) -> Iterator[Row]:
    """The rows with equal cells held once, by means of `known`: most cells of a form repeat."""
    for number, cells in rows:
        texts = tuple(cells)
        yield Row(number, tuple(map(known.setdefault, texts, texts)))


def _decoded(data: bytes, file_name: str) -> str:
    """The text of a CSV file, UTF-8 with or without a byte order mark, else GB18030."""
    if _BINARY.search(data):
        raise _no_text(file_name)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError as fault:
            raise NotAWorkbook(WorkbookFault.ENCODING) from fault
    if text.lstrip().startswith("<"):
        raise NotAWorkbook(WorkbookFault.WEB_PAGE)
    return text


def _no_text(file_name: str) -> NotAWorkbook:
    """A name tells a damaged workbook from a file that never was one."""
    is_damaged = file_name.lower().endswith((".xlsx", ".xlsm", ".xls", ".et"))
    return NotAWorkbook(WorkbookFault.DAMAGED if is_damaged else WorkbookFault.UNKNOWN_FORMAT)


def _csv_rows(text: str, limits: Limits) -> Iterator[tuple[int, tuple[str, ...]]]:
    """The records that hold anything, numbered as a spreadsheet numbers them."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    found = 0
    try:
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            found += 1
            if found > limits.rows:
                raise TooManyRows(limits.rows)
            if max(map(len, cells)) > limits.cell_characters:
                raise CellTooLong(number, limits.cell_characters)
            yield number, tuple(_without_force(cell) for cell in cells[: limits.columns])
    except csv.Error as fault:
        raise NotAWorkbook(WorkbookFault.QUOTES) from fault


def _without_force(cell: str) -> str:
    """A cell as its writer meant it who wrote `="430102…"` to keep a spreadsheet from rounding it."""
    found = _FORCED_TEXT.fullmatch(cell) if cell.startswith("=") else None
    return found[1] if found else cell
