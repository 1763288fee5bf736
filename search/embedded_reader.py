"""The embedded index, reading side.

A query opens the published file read-only and closes it again (a fraction of a millisecond), so that neither
a rebuild nor a restored file needs a restart. The work is done in a thread. At the deadline the caller is
told, and the thread gives up too, so that slow queries do not use up the threads of quick ones.
"""

import asyncio
import json
import sqlite3
import time
from pathlib import Path
from typing import Final

from search.document_json import document_from_json
from search.documents import Document, Kind
from search.embedded_files import NAME, IndexDirectory, opened, unavailable
from search.embedded_tables import filter_token, key_token
from search.errors import DocumentRefused, SearchTooBroad, SearchUnavailable, UnavailableReason
from search.query import MAX_REACH, MAX_WORDINGS, Hits, Plan, Query, plan
from search.texts import word_grams

_STEPS_BETWEEN_LOOKS_AT_THE_CLOCK: Final = 1_000


class EmbeddedReader:
    """Answers queries from the published file of one directory. Implements `SearchReader`."""

    def __init__(self, directory: Path, *, timeout_seconds: float = 2.0) -> None:
        self._directory = IndexDirectory(directory)
        self._timeout_seconds = timeout_seconds

    @property
    def name(self) -> str:
        return NAME

    async def search(self, query: Query) -> Hits:
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await asyncio.to_thread(self._search, query)
        except TimeoutError as fault:
            raise unavailable(UnavailableReason.TIMEOUT) from fault

    async def close(self) -> None:
        """Nothing is kept open between queries."""

    def _search(self, query: Query) -> Hits:
        try:
            return self._search_published(query)
        except SearchUnavailable as fault:
            if fault.reason is not UnavailableReason.UNREACHABLE:
                raise
            # The file may have been replaced between reading the pointer and opening it.
            return self._search_published(query)

    def _search_published(self, query: Query) -> Hits:
        file = self._directory.published()
        if file is None:
            raise unavailable(UnavailableReason.NOT_BUILT)
        deadline = time.monotonic() + self._timeout_seconds
        with opened(file, "ro") as connection:
            connection.set_progress_handler(
                lambda: time.monotonic() > deadline, _STEPS_BETWEEN_LOOKS_AT_THE_CLOCK
            )
            connection.execute("BEGIN")
            return _answer(connection, query, plan(query))


def _answer(connection: sqlite3.Connection, query: Query, planned: Plan) -> Hits:
    """Carry out a plan: 1. the keys of the texts with each word; 2. the documents with these keys."""
    # Even a plan without hope asks the file: a broken index must not answer "nothing" with confidence.
    connection.execute("SELECT count(*) FROM wording WHERE id = 0").fetchone()
    if planned.hopeless:
        return Hits.of(query, (), 0)
    # 1.
    demands = [[key_token(key)] for key in planned.keys]
    for word in planned.contained:
        demands.append([key_token(key) for key in _keys_of_texts_with(connection, word)])
    demands += [[filter_token(field, value)] for field, value in planned.equal if field != "number"]
    if not all(demands):
        return Hits.of(query, (), 0)
    # 2.
    source, values = _source(query.kind, planned, demands)
    counted = connection.execute(f"SELECT count(*) FROM (SELECT 1 {source} LIMIT {MAX_REACH + 1})", values)
    rows = connection.execute(
        f"SELECT found.body {source} ORDER BY {_order(query.kind, demands)} LIMIT ? OFFSET ?",
        (*values, query.page_size, query.offset),
    )
    total = counted.fetchone()[0]
    return Hits.of(query, [_document(query.kind, body) for (body,) in rows], total)


def _keys_of_texts_with(connection: sqlite3.Connection, word: str) -> list[str]:
    candidates = connection.execute(
        "SELECT key, text FROM wording_grams JOIN wording ON wording.id = wording_grams.rowid"
        " WHERE wording_grams MATCH ? LIMIT ?",
        (_all_of([[gram] for gram in word_grams(word)]), MAX_WORDINGS + 1),
    ).fetchall()
    if len(candidates) > MAX_WORDINGS:
        raise SearchTooBroad
    return [key for key, text in candidates if word in text]


def _source(kind: Kind, planned: Plan, demands: list[list[str]]) -> tuple[str, tuple[str, ...]]:
    """FROM and WHERE of a plan. Without tokens, a number's condition is looked up in the index of numbers."""
    table = kind.value
    conditions: list[str] = []
    values: list[str] = []
    if demands:
        source = f"FROM {table}_tokens JOIN {table} AS found ON found.id = {table}_tokens.rowid"
        conditions.append(f"{table}_tokens MATCH ?")
        values.append(_all_of(demands))
    elif planned.number_starts or planned.equal:
        source = f"FROM {table} AS found INDEXED BY {table}_number"
    else:
        source = f"FROM {table} AS found"
    for value in (str(value) for field, value in planned.equal if field == "number"):
        conditions.append("found.number = ?")
        values.append(value)
    for start in planned.number_starts:
        conditions.append("found.number >= ? AND found.number < ?")
        values += [start, f"{start}:"]  # ":" follows "9"
    return f"{source} WHERE {' AND '.join(conditions)}" if conditions else source, tuple(values)


def _order(kind: Kind, demands: list[list[str]]) -> str:
    if kind is Kind.INSTITUTION:
        return "found.ordering"
    # By the full-text table's own row id, hits come in order and reading ends with the page; by the equal
    # `found.id`, SQLite would collect and sort every hit first.
    return "certificate_tokens.rowid DESC" if demands else "found.id DESC"


def _all_of(demands: list[list[str]]) -> str:
    """A full-text expression: one token of each demand. Tokens are letters and digits, so quoting is safe."""
    return " AND ".join("(" + " OR ".join(f'"{token}"' for token in demand) + ")" for demand in demands)


def _document(kind: Kind, body: str) -> Document:
    try:
        return document_from_json(kind, json.loads(body))
    except (ValueError, DocumentRefused) as fault:
        raise unavailable(UnavailableReason.CORRUPT, type(fault).__name__) from fault
