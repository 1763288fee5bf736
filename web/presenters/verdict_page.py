"""The verdict as its page shows it: which words, which colour, and what is known where nothing was found."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from registry.filing.book import FilingBook
from registry.filing.model import FilingOnDay
from registry.national.reasons import ReasonClass, reason_class
from registry.rules.bureaus import Bureau, UnknownBureau, parse_bureau
from registry.rules.certificate_number import HUNAN, parse_certificate_number
from registry.verdict import CertificateVerdict, HistoryItem, HoldsNow, Result, Verdict, covers, holds_now
from web.directory import Listed, listed_on


class NameCheck(StrEnum):
    """What is known about whose certificate it is."""

    UNCHECKED = "unchecked"
    EMPTY = "empty"
    MATCH = "match"
    MISMATCH = "mismatch"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True)
class FilingLine:
    """What the filing was on one day. `covered` is whether its scope held this certificate's kind."""

    on: date
    on_day: FilingOnDay
    covered: bool


@dataclass(frozen=True)
class Whereabouts:
    """What a number says about where to ask, though no certificate of that number is registered."""

    issuer: Listed | None
    is_of_other_province: bool
    province_code: str
    year: int


@dataclass(frozen=True)
class VerdictPage:
    """Everything the template needs beside the verdict itself. `whole_name` is as a checked file says."""

    verdict: Verdict
    name_check: NameCheck
    action: str
    scanned: bool
    filings: tuple[FilingLine, ...]
    approved_by: Bureau | None
    newest_act: HistoryItem | None
    whereabouts: Whereabouts | None
    whole_name: str

    @property
    def result(self) -> Result:
        """The result, for the words and the colour."""
        return self.verdict.result

    @property
    def returned_for(self) -> ReasonClass:
        """What it is about that the national network returned it. The public is told no more."""
        assert self.verdict.certificate is not None
        return reason_class(self.verdict.certificate.national.reason)

    @property
    def instead(self) -> HoldsNow | None:
        """What holds in place of something superseded; None where it was erased since."""
        return holds_now(self.verdict)


def name_check_of(matches: bool | None) -> NameCheck:
    """The outcome of comparing a name."""
    if matches is None:
        return NameCheck.IMPOSSIBLE
    return NameCheck.MATCH if matches else NameCheck.MISMATCH


def verdict_page(
    verdict: Verdict,
    book: FilingBook,
    *,
    today: date,
    action: str,
    name_check: NameCheck,
    scanned: bool,
    whole_name: str = "",
) -> VerdictPage:
    """What the page of a verdict shows. `action` is where a name is posted for comparison."""
    certificate = verdict.certificate
    unknown = verdict.result is Result.NOT_FOUND and verdict.number
    return VerdictPage(
        verdict=verdict,
        name_check=name_check,
        action=action,
        scanned=scanned,
        filings=_filing_lines(certificate, today) if certificate else (),
        approved_by=_bureau(certificate.approved_by) if certificate else None,
        newest_act=_newest_act(certificate.history) if certificate else None,
        whereabouts=_whereabouts(verdict.number, book, today) if unknown else None,
        whole_name=whole_name,
    )


def _filing_lines(certificate: CertificateVerdict, today: date) -> tuple[FilingLine, ...]:
    institution = certificate.institution
    days = (
        (certificate.issued_on, institution.filing_on_issue_date),
        (today, institution.filing_today),
    )
    return tuple(FilingLine(on, on_day, covers(on_day, certificate)) for on, on_day in days)


def _newest_act(history: Sequence[HistoryItem]) -> HistoryItem | None:
    # A chain of one is the registration alone: nothing was done to it since.
    return max(history, key=lambda item: item.index) if len(history) > 1 else None


def _bureau(code: str) -> Bureau | None:
    try:
        return parse_bureau(code)
    except UnknownBureau:
        return None


def _whereabouts(number: str, book: FilingBook, today: date) -> Whereabouts:
    parsed = parse_certificate_number(number)
    filing = book.by_prefix(parsed.prefix)
    return Whereabouts(
        issuer=listed_on(filing, today) if filing else None,
        is_of_other_province=parsed.province != HUNAN,
        province_code=parsed.province,
        year=parsed.year,
    )
