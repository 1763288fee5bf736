"""The look-up page: a form with a question, and one of four outcomes: found, not found, could not, not asked.

The form comes by POST, so that no name and no identity number ever stands in an address. Nothing is logged.
"""

import unicodedata
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from urllib.parse import parse_qs

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse, Response

from registry.national.queue import CHINA
from registry.national.stand_in.challenge import Answered, Challenge
from registry.national.stand_in.errors import MessageRefused, RefusalCode, StandInUnavailable
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.words import Language, page_words

MAX_FORM_BYTES = 4_096
_ENTRIES = ("name", "id_number", "number")
_FIELDS = (*_ENTRIES, "sum", "token")
_NO_ENTRIES: Mapping[str, str] = dict.fromkeys(_FIELDS, "")
_DOTS = str.maketrans("．•・‧", "····")
_PAGE_FIELDS = {
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
    " frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-robots-tag": "noindex",
}


class Pages:
    """Makes the pages. Everything but the database is its own."""

    def __init__(self, network: Network, challenge: Challenge) -> None:
        self._network = network
        self._challenge = challenge
        environment = Environment(
            loader=FileSystemLoader(Path(__file__).parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._template = environment.get_template("lookup.html")

    def form(self, language: Language) -> Response:
        """The empty form."""
        return self._page(language, "form")

    def look_up(self, language: Language, body: bytes) -> Response:
        """What came of a look-up.

        1. The form arrived whole.  2. The question is answered, and nothing is missing.  3. The network is at
        work.  4. All three match, or they do not.
        """
        try:
            entries = form_values(body)
        except MessageRefused:
            return self._page(language, "malformed", status=HTTPStatus.UNPROCESSABLE_ENTITY)
        problems = {name: f"missing_{name}" for name in _ENTRIES if not entries[name]}
        answered = self._challenge.judge(entries["token"], entries["sum"])
        if answered is not Answered.RIGHT:
            problems["sum"] = answered.value
        if problems:
            status = HTTPStatus.UNPROCESSABLE_ENTITY
            return self._page(language, "form", entries, status=status, problems=problems)
        left = self._network.maintenance_left()
        if left:
            until = (self._network.desk.now() + left).astimezone(CHINA).strftime("%H:%M")
            status = HTTPStatus.SERVICE_UNAVAILABLE
            return self._page(language, "maintenance", entries, status=status, until=until)
        if self._network.habits.silent(self._network.desk.now()):
            return self._page(language, "unavailable", entries, status=HTTPStatus.SERVICE_UNAVAILABLE)
        return self._looked_up(language, entries)

    def _looked_up(self, language: Language, entries: Mapping[str, str]) -> Response:
        try:
            found = self._network.desk.store.look_up(
                name=spelt(entries["name"]),
                id_number=_code(entries["id_number"]),
                number=_code(entries["number"]),
            )
        except StandInUnavailable:
            return self._page(language, "unavailable", entries, status=HTTPStatus.SERVICE_UNAVAILABLE)
        if found is None:
            return self._page(language, "not_found", entries)
        return self._page(language, "found", entries, found=found)

    def _page(
        self,
        language: Language,
        outcome: str,
        entries: Mapping[str, str] = _NO_ENTRIES,
        *,
        status: int = HTTPStatus.OK,
        **more: object,
    ) -> Response:
        words = page_words(language)
        text = self._template.render(
            {
                "w": words,
                "language": language.value,
                "outcome": outcome,
                "entries": entries,
                "question": self._challenge.question(),
                "problems": {},
                "asked_at": _on_the_wall(self._network.desk.now()),
                **more,
            }
        )
        return HTMLResponse(text, status_code=status, headers=_PAGE_FIELDS)


def form_values(body: bytes) -> dict[str, str]:
    """The fields of the form, trimmed; empty ones too. Raises: MessageRefused unless each is there once."""
    try:
        values = parse_qs(
            body.decode("ascii"),
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=8,
            errors="strict",
        )
        found = {name: values[name] for name in _FIELDS}
    except (ValueError, KeyError) as fault:
        raise MessageRefused(RefusalCode.MALFORMED_MESSAGE) from fault
    if any(len(each) != 1 for each in found.values()):
        raise MessageRefused(RefusalCode.MALFORMED_MESSAGE)
    return {name: each[0].strip() for name, each in found.items()}


def spelt(name: str) -> str:
    """A name as it is compared: every dot that people type between its parts is the middle dot."""
    return name.strip().translate(_DOTS)


def _code(text: str) -> str:
    """A number as it is compared: full-width characters, small letters and spaces are no difference."""
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()


def _on_the_wall(moment: datetime) -> str:
    return moment.astimezone(CHINA).strftime("%Y-%m-%d %H:%M:%S")
