"""The log checked by programs that share no code with ours; where one is missing, the skipped test says so.

- the Go program `fsck` of transparency-dev/tessera for any C2SP tlog-tiles log, which fetches checkpoint,
  bundles and tiles itself and is built on golang.org/x/mod/sumdb/note; found on the PATH
- the checkpoint and Merkle verification of the PyPI package `sigstore`
- the tree of the PyPI package `pymerkle`
"""

import base64
import os
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.outside.auditors import vkey
from tests.outside.conftest import Outside
from tests.outside.serving import Answer
from tests.registry.ledger.builders import a_record

_DEADLINE_SECONDS = 60
# With one worker this program waits for ever after a mismatch, when more tiles are still to be compared.
_WORKERS = 16


def tiles_fsck() -> str:
    """The program's path. Debian's file system checker has the same name and is passed over."""
    for directory in os.environ.get("PATH", "").split(os.pathsep):
        found = shutil.which("fsck", path=directory)
        if found is None:
            continue
        said = subprocess.run([found, "--help"], capture_output=True, text=True, timeout=_DEADLINE_SECONDS)
        if "tlog-tiles" in said.stdout + said.stderr:
            return found
    pytest.skip(
        "NOT CHECKED by a Go program: no fsck for tlog-tiles logs (transparency-dev/tessera) on the PATH"
    )


@pytest.fixture(scope="module")
def fsck(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Outside], tuple[bool, str]]:
    """Runs the Go program on a site: whether it was content, and what it said."""
    program = tiles_fsck()
    key_file = tmp_path_factory.mktemp("fsck") / "log.vkey"

    def run(outside: Outside) -> tuple[bool, str]:
        key_file.write_text(str(vkey(outside.small.log_key)), encoding="utf-8")
        options = [f"--storage_url={outside.base}/log/", f"--public_key={key_file}", f"-N={_WORKERS}"]
        ran = subprocess.run(
            [program, *options, "--ui=false", "--logtostderr"],
            capture_output=True,
            text=True,
            timeout=_DEADLINE_SECONDS,
        )
        # Its exit code is 0 whatever it finds.
        return "Successfully fsck'd log" in ran.stderr, ran.stderr

    return run


Fsck = Callable[[Outside], tuple[bool, str]]


def test_a_go_program_accepts_the_log(outside: Outside, fsck: Fsck) -> None:
    content, said = fsck(outside)
    assert content, said
    assert f"size {outside.small.published_size()} and root" in said
    edge = outside.small.published_size() - 256
    assert {
        "/log/checkpoint",
        "/log/tile/entries/000",
        f"/log/tile/entries/001.p/{edge}",
        "/log/tile/0/000",
        f"/log/tile/0/001.p/{edge}",
        "/log/tile/1/000.p/1",
    } <= set(outside.between.asked)


@pytest.mark.parametrize(
    "address",
    [
        "/log/checkpoint",
        "/log/tile/0/000",
        "/log/tile/1/000.p/1",
        "/log/tile/entries/000",
        "/log/tile/entries/001.p/{edge}",
        "/log/tile/0/001.p/{edge}",
    ],
)
def test_a_go_program_rejects_the_log_when_one_byte_is_altered(
    outside: Outside, fsck: Fsck, address: str
) -> None:
    def lie(honest: Answer) -> Answer:
        body = bytearray(honest.body)
        body[20] ^= 1
        return Answer(200, bytes(body), {})

    outside.between.lies[address.format(edge=outside.small.published_size() - 256)] = lie
    content, said = fsck(outside)
    assert not content
    assert "fsck failed" in said or "Failed" in said or "Exit" in said or "but checkpoint claims" in said


@pytest.fixture(scope="module")
def sigstore() -> SimpleNamespace:
    """The parts of the PyPI package that verify a log."""
    reason = "NOT CHECKED by a PyPI package: sigstore is not installed (it is in the dev extra)"
    merkle = pytest.importorskip("sigstore._internal.merkle", reason=reason)
    return SimpleNamespace(
        verify_merkle_inclusion=merkle.verify_merkle_inclusion,
        checkpoint=pytest.importorskip("sigstore._internal.rekor.checkpoint", reason=reason),
        trust=pytest.importorskip("sigstore._internal.trust", reason=reason),
        common=pytest.importorskip("sigstore_models.common.v1", reason=reason),
        refusal=pytest.importorskip("sigstore.errors", reason=reason).VerificationError,
    )


def keyring(sigstore: SimpleNamespace, public: bytes) -> Any:
    """Its key ring with one Ed25519 key."""
    der = Ed25519PublicKey.from_public_bytes(public).public_bytes(
        Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    )
    key = sigstore.common.PublicKey(
        raw_bytes=base64.b64encode(der), key_details=sigstore.common.PublicKeyDetails.PKIX_ED25519
    )
    return sigstore.trust.Keyring([key])


def log_entry(answered: dict[str, Any], key_hash: bytes, *, root: bytes, size: int) -> Any:
    """A certificate's public evidence in the shape in which that package keeps its own."""
    proof = SimpleNamespace(
        log_index=answered["index"],
        tree_size=size,
        root_hash=root,
        hashes=[base64.b64decode(each) for each in answered["proof"]],
        checkpoint=SimpleNamespace(envelope=answered["checkpoint"]),
    )
    inner = SimpleNamespace(
        inclusion_proof=proof,
        canonicalized_body=answered["leaf"].encode(),
        log_id=SimpleNamespace(key_id=key_hash),
    )
    return SimpleNamespace(_inner=inner)


def test_a_pypi_package_accepts_what_the_site_says_of_a_certificate(
    outside: Outside, sigstore: SimpleNamespace
) -> None:
    log_key = vkey(outside.small.log_key)
    ring = keyring(sigstore, log_key.public)
    for serial in (1, 150, 280):
        found = httpx.get(f"{outside.base}/api/v1/certificates/{a_record(serial).number}").json()["entry"]
        _, size, root = found["checkpoint"].split("\n")[:3]
        entry = log_entry(found, log_key.key_hash, root=base64.b64decode(root), size=int(size))
        sigstore.checkpoint.verify_checkpoint(ring, entry)
        sigstore.verify_merkle_inclusion(entry)


def test_a_pypi_package_refuses_an_altered_leaf_proof_root_signature_and_key(
    outside: Outside, sigstore: SimpleNamespace
) -> None:
    log_key = vkey(outside.small.log_key)
    ring = keyring(sigstore, log_key.public)
    found = httpx.get(f"{outside.base}/api/v1/certificates/{a_record(7).number}").json()["entry"]
    _, size, root_text = found["checkpoint"].split("\n")[:3]
    root = base64.b64decode(root_text)

    def altered(**fields: Any) -> Any:
        return log_entry({**found, **fields}, log_key.key_hash, root=root, size=int(size))

    proof = [base64.b64encode(bytes(32)).decode(), *found["proof"][1:]]
    for entry in (altered(leaf=found["leaf"] + " "), altered(index=found["index"] ^ 1), altered(proof=proof)):
        with pytest.raises(sigstore.refusal):
            sigstore.verify_merkle_inclusion(entry)
    forged = found["checkpoint"].replace(f"\n{size}\n", f"\n{int(size) + 1}\n")
    for entry, keys in (
        (altered(checkpoint=forged), ring),
        (altered(), keyring(sigstore, bytes([9]) * 32)),
        (log_entry(found, log_key.key_hash, root=bytes(32), size=int(size)), ring),
    ):
        with pytest.raises(sigstore.refusal):
            sigstore.checkpoint.verify_checkpoint(keys, entry)


def test_another_pypi_package_makes_the_same_root_of_the_served_entries(outside: Outside) -> None:
    pymerkle = pytest.importorskip("pymerkle", reason="NOT CHECKED by pymerkle: it is not installed")
    tree = pymerkle.InmemoryTree(algorithm="sha256")
    size = outside.small.published_size()
    for address in ("000", f"001.p/{size - 256}"):
        data = httpx.get(f"{outside.base}/log/tile/entries/{address}").content
        while data:
            length = int.from_bytes(data[:2], "big")
            tree.append_entry(data[2 : 2 + length])
            data = data[2 + length :]
    served = httpx.get(f"{outside.base}/log/checkpoint").text.split("\n")
    assert (tree.get_size(), base64.b64encode(tree.get_root()).decode()) == (size, served[2])
    assert int(served[1]) == size


def test_the_packages_are_those_that_are_pinned() -> None:
    """What was checked by which version is to be known from the lock alone."""
    lock = (Path(__file__).parents[2] / "requirements.lock").read_text(encoding="utf-8")
    for package in ("sigstore", "pymerkle"):
        try:
            installed = version(package)
        except ModuleNotFoundError:
            continue
        assert f"{package}=={installed} " in lock
