"""The audit says what it checked, finds what was altered, and names the place."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from registry.ledger.audit import audit
from registry.ledger.audit_report import STORED_CHECKS, AuditReport, Check, Finding, FindingCode, Phase
from registry.ledger.errors import LogNotFound
from registry.ledger.guard import Guard, TreeHead
from registry.storage.errors import DatabaseUnavailable
from registry.storage.migrate import Schema, migrate
from signing.keys import KeyRole
from signing.notes import ED25519_TYPE, VerifierKey
from signing.outcomes import Outcome
from tests.contracts.postgres import PostgresCluster
from tests.registry.ledger.builders import ORIGIN, SmallRegister, a_record, seeded_key
from tests.registry.ledger.lived_in import RETURNED, UPLOADED, lived_in
from tests.registry.ledger.tampering import altered


def outcomes(report: AuditReport) -> dict[Check, Outcome]:
    return {Check(step.name): step.outcome for step in report.steps}


def found(register: SmallRegister) -> Finding:
    finding = register.audited().finding
    assert finding is not None
    return finding


def test_a_register_in_which_everything_happened_is_clean(original: SmallRegister) -> None:
    report = original.audited()
    assert report.clean, report.finding
    assert outcomes(report) == dict.fromkeys(STORED_CHECKS, Outcome.PASSED) | {
        Check.WITNESSES: Outcome.NOT_CHECKED
    }
    assert (report.size, report.published_size) == (original.stored_size(), original.published_size())
    assert report.counts == {
        "entry": 310,
        "key": 9,
        "filing": 2,
        "approval": 3,
        "certificate": 284,
        "act": 8,
        "status": 4,
        "tile": 1,
        "checkpoint": 24,
        "erasure": 1,
        "record": 285,
        "record_opened": 285,
        "batch": 3,
    }
    with original.reader() as reader:
        assert report.root == reader.tree(report.size).root()


def test_the_same_on_postgresql(postgres_cluster: PostgresCluster, tmp_path: Path) -> None:
    address = postgres_cluster.address(postgres_cluster.new_database())
    register = lived_in(tmp_path / "register", database_url=address)
    report = register.audited()
    register.close()
    assert report.clean, report.finding
    assert outcomes(report).pop(Check.DATABASE) is Outcome.NOT_CHECKED
    assert report.counts["record_opened"] == 285


def test_what_was_not_checked_is_said(original: SmallRegister) -> None:
    report = audit(original.engine, log_origin=ORIGIN)
    assert report.clean
    skipped = {check for check, outcome in outcomes(report).items() if outcome is Outcome.NOT_CHECKED}
    assert skipped == {Check.RECORDS, Check.BATCHES, Check.GUARD, Check.WITNESSES}
    reasons = {step.name: step.reason for step in report.steps if step.outcome is Outcome.NOT_CHECKED}
    assert reasons == {
        "records": "no_vault",
        "batches": "no_vault",
        "guard": "no_guard",
        "witnesses": "no_policy",
    }


def test_after_a_finding_only_its_own_check_has_an_outcome(owned: SmallRegister) -> None:
    with altered(owned) as database:
        database.execute("UPDATE landmark SET type = 'act' WHERE idx = 3")
        database.commit()
        report = owned.audited()
    assert not report.clean
    assert outcomes(report) == dict.fromkeys(STORED_CHECKS, Outcome.NOT_CHECKED) | {
        Check.PROJECTIONS: Outcome.FAILED
    }
    failed = next(step for step in report.steps if step.outcome is Outcome.FAILED)
    assert (failed.reason, failed.detail["place"]) == ("row_differs", "landmark[3].type+0")
    assert owned.audited().clean


def test_progress_is_told_and_time_is_measured(original: SmallRegister) -> None:
    told: list[tuple[int, int]] = []
    ticks = iter(range(10_000))
    report = audit(
        original.engine,
        log_origin=ORIGIN,
        progress=lambda done, of: told.append((done, of)),
        stopwatch=lambda: float(next(ticks)),
    )
    assert told == [(310, 310)]
    assert all(report.seconds[phase] > 0 for phase in Phase)


def test_keys_trusted_from_elsewhere_must_have_signed(original: SmallRegister) -> None:
    def with_key(number: int, name: str = ORIGIN) -> AuditReport:
        vkey = VerifierKey(name, ED25519_TYPE, seeded_key(KeyRole.LOG, number).public)
        return audit(original.engine, log_origin=ORIGIN, vkeys=[vkey])

    assert with_key(7).clean
    for report in (with_key(2), with_key(99), with_key(7, "log.example/another")):
        assert report.finding is not None
        assert report.finding.code is FindingCode.CHECKPOINT_SIGNATURE
        assert report.finding.detail == {"reason": "vkey"}


def test_a_log_of_another_name_is_another_log(original: SmallRegister) -> None:
    report = audit(original.engine, log_origin="log.example/another")
    assert report.finding is not None
    assert report.finding.place == "entry[0].body"


def test_a_register_that_was_never_begun_is_not_a_clean_one(unaudited: SmallRegister, tmp_path: Path) -> None:
    empty = replace(unaudited, places=replace(unaudited.places, data_dir=tmp_path), engines=[])
    with pytest.raises(DatabaseUnavailable):
        audit(empty.engine, log_origin=ORIGIN)
    made = empty.places.register_engine(create=True)
    migrate(made, Schema.REGISTER)
    made.dispose()
    with pytest.raises(LogNotFound):
        audit(empty.engine, log_origin=ORIGIN)
    with pytest.raises(LogNotFound):
        audit(empty.engine, log_origin=ORIGIN, guard=Guard(tmp_path / "no-guard.json"))
    emptied = audit(empty.engine, log_origin=ORIGIN, guard=unaudited.guard)
    assert emptied.finding is not None
    assert emptied.finding.code is FindingCode.GUARD_MISMATCH


def test_a_guard_that_the_log_does_not_extend_is_found(original: SmallRegister, tmp_path: Path) -> None:
    head = original.guard.read(log_is_empty=False)
    guard = Guard(tmp_path / "guard.json")
    for wrong in (
        replace(head, root=bytes(32)),
        replace(head, size=head.size + 1),
        replace(head, size=head.size - 1),
        replace(head, origin="log.example/another"),
        TreeHead(ORIGIN, 0, bytes(32)),
    ):
        guard.write(wrong)
        report = audit(original.engine, log_origin=ORIGIN, guard=guard)
        assert report.finding is not None
        assert (report.finding.code, report.finding.table) == (FindingCode.GUARD_MISMATCH, "guard")


def test_a_guard_behind_what_is_published_is_found(original: SmallRegister, tmp_path: Path) -> None:
    size = original.published_size() - 1
    with original.reader() as reader:
        head = TreeHead(ORIGIN, size, reader.tree(size).root())
    guard = Guard(tmp_path / "guard.json")
    guard.write(head)
    report = audit(original.engine, log_origin=ORIGIN, guard=guard)
    assert report.finding is not None
    assert (report.finding.code, report.finding.key) == (FindingCode.GUARD_MISMATCH, str(size))


def test_a_missing_guard_is_found(original: SmallRegister, tmp_path: Path) -> None:
    report = audit(original.engine, log_origin=ORIGIN, guard=Guard(tmp_path / "guard.json"))
    assert report.finding is not None
    assert report.finding.code is FindingCode.GUARD_MISSING


ONE = "00" * 15 + "01"
UP, BACK = UPLOADED.hex(), RETURNED.hex()
ROWS = [
    ("DELETE FROM entry WHERE idx = 7", "entry_missing", "entry[7]"),
    ("DELETE FROM entry WHERE idx = 308", "entry_missing", "entry[308]"),
    ("DELETE FROM entry WHERE idx > 300", "guard_mismatch", "guard[310]"),
    ("INSERT INTO entry VALUES (-1, x'00')", "row_surplus", "entry[-1]"),
    ("INSERT INTO entry VALUES (310, x'00')", "entry_malformed", "entry[310].body+0"),
    ("UPDATE entry SET body = 'text' WHERE idx = 9", "entry_malformed", "entry[9].body"),
    ("UPDATE entry SET body = 'text' WHERE idx = 305", "entry_malformed", "entry[305].body"),
    ("DELETE FROM tile", "tile_missing", "tile[0/0]"),
    ("UPDATE tile SET root = x'00'", "tile_altered", "tile[0/0].root"),
    ("INSERT INTO tile SELECT 0, 1, root, hashes, above FROM tile", "tile_beyond_log", "tile[0/1]"),
    ("INSERT INTO tile SELECT 1, 0, root, hashes, above FROM tile", "tile_beyond_log", "tile[1/0]"),
    ("INSERT INTO tile SELECT 9, 0, root, hashes, above FROM tile", "tile_beyond_log", "tile[9/0]"),
    ("INSERT INTO tile SELECT -1, 0, root, hashes, above FROM tile", "tile_beyond_log", "tile[-1/0]"),
    ("UPDATE checkpoint SET size = 311 WHERE size = 310", "checkpoint_beyond_log", "checkpoint[311]"),
    ("UPDATE checkpoint SET size = 0 WHERE size = 1", "checkpoint_beyond_log", "checkpoint[0]"),
    ("UPDATE checkpoint SET size = 100 WHERE size = 288", "checkpoint_root", "checkpoint[100].note+19"),
    ("UPDATE checkpoint SET note = 'x'", "checkpoint_malformed", "checkpoint[1].note"),
    ("UPDATE checkpoint SET note = x'00' WHERE size = 3", "checkpoint_malformed", "checkpoint[3].note"),
    ("DELETE FROM landmark WHERE idx = 2", "row_missing", "landmark[2]"),
    ("DELETE FROM landmark WHERE idx = 309", "row_missing", "landmark[309]"),
    ("INSERT INTO landmark VALUES (20, 'certificate')", "row_surplus", "landmark[20]"),
    ("INSERT INTO landmark VALUES (310, 'act')", "row_surplus", "landmark[310]"),
    ("UPDATE approval SET count = count - 1", "row_differs", "approval[7].count"),
    ("UPDATE approval SET first_ordinal = 1 WHERE idx = 7", "row_differs", "approval[7].first_ordinal"),
    ("DELETE FROM approval WHERE idx = 7", "row_missing", "approval[7]"),
    ("DELETE FROM act WHERE idx = 288", "row_missing", "act[288]"),
    ("UPDATE act SET certificate = 12 WHERE idx = 288", "row_differs", "act[288].certificate"),
    ("UPDATE act SET ordinal = 0 WHERE idx = 288", "row_differs", "act[288].ordinal"),
    ("DELETE FROM status_list WHERE idx = 292", "row_missing", "status_list[292]"),
    ("UPDATE status_list SET name = 'revocation-1'", "row_differs", "status_list[292].name+11"),
    ("UPDATE status_list SET body = 'text'", "status_list_altered", "status_list[292].body"),
    ("DELETE FROM record WHERE idx = 9", "row_missing", "record[9]"),
    ("INSERT INTO record SELECT 310, 310, 9, 'x', x'', x'', x'', x''", "row_surplus", "record[310]"),
    ("INSERT INTO record SELECT 6, 6, 9, 'x', x'', x'', x'', x''", "row_surplus", "record[6]"),
    ("UPDATE record SET certificate = 8 WHERE idx = 9", "row_differs", "record[9].certificate"),
    ("UPDATE record SET version = 2 WHERE idx = 9", "row_differs", "record[9].version"),
    ("UPDATE record SET number = 'S' WHERE idx = 9", "record_differs", "record[9].number+1"),
    ("UPDATE record SET number = 'S' WHERE idx = 295", "record_differs", "record[295].number+1"),
    ("UPDATE record SET sealed = 'text' WHERE idx = 9", "seal_broken", "record[9].sealed"),
    ("UPDATE record SET sealed = 7 WHERE idx = 9", "seal_broken", "record[9].sealed"),
    (f"UPDATE decision SET approved = 0 WHERE batch = x'{ONE}'", "row_differs", f"decision[{ONE}].approved"),
    (f"DELETE FROM decision WHERE batch = x'{ONE}'", "row_missing", f"decision[{ONE}]"),
    ("INSERT INTO decision VALUES (x'ff', 1, '', '')", "row_surplus", "decision[ff]"),
    ("UPDATE decision SET content = '{}' WHERE approved = 0", "row_differs", f"decision[{BACK}].content"),
    ("UPDATE decision SET content = '[' WHERE approved = 0", "row_differs", f"decision[{BACK}].content"),
    ("UPDATE decision SET approved = 1 WHERE approved = 0", "row_surplus", f"decision[{BACK}]"),
    ("UPDATE batch SET prefix = 'S000043990009'", "row_differs", f"batch[{UP}].prefix"),
    ("UPDATE batch SET legacy = ''", "row_differs", f"batch[{UP}].legacy"),
    ("UPDATE batch SET form5 = form4", "seal_broken", f"batch[{UP}].form5"),
    ("UPDATE batch_row SET refused = 0", "row_differs", f"batch_row[{UP}/4].refused"),
    ("UPDATE batch SET received_on = '2026-01-06'", "row_differs", f"batch[{UP}].received_on"),
    ("UPDATE batch SET findings = '[0]', mac = mac || x'00'", "row_differs", f"batch[{UP}].mac"),
    ("UPDATE batch_row SET flagged = 1 - flagged", "row_differs", f"batch_row[{UP}/3].flagged"),
    ("UPDATE batch_row SET findings = 7", "row_differs", f"batch_row[{UP}/3].findings"),
    ('UPDATE batch_row SET "row" = 99 WHERE "row" = 6', "row_differs", f"batch_row[{UP}/99]"),
    ('UPDATE batch_row SET "row" = 1 << 40 WHERE "row" = 6', "row_differs", f"batch_row[{UP}/{1 << 40}].row"),
    ('DELETE FROM batch_row WHERE "row" = 4', "row_missing", f"batch_row[{UP}]"),
    ("DELETE FROM erasure", "row_missing", "erasure[297]"),
    ("UPDATE erasure SET certificate = 9", "row_surplus", "erasure[297]"),
    ("UPDATE erasure SET number_mac = zeroblob(32)", "row_differs", "erasure[297].number_mac"),
    ("UPDATE erasure SET ground = 'none'", "row_differs", "erasure[297].ground"),
    ("UPDATE erasure SET ground = 'other_law'", "row_differs", "erasure[297].ground"),
    ("DELETE FROM erased_place", "row_differs", "erased_place[297]"),
    ("UPDATE erased_place SET idx = 296", "row_differs", "erased_place[297]"),
    (
        "INSERT INTO record SELECT 14, 14, 1, 'x', commitment, sealed, person, named_person FROM record "
        "WHERE idx = 9",
        "row_differs",
        "record[14].commitment+0",
    ),
]


@pytest.mark.parametrize(("change", "code", "place"), ROWS, ids=[row[2] for row in ROWS])
def test_a_row_removed_added_or_altered_is_found_at_its_place(
    owned: SmallRegister, change: str, code: str, place: str
) -> None:
    with altered(owned) as database:
        assert database.execute(change).rowcount > 0
        database.commit()
        finding = found(owned)
    assert (finding.code, finding.place) == (code, place)


def test_numbers_are_compared_without_the_vault_too(owned: SmallRegister) -> None:
    for change, place in (
        ("UPDATE record SET number = 'S' || substr(number, 2) || 'x' WHERE idx = 295", "record[295].number"),
        ("UPDATE record SET number = 'X' || number WHERE idx = 9", "record[9].number"),
    ):
        with altered(owned) as database:
            database.execute(change)
            database.commit()
            report = audit(owned.engine, log_origin=ORIGIN)
        assert report.finding is not None
        assert (report.finding.code, report.finding.place) == (FindingCode.RECORD_DIFFERS, place)


def test_two_certificates_with_one_number_are_found(owned: SmallRegister) -> None:
    with altered(owned) as database:
        _without_unique_keys(database)
        (number,) = database.execute("SELECT number FROM record WHERE idx = 9").fetchone()
        database.execute("UPDATE record SET number = ? WHERE idx = 20", (number,))
        database.commit()
        report = audit(owned.engine, log_origin=ORIGIN)
    assert report.finding is not None
    assert (report.finding.code, report.finding.place) == (FindingCode.NUMBER_REPEATED, "record[20].number")


def test_records_exchanged_between_two_certificates_are_found(owned: SmallRegister) -> None:
    with altered(owned) as database:
        (sealed,) = database.execute("SELECT sealed FROM record WHERE idx = 9").fetchone()
        database.execute("UPDATE record SET sealed = ? WHERE idx = 20", (sealed,))
        database.commit()
        finding = found(owned)
    assert (finding.code, finding.place) == (FindingCode.SEAL_BROKEN, "record[20].sealed")


def test_an_index_that_lies_is_found(owned: SmallRegister) -> None:
    """A look-up by number goes through an index: if that is damaged, a real certificate is "not found"."""
    with altered(owned) as database:
        (root,) = database.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_act_certificate'"
        ).fetchone()
        (page_size,) = database.execute("PRAGMA page_size").fetchone()
        database.close()
        content = bytearray(owned.places.register_file.read_bytes())
        # The number of cells on the index's page: one certificate's acts are forgotten.
        content[(root - 1) * page_size + 4] -= 1
        owned.places.register_file.write_bytes(content)
        finding = found(owned)
    assert (finding.code, finding.check) == (FindingCode.DATABASE_DAMAGED, Check.DATABASE)


def test_a_damaged_file_is_found_not_called_unavailable(owned: SmallRegister) -> None:
    with altered(owned) as database:
        (root,) = database.execute("SELECT rootpage FROM sqlite_master WHERE name = 'entry'").fetchone()
        (page_size,) = database.execute("PRAGMA page_size").fetchone()
        database.close()
        content = bytearray(owned.places.register_file.read_bytes())
        content[(root - 1) * page_size : (root - 1) * page_size + 12] = b"\xff" * 12
        owned.places.register_file.write_bytes(content)
        finding = found(owned)
    assert finding.code is FindingCode.DATABASE_DAMAGED


def test_a_database_that_does_not_answer_says_nothing_about_the_log(unaudited: SmallRegister) -> None:
    unaudited.close()
    unaudited.places.register_file.rename(unaudited.places.data_dir / "elsewhere")
    unaudited.places.register_file.mkdir()
    with pytest.raises(DatabaseUnavailable):
        audit(unaudited.engine, log_origin=ORIGIN)


def test_a_register_in_use_is_audited_as_of_one_moment(unaudited: SmallRegister) -> None:
    other = unaudited.reopened()

    def meanwhile(done: int, of: int) -> None:
        other.approve([a_record(900)], 900)

    unaudited.approve([a_record(serial) for serial in range(1, 50)], 1)
    size = unaudited.stored_size()
    report = audit(
        unaudited.engine,
        log_origin=ORIGIN,
        guard=unaudited.guard,
        vault=unaudited.vault,
        progress=meanwhile,
    )
    assert report.clean, report.finding
    assert (report.size, unaudited.stored_size()) == (size, size + 2)


def _without_unique_keys(database: sqlite3.Connection) -> None:
    """The record table as an owner makes it who wants a number twice."""
    database.executescript(
        "CREATE TABLE other AS SELECT * FROM record; DROP TABLE record; ALTER TABLE other RENAME TO record;"
    )
