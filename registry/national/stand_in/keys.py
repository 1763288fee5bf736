"""The network's own signing key, made at the first start and kept beside its database.

It is a demonstration's key in a plain file that only its owner may read, and it protects nothing real.
"""

import os
import secrets
from pathlib import Path

from signing.encoding import b64url_encode
from signing.errors import KeyFileExposed
from signing.keys import KeyRole, SigningKey

KEY_FILE = "network.seed"
PUBLIC_FILE = "network.pub"


def network_key(data_dir: Path) -> SigningKey:
    """The key in that directory, made if it is not there. Its public half stands in `network.pub`.

    Raises: KeyFileExposed if others may read it.
    """
    data_dir.mkdir(parents=True, exist_ok=True)
    path = data_dir / KEY_FILE
    if not path.exists():
        _write_new(path, secrets.token_bytes(32))
    if path.stat().st_mode & 0o077:
        raise KeyFileExposed(KEY_FILE)
    key = SigningKey.from_seed(KeyRole.NATIONAL, path.read_bytes())
    (data_dir / PUBLIC_FILE).write_text(b64url_encode(key.public) + "\n", encoding="ascii")
    return key


def _write_new(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
