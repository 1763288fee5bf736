"""Pages from templates: the words of the request's language, the addresses of our own files, nothing else."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from registry.rules.certificate_number import NUMBER_LENGTH
from registry.rules.levels import level_label
from signing.commitment import FIELDS
from web.assets import Assets
from web.headers import NO_INDEX, NO_STORE
from web.language import COOKIE, PARAMETER, Language, chosen_language, language_of
from web.presenters.dates import day_text, moment_text
from web.script_words import words_for_scripts
from web.settings import Settings
from web.vocabulary import outcome_text, words, words_or_code

_TEMPLATES = Path(__file__).parent / "templates"
_COOKIE_SECONDS = 365 * 86_400
# Y 0000 43 990001 25 3 000001: the parts that a person compares one by one.
_NUMBER_PARTS = (1, 4, 2, 6, 2, 1, 6)


class Renderer:
    """Renders pages of one site."""

    def __init__(self, settings: Settings, assets: Assets) -> None:
        self._settings = settings
        self._environment = Environment(
            loader=FileSystemLoader(_TEMPLATES),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(
            asset=assets.address,
            assets=assets.addresses,
            origin=settings.origin,
            notice=settings.site_notice,
            number_parts=number_parts,
            record_fields=FIELDS,
        )

    def page(
        self, request: Request, template: str, *, status: int = 200, index: bool = False, **context: object
    ) -> HTMLResponse:
        """The page as an answer. Pages are kept by nobody, and found by search engines only if `index`."""
        language = language_of(request)
        body = self._environment.get_template(template).render(**self._standing(request, language), **context)
        headers = dict(NO_STORE) if index else {**NO_STORE, **NO_INDEX}
        headers["content-language"] = language.value
        response = HTMLResponse(body, status, headers)
        if chosen_language(request) is not None:
            response.set_cookie(
                COOKIE,
                language.short,
                max_age=_COOKIE_SECONDS,
                httponly=True,
                samesite="lax",
                secure=self._settings.is_https,
            )
        return response

    def _standing(self, request: Request, language: Language) -> Mapping[str, Any]:
        return {
            "language": language,
            "chinese": language is Language.CHINESE,
            "t": partial(_translate, language),
            "t_code": partial(_translate_code, language),
            "t_outcome": partial(_translate_outcome, language),
            "day": partial(_day, language),
            "moment": partial(_moment, language),
            "level_text": partial(level_text, language),
            "script_words": partial(words_for_scripts, language),
            "path": request.url.path,
            "switch_to": _switch_address(request, language.other),
            "request_id": getattr(request.state, "request_id", ""),
        }


@lru_cache(maxsize=4096)
def number_parts(number: str) -> Markup:
    """The number in spans that are set apart by style only, so that it is copied in one piece."""
    if len(number) != NUMBER_LENGTH:
        return Markup('<span class="number">{}</span>').format(number)
    parts, at = [], 0
    for length in _NUMBER_PARTS:
        parts.append(Markup("<span>{}</span>").format(number[at : at + length]))
        at += length
    return Markup('<span class="number">{}</span>').format(Markup("").join(parts))


def level_text(language: Language, level: int) -> str:
    """三级/高级工, or its English name."""
    if language is Language.CHINESE:
        return level_label(level)
    return words(f"level.{level}", language)


def _translate(language: Language, key: str, **values: object) -> str:
    return words(key, language, **values)


def _translate_code(language: Language, prefix: str, code: str) -> str:
    return words_or_code(prefix, code, language)


def _translate_outcome(language: Language, code: str) -> str:
    return outcome_text(code, language)


def _day(language: Language, day: date | str) -> str:
    # What was kept as text is read first: a page shows days in one way.
    return day_text(date.fromisoformat(day) if isinstance(day, str) else day, language)


def _moment(language: Language, at: datetime | str) -> str:
    return moment_text(datetime.fromisoformat(at) if isinstance(at, str) else at, language)


def _switch_address(request: Request, language: Language) -> str:
    # What was posted is not repeated: the switch leads to the plain page. What can be asked for once only
    # names another one.
    if instead := getattr(request.state, "switch_path", ""):
        return f"{instead}?{urlencode([(PARAMETER, language.short)])}"
    kept = [pair for pair in parse_qsl(request.url.query) if pair[0] != PARAMETER]
    return f"{request.url.path}?{urlencode([*kept, (PARAMETER, language.short)])}"
