"""Who remembers the last audit notices a log that shrank or forked, though all of it is well signed."""

import errno
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from registry.ledger.append import append_keys
from registry.ledger.audit_report import Check, Finding, FindingCode
from registry.ledger.entries import ActKind
from registry.ledger.errors import AuditStateUnusable
from registry.ledger.key_history import RetirementReason, retirement
from registry.ledger.public_audit import PublicAudit
from registry.ledger.public_checkpoint import Anchors
from registry.ledger.public_state import remember, remembered
from registry.status import publish_status_lists
from signing.encoding import canonical_json
from signing.keys import KeyRole
from signing.notes import Checkpoint, parse_checkpoint, parse_note
from signing.outcomes import Outcome
from tests.outside.auditors import Waiting, audited, vkey
from tests.outside.conftest import Outside, opened
from tests.outside.serving import Answer
from tests.registry.ledger.builders import ORIGIN, START, a_record, seeded_key, small_register
from tests.registry.ledger.lived_in import STATUS_KEY, publish


@contextmanager
def a_log(directory: Path, name: str, *serials: int) -> Iterator[Outside]:
    """The site of a small log with these certificates; the same keys and the same clock every time."""
    small = small_register(directory / name)
    small.introduce(STATUS_KEY)
    small.approve([a_record(serial) for serial in serials])
    publish(small)
    with opened(small) as outside:
        yield outside


def head_of(audit: PublicAudit) -> Checkpoint:
    """The checkpoint that a clean audit was about."""
    assert audit.report.finding is None
    assert audit.note is not None
    return parse_checkpoint(parse_note(audit.note).text)


def finding_of(audit: PublicAudit) -> Finding:
    """What an audit found."""
    assert audit.report.finding is not None
    return audit.report.finding


def test_a_log_that_only_grew_is_proved_to_extend_the_last_audit(directory: Path) -> None:
    with a_log(directory, "log", 1, 2, 3) as outside:
        earlier = head_of(outside.audit())
        same = outside.audit(earlier=earlier)
        outside.small.approve([a_record(serial) for serial in range(4, 300)], 2)
        grown = outside.audit(earlier=earlier)
        later = outside.audit(earlier=head_of(grown))
    for audit in (same, grown, later):
        assert audit.report.finding is None
        assert {step.name: step.outcome for step in audit.report.steps}[Check.EARLIER_AUDIT] is Outcome.PASSED
    assert head_of(grown).size > earlier.size + 256


def test_a_shorter_log_is_a_finding_that_says_so(directory: Path) -> None:
    with a_log(directory, "long", 1, 2, 3) as outside:
        earlier = head_of(outside.audit())
    with a_log(directory, "short", 1, 2) as outside:
        found = finding_of(outside.audit(earlier=earlier))
    assert (found.code, found.check, found.place) == (
        FindingCode.LOG_SHRUNK,
        Check.EARLIER_AUDIT,
        "/log/checkpoint",
    )
    assert found.detail == {"size": str(earlier.size - 1), "remembered": str(earlier.size)}


def test_a_checkpoint_out_of_a_cache_is_no_shrunk_log(directory: Path) -> None:
    with a_log(directory, "log", 1, 2, 3) as outside:
        old = outside.audit().note
        outside.small.approve([a_record(4)], 2)
        earlier = head_of(outside.audit())
        kept = [old, old]
        outside.between.lies["/log/checkpoint"] = lambda honest: (
            Answer(200, kept.pop() or b"", {}) if kept else honest
        )
        waiting = Waiting()
        assert outside.audit(earlier=earlier, waiting=waiting).report.clean
        assert waiting.seconds == 12


@pytest.mark.parametrize("more", [(), tuple(range(7, 300))])
def test_another_history_of_the_same_or_more_length_is_a_fork(directory: Path, more: tuple[int, ...]) -> None:
    with a_log(directory, "one", 1, 2, 3) as outside:
        earlier = head_of(outside.audit())
    with a_log(directory, "other", 4, 5, 6, *more) as outside:
        assert outside.audit().report.clean
        found = finding_of(outside.audit(earlier=earlier))
    assert (found.code, found.place) == (FindingCode.LOG_FORKED, "/log/checkpoint")
    assert found.detail["size"] == str(earlier.size)
    assert found.detail["remembered_root"] == earlier.root.hex()


def test_a_register_that_goes_on_while_it_is_audited_is_clean(directory: Path) -> None:
    """Between the tree and the lists a certificate is annulled, and a key is introduced."""
    with a_log(directory, "log", 1, 2, 3) as outside:
        before = outside.small.published_size()
        certificate = before - 2 - 3
        busy = [True]

        def meanwhile(honest: Answer) -> Answer:
            if busy:
                busy.clear()
                outside.small.act(certificate, ActKind.ANNULLED)
                outside.small.introduce(seeded_key(KeyRole.CREDENTIAL, 50))
                publish(outside.small)
            return honest

        outside.between.lies["/log/vkey"] = meanwhile
        waiting = Waiting()
        report = outside.audit(waiting=waiting).report
        assert report.finding is None
        assert report.size == outside.small.published_size() > before
        assert (report.counts["act"], report.counts["checkpoint"]) == (1, 2)
        assert waiting.seconds > 0


def test_two_checkpoints_of_one_size_within_one_audit_are_a_fork(directory: Path) -> None:
    with a_log(directory, "one", 1, 2, 3) as one, a_log(directory, "other", 4, 5, 6) as other:
        lie: list[bytes] = []
        one.between.lies["/log/checkpoint"] = lambda honest: Answer(200, lie[0], {}) if lie else honest

        def turn(honest: Answer) -> Answer:
            lie.append(_checkpoint(other))
            return Answer(200, honest.body + b"\n", {})

        one.between.lies["/log/vkey"] = turn
        found = finding_of(one.audit())
    assert (found.code, found.place) == (FindingCode.LOG_FORKED, "/log/checkpoint")


def test_an_act_that_no_list_tells_of_is_reported_after_an_hour(directory: Path) -> None:
    with a_log(directory, "log", 1, 2, 3) as outside:
        certificate = outside.small.published_size() - 2 - 3
        outside.small.act(certificate, ActKind.ANNULLED)
        young = audited(outside.base, outside.anchors, outside.now).report
        assert young.finding is None
        old = audited(outside.base, outside.anchors, outside.now.replace(hour=outside.now.hour + 2)).report
    assert old.finding is not None
    assert (old.finding.code, old.finding.place) == (
        FindingCode.STATUS_LIST_STALE,
        "/status/revocation-0",
    )
    assert old.finding.detail == {"reason": "behind", "ordinal": "0"}


def test_a_list_that_no_entry_commits_to_is_not_believed(directory: Path) -> None:
    with a_log(directory, "listed", 1, 2) as outside:
        body = _get(outside, "/status/revocation-0")
    small = small_register(directory / "without")
    with opened(small) as outside:
        assert outside.audit().report.clean
        outside.between.lies["/status/revocation-0"] = lambda honest: Answer(200, body, {})
        found = finding_of(outside.audit())
    assert (found.code, found.place) == (FindingCode.STATUS_LIST_UNCOMMITTED, "/status/revocation-0")


def test_a_list_of_another_site_is_not_believed(directory: Path) -> None:
    small = small_register(directory / "log")
    small.introduce(STATUS_KEY)
    with small.reader() as reader:
        publish_status_lists(
            small.writer, reader, key=STATUS_KEY, web_origin="https://other.example", now=START
        )
    with opened(small) as outside:
        found = finding_of(outside.audit())
    assert (found.code, found.place) == (FindingCode.STATUS_LIST_MALFORMED, "/status/revocation-0")
    assert found.detail == {"reason": "origin"}


def test_keys_that_leaked_are_published_as_the_log_says(directory: Path) -> None:
    """A leaked log key leaves the list of verifier keys; another leaked key is marked in the DID document."""
    second, code = seeded_key(KeyRole.LOG, 7), seeded_key(KeyRole.QR, 8)
    with a_log(directory, "log", 1, 2, 3) as outside:
        small, earlier = outside.small, head_of(outside.audit())
        old = small.log_key
        small.writer = small.new_writer(old, second)
        small.introduce(second)
        small.introduce(code)
        reason = RetirementReason.COMPROMISED
        for leaked in (code, old):
            gone = retirement(log_origin=ORIGIN, identity=leaked.key_id, root=small.root, reason=reason)
            append_keys(small.writer, [gone])
        small.log_key = second
        publish(small)
        assert outside.audit(earlier=earlier).report.finding is None
        served = httpx.get(f"{outside.base}/log/vkey").text
        assert served == f"{vkey(second)}\n"
        assert "revoked" in httpx.get(f"{outside.base}/.well-known/did.json").text
        for address in ("/log/vkey", "/.well-known/did.json"):
            outside.between.lies = {address: _without_the_leak}
            assert finding_of(outside.audit()).code is FindingCode.KEYS_DIFFER
        outside.between.lies = {}
        stale = audited(outside.base, Anchors((vkey(old),)), outside.now).report.finding
        assert stale is not None
        assert stale.detail["reason"] == "unknown_signer"


def test_the_state_is_the_signed_checkpoint_itself_and_is_replaced_as_a_whole(
    outside: Outside, tmp_path: Path
) -> None:
    state = tmp_path / "state"
    assert remembered(state, ORIGIN) is None
    audit = outside.audit()
    assert audit.note is not None
    for _ in range(2):
        remember(state, audit.note)
        assert state.read_bytes() == audit.note
        assert remembered(state, ORIGIN) == head_of(audit)
        assert os.listdir(tmp_path) == ["state"]


def test_a_state_that_cannot_be_written_leaves_the_old_one(
    outside: Outside, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    state = tmp_path / "state"
    state.write_bytes(b"the last one")

    def full(handle: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AuditStateUnusable):
        remember(state, b"the next one")
    assert state.read_bytes() == b"the last one"
    assert os.listdir(tmp_path) == ["state"]


def test_anchors_of_another_log_do_not_fit_this_state(tmp_path: Path) -> None:
    state = tmp_path / "state"
    root, line = "A" * 43 + "=", "— log.example/skills AAAAAAAA"
    remember(state, f"log.example/skills\n1\n{root}\n\n{line}\n".encode())
    assert remembered(state, ORIGIN) is not None
    assert Anchors((vkey(seeded_key(KeyRole.LOG, 2)),)).log_origin == ORIGIN
    with pytest.raises(AuditStateUnusable):
        remembered(state, "other.example/log")


def _checkpoint(outside: Outside) -> bytes:
    with outside.small.reader() as reader:
        return reader.published()[1]


def _get(outside: Outside, address: str) -> bytes:
    return httpx.get(f"{outside.base}{address}").content


def _without_the_leak(honest: Answer) -> Answer:
    """The keys as before the leak was known."""
    if b"revoked" in honest.body:
        document = json.loads(honest.body)
        for method in document["verificationMethod"]:
            method.pop("revoked", None)
        return Answer(200, canonical_json(document), {})
    return Answer(200, honest.body + f"{vkey(seeded_key(KeyRole.LOG, 2))}\n".encode(), {})
