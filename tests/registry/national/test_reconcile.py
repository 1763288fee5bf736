"""Whether the network holds what it confirmed: equal, different and where, or not to be known now."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from registry.national.findings import (
    ComparisonOutcome,
    DifferenceGroup,
    DifferenceKind,
    ExceptionGroup,
    Remedy,
    Waiting,
)
from registry.national.holdings import leaf
from registry.national.holdings_messages import parse_holdings
from registry.national.patience import Patience
from registry.national.reconcile import CouldNotCheck, Reconciled, reconcile
from registry.national.report import bound_nonce
from registry.national.rows import Reference, Row, RowAct, RowState
from registry.national.stand_in.answers import StoredAnswer
from registry.national.stand_in.database import Database
from registry.national.stand_in.faults import Fault, scripted
from registry.national.sync import sync_once
from signing.encoding import b64url_encode
from signing.inclusion import EMPTY_ROOT
from tests.builders.records import a_number, a_record
from tests.registry.national.builders import Switch, World, a_world
from tests.registry.national.network_builders import DATABASE
from tests.registry.national.row_builders import NOON, a_row, an_institution, without_record

EXACT, BUT_FOR, DIFFERS = ComparisonOutcome
MISSING, OLDER, NEWER, OTHER_CONTENT, SURPLUS = DifferenceKind
RESENT, WAITS, REPORTED = Remedy
ROWS: tuple[Row, ...] = (
    an_institution(),
    *(a_row(serial) for serial in range(2, 8)),
    a_row(2, 2, act=RowAct.CORRECTED),
)
LATEST = ROWS[-1]


@pytest.fixture
def world(running: tuple[Switch, str], tmp_path: Path) -> Iterator[World]:
    """Both sides with `ROWS` online: at entry 1 an institution, at 2 to 7 certificates, at 8 a correction."""
    with a_world(tmp_path, *running, rows=ROWS) as made:
        assert sync_once(made.sender).online == len(ROWS)
        yield made


def compared(world: World, *, heal: bool = True) -> Reconciled:
    result = reconcile(world.sender, heal=heal)
    assert isinstance(result, Reconciled), result
    return result


def assert_exact(result: Reconciled, healed: int) -> None:
    assert (result.outcome, result.differences, result.healed) == (EXACT, (), healed)


def happens(directory: Path, statement: str, *values: object) -> None:
    """Something happens to the network's database that nobody sent."""
    with closing(sqlite3.connect(directory / DATABASE)) as connection, connection:
        assert connection.execute(statement, values).rowcount > 0


def lose(directory: Path, row: Row) -> None:
    for table in ("held", "version", "certificate"):
        happens(directory, f"DELETE FROM {table} WHERE ref = ?", row.ref)


def test_both_sides_hold_exactly_the_same(world: World) -> None:
    result = compared(world)
    assert_exact(result, healed=0)
    assert result.theirs.value.ranges[0].range == result.ours
    assert (result.size, result.registered, result.ours.count) == (9, 7, 7)
    assert (result.exceptions, result.exchanges) == ((), 1)


def test_two_empty_sides_are_the_same(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running) as world:
        result = compared(world)
        assert_exact(result, healed=0)
        assert (result.ours.count, result.ours.root) == (0, EMPTY_ROOT)


def test_the_network_signs_an_answer_to_exactly_our_side(world: World) -> None:
    result = reconcile(world.sender, new_salt=lambda: bytes(16))
    assert isinstance(result, Reconciled)
    ours = bound_nonce(bytes(16), result.checkpoint, result.ours.count, result.ours.root)
    assert result.theirs.value.nonce == ours
    assert parse_holdings(result.theirs.kept.body) == result.theirs.value


def test_what_waits_or_was_turned_back_is_an_exception_and_no_difference(
    running: tuple[Switch, str], tmp_path: Path
) -> None:
    refused = a_row(3, record=a_record(number=a_number(3), id_type="299"))
    with a_world(tmp_path, *running, rows=[an_institution(), a_row(2), refused]) as world:
        sync_once(world.sender)
        world.outbox.rows += [a_row(4), a_row(2, 2, RowState.ANNULLED, RowAct.ANNULLED)]
        result = compared(world)
        assert (result.outcome, result.ours.count, result.registered) == (BUT_FOR, 2, 4)
        assert result.exceptions == (
            ExceptionGroup(Waiting.PENDING, "", False, (4,)),
            ExceptionGroup(Waiting.PENDING, "", True, (5,)),
            ExceptionGroup(Waiting.REJECTED, "identity_type_not_taken", False, (3,)),
        )


def test_it_adds_up_after_an_erasure(world: World) -> None:
    world.outbox.rows[6] = without_record(a_row(7))
    world.outbox.rows.append(a_row(7, 2, RowState.ERASED, RowAct.ERASED))
    assert compared(world).outcome is BUT_FOR
    sync_once(world.sender)
    result = compared(world)
    assert_exact(result, healed=0)
    assert result.ours.count == 7


def test_a_lost_certificate_is_found_and_sent_again_with_all_its_versions(
    world: World, tmp_path: Path
) -> None:
    before = world.held()
    lose(tmp_path, LATEST)
    found = compared(world, heal=False)
    assert found.outcome is DIFFERS
    assert found.differences == (DifferenceGroup(MISSING, REPORTED, (8,)),)
    assert_exact(compared(world), healed=1)
    assert world.held() == before
    assert_exact(compared(world), healed=0)


def test_what_is_not_healed_is_not_sent(world: World, tmp_path: Path) -> None:
    lose(tmp_path, LATEST)
    compared(world, heal=False)
    assert sync_once(world.sender).batches == 0


def test_a_network_that_lost_an_institution_and_its_certificates_gets_them_in_order(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("registry.national.reconcile._TOGETHER", 3)
    for table in ("held", "version", "certificate", "institution"):
        happens(tmp_path, f"DELETE FROM {table}")
    assert_exact(compared(world), healed=7)
    assert len(world.held()) == 7


def test_a_restored_backup_is_made_good(world: World, tmp_path: Path) -> None:
    Database(tmp_path / DATABASE).back_up()
    world.outbox.rows += [a_row(9), a_row(3, 2, RowState.ANNULLED, RowAct.ANNULLED), a_row(10)]
    assert sync_once(world.sender).online == 3
    before = world.held()
    Database(tmp_path / DATABASE).restore()
    found = compared(world, heal=False)
    assert found.differences == (
        DifferenceGroup(MISSING, REPORTED, (9, 11)),
        DifferenceGroup(OLDER, REPORTED, (10,)),
    )
    assert_exact(compared(world), healed=3)
    assert world.held() == before


def test_an_erased_certificate_stays_erased_when_a_backup_brings_it_back(
    world: World, tmp_path: Path
) -> None:
    Database(tmp_path / DATABASE).back_up()
    world.outbox.rows[6] = without_record(a_row(7))
    world.outbox.rows.append(a_row(7, 2, RowState.ERASED, RowAct.ERASED))
    sync_once(world.sender)
    Database(tmp_path / DATABASE).restore()
    assert world.held()[a_row(7).ref].state is RowState.VALID
    assert_exact(compared(world), healed=1)
    assert world.held()[a_row(7).ref].state is RowState.ERASED


@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        ("UPDATE held SET state = 'annulled', leaf = ? WHERE ref = ?", OTHER_CONTENT),
        ("UPDATE held SET commitment = zeroblob(32), leaf = ? WHERE ref = ?", OTHER_CONTENT),
        ("UPDATE held SET version = 9, leaf = ? WHERE ref = ?", NEWER),
    ],
)
def test_what_sending_does_not_settle_is_reported(
    world: World, tmp_path: Path, damage: str, kind: DifferenceKind
) -> None:
    happens(tmp_path, damage, b"", LATEST.ref)
    true_leaf = leaf(world.held()[LATEST.ref])
    happens(tmp_path, "UPDATE held SET leaf = ? WHERE ref = ?", true_leaf, LATEST.ref)
    result = compared(world)
    assert result.outcome is DIFFERS
    assert result.differences == (DifferenceGroup(kind, REPORTED, (8,)),)
    assert sync_once(world.sender).batches == 0


def test_what_the_register_never_had_is_named_by_its_reference(world: World, tmp_path: Path) -> None:
    stranger = replace(LATEST.held, ref=Reference(bytes(range(16))))
    happens(
        tmp_path,
        "INSERT INTO held (ref, version, commitment, state, leaf) VALUES (?, ?, ?, ?, ?)",
        *(stranger.ref, stranger.version, stranger.commitment, stranger.state.value, leaf(stranger)),
    )
    result = compared(world)
    reference = b64url_encode(stranger.ref)
    assert result.differences == (DifferenceGroup(SURPLUS, REPORTED, (), (reference,)),)


def test_what_the_network_took_without_our_knowing_goes_again_and_is_confirmed(world: World) -> None:
    world.outbox.rows += [a_row(9), a_row(10)]
    sync_once(world.sender)
    world.sender.keep_lease()
    world.sender.store.reopen([9])
    world.sender.store.set_aside(world.outbox.at([9])[0], "remote_failed", world.sender.holder, NOON)
    world.sender.store.reopen([10])
    found = compared(world, heal=False)
    assert found.differences == (
        DifferenceGroup(SURPLUS, REPORTED, (9,)),
        DifferenceGroup(SURPLUS, WAITS, (10,)),
    )
    assert_exact(compared(world), healed=2)


def test_what_was_lost_and_is_turned_back_now_becomes_an_exception(world: World, tmp_path: Path) -> None:
    lose(tmp_path, a_row(7))
    world.outbox.rows[6] = a_row(7, record=a_record(number=a_number(7), id_type="299"))
    result = compared(world)
    assert (result.outcome, result.healed) == (BUT_FOR, 1)
    assert result.exceptions == (ExceptionGroup(Waiting.REJECTED, "identity_type_not_taken", False, (7,)),)


def test_a_network_that_falls_silent_while_healing_leaves_what_was_found(
    world: World, running: tuple[Switch, str], tmp_path: Path
) -> None:
    lose(tmp_path, LATEST)
    switch = running[0]
    switch.fails_over = lambda path, body: path.endswith(("/batches", "/status"))
    result = compared(world)
    assert result.differences == (DifferenceGroup(MISSING, RESENT, (8,)),)
    switch.fails_over = lambda path, body: False
    sync_once(world.sender)
    assert_exact(compared(world), healed=0)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (Fault.UNSIGNED, "http_signature_refused"),
        (Fault.WRONG_KEY, "http_signature_refused"),
        (Fault.ALTERED_BODY, "http_signature_refused"),
    ],
)
def test_an_answer_that_cannot_be_believed_is_none(
    running: tuple[Switch, str], tmp_path: Path, fault: Fault, reason: str
) -> None:
    faults = scripted([None, *[fault] * 2])
    with a_world(tmp_path, *running, rows=ROWS, faults=faults, patience=Patience(attempts=2)) as world:
        sync_once(world.sender)
        assert reconcile(world.sender) == CouldNotCheck(reason)
        assert compared(world).outcome is EXACT


def test_an_answer_that_was_given_before_is_none(world: World, running: tuple[Switch, str]) -> None:
    """The network plays an old answer again: it is signed, and to another nonce."""
    before = compared(world)
    old = StoredAnswer(before.theirs.kept.body, dict(before.theirs.kept.fields))
    switch, true = running[0], running[0].app

    async def replaying(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].endswith("/holdings"):
            await Response(old.body, headers=old.fields)(scope, receive, send)
        else:
            assert true is not None
            await true(scope, receive, send)

    switch.app = replaying
    assert reconcile(world.sender) == CouldNotCheck("receipt_refused")


def test_parts_that_do_not_make_up_the_whole_are_no_comparison(world: World, tmp_path: Path) -> None:
    """The count of everything comes from elsewhere than its leaves: the network contradicts itself."""
    happens(tmp_path, "UPDATE held SET leaf = zeroblob(32) WHERE ref = ?", LATEST.ref)
    result = reconcile(world.sender)
    assert isinstance(result, CouldNotCheck)


def test_nothing_is_compared_while_a_batch_is_in_flight(running: tuple[Switch, str], tmp_path: Path) -> None:
    faults, patience = scripted([Fault.RESET_AFTER_COMMIT]), Patience(attempts=1)
    with a_world(tmp_path, *running, rows=ROWS, faults=faults, patience=patience) as world:
        sync_once(world.sender)
        assert reconcile(world.sender) == CouldNotCheck("batch_in_flight")
        sync_once(world.sender)
        assert compared(world).outcome is EXACT


def test_nothing_is_compared_while_another_sender_is_at_work(world: World) -> None:
    assert world.store.take_lease("worker-2", NOON, timedelta(seconds=60))
    assert reconcile(world.sender) == CouldNotCheck("sender_lease_lost")


def test_a_network_that_is_away_is_no_difference(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, patience=Patience(attempts=2)) as world:
        running[0].fails_over = lambda path, body: True
        assert reconcile(world.sender) == CouldNotCheck("http_500")
        again = replace(world.sender, holder="worker-2")
        assert again.store.take_lease("worker-2", world.clock.now(), timedelta(seconds=1))


def test_one_row_among_many_is_found_in_few_questions(running: tuple[Switch, str], tmp_path: Path) -> None:
    rows: list[Row] = [an_institution(), *(a_row(serial) for serial in range(2, 1_502))]
    with a_world(tmp_path, *running, rows=rows) as world:
        sync_once(world.sender)
        lose(tmp_path, rows[700])
        found = compared(world, heal=False)
        assert found.differences == (DifferenceGroup(MISSING, REPORTED, (701,)),)
        # Everything, its 16 parts of about 94, the 16 parts of the one that differs, its leaves.
        assert found.exchanges == 4
        assert_exact(compared(world), healed=1)


def test_a_network_that_goes_back_to_a_backup_while_it_is_asked_is_not_compared(
    world: World, running: tuple[Switch, str], tmp_path: Path
) -> None:
    Database(tmp_path / DATABASE).back_up()
    world.outbox.rows.append(a_row(9))
    sync_once(world.sender)
    lose(tmp_path, LATEST)
    asked = count()

    def restored_in_between(path: str, body: bytes) -> bool:
        if path.endswith("/holdings") and next(asked) == 1:
            Database(tmp_path / DATABASE).restore()
        return False

    running[0].fails_over = restored_in_between
    assert reconcile(world.sender) == CouldNotCheck("holdings_moved")
    assert_exact(compared(world), healed=1)
