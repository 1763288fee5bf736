"""What an institution hands in: two files and what it says about them; the same again is known again."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from registry.storage.vault import Vault
from signing.encoding import Json, canonical_json

LONGEST_PLAN = 60


@dataclass(frozen=True)
class Upload:
    """A file as it was uploaded."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Circumstances:
    """What is said of an upload beside its files.

    `legacy` names the earlier review of certificates from before the register; `plan` is the assessment
    plan's reference on the supervision platform (监管平台), if the institution gives one; `previous` the
    batch whose place this one takes.

    Source: 2025-14 art. 17(1) for the plan.
    """

    prefix: str
    legacy: str = ""
    plan: str = ""
    previous: bytes | None = None


def upload_mac(vault: Vault, circumstances: Circumstances, form5: Upload, form4: Upload) -> bytes:
    """A keyed hash of everything that was handed in: equal for the same upload, telling nothing of it."""
    said: Mapping[str, Json] = {
        "prefix": circumstances.prefix,
        "legacy": circumstances.legacy,
        "plan": circumstances.plan,
        "previous": circumstances.previous.hex() if circumstances.previous else "",
        "files": [[each.name, sha256(each.content).hexdigest()] for each in (form5, form4)],
    }
    return vault.upload_mac(canonical_json(said))
