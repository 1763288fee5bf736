"""What a change would do, said before it is signed: facts before and after, scope rows that come and go."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from registry.filing.model import Filing, FilingOnDay, ScopeRow, filing_on
from registry.rules.bureaus import parse_bureau
from web.language import Language
from web.presenters.dates import day_text
from web.vocabulary import words


@dataclass(frozen=True)
class Difference:
    """One fact before and after; `before` is "" where there was nothing."""

    key: str
    before: str
    after: str


@dataclass(frozen=True)
class Differences:
    """All that a change does. `ended` pairs a row with its last day, None if it never began."""

    facts: tuple[Difference, ...]
    added: tuple[ScopeRow, ...]
    ended: tuple[tuple[ScopeRow, date | None], ...]


def differences(before: Filing | None, after: Filing, on: date, language: Language) -> Differences:
    """What differs on the day from which the change holds, and in the scope."""
    facts = []
    for key, said in _FACTS:
        now = said(after, filing_on(after, on), language)
        then = said(before, filing_on(before, on), language) if before is not None else ""
        if then != now:
            facts.append(Difference(f"filing_diff.{key}", then, now))
    known = {_identity(row): row for row in before.scope} if before is not None else {}
    stays = {_identity(row): row for row in after.scope}
    added = tuple(row for row in after.scope if _identity(row) not in known)
    ended = tuple(
        (row, stays[identity].to_on if identity in stays else None)
        for identity, row in known.items()
        if identity not in stays or _ends_earlier(stays[identity], row)
    )
    return Differences(tuple(facts), added, ended)


def _identity(row: ScopeRow) -> tuple[object, ...]:
    return (row.occupation_code, row.occupation, row.job, row.levels, row.basis, row.from_on)


def _ends_earlier(now: ScopeRow, then: ScopeRow) -> bool:
    return (now.to_on or date.max) < (then.to_on or date.max)


def _validity(filing: Filing, _: FilingOnDay, language: Language) -> str:
    if filing.filed_on is None or filing.expires_on is None:
        return ""
    return " – ".join(day_text(day, language) for day in (filing.filed_on, filing.expires_on))


_Said = Callable[[Filing, FilingOnDay, Language], str]
_FACTS: tuple[tuple[str, _Said], ...] = (
    ("state", lambda _, on_day, language: words(f"state.{on_day.state}", language)),
    ("name", lambda _, on_day, __: on_day.name),
    ("short_name", lambda _, on_day, __: on_day.short_name),
    ("bureau", lambda _, on_day, __: parse_bureau(on_day.bureau).office),
    ("filing_number", lambda filing, _, __: filing.filing_number),
    ("validity", _validity),
    ("successor", lambda filing, _, __: filing.successor),
)
