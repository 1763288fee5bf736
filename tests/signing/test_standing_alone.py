"""`signing/` copied elsewhere verifies by itself: that directory and third-party libraries are enough."""

import json
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

import signing
from signing.errors import CommitmentMismatch, InclusionMismatch
from tests.signing import sample_forms as forms

# What runs there: no site, so nothing that was installed for development leads back to the repository.
START = """
import json, sys

class Closed:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in {"registry", "search", "web", "tests"}:
            raise ImportError(f"{name} is not at hand")

sys.meta_path.insert(0, Closed())
sys.path[:0] = [sys.argv[1], *json.loads(sys.argv[2])]
import signing
assert signing.__file__.startswith(sys.argv[1]), signing.__file__
"""
RECEIPT = """
from pathlib import Path
from signing.inclusion import leaf_hash
from signing.notes import parse_vkey
from signing.receipts import check_receipt, parse_extra, parse_receipt, revealed_fields
from signing.statement import entry_commitment

receipt = parse_receipt(Path(sys.argv[3]).read_bytes())
entry, opening = parse_extra(receipt.extra)
check_receipt(receipt, leaf_hash(entry), parse_vkey(Path(sys.argv[4]).read_text().strip()))
fields = revealed_fields(opening, entry_commitment(entry))
ours = {name.partition(".")[0] for name in sys.modules} - set(sys.stdlib_module_names)
print(json.dumps({"number": fields["number"], "libraries": sorted(each for each in ours if each[0] != "_")}))
"""
FORM = """
from datetime import datetime
from pathlib import Path
from signing.trust import read_trust
from signing.verifier import verify

form, trust, now = Path(sys.argv[3]).read_bytes(), read_trust(Path(sys.argv[4])), sys.argv[5]
print(json.dumps(verify(form, trust, datetime.fromisoformat(now)).conclusion))
"""
MODULES = """
import importlib, pkgutil

for module in pkgutil.iter_modules(signing.__path__, "signing."):
    importlib.import_module(module.name)
print(json.dumps("all"))
"""


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    """A directory that holds nothing but a copy of `signing/`."""
    place = tmp_path / "elsewhere"
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(Path(signing.__path__[0]), place / "signing", ignore=ignored)
    return place


def _run(place: Path, program: str, *arguments: object) -> "subprocess.CompletedProcess[str]":
    libraries = json.dumps([sysconfig.get_path("purelib"), sysconfig.get_path("platlib")])
    command = [sys.executable, "-I", "-S", "-c", START + program, str(place), libraries, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, cwd=place, check=False, timeout=60)


def _answer(run: "subprocess.CompletedProcess[str]") -> object:
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_receipt_is_verified_with_two_libraries(elsewhere: Path, tmp_path: Path) -> None:
    receipt, vkey = tmp_path / "r.tlog-proof", tmp_path / "log.vkey"
    receipt.write_bytes(forms.public_receipt(forms.RECORD))
    vkey.write_bytes(forms.trust_files()["log.vkey"])
    answer = _answer(_run(elsewhere, RECEIPT, receipt, vkey))
    assert answer == {"number": forms.RECORD.number, "libraries": ["cryptography", "rfc8785", "signing"]}
    # And it really checks: another entry and another opening fail there too.
    other = forms.public_receipt(forms.named("示例乙"))
    line = [each.split(b"\n")[1] for each in (receipt.read_bytes(), other)]
    receipt.write_bytes(other.replace(line[1], line[0]))
    run = _run(elsewhere, RECEIPT, receipt, vkey)
    assert run.returncode == 1
    assert {InclusionMismatch.__name__, CommitmentMismatch.__name__} & set(
        run.stderr.replace(".", " ").split()
    )


def test_a_credential_is_verified_against_a_trust_folder(elsewhere: Path, tmp_path: Path) -> None:
    for name, data in forms.trust_files().items():
        (tmp_path / "trust" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "trust" / name).write_bytes(data)
    form = tmp_path / "form.json"
    form.write_bytes(forms.make_credential(forms.statement(), forms.FORM_KEYS))
    now = forms.NOW.isoformat()
    assert _answer(_run(elsewhere, FORM, form, tmp_path / "trust", now)) == "authentic_and_in_force"
    form.write_bytes(form.read_bytes().replace("电工".encode(), "焊工".encode()))
    assert _answer(_run(elsewhere, FORM, form, tmp_path / "trust", now)) == "not_authentic"


def test_no_module_of_the_room_needs_another_room(elsewhere: Path) -> None:
    assert _answer(_run(elsewhere, MODULES)) == "all"
