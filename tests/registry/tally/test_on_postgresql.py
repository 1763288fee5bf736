"""On a server: the writer counts; the staff's web server reads the counts, enters renewals, and no more."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from registry.renewal.table import renewal_table
from registry.rules.working_days import load_calendar
from registry.storage.errors import NotPermitted
from registry.storage.renewal_rows import RenewalRows
from registry.storage.rights import Role
from registry.storage.sql import KeptReader, open_engine
from registry.storage.tally_reads import TallyReads
from registry.storage.tally_rows import TallyRows
from registry.tally.cells import Month, Period
from registry.tally.statistics import Question, statistics
from tests.builders import a_filing
from tests.contracts.postgres import PostgresCluster
from tests.registry import filled
from tests.registry.filled import HOLDERS, Story
from tests.registry.ledger.builders import PREFIX
from tests.registry.storage.prepared import SetUp, set_up
from tests.registry.tally.recounting import an_empty_desk, by_hand, counts, everything, follower

YEAR = Period(Month(2025, 1), Month(2025, 12))


@pytest.fixture
def made(postgres_cluster: PostgresCluster) -> Iterator[SetUp]:
    with set_up(postgres_cluster) as done:
        done.prepare()
        yield done


def test_the_writer_counts_and_the_desk_reads_and_enters(made: SetUp, tmp_path: Path) -> None:
    scene = filled.begin(tmp_path, made.url(Role.WRITER))
    scene.approve(scene.receive([holder.row() for holder in list(HOLDERS.values())[:-1]]).id)
    filled.tell(scene)
    scene.erase(Story.PLAIN)
    follower(scene, step_size=3).follow()
    assert counts(scene.register.desk_engine) == by_hand(scene)
    with an_empty_desk() as fresh:
        follower(scene, desk=fresh).follow()
        assert everything(fresh)["tally_cell"] == everything(scene.register.desk_engine)["tally_cell"]
    desk = open_engine(made.url(Role.DESK))
    with closing(KeptReader(desk)) as reader:
        found = statistics(TallyReads(reader), load_calendar(), Question(YEAR))
        assert (found.total, found.upload.total, found.batches) == (4, 7, 1)
        entries = RenewalRows(desk)
        entered = {("2025-01", "2025-12"): 9}
        entries.enter(PREFIX, entered, {}, term=None, account="one", now=datetime(2025, 9, 10, tzinfo=UTC))
        reads = TallyReads(reader)
        table = renewal_table(a_filing(), YEAR, reads=reads, entries=entries, today=date(2025, 9, 10))
        assert (table.total.issued, table.total.online, table.total.assessed) == (4, 0, 9)
    with pytest.raises(NotPermitted):
        TallyRows(desk).begin("tally x", "tally ")
    desk.dispose()
    scene.close()
