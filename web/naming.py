"""Whether somebody is the holder is answered with yes or no, and not to whoever tries until it is yes.

A file, a code, a number, a row of a list: whichever way a name or an identity number is compared, a wrong one
is counted twice, by the network that asked and by the certificate it was tried on. Once a count is spent the
right ones are refused like the wrong ones.

The certificate is counted under a keyed hash, so that a shared store of counts knows no number.
"""

import hmac
from collections.abc import Callable

from starlette.requests import Request

from web.backend import Verification
from web.errors import PersonTriesSpent, TooManyRequests
from web.limits import Budget
from web.site import Site, site_of

_LABEL = b"skillcert/tried-on/v1\x00"


def settle(request: Request, number: str, matches: bool | None, *, by_network: bool = True) -> None:
    """Counts an answer about a person before it is given; None, nothing compared, is no answer.

    `by_network` is False where the address itself counts every question.
    Raises: PersonTriesSpent, TooManyRequests; then it must not be given.
    """
    if matches is None:
        return
    budgets, subject = site_of(request).budgets, _subject(site_of(request), number)
    if wait := budgets.wait_of(subject, Budget.WRONG_PERSON):
        raise PersonTriesSpent(wait)
    if by_network and not budgets.left_today(request, Budget.NAME_CHECK):
        raise TooManyRequests(budgets.wait_today(request, Budget.NAME_CHECK))
    if not matches:
        budgets.count_of(subject, Budget.WRONG_PERSON)
        if by_network:
            budgets.count_today(request, Budget.NAME_CHECK, 1)


def settled(request: Request, verification: Verification) -> Verification:
    """The check, if what it says of the person may be given. Raises: as `settle`."""
    verdict = verification.verdict
    if verdict is not None:
        settle(request, verdict.number, verification.name_match)
    return verification


def spent_on(site: Site) -> Callable[[str], bool]:
    """Whether no more names are compared today on the certificate of a number."""
    return lambda number: site.budgets.wait_of(_subject(site, number), Budget.WRONG_PERSON) > 0


def count_wrong(site: Site, number: str) -> None:
    """A name was told to be wrong, in a list whose network is counted as a whole."""
    site.budgets.count_of(_subject(site, number), Budget.WRONG_PERSON)


def _subject(site: Site, number: str) -> str:
    return hmac.digest(site.register.link_secret(), _LABEL + number.encode(), "sha256").hex()[:32]
