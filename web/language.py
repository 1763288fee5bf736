"""Which language a request is answered in: Chinese, unless English was chosen with `?lang=en` or before."""

from enum import StrEnum

from starlette.requests import Request

PARAMETER = "lang"
COOKIE = "lang"


class Language(StrEnum):
    """A language that every word is kept in. The values are BCP 47 tags."""

    CHINESE = "zh-CN"
    ENGLISH = "en"

    @property
    def short(self) -> str:
        """As it stands in an address: `zh` or `en`."""
        return self.value[:2]

    @property
    def other(self) -> "Language":
        """The language behind the switch."""
        return Language.ENGLISH if self is Language.CHINESE else Language.CHINESE


_BY_SHORT = {language.short: language for language in Language}


def chosen_language(request: Request) -> Language | None:
    """The language that this very request asks for in its address."""
    return _BY_SHORT.get(request.query_params.get(PARAMETER, ""))


def language_of(request: Request) -> Language:
    """The language to answer in: the address says, then the cookie, then Chinese."""
    return chosen_language(request) or _BY_SHORT.get(request.cookies.get(COOKIE, ""), Language.CHINESE)


def api_language(request: Request) -> Language:
    """The language for a program: as for a page, and where nothing was chosen, its Accept-Language.

    A page does not ask that header: browsers send what they were installed with, not what people read.
    """
    if chosen_language(request) is None and COOKIE not in request.cookies:
        first = request.headers.get("accept-language", "").partition(",")[0].strip().lower()
        if first == "en" or first.startswith(("en-", "en;")):
            return Language.ENGLISH
    return language_of(request)
