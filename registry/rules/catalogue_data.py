"""The shipped tables of the catalogue, merged: the 2022 classification, 工种 and levels, former names."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from registry.rules.data_files import read_table, shipped_text
from registry.rules.errors import RuleDataFault
from registry.rules.levels import Level, LevelFault, parse_levels
from registry.rules.occupation_entries import Edition, Evidence, Occupation, Reason, Suggestion

_EDITION_2022 = "2022"


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that is not, or no longer, the catalogue's, and the one that stands for it now.

    With `job` empty it is the name of an occupation, else of a 工种 of it.
    """

    occupation: str
    job: str
    code: str
    edition: str
    reason: Reason
    now: Suggestion
    to_check: bool


def load_editions() -> tuple[Edition, ...]:
    """The editions, oldest first; the last one is current."""
    table = "catalogue_editions.csv"
    rows = read_table(shipped_text(table), table, ("edition", "in_force_on", "complete"))
    return tuple(
        Edition(row["edition"], date.fromisoformat(row["in_force_on"]), row["complete"] == "yes")
        for _, row in rows
    )


def load_occupations() -> tuple[Occupation, ...]:
    """The occupations of major groups 3 to 6 of the 2022 edition, in the order of their codes.

    The draft of the edition is corrected by its published table. A name that only the draft has
    keeps its code, which may belong to another occupation, and follows that one.
    Source: 职业分类大典（2022年版）; 工种 and levels as far as they are known, marked 待核.
    """
    details = _load_details()
    published, draft_only = _load_corrections()
    codes = {entry.code for entry in published}
    names = {entry.name for entry in published}
    occupations = list(published)
    for entry in _load_entries("occupations_2022.csv"):
        if entry.name in draft_only:
            occupations.append(replace(entry, evidence=Evidence.DRAFT))
        elif entry.code not in codes and entry.name not in names:
            evidence, jobs, levels = details.pop(entry.code, (entry.evidence, (), ()))
            occupations.append(replace(entry, evidence=evidence, jobs=jobs, levels=levels))
            # The draft repeats a row.
            codes.add(entry.code)
    if details:
        raise RuleDataFault("occupations_starter.csv", 0, "occupation_code")
    return tuple(sorted(occupations, key=lambda entry: (entry.code, entry.evidence is Evidence.DRAFT)))


def _load_entries(table: str) -> Iterator[Occupation]:
    columns = ("occupation_code", "occupation", "mark", "small_class")
    for _, row in read_table(shipped_text(table), table, columns):
        yield Occupation(
            code=row["occupation_code"],
            name=row["occupation"],
            edition=_EDITION_2022,
            evidence=Evidence.LISTED,
            marks=frozenset(filter(None, row["mark"].split("/"))),
            small_class=row["small_class"],
        )


def _load_corrections() -> tuple[tuple[Occupation, ...], frozenset[str]]:
    table = "occupations_2022_published.csv"
    rows = read_table(shipped_text(table), table, ("occupation", "published"))
    draft_only = frozenset(row["occupation"] for _, row in rows if row["published"] == "no")
    published = (entry for entry in _load_entries(table) if entry.name not in draft_only)
    return tuple(published), draft_only


_Details = tuple[Evidence, tuple[str, ...], tuple[Level, ...]]


def _load_details() -> dict[str, _Details]:
    table = "occupations_starter.csv"
    columns = ("occupation_code", "jobs", "levels", "levels_evidence")
    written_out = _load_jobs_written_out()
    details: dict[str, _Details] = {}
    for line, row in read_table(shipped_text(table), table, columns):
        code = row["occupation_code"]
        try:
            levels, evidence = parse_levels(row["levels"]), Evidence(row["levels_evidence"])
        except (LevelFault, ValueError) as fault:
            raise RuleDataFault(table, line, "levels") from fault
        details[code] = (evidence, written_out.get(code, _split(row["jobs"])), levels)
    return details


def _load_jobs_written_out() -> Mapping[str, tuple[str, ...]]:
    # Where the list of 工种 shortens names by a common ending, they are written out here.
    table = "occupation_jobs.csv"
    rows = read_table(shipped_text(table), table, ("occupation_code", "jobs"))
    return {row["occupation_code"]: _split(row["jobs"]) for _, row in rows}


def _split(jobs: str) -> tuple[str, ...]:
    return tuple(filter(None, jobs.split("/")))


def load_former_names(occupations: Mapping[str, Occupation]) -> tuple[FormerName, ...]:
    """Renames, older codes, aliases and misprints, each with what stands for it in `occupations`.

    Source: 2023-54 一 for the renames of 2022 and the misprint.
    """
    table = "former_names.csv"
    columns = ("name", "job", "code", "edition", "reason", "now_code", "now_job", "evidence")
    former: list[FormerName] = []
    for line, row in read_table(shipped_text(table), table, columns):
        now = occupations.get(row["now_code"])
        if now is None:
            raise RuleDataFault(table, line, "now_code")
        meant = Suggestion(now.code, now.name, row["now_job"])
        former.append(
            FormerName(
                occupation=row["name"],
                job=row["job"],
                code=row["code"],
                edition=row["edition"],
                reason=Reason(row["reason"]),
                now=meant,
                to_check=row["evidence"] != "confirmed",
            )
        )
    return tuple(former)
