"""What people are shown of the national network: how far sending is, and what came back; on the desk."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from registry.national.queue import SendingState, civil_date
from registry.storage.sql import KeptReader, Row
from signing.encoding import parse_rfc3339

_HOUR = len("2026-11-21T14")
_REJECTIONS = (
    "SELECT rejection.seq, rejection.version, rejection.institution, rejection.reason, rejection.words, "
    "rejection.rejected_at, rejection.settled_at, rejection.settled_by, progress.state "
    "FROM national_rejection rejection LEFT JOIN national_progress progress ON progress.seq = rejection.seq"
)


@dataclass(frozen=True)
class RejectedAmong:
    """Which rejections are asked for. `prefixes` None: everybody's, and those that name no institution."""

    prefixes: Sequence[str] | None = None
    reason: str = ""
    is_open: bool = True


@dataclass(frozen=True)
class StoredRejection:
    """A row that came back. `words` are the network's own; `state` is where its position stands now.

    `settled_by` is the position whose acceptance settled it, None while it is open.
    """

    seq: int
    version: int
    institution: str
    reason: str
    words: str
    rejected_at: datetime
    settled_at: datetime | None
    settled_by: int | None
    state: SendingState

    @property
    def may_go_again(self) -> bool:
        """Whether it lies here and nobody has sent it again yet."""
        return self.settled_at is None and self.state is SendingState.REJECTED


@dataclass(frozen=True)
class NationalHealth:
    """How the network answers. None where there is nothing to say: never answered, not failing, no plan."""

    last_answer_at: datetime | None = None
    failing_since: datetime | None = None
    fault: str = ""
    next_at: datetime | None = None


@dataclass(frozen=True)
class DayCount:
    """How many rows went online on a civil day, and how many came back."""

    day: date
    online: int
    rejected: int


class NationalDesk:
    """Reads for pages and metrics, each bounded."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def counts(self) -> Mapping[SendingState, int]:
        """How many planned positions are in each state."""
        few = [state for state in SendingState if state is not SendingState.ONLINE]
        rows = self._reader.rows(
            "SELECT state, count(*) FROM national_progress WHERE state IN (?, ?, ?) GROUP BY state",
            *(state.value for state in few),
        )
        total = self._reader.one("SELECT count(*) FROM national_progress")
        # Nearly all are online: the others are counted, and these are the rest.
        found = {SendingState(state): int(count) for state, count in rows}
        rest = (int(total[0]) if total else 0) - sum(found.values())
        return {state: found.get(state, 0) for state in few} | {SendingState.ONLINE: max(0, rest)}

    def frontier(self) -> int:
        """The last position that was planned, -1 before the first."""
        row = self._reader.one("SELECT max(seq) FROM national_progress")
        return -1 if row is None or row[0] is None else int(row[0])

    def oldest(self, state: SendingState) -> int | None:
        """The first position in a state."""
        row = self._reader.one("SELECT min(seq) FROM national_progress WHERE state = ?", state.value)
        return None if row is None or row[0] is None else int(row[0])

    def health(self) -> NationalHealth:
        """How the network answers."""
        row = self._reader.one("SELECT last_answer_at, failing_since, fault, next_at FROM national_health")
        if row is None:
            return NationalHealth()
        last, since, fault, again = row
        return NationalHealth(_moment(last), _moment(since), str(fault), _moment(again))

    def count(self, among: RejectedAmong) -> int:
        """How many rejections there are."""
        where, values = _where(among)
        row = self._reader.one(f"SELECT count(*) FROM national_rejection rejection{where}", *values)
        return 0 if row is None else int(row[0])

    def listed(self, among: RejectedAmong, limit: int, offset: int) -> list[StoredRejection]:
        """Open ones in the order in which they came back, settled ones the newest first."""
        where, values = _where(among)
        order = (
            "rejection.rejected_at, rejection.seq"
            if among.is_open
            else "rejection.settled_at DESC, rejection.seq"
        )
        rows = self._reader.rows(
            f"{_REJECTIONS}{where} ORDER BY {order} LIMIT ? OFFSET ?", *values, limit, offset
        )
        return [_rejection(row) for row in rows]

    def of(self, seq: int) -> StoredRejection | None:
        """The rejection of one position."""
        rows = self._reader.rows(f"{_REJECTIONS} WHERE rejection.seq = ?", seq)
        return _rejection(rows[0]) if rows else None

    def may_go_again(self, among: RejectedAmong, limit: int) -> list[int]:
        """Positions of open rejections that nobody has sent again yet, ascending."""
        where, values = _where(among)
        rows = self._reader.rows(
            "SELECT rejection.seq FROM national_rejection rejection "
            f"JOIN national_progress progress ON progress.seq = rejection.seq{where} "
            "AND progress.state = ? ORDER BY rejection.seq LIMIT ?",
            *(*values, SendingState.REJECTED.value, limit),
        )
        return [int(row[0]) for row in rows]

    def by_institution(self, among: RejectedAmong) -> list[tuple[str, int]]:
        """(institution, how many), the most first."""
        return self._grouped("institution", among)

    def by_reason(self, among: RejectedAmong) -> list[tuple[str, int]]:
        """(reason, how many), the most first."""
        return self._grouped("reason", among)

    def days(self, last: date, count: int) -> list[DayCount]:
        """What went online and what came back on each of the last days, `last` among them."""
        first = last - timedelta(days=count - 1)
        found = {day: DayCount(day, 0, 0) for day in (first + timedelta(days=at) for at in range(count))}
        for on, online in self._reader.rows(
            "SELECT on_date, count(*) FROM national_progress "
            "WHERE state = ? AND on_date >= ? GROUP BY on_date",
            SendingState.ONLINE.value,
            first.isoformat(),
        ):
            day = date.fromisoformat(on)
            if day in found:
                found[day] = replace(found[day], online=int(online))
        # Moments are kept in UTC; by the hour they fall into one civil day each.
        for hour, rejected in self._reader.rows(
            f"SELECT substr(rejected_at, 1, {_HOUR}) AS at, count(*) FROM national_rejection "
            "WHERE rejected_at >= ? GROUP BY 1",
            (first - timedelta(days=1)).isoformat(),
        ):
            day = civil_date(datetime.fromisoformat(f"{hour}:00").replace(tzinfo=UTC))
            if day in found:
                found[day] = replace(found[day], rejected=found[day].rejected + int(rejected))
        return list(found.values())

    def _grouped(self, column: str, among: RejectedAmong) -> list[tuple[str, int]]:
        where, values = _where(among)
        rows = self._reader.rows(
            f"SELECT {column}, count(*) FROM national_rejection rejection{where} "
            f"GROUP BY {column} ORDER BY 2 DESC, 1",
            *values,
        )
        return [(str(each), int(count)) for each, count in rows]


def _where(among: RejectedAmong) -> tuple[str, list[object]]:
    conditions, values = (
        ["rejection.settled_at = ?" if among.is_open else "rejection.settled_at <> ?"],
        list[object](),
    )
    values.append("")
    if among.prefixes is not None:
        places = ", ".join("?" for _ in among.prefixes)
        conditions.append(f"rejection.institution IN ({places})" if among.prefixes else "1 = 0")
        values += among.prefixes
    if among.reason:
        conditions.append("rejection.reason = ?")
        values.append(among.reason)
    return f" WHERE {' AND '.join(conditions)}", values


def _rejection(row: Row) -> StoredRejection:
    seq, version, institution, reason, words, rejected_at, settled_at, settled_by, state = row
    return StoredRejection(
        *(int(seq), int(version), str(institution), str(reason), str(words)),
        parse_rfc3339(rejected_at),
        _moment(settled_at),
        int(settled_by) if settled_at else None,
        SendingState(state) if state else SendingState.PENDING,
    )


def _moment(text: str) -> datetime | None:
    return parse_rfc3339(text) if text else None
