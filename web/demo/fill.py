"""Fills an empty data directory the honest way: every step is the use case that a user's input takes.

Only the clock is the demo's own: it stands at the planned day of each upload, so that dates are believable,
and at the real time in the end.
"""

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from registry.custody.beginning import begin_bureau, begin_register, introduce_keys
from registry.filing.import_file import read_filings
from registry.filing.model import filing_on
from registry.filing.record import record_filings
from registry.intake.receive import ReceivedBatch, Rulebook, Upload, load_rulebook, receive_batch
from registry.ledger.admission import CIVIL_TIME, PROVINCE
from registry.ledger.key_history import Custody
from registry.ledger.writer import LogWriter
from registry.places import Places
from registry.register import Register, utc_now
from registry.requests.model import Party, Who
from registry.review.acts import ActReason
from registry.review.decide import Decision
from registry.review.perform import (
    acting_bureaus,
    approve_batch,
    perform_act,
    record_return,
    responsible_bureau,
    return_batch,
)
from registry.review.reasons import AcceptReason, RejectReason
from registry.rules.bureaus import BUREAUS
from registry.staff.model import StaffRole
from registry.storage.batch_rows import BatchRows, insert_batch
from registry.storage.sql import KeptReader
from signing.keys import KeyRole, SigningKey
from web.demo.accounts import make_accounts
from web.demo.drafts import Decision as PlannedDecision
from web.demo.files import write_old_files, write_samples, write_workbooks
from web.demo.plan import DemoPlan, PlannedBatch, make_plan
from web.demo.wishes import ask_for_something

SEED = 43
DEMO_FILE = "demo.json"
_BEGAN_BEFORE = timedelta(days=7)
PASSPHRASE = b"demo passphrase, for invented data only"
Progress = Callable[[str, int, int], None]


@dataclass
class PlannedClock:
    """The clock of the filling: a planned moment, never after the real one."""

    moment: datetime

    def __call__(self) -> datetime:
        """The moment that was set last."""
        return self.moment

    def move_to(self, day: date, hour: int) -> None:
        """Sets the clock to an hour of a civil day."""
        planned = datetime.combine(day, time(hour), CIVIL_TIME).astimezone(UTC)
        self.moment = min(planned, utc_now())


@dataclass(frozen=True)
class Filled:
    """What the filling did."""

    batches: int
    certificates: int
    findings: int


def fill(places: Places, *, certificates: int, national: str, progress: Progress) -> Filled:
    """Fills the data directory and writes `demo.json` last: a directory that has it is complete."""
    today = utc_now().astimezone(CIVIL_TIME).date()
    plan = make_plan(SEED, today, certificates)
    clock = PlannedClock(utc_now())
    clock.move_to(plan.batches[0].reported_on - _BEGAN_BEFORE, 9)
    bureau_keys = _begin(places, clock, progress)
    register = Register(places, PASSPHRASE, clock=clock)
    try:
        work = _Work(register, register.writer(), clock, load_rulebook(), bureau_keys)
        listed = read_filings(plan.institutions_file)
        record_filings(
            register.ledger,
            work.writer,
            listed.filings,
            clock().date(),
            province_key=bureau_keys[PROVINCE],
        )
        filled = _batches(work, plan, progress)
        samples = places.data_dir / "samples"
        write_workbooks(samples, plan)
        write_old_files(samples, register, plan)
        _act(work, plan)
        clock.moment = utc_now()
        register.publish_status(work.writer)
        write_samples(samples, register, plan)
        _write_description(places, register, plan, national)
    finally:
        register.close()
    return filled


@dataclass
class _Work:
    register: Register
    writer: LogWriter
    clock: PlannedClock
    rulebook: Rulebook
    bureau_keys: dict[str, SigningKey]


def write_passphrase(directory: Path, passphrase: bytes) -> None:
    """The demo keeps each passphrase beside its key, readable by the owner alone."""
    path = directory / "passphrase"
    if not path.exists():
        directory.mkdir(mode=0o700, parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_bytes(passphrase)


def _begin(places: Places, clock: PlannedClock, progress: Progress) -> dict[str, SigningKey]:
    keys = places.keys
    for directory in (keys.root, keys.register, *(keys.bureau(each.code) for each in BUREAUS)):
        write_passphrase(directory.path, PASSPHRASE)
    begin_register(places, passphrase=PASSPHRASE, root_passphrase=PASSPHRASE, clock=clock)
    root = keys.root.unlock(KeyRole.ROOT, PASSPHRASE)
    register = Register(places, PASSPHRASE, clock=clock)
    with ThreadPoolExecutor() as threads:
        # A passphrase is stretched on purpose for a tenth of a second, for each bureau apart.
        codes = [bureau.code for bureau in BUREAUS]
        made = dict(
            zip(codes, threads.map(lambda code: begin_bureau(places, code, PASSPHRASE), codes), strict=True)
        )
    try:
        writer = register.writer()
        for done, (code, key) in enumerate(made.items(), start=1):
            introduce_keys(writer, [key], root=root, custody=Custody.REGISTER, now=clock(), bureau=code)
            progress("密钥", done, len(made))
    finally:
        register.close()
    return made


def _batches(work: _Work, plan: DemoPlan, progress: Progress) -> Filled:
    certificates = findings = 0
    for done, planned in enumerate(plan.batches, start=1):
        work.clock.move_to(planned.reported_on, 10)
        received = _receive(work, planned)
        checked = received.checked
        findings += len(checked.batch_findings) + sum(len(row.findings) for row in checked.rows)
        work.clock.move_to(planned.reported_on + timedelta(days=1), 15)
        certificates += _decide(work, planned, received)
        progress("批次", done, len(plan.batches))
    return Filled(len(plan.batches), certificates, findings)


def _receive(work: _Work, planned: PlannedBatch) -> ReceivedBatch:
    return receive_batch(
        work.register.look_up,
        work.rulebook,
        prefix=planned.prefix,
        form5=Upload(planned.form5_name, planned.form5),
        form4=Upload(planned.form4_name, planned.form4),
        received_at=work.clock(),
        keep=lambda batch, rows: insert_batch(work.register.engine, batch, rows),
    )


def _decide(work: _Work, planned: PlannedBatch, received: ReceivedBatch) -> int:
    """What the bureau does with the batch; returns how many certificates entered."""
    register, now = work.register, work.clock()
    if planned.decision is PlannedDecision.WAIT:
        return 0
    day = now.astimezone(CIVIL_TIME).date()
    key = work.bureau_keys[responsible_bureau(register.look_up, planned.prefix, day)]
    with closing(KeptReader(register.engine)) as reader:
        batches = BatchRows(reader)
        if planned.decision is PlannedDecision.APPROVE:
            decision = _decision(planned, received)
            return approve_batch(
                register.look_up, work.writer, batches, received.id, decision, bureau_key=key, now=now
            ).count
        returned = return_batch(
            register.look_up, batches, received.id, reason="findings", bureau_key=key, now=now
        )
    record_return(register.engine, returned)
    return 0


def _decision(planned: PlannedBatch, received: ReceivedBatch) -> Decision:
    """The word on the flagged rows: all accepted, or all rejected."""
    flagged = frozenset(row.row for row in received.checked.rows if row.record is not None and row.findings)
    return Decision(
        rejected={} if planned.accept_flags else dict.fromkeys(flagged, RejectReason.EVIDENCE_MISSING.value),
        accepted_flags=flagged if planned.accept_flags else frozenset(),
        reasons=dict.fromkeys(flagged, AcceptReason.ORIGINALS_CHECKED.value),
    )


def _act(work: _Work, plan: DemoPlan) -> None:
    work.clock.moment = utc_now()
    for planned in plan.acts:
        bureau = acting_bureaus(work.register.look_up, planned.number)[0]
        perform_act(
            work.register.look_up,
            work.writer,
            planned.number,
            planned.kind,
            ActReason(planned.reason),
            bureau_key=work.bureau_keys[bureau],
            bureau=bureau,
            now=work.clock(),
            changes=planned.changes,
            replaced_by=planned.replaced_by,
        )


def _write_description(places: Places, register: Register, plan: DemoPlan, national: str) -> None:
    today = register.clock().astimezone(CIVIL_TIME).date()
    accounts = make_accounts(register, plan)
    (operator,) = (each for each in accounts if each.role == StaffRole.INSTITUTION)
    ask_for_something(register, plan, Who(Party.INSTITUTION, operator.office, operator.id))
    filings = [(each, filing_on(each, today)) for each in register.filings()]
    description = {
        "base": places.web_origin,
        "national": national,
        "certificates": [
            {
                "number": each.number,
                "name": each.name,
                "id_number": each.id_number,
                "result": each.result,
                "note": each.note,
            }
            for each in plan.known
        ],
        "institutions": [
            {"prefix": each.number_prefix, "name": day.name, "state": day.state.value}
            for each, day in filings
        ],
        "accounts": [vars(each) for each in accounts],
        "bureau_keys": [
            {
                "bureau": bureau.code,
                "name": bureau.office,
                "passphrase_file": str(places.keys.bureau(bureau.code).path / "passphrase"),
            }
            for bureau in BUREAUS
        ],
    }
    path = places.data_dir / DEMO_FILE
    beside = path.with_suffix(".new")
    beside.write_text(json.dumps(description, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    beside.replace(path)
