"""A holder proves the identity number to anyone: two files, the standard library and published rules."""

import base64
import json
import subprocess
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from signing.credential import build_credential, identity_hash
from signing.data_integrity import JCS, RDFC, Suite
from signing.keys import KeyRole
from tests.signing import sample_forms as forms

ORDER = [
    *("number", "masked_name", "name", "id_type", "id_number", "employer", "occupation_code", "occupation"),
    *("job", "level", "issued_on", "institution", "issuer"),
]


def _credential(suite: Suite) -> Any:
    return json.loads(build_credential(forms.statement(), forms.KEYS[KeyRole.CREDENTIAL], suite))


def _extra(receipt: bytes) -> Any:
    (line,) = (each for each in receipt.decode().split("\n") if each.startswith("extra "))
    return json.loads(base64.b64decode(line.removeprefix("extra ")))


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


@pytest.mark.parametrize(
    ("identity", "salt", "published"),
    [
        (
            "a@example.com",
            "Kosher",
            "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
        ),
        (
            "jjefferson18@example.com",
            "FleurDeSel",
            "sha256$658625b25ab3d75d613ca97d9a5a77f70e2192feca5557f4ad09a4d4f121f5fc",
        ),
    ],
)
def test_the_examples_of_open_badges_hash_as_published(identity: str, salt: str, published: str) -> None:
    """Open Badges 3.0 appendix IdentityHash, and its implementation guide."""
    assert identity_hash(identity, salt) == published


@pytest.mark.parametrize("suite", [JCS, RDFC], ids=lambda suite: suite.name)
def test_the_full_receipt_proves_the_number_behind_the_hash(suite: Suite) -> None:
    identifiers = _credential(suite)["credentialSubject"]["identifier"]
    (hashed,) = (each for each in identifiers if each["hashed"])
    number, salt = _extra(forms.statement().full_receipt)["fields"]["id_number"]
    assert (number, hashed["identityType"]) == (forms.RECORD.id_number, "nationalIdentityNumber")
    assert hashed["identityHash"] == "sha256$" + sha256(f"{number}{salt}".encode()).hexdigest()
    assert hashed["identityHash"] != "sha256$" + sha256(f"110105194912310021{salt}".encode()).hexdigest()
    assert "salt" not in hashed
    assert salt not in json.dumps(_credential(suite))


def test_the_command_of_the_documentation_does_it(tmp_path: Path) -> None:
    told = (Path(__file__).parents[2] / "docs" / "electronic-certificates.md").read_text(encoding="utf-8")
    (command,) = (each for each in told.split("```") if "编号.full.tlog-proof 编号.json" in each)
    (tmp_path / "编号.full.tlog-proof").write_bytes(forms.statement().full_receipt)
    (tmp_path / "编号.json").write_text(json.dumps(_credential(JCS)), encoding="utf-8")
    run = ["sh", "-c", command.replace("python3", sys.executable, 1)]
    ran = subprocess.run(run, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=60)
    assert ran.stdout == f"{forms.RECORD.id_number} True\n"


def test_the_same_salt_opens_the_commitment_that_was_reviewed() -> None:
    """So it is the number that the bureau saw, and not one that the register put into the file."""
    extra = _extra(forms.statement().full_receipt)
    digests = b"".join(
        sha256(_unpadded(salt) + name.encode() + b"\x00" + value.encode()).digest()
        for name, (value, salt) in ((name, extra["fields"][name]) for name in ORDER)
    )
    commitment = sha256(b"skillcert/record/v1\x00" + digests).digest()
    assert commitment == _unpadded(json.loads(extra["entry"])["commitment"])


def test_without_the_salt_the_hash_is_noise() -> None:
    """The salt has 256 random bits; every number that could be meant would have to be tried with each."""
    _, salt = _extra(forms.statement().full_receipt)["fields"]["id_number"]
    assert len(_unpadded(salt)) == 32
    for receipt in (forms.statement().receipt_public, forms.statement().holder_receipt):
        assert salt not in json.dumps(_extra(receipt))
