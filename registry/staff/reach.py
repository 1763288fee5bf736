"""What is within an account's reach. What is not answers exactly like what does not exist.

| role | sees | decides |
| --- | --- | --- |
| institution | its own filings, by credit code, and those merged into them | nothing |
| reviewer | filings whose bureau it is or was | filings whose bureau it is on that day |
| province | all | filings whose bureau it is on that day |
| auditor | all | nothing |
| administrator | nothing | nothing |

Source: 2025-14 arts. 3, 17(7) (the bureau that is responsible reviews), 17(5).
"""

from collections.abc import Sequence
from datetime import date
from typing import assert_never

from registry.filing.book import FilingBook
from registry.filing.model import Filing, filing_on
from registry.staff.model import Account, StaffRole


def may_see_filing(account: Account, filing: Filing, successors: Sequence[Filing] = ()) -> bool:
    """Whether the filing and everything under it (batches, certificates, requests) may be shown.

    `successors` are those that answer for it since a merger (`FilingBook.successors`).
    """
    match account.role:
        case StaffRole.INSTITUTION:
            return any(each.credit_code == account.office for each in (filing, *successors))
        case StaffRole.REVIEWER:
            return any(period.bureau == account.office for period in filing.bureaus)
        case StaffRole.PROVINCE | StaffRole.AUDITOR:
            return True
        case StaffRole.ADMINISTRATOR:
            return False
    assert_never(account.role)


def filing_in_reach(account: Account, book: FilingBook, prefix: str) -> Filing | None:
    """The filing of that prefix; None if there is none, or none that may be shown to the account."""
    filing = book.by_prefix(prefix)
    sees = filing is not None and may_see_filing(account, filing, book.successors(prefix))
    return filing if sees else None


def filings_in_reach(account: Account, book: FilingBook) -> list[Filing]:
    """The filings that may be shown to an account, in the order of their prefixes."""
    return [each for each in book if may_see_filing(account, each, book.successors(each.number_prefix))]


def may_decide(account: Account, filing: Filing, on: date) -> bool:
    """Whether the account's office is the bureau that is responsible for the filing on that day."""
    match account.role:
        case StaffRole.REVIEWER | StaffRole.PROVINCE:
            return filing_on(filing, on).bureau == account.office
        case StaffRole.INSTITUTION | StaffRole.AUDITOR | StaffRole.ADMINISTRATOR:
            return False
    assert_never(account.role)
