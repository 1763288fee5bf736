"""The only map from errors to what the public is told: a status, and words by kind.

Every error that a room can raise has its `code` here; a test walks all of them. What is not here becomes a
plain 500 without detail: an unknown error loses its text on the way out.

Source: RFC 9457 (problem details).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from registry.errors import RegistryError
from registry.intake.errors import IntakeError
from registry.ledger.errors import NotAdmitted
from registry.oidc.errors import AnswerRefused, AttemptUnknown, LoginDeclined, ProviderUnavailable
from registry.staff.errors import LoginThrottled
from registry.witnessing.errors import QuorumMissed
from search.errors import SearchError
from signing.errors import SigningError
from signing.form_errors import GlyphMissing
from web.errors import SettingsFault, TooManyRequests, WebError, WrongMethod
from web.headers import NO_STORE
from web.language import Language, language_of
from web.presenters.verdict_json import json_bytes
from web.problem_codes import GROUP_STATUS, STATUS_AND_WORDS
from web.rendering import Renderer
from web.vocabulary import WORDS, words
from web.words.intake_errors import intake_error_sentence

MEDIA_TYPE = "application/problem+json"
OUTSIDE = (AttemptUnknown, LoginDeclined, ProviderUnavailable, AnswerRefused)
ROOTS: tuple[type[Exception], ...] = (WebError, RegistryError, SigningError, SearchError)
_JSON_PATHS = ("/api/", "/log/", "/status/", "/.well-known/", "/openapi.json", "/readyz", "/healthz")
# An outage is asked about again soon; a page that is hammered every second recovers later.
_RETRY_AFTER_SECONDS = 30
_OUR_FAULT = 500
_NEEDS_LOGIN = 401


@dataclass(frozen=True)
class Problem:
    """What is told: `code` is stable, `words_key` finds the sentences, `particulars` what each is about."""

    status: int
    code: str
    words_key: str
    headers: Mapping[str, str]
    particulars: tuple[tuple[str, str], ...] = ()
    reason: str = ""
    """A code within the code, for whoever is asked for help."""
    own: Callable[[Language], str] | None = None
    """What this very error says, where its room has a sentence for each of its kinds."""

    def title(self, language: Language) -> str:
        """What is the matter, in a few words."""
        return words(f"problem.{self.words_key}.title", language)

    def detail(self, language: Language) -> str:
        """What that means and what to do."""
        sentence = self.own(language) if self.own else words(f"problem.{self.words_key}.detail", language)
        lines = (f"{name}: {words(key, language)}".lstrip(": ") for name, key in self.particulars)
        return "\n".join([sentence, *lines])


def problem_of(error: Exception) -> Problem:
    """The problem that stands for an error."""
    code = str(getattr(error, "code", ""))
    if not isinstance(error, ROOTS) or code not in STATUS_AND_WORDS:
        return Problem(500, "internal_fault", "internal_fault", {})
    status = STATUS_AND_WORDS[code][0]
    own = partial(intake_error_sentence, error) if isinstance(error, IntakeError) else None
    reason = error.reason.value if isinstance(error, OUTSIDE) else ""
    words_key, headers = _words_key(error, code), _headers(error, status)
    return Problem(status, code, words_key, headers, _particulars(error), reason, own)


def problem_response(request: Request, error: Exception, renderer: Renderer, origin: str) -> Response:
    """The problem as a page for a browser, as JSON for a program."""
    problem = told_problem(request, error)
    if prefers_page(request):
        response: Response = renderer.page(
            request, "problem.html", status=problem.status, problem=problem, ask_again=problem.status == 422
        )
        response.headers.update(problem.headers)
        return response
    return Response(
        json_bytes(problem_json(request, problem, origin)),
        problem.status,
        {**NO_STORE, **problem.headers},
        MEDIA_TYPE,
    )


def told_problem(request: Request, error: Exception) -> Problem:
    """The problem as it is told outside; the log hears of it through the request."""
    problem = problem_of(error)
    request.state.problem = problem.code
    if problem.status < _OUR_FAULT or isinstance(error, ProviderUnavailable | GlyphMissing):
        return problem
    # What is wrong in the house is for the operator: the public hears the sentence of the whole group. An
    # outside provider is not the house; and which character no font has, its holder must be able to tell us.
    group = STATUS_AND_WORDS[problem.code][1]
    return replace(problem, code=group, words_key=group, particulars=(), own=None)


def problem_json(request: Request, problem: Problem, origin: str) -> dict[str, Any]:
    """The members of a problem in JSON."""
    language = language_of(request)
    return {
        "type": f"{origin}/problems/{problem.code}",
        "title": problem.title(language),
        "status": problem.status,
        "detail": problem.detail(language),
        "code": problem.code,
        "kind": problem.words_key,
        "request_id": getattr(request.state, "request_id", ""),
    }


def prefers_page(request: Request) -> bool:
    """Whether a person's browser asks. Without a clear wish, the kind of address decides."""
    accepted = request.headers.get("accept", "")
    if "text/html" in accepted:
        return True
    if "json" in accepted:
        return False
    return not request.url.path.startswith(_JSON_PATHS)


def public_meaning(code: str) -> tuple[int, str] | None:
    """Status and words of a code that the public can meet in a problem; None for any other text."""
    if code in GROUP_STATUS:
        return GROUP_STATUS[code], code
    status = STATUS_AND_WORDS[code][0] if code in STATUS_AND_WORDS else _OUR_FAULT
    return (status, words_key_of_code(code)) if status < _OUR_FAULT else None


def words_key_of_code(code: str) -> str:
    """The sentences for a code of the map: its own, or its group's."""
    return code if f"problem.{code}.title" in WORDS[Language.CHINESE] else STATUS_AND_WORDS[code][1]


def _words_key(error: Exception, code: str) -> str:
    # An error that tells kinds apart has a sentence for each.
    kind = getattr(error, "kind", None)
    if isinstance(kind, StrEnum) and f"problem.{code}.{kind}.title" in WORDS[Language.CHINESE]:
        return f"{code}.{kind}"
    return words_key_of_code(code)


def _particulars(error: Exception) -> tuple[tuple[str, str], ...]:
    if isinstance(error, SettingsFault):
        return tuple((fault.name, f"setting.{fault.reason}") for fault in error.faults)
    if isinstance(error, NotAdmitted):
        return (("", f"refusal.{error.reason}"),)
    if isinstance(error, OUTSIDE):
        return (("", f"oidc.reason.{error.reason}"),)
    if isinstance(error, GlyphMissing):
        return ((f"U+{error.code_point:04X}", "glyph.missing"),)
    if isinstance(error, QuorumMissed):
        return tuple((name, f"witness.{reason}") for name, reason in error.failures.items())
    return ()


def _headers(error: Exception, status: int) -> Mapping[str, str]:
    if isinstance(error, TooManyRequests | LoginThrottled):
        return {"retry-after": str(error.retry_after_seconds)}
    if isinstance(error, WrongMethod):
        return {"allow": error.allowed}
    if status == _NEEDS_LOGIN:
        return {"www-authenticate": "Bearer"}
    return {"retry-after": str(_RETRY_AFTER_SECONDS)} if status == 503 else {}
