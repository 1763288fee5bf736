"""A bureau that keeps its key: made on its own machine, used on it, and only signatures come back."""

import json
import os
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from registry.intake.row_index import RowIndex
from registry.review.bundle import write_bundle
from registry.review.bundling import bundle_head, bundle_rows
from registry.review.laying import BatchOutline, lay_on_desk
from registry.review.proposal import Proposal, Proposals
from registry.review.propose import Desk, Request, propose
from registry.review.sample import SampleRule
from registry.review.sealed_file import new_file_key
from registry.staff.trail import Trail
from registry.storage.batch_rows import BatchRows
from registry.storage.draft_reads import DraftReads
from registry.storage.sql import KeptReader
from tests.web_cli.commands import Commands
from tests.web_cli.house import BUREAU, House
from web.cli.opening import opened

LOG_ORIGIN = "skills.example/skillcert"
WORD, OWN = "审核包在路上的口令", "长沙局自己的密钥口令"
ACCOUNT = "account-liu"
WRONG_CHECK = "430102199003074516"


class Elsewhere:
    """The bureau's own machine: an empty directory, the same program, no register."""

    def __init__(self, act: Commands, directory: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.directory = directory
        directory.mkdir()
        self._act, self._monkeypatch = act, monkeypatch
        for name, text in (("own.txt", OWN), ("word.txt", WORD), ("wrong.txt", "不是这个口令吧")):
            (directory / name).write_text(f"{text}\n", encoding="utf-8")

    def __call__(self, *arguments: str | Path) -> "tuple[int, str, str]":
        """Runs a command with nothing of the register in reach."""
        with self._monkeypatch.context() as patched:
            for name in [each for each in os.environ if each.startswith("SKILLCERT_")]:
                patched.delenv(name)
            patched.chdir(self.directory)
            ran = self._act(*arguments)
        return ran.code, ran.out, ran.err

    @property
    def key(self) -> Path:
        """Its key directory."""
        return self.directory / "key"

    def make_key(self) -> Path:
        """Makes the key; the request for the province."""
        code, _, err = self(
            "keys", "offline-key", BUREAU, "--log-origin", LOG_ORIGIN, "--directory", self.key,
            "--bureau-passphrase-file", "own.txt",
        )  # fmt: skip
        assert code == 0, err
        return self.key / "request.json"

    def review(self, bundle: Path, *options: str | Path, word: str = "word.txt") -> "tuple[int, str, str]":
        """Looks at a bundle."""
        words = ("--bundle-passphrase-file", word, "--bureau-passphrase-file", "own.txt")
        return self("review", "--offline-bundle", bundle, *words, *options)


@pytest.fixture
def elsewhere(act: Commands, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Elsewhere:
    return Elsewhere(act, tmp_path / "elsewhere", monkeypatch)


@pytest.fixture
def certified(act: Commands, house: House, elsewhere: Elsewhere) -> Elsewhere:
    """With a key that the province certified."""
    assert certify(act, house, elsewhere.make_key()) == 0
    return elsewhere


def certify(act: Commands, house: House, request: Path, bureau: str = BUREAU) -> int:
    root = ("--root-passphrase-file", house.passphrase("root.txt"))
    return act("keys", "bureau", bureau, "--request", request, *root, "--json").code


def proposed(house: House, batch: str, change: Callable[[Proposal], Proposal] | None = None) -> bytes:
    """What the desk hands out for a batch once it was prepared there: the bundle's bytes."""
    identity = bytes.fromhex(batch)
    with (
        opened() as register,
        closing(KeptReader(register.engine)) as reader,
        closing(KeptReader(register.desk_engine)) as desk_reader,
    ):
        batches = BatchRows(reader)
        stored = batches.batch(identity)
        assert stored is not None
        outline = BatchOutline(identity, stored.form5_mac, RowIndex.decoded(stored.row_index))
        lay_on_desk(register.desk_engine, outline, SampleRule(0, 0))
        desk = Desk(
            register.look_up, register.desk_engine, batches, DraftReads(desk_reader), Proposals(desk_reader)
        )
        made = propose(desk, Request(identity, 0, "account-wang", datetime.now(UTC)))
        head = bundle_head(register, ACCOUNT, change(made) if change else made, batches)
        rows = bundle_rows(batches, register.keys.vault, identity)
        return b"".join(write_bundle(head, rows, new_file_key(WORD.encode())))


def a_bundle(act: Commands, house: House, elsewhere: Elsewhere, *serials: int) -> tuple[str, Path]:
    """A batch that waits, and its bundle on the bureau's machine."""
    rows = [house.row(serial) for serial in serials]
    batch = house.intake(act, *rows, house.row(99, id_number=WRONG_CHECK)).value["batch"]
    path = elsewhere.directory / "批次.bundle"
    path.write_bytes(proposed(house, batch))
    return batch, path


def test_a_bureau_signs_on_its_own_machine_and_its_signature_lets_the_batch_in(
    act: Commands, house: House, certified: Elsewhere
) -> None:
    batch, bundle = a_bundle(act, house, certified, 1, 2)
    code, out, err = certified.review(bundle, "--key", certified.key, "--rows")
    assert code == 0, err
    assert "通过 2 行" in out
    assert "示例" in out
    signature = certified.directory / "批次.signature.json"
    brought = act("review", batch, "--signature", signature, "--json")
    assert (brought.code, brought.value["certificates"], brought.value["custody"]) == (0, 2, "bureau")
    assert act("verify", house.number(1)).code == 0
    again = act("review", batch, "--signature", signature, "--json")
    assert again.code == 0
    assert act("keys", "list").out.count("由审核机关保管") == 1
    with opened() as register:
        kept = {(each.act, each.subject) for each in Trail(register.desk_engine).newest(20)}
    assert ("review.decided", batch) in kept
    assert "key.certified" in {act for act, _ in kept}


def test_without_a_key_it_only_looks(act: Commands, house: House, certified: Elsewhere) -> None:
    _, bundle = a_bundle(act, house, certified, 1, 2)
    listed = certified.directory / "rows.csv"
    code, out, _ = certified.review(bundle, "--csv", listed, "--json")
    told = json.loads(out)
    assert (code, told["signed"], told["approving"], told["refused"]) == (0, False, 2, 1)
    assert house.number(1) in listed.read_text(encoding="utf-8-sig")
    assert not list(certified.directory.glob("*.signature.json"))


def test_a_wrong_passphrase_or_a_damaged_bundle_signs_nothing(
    act: Commands, house: House, certified: Elsewhere
) -> None:
    _, bundle = a_bundle(act, house, certified, 1)
    code, out, err = certified.review(bundle, "--key", certified.key, word="wrong.txt")
    assert (code, "bundle_locked" in err) == (1, True)
    bundle.write_bytes(bundle.read_bytes()[:-1])
    code, out, err = certified.review(bundle, "--key", certified.key)
    assert (code, out) == (1, "")
    assert not list(certified.directory.glob("*.signature.json"))


def test_a_key_that_the_province_did_not_certify_signs_nothing(
    act: Commands, house: House, certified: Elsewhere, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, bundle = a_bundle(act, house, certified, 1)
    other = Elsewhere(act, tmp_path / "other", monkeypatch)
    other.make_key()
    code, _, err = certified.review(bundle, "--key", other.key)
    assert (code, "key_unknown" in err) == (1, True)


def test_the_signature_of_another_batch_lets_nothing_in(
    act: Commands, house: House, certified: Elsewhere
) -> None:
    first, bundle = a_bundle(act, house, certified, 1)
    signature = certified.directory / "first.json"
    assert certified.review(bundle, "--key", certified.key, "--out", signature)[0] == 0
    second, _ = a_bundle(act, house, certified, 2)
    size = house.size
    assert act("review", second, "--signature", signature).error == "proposal_stale"
    assert act("review", first, "--signature", certified.directory / "own.txt").error == (
        "malformed_signature_file"
    )
    assert house.size == size


def test_the_province_certifies_only_what_fits(
    act: Commands, house: House, elsewhere: Elsewhere, tmp_path: Path
) -> None:
    request = elsewhere.make_key()
    assert certify(act, house, request, "430200") == 1
    altered = tmp_path / "altered.json"
    altered.write_bytes(request.read_bytes().replace(b'"custody":"bureau"', b'"custody":"register"'))
    assert certify(act, house, altered) == 1
    altered.write_bytes(request.read_bytes().replace(b'"bureau":"430100"', b'"bureau":"430200"'))
    assert certify(act, house, altered, "430200") == 1
    size = house.size
    assert certify(act, house, request) == 0
    assert certify(act, house, request) == 0
    assert house.size == size + 1
