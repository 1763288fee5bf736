"""Reading the tables shipped beside the rules, and tables that a province adds."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from importlib import resources

from registry.rules.errors import RuleDataFault


def shipped_text(file_name: str) -> str:
    """The text of one file of `registry/rules/data`."""
    return (resources.files("registry.rules") / "data" / file_name).read_text(encoding="utf-8-sig")


def read_table(text: str, table: str, columns: Sequence[str]) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row with its line number (the header is line 1), cells trimmed.

    Raises:
        RuleDataFault: a column is missing, or a row is shorter or longer than the header.
    """
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        for column in columns:
            if column not in (reader.fieldnames or ()):
                raise RuleDataFault(table, 1, column)
        for row in reader:
            if None in row or None in row.values():
                raise RuleDataFault(table, reader.line_num, columns[0])
            yield reader.line_num, {column: row[column].strip() for column in columns}
    except csv.Error as fault:
        raise RuleDataFault(table, reader.line_num, columns[0]) from fault
