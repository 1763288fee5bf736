"""Reading the counts. Sums are made by the database; what they mean is said in `registry.tally`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from registry.storage.sql import KeptReader, Row

# What can be asked apart, and how SQL says it.
COLUMNS: Mapping[str, str] = {
    "bureau": "bureau",
    "prefix": "prefix",
    "category": "substr(prefix, 1, 1)",
    "month": "month",
    "level": "level",
    "occupation_code": "occupation_code",
    "occupation": "occupation",
    "job": "job",
    "upload": "upload",
    "state": "state",
}


@dataclass(frozen=True)
class Among:
    """Which counts are asked for. Months are texts, both ends within; None leaves a side open."""

    start: str | None = None
    end: str | None = None
    bureau: str | None = None
    prefixes: Sequence[str] | None = None
    states: Sequence[str] | None = None


@dataclass(frozen=True)
class CountedBatch:
    """A decided batch, as far as deadlines ask."""

    prefix: str
    bureau: str
    received_on: str
    decided_on: str
    approved: bool
    legacy: bool
    row_count: int
    approved_count: int


class TallyReads:
    """Sums over the desk's counts."""

    def __init__(self, reader: KeptReader) -> None:
        self._reader = reader

    def sums(self, by: Sequence[str], among: Among) -> list[Row]:
        """(…the columns asked apart, how many certificates), in their order."""
        chosen = ", ".join(COLUMNS[each] for each in by)
        where, values = _conditions(among, "month")
        select = f"{chosen}, " if chosen else ""
        group = f" GROUP BY {chosen} ORDER BY {chosen}" if chosen else ""
        return [
            (*row[:-1], int(row[-1] or 0))
            for row in self._reader.rows(f"SELECT {select}sum(count) FROM tally_cell{where}{group}", *values)
        ]

    def batches(self, among: Among) -> list[CountedBatch]:
        """The batches that were decided in those months."""
        where, values = _conditions(among, "substr(decided_on, 1, 7)")
        rows = self._reader.rows(
            "SELECT prefix, bureau, received_on, decided_on, approved, legacy, row_count, approved_count "
            f"FROM tally_batch{where} ORDER BY decided_on, batch",
            *values,
        )
        return [
            CountedBatch(
                prefix=str(row[0]),
                bureau=str(row[1]),
                received_on=str(row[2]),
                decided_on=str(row[3]),
                approved=bool(row[4]),
                legacy=bool(row[5]),
                row_count=int(row[6]),
                approved_count=int(row[7]),
            )
            for row in rows
        ]

    def reasons(self, among: Among) -> list[tuple[str, str, int]]:
        """(kind, code, how often) of what kept rows or batches decided in those months from entering."""
        where, values = _conditions(among, "substr(decided_on, 1, 7)")
        rows = self._reader.rows(
            "SELECT kind, code, sum(tally_reason.count) FROM tally_reason "
            f"JOIN tally_batch ON tally_batch.batch = tally_reason.batch{where} "
            "GROUP BY kind, code ORDER BY kind, code",
            *values,
        )
        return [(str(kind), str(code), int(count)) for kind, code, count in rows]

    def online(self, prefix: str, start: str, end: str) -> Mapping[str, int]:
        """How many valid certificates of an institution the national network shows, by month of issue.

        The network shows what it took last: a certificate whose reinstatement it has not taken is not shown.
        """
        within = "cell.prefix = ? AND cell.state = 'valid' AND cell.month >= ? AND cell.month <= ?"
        joined = "tally_cell cell JOIN tally_certificate counted ON counted.cell = cell.id"
        untouched = self._reader.rows(
            f"SELECT cell.month, count(*) FROM {joined} "
            "JOIN national_progress progress ON progress.seq = counted.certificate "
            f"WHERE {within} AND progress.state = 'online' AND NOT EXISTS "
            "(SELECT 1 FROM tally_act act WHERE act.certificate = counted.certificate) GROUP BY cell.month",
            *(prefix, start, end),
        )
        found = {str(month): int(count) for month, count in untouched}
        newest: dict[int, tuple[str, str]] = {}
        for certificate, month, state in self._taken_of_acted(joined, within, (prefix, start, end)):
            newest[certificate] = (month, state)
        for month, state in newest.values():
            if state == "valid":
                found[month] = found.get(month, 0) + 1
        return found

    def _taken_of_acted(self, joined: str, within: str, values: Sequence[str]) -> list[tuple[int, str, str]]:
        """(certificate, month, state) of every position that the network took, of certificates with acts."""
        first = (
            "SELECT counted.certificate, cell.month, 'valid', counted.certificate "
            f"FROM {joined} JOIN national_progress progress ON progress.seq = counted.certificate "
            f"WHERE {within} AND progress.state = 'online' AND EXISTS "
            "(SELECT 1 FROM tally_act act WHERE act.certificate = counted.certificate)"
        )
        acts = (
            "SELECT counted.certificate, cell.month, act.state, act.idx "
            f"FROM {joined} JOIN tally_act act ON act.certificate = counted.certificate "
            f"JOIN national_progress progress ON progress.seq = act.idx "
            f"WHERE {within} AND progress.state = 'online'"
        )
        rows = self._reader.rows(f"{first} UNION ALL {acts} ORDER BY 4", *values, *values)
        return [(int(certificate), str(month), str(state)) for certificate, month, state, _ in rows]


def _conditions(among: Among, month: str) -> tuple[str, list[object]]:
    conditions: list[str] = []
    values: list[object] = []
    for condition, value in (
        (f"{month} >= ?", among.start),
        (f"{month} <= ?", among.end),
        ("bureau = ?", among.bureau),
    ):
        if value is not None:
            conditions.append(condition)
            values.append(value)
    for column, chosen in (("prefix", among.prefixes), ("state", among.states)):
        if chosen is not None:
            places = ", ".join("?" for _ in chosen)
            conditions.append(f"{column} IN ({places})" if chosen else "1 = 0")
            values += chosen
    return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), values
