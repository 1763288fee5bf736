"""Reasons and spans of time in words."""

from dataclasses import dataclass

from registry.national.handling import is_known
from web.language import Language
from web.vocabulary import words

_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


@dataclass(frozen=True)
class Span:
    """A span of time by its largest unit: moments (none is counted), minutes, hours or days."""

    count: int
    unit: str


def span_of(seconds: float) -> Span:
    """A span as people say it: minutes from the first to two hours, hours up to two days, then days."""
    if seconds < _MINUTE:
        return Span(0, "moments")
    if seconds < 2 * _HOUR:
        return Span(int(seconds // _MINUTE), "minutes")
    if seconds < 2 * _DAY:
        return Span(int(seconds // _HOUR), "hours")
    return Span(int(seconds // _DAY), "days")


def reason_text(reason: str, language: Language) -> str:
    """Our sentence for a reason; for one that nobody here knows, its code."""
    if is_known(reason):
        return words(f"national.reason.{reason}", language)
    return words("national.reason.other", language, code=reason)


def reason_in_both(reason: str) -> tuple[str, str]:
    """The sentence in Chinese and in English, for papers."""
    return reason_text(reason, Language.CHINESE), reason_text(reason, Language.ENGLISH)


def next_text(reason: str, language: Language) -> str:
    """What has to be done next."""
    return words(f"national.reason.{reason if is_known(reason) else 'other'}.next", language)
