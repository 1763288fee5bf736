"""The verification receipt as PDF/A-4f for the file cabinet, the signed JSON attached: drawn, not signed.

Drawn like the certificate sheet: one compiler is kept, data reaches the typesetter as JSON and is never part
of its markup, and the same receipt gives the same bytes, for the document's date is the moment of the check.
A reader of the paper believes the attachment, whose receipt can be checked; the paper repeats it.

Source: ISO 19005-4 (PDF/A-4f); the wording is `receipt_words.typ`.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from signing.encoding import rfc3339
from signing.fonts import find_fonts
from signing.paper import Typesetter, civil_moment, date_parts, in_fours
from signing.verification_receipt import ATTACHMENT
from signing.verification_statement import (
    StatedCertificate,
    StatedFiling,
    StatedFilings,
    StatedStep,
    VerificationStatement,
)


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
        self._typesetter = Typesetter("receipt.typ", "receipt_words.typ", self._fonts)

    def draw(
        self, statement: VerificationStatement, receipt: bytes, sentences: Sentences, *, origin: str
    ) -> bytes:
        """The unsigned PDF of a receipt. Raises: GlyphMissing, SheetNotDrawn."""
        drawn = _data(statement, sentences, origin) | {"fingerprint": _fingerprint(receipt)}
        drawn["name"] = "".join(map(self._drawable, statement.name))
        added = {
            "document_date": date_parts(statement.checked_at),
            "attachment": {"name": ATTACHMENT, "content": receipt.decode()},
        }
        return self._typesetter.pdf(drawn, added)

    def _drawable(self, character: str) -> str:
        """A character of a name that a stranger typed: named by its code point where no font has it."""
        known = self._fonts.drawable[ord(character)]
        return character if known else f"[U+{ord(character):04X}]"


def _data(statement: VerificationStatement, sentences: Sentences, origin: str) -> dict[str, object]:
    given, held = statement.given, statement.certificate
    matches = {True: "match", False: "mismatch", None: "unchecked"}
    return {
        "register_name": statement.register_name,
        "origin": origin,
        "about": statement.number or f"SHA-256 {given.digest_hex[:16]}",
        "conclusion": statement.conclusion.value,
        "checked_at": civil_moment(statement.checked_at),
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
    """The key id in the proof's method."""
    return in_fours(str(json.loads(receipt)["proof"]["verificationMethod"]).rpartition("-")[2])
