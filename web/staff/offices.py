"""What an account's office is called."""

from registry.filing.model import filing_on
from registry.rules.bureaus import BUREAUS
from registry.staff.model import StaffRole
from web.staff.office import Office

_BUREAUS = {bureau.code: bureau.office for bureau in BUREAUS}


def office_name(office: Office, role: StaffRole, code: str) -> str:
    """The bureau's full name, or the institution's name of today; the bare code before anything is filed."""
    if role is not StaffRole.INSTITUTION:
        return _BUREAUS.get(code, code)
    filings = office.register.filings().by_credit_code(code)
    if not filings:
        return code
    return f"{filing_on(filings[0], office.today()).name}（{code}）"
