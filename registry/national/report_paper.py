"""The reconciliation report as PDF/A-4f for the file cabinet, the signed JSON attached: drawn, not signed.

A reader of the paper believes the attachment, which can be checked; the paper repeats it. Lists that would
fill a book are cut on paper and say so; they are whole in the attachment.

Source: ISO 19005-4 (PDF/A-4f); the wording is `signing/reconciliation_words.typ`.
"""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from pathlib import Path

from registry.national.findings import DifferenceGroup, ExceptionGroup
from registry.national.holdings_messages import HoldingsAnswer, parse_holdings
from registry.national.http_signatures import claimed_signature, response_message
from registry.national.protocol import TAG
from registry.national.report import (
    ATTACHMENT,
    NetworkAnswer,
    Side,
    StatedReconciliation,
    parse_report,
)
from registry.national.report_check import side_of
from signing.data_integrity import proof_of
from signing.encoding import b64_encode, rfc3339
from signing.fonts import find_fonts
from signing.paper import Typesetter, civil_moment, date_parts, in_fours

# About six pages of entries: who needs more needs a program.
MOST_SHOWN = 2_000
_GROUP = 16
# In Chinese and English, by code.
Reason = Callable[[str], tuple[str, str]]


class ReportPrinter:
    """A typesetter with its fonts loaded. Safe to share between threads."""

    def __init__(self, font_dir: Path | None = None) -> None:
        """Raises: FontMissing, GlyphMissing."""
        fonts = find_fonts(font_dir)
        self._typesetter = Typesetter("reconciliation.typ", "reconciliation_words.typ", fonts)

    def draw(self, report: bytes, reason: Reason) -> bytes:
        """The unsigned PDF of a report of ours.

        Raises: MalformedReport, MalformedMessage, MalformedProof, SignatureRefused for what is none of ours;
        GlyphMissing, SheetNotDrawn.
        """
        stated, document = parse_report(report)
        proof, answer = proof_of(document), parse_holdings(stated.answer.body)
        shown = _shown(stated, answer, reason) | {
            "our_signature": {
                "suite": proof.suite.name,
                "key": in_fours(proof.method.rpartition("-")[2]),
                "at": rfc3339(proof.created_at),
                "value": _in_groups(b64_encode(proof.signature)),
            },
            "their_signature": _their_signature(stated.answer),
        }
        added = {
            "ours": _side(stated.ours),
            "theirs": _side(side_of(answer)),
            "document_date": date_parts(stated.compared_at),
            "attachment": {"name": ATTACHMENT, "content": report.decode()},
        }
        return self._typesetter.pdf(shown, added)


def _shown(stated: StatedReconciliation, answer: HoldingsAnswer, reason: Reason) -> dict[str, object]:
    return {
        "register_name": stated.register_name,
        "outcome": stated.outcome.value,
        "size_text": f"{stated.size:,}",
        "registered_text": f"{stated.registered:,}",
        "compared_at": civil_moment(stated.compared_at),
        "compared_at_utc": rfc3339(stated.compared_at),
        "exceptions": [_exception(each, reason) for each in stated.exceptions],
        "differences": [_difference(each) for each in stated.differences],
        "checkpoint": [line for line in stated.checkpoint.split("\n") if line],
        "last_batch": answer.last_batch,
        "sequence": f"{answer.sequence:,}",
        "exchanges": f"{stated.exchanges:,}",
        "healed": f"{stated.healed:,}",
    }


def _side(side: Side) -> dict[str, object]:
    count, root = side.count, side.root
    return {"count": count, "count_text": f"{count:,}", "root": root.hex(), "bytes": list(root)}


def _exception(group: ExceptionGroup, reason: Reason) -> dict[str, object]:
    return {
        "state": group.state.value,
        "reason": dict(zip(("zh", "en"), reason(group.reason), strict=True)) if group.reason else None,
        "earlier": "true" if group.earlier_online else "false",
        "count": f"{len(group.entries):,}",
        **_listed(group.entries),
    }


def _difference(group: DifferenceGroup) -> dict[str, object]:
    return {
        "kind": group.kind.value,
        "remedy": group.remedy.value,
        "count": f"{group.count:,}",
        **_listed(group.entries),
        "references": list(group.references[:MOST_SHOWN]),
        "more_references": _more(group.references),
    }


def _listed(entries: Sequence[int]) -> dict[str, object]:
    """The entries that there is room for, and how many are left out."""
    room = entries[:MOST_SHOWN]
    return {"entries": runs(room), "more": _more(entries)}


def runs(entries: Sequence[int]) -> list[str]:
    """Entries as they are read best: those that follow each other as `first–last`."""
    if not entries:
        return []
    starts = [at for at, entry in enumerate(entries) if at == 0 or entry != entries[at - 1] + 1]
    ends = [at - 1 for at in starts[1:]] + [len(entries) - 1]
    pairs = ((entries[start], entries[end]) for start, end in zip(starts, ends, strict=True))
    return [str(first) if first == last else f"{first}–{last}" for first, last in pairs]


def _more(values: Sequence[object]) -> str:
    left = len(values) - MOST_SHOWN
    return f"{left:,}" if left > 0 else ""


def _their_signature(answer: NetworkAnswer) -> Mapping[str, str]:
    made = claimed_signature(response_message(HTTPStatus.OK, answer.fields.items()), tag=TAG)
    return {
        "suite": "RFC 9421 · ed25519",
        "key": in_fours(made.keyid),
        "at": rfc3339(made.created_at),
        "value": _in_groups(b64_encode(made.signature)),
    }


def _in_groups(text: str) -> str:
    return " ".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))
