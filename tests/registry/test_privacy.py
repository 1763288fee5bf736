"""No name and no identity number in plain: in no file of the data directory, not in the log, in no error."""

import json
import logging
import traceback
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from registry.errors import RegistryError
from registry.ledger.entries import ActKind
from registry.review.acts import ActReason
from registry.review.decide import Decision
from search.documents import CertificateDocument
from search.from_register import RegisterChanges
from tests.builders import a_number, an_id_number, form5_row
from tests.registry.filled import (
    CORRECTED_NAME,
    CORRECTED_TWICE,
    HOLDERS,
    PHONE,
    REPORTER,
    Scene,
    Story,
)

# Each of these is refused or flagged for another reason, so that findings of every kind are stored as well.
ODD = [
    form5_row(number=a_number(201), name="示例错码", id_number="430102199003074516"),
    form5_row(number=a_number(202), name="示例错型9", id_number=an_id_number(202)),
    form5_row(number=a_number(203), name="示例短号", id_number="43010219900307451"),
    form5_row(number=a_number(204), name="示例错证", id_type="227", id_number="430102199003074515"),
    form5_row(number=HOLDERS[Story.PLAIN].number, name="示例重号", id_number=an_id_number(205)),
    form5_row(number=a_number(206), name=HOLDERS[Story.PLAIN].name, id_number=HOLDERS[Story.PLAIN].id_number),
    form5_row(number="4301021990030745", name="示例十六", id_number=an_id_number(207)),
    form5_row(number=an_id_number(208), name="示例串列", id_number=a_number(208)),
    form5_row(number=a_number(209), name="示例别职", id_number=an_id_number(209), occupation="示例错职业"),
    form5_row(number=a_number(210), name="示例迟报", id_number=an_id_number(210), issued_on="2025-06-02"),
    form5_row(number=a_number(211), name="示例科学", id_number="4.30102E+17"),
]


def _private() -> set[str]:
    texts = {REPORTER, PHONE, CORRECTED_NAME, *CORRECTED_TWICE}
    for holder in HOLDERS.values():
        texts |= {holder.name, holder.id_number}
    for row in ODD:
        texts |= {row[0], row[2]}
    return texts


def _files(directory: Path) -> Iterator[Path]:
    return (path for path in directory.rglob("*") if path.is_file())


def _leaks(content: bytes) -> set[str]:
    encodings = ("utf-8", "utf-16-le", "gb18030")
    return {text for text, encoding in product(_private(), encodings) if text.encode(encoding) in content}


@pytest.fixture
def busy(scene: Scene) -> Scene:
    """The filled register with a batch of odd rows in it, its database still open (and its WAL there)."""
    received = scene.receive(ODD)
    flagged = {each.row for each in received.checked.rows if each.record is not None and each.findings}
    scene.approve(received.id, Decision(accepted_flags=frozenset(flagged)))
    return scene


def test_no_file_of_the_register_holds_a_name_or_an_identity_number(busy: Scene) -> None:
    files = list(_files(busy.directory))
    assert {"register.sqlite", "desk.sqlite"} <= {path.name for path in files}
    assert busy.places.register_file.with_name("register.sqlite-wal").stat().st_size > 0
    assert {path.name: leaks for path in files if (leaks := _leaks(path.read_bytes()))} == {}


def test_the_scan_would_find_what_it_looks_for(busy: Scene) -> None:
    busy.places.data_dir.joinpath("leak").write_bytes(b"..." + ODD[0][0].encode() + b"...")
    assert [path.name for path in _files(busy.directory) if _leaks(path.read_bytes())] == ["leak"]
    # What may stand in plain is found by the same scan.
    assert a_number(1).encode() in busy.places.register_file.read_bytes()


def test_the_log_holds_nothing_personal_and_no_number(busy: Scene) -> None:
    size = busy.register.ready()
    log = b"".join(busy.register.ledger.log.bodies(0, size)) + busy.register.checkpoint()
    assert _leaks(log) == set()
    for holder in HOLDERS.values():
        assert holder.number.encode() not in log
    for start in range(0, size, 256):
        bundle = busy.register.entry_bundle(start // 256, min(256, size - start))
        assert _leaks(bundle) == set()


def test_an_approval_entry_names_no_hash_of_the_files_that_anyone_could_guess(busy: Scene) -> None:
    entries = [json.loads(body) for body in busy.register.ledger.log.bodies(0, busy.register.ready())]
    macs = [each["form5"] for each in entries if each["type"] == "approval"]
    first, again = busy.receive(ODD[:1]), busy.receive(ODD[:1])
    assert first.id != again.id
    assert len(set(macs)) == len(macs)


def test_the_same_certificate_is_committed_differently_every_time(scene: Scene) -> None:
    row = form5_row(number=a_number(60), name="示例同人", id_number=an_id_number(60))
    other = form5_row(number=a_number(61), name="示例同人", id_number=an_id_number(60))
    received = scene.receive([row, other])
    flagged = frozenset(each.row for each in received.checked.rows if each.findings)
    scene.approve(received.id, Decision(accepted_flags=flagged))
    versions = [scene.register.ledger.records.versions(a_number(serial))[0] for serial in (60, 61)]
    openings = [scene.register.look_up.open(each) for each in versions]
    assert openings[0][0].id_number == openings[1][0].id_number
    assert openings[0][1] != openings[1][1]


def test_a_search_document_holds_masks_only(busy: Scene) -> None:
    changes = RegisterChanges(lambda: busy.register.look_up).changes_after(-1, 1_000)
    documents = [each.document for each in changes]
    certificates = [each for each in documents if isinstance(each, CertificateDocument)]
    assert len(certificates) >= len(Story)
    assert _leaks(repr(documents).encode()) == set()


def test_no_error_repeats_what_a_person_gave(busy: Scene) -> None:
    changes = [
        {"name": "示例错名9"},
        {"id_number": "430102199003074516"},
        {"issued_on": "一九九〇年三月"},
        {"employer": "示例某单位", "level": "1"},
    ]
    for change in changes:
        with pytest.raises(RegistryError) as refused:
            busy.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=change)
        said = "".join(traceback.format_exception_only(refused.value)) + repr(refused.value)
        assert [value for value in change.values() if len(value) > 1 and value in said] == []


def test_nothing_is_logged_while_a_batch_is_received_and_approved(
    scene: Scene, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level(logging.DEBUG):
        scene.receive(ODD)
    written = capfd.readouterr()
    assert _leaks((caplog.text + written.out + written.err).encode()) == set()
