"""The verification receipt as PDF/A-4f for the file cabinet, the signed JSON attached: drawn, not signed.

Drawn like the certificate sheet: one compiler is kept, data reaches the typesetter as JSON and is never part
of its markup, and the same receipt gives the same bytes, for the document's date is the moment of the check.
A reader of the paper believes the attachment, whose receipt can be checked; the paper repeats it.

Source: ISO 19005-4 (PDF/A-4f); the wording is `receipt_words.typ`.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from threading import Lock

import typst

from signing.encoding import rfc3339
from signing.fonts import find_fonts
from signing.form_errors import SheetNotDrawn
from signing.verification_receipt import ATTACHMENT
from signing.verification_statement import (
    StatedCertificate,
    StatedFiling,
    StatedFilings,
    StatedStep,
    VerificationStatement,
)

_HERE = Path(__file__).parent
_TEMPLATE, _WORDS = _HERE / "receipt.typ", _HERE / "receipt_words.typ"
# Asia/Shanghai without a time zone database: no summer time since 1991.
_CIVIL = timezone(timedelta(hours=8))


@dataclass(frozen=True)
class Sentences:
    """The sentences that the pages use as well, in Chinese and English: by code, and a level's label."""

    step: Callable[[str], tuple[str, str]]
    reason: Callable[[str], tuple[str, str]]
    filing_state: Callable[[str], tuple[str, str]]
    level: Callable[[int], str]


class ReceiptPrinter:
    """A typesetter with its fonts loaded. Safe to share between threads."""

    def __init__(self, font_dir: Path | None = None) -> None:
        """Raises: FontMissing, GlyphMissing."""
        self._fonts = find_fonts(font_dir)
        lines = _WORDS.read_text(encoding="utf-8").splitlines()
        self._fonts.require(line for line in lines if not line.startswith("//"))
        self._lock = Lock()
        self._compiler = typst.Compiler(
            _TEMPLATE, root=_HERE, font_paths=self._fonts.source, ignore_system_fonts=True
        )

    def draw(
        self, statement: VerificationStatement, receipt: bytes, sentences: Sentences, *, origin: str
    ) -> bytes:
        """The unsigned PDF of a receipt. Raises: GlyphMissing, SheetNotDrawn."""
        drawn = _data(statement, sentences, origin) | {"fingerprint": _fingerprint(receipt)}
        drawn["name"] = "".join(map(self._drawable, statement.name))
        self._fonts.require(_texts(drawn))
        data = {
            **drawn,
            "title_families": self._fonts.title_families,
            "value_families": self._fonts.value_families,
            "document_date": _date_parts(statement.checked_at),
            "attachment": {"name": ATTACHMENT, "content": receipt.decode()},
        }
        inputs = {"data": json.dumps(data, ensure_ascii=False)}
        try:
            with self._lock:
                pdf = self._compiler.compile(format="pdf", pdf_standards=["a-4f"], sys_inputs=inputs)
        except typst.TypstError as fault:
            raise SheetNotDrawn from fault
        if not isinstance(pdf, bytes):
            raise SheetNotDrawn
        return pdf

    def _drawable(self, character: str) -> str:
        """A character of a name that a stranger typed: named by its code point where no font has it."""
        known = self._fonts.drawable[ord(character)]
        return character if known else f"[U+{ord(character):04X}]"


def _data(statement: VerificationStatement, sentences: Sentences, origin: str) -> dict[str, object]:
    given, held = statement.given, statement.certificate
    local = statement.checked_at.astimezone(_CIVIL)
    matches = {True: "match", False: "mismatch", None: "unchecked"}
    return {
        "register_name": statement.register_name,
        "origin": origin,
        "about": statement.number or f"SHA-256 {given.digest_hex[:16]}",
        "conclusion": statement.conclusion.value,
        "checked_at": f"{local.year}年{local.month}月{local.day}日 {local:%H:%M:%S}",
        "checked_at_utc": rfc3339(statement.checked_at),
        "given": {
            "kind": given.kind.value,
            "number": given.number,
            "sha256": given.digest_hex,
            "version": _text(given.version),
            "entry": _text(given.entry_index),
        },
        "name_match": matches[statement.name_match],
        "certificate": None if held is None else _certificate(held, sentences),
        "filing": None if statement.filings is None else _filings(statement.filings, sentences),
        "steps": [_step(each, sentences) for each in statement.steps],
        "checkpoint": [line for line in statement.checkpoint.split("\n") if line],
        "status_lists": [
            {"name": each.name, "sha256": each.digest_hex, "valid_from": rfc3339(each.valid_from)}
            for each in statement.status_lists
        ],
    }


def _certificate(held: StatedCertificate, sentences: Sentences) -> dict[str, str]:
    return {
        "number": held.number,
        "masked_name": held.masked_name,
        "occupation": held.occupation,
        "occupation_code": held.occupation_code,
        "job": held.job,
        "level_label": sentences.level(held.level),
        "issued_on": held.issued_on.isoformat(),
        "version": str(held.version),
        "entry": str(held.entry_index),
        "replaced_by": held.replaced_by,
    }


def _filings(filings: StatedFilings, sentences: Sentences) -> dict[str, object]:
    def on_day(filing: StatedFiling) -> dict[str, object]:
        return {
            "on": filing.on.isoformat(),
            "name": filing.name,
            "state": _pair(sentences.filing_state(filing.state)),
            "covered": filing.covered,
        }

    return {
        "prefix": filings.prefix,
        "on_issue_date": on_day(filings.on_issue_date),
        "on_day_of_check": on_day(filings.on_day_of_check),
    }


def _step(step: StatedStep, sentences: Sentences) -> dict[str, object]:
    return {
        "question": step.question.value,
        "title": _pair(sentences.step(step.name)),
        "outcome": step.outcome.value,
        "reason": _pair(sentences.reason(step.reason)) if step.reason else None,
    }


def _pair(both: tuple[str, str]) -> dict[str, str]:
    return {"zh": both[0], "en": both[1]}


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _fingerprint(receipt: bytes) -> str:
    """The key id in the proof's method, in groups of four."""
    key = str(json.loads(receipt)["proof"]["verificationMethod"]).rpartition("-")[2]
    return " ".join(key[at : at + 4] for at in range(0, len(key), 4))


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)


def _date_parts(moment: datetime) -> dict[str, int]:
    at = moment.astimezone(UTC)
    return {name: getattr(at, name) for name in ("year", "month", "day", "hour", "minute", "second")}
