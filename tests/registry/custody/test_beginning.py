"""How a register begins: once, whole however often it is cut off, every key under its own passphrase."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from cryptography import x509

from registry.custody.beginning import begin_bureau, begin_register, introduce_keys, migrate_all
from registry.custody.keys import REGISTER_ROLES
from registry.ledger.errors import GuardMissing
from registry.ledger.key_history import Custody
from registry.places import Places
from registry.register import Register
from signing.errors import KeyFileExposed, KeyFileLocked, KeyFileMissing
from signing.keys import KeyRole
from tests.registry.filled import PASSPHRASE, ROOT_PASSPHRASE, Scene, begin, places_in
from tests.registry.ledger.builders import CHANGSHA, StepClock

BUREAU_PASSPHRASE = b"passphrase of the bureau"


def _begin(places: Places, clock: Callable[[], datetime] | None = None) -> None:
    begin_register(places, passphrase=PASSPHRASE, root_passphrase=ROOT_PASSPHRASE, clock=clock or StepClock())


def _log(places: Places) -> list[dict[str, object]]:
    register = Register(places, PASSPHRASE, clock=StepClock())
    try:
        return [json.loads(body) for body in register.ledger.log.bodies(0, register.ready())]
    finally:
        register.close()


def test_a_register_begins_with_the_root_and_then_its_own_keys(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    entries = _log(places)
    assert [each["role"] for each in entries] == ["root", *REGISTER_ROLES]
    assert {each["type"] for each in entries} == {"key"}
    assert {each["custody"] for each in entries} == {"register"}


def test_beginning_again_changes_nothing(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    before = _log(places)
    kept = {path: path.read_bytes() for path in places.key_dir.rglob("*") if path.is_file()}
    _begin(places)
    assert _log(places) == before
    assert {path: path.read_bytes() for path in places.key_dir.rglob("*") if path.is_file()} == kept


class _PowerFailure(BaseException):
    """Ends the process at once."""


class _FailingClock(StepClock):
    """A clock at whose n-th look the power fails."""

    def __init__(self, looks: int) -> None:
        super().__init__()
        self.looks = looks

    def __call__(self) -> datetime:
        self.looks -= 1
        if self.looks < 0:
            raise _PowerFailure
        return super().__call__()


@pytest.mark.parametrize("looks", [0, 1, 2])
def test_a_beginning_that_was_cut_off_is_simply_run_again(tmp_path: Path, looks: int) -> None:
    places = places_in(tmp_path)
    with pytest.raises(_PowerFailure):
        _begin(places, _FailingClock(looks))
    _begin(places)
    assert [each["role"] for each in _log(places)] == ["root", *REGISTER_ROLES]


def test_a_wrong_passphrase_makes_no_second_set_of_keys(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    before = _log(places)
    with pytest.raises(KeyFileLocked):
        begin_register(places, passphrase=b"wrong", root_passphrase=ROOT_PASSPHRASE, clock=StepClock())
    with pytest.raises(KeyFileLocked):
        begin_register(places, passphrase=PASSPHRASE, root_passphrase=b"wrong", clock=StepClock())
    assert _log(places) == before


def test_each_custodian_opens_only_their_own_keys(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    begin_bureau(places, CHANGSHA, BUREAU_PASSPHRASE)
    keys = places.keys
    for directory, role, right in (
        (keys.root, KeyRole.ROOT, ROOT_PASSPHRASE),
        (keys.register, KeyRole.LOG, PASSPHRASE),
        (keys.bureau(CHANGSHA), KeyRole.BUREAU, BUREAU_PASSPHRASE),
    ):
        for passphrase in {ROOT_PASSPHRASE, PASSPHRASE, BUREAU_PASSPHRASE} - {right}:
            with pytest.raises(KeyFileLocked):
                directory.unlock(role, passphrase)
        assert directory.unlock(role, right).role is role


def test_no_key_lies_in_plain_or_open_to_others(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    keys = list(places.key_dir.rglob("*.key"))
    assert len(keys) == 1 + len(REGISTER_ROLES) + 4
    for path in keys:
        assert path.stat().st_mode & 0o077 == 0
        assert path.parent.stat().st_mode & 0o077 == 0
    assert not list(places.data_dir.rglob("*.key"))


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    (places.key_dir / "register" / "log-1.key").chmod(0o640)
    register = Register(places, PASSPHRASE)
    with pytest.raises(KeyFileExposed):
        register.writer()
    register.close()


def test_a_reader_needs_no_log_key(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    (places.key_dir / "register" / "log-1.key").unlink()
    register = Register(places, PASSPHRASE, clock=StepClock())
    assert register.ready() == 1 + len(REGISTER_ROLES)
    with pytest.raises(KeyFileMissing):
        register.writer()
    register.close()


def test_the_certificate_of_the_sheet_is_signed_by_the_root_and_says_who_signs(tmp_path: Path) -> None:
    places = places_in(tmp_path)
    _begin(places)
    certificates = places.key_dir / "certificates"
    root, sheet = (
        x509.load_pem_x509_certificate(path.read_bytes()) for path in sorted(certificates.iterdir())
    )
    sheet.verify_directly_issued_by(root)
    assert "示例登记平台" in sheet.subject.rfc4514_string()
    assert root.subject == root.issuer == sheet.issuer


def test_a_key_enters_the_log_once(tmp_path: Path) -> None:
    scene = begin(tmp_path)
    size = scene.register.ready()
    root = scene.places.keys.root.unlock(KeyRole.ROOT, ROOT_PASSPHRASE)
    introduce_keys(
        scene.register.writer(),
        list(scene.keys.values())[:1],
        root=root,
        custody=Custody.BUREAU,
        now=scene.clock(),
        bureau=CHANGSHA,
    )
    assert scene.register.ready() == size
    scene.close()


def test_a_register_without_its_guard_introduces_no_key(scene: Scene) -> None:
    guard = scene.places.keys.guard
    kept, size = guard.read_bytes(), scene.register.ready()
    guard.unlink()
    root = scene.places.keys.root.unlock(KeyRole.ROOT, ROOT_PASSPHRASE)
    key = begin_bureau(scene.places, "430300", BUREAU_PASSPHRASE)
    with pytest.raises(GuardMissing):
        introduce_keys(
            scene.register.writer(),
            [key],
            root=root,
            custody=Custody.REGISTER,
            now=scene.clock(),
            bureau="430300",
        )
    assert scene.register.ready() == size
    _begin(scene.places, scene.clock)
    assert not guard.exists()
    guard.write_bytes(kept)


def test_migrating_a_filled_register_again_changes_nothing(scene: Scene) -> None:
    before = scene.register.checkpoint()
    migrate_all(scene.places)
    assert scene.register.checkpoint() == before
