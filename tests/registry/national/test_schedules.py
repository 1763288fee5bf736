"""Sender and stand-in under adversarial schedules: nothing lost, doubled, overtaken or wrongly believed.

A province acts, processes send and are killed, two of them fight for the lease, clocks jump, the line loses,
delays, repeats, reorders and lies, the network fails over some rows and goes back to an old copy of itself.
What holds is checked after every step; in the end the schedule becomes fair, and both sides must be equal.

`NATIONAL_SCHEDULES=2000 pytest tests/registry/national/test_schedules.py` plays so many, with chance in them.
"""

import os
import sqlite3
import tempfile
from collections.abc import Mapping
from datetime import timedelta
from itertools import count
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from registry.national.holdings import summarise
from registry.national.objects import BatchId
from registry.national.protocol import parse_batch
from registry.national.queue import SendingState
from registry.national.receipts import Accepted, parse_receipt
from registry.national.rows import CertificateRow, Held, InstitutionRow, Reference, Row, RowState, parse_row
from registry.national.stand_in.answers import StoredAnswer
from registry.national.stand_in.database import Database
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.sync import SyncOutcome
from registry.storage.sql import sqlite_url
from tests.memory import MEMORY
from tests.registry.national.adversary import Fate, Line, Said
from tests.registry.national.builders import Clock, desk_store
from tests.registry.national.province import PREFIXES, Province
from tests.registry.national.row_builders import NETWORK_KEY, PROVINCE_KEY
from tests.registry.national.scheduled import Process, Schedule

_OUR_REASONS = frozenset({"remote_failed"})
_REASONS = _OUR_REASONS | {"identity_type_not_taken", "scope_missing", "institution_unknown", "older_version"}
_STEPS_OF_A_LIFE = 40
_HAPPENINGS = ("send_again", "jump", "back_up", "restore", "poison", "arrives")


class Adversary(RuleBasedStateMachine):
    """Both sides and all that stands between them."""

    def __init__(self) -> None:
        super().__init__()
        self.place = tempfile.TemporaryDirectory(prefix="skillcert-", dir=MEMORY)
        directory = Path(self.place.name)
        self.clock = Clock()
        self.province = Province()
        self.address = sqlite_url(directory / "desk.sqlite")
        self.store, self.engine = desk_store(self.address)
        # What looks on all the time needs no new connection each time.
        self.eye = sqlite3.connect(directory / "desk.sqlite", isolation_level=None)
        self.database = Database(directory / "network.sqlite")
        clients = clients_by_keyid((PROVINCE_KEY.public,))
        self.desk = Desk(self.database, NETWORK_KEY, clients, self.clock.now)
        self.line = Line(self.desk, self.clock.now, on_taken=self.taken)
        self.names = (f"process {number}" for number in count(1))
        self.nonces = (number.to_bytes(16, "big") for number in count(1))
        self.back_up_or_not = False
        self.sent_again: set[int] = set()
        self.accepted: set[tuple[Reference, int]] = set()
        for prefix in PREFIXES[:1]:
            self.province.file(prefix)

    # What the province does.

    @rule(place=st.integers(0, len(PREFIXES) - 1), good=st.sampled_from([True, True, False]))
    def file(self, place: int, good: bool) -> None:
        self.province.file(PREFIXES[place], good=good)

    @rule(many=st.integers(1, 3), place=st.integers(0, 1), good=st.sampled_from([True, True, True, False]))
    def issue(self, many: int, place: int, good: bool) -> None:
        filed = sorted(self.province.filings)
        for _ in range(many):
            self.province.issue(filed[place % len(filed)], good=good)

    @rule(data=st.data(), what=st.sampled_from(["correct", "annul", "reinstate", "erase", "spoil"]))
    def act(self, data: st.DataObject, what: str) -> None:
        states = [RowState.ANNULLED] if what == "reinstate" else [RowState.VALID]
        if what == "erase":
            states.append(RowState.ANNULLED)
        rows = self.province.certificates(*states)
        if not rows:
            return
        row = data.draw(st.sampled_from(rows))
        if what in ("correct", "spoil"):
            self.province.correct(row, good=what == "correct")
        else:
            getattr(self.province, what)(row)

    # What the world does.

    @rule(data=st.data(), what=st.sampled_from(_HAPPENINGS))
    def happens(self, data: st.DataObject, what: str) -> None:
        getattr(self, what)(data)

    def send_again(self, _: st.DataObject) -> None:
        """People press the button at everything that came back."""
        seqs = [seq for seq, state in self.states().items() if state is SendingState.REJECTED]
        self.sent_again.update(seqs)
        self.store.reopen(seqs)

    def jump(self, data: st.DataObject) -> None:
        self.clock.moment += timedelta(minutes=data.draw(st.sampled_from([-90, -1, 1, 3, 60])))

    def back_up(self, _: st.DataObject) -> None:
        self.database.back_up()

    def restore(self, _: st.DataObject) -> None:
        self.database.restore()

    def poison(self, data: st.DataObject) -> None:
        """The network fails over a row from now on, or over none any more."""
        known = sorted(self.province.latest)
        self.line.poison = {data.draw(st.sampled_from(known))} if known and not self.line.poison else set()

    def arrives(self, data: st.DataObject) -> None:
        """What was on its way arrives, or arrives once more; nobody waits for the answer."""
        sent = self.line.late + self.line.arrived
        if sent:
            self.line.arrive(sent[data.draw(st.integers(0, len(sent) - 1))])

    @rule(data=st.data(), concurrency=st.integers(1, 4), waits=st.sampled_from([True, True, True, False]))
    def send(self, data: st.DataObject, concurrency: int, waits: bool) -> None:
        """A process begins, mostly once the lease of the one before has run out, and does what it can."""
        if waits:
            self.clock.moment += timedelta(minutes=3)
        report = self.process(data, concurrency, others=1).run()
        if report is not None and report.outcome is SyncOutcome.REFUSED:
            assert report.reason == "previous_unknown"

    @rule(data=st.data())
    def send_one_by_one(self, data: st.DataObject) -> None:
        """The same, with one batch at a time."""
        self.send(data, 1, waits=True)

    @rule()
    def lose(self) -> None:
        """All goes well for a while, and then the network loses it."""
        self.back_up_or_not = not self.back_up_or_not
        if self.back_up_or_not:
            self.database.back_up()
        self.clock.moment += timedelta(minutes=3)
        self.line.fate = Fate.ARRIVES
        self.fair().run()
        self.database.restore()

    # What must hold.

    @invariant()
    def only_what_the_network_said_is_believed(self) -> None:
        rows = self.eye.execute(
            "SELECT batch, sequence, count, root, answer FROM national_batch WHERE sequence > 0"
        ).fetchall()
        for batch, sequence, number, root, answer in rows:
            assert bytes(answer) in self.line.said.get(BatchId(batch), set())
            receipt = parse_receipt(bytes(answer))
            assert (receipt.sequence, receipt.count, receipt.root) == (sequence, number, bytes(root))

    @invariant()
    def online_is_what_the_network_took(self) -> None:
        states = self.states()
        for row in self.province.rows():
            if states[row.entry] is SendingState.ONLINE:
                assert (row.ref, row.version) in self.accepted

    @invariant()
    def every_position_is_in_one_place(self) -> None:
        """In flight is exactly what is sent, each position in one batch, and no position is invented."""
        states = self.states()
        flying = self.eye.execute(
            "SELECT batch, count FROM national_batch WHERE state = 'in_flight'"
        ).fetchall()
        carried = self.eye.execute(
            "SELECT batch, count(*) FROM national_progress WHERE state = 'sent' GROUP BY batch"
        ).fetchall()
        assert dict(flying) == dict(carried)
        assert all(1 <= seq <= len(self.province.outbox.rows) for seq in states)

    def taken(self, said: Said, answer: StoredAnswer) -> None:
        """The network took a batch: nothing overtook an earlier version of it, or its institution."""
        receipt = parse_receipt(answer.body)
        rows = [parse_row(line) for line in parse_batch(said.content).lines]
        states, here = self.states(), {row.entry for row in rows}
        with self.database.reading() as connection:
            held = set(connection.execute("SELECT ref, version FROM version").fetchall())
        for row, result in zip(rows, receipt.results, strict=True):
            if isinstance(result, Accepted):
                self.accepted.add((row.ref, row.version))
                before = [each for each in self.province.rows() if each.ref == row.ref]
            elif result.reason == "institution_unknown":
                before = [each for each in self.province.rows() if _is_filing(each, row.institution)]
            else:
                continue
            for earlier in before:
                assert (
                    earlier.entry >= row.entry
                    or (earlier.ref, earlier.version) in held
                    or earlier.entry in here
                    or states[earlier.entry] is SendingState.REJECTED
                    or earlier.entry in self.sent_again
                ), f"version {row.version} overtook version {earlier.version} of {type(earlier).__name__}"

    def teardown(self) -> None:
        """The schedule becomes fair, and everything must be there."""
        try:
            self.becomes_fair()
        finally:
            self.eye.close()
            self.engine.dispose()
            self.place.cleanup()

    def becomes_fair(self) -> None:
        self.line.poison = set()
        self.line.fate = Fate.ARRIVES
        self.sends_fairly()
        # A network that lost something is found out by the next batch, whatever it is.
        self.province.file(PREFIXES[0])
        self.sends_fairly()
        # Over nothing else than our own word: the network may have been ill when it failed.
        ours = [row.entry for row in self.province.rows() if self.reason(row) in _OUR_REASONS]
        self.sent_again.update(ours)
        self.store.reopen(ours)
        self.sends_fairly()
        self.only_what_the_network_said_is_believed()
        self.online_is_what_the_network_took()
        self.every_position_is_in_one_place()
        self.both_sides_are_equal()
        self.what_came_back_is_explained()

    def sends_fairly(self) -> None:
        self.clock.moment += timedelta(hours=3)
        report = self.fair().run()
        assert report is not None
        assert (report.outcome, report.reason) == (SyncOutcome.DONE, "")

    def both_sides_are_equal(self) -> None:
        states = self.states()
        assert set(states.values()) <= {SendingState.ONLINE, SendingState.REJECTED}
        ours: dict[Reference, Held] = {}
        for row in self.province.rows():
            if states[row.entry] is SendingState.ONLINE:
                assert row.ref not in ours or ours[row.ref].version < row.version
                ours[row.ref] = row.held
        theirs = self.desk.store.held()
        assert len({each.ref for each in theirs}) == len(theirs)
        assert summarise(theirs) == summarise(sorted(ours.values(), key=lambda held: held.ref))

    def what_came_back_is_explained(self) -> None:
        """A work item is open for what nothing later settled and nothing else, for a reason that is so."""
        found = self.eye.execute("SELECT seq, settled_at, reason FROM national_rejection").fetchall()
        items = {seq: (settled, reason) for seq, settled, reason in found}
        states, online = self.states(), self.online_versions()
        for row in self.province.rows():
            came_back = states[row.entry] is SendingState.REJECTED
            is_open = row.entry in items and items[row.entry][0] == ""
            assert is_open == (came_back and online.get(row.ref, 0) < row.version), (row.entry, items)
            if came_back:
                assert self.reason(row) in _REASONS
            if is_open:
                self.has_its_reason(row, items[row.entry][1])

    def has_its_reason(self, row: Row, reason: str) -> None:
        if reason == "scope_missing":
            assert isinstance(row, InstitutionRow)
            assert not row.facts["scope"]
        elif reason == "identity_type_not_taken":
            assert isinstance(row, CertificateRow)
        elif reason == "institution_unknown":
            taken = [each for each in self.province.rows() if isinstance(each, InstitutionRow)]
            states = self.states()
            assert not any(
                each.institution == row.institution and states[each.entry] is SendingState.ONLINE
                for each in taken
            )

    # Words for the above.

    def states(self) -> Mapping[int, SendingState]:
        planned = self.eye.execute("SELECT seq, state FROM national_progress").fetchall()
        states = dict.fromkeys(range(1, len(self.province.outbox.rows) + 1), SendingState.PENDING)
        return states | {seq: SendingState(state) for seq, state in planned}

    def reason(self, row: Row) -> str:
        query = "SELECT reason FROM national_progress WHERE seq = ?"
        found = self.eye.execute(query, (row.entry,)).fetchone()
        return str(found[0]) if found else ""

    def online_versions(self) -> Mapping[Reference, int]:
        states = self.states()
        found: dict[Reference, int] = {}
        for row in self.province.rows():
            if states[row.entry] is SendingState.ONLINE:
                found[row.ref] = max(found.get(row.ref, 0), row.version)
        return found

    def process(self, data: st.DataObject, concurrency: int, others: int) -> Process:
        """A new process whose life is drawn."""
        life = Life(self, data, others)
        return self._process(life.schedule(), concurrency, life)

    def fair(self) -> Process:
        schedule = Schedule(
            between_steps=lambda waiting: waiting,
            before_exchange=lambda: None,
            which=lambda waiting: 0,
            at_commit=lambda: None,
        )
        return self._process(schedule, 2, None)

    def _process(self, schedule: Schedule, concurrency: int, life: "Life | None") -> Process:
        process = Process(
            holder=next(self.names),
            address=self.address,
            outbox=self.province.outbox,
            line=self.line,
            clock=self.clock,
            schedule=schedule,
            concurrency=concurrency,
            nonces=self.nonces,
        )
        if life is not None:
            life.own = process
        return process


def _is_filing(row: Row, prefix: str) -> bool:
    return isinstance(row, InstitutionRow) and row.institution == prefix


class Life:
    """What happens to one process, step by step."""

    own: Process

    def __init__(self, adversary: Adversary, data: st.DataObject, others: int) -> None:
        self.adversary, self.data, self.others = adversary, data, others
        self.steps = 0

    def schedule(self) -> Schedule:
        return Schedule(self.between_steps, self.before_exchange, self.which, self.at_commit)

    def between_steps(self, waiting: int) -> int:
        self._grows_older()
        event = self.data.draw(st.sampled_from(_EVENTS))
        adversary = self.adversary
        if event == "kill":
            self.own.kill()
        elif event == "restore":
            adversary.restore(self.data)
        elif event == "back_up":
            adversary.back_up(self.data)
        elif event == "sleep":
            adversary.clock.moment += timedelta(minutes=10)
        elif event == "act" and adversary.province.latest:
            adversary.act(self.data, self.data.draw(st.sampled_from(["correct", "annul", "erase"])))
        elif event == "other" and self.others:
            adversary.process(self.data, 2, self.others - 1).run()
        return self.data.draw(st.integers(0, waiting)) if waiting else 0

    def before_exchange(self) -> None:
        self._grows_older()
        self.adversary.line.fate = self.data.draw(st.sampled_from(_FATES))

    def which(self, waiting: int) -> int:
        return self.data.draw(st.integers(0, waiting - 1)) if waiting > 1 else 0

    def at_commit(self) -> None:
        # Not at an end of the range: those are drawn far more often than what lies between.
        if self.data.draw(st.integers(0, 40)) == 17:
            self.own.kill()

    def _grows_older(self) -> None:
        self.steps += 1
        if self.steps > _STEPS_OF_A_LIFE:
            self.own.kill()


_EVENTS = ["nothing"] * 14 + ["kill", "restore", "back_up", "sleep", *["act"] * 4, "other"]
_FATES = [Fate.ARRIVES] * 5 + [fate for fate in Fate if fate is not Fate.ARRIVES]
_DEEPER = int(os.environ.get("NATIONAL_SCHEDULES", "0"))

TestSchedules = Adversary.TestCase
TestSchedules.settings = settings(
    max_examples=_DEEPER or 30,
    stateful_step_count=50 if _DEEPER else 25,
    derandomize=not _DEEPER,
    deadline=None,
    # Making a failure small takes minutes; whoever looks for one has them.
    phases=(Phase.explicit, Phase.generate, *((Phase.shrink,) if _DEEPER else ())),
    report_multiple_bugs=False,
    suppress_health_check=list(HealthCheck),
)
