"""The follower: an index that is never ahead, and right again after any interruption."""

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from search.documents import Document, Kind, Removal
from search.embedded import EmbeddedIndex
from search.embedded_reader import EmbeddedReader
from search.errors import ChangesOutOfOrder, SearchUnavailable, UnavailableReason
from search.follower import Change, Follower
from search.query import Query
from tests.search.bench import Bench
from tests.search.builders import NURSE, SOUTH, certificate, institution
from tests.search.changes import Cursors, Killed, Ledger
from tests.search.model_index import Library, ModelIndex, ModelReader


@dataclass
class World:
    """A source, a model index and cursors."""

    ledger: Ledger = field(default_factory=Ledger)
    library: Library = field(default_factory=Library)
    cursors: Cursors = field(default_factory=Cursors)

    def follower(self, batch_size: int = 2) -> Follower:
        return Follower(self.ledger, ModelIndex(self.library), self.cursors, batch_size=batch_size)

    def find(self, text: str = "", kind: Kind = Kind.CERTIFICATE) -> list[str]:
        with asyncio.Runner() as runner:
            return Bench(ModelIndex(self.library), ModelReader(self.library), runner).find(text, kind=kind)

    def states(self) -> set[str]:
        """The states of all documents in all generations."""
        return {document.state for shelf in self.library.shelves.values() for document in shelf.values()}


@pytest.fixture
def world() -> World:
    made = World()
    made.ledger.append(*(certificate(index) for index in range(5)), institution(SOUTH))
    return made


EVERYTHING = ["4", "3", "2", "1", "0"]


def test_the_first_run_builds_the_index(world: World) -> None:
    assert world.follower().follow() == 6
    assert world.find() == EVERYTHING
    assert world.find(kind=Kind.INSTITUTION) == [SOUTH.prefix]


def test_later_runs_ask_only_for_what_is_new(world: World) -> None:
    world.follower().follow()
    world.ledger.asked.clear()
    assert world.follower().follow() == 0
    world.ledger.append(certificate(5), certificate(0, occupation=NURSE))
    assert world.follower().follow() == 2
    assert world.ledger.asked == [6, 6, 8]
    assert world.find("育婴员") == ["0"]
    assert world.find() == ["5", *EVERYTHING]


def test_a_removal_takes_a_document_out(world: World) -> None:
    world.follower().follow()
    world.ledger.append(Removal(Kind.CERTIFICATE, "3"))
    world.follower().follow()
    assert world.find() == ["4", "2", "1", "0"]


def test_within_a_batch_the_last_state_of_a_document_holds(world: World) -> None:
    gone = Removal(Kind.CERTIFICATE, "1")
    back = certificate(1, occupation=NURSE)
    world.ledger.append(gone, back, certificate(2), Removal(Kind.CERTIFICATE, "2"))
    world.follower(batch_size=100).follow()
    assert world.find() == ["4", "3", "1", "0"]
    assert world.find("育婴员") == ["1"]


def test_progress_tells_changes_and_cursor(world: World) -> None:
    told: list[tuple[int, int]] = []
    world.follower().follow(lambda done, cursor: told.append((done, cursor)))
    assert told == [(2, 2), (4, 4), (6, 6)]
    world.ledger.append(certificate(9))
    world.follower().follow(lambda done, cursor: told.append((done, cursor)))
    assert told[3:] == [(1, 7)]


@pytest.mark.parametrize("saves", range(4))
def test_dying_between_writing_and_saving_the_cursor_repeats_the_batch(world: World, saves: int) -> None:
    world.follower().follow()
    world.ledger.append(*(certificate(index, state="annulled") for index in (0, 5, 6, 7, 1, 5)))
    world.cursors.saves_until_death = saves
    if saves < 3:
        with pytest.raises(Killed):
            world.follower().follow()
    world.cursors.saves_until_death = None
    world.follower().follow()
    assert world.find() == ["7", "6", "5", *EVERYTHING]
    assert sorted(world.cursors.saved.values()) == [12]


@pytest.mark.parametrize("writes", range(3))
def test_an_index_that_fails_is_tried_again_from_the_same_cursor(world: World, writes: int) -> None:
    world.follower().follow()
    world.ledger.append(*(certificate(index) for index in range(5, 11)))
    world.library.writes_until_failure = writes
    with pytest.raises(SearchUnavailable):
        world.follower().follow()
    assert sorted(world.cursors.saved.values()) == [6 + 2 * writes]
    world.library.writes_until_failure = None
    world.follower().follow()
    assert len(world.find()) == 11


def test_a_rebuild_drops_what_the_source_no_longer_has(world: World) -> None:
    world.follower().follow()
    world.ledger.changes = [change for change in world.ledger.changes if change.cursor != 3]
    assert world.follower().rebuild() == 5
    assert world.find() == ["4", "3", "1", "0"]
    assert world.follower().follow() == 0


def test_a_rebuild_that_dies_leaves_the_old_index_answering(world: World) -> None:
    world.follower().follow()
    for failure in range(3):
        world.library.writes_until_failure = failure
        with pytest.raises(SearchUnavailable):
            world.follower().rebuild()
        assert world.find() == EVERYTHING
    world.library.writes_until_failure = None
    world.cursors.saves_until_death = 0
    with pytest.raises(Killed):
        world.follower().rebuild()
    assert world.find() == EVERYTHING
    assert list(world.library.shelves) == [world.library.published]


def test_while_a_rebuild_runs_the_old_index_keeps_following(world: World) -> None:
    world.follower().follow()

    def meanwhile() -> None:
        world.ledger.append(certificate(8))
        world.follower().follow()
        assert world.find() == ["8", *EVERYTHING]

    world.ledger.between[2] = meanwhile
    assert world.follower().rebuild() == 7
    assert world.find() == ["8", *EVERYTHING]


def test_a_batch_that_lands_in_the_index_that_replaced_its_own_is_made_good(world: World) -> None:
    """The follower read an old state, the rebuild a newer one; the old one must not be what stays."""
    world.follower().follow()
    world.ledger.append(certificate(1, state="annulled"))

    class Overtaken(ModelIndex):
        def upsert(self, documents: Sequence[Document]) -> None:
            world.ledger.append(certificate(1, state="valid"))
            world.follower().rebuild()
            super().upsert(documents)
            raise Killed

    with pytest.raises(Killed):
        Follower(world.ledger, Overtaken(world.library), world.cursors).follow()
    assert "annulled" in world.states()
    world.follower().follow()
    assert "annulled" not in world.states()


def test_an_index_too_broken_to_be_followed_can_be_rebuilt(world: World) -> None:
    world.follower().follow()

    class Broken(ModelIndex):
        @property
        def generation(self) -> str | None:
            raise SearchUnavailable("model", UnavailableReason.CORRUPT)

    follower = Follower(world.ledger, Broken(world.library), world.cursors)
    with pytest.raises(SearchUnavailable):
        follower.follow()
    assert follower.rebuild() == 6
    assert world.follower().follow() == 0


def test_a_lost_index_is_built_again(world: World) -> None:
    world.follower().follow()
    ModelIndex(world.library).wipe()
    assert world.follower().follow() == 6
    assert world.find() == EVERYTHING


def test_a_source_that_goes_backwards_is_refused(world: World) -> None:
    world.ledger.changes.reverse()
    with pytest.raises(ChangesOutOfOrder):
        world.follower().follow()
    world.ledger.changes = [Change(0, certificate(1))]
    world.ledger.changes_after = lambda cursor, limit: world.ledger.changes  # type: ignore[method-assign]
    with pytest.raises(ChangesOutOfOrder):
        world.follower().follow()


CHILD = """
import os, signal, sys
from pathlib import Path
from search.embedded import EmbeddedIndex
from search.follower import Change, Follower
from tests.search.builders import certificate

class Source:
    def changes_after(self, cursor, limit):
        return [Change(n + 1, certificate(n)) for n in range(cursor, 9)][:limit]

class FileCursors:
    path = Path(sys.argv[1]) / "cursor"
    def get(self, name):
        lines = self.path.read_text().splitlines() if self.path.exists() else []
        saved = dict(line.rsplit("=", 1) for line in lines)
        return int(saved[name]) if name in saved else None
    def set(self, name, cursor):
        if cursor == int(sys.argv[2]):
            os.kill(os.getpid(), signal.SIGKILL)
        with self.path.open("a") as stream:
            stream.write(f"{name}={cursor}\\n")

Follower(Source(), EmbeddedIndex(Path(sys.argv[1]) / "search"), FileCursors(), batch_size=2).follow()
"""


def test_a_killed_process_leaves_an_index_that_the_next_one_completes(tmp_path: Path) -> None:
    index = EmbeddedIndex(tmp_path / "search")
    index.build().publish()
    with asyncio.Runner() as runner:
        reader = EmbeddedReader(tmp_path / "search")
        for dies_at, there in ((4, 4), (8, 8), (-1, 9)):
            child = subprocess.run(
                [sys.executable, "-c", CHILD, str(tmp_path), str(dies_at)], cwd=os.getcwd()
            )
            assert child.returncode == (-signal.SIGKILL if dies_at > 0 else 0)
            hits = runner.run(reader.search(Query(Kind.CERTIFICATE, "电工")))
            assert [document.id for document in hits.documents] == [str(n) for n in range(there)][::-1]
