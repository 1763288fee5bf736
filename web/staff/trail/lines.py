"""An act of the trail in words: who, what, on what, and how it ended."""

from collections.abc import Mapping
from dataclasses import dataclass

from registry.filing.book import FilingBook
from registry.staff.model import COMMAND_LINE, Account
from registry.staff.trail import DONE, TrailEntry
from web.language import Language
from web.staff.statistics.tables import institution_name
from web.vocabulary import outcome_text, words, words_or_code

_VALUES: Mapping[str, tuple[str, ...]] = {
    "act": ("cert.act", "cert.ask"),
    "change": ("filing_change",),
    "custody": ("trail.custody",),
    "kind": ("trail.kind",),
    "note": ("inspection_note",),
    "reason": ("statistics.returned", "reject_reason", "accept_reason"),
    "result": ("review.inspection",),
    "role": ("staff_role",),
    "sample": ("review.sample.of",),
    "word": ("trail.word",),
}
"""Where the words for a detail's codes are, by the detail's name."""


@dataclass(frozen=True)
class Line:
    """One act as it is shown. `entry` has the codes."""

    entry: TrailEntry
    who: str
    role: str
    act: str
    subject: str
    outcome: str
    details: str

    @property
    def is_done(self) -> bool:
        """Whether the act was done, and not refused."""
        return self.entry.outcome == DONE


@dataclass(frozen=True)
class Speaker:
    """Puts acts into words of one language; knows accounts and institutions by their ids."""

    language: Language
    accounts: Mapping[str, Account]
    filings: FilingBook

    def line(self, entry: TrailEntry) -> Line:
        """One act in words. A code without words is shown as it is."""
        return Line(
            entry=entry,
            who=self.who(entry.account),
            role=words_or_code("staff_role", entry.role, self.language) if entry.role else "",
            act=words_or_code("act", entry.act, self.language),
            subject=self._subject(entry.subject),
            outcome=outcome_text(entry.outcome, self.language),
            details=self._details(entry.details),
        )

    def who(self, account: str) -> str:
        """The person's name, or what acts without one."""
        if account == COMMAND_LINE:
            return words("trail.command_line", self.language)
        if not account:
            return words("trail.stranger", self.language)
        known = self.accounts.get(account)
        return f"{known.name}（{known.login}）" if known is not None else account

    def _subject(self, subject: str) -> str:
        if subject in self.accounts:
            return self.who(subject)
        if self.filings.by_prefix(subject) is not None:
            return f"{institution_name(self.filings, subject)} {subject}"
        kind, _, rest = subject.partition(" ")
        said = words_or_code("trail.subject", kind, self.language)
        return f"{said} {rest}".strip() if said != kind else subject

    def _details(self, details: Mapping[str, str]) -> str:
        said = [
            f"{words_or_code('trail.detail', name, self.language)} {self._value(name, value)}"
            for name, value in sorted(details.items())
        ]
        return words("trail.between", self.language).join(said)

    def _value(self, name: str, value: str) -> str:
        for prefix in _VALUES.get(name, ()):
            said = words_or_code(prefix, value, self.language)
            if said != value:
                return said
        return value
