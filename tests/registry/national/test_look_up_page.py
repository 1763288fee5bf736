"""The stand-in's look-up page: a question first, its outcomes apart, and nothing of anybody in an address."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from html import unescape
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.rows import CertificateRow, Row, RowAct, RowState
from registry.national.stand_in.app import create_app
from registry.national.stand_in.challenge import LIFETIME, Answered, Challenge
from registry.national.stand_in.errors import MessageRefused
from registry.national.stand_in.exchange import Network
from registry.national.stand_in.habits import Habits, Silence, parse_hours
from registry.national.stand_in.pages import form_values
from registry.national.stand_in.words import Language, page_words
from tests.builders.records import a_record
from tests.registry.national.builders import Clock, Switch
from tests.registry.national.network_builders import DATABASE, a_network, answered_question, batch_of
from tests.registry.national.row_builders import NOON, a_row, an_institution
from tests.registry.national.test_stand_in import signed

FIELDS = ("name", "id_number", "number", "sum", "token")


@dataclass
class Visitor:
    """Somebody in front of the page."""

    http: httpx.Client
    network: Network
    clock: Clock

    def page(self, path: str = "/") -> httpx.Response:
        return self.http.get(path)

    def looks_up(self, values: dict[str, str], path: str = "/lookup") -> httpx.Response:
        return self.http.post(path, data=answered_question(self.page().text) | values)


@pytest.fixture
def visitor(running: tuple[Switch, str], tmp_path: Path) -> Iterator[Visitor]:
    """In front of a network that holds one institution and the certificates 1 to 3."""
    with visiting(running, tmp_path) as visitor:
        put(visitor.network, 1, an_institution(), a_row(1, entry=2), a_row(2, entry=3), a_row(3, entry=4))
        yield visitor


@contextmanager
def visiting(running: tuple[Switch, str], directory: Path, habits: Habits | None = None) -> Iterator[Visitor]:
    switch, address = running
    clock = Clock()
    network = a_network(directory, clock.now, habits=habits)
    switch.app, switch.fails_over = create_app(network), lambda path, body: False
    with httpx.Client(base_url=address, trust_env=False) as http:
        yield Visitor(http, network, clock)


def put(network: Network, number: int, *rows: Row) -> None:
    network.desk.store.take(batch_of(number, number - 1, *rows), NOON, signed)


def entries(row: CertificateRow, **over: str) -> dict[str, str]:
    assert row.record is not None
    record = row.record
    return {"name": record.name, "id_number": record.id_number, "number": record.number, **over}


def test_the_page_says_what_it_is_in_both_languages(visitor: Visitor) -> None:
    page = visitor.page()
    assert page.status_code == 200
    assert page.text.startswith("<!doctype html>")
    assert "<title>技能人才评价证书全国联网查询（演示替身）</title>" in page.text
    assert "技能人才评价证书全国联网查询" in page.text
    assert "演示用的替身" in page.text
    assert 'lang="zh-CN"' in page.text
    assert 'href="/en"' in page.text
    english = visitor.page("/en")
    assert "A stand-in for demonstrations" in english.text
    assert '<html lang="en">' in english.text
    assert page.headers["cache-control"] == "no-store"
    assert "<script" not in page.text
    assert "style=" not in page.text
    assert visitor.page("/lookup.css").headers["content-type"].startswith("text/css")
    assert visitor.page("/lookup").status_code == 405
    assert visitor.page("/healthz").text == "ok"


def test_both_languages_have_the_same_words() -> None:
    assert page_words(Language.ZH).keys() == page_words(Language.EN).keys()
    for zh, en in zip(page_words(Language.ZH).items(), page_words(Language.EN).values(), strict=False):
        assert set(re.findall(r"{\w+}", zh[1])) == set(re.findall(r"{\w+}", page_words(Language.EN)[zh[0]]))
        assert en.strip()


def test_name_identity_and_number_together_find_a_certificate(visitor: Visitor) -> None:
    row = a_row(1)
    found = visitor.looks_up(entries(row, number=f" {entries(row)['number'].lower()} "))
    assert found.status_code == 200
    assert "<title>已查到，证书有效 · " in found.text
    assert '<h2 id="outcome">已查到，证书有效</h2>' in found.text
    assert "三级 / 高级工" in found.text
    assert "湘评备〔2024〕示例1号" in found.text
    assert "?" not in str(found.url)
    assert entries(row)["id_number"] not in found.text
    for name in ("name", "id_number", "number"):
        missed = visitor.looks_up(entries(row, **{name: "示例"}))
        assert missed.status_code == 200
        assert "未查到" in missed.text
        assert "发证省份的查询平台" in missed.text


def test_ways_of_typing_the_same_are_no_difference(visitor: Visitor) -> None:
    typed = "Ｓ00004 3990001 253000009"
    dotted = a_record(number="S000043990001253000009", name="示例·甲")
    put(visitor.network, 2, a_row(9, record=dotted))
    answer = visitor.looks_up(entries(a_row(9, record=dotted), name="示例．甲", number=typed))
    assert "已查到，证书有效" in answer.text


def test_english_finds_too(visitor: Visitor) -> None:
    answer = visitor.looks_up(entries(a_row(1)), "/en/lookup")
    assert "Found: the certificate is valid" in answer.text
    assert "Level 3, senior worker" in answer.text


def test_annulled_superseded_and_erased_are_told_apart_as_far_as_anything_is_left(visitor: Visitor) -> None:
    put(
        visitor.network,
        2,
        a_row(1, 2, RowState.ANNULLED, RowAct.ANNULLED, entry=5),
        a_row(2, 2, RowState.SUPERSEDED, RowAct.SUPERSEDED, entry=6),
        a_row(3, 2, RowState.ERASED, RowAct.ERASED, entry=7),
    )
    assert "证书已撤销" in visitor.looks_up(entries(a_row(1))).text
    assert "本编号已停用" in visitor.looks_up(entries(a_row(2))).text
    erased = visitor.looks_up(entries(a_row(3))).text
    assert "未查到" in erased
    assert "个人信息已依法删除" in erased


@pytest.mark.parametrize("answer", ["", "99", "七", "-1"])
def test_a_wrong_answer_says_so_and_keeps_what_was_typed(visitor: Visitor, answer: str) -> None:
    page = visitor.looks_up(entries(a_row(1), sum=answer))
    assert page.status_code == 422
    assert "算式的答案不对" in page.text
    assert "已查到" not in page.text
    for value in entries(a_row(1)).values():
        assert f'value="{value}"' in unescape(page.text)
    # The new question is one to answer at once.
    again = visitor.http.post("/lookup", data=entries(a_row(1)) | answered_question(page.text))
    assert "已查到，证书有效" in again.text


def test_a_question_is_good_for_one_answer_and_for_a_while(visitor: Visitor) -> None:
    answered = answered_question(visitor.page().text) | entries(a_row(1))
    assert "已查到" in visitor.http.post("/lookup", data=answered).text
    twice = visitor.http.post("/lookup", data=answered)
    assert (twice.status_code, "算式已过期或已用过" in twice.text) == (422, True)
    late = answered_question(visitor.page().text) | entries(a_row(1))
    visitor.clock.moment += LIFETIME
    assert "算式已过期或已用过" in visitor.http.post("/lookup", data=late).text


@given(st.text(max_size=80), st.text(max_size=8))
def test_no_token_but_our_own_is_answered(token: str, answer: str) -> None:
    assert Challenge(lambda: NOON).judge(token, answer) is Answered.EXPIRED


def test_a_token_of_another_process_or_a_changed_one_is_no_question() -> None:
    ours, theirs = (Challenge(lambda: NOON, lambda least, most: least) for _ in range(2))
    question = theirs.question()
    assert ours.judge(question.token, "4") is Answered.EXPIRED
    changed = question.token[:11] + ("A" if question.token[11] != "A" else "B") + question.token[12:]
    assert theirs.judge(changed, "4") is Answered.EXPIRED
    assert theirs.judge(question.token, "４ ") is Answered.RIGHT


def test_used_questions_are_forgotten_once_they_have_ended() -> None:
    clock = Clock()
    challenge = Challenge(clock.now)
    for _ in range(3):
        challenge.judge(challenge.question().token, "0")
        clock.moment += LIFETIME + timedelta(seconds=1)
    assert len(challenge._used) == 1


def test_what_is_missing_is_named(visitor: Visitor) -> None:
    page = visitor.looks_up(entries(a_row(1), id_number=" "))
    assert page.status_code == 422
    assert "请填写证件号码" in page.text
    assert "请填写姓名" not in page.text
    assert 'aria-invalid="true"' in page.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name=a&number=b",
        b"name=a&name=b&id_number=1&number=2&sum=3&token=4",
        b"name=%FF&id_number=1&number=2&sum=3&token=4",
        b"\xff",
        b"name=" + b"a" * 5_000,
    ],
)
def test_a_malformed_form_is_answered_with_the_form(visitor: Visitor, body: bytes) -> None:
    answer = visitor.http.post("/lookup", content=body)
    assert answer.status_code == 422
    assert "没有收到完整的表单" in answer.text


@given(st.binary(max_size=200))
def test_any_form_is_read_or_refused(body: bytes) -> None:
    try:
        values = form_values(body)
    except MessageRefused:
        return
    assert set(values) == set(FIELDS)


def test_what_a_visitor_types_or_the_register_sends_is_not_shown_as_markup(visitor: Visitor) -> None:
    record = a_record(number="S000043990001253000009", occupation="<b>电工</b>")
    put(visitor.network, 2, a_row(9, record=record))
    assert "&lt;b&gt;电工" in visitor.looks_up(entries(a_row(9, record=record))).text
    typed = visitor.looks_up(entries(a_row(1), name='"><script>'))
    assert "<script" not in typed.text


def test_a_dead_database_is_not_a_missing_certificate(visitor: Visitor, tmp_path: Path) -> None:
    for file in tmp_path.glob(f"{DATABASE}*"):
        file.unlink()
    answer = visitor.looks_up(entries(a_row(1)))
    assert answer.status_code == 503
    assert "暂时无法查询" in answer.text
    assert "不表示证书不存在" in answer.text
    assert "未查到</h2>" not in answer.text


@pytest.mark.parametrize(
    ("habits", "words"),
    [
        (Habits(maintenance=(parse_hours("11:30-12:45"),)), "预计 12:45 恢复"),
        (Habits(silence=Silence(NOON, timedelta(days=7))), "暂时无法查询"),
    ],
)
def test_a_network_that_is_closed_says_that_it_could_not_look(
    running: tuple[Switch, str], tmp_path: Path, habits: Habits, words: str
) -> None:
    with visiting(running, tmp_path, habits) as visitor:
        answer = visitor.looks_up(entries(a_row(1)))
        assert answer.status_code == 503
        assert words in answer.text
        assert "未查到</h2>" not in answer.text
