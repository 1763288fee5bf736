"""A checkpoint is the tree's root, signed by a log key that was active then, and by no stranger."""

import pytest

from registry.ledger.audit_checkpoints import CheckpointAudit
from registry.ledger.audit_report import Finding, Found
from registry.ledger.key_history import KeyHistory
from signing.encoding import parse_rfc3339
from signing.keys import KeyRole, SigningKey
from signing.notes import Checkpoint, Note, Signature, cosign, sign_checkpoint
from tests.registry.ledger.builders import ORIGIN, seeded_key
from tests.registry.ledger.test_key_history import AT, LOG, ROOT, history, introduced, retired

SECOND = seeded_key(KeyRole.LOG, 22)
STRANGER = seeded_key(KeyRole.LOG, 23)
WITNESS = seeded_key(KeyRole.WITNESS, 24)
TREE_ROOT = b"r" * 32
NOW = parse_rfc3339(AT)


BEFORE = history(introduced(ROOT))
ONE = history(introduced(ROOT), introduced(LOG))
OVERLAP = history(introduced(ROOT), introduced(LOG), introduced(SECOND))
ROTATED = history(introduced(ROOT), introduced(LOG), introduced(SECOND), retired(LOG))


def a_note(*signers: SigningKey, size: int = 5, root: bytes = TREE_ROOT, origin: str = ORIGIN) -> Note:
    return sign_checkpoint(Checkpoint(origin, size, root), signers)


def fault(note: Note | bytes, known: KeyHistory, size: int = 5) -> Finding:
    with pytest.raises(Found) as raised:
        check(note, known, size)
    return raised.value.finding


def check(note: Note | bytes, known: KeyHistory, size: int = 5) -> None:
    CheckpointAudit(ORIGIN).check(
        size, note if isinstance(note, bytes) else note.to_bytes(), TREE_ROOT, known, NOW
    )


def test_an_active_key_signs() -> None:
    check(a_note(LOG), ONE)
    check(a_note(SECOND), ROTATED)


def test_a_retired_or_unknown_key_alone_does_not() -> None:
    for note, known in ((a_note(LOG), ROTATED), (a_note(STRANGER), ONE), (a_note(SECOND), ONE)):
        assert fault(note, known).code == "checkpoint_signature"


def test_a_key_that_was_retired_before_that_size_may_not_sign_beside_the_active_one() -> None:
    assert fault(a_note(LOG, SECOND), ROTATED).code == "checkpoint_signature"


def test_during_an_overlap_both_keys_sign() -> None:
    check(a_note(SECOND, LOG), OVERLAP)
    for alone in (LOG, SECOND):
        assert fault(a_note(alone), OVERLAP).code == "checkpoint_signature"


def test_a_key_signs_nothing_before_it_is_valid() -> None:
    later = history(introduced(ROOT), introduced(LOG), introduced(SECOND, valid_from="2026-01-05T01:00:01Z"))
    check(a_note(LOG), later)
    assert fault(a_note(LOG, SECOND), later).code == "checkpoint_signature"


def test_a_line_that_nobody_can_account_for_is_found() -> None:
    note = a_note(LOG, STRANGER)
    assert fault(note, ONE).code == "checkpoint_signature"
    renamed = note.to_bytes().replace("— log.example/skills".encode(), "— log.example/skillz".encode(), 1)
    assert fault(renamed, ONE).code == "checkpoint_signature"


def test_witnesses_may_sign_beside_the_log() -> None:
    check(cosign(a_note(LOG), "witness.example/w1", WITNESS, 1_700_000_000), ONE)
    alone = Note(a_note(LOG).text, cosign(a_note(LOG), "witness.example/w1", WITNESS, 1).signatures[1:])
    assert fault(alone, ONE).code == "checkpoint_signature"


def test_every_line_of_a_log_key_must_hold() -> None:
    good, other = a_note(LOG), a_note(LOG, size=6)
    both = Note(good.text, (*good.signatures, *other.signatures))
    assert fault(both, ONE).code == "checkpoint_signature"


def test_another_root_or_size_is_no_checkpoint_of_this_tree() -> None:
    for note, offset in ((a_note(LOG, root=b"s" * 32), 22), (a_note(LOG, size=6), 19)):
        finding = fault(note, ONE)
        assert (finding.code, finding.offset) == ("checkpoint_root", offset)
        assert finding.detail == {"first": "0", "last": "4"}


def test_another_logs_text_under_this_logs_name_is_found() -> None:
    """The name on a signature line is not signed: the same key may have signed for another log."""
    foreign = Checkpoint("log.example/another", 5, TREE_ROOT).body()
    line = Signature(ORIGIN, a_note(LOG).signatures[0].key_hash, LOG.sign(foreign.encode()))
    finding = fault(Note(foreign, (line,)), ONE)
    assert (finding.code, finding.offset) == ("checkpoint_root", len("log.example/"))


def test_what_is_no_note_is_malformed() -> None:
    for stored in (b"", b"\xff", a_note(LOG).to_bytes() + b"\n", a_note(LOG).text.encode()):
        assert fault(stored, ONE).code == "checkpoint_malformed"


def test_checkpoints_from_before_the_first_log_key_wait_for_it() -> None:
    audit = CheckpointAudit(ORIGIN)
    audit.check(5, a_note(LOG).to_bytes(), TREE_ROOT, BEFORE, NOW)
    audit.check(6, a_note(LOG, size=6).to_bytes(), TREE_ROOT, ONE, NOW)
    audit.finish([])
    assert (audit.checked, audit.last_size) == (2, 6)


def test_a_stranger_did_not_sign_them_either() -> None:
    audit = CheckpointAudit(ORIGIN)
    audit.check(5, a_note(STRANGER).to_bytes(), TREE_ROOT, BEFORE, NOW)
    with pytest.raises(Found) as raised:
        audit.check(6, a_note(LOG, size=6).to_bytes(), TREE_ROOT, ONE, NOW)
    assert (raised.value.finding.code, raised.value.finding.key) == ("checkpoint_signature", "5")


def test_one_altered_byte_of_an_early_signature_is_named() -> None:
    stored = bytearray(a_note(LOG).to_bytes())
    at = stored.rindex(b" ") + 20
    stored[at] = ord("A") if stored[at] != ord("A") else ord("B")
    audit = CheckpointAudit(ORIGIN)
    audit.check(5, bytes(stored), TREE_ROOT, BEFORE, NOW)
    with pytest.raises(Found) as raised:
        audit.check(6, a_note(LOG, size=6).to_bytes(), TREE_ROOT, ONE, NOW)
    assert raised.value.finding.offset == at


def test_a_log_that_never_names_a_log_key_signed_nothing() -> None:
    audit = CheckpointAudit(ORIGIN)
    audit.check(5, a_note(LOG).to_bytes(), TREE_ROOT, BEFORE, NOW)
    with pytest.raises(Found) as raised:
        audit.finish([])
    assert (raised.value.finding.code, raised.value.finding.key) == ("checkpoint_signature", "5")
