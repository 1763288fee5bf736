"""The key of the optional ECDSA signature for PDF viewers: made once, with its certificate.

It is no key of the log: nothing that this product says rests on it, and no verifier of ours looks at it. The
root certifies it, so that a viewer shows whose file it is.
"""

from datetime import datetime, timedelta

from registry.custody.keys import KeyPlaces
from registry.places import Places
from signing.certificates import Subject, from_pem, issue_viewer_certificate, to_pem
from signing.durable import write_whole
from signing.key_files import SecretPurpose
from signing.keys import SigningKey
from signing.viewer_key import ViewerKey, ViewerSigner

_VALIDITY = timedelta(days=3650)
_BACKDATE = timedelta(minutes=5)


def make_viewer_key(places: Places, passphrase: bytes, root: SigningKey, now: datetime) -> ViewerSigner:
    """A new key with its certificate; from now on it signs for viewers. One whose making was cut off is kept.

    Raises: KeyFileExposed, KeyFileLocked.
    """
    directory, newest = places.keys.register, places.keys.newest_viewer_key()
    waiting = newest is not None and not _certificate_is_there(places.keys, passphrase, newest)
    name = newest if waiting and newest is not None else directory.next_name(SecretPurpose.VIEWER)
    if not waiting:
        directory.create_secret(SecretPurpose.VIEWER, passphrase, name=name)
    key = ViewerKey.from_secret(directory.unlock_secret(SecretPurpose.VIEWER, passphrase, name=name))
    (authority,) = from_pem(places.keys.certificate(root).read_bytes())
    der = issue_viewer_certificate(
        key.public,
        Subject(f"{places.register_name} 阅读器签名", places.register_name),
        root,
        authority,
        valid_from=now - _BACKDATE,
        valid_until=now + _VALIDITY,
    )
    path = places.keys.viewer_certificate(key.key_id)
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    write_whole(path, to_pem(der))
    return ViewerSigner(key, der)


def _certificate_is_there(keys: KeyPlaces, passphrase: bytes, name: str) -> bool:
    key = ViewerKey.from_secret(keys.register.unlock_secret(SecretPurpose.VIEWER, passphrase, name=name))
    return keys.viewer_certificate(key.key_id).is_file()
