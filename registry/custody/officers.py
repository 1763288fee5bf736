"""The keys of a bureau that lie with the register, one file an officer, each under the officer's passphrase.

The passphrase is typed at each signature; it is kept, logged and echoed nowhere. Stretching it takes a tenth
of a second whether it is right or not. A key that its bureau keeps itself is never looked for here: with
custody `register` the signature is the operator's procedure, not the bureau's consent.
"""

import hmac
from typing import Protocol

from registry.custody.keys import NoActiveKey
from registry.ledger.entries import Entry, signed_by, text
from registry.ledger.errors import NotAdmitted, Refusal
from registry.ledger.key_history import Custody
from registry.register import Register
from registry.staff.throttle import OF_ACCOUNT, Key, Throttle
from signing.errors import KeyFileLocked, KeyFileMissing
from signing.key_files import KeyFile
from signing.keys import KeyRole, SigningKey

_LABEL = b"skillcert/signing/v1\x00"


class Officer(Protocol):
    """Who signs for a bureau."""

    @property
    def login(self) -> str:
        """For whom the key file was made."""
        ...


def unlock_bureau_key(
    register: Register, bureau: str, passphrase: bytes, *, login: str | None = None
) -> SigningKey:
    """The bureau's key that this passphrase opens, among those that may sign now and lie with the register.

    With `login` only that officer's own keys and those made for the bureau as a whole are tried.
    Raises: NoActiveKey, KeyFileMissing, KeyFileExposed; KeyFileLocked for a wrong passphrase.
    """
    history = register.ledger.key_history()
    active = {
        known.public
        for known in history.signers(KeyRole.BUREAU, register.clock(), bureau)
        if known.custody is Custody.REGISTER
    }
    if not active:
        raise NoActiveKey(KeyRole.BUREAU)
    directory = register.places.keys.bureau(bureau)
    files = [each for each in directory.of_role(KeyRole.BUREAU) if each.public in active]
    tried = [each for each in files if login is None or each.officer in ("", login)]
    if not tried:
        raise KeyFileMissing(KeyRole.BUREAU)
    for file in sorted(tried, key=_own_first):
        try:
            return directory.unlock(KeyRole.BUREAU, passphrase, name=file.name)
        except KeyFileLocked:
            continue
    raise KeyFileLocked(KeyRole.BUREAU)


def unlock_for(register: Register, officer: Officer, bureau: str, passphrase: bytes) -> SigningKey:
    """As `unlock_bureau_key`, for one officer at a page: attempts are counted like those to log in.

    Raises: LoginThrottled, and what `unlock_bureau_key` raises.
    """
    throttle = Throttle(register.desk_engine, register.clock)
    name = hmac.digest(register.link_secret(), _LABEL + officer.login.encode(), "sha256").hex()
    attempts = [Key(f"signing {name}", OF_ACCOUNT)]
    # Counted before it is tried, so that a hundred at once are a hundred.
    throttle.count(attempts)
    key = unlock_bureau_key(register, bureau, passphrase, login=officer.login)
    throttle.forgive(attempts)
    return key


def sign_content(
    register: Register, account: Officer, bureau: str, content: Entry, passphrase: bytes
) -> Entry:
    """The content under a key of that bureau, which this officer opens with the own passphrase.

    Raises: NotAdmitted if the content names another bureau, and what `unlock_for` raises.
    """
    if text(content, "bureau") != bureau:
        raise NotAdmitted(Refusal.KEY_OF_ANOTHER_BUREAU)
    key = unlock_for(register, account, bureau, passphrase)
    return signed_by(key, content, register.places.log_origin)


def _own_first(file: KeyFile) -> bool:
    return file.officer == ""
