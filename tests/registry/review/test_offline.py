"""A bureau's own machine signs what it shows, and nothing else; what it signed enters the register."""

import random
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.ledger.key_history import Custody
from registry.review.bundle import BundleHead, BundleRow, read_bundle, write_bundle
from registry.review.bundling import bundle_head, bundle_rows
from registry.review.errors import BundleAltered, BundleDamaged, BundleLocked
from registry.review.offline import check_bundle, sign_bundle
from registry.review.offline_signature import read_signature
from registry.review.proposal import Proposal
from registry.review.publishing import publish_decision
from registry.review.record import read_decision
from registry.review.sample import DrawnFor, SampleResult, sample_seed
from registry.review.sealed_file import new_file_key, sealed, unsealed
from registry.review.signing import signed_elsewhere
from registry.storage.batch_rows import BatchRows
from registry.storage.sql import KeptReader
from signing.commitment import FIELDS, Seed, new_seed
from signing.keys import SigningKey
from tests.builders import a_number
from tests.registry.filled import Scene
from tests.registry.review.deciding import (
    LIU,
    a_return,
    an_approval,
    batches_of,
    begun,
    introduce,
    receive,
)

WORD = b"a passphrase for the way"
Bundle = tuple[BundleHead, list[BundleRow]]


def taken(scene: Scene, proposal: Proposal, account: str = LIU.id) -> Bundle:
    """What somebody of the bureau takes along, through the file and back."""
    with batches_of(scene) as batches:
        head = bundle_head(scene.register, account, proposal, batches)
        rows = bundle_rows(batches, scene.register.keys.vault, proposal.batch)
        return read_bundle(b"".join(write_bundle(head, rows, new_file_key(WORD))), WORD)


def drawn(scene: Scene, proposal: Proposal) -> Proposal:
    """The proposal with the sample that its batch gives."""
    with batches_of(scene) as batches:
        stored = batches.batch(proposal.batch)
    assert stored is not None
    seed = sample_seed(DrawnFor.BUREAU, stored.id, stored.form5_mac)
    sample = SampleResult(seed, 10, 1, (2,), (2,))
    return replace(proposal, body=replace(proposal.body, samples={DrawnFor.BUREAU: sample}))


def brought(scene: Scene, proposal: Proposal, bundle: Bundle, key: SigningKey) -> bytes:
    """Signs a bundle on the bureau's machine, and lets the register take the file; the batch."""
    scene.clock.now += timedelta(hours=1)
    file = sign_bundle(check_bundle(*bundle), key, scene.clock()).to_bytes()
    with batches_of(scene) as batches:
        record = signed_elsewhere(scene.register, LIU.id, proposal, batches, read_signature(file))
    publish_decision(scene.register, record)
    return proposal.batch


def test_what_a_bureau_signed_with_its_own_key_enters(scene: Scene) -> None:
    key = introduce(scene, custody=Custody.BUREAU)
    batch = receive(scene, 801, 802, 803, refused=804).id
    proposal = drawn(scene, an_approval(scene, batch, {3: "score_missing"}))
    brought(scene, proposal, taken(scene, proposal), key)
    assert scene.register.look_up.current(a_number(801)) is not None
    assert scene.register.look_up.current(a_number(802)) is None
    verdict = scene.register.verdict(a_number(801)).certificate
    assert verdict is not None
    assert verdict.custody == "bureau"
    assert scene.audit().finding is None


def test_a_return_is_signed_offline_as_well(scene: Scene) -> None:
    key = introduce(scene, custody=Custody.BUREAU)
    proposal = a_return(scene, receive(scene, 801, refused=802).id)
    batch = brought(scene, proposal, taken(scene, proposal), key)
    with batches_of(scene) as batches:
        kept = batches.decision(batch)
    assert kept is not None
    assert (read_decision(kept[1]).reason, read_decision(kept[1]).custody) == ("findings", Custody.BUREAU)
    assert scene.audit().finding is None


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Four rows of which one is rejected and one refused, and what is to be signed of them."""
    scene = begun(tmp_path_factory.mktemp("bundled") / "register")
    with closing(scene):
        introduce(scene, custody=Custody.BUREAU)
        batch = receive(scene, 801, 802, 803, refused=804).id
        return taken(scene, drawn(scene, an_approval(scene, batch, {3: "score_missing"})))


def entering(rows: Sequence[BundleRow]) -> list[int]:
    return [at for at, each in enumerate(rows) if each.record is not None and each.row != 3]


def test_the_bundle_as_it_came_is_what_would_be_signed(bundle: Bundle) -> None:
    checked = check_bundle(*bundle)
    assert [each.row for each in checked.approving] == [2, 4]
    assert [each.row for each in checked.rows] == [2, 3, 4, 5]


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_altered_field_of_a_row_that_would_enter_is_refused(bundle: Bundle, data: st.DataObject) -> None:
    head, rows = bundle
    at = data.draw(st.sampled_from(entering(rows)))
    field, text = data.draw(st.sampled_from(FIELDS)), data.draw(st.text(max_size=12))
    record = rows[at].record
    assert record is not None
    altered = replace(record, **{field: text})
    if altered == record:
        return
    with pytest.raises(BundleAltered):
        check_bundle(head, [*rows[:at], replace(rows[at], record=altered), *rows[at + 1 :]])


@settings(max_examples=20, deadline=None)
@given(st.binary(min_size=32, max_size=32))
def test_another_seed_is_refused(bundle: Bundle, seed: bytes) -> None:
    head, rows = bundle
    for at in entering(rows):
        with pytest.raises(BundleAltered) as refused:
            check_bundle(head, [*rows[:at], replace(rows[at], seed=Seed(seed)), *rows[at + 1 :]])
        assert refused.value.field == "root"


def _another_row(rows: list[BundleRow]) -> list[BundleRow]:
    return [*rows, replace(rows[0], row=99, seed=new_seed())]


def _a_refused_row_lifted(rows: list[BundleRow]) -> list[BundleRow]:
    return [*rows[:3], replace(rows[3], record=rows[0].record, seed=rows[0].seed)]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda rows: rows[1:], "rows"),
        (lambda rows: rows[:-1], "rows"),
        (_another_row, "rows"),
        (lambda rows: [rows[1], rows[0], *rows[2:]], "rows"),
        (lambda rows: [rows[0], rows[0], *rows[2:]], "rows"),
        (lambda rows: [replace(rows[0], record=None, seed=None), *rows[1:]], "refused"),
        (_a_refused_row_lifted, "refused"),
        (lambda rows: [replace(rows[0], findings=()), *rows[1:]], "accepted"),
    ],
)
def test_rows_that_were_left_out_or_put_in_are_found(
    bundle: Bundle, change: Callable[[list[BundleRow]], list[BundleRow]], field: str
) -> None:
    head, rows = bundle
    with pytest.raises(BundleAltered) as refused:
        check_bundle(head, change(rows))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("over", "field"),
    [
        ({"count": 3}, "count"),
        ({"count": -1}, "count"),
        ({"root": "A" * 43}, "root"),
        ({"batch": "A" * 22}, "batch"),
        ({"institution": "S000043990002"}, "institution"),
        ({"bureau": "430200"}, "bureau"),
        ({"form5": "A" * 43}, "samples"),
        ({"type": "act"}, "type"),
    ],
)
def test_an_altered_approval_is_not_signed(bundle: Bundle, over: dict[str, object], field: str) -> None:
    head, rows = bundle
    assert head.approval is not None
    approval = {**head.approval, **over}
    with pytest.raises(BundleAltered) as refused:
        check_bundle(replace(head, approval=approval), rows)  # type: ignore[arg-type]  # altered on purpose
    assert refused.value.field == field


@pytest.mark.parametrize(
    "over",
    [
        {"rejected": {}},
        {"rejected": {"score_missing": [2, 3]}},
        {"rejected": {"score_missing": [99]}},
        {"accepted": {"late_justified": [2]}},
        {"accepted": {"late_justified": [2, 3, 4]}},
        {"accepted": {"late_justified": [2, 4, 5]}},
        {"refused": 0},
        {"rows": 3},
        {"custody": "register"},
        {"kind": "returned"},
        {"batch": "A" * 22},
        {"samples": 1},
    ],
)
def test_an_altered_record_is_not_signed(bundle: Bundle, over: dict[str, object]) -> None:
    head, rows = bundle
    with pytest.raises(BundleAltered):
        check_bundle(replace(head, record={**head.record, **over}), rows)  # type: ignore[dict-item]


def test_a_wrong_passphrase_and_a_damaged_file_are_told_apart(bundle: Bundle) -> None:
    file = b"".join(write_bundle(*bundle, new_file_key(WORD)))
    with pytest.raises(BundleLocked):
        read_bundle(file, b"another")
    for damaged in (b"", file[:10], file[:60], b"x" + file, file[:-1] + bytes([file[-1] ^ 1])):
        with pytest.raises((BundleDamaged, BundleLocked)):
            read_bundle(damaged, WORD)
    assert read_bundle(file, WORD) == bundle


def test_nothing_personal_stands_in_the_file_and_in_the_signature(bundle: Bundle) -> None:
    file = b"".join(write_bundle(*bundle, new_file_key(WORD)))
    checked = check_bundle(*bundle)
    record = bundle[1][0].record
    assert record is not None
    for secret in (record.number, record.name, record.id_number):
        assert secret.encode() not in file
        assert secret not in repr(checked.record)


@pytest.mark.parametrize("length", [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000])
def test_a_sealed_file_opens_whole_or_not_at_all(length: int) -> None:
    content = random.Random(length).randbytes(length)
    file = b"".join(sealed(new_file_key(WORD), [content[:7], content[7:]]))
    assert b"".join(unsealed(WORD, file)) == content
    pieces = file[36:]
    cuts = [file[: 36 + cut] for cut in (16, 65_552, 131_104) if cut < len(pieces)]
    swapped = file[:36] + pieces[65_552:131_104] + pieces[:65_552] + pieces[131_104:]
    for damaged in (*cuts, *([swapped] if length >= 131_072 else []), file + b"x"):
        with pytest.raises((BundleDamaged, BundleLocked)):
            b"".join(unsealed(WORD, damaged))


def test_the_bundle_names_the_keys_that_the_bureau_keeps(tmp_path: Path) -> None:
    scene = begun(tmp_path / "register")
    with closing(scene), closing(KeptReader(scene.register.engine)) as reader:
        key = introduce(scene, custody=Custody.BUREAU)
        introduce(scene, "zhao")
        proposal = an_approval(scene, receive(scene, 801).id)
        head = bundle_head(scene.register, LIU.id, proposal, BatchRows(reader))
    assert head.keys == (key.key_id,)
    assert (head.digest, head.origin) == (proposal.digest, scene.places.log_origin)
