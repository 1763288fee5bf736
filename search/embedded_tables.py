"""Tables of the embedded index, and a document's tokens in them.

Full-text tables hold opaque tokens only: grams of a wording, keys and filter values of a document. They keep
no copy of what was put in (`content=''`) and no positions (`detail=none`), so an entry is taken out by
naming its old tokens again; these are made from the stored document by the function that made them first.
"""

import json
import re
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, assert_never

from search.document_json import document_to_json
from search.documents import CertificateDocument, Document, InstitutionDocument, Kind, Wording
from search.texts import grams

TABLES: Final = """
CREATE TABLE certificate (id INTEGER PRIMARY KEY, number TEXT NOT NULL, ordering TEXT, body TEXT NOT NULL);
CREATE INDEX certificate_number ON certificate (number);
CREATE VIRTUAL TABLE certificate_tokens
    USING fts5 (tokens, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE TABLE institution (id INTEGER PRIMARY KEY, number TEXT NOT NULL, ordering TEXT, body TEXT NOT NULL);
CREATE INDEX institution_number ON institution (number);
CREATE VIRTUAL TABLE institution_tokens
    USING fts5 (tokens, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE TABLE wording (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE VIRTUAL TABLE wording_grams
    USING fts5 (grams, content='', detail=none, columnsize=0, tokenize='ascii');
"""

_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_ENTRY_INDEX = re.compile(r"\d{1,16}", re.ASCII)
_PREFIX = re.compile(r"[SY]\d{12}", re.ASCII)

FILTERS: Final = {
    Kind.CERTIFICATE: ("prefix", "occupation_code", "bureau", "state", "level", "year"),
    Kind.INSTITUTION: ("prefix", "occupation_code", "bureau", "state"),
}


def key_token(key: str) -> str:
    """The token of one of a document's keys."""
    return f"k{key}"


@lru_cache(maxsize=20_000)
def filter_token(field: str, value: object) -> str:
    """The token of a field's value, letters and digits only."""
    return "f" + f"{field}={value}".encode().hex()


@dataclass(frozen=True, slots=True)
class Row:
    """A document as it is stored: its row, and its tokens in one text."""

    id: int
    number: str
    ordering: str | None
    body: str
    tokens: str


def row_of(document: Document) -> Row:
    """Spell a document as a row."""
    body = document_to_json(document)
    match document:
        case CertificateDocument():
            row_id, number, ordering = document.entry_index, document.number, None
        case InstitutionDocument():
            row_id, number, ordering = _prefix_as_integer(document.prefix), document.prefix, document.order
        case _ as never:
            assert_never(never)
    tokens = [key_token(key) for key in document.index_keys()]
    for field in FILTERS[document.kind]:
        value = body[field]
        tokens += [filter_token(field, one) for one in (value if isinstance(value, list) else (value,))]
    return Row(row_id, number, ordering, _ENCODER.encode(body), " ".join(tokens))


def row_id_of(kind: Kind, identifier: str) -> int | None:
    """The row of a document's id; `None` for what cannot be one."""
    if kind is Kind.CERTIFICATE:
        return int(identifier) if _ENTRY_INDEX.fullmatch(identifier) else None
    return _prefix_as_integer(identifier) if _PREFIX.fullmatch(identifier) else None


def put_wordings(connection: sqlite3.Connection, wordings: Iterable[Wording]) -> None:
    """Add the wordings that are not there yet. They are never taken out; a rebuild drops unused ones."""
    for key, text in {wording.key: wording.text for wording in wordings}.items():
        added = connection.execute("INSERT OR IGNORE INTO wording (key, text) VALUES (?, ?)", (key, text))
        if added.rowcount:
            connection.execute(
                "INSERT INTO wording_grams (rowid, grams) VALUES (?, ?)",
                (added.lastrowid, " ".join(grams(text))),
            )


def _prefix_as_integer(prefix: str) -> int:
    return int(f"{'SY'.index(prefix[0]) + 1}{prefix[1:]}")
