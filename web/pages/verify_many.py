"""Checking several files at once, or a ZIP of them: one table, and the steps of each behind it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from anyio.to_thread import run_sync
from starlette.requests import Request
from starlette.responses import Response

from signing.outcomes import Outcome
from signing.report import Conclusion
from web.archives import Unreadable, members
from web.backend import PublicRegister, Verification
from web.errors import TooManyFiles
from web.language import language_of
from web.limits import Budget
from web.naming import settled
from web.presenters.verification import StepGroup, first_reason, headline, step_groups
from web.site import Site, site_of
from web.uploads import NamedFile

_ZIP = b"PK\x03\x04"
_UNPACKED = 4
_OUTCOMES = {
    "valid": Outcome.PASSED,
    "unavailable": Outcome.NOT_CHECKED,
    Conclusion.NOT_RECOGNISED.value: Outcome.NOT_CHECKED,
}


@dataclass(frozen=True)
class CheckedFile:
    """One line of the table. `word` is a key of the results' words; `verification` None: it was not read."""

    name: str
    word: str
    outcome: Outcome
    reason: str
    groups: Sequence[StepGroup] = ()
    verification: Verification | None = None


def is_archive(files: Sequence[NamedFile]) -> bool:
    """Whether one file was chosen that is called a ZIP and begins like one: a .docx does as well."""
    return len(files) == 1 and files[0].content.startswith(_ZIP) and files[0].name.lower().endswith(".zip")


async def check_many(request: Request, files: Sequence[NamedFile], name: str | None) -> Response:
    """The table of all files. Raises: TooManyFiles, ArchiveUnreadable, TooManyRequests; as `settled`."""
    site = site_of(request)
    given = await run_sync(partial(_given, site, files), limiter=site.heavy)
    site.budgets.take(request, Budget.VERIFY, len(given) - 1, of_days=True)
    lines = []
    for each in given:
        # One at a time, so that others who check a file are not kept waiting for the whole folder.
        if isinstance(each, Unreadable):
            lines.append(CheckedFile(each.name, "unavailable", Outcome.NOT_CHECKED, each.reason))
            continue
        verification = await run_sync(partial(_verify, site.register, each.content, name), limiter=site.heavy)
        lines.append(_line(request, each.name, settled(request, verification)))
    return site.renderer.page(
        request,
        "verification_many.html",
        lines=lines,
        counts=Counter((line.word, line.outcome) for line in lines).most_common(),
        named=name is not None,
    )


def _given(site: Site, files: Sequence[NamedFile]) -> Sequence[NamedFile | Unreadable]:
    most = site.settings.verify_files
    if is_archive(files):
        return members(files[0].content, most=most, most_bytes=_UNPACKED * site.settings.max_upload_bytes)
    if len(files) > most:
        raise TooManyFiles
    return files


def _verify(register: PublicRegister, content: bytes, name: str | None) -> Verification:
    return register.verify_file(content, name=name)


def _line(request: Request, name: str, verification: Verification) -> CheckedFile:
    word = headline(verification)
    outcome = _OUTCOMES.get(word, Outcome.FAILED)
    if verification.name_match is False:
        outcome = Outcome.FAILED
    if word == "stated" and verification.report is not None:
        # A receipt is as good as what it stated: no tick for one that says "annulled".
        outcome = Outcome.FAILED if verification.report.exit_code else Outcome.PASSED
    return CheckedFile(
        name=name,
        word=word,
        outcome=outcome,
        reason="" if word in ("valid", "stated") else first_reason(verification.steps),
        groups=() if word == Conclusion.NOT_RECOGNISED else step_groups(verification, language_of(request)),
        verification=verification,
    )
