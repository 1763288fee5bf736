"""A batch's electronic certificates in a folder: whole files, resumed where it stopped, never out of date."""

import fcntl
from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.bulk import NOTES, BatchNotRegistered, BulkReport, FolderBusy, FolderUnfit, LeftOut, make_batch
from registry.electronic import ElectronicCertificates, Form
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from signing.encoding import b64url_decode
from signing.outcomes import Outcome
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.registry.filled import HOLDERS, Scene, Story

FORMS = (Form.PDF, Form.FULL_RECEIPT)


def _batch(scene: Scene, story: Story) -> bytes:
    """The batch with which the story's certificate entered."""
    certificate = scene.register.ledger.records.versions(HOLDERS[story].number)[0].certificate
    return b64url_decode(str(scene.register.ledger.approval_of(certificate)[1]["batch"]))


def _made(scene: Scene, folder: Path, forms: tuple[Form, ...] = FORMS) -> BulkReport:
    return make_batch(scene.register, _batch(scene, Story.PLAIN), folder, forms)


def _files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.name != NOTES}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where they go: made by the first run, and left without a half-written file."""
    path = tmp_path / "made" / "here"
    yield path
    assert not list(path.glob("*.new"))


def test_every_certificate_in_force_has_its_files_and_every_file_verifies(told: Scene, folder: Path) -> None:
    report = _made(told, folder)
    files, trust = _files(folder), trust_from_files(told.register.trust_files())
    assert report.made == len(files) == 2 * (report.certificates - report.left_out.total())
    assert report.left_out[LeftOut.ANNULLED] >= 1
    assert not any(HOLDERS[Story.ANNULLED].number in name for name in files)
    for name, content in files.items():
        report_of = verify(content, trust, told.clock())
        assert report_of.signed is Outcome.PASSED
        assert name.startswith(report_of.fields["number"])
    assert not any(path.stat().st_mode & 0o077 for path in (folder, *folder.glob("S*")))


def test_a_second_run_makes_nothing_and_leaves_every_byte(told: Scene, folder: Path) -> None:
    first = _made(told, folder)
    before, notes = _files(folder), (folder / NOTES).read_text()
    again = _made(told, folder)
    assert (again.made, again.kept) == (0, first.made)
    assert (_files(folder), (folder / NOTES).read_text()) == (before, notes)


@pytest.mark.parametrize("after", [0, 1, 3])
def test_a_run_that_was_cut_off_goes_on_and_ends_with_the_same_files(
    told: Scene, folder: Path, tmp_path: Path, after: int
) -> None:
    whole = _made(told, tmp_path / "whole")

    class Cut(Exception):
        """The end of the process."""

    def cut(*_: int) -> None:
        # By files: where those stand that are left out is random.
        if len(_files(folder)) > after:
            raise Cut

    with pytest.raises(Cut):
        make_batch(told.register, _batch(told, Story.PLAIN), folder, FORMS, cut)
    with (folder / NOTES).open("a") as notes:
        notes.write("S0000439900012")  # a line that the power cut off
    again = _made(told, folder)
    assert again.kept > 0
    assert again.made + again.kept == whole.made
    assert _files(folder) == _files(tmp_path / "whole")
    assert _made(told, folder).made == 0


def test_a_file_that_is_gone_and_a_form_that_is_new_are_made(told: Scene, folder: Path) -> None:
    _made(told, folder, (Form.PDF,))
    (folder / f"{HOLDERS[Story.PLAIN].number}.pdf").unlink()
    report = _made(told, folder)
    assert report.made == report.kept + 2
    assert (folder / f"{HOLDERS[Story.PLAIN].number}.pdf").is_file()


def test_a_certificate_that_was_acted_on_since_is_made_anew(scene: Scene, folder: Path) -> None:
    _made(scene, folder, (Form.PDF,))
    before = _files(folder)
    scene.act(Story.PLAIN, ActKind.REISSUED, ActReason.LOST_OR_DAMAGED)
    report = _made(scene, folder, (Form.PDF,))
    changed = [name for name, content in _files(folder).items() if before.get(name) != content]
    assert (report.made, changed) == (1, [f"{HOLDERS[Story.PLAIN].number}.pdf"])


def test_what_is_made_in_bulk_is_what_the_holder_downloads(told: Scene, folder: Path) -> None:
    _made(told, folder)
    certificate = told.register.ledger.records.versions(HOLDERS[Story.PLAIN].number)[0].certificate
    for form in FORMS:
        own = told.register.electronic(certificate, form.value).content
        assert (folder / f"{HOLDERS[Story.PLAIN].number}.{form}").read_bytes() == own


def test_a_sheet_that_no_font_can_draw_is_named_and_the_others_are_made(
    told: Scene, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    maker = ElectronicCertificates(told.places, told.register.keys)
    lacking = bytearray(maker._sheets._fonts.drawable)
    lacking[ord("春")] = 0
    object.__setattr__(maker._sheets._fonts, "drawable", bytes(lacking))
    monkeypatch.setattr(told.register, "_electronic", maker)
    report = _made(told, folder, (Form.PDF,))
    assert report.undrawable == {HOLDERS[Story.PLAIN].number: ord("春")}
    assert report.made == report.certificates - report.left_out.total() - 1


def test_an_unknown_batch_another_run_and_an_unfit_folder_are_told_apart(
    told: Scene, folder: Path, tmp_path: Path
) -> None:
    with pytest.raises(BatchNotRegistered):
        make_batch(told.register, bytes(16), folder, FORMS)
    assert not folder.exists()
    folder.mkdir(parents=True)
    with (folder / NOTES).open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(FolderBusy):
            _made(told, folder)
    (tmp_path / "file").write_text("")
    with pytest.raises(FolderUnfit):
        _made(told, tmp_path / "file")
    for foreign in ("somebody's own list\n1,2,3\n", "姓名\n"):
        (folder / NOTES).write_text(foreign, encoding="utf-8")
        with pytest.raises(FolderUnfit):
            _made(told, folder)
        assert (folder / NOTES).read_text(encoding="utf-8") == foreign
