"""The worker appends what the province signed: once, in its turn, whatever dies in between."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from registry.filing.changes import change_state, rename
from registry.filing.errors import FilingMovedOn
from registry.filing.job import JOB_KIND, filing_content, run_filing
from registry.filing.model import ChangeKind, Filing, FilingState, filing_on
from registry.filing.orders import Order
from registry.filing.record import signed_entries
from registry.jobs.desk import Jobs
from registry.jobs.model import JobContext
from registry.ledger.append import append_filings
from registry.ledger.entries import Entry
from registry.ledger.errors import MalformedEntry, NotAdmitted
from signing.encoding import Json
from tests.registry.filled import ORIGIN, Scene, begin
from tests.registry.ledger.builders import PREFIX, PROVINCE, ZHUZHOU

TODAY = date(2025, 9, 8)


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    return begin(tmp_path)


def filing(scene: Scene) -> Filing:
    found = scene.register.filings().by_prefix(PREFIX)
    assert found is not None
    return found


def signed(scene: Scene, after: Filing, *, bureau: str = PROVINCE) -> list[Entry]:
    version = scene.register.filings().version(PREFIX)
    return signed_entries(
        filing(scene), after, version=version, province_key=scene.keys[bureau], log_origin=ORIGIN
    )


def context(scene: Scene, entries: list[Entry]) -> JobContext:
    register = scene.register
    jobs = Jobs(register.desk_engine, lambda: register.keys.vault, scene.clock)
    job = jobs.submit(JOB_KIND, PREFIX, "account", filing_content(entries))
    return JobContext(register, job, {}, lambda _, __: None, scene.clock())


def cancelled(scene: Scene) -> Filing:
    return change_state(filing(scene), ChangeKind.CANCELLED, Order(TODAY, "示例取消〔2025〕1号"), TODAY)


def test_a_job_that_runs_again_appends_nothing_more(scene: Scene) -> None:
    job = context(scene, signed(scene, cancelled(scene)))
    assert run_filing(job) == run_filing(job) == {"prefixes": [PREFIX], "entries": 1}
    assert scene.register.filings().version(PREFIX) == 2
    assert filing_on(filing(scene), TODAY).state is FilingState.CANCELLED
    assert scene.audit().finding is None
    scene.close()


def test_who_comes_second_is_refused_and_changes_nothing(scene: Scene) -> None:
    first = context(scene, signed(scene, cancelled(scene)))
    renamed = rename(filing(scene), Order(TODAY, "示例更名"), "示例新名", "", TODAY)
    second = replace(first, job=replace(first.job, content=filing_content(signed(scene, renamed))))
    run_filing(first)
    with pytest.raises(FilingMovedOn):
        run_filing(second)
    assert filing(scene).names[-1].name == "示例评价机构"
    assert scene.audit().finding is None
    scene.close()


def test_another_bureaus_signature_records_nothing(scene: Scene) -> None:
    forged = context(scene, signed(scene, cancelled(scene), bureau=ZHUZHOU))
    with pytest.raises(NotAdmitted):
        run_filing(forged)
    contents: tuple[dict[str, Json], ...] = ({}, {"entries": []}, {"entries": ["x"]})
    for content in contents:
        with pytest.raises(MalformedEntry):
            run_filing(replace(forged, job=replace(forged.job, content=content)))
    assert scene.register.filings().version(PREFIX) == 1
    scene.close()


def test_what_was_appended_before_the_worker_died_is_found(scene: Scene) -> None:
    """It died after the append and before it could say so."""
    entries = signed(scene, cancelled(scene))
    append_filings(scene.register.writer(), entries)
    assert run_filing(context(scene, entries))["entries"] == 1
    assert scene.register.filings().version(PREFIX) == 2
    scene.close()
