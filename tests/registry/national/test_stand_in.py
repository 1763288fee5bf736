"""The stand-in: its own rules, its continuity, and a look-up page that says what it is."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from random import Random

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.national.http_signatures import Message, content_digest, request_message, sign
from registry.national.objects import BatchId
from registry.national.protocol import BATCH_COMPONENTS, BATCH_TYPE, BATCHES_PATH, TAG, Batch, make_batch
from registry.national.reasons import RowReason
from registry.national.receipts import Accepted, Receipt, Rejected, parse_receipt, receipt_bytes
from registry.national.rows import Row, RowAct, RowState, row_bytes
from registry.national.stand_in.checks import objection
from registry.national.stand_in.desk import Desk, clients_by_keyid
from registry.national.stand_in.errors import MessageRefused, RefusalCode
from registry.national.stand_in.faults import Fault, by_chance
from registry.national.stand_in.keys import KEY_FILE, PUBLIC_FILE, network_key
from registry.national.stand_in.store import StandInStore, StoredAnswer
from registry.national.sync import sync_once
from signing.encoding import b64url_decode, b64url_encode
from signing.errors import KeyFileExposed
from tests.builders.records import a_number, a_record, an_id_number
from tests.registry.national.builders import Switch, World, a_world
from tests.registry.national.row_builders import NETWORK_KEY, NOON, PROVINCE_KEY, a_row, without_record

TODAY = date(2026, 3, 2)
TAKEN = Accepted(TODAY)
COMPANY = "Y000043990001"


def batch_id(number: int) -> BatchId:
    return BatchId(b64url_encode(bytes([number]) * 16) if number else "")


def batch_of(number: int, previous: int, first: int, *rows: Row) -> Batch:
    lines = [row_bytes(row) for row in rows]
    return make_batch(batch_id(number), batch_id(previous), first, first + len(lines) - 1, lines)


def signed(receipt: Receipt) -> StoredAnswer:
    return StoredAnswer(receipt_bytes(receipt), {"x": "y"})


def results(store: StandInStore, batch: Batch) -> tuple[Accepted | Rejected, ...]:
    return parse_receipt(store.take(batch, NOON, signed).body).results


@pytest.fixture
def store(tmp_path: Path) -> StandInStore:
    return StandInStore(tmp_path / "network.sqlite")


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_record(), None),
        (a_record(number="S00004399000125300001"), RowReason.NUMBER_MALFORMED),
        (a_record(number="J000043990001253000001"), RowReason.NUMBER_MALFORMED),
        (a_record(level="4"), RowReason.NUMBER_DIFFERS),
        (a_record(issued_on="2024-09-01"), RowReason.NUMBER_DIFFERS),
        (a_record(institution="S000043990002"), RowReason.NUMBER_DIFFERS),
        (a_record(number=a_number(prefix=COMPANY), institution=COMPANY), RowReason.EMPLOYER_MISSING),
        (a_record(number=a_number(prefix=COMPANY), institution=COMPANY, employer="示例公司"), None),
        (a_record(id_type="299"), RowReason.IDENTITY_TYPE_NOT_TAKEN),
        (a_record(id_number="430102199003074514"), RowReason.IDENTITY_NUMBER_WRONG),
        (a_record(id_number="43010219900307451x"), RowReason.IDENTITY_NUMBER_WRONG),
        (a_record(id_type="208", id_number="X1234567"), None),
        (a_record(issued_on="2025-02-30"), RowReason.ROW_MALFORMED),
        (a_record(number=a_number(year=2026), issued_on="2026-03-03"), RowReason.ISSUED_IN_FUTURE),
        (a_record(number=a_number(year=2026), issued_on="2026-03-02"), None),
        (a_record(id_number=an_id_number(born_on=date(2009, 9, 2))), RowReason.HOLDER_UNDER_16),
        (a_record(id_number=an_id_number(born_on=date(2009, 9, 1))), None),
    ],
)
def test_the_network_judges_by_its_own_rules(record: object, reason: RowReason | None) -> None:
    row = a_row(record=record)  # type: ignore[arg-type]  # each case is a record
    assert objection(row, TODAY) is reason


def test_only_what_is_in_force_is_judged() -> None:
    wrong = a_record(id_type="299")
    assert objection(a_row(2, 2, RowState.ANNULLED, record=wrong), TODAY) is None
    assert objection(without_record(a_row()), TODAY) is None


def test_a_batch_sent_twice_gets_its_first_receipt(store: StandInStore) -> None:
    batch = batch_of(1, 0, 1, a_row())
    first = store.take(batch, NOON, signed)
    assert store.take(batch, NOON + timedelta(days=1), signed) == first


def test_a_batch_id_is_used_once(store: StandInStore) -> None:
    store.take(batch_of(1, 0, 1, a_row(1)), NOON, signed)
    with pytest.raises(MessageRefused) as refused:
        store.take(batch_of(1, 0, 1, a_row(2)), NOON, signed)
    assert refused.value.reason is RefusalCode.BATCH_ID_REUSED


@pytest.mark.parametrize(
    ("previous", "first", "reason"),
    [
        (9, 2, RefusalCode.PREVIOUS_UNKNOWN),
        (1, 3, RefusalCode.RANGE_NOT_CONTINUOUS),
        (1, 1, RefusalCode.RANGE_NOT_CONTINUOUS),
        (0, 2, RefusalCode.RANGE_NOT_CONTINUOUS),
    ],
)
def test_a_gap_in_the_queue_is_refused(
    store: StandInStore, previous: int, first: int, reason: RefusalCode
) -> None:
    store.take(batch_of(1, 0, 1, a_row(1)), NOON, signed)
    with pytest.raises(MessageRefused) as refused:
        store.take(batch_of(2, previous, first, a_row(2)), NOON, signed)
    assert refused.value.reason is reason
    assert [held.number for held in store.held()[0]] == [a_number(1)]


def test_a_later_version_supersedes_and_an_older_one_is_refused(store: StandInStore) -> None:
    assert results(store, batch_of(1, 0, 1, a_row(1, 2))) == (TAKEN,)
    older = Rejected(RowReason.OLDER_VERSION)
    assert results(store, batch_of(2, 1, 2, a_row(1, 1), a_row(1, 3))) == (older, TAKEN)
    assert [held.version for held in store.held()[0]] == [3]


def test_a_known_version_is_taken_again_but_never_changed(store: StandInStore) -> None:
    row = a_row()
    other = a_row(record=a_record(number=row.number, name="示例乙"))
    assert results(store, batch_of(1, 0, 1, row)) == (TAKEN,)
    again = parse_receipt(store.take(batch_of(2, 1, 2, row), NOON + timedelta(days=9), signed).body)
    assert again.results == (TAKEN,)
    assert results(store, batch_of(3, 2, 3, other)) == (Rejected(RowReason.VERSION_CONFLICT),)


def test_a_known_version_loses_its_record_when_it_was_erased(store: StandInStore) -> None:
    record = a_row().record
    assert record is not None
    asked = {"name": record.name, "id_number": record.id_number, "number": record.number}
    assert results(store, batch_of(1, 0, 1, a_row())) == (TAKEN,)
    assert store.look_up(**asked) is not None
    assert results(store, batch_of(2, 1, 2, without_record(a_row()))) == (TAKEN,)
    assert store.look_up(**asked) is None
    # It came once more with the record: the same version, and what was erased stays erased.
    assert results(store, batch_of(3, 2, 3, a_row())) == (TAKEN,)
    assert store.look_up(**asked) is None


def test_a_line_that_is_no_row_costs_itself_only(store: StandInStore) -> None:
    lines = [b"broken", row_bytes(a_row())]
    batch = make_batch(batch_id(1), batch_id(0), 1, 2, lines)
    assert results(store, batch) == (Rejected(RowReason.ROW_MALFORMED), TAKEN)


def test_a_failure_in_the_middle_takes_nothing(store: StandInStore) -> None:
    def failing(receipt: Receipt) -> StoredAnswer:
        raise KeyError("signing failed")

    with pytest.raises(KeyError):
        store.take(batch_of(1, 0, 1, a_row()), NOON, failing)
    assert store.held() == ([], "")


def posted(address: str, values: dict[str, str]) -> httpx.Response:
    with httpx.Client(base_url=address, trust_env=False) as http:
        return http.post("/lookup", data=values)


def filled(row: Row, **over: str) -> dict[str, str]:
    assert row.record is not None
    record = row.record
    return {"name": record.name, "id_number": record.id_number, "number": record.number, **over}


def online(world: World, *more: Row) -> None:
    world.outbox.rows += more
    sync_once(world.sender)


def test_the_page_says_what_it_is(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running), httpx.Client(base_url=running[1], trust_env=False) as http:
        page = http.get("/")
        assert page.status_code == 200
        assert "全国联网查询" in page.text
        assert "演示替身" in page.text
        assert 'lang="zh-CN"' in page.text
        assert 'method="post"' in page.text
        assert page.headers["cache-control"] == "no-store"
        assert http.get("/lookup.css").headers["content-type"].startswith("text/css")
        assert http.get("/lookup").status_code == 405
        assert http.get("/healthz").text == "ok"


def test_name_identity_and_number_together_find_a_certificate(
    running: tuple[Switch, str], tmp_path: Path
) -> None:
    with a_world(tmp_path, *running, rows=[a_row()]) as world:
        sync_once(world.sender)
        row = a_row()
        found = posted(running[1], filled(row, number=f" {row.number.lower()} "))
        assert found.status_code == 200
        assert "已查到：证书有效" in found.text
        assert "三级/高级工" in found.text
        assert "?" not in str(found.url)
        for name in ("name", "id_number", "number"):
            missed = posted(running[1], filled(row, **{name: "示例"}))
            assert missed.status_code == 200
            assert "未查到" in missed.text
            assert "省级查询平台" in missed.text


def test_an_annulment_and_an_erasure_show(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, rows=[a_row(1), a_row(2)]) as world:
        online(
            world,
            a_row(1, 2, RowState.ANNULLED, RowAct.ANNULLED),
            a_row(2, 2, RowState.ERASED, RowAct.ERASED),
        )
        assert "已撤销" in posted(running[1], filled(a_row(1))).text
        assert "未查到" in posted(running[1], filled(a_row(2))).text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"name=a&number=b",
        b"name=a&name=b&id_number=1&number=2",
        b"name=%FF&id_number=1&number=2",
        b"\xff",
    ],
)
def test_a_malformed_form_is_answered_with_the_form(
    running: tuple[Switch, str], tmp_path: Path, body: bytes
) -> None:
    with a_world(tmp_path, *running), httpx.Client(base_url=running[1], trust_env=False) as http:
        answer = http.post("/lookup", content=body)
        assert answer.status_code == 422
        assert "请填写全部三项" in answer.text


def test_what_a_visitor_types_is_not_shown_as_markup(running: tuple[Switch, str], tmp_path: Path) -> None:
    record = a_record(number=a_row().number, employer="示例", occupation="<b>电工</b>")
    with a_world(tmp_path, *running, rows=[a_row(record=record)]) as world:
        sync_once(world.sender)
        page = posted(running[1], filled(a_row(record=record))).text
        assert "&lt;b&gt;电工" in page


def test_a_dead_database_is_not_a_missing_certificate(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running, rows=[a_row()]) as world:
        for file in tmp_path.glob("network.sqlite*"):
            file.unlink()
        answer = posted(running[1], filled(a_row()))
        assert answer.status_code == 503
        assert "不表示证书不存在" in answer.text
        assert "未查到" not in answer.text
        assert sync_once(world.sender).reason == "http_503"


def test_an_unsigned_or_oversized_message_is_refused(running: tuple[Switch, str], tmp_path: Path) -> None:
    with a_world(tmp_path, *running), httpx.Client(base_url=running[1], trust_env=False) as http:
        unsigned = http.post("/v1/batches", content=b"x")
        assert (unsigned.status_code, unsigned.json()["code"]) == (401, "not_signed")
        assert unsigned.headers["content-type"] == "application/problem+json"
        oversized = http.post("/v1/batches", content=bytes(5_000_001))
        assert (oversized.status_code, oversized.json()["code"]) == (413, "too_large")
        assert http.post("/v1/summary", content=b"x").status_code == 401


def signed_batch(content: bytes, **over: str) -> Message:
    """The head of a request for that content, as a client signs it."""
    fields = {"content-type": BATCH_TYPE, "content-encoding": "gzip", **over}
    fields["content-digest"] = content_digest(content)
    message = request_message("POST", "network.example", BATCHES_PATH, scheme="http", fields=fields.items())
    more = sign(message, BATCH_COMPONENTS, PROVINCE_KEY, NOON, tag=TAG)
    return replace(message, fields={**message.fields, **more})


@pytest.mark.parametrize(
    ("head", "sent", "reason"),
    [
        ({}, b"changed", RefusalCode.NOT_SIGNED),
        ({}, b"body", RefusalCode.MALFORMED_MESSAGE),
        ({"content-encoding": "identity"}, b"body", RefusalCode.MALFORMED_MESSAGE),
        ({"content-type": "text/plain"}, b"body", RefusalCode.MALFORMED_MESSAGE),
    ],
)
def test_a_message_that_is_not_what_was_signed_or_agreed_is_refused(
    store: StandInStore, head: dict[str, str], sent: bytes, reason: RefusalCode
) -> None:
    desk = Desk(store, NETWORK_KEY, clients_by_keyid((PROVINCE_KEY.public,)), lambda: NOON)
    with pytest.raises(MessageRefused) as refused:
        desk.batch(signed_batch(b"body", **head), sent)
    assert refused.value.reason is reason


@given(st.binary(max_size=200))
def test_any_form_is_read_or_refused(running: tuple[Switch, str], body: bytes) -> None:
    from registry.national.stand_in.app import _form_values

    try:
        values = _form_values(body)
    except MessageRefused:
        return
    assert set(values) == {"name", "id_number", "number"}


def test_the_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    key = network_key(tmp_path)
    assert network_key(tmp_path).public == key.public
    assert b64url_decode((tmp_path / PUBLIC_FILE).read_text().strip(), length=32) == key.public
    assert (tmp_path / KEY_FILE).stat().st_mode & 0o777 == 0o600
    (tmp_path / KEY_FILE).chmod(0o644)
    with pytest.raises(KeyFileExposed):
        network_key(tmp_path)


def test_faults_by_chance_are_repeatable_and_as_frequent_as_asked() -> None:
    rates = {Fault.BUSY: 0.2, Fault.WRONG_ROOT: 0.1}
    draws = [by_chance(rates, Random(4)) for _ in range(2)]
    first, second = ([draw() for _ in range(2000)] for draw in draws)
    assert first == second
    assert 340 < first.count(Fault.BUSY) < 460
    assert 150 < first.count(Fault.WRONG_ROOT) < 250
    assert set(first) == {Fault.NONE, *rates}
