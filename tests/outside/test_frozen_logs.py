"""A log that its province ended is audited as of its end, and nothing may stand behind that."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from registry.ledger.audit_report import FindingCode
from registry.ledger.public_audit import PublicAudit
from signing.frozen import FreezeReason, FrozenLog, frozen_statement
from signing.keys import KeyRole, SigningKey
from signing.notes import parse_checkpoint, parse_note
from tests.outside.auditors import audited
from tests.outside.conftest import Outside, opened
from tests.outside.serving import Answer, instead
from tests.registry.ledger.builders import a_record, seeded_key, small_register
from tests.registry.ledger.lived_in import STATUS_KEY, publish

FROZEN = "/log/frozen"
SUCCESSOR = "log.example/skills-2"


@pytest.fixture
def ending(directory: Path) -> Iterator[Outside]:
    """The site of a register of one certificate."""
    small = small_register(directory / "register")
    small.introduce(STATUS_KEY)
    small.approve([a_record(1)])
    publish(small)
    with opened(small) as outside:
        yield outside


def end_of(outside: Outside) -> FrozenLog:
    """What the province says when it ends the log where it stands."""
    with outside.small.reader() as reader:
        last = parse_checkpoint(parse_note(reader.published()[1]).text)
    return FrozenLog(last, FreezeReason.LOST, SUCCESSOR, outside.now, outside.small.root.public)


def long_after(outside: Outside, frozen: FrozenLog, root: SigningKey) -> PublicAudit:
    """An audit half a year later, when every list has run out, of a site that serves this statement."""
    outside.between.lies[FROZEN] = instead(Answer(200, frozen_statement(frozen, root)))
    return audited(outside.base, outside.anchors, outside.now + timedelta(days=180))


def test_the_lists_of_a_log_that_ended_are_judged_as_of_its_end(ending: Outside) -> None:
    frozen = end_of(ending)
    audit = long_after(ending, frozen, ending.small.root)

    assert audit.report.finding is None
    assert audit.frozen == frozen


def test_a_statement_that_is_kept_back_leaves_lists_that_ran_out(ending: Outside) -> None:
    audit = audited(ending.base, ending.anchors, ending.now + timedelta(days=180))

    assert audit.report.finding is not None
    assert audit.report.finding.code is FindingCode.STATUS_LIST_STALE
    assert ending.between.asked.count(FROZEN) <= 2


def test_a_log_that_goes_on_behind_its_end_is_found(ending: Outside) -> None:
    frozen = end_of(ending)
    ending.small.approve([a_record(2)], 2)
    finding = long_after(ending, frozen, ending.small.root).report.finding

    assert finding is not None
    assert (finding.code, finding.place) == (FindingCode.FROZEN_DIFFERS, FROZEN)
    assert finding.detail["ended_at"] == str(frozen.checkpoint.size)


def test_only_a_root_of_the_log_ends_it(ending: Outside) -> None:
    stranger = seeded_key(KeyRole.ROOT, 99)
    frozen = replace(end_of(ending), root_public=stranger.public)
    finding = long_after(ending, frozen, stranger).report.finding

    assert finding is not None
    assert finding.code is FindingCode.FROZEN_SIGNATURE


def test_an_altered_statement_is_found(ending: Outside) -> None:
    statement = bytearray(frozen_statement(end_of(ending), ending.small.root))
    statement[40] ^= 1
    ending.between.lies[FROZEN] = instead(Answer(200, bytes(statement)))
    finding = ending.finding()

    assert (finding.code, finding.place) == (FindingCode.FROZEN_MALFORMED, FROZEN)
