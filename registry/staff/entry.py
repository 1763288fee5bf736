"""The way in: password, one-time code, and what is counted on the way.

1. the attempt is counted before anything is checked,
2. the password is stretched, for an unknown login as for a known one,
3. a session is opened: whole, or waiting for a one-time code,
4. the code is counted by itself, accepted once, and the session is exchanged for a whole one.

A browser in which somebody logged in whole is known from then on by a signed value: what strangers do to the
account elsewhere does not make it wait.

Source: OWASP Authentication Cheat Sheet; OWASP Slow Down Online Guessing Attacks with Device Cookies.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from registry.staff.desk import Staff
from registry.staff.errors import CodeRefused, LoginRefused, PasswordFault, PasswordRefused
from registry.staff.model import Account, tidy_login
from registry.staff.sessions import Session, Stage
from registry.staff.throttle import OF_ACCOUNT, OF_BROWSER, OF_NETWORK, Key

BROWSER_DAYS = 180
_MAX_LOGIN = 80
_MAX_PASSWORD = 400
_KNOWN = re.compile(r"([0-9a-f]{32})\.([0-9]{1,12})\.([0-9a-f]{64})")
# What goes to the accounts for a login that cannot be one: it costs the same and finds nothing.
_NOBODY = "-"


@dataclass(frozen=True)
class From:
    """Whence an attempt comes: a keyed hash of the network, what the browser is known by, and its kind."""

    network: str
    browser: str = ""
    kind: str = ""


@dataclass(frozen=True)
class Inside:
    """Somebody who proved something: the account, the new session and its token."""

    account: Account
    session: Session
    token: str


def log_in(staff: Staff, login: str, password: str, came: From, now: datetime) -> Inside:
    """Steps 1 to 3. Raises: LoginThrottled, LoginRefused, DatabaseUnavailable."""
    login = tidy_login(login)
    if len(login) > _MAX_LOGIN or len(password) > _MAX_PASSWORD:
        login, password = _NOBODY, ""
    # 1
    own = _own_key(staff, login, came, now)
    of_network = Key(f"network:{came.network}", OF_NETWORK)
    known = own.patience is OF_BROWSER
    staff.throttle.count([own] if known else [own, of_network])
    # 2
    account = staff.accounts.password_is_right(login, password)
    if account is None:
        raise LoginRefused
    # 3
    staff.throttle.forgive([own])
    if not known:
        staff.throttle.uncount(of_network)
    stage = Stage.CODE if account.two_step else Stage.OPEN
    session, token = staff.sessions.open(account.id, stage, browser=came.kind, network=came.network)
    if stage is Stage.OPEN:
        staff.accounts.saw(account)
    return Inside(account, session, token)


def confirm_code(
    staff: Staff, account: Account, session: Session, code: str, came: From, now: datetime
) -> tuple[Inside, bool]:
    """Step 4; also whether a recovery code was used up.

    Raises: LoginThrottled, CodeRefused, DatabaseUnavailable.
    """
    own = _own_key(staff, account.login, came, now)
    key = Key(f"code/{own.name}", own.patience)
    staff.throttle.count([key])
    if len(code) > _MAX_LOGIN:
        raise CodeRefused
    by_recovery = staff.accounts.accept_code(account, code)
    staff.throttle.forgive([key])
    exchanged, token = staff.sessions.step_up(session)
    staff.accounts.saw(account)
    return Inside(account, exchanged, token), by_recovery


def choose_password(
    staff: Staff, account: Account, session: Session, *, old: str, new: str, again: str
) -> Inside:
    """The person's own new password; every other session ends, and this one is exchanged.

    Raises: LoginThrottled, PasswordRefused, DatabaseUnavailable.
    """
    require_password(staff, account, old)
    staff.accounts.change_password(account, old=old, new=new, again=again)
    staff.sessions.end_others(session)
    exchanged, token = staff.sessions.step_up(session)
    return Inside(account, exchanged, token)


def require_password(staff: Staff, account: Account, password: str) -> None:
    """Asks somebody who is logged in once more, before what a stolen session must not do.

    Raises: LoginThrottled, PasswordRefused (`wrong_old`), DatabaseUnavailable.
    """
    key = Key(f"password:{account.id}", OF_ACCOUNT)
    staff.throttle.count([key])
    if staff.accounts.password_is_right(account.login, password[:_MAX_PASSWORD]) is None:
        raise PasswordRefused(PasswordFault.WRONG_OLD)
    staff.throttle.forgive([key])


def forgive_attempts(staff: Staff, account: Account) -> None:
    """Whatever was counted against this account from strangers' browsers begins anew."""
    own = f"account:{staff.keyed('login', account.login)}"
    names = (own, f"code/{own}", f"password:{account.id}")
    staff.throttle.forgive(Key(name, OF_ACCOUNT) for name in names)


def known_browser(staff: Staff, login: str, now: datetime) -> str:
    """A new value by which this account's browser is known from now on."""
    nonce = secrets.token_hex(16)
    until = str(int((now + timedelta(days=BROWSER_DAYS)).timestamp()))
    return f"{nonce}.{until}.{_browser_mac(staff, login, nonce, until)}"


def _own_key(staff: Staff, login: str, came: From, now: datetime) -> Key:
    """What attempts on this login are counted under: the known browser, or all others together."""
    found = _KNOWN.fullmatch(came.browser)
    if found is not None:
        nonce, until, mac = found.groups()
        fits = hmac.compare_digest(mac, _browser_mac(staff, login, nonce, until))
        if fits and now < datetime.fromtimestamp(int(until), UTC):
            return Key(f"browser:{nonce}", OF_BROWSER)
    return Key(f"account:{staff.keyed('login', login)}", OF_ACCOUNT)


def _browser_mac(staff: Staff, login: str, nonce: str, until: str) -> str:
    message = f"skillcert/known-browser/v1\x00{tidy_login(login)}\x00{nonce}\x00{until}"
    return hmac.new(staff.secret, message.encode("utf-8", "surrogatepass"), "sha256").hexdigest()
