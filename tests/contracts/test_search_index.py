"""What every search index does: one suite over the model, the embedded index and Meilisearch."""

import asyncio
from datetime import date

import meilisearch
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.documents import CertificateDocument, Document, Kind, OfferedOccupation, Removal
from search.errors import PageOutOfReach, SearchUnavailable, UnavailableReason
from search.follower import Follower
from search.meili import MeiliIndex
from search.meili_reader import MeiliReader
from search.meili_wire import IndexNames
from search.query import MAX_REACH, Filters, Query, plan
from search.texts import order_key
from tests.search.bench import Bench
from tests.search.builders import ELECTRICIAN, MARKETER, NORTH, NURSE, SOUTH, School, certificate, institution
from tests.search.changes import Cursors, Ledger
from tests.search.meili_server import ABSENT, MeiliServer
from tests.search.model_index import matches

INSTITUTION = Kind.INSTITUTION
EAST = School("S000043990003", "示例衡阳培训学校", "示例衡校", "430400", "衡阳市")


def register() -> list[Document]:
    """A small register of certificates and institutions, no two alike."""
    return [
        certificate(1, name="示**", occupation=ELECTRICIAN),
        certificate(2, name="示*", occupation=MARKETER, level=4, issued_on=date(2024, 12, 31)),
        certificate(3, name="例**", identity="E1*****78", occupation=NURSE, school=SOUTH, state="annulled"),
        certificate(4, name="张**", occupation=ELECTRICIAN, school=SOUTH, level=5),
        certificate(50, name="阿**", identity="", occupation=NURSE, issued_on=date(2024, 1, 2)),
        certificate(51, name="", identity="43**************16", occupation=MARKETER, state="erased"),
        institution(NORTH, occupations=(ELECTRICIAN, MARKETER), former_names=("示例旧名学院",)),
        institution(SOUTH, occupations=(NURSE,), state="expired"),
        institution(EAST, occupations=(ELECTRICIAN,)),
    ]


def reason(caught: pytest.ExceptionInfo[SearchUnavailable]) -> UnavailableReason:
    return caught.value.reason


WRITER_ACTIONS = [
    "documents.add", "documents.delete", "indexes.create", "indexes.get", "indexes.delete", "indexes.swap",
    "settings.update", "tasks.get",
]  # fmt: skip
READER_ACTIONS = ["search"]


def test_the_suite_ran_against_a_real_meilisearch(meili_server: MeiliServer | None) -> None:
    if meili_server is None:
        pytest.skip(ABSENT)
    client = meilisearch.Client(meili_server.url, meili_server.key, timeout=30)
    assert client.get_version()["pkgVersion"].startswith("1."), "this is no version that we know"
    if not meili_server.own:
        return  # a server that was lent to us keeps the keys it has
    names = IndexNames("narrow")
    keys = [
        client.create_key({"actions": actions, "indexes": [indexes], "expiresAt": None}).key
        # A key for named indexes may swap them but not see how the swap went, which has no index of its own.
        for actions, indexes in ((WRITER_ACTIONS, "*"), (READER_ACTIONS, "narrow_*"))
    ]
    index = MeiliIndex(meili_server.url, keys[0], names=names)
    with asyncio.Runner() as runner:
        bench = Bench(index, MeiliReader(meili_server.url, keys[1], names=names, timeout_seconds=30), runner)
        for number in (1, 2):  # the second replaces the first
            bench.fill([certificate(number)])
            bench.write(certificate(3))
            assert bench.find("电工") == ["3", str(number)]
        bench.index.delete([Removal(Kind.CERTIFICATE, "3")])
        bench.index.wait()
        with pytest.raises(SearchUnavailable) as caught:
            MeiliIndex(meili_server.url, keys[1], names=names).wipe()
        assert reason(caught) is UnavailableReason.REFUSED
        bench.index.wipe()
        runner.run(bench.reader.close())


# nothing there


def test_what_was_never_built_is_not_an_empty_result(bench: Bench) -> None:
    assert bench.index.generation is None
    for text in ("", "电工", "，"):
        with pytest.raises(SearchUnavailable) as caught:
            bench.find(text)
        assert reason(caught) is UnavailableReason.NOT_BUILT


def test_what_was_never_built_takes_no_documents(bench: Bench) -> None:
    with pytest.raises(SearchUnavailable) as caught:
        bench.write(certificate(1))
    assert reason(caught) is UnavailableReason.NOT_BUILT
    assert bench.index.generation is None


def test_an_empty_index_finds_nothing(bench: Bench) -> None:
    bench.fill([])
    assert bench.find() == []
    assert bench.find("电工") == []
    assert bench.find("电工", kind=INSTITUTION) == []


# words


def test_chinese_words_of_any_length_are_found_inside_texts(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("电工") == ["4", "1"]
    assert bench.find("工") == ["4", "1"]
    assert bench.find("联网") == ["51", "2"]
    assert bench.find("联网营销师") == ["51", "2"]
    assert bench.find("直播") == ["51", "2"]
    assert bench.find("师网") == []
    assert bench.find("示例（长沙）职业技能评价中心") == ["51", "50", "2", "1"]


def test_a_text_with_all_pairs_of_a_word_but_not_the_word_is_not_found(bench: Bench) -> None:
    bench.fill([certificate(1, occupation=OfferedOccupation("6-31-01-09", "电工电子工"))])
    assert bench.find("电工电") == ["1"]
    assert bench.find("工电工") == []


def test_every_word_must_be_found_but_each_in_a_text_of_its_own(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("电工 株洲") == ["4"]
    assert bench.find("株洲 电工") == ["4"]
    assert bench.find("电工株洲") == []
    assert bench.find("示 株洲") == ["4", "3"]
    assert bench.find("育婴 长沙市") == ["50"]


def test_width_case_and_separators_do_not_matter(bench: Bench) -> None:
    plc = OfferedOccupation("6-31-01-04", "PLC 编程员（Ｘ型）")
    bench.fill([certificate(7, occupation=plc), certificate(8)])
    for text in ("plc", "ＰＬＣ", "plc编程员", "PLC-编程员", "编程员x型", "x型　ｐｌｃ", "编\u200b程员"):
        assert bench.find(text) == ["7"], text


def test_a_hyphen_does_not_negate(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("-电工") == ["4", "1"]
    assert bench.find("示 -电工") == bench.find("示 电工")
    assert bench.find('NOT "电工"') == []


def test_a_masked_name_is_compared_as_a_whole(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("示**") == ["1"]
    assert bench.find("示*") == ["2"]
    assert bench.find("示＊") == ["2"]
    assert bench.find("张**") == ["4"]
    assert bench.find("张*") == bench.find("张*三") == bench.find("张***") == []
    assert bench.find("*") == []
    assert bench.find("示** 电工") == ["1"]


def test_a_surname_finds_the_masks_that_show_it(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("张") == ["4"]
    assert bench.find("阿") == ["50"]


def test_a_masked_identity_is_compared_as_a_whole_and_only_so(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("43**************15") == ["4", "2", "1"]
    assert bench.find("43**************16") == ["51"]
    assert bench.find("e1*****78") == ["3"]
    assert bench.find("43") == []


def test_an_occupation_code_finds_that_occupation(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("4-10-01-02") == ["50", "3"]
    assert bench.find("4-10-01-02", kind=INSTITUTION) == [SOUTH.prefix]


# numbers


def test_a_number_finds_exactly_its_certificate(bench: Bench) -> None:
    bench.fill(register())
    number = certificate(1).number
    for text in (
        number,
        number.lower(),
        f" {number} ",
        f"{number[:5]} {number[5:]}",
        number.replace("0", "０"),
    ):
        assert bench.find(text) == ["1"]
    assert bench.find(number, level=3) == ["1"]
    assert bench.find(number, level=4) == []
    assert bench.find(f"{number} 育婴员") == []
    assert bench.find(number[:-1] + "9") == []
    assert bench.find(number=number) == ["1"]


def test_the_beginning_of_a_number_finds_what_begins_so(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("S0000439") == ["51", "50", "2", "1"]
    assert bench.find(SOUTH.prefix) == ["4", "3"]
    assert bench.find(f"{NORTH.prefix}25") == ["51", "1"]
    assert bench.find(certificate(50, issued_on=date(2024, 1, 2)).number[:-1]) == ["50"]
    assert bench.find(f"{SOUTH.prefix} 电工") == ["4"]
    assert bench.find("S0000438") == []
    assert bench.find("S000043") == []


def test_the_beginning_of_a_prefix_finds_institutions(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find(NORTH.prefix.lower(), kind=INSTITUTION) == [NORTH.prefix]
    assert bench.find("S000043990", kind=INSTITUTION) == [NORTH.prefix, EAST.prefix]
    assert bench.find(certificate(1).number, kind=INSTITUTION) == []


# filters, order, pages


def test_filters_are_equalities_and_all_must_hold(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find(level=3) == ["51", "50", "3", "1"]
    assert bench.find(year=2024) == ["50", "2"]
    assert bench.find(prefix=SOUTH.prefix) == ["4", "3"]
    assert bench.find(occupation_code=NURSE.code) == ["50", "3"]
    assert bench.find(bureau="430200") == ["4", "3"]
    assert bench.find(state="annulled") == ["3"]
    assert bench.find(state="annul") == []
    assert bench.find(level=3, year=2025, bureau="430100", state="valid") == ["1"]
    assert bench.find("示", level=4) == ["2"]
    assert bench.find(bureau="430400", kind=INSTITUTION) == [EAST.prefix]
    assert bench.find(state="expired", kind=INSTITUTION) == [SOUTH.prefix]
    assert bench.find(occupation_code=ELECTRICIAN.code, kind=INSTITUTION) == [NORTH.prefix, EAST.prefix]


def test_institutions_are_found_by_names_city_and_occupations(bench: Bench) -> None:
    bench.fill(register())
    assert bench.find("评价中心", kind=INSTITUTION) == [NORTH.prefix]
    assert bench.find("株机", kind=INSTITUTION) == [SOUTH.prefix]
    assert bench.find("旧名", kind=INSTITUTION) == [NORTH.prefix]
    assert bench.find("衡阳市", kind=INSTITUTION) == [EAST.prefix]
    assert bench.find("直播销售员", kind=INSTITUTION) == [NORTH.prefix]
    assert bench.find("电工 衡", kind=INSTITUTION) == [EAST.prefix]


def test_institutions_are_sorted_by_the_sound_of_their_names(bench: Bench) -> None:
    names = ("示例株洲", "示例安化", "示例岳阳", "示例A校", "示例常德")
    schools = [School(f"S00004399000{n}", name, "", "430100", "") for n, name in enumerate(names)]
    twin = School("S000043990009", "示例岳阳", "", "430100", "")
    bench.fill(institution(school) for school in (twin, *schools))
    expected = [
        "S000043990003",
        "S000043990001",
        "S000043990004",
        "S000043990002",
        twin.prefix,
        "S000043990000",
    ]
    assert bench.find(kind=INSTITUTION) == expected
    assert sorted(order_key(s.name, s.prefix) for s in schools)[0].endswith("s000043990003")


def test_pages_are_disjoint_and_together_everything_newest_first(bench: Bench) -> None:
    bench.fill(certificate(index, level=1 + index % 5) for index in range(11))
    seen = []
    for page in (1, 2, 3, 4):
        hits = bench.ask(Query(Kind.CERTIFICATE, "电工", page=page, page_size=4))
        assert (hits.total, hits.more, hits.page, hits.page_size) == (11, False, page, 4)
        seen.append([document.id for document in hits.documents])
    assert seen == [["10", "9", "8", "7"], ["6", "5", "4", "3"], ["2", "1", "0"], []]


def test_documents_come_back_as_they_went_in(bench: Bench) -> None:
    bench.fill(register())
    wanted = [document for document in register() if document.kind is Kind.CERTIFICATE]
    hits = bench.ask(Query(Kind.CERTIFICATE))
    assert list(hits.certificates) == wanted[::-1]
    assert hits.institutions == ()
    hits = bench.ask(Query(INSTITUTION, filters=Filters(prefix=NORTH.prefix)))
    assert hits.documents == (register()[6],)


def test_counting_and_paging_end_at_the_cap(large_bench: Bench) -> None:
    bench = large_bench
    bench.fill(certificate(index, school=SOUTH if index else NORTH) for index in range(MAX_REACH + 1))
    every = bench.ask(Query(Kind.CERTIFICATE, "电工", page=10, page_size=100))
    assert (every.total, every.more) == (MAX_REACH, True)
    assert [document.id for document in every.documents] == [str(index) for index in range(100, 0, -1)]
    exactly = bench.ask(Query(Kind.CERTIFICATE, "株洲"))
    assert (exactly.total, exactly.more) == (MAX_REACH, False)
    with pytest.raises(PageOutOfReach):
        Query(Kind.CERTIFICATE, "电工", page=11, page_size=100)


# changes


def test_a_document_replaces_the_one_of_its_id(bench: Bench) -> None:
    bench.fill([certificate(1), certificate(2), institution(NORTH)])
    bench.write(certificate(1, occupation=NURSE, state="annulled"), institution(NORTH, name="示例新名学院"))
    assert bench.find("电工") == ["2"]
    assert bench.find("育婴员") == ["1"]
    assert bench.find(state="valid") == ["2"]
    assert bench.find() == ["2", "1"]
    assert bench.find("新名", kind=INSTITUTION) == [NORTH.prefix]
    assert bench.find("评价中心", kind=INSTITUTION) == []


def test_writing_twice_changes_nothing(bench: Bench) -> None:
    bench.fill(register())
    before = [bench.ask(Query(kind)) for kind in Kind]
    bench.write(*register())
    bench.write(*register(), *register())
    assert [bench.ask(Query(kind)) for kind in Kind] == before


def test_the_last_of_several_states_in_one_call_holds(bench: Bench) -> None:
    bench.fill([])
    bench.write(certificate(1), certificate(1, state="annulled"))
    assert bench.find() == bench.find(state="annulled") == ["1"]


def test_a_removed_document_is_not_found_and_removing_nothing_does_nothing(bench: Bench) -> None:
    bench.fill(register())
    removals = [
        Removal(Kind.CERTIFICATE, "1"),
        Removal(Kind.CERTIFICATE, "999"),
        Removal(INSTITUTION, NORTH.prefix),
    ]
    for _ in range(2):
        bench.index.delete(removals)
        bench.index.wait()
        assert bench.find("电工") == ["4"]
        assert bench.find("评价中心", kind=INSTITUTION) == []
        assert len(bench.find()) == 5
    bench.write(certificate(1))
    assert bench.find("电工") == ["4", "1"]


# builds


def test_the_old_index_answers_until_the_new_one_is_published(bench: Bench) -> None:
    bench.fill([certificate(1), institution(NORTH)])
    old = bench.index.generation
    build = bench.index.build()
    build.upsert([certificate(2), certificate(3)])
    build.delete([Removal(Kind.CERTIFICATE, "3")])
    build.wait()
    assert (bench.find(), bench.find(kind=INSTITUTION)) == (["1"], [NORTH.prefix])
    assert bench.index.generation == old != build.generation
    build.publish()
    assert (bench.find(), bench.find(kind=INSTITUTION)) == (["2"], [])
    assert bench.index.generation == build.generation
    build.discard()
    bench.write(certificate(4))
    assert bench.find() == ["4", "2"]


def test_a_discarded_build_leaves_no_trace(bench: Bench) -> None:
    bench.fill([certificate(1)])
    build = bench.index.build()
    build.upsert([certificate(2)])
    build.wait()
    build.discard()
    assert bench.find() == ["1"]
    with pytest.raises(SearchUnavailable) as caught:
        build.publish()
    assert reason(caught) is UnavailableReason.BUILD_LOST
    assert bench.find() == ["1"]


def test_a_build_that_another_overtook_cannot_be_published(bench: Bench) -> None:
    bench.fill([certificate(1)])
    slow = bench.index.build()
    fast = bench.index.build()
    fast.upsert([certificate(2)])
    fast.publish()
    with pytest.raises(SearchUnavailable) as caught:
        slow.publish()
    assert reason(caught) is UnavailableReason.BUILD_LOST
    assert bench.find() == ["2"]


def test_a_wiped_index_says_that_nothing_is_built(bench: Bench) -> None:
    bench.fill([certificate(1)])
    bench.index.wipe()
    bench.index.wipe()
    assert bench.index.generation is None
    with pytest.raises(SearchUnavailable) as caught:
        bench.find()
    assert reason(caught) is UnavailableReason.NOT_BUILT
    bench.fill([certificate(2)])
    assert bench.find() == ["2"]


def test_a_follower_fills_follows_and_rebuilds(bench: Bench) -> None:
    ledger, cursors = Ledger(), Cursors()
    follower = Follower(ledger, bench.index, cursors, batch_size=4)
    ledger.append(*register())
    assert follower.follow() == 9
    before = bench.index.generation
    ledger.append(
        certificate(1, state="annulled"), Removal(Kind.CERTIFICATE, "50"), institution(EAST, name="示例甲校")
    )
    assert follower.follow() == 3
    assert bench.find(state="annulled") == ["3", "1"]
    assert follower.follow() == 0
    everything = [bench.find(kind=kind) for kind in Kind]
    assert everything == [["51", "4", "3", "2", "1"], [NORTH.prefix, EAST.prefix, SOUTH.prefix]]
    assert follower.rebuild() == 12
    assert [bench.find(kind=kind) for kind in Kind] == everything
    assert bench.index.generation != before
    assert follower.follow() == 0


# any text

AWKWARD = (
    "", " ", "\x00", "\n\t", "*", "**", "'", '"', '"电工', "电工'", "\\", "%", "_", "(", ")", "[]", "{}",
    "-", "--", "- 电工", "NOT 电工", "AND", "OR", "电工 OR", "NEAR(电工)", "电工*", "^电工", "grams:电工",
    "电工;--", "keys = 1", "level > 0", "TO", "IN [", "EXISTS", "<script>", "../", "S0000439\x00", "示·例",
    "\U00020bb7野", "é", "\ufb01", "ı", "İ", "ß", "ſ", "한국", "कि", "\U0001f469\u200d\U0001f527",
    "\ud800", "\u202e电工", "\ufeff", "电" * 500, "a b " * 60, "0" * 22, "S" + "0" * 30, "４３＊＊",
    "6-31-01-0", "6-31-01-031", "6—31—01—03", "电\u0301工",
)  # fmt: skip


def test_no_text_is_an_error(bench: Bench) -> None:
    documents = register()
    bench.fill(documents)
    for text in AWKWARD:
        for kind in Kind:
            planned = plan(Query(kind, text))
            expected = {d.id for d in documents if d.kind is kind and matches(d, planned)}
            assert set(bench.find(text, kind=kind)) == expected, ascii(text)


OCCUPATIONS = (ELECTRICIAN, MARKETER, NURSE)
SCHOOLS = (NORTH, SOUTH, EAST)
CERTIFICATES = st.builds(
    certificate,
    st.integers(0, 40),
    name=st.sampled_from(("示**", "示*", "例**", "")),
    occupation=st.sampled_from(OCCUPATIONS),
    level=st.integers(1, 5),
    school=st.sampled_from(SCHOOLS),
    state=st.sampled_from(("valid", "annulled")),
)
WORDS = st.one_of(
    st.sampled_from(
        ("电", "电工", "营销师", "示", "例", "示**", "长沙", "中心", "S0000439900", "4-10-01-02", "工员")
    ),
    st.text(max_size=8),
    st.text(alphabet=st.sampled_from("电工示例长沙市互联网营销师直播员*- 　（）"), max_size=6),
)
FILTERS = st.builds(
    Filters,
    level=st.none() | st.integers(1, 5),
    state=st.none() | st.sampled_from(("valid", "annulled")),
    prefix=st.none() | st.sampled_from([school.prefix for school in SCHOOLS]),
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    documents=st.lists(CERTIFICATES, max_size=12),
    questions=st.lists(
        st.tuples(st.lists(WORDS, max_size=3).map(" ".join), FILTERS), min_size=10, max_size=20
    ),
)
def test_any_question_is_answered_as_plain_comparison_would(
    large_bench: Bench, documents: list[CertificateDocument], questions: list[tuple[str, Filters]]
) -> None:
    bench = large_bench
    if bench.index.generation is None:
        bench.fill([])
    bench.index.delete([Removal(Kind.CERTIFICATE, found) for found in bench.find()])
    bench.write(*documents)
    last = {document.id: document for document in documents}
    for text, filters in questions:
        query = Query(Kind.CERTIFICATE, text, filters)
        expected = [d for d in last.values() if matches(d, plan(query))]
        expected.sort(key=lambda document: -document.entry_index)
        assert list(bench.ask(query).documents) == expected[:20]
