"""Everyone sees only what is theirs."""

from datetime import date

import pytest

from registry.filing.model import BureauPeriod
from registry.staff.model import Account, StaffRole
from registry.staff.reach import may_decide, may_see_filing
from tests.builders import a_filing

MOVED = a_filing(bureaus=(BureauPeriod("430100", date(2024, 8, 1)), BureauPeriod("430200", date(2026, 1, 1))))
BEFORE, AFTER = date(2025, 12, 31), date(2026, 1, 1)


def somebody(role: StaffRole, office: str) -> Account:
    return Account("id", "login", "示例", role, office)


@pytest.mark.parametrize(
    ("role", "office", "sees", "decides_before", "decides_after"),
    [
        (StaffRole.INSTITUTION, MOVED.credit_code, True, False, False),
        (StaffRole.INSTITUTION, "91350100M000100Y43", False, False, False),
        (StaffRole.REVIEWER, "430100", True, True, False),
        (StaffRole.REVIEWER, "430200", True, False, True),
        (StaffRole.REVIEWER, "430300", False, False, False),
        (StaffRole.PROVINCE, "430000", True, False, False),
        (StaffRole.AUDITOR, "", True, False, False),
        (StaffRole.ADMINISTRATOR, "", False, False, False),
    ],
)
def test_reach_by_role_and_office(
    role: StaffRole, office: str, sees: bool, decides_before: bool, decides_after: bool
) -> None:
    account = somebody(role, office)
    assert may_see_filing(account, MOVED) is sees
    assert may_decide(account, MOVED, BEFORE) is decides_before
    assert may_decide(account, MOVED, AFTER) is decides_after


def test_the_province_decides_on_its_own_institutions() -> None:
    own = a_filing(bureaus=(BureauPeriod("430000", date(2024, 8, 1)),))
    assert may_decide(somebody(StaffRole.PROVINCE, "430000"), own, AFTER)
