"""A workbook as the bytes of an .xlsx file: equal content gives equal bytes.

The members of the package carry the day the forms were issued, not the time of writing.
"""

from datetime import datetime
from io import BytesIO
from typing import IO, Final, Literal
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.packaging.core import DocumentProperties
from openpyxl.writer.excel import ExcelWriter

_ISSUED_AT: Final = datetime(2025, 8, 1)  # noqa: DTZ001 - document properties hold naive UTC


def package(book: Workbook) -> bytes:
    """The finished .xlsx. Not `book.save`, which stamps the time of writing into two places."""
    book.properties = DocumentProperties(creator="skillcert", created=_ISSUED_AT, modified=_ISSUED_AT)
    target = BytesIO()
    with _StillArchive(target, "w", ZIP_DEFLATED) as archive:
        ExcelWriter(book, archive).write_data()
    return target.getvalue()


class _StillArchive(ZipFile):
    """A ZIP whose members all carry the day the forms were issued."""

    def open(
        self,
        name: str | ZipInfo,
        mode: Literal["r", "w"] = "r",
        pwd: bytes | None = None,
        *,
        force_zip64: bool = False,
    ) -> IO[bytes]:
        """Where every member passes, with its time and the mode of its temporary file."""
        if isinstance(name, ZipInfo):
            name.date_time = _ISSUED_AT.timetuple()[:6]
            name.external_attr = 0o600 << 16
        return super().open(name, mode, pwd, force_zip64=force_zip64)
