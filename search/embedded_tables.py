"""Tables of the embedded index, and a document's tokens in them.

Full-text tables hold opaque tokens only: grams of a wording, keys and filter values of a document. They keep
no copy of what was put in (`content=''`) and no positions (`detail=none`), so an entry is taken out by
naming its old tokens again; these are made from the stored document by the function that made them first.
"""

import json
import sqlite3
from collections.abc import Iterable
from typing import Final

from search.document_json import document_to_json
from search.documents import Document, InstitutionDocument, Kind, Wording
from search.texts import grams

TABLES: Final = """
CREATE TABLE certificate (id INTEGER PRIMARY KEY, number TEXT NOT NULL, ordering TEXT, body TEXT NOT NULL);
CREATE INDEX certificate_number ON certificate (number);
CREATE VIRTUAL TABLE certificate_tokens
    USING fts5 (tokens, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE TABLE institution (id INTEGER PRIMARY KEY, number TEXT NOT NULL, ordering TEXT, body TEXT NOT NULL);
CREATE UNIQUE INDEX institution_number ON institution (number);
CREATE VIRTUAL TABLE institution_tokens
    USING fts5 (tokens, content='', detail=none, columnsize=0, tokenize='ascii');
CREATE TABLE wording (id INTEGER PRIMARY KEY, key TEXT NOT NULL UNIQUE, text TEXT NOT NULL);
CREATE VIRTUAL TABLE wording_grams
    USING fts5 (grams, content='', detail=none, columnsize=0, tokenize='ascii');
"""

FILTERS: Final = {
    Kind.CERTIFICATE: ("prefix", "occupation_code", "bureau", "state", "level", "year"),
    Kind.INSTITUTION: ("prefix", "occupation_code", "bureau", "state"),
}


def key_token(key: str) -> str:
    """The token of one of a document's keys."""
    return f"k{key}"


def filter_token(field: str, value: object) -> str:
    """The token of a field's value, letters and digits only."""
    return "f" + f"{field}={value}".encode().hex()


def document_tokens(document: Document, body: dict[str, object]) -> str:
    """Every token of a document, in one text; `body` is the document's JSON."""
    tokens = [key_token(key) for key in document.index_keys()]
    for field in FILTERS[document.kind]:
        value = body[field]
        tokens += [filter_token(field, one) for one in (value if isinstance(value, list) else [value])]
    return " ".join(tokens)


def put_wordings(connection: sqlite3.Connection, wordings: Iterable[Wording]) -> None:
    """Add the wordings that are not there yet. They are never taken out; a rebuild drops unused ones."""
    for wording in wordings:
        added = connection.execute(
            "INSERT OR IGNORE INTO wording (key, text) VALUES (?, ?)", (wording.key, wording.text)
        )
        if added.rowcount:
            connection.execute(
                "INSERT INTO wording_grams (rowid, grams) VALUES (?, ?)",
                (added.lastrowid, " ".join(grams(wording.text))),
            )


def spell(document: Document) -> tuple[str, str]:
    """A document as it is stored, and its tokens."""
    body = document_to_json(document)
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")), document_tokens(document, body)


def row_of(document: Document) -> tuple[str, str | None]:
    """A document's number, and what it is sorted by if not by its id."""
    if isinstance(document, InstitutionDocument):
        return document.prefix, document.order
    return document.number, None
