"""The demo's people: one account a role, each with a random password and a phone that is a line of text.

They are visibly invented. The institution is one with an upload that waits, the reviewer its city's.
"""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta

from registry.filing.model import filing_on
from registry.register import Register
from registry.rules.bureaus import PROVINCE_CODE
from registry.staff.desk import Staff, open_staff
from registry.staff.model import TWO_STEP_ROLES, StaffRole
from registry.staff.passwords import start_password
from registry.staff.totp import STEP_SECONDS, code_at, new_secret, secret_text
from registry.staff.trail import by_command
from web.demo.drafts import Decision
from web.demo.plan import DemoPlan
from web.presenters.dates import civil_today

_NAMES: Mapping[StaffRole, tuple[str, str]] = {
    StaffRole.INSTITUTION: ("demo-institution", "示例经办员"),
    StaffRole.REVIEWER: ("demo-reviewer", "示例审核员"),
    StaffRole.PROVINCE: ("demo-province", "示例省级审核员"),
    StaffRole.AUDITOR: ("demo-auditor", "示例监督员"),
    StaffRole.ADMINISTRATOR: ("demo-administrator", "示例账号管理员"),
}


@dataclass(frozen=True)
class DemoAccount:
    """What it takes to log in as somebody of the demo. `totp_secret` is "" where no code is asked for."""

    id: str
    role: str
    login: str
    name: str
    office: str
    password: str
    totp_secret: str


def make_accounts(register: Register, plan: DemoPlan) -> list[DemoAccount]:
    """Makes the accounts, side by side: each password is stretched on purpose."""
    offices, staff, now = _offices(register, plan), open_staff(register), register.clock()
    with ThreadPoolExecutor() as threads:
        return list(threads.map(lambda role: _make(staff, role, offices.get(role, ""), now), StaffRole))


def _make(staff: Staff, role: StaffRole, office: str, now: datetime) -> DemoAccount:
    login, name = _NAMES[role]
    password, secret = start_password(), b""
    made = staff.accounts.create(
        login=login, name=name, role=role, office=office, password=password, password_due=False
    )
    if role in TWO_STEP_ROLES:
        secret = new_secret()
        # A code of the step before: the present one is left for whoever logs in at once.
        staff.accounts.set_up_two_step(made, secret, code_at(secret, now - timedelta(seconds=STEP_SECONDS)))
    staff.trail.write(by_command(now, "account.created", subject=made.id))
    return DemoAccount(
        made.id,
        role.value,
        login,
        name,
        office,
        password,
        secret_text(secret).replace(" ", "") if secret else "",
    )


def _offices(register: Register, plan: DemoPlan) -> Mapping[StaffRole, str]:
    waiting = next(batch for batch in plan.batches if batch.decision is Decision.WAIT)
    filing = register.filings().by_prefix(waiting.prefix)
    assert filing is not None, "the demo uploads for filings only"
    return {
        StaffRole.INSTITUTION: filing.credit_code,
        StaffRole.REVIEWER: filing_on(filing, civil_today(register.clock())).bureau,
        StaffRole.PROVINCE: PROVINCE_CODE,
    }
