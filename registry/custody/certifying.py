"""The X.509 certificates of the province's roots and of the sheet keys, issued once for each key.

A certificate stays where it is when its key is rotated: what it vouched for goes on verifying. A sheet key is
certified by the root that introduces it.
"""

from datetime import UTC, datetime, timedelta

from registry.places import Places
from signing.certificates import Subject, from_pem, issue_root, issue_sheet_certificate, to_pem
from signing.durable import write_whole
from signing.keys import KeyRole, SigningKey

_VALIDITY = timedelta(days=3650)
_BACKDATE = timedelta(minutes=5)


def certify(places: Places, key: SigningKey, root: SigningKey, now: datetime) -> None:
    """Issues the certificate of a root or a sheet key, unless it is there; other roles have none."""
    path = places.keys.certificate(key)
    if key.role not in (KeyRole.ROOT, KeyRole.SHEET) or path.exists():
        return
    begins, ends, name = (
        now.astimezone(UTC) - _BACKDATE,
        now.astimezone(UTC) + _VALIDITY,
        places.register_name,
    )
    if key.role is KeyRole.ROOT:
        der = issue_root(key, Subject(f"{name} 根证书", name), valid_from=begins, valid_until=ends)
    else:
        (authority,) = from_pem(places.keys.certificate(root).read_bytes())
        subject = Subject(f"{name} 电子证书签名", name)
        der = issue_sheet_certificate(
            key.public, subject, root, authority, valid_from=begins, valid_until=ends
        )
    path.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    write_whole(path, to_pem(der))
