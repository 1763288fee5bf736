"""The embedded index's files: damage is an error, replacement is one step."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Event, Thread

import pytest

from search import embedded_reader
from search.documents import Kind, Removal
from search.embedded import EmbeddedIndex
from search.embedded_files import opened
from search.embedded_reader import EmbeddedReader
from search.errors import SearchTooBroad, SearchUnavailable, UnavailableReason
from search.query import MAX_WORDINGS, Query
from tests.search.bench import Bench
from tests.search.builders import ELECTRICIAN, School, certificate, institution


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with asyncio.Runner() as runner:
        made = Bench(EmbeddedIndex(tmp_path / "search"), EmbeddedReader(tmp_path / "search"), runner)
        made.fill(certificate(index) for index in range(300))
        yield made


@pytest.fixture
def file(bench: Bench, tmp_path: Path) -> Path:
    """The published file."""
    return tmp_path / "search" / (tmp_path / "search" / "current").read_text()


def refusal(bench: Bench, text: str = "电工") -> UnavailableReason:
    with pytest.raises(SearchUnavailable) as caught:
        bench.ask(Query(Kind.CERTIFICATE, text))
    return caught.value.reason


@pytest.mark.parametrize("text", ["", "电工", "无此词", "，", "示**", "S0000439900"])
def test_a_file_that_is_no_database_is_never_an_empty_result(bench: Bench, file: Path, text: str) -> None:
    file.write_bytes(b"not a database " * 1000)
    assert refusal(bench, text) is UnavailableReason.CORRUPT
    with pytest.raises(SearchUnavailable):
        _ = bench.index.generation
    with pytest.raises(SearchUnavailable):
        bench.write(certificate(1))


def test_an_emptied_file_is_never_an_empty_result(bench: Bench, file: Path) -> None:
    file.write_bytes(b"")
    assert refusal(bench) is UnavailableReason.CORRUPT


def test_overwritten_pages_are_never_an_empty_result(bench: Bench, file: Path) -> None:
    whole = file.read_bytes()
    file.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    for text in ("", "电工", "无此词", "示**", "S0000439900"):
        assert refusal(bench, text) is UnavailableReason.CORRUPT


def test_a_truncated_file_is_never_an_empty_result(bench: Bench, file: Path) -> None:
    file.write_bytes(file.read_bytes()[:8192])
    assert refusal(bench) is UnavailableReason.CORRUPT


def test_a_document_altered_in_the_file_is_not_shown(bench: Bench, file: Path) -> None:
    connection = sqlite3.connect(file)
    with connection:
        connection.execute("UPDATE certificate SET body = replace(body, '示**', '示例甲')")
    connection.close()
    assert refusal(bench) is UnavailableReason.CORRUPT
    with pytest.raises(SearchUnavailable):
        bench.write(certificate(1, state="annulled"))


def test_a_corrupt_index_can_be_rebuilt_in_place(bench: Bench, file: Path) -> None:
    file.write_bytes(b"not a database " * 1000)
    bench.fill([certificate(7)])
    assert bench.find("电工") == ["7"]
    assert not file.exists()


@pytest.mark.parametrize(
    "pointer", [b"", b"../../etc/passwd", b"\xff\xfe", b"index-v0-0123456789abcdef.sqlite"]
)
def test_a_pointer_to_nothing_of_ours_means_that_nothing_is_built(
    bench: Bench, tmp_path: Path, pointer: bytes
) -> None:
    (tmp_path / "search" / "current").write_bytes(pointer)
    assert refusal(bench) is UnavailableReason.NOT_BUILT
    assert bench.index.generation is None
    bench.fill([certificate(7)])
    assert bench.find() == ["7"]


def test_a_lost_file_means_that_nothing_is_built(bench: Bench, file: Path) -> None:
    file.unlink()
    assert refusal(bench) is UnavailableReason.NOT_BUILT
    assert bench.index.generation is None


def test_a_path_that_cannot_be_used_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "search").write_text("a file where the directory should be")
    index = EmbeddedIndex(tmp_path / "search")
    with pytest.raises(SearchUnavailable) as caught:
        index.build()
    assert caught.value.reason is UnavailableReason.UNREACHABLE
    with pytest.raises(SearchUnavailable):
        _ = index.generation


def test_a_query_that_takes_too_long_is_given_up(bench: Bench, tmp_path: Path) -> None:
    bench.fill(certificate(index) for index in range(2_000))
    hurried = EmbeddedReader(tmp_path / "search", timeout_seconds=-1)
    query = Query(Kind.CERTIFICATE, "电工", page=10, page_size=100)
    with pytest.raises(SearchUnavailable) as caught:
        bench.runner.run(hurried.search(query))
    assert caught.value.reason is UnavailableReason.TIMEOUT
    with pytest.raises(SearchUnavailable) as caught:
        hurried._search(query)  # the thread's own end, which the caller above did not wait for
    assert caught.value.reason is UnavailableReason.TIMEOUT


def test_a_query_that_is_stuck_is_given_up_by_its_caller(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    free = Event()

    def stuck(file: Path, mode: str) -> AbstractContextManager[sqlite3.Connection]:
        assert free.wait(60)
        return opened(file, mode)

    monkeypatch.setattr(embedded_reader, "opened", stuck)
    impatient = EmbeddedReader(tmp_path / "search", timeout_seconds=0.02)
    try:
        with pytest.raises(SearchUnavailable) as caught:
            bench.runner.run(impatient.search(Query(Kind.CERTIFICATE)))
    finally:
        free.set()
    assert caught.value.reason is UnavailableReason.TIMEOUT


def test_a_word_in_too_many_texts_is_refused_and_not_guessed(bench: Bench) -> None:
    schools = [
        School(f"S00004399{n:04}", f"示例{n:04}学校", "", "430100", "") for n in range(MAX_WORDINGS + 1)
    ]
    bench.fill([certificate(1), *(institution(school, occupations=(ELECTRICIAN,)) for school in schools)])
    assert bench.find("1999学校", kind=Kind.INSTITUTION) == ["S000043991999"]
    with pytest.raises(SearchTooBroad):
        bench.find("学校", kind=Kind.INSTITUTION)


def test_a_failed_write_leaves_the_index_as_it_was(bench: Bench, file: Path) -> None:
    connection = sqlite3.connect(file)
    connection.execute("CREATE TRIGGER refuse BEFORE INSERT ON certificate WHEN new.id = 302"
                       " BEGIN SELECT RAISE(ABORT, 'refused'); END")  # fmt: skip
    connection.close()
    with pytest.raises(SearchUnavailable):
        bench.write(certificate(301), certificate(302))
    assert bench.ask(Query(Kind.CERTIFICATE)).total == 300
    bench.write(certificate(301))
    assert bench.ask(Query(Kind.CERTIFICATE)).total == 301


def test_nothing_is_left_beside_the_published_file(bench: Bench, tmp_path: Path) -> None:
    for index in range(3):
        bench.fill([certificate(index)])
    abandoned = bench.index.build()
    abandoned.upsert([certificate(1)])
    bench.fill([certificate(9)])
    names = sorted(path.name for path in (tmp_path / "search").iterdir())
    assert [name for name in names if not name.startswith("index-v1-")] == ["current"]
    assert len(names) == 2


def test_taking_documents_out_takes_exactly_their_tokens_out(bench: Bench, tmp_path: Path) -> None:
    now = [certificate(index, state="annulled" if index % 3 else "valid") for index in range(0, 300, 2)]
    bench.write(*now)
    bench.index.delete([Removal(Kind.CERTIFICATE, str(index)) for index in range(1, 300, 2)])
    changed = _tokens(tmp_path / "search")
    bench.fill(now)
    assert changed == _tokens(tmp_path / "search") != []


def _tokens(directory: Path) -> list[tuple[str, int]]:
    """Every token of the published index with the number of documents that have it."""
    connection = sqlite3.connect(directory / (directory / "current").read_text())
    assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found = []
    for table in ("certificate_tokens", "institution_tokens", "wording_grams"):
        connection.execute(f"CREATE VIRTUAL TABLE temp.of_{table} USING fts5vocab('main', '{table}', 'row')")
        found += connection.execute(f"SELECT term, doc FROM temp.of_{table} ORDER BY term").fetchall()
    connection.close()
    return found


def test_prefixes_that_differ_only_in_category_are_two_institutions(bench: Bench) -> None:
    for category in "SY":
        bench.write(institution(School(f"{category}000043990009", f"示例{category}校", "", "430100", "")))
    assert bench.find(kind=Kind.INSTITUTION) == ["S000043990009", "Y000043990009"]


def test_a_query_sees_a_file_that_replaced_the_one_it_was_about_to_look_for(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    exists = Path.exists
    replacements = iter([certificate(7)])

    def replaced_first(self: Path) -> bool:
        for document in replacements:
            bench.fill([document])
        return exists(self)

    monkeypatch.setattr(Path, "exists", replaced_first)
    assert bench.find() == ["7"]


def test_a_query_sees_a_file_that_replaced_the_one_it_was_about_to_open(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    replacements = iter([certificate(7)])

    def replaced_first(file: Path, mode: str) -> AbstractContextManager[sqlite3.Connection]:
        for document in replacements:
            bench.fill([document])
        return opened(file, mode)

    monkeypatch.setattr(embedded_reader, "opened", replaced_first)
    assert bench.find() == ["7"]


def test_readers_see_a_whole_index_while_it_is_rebuilt_and_written(bench: Bench) -> None:
    def write() -> None:
        for _ in range(8):
            bench.fill(certificate(index) for index in range(300))
            bench.write(*(certificate(index, state="annulled") for index in range(300)))

    writer = Thread(target=write)
    writer.start()
    totals = set()
    while writer.is_alive():
        totals.add(bench.ask(Query(Kind.CERTIFICATE, "电工")).total)
    writer.join()
    assert totals == {300}


def test_what_was_removed_stands_in_no_part_of_the_files(bench: Bench, file: Path) -> None:
    """Also while a reader keeps the write-ahead log alive."""
    odd = certificate(7, identity="99**************97")
    # Full-text tables leave out what a token has in common with the one before it.
    token = odd.index_keys()[-1].encode()[3:]
    bench.write(odd)
    with opened(file, "ro") as reader:
        assert reader.execute("SELECT count(*) FROM certificate").fetchone()
        traces = [odd.number.encode(), odd.masked_identity.shown.encode(), token]
        kept = [path for path in file.parent.iterdir() if path.is_file()]
        assert all(any(trace in path.read_bytes() for path in kept) for trace in traces)
        bench.index.delete([Removal(Kind.CERTIFICATE, "7")])
        bench.index.wait()
        assert [path.name for path in kept if any(each in path.read_bytes() for each in traces)] == []
