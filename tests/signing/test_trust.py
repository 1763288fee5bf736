"""The trust folder."""

from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.form_errors import MalformedTrust
from signing.keys import KeyRole
from signing.notes import COSIGNATURE_TYPE, ED25519_TYPE, VerifierKey
from signing.status_list import StatusPurpose
from signing.trust import read_trust, trust_from_files
from tests.signing.sample_forms import DID, KEYS, LOG, NOW, ROOT, WITNESS, status_list, trust_files


def _write(folder: Path, files: dict[str, bytes]) -> None:
    for name, data in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)


def test_a_folder_is_read(tmp_path: Path) -> None:
    _write(tmp_path, {**trust_files(), "witnesses": f"# ours\nquorum 1\n{WITNESS}\n".encode()})
    trust = read_trust(tmp_path)
    assert (trust.keys.did, trust.root_certificates, trust.witnesses, trust.quorum) == (
        DID,
        (ROOT,),
        (WITNESS,),
        1,
    )
    assert [key.name for key in trust.log_keys] == [LOG]
    assert {each.purpose for each in trust.status_lists.values()} == set(StatusPurpose)


def test_without_witnesses_and_lists_it_is_still_a_trust_folder(tmp_path: Path) -> None:
    _write(tmp_path, {name: data for name, data in trust_files().items() if not name.startswith("status/")})
    trust = read_trust(tmp_path)
    assert (trust.quorum, trust.witnesses, dict(trust.status_lists)) == (0, (), {})


@pytest.mark.parametrize("name", ["log.vkey", "did.json", "root.pem"])
def test_a_missing_or_unreadable_anchor_is_named(tmp_path: Path, name: str) -> None:
    _write(tmp_path, trust_files())
    (tmp_path / name).write_bytes(b"\xff\xfe nonsense")
    with pytest.raises(MalformedTrust) as caught:
        read_trust(tmp_path)
    assert caught.value.file == name
    (tmp_path / name).unlink()
    with pytest.raises(MalformedTrust) as caught:
        read_trust(tmp_path)
    assert caught.value.file == name


def test_a_damaged_status_list_is_named() -> None:
    with pytest.raises(MalformedTrust) as caught:
        trust_from_files({**trust_files(), "status/x.json": b"{}"})
    assert caught.value.file == "status/x.json"


def test_of_two_copies_of_a_list_the_newer_one_counts() -> None:
    old = status_list(StatusPurpose.REVOCATION, [5], valid_from=NOW - timedelta(days=3))
    new = status_list(StatusPurpose.REVOCATION, valid_from=NOW - timedelta(days=1))
    for first, second in ((old, new), (new, old)):
        trust = trust_from_files(
            {**trust_files(), "status/revocation-0.json": first, "status/z.json": second}
        )
        assert not any(each.is_set(5) for each in trust.status_lists.values())


def test_a_past_log_key_stays_trusted_beside_the_current_one() -> None:
    past = VerifierKey(LOG, ED25519_TYPE, KEYS[KeyRole.ROOT].public)
    files = trust_files()
    files["log.vkey"] = f"{past}\n".encode() + files["log.vkey"]
    assert len(trust_from_files(files).log_keys) == 2


@pytest.mark.parametrize(
    "witnesses",
    [
        f"quorum 2\n{WITNESS}\n",
        f"quorum x\n{WITNESS}\n",
        f"quorum -1\n{WITNESS}\n",
        f"{WITNESS}\n{WITNESS}\n",
        f"{VerifierKey(WITNESS.name, ED25519_TYPE, WITNESS.public)}\n",
        "nonsense\n",
    ],
)
def test_a_witness_list_that_cannot_be_met_or_read_is_refused(witnesses: str) -> None:
    with pytest.raises(MalformedTrust) as caught:
        trust_from_files({**trust_files(), "witnesses": witnesses.encode()})
    assert caught.value.file == "witnesses"


def test_a_log_is_not_its_own_witness() -> None:
    own = VerifierKey("witness.example/own", COSIGNATURE_TYPE, KEYS[KeyRole.LOG].public)
    with pytest.raises(MalformedTrust) as caught:
        trust_from_files({**trust_files(), "witnesses": f"quorum 1\n{WITNESS}\n{own}\n".encode()})
    assert caught.value.file == "witnesses"


def test_a_log_key_of_a_witness_kind_is_refused() -> None:
    key = VerifierKey(LOG, COSIGNATURE_TYPE, KEYS[KeyRole.LOG].public)
    with pytest.raises(MalformedTrust):
        trust_from_files({**trust_files(), "log.vkey": str(key).encode()})


def test_a_file_too_large_to_be_an_anchor_is_refused(tmp_path: Path) -> None:
    _write(tmp_path, {**trust_files(), "did.json": bytes(2 << 20)})
    with pytest.raises(MalformedTrust):
        read_trust(tmp_path)


@given(st.sampled_from(["log.vkey", "did.json", "root.pem", "witnesses", "status/a"]), st.binary(max_size=60))
def test_arbitrary_files_are_read_or_the_rooms_own_error(name: str, data: bytes) -> None:
    try:
        trust_from_files({**trust_files(), name: data})
    except MalformedTrust:
        return
