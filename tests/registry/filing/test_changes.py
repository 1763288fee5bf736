"""What is done to filings: history is never lost, and no change touches the days before it."""

from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from registry.filing.book import FilingBook
from registry.filing.changes import (
    STATE_CHANGES,
    change_bureau,
    change_scope,
    change_state,
    merge,
    rename,
    renew,
    renewable_rows,
)
from registry.filing.entries import filing_entries
from registry.filing.errors import ChangeRefusal, ChangeRefused, MalformedFilingEntry
from registry.filing.model import ChangeKind, Filing, FilingOnDay, FilingState, filing_on
from registry.filing.orders import Order, possible_changes
from tests.builders import a_filing, a_scope_row

TODAY = date(2026, 11, 20)
LAST_DAY = date(2027, 7, 31)
OTHER = a_filing(number_prefix="S000043990002", expires_on=date(2029, 7, 31))
WELDER = a_scope_row(occupation_code="6-18-02-04", occupation="焊工")
BUREAUS = ("430100", "430200", "430000")


def an_order(on: date = TODAY, *, late: bool = False) -> Order:
    return Order(on, "示例人社〔2026〕7号", late)


def refusal(kind: ChangeRefusal) -> "pytest.RaisesExc[ChangeRefused]":
    return pytest.RaisesExc(ChangeRefused, check=lambda error: error.kind is kind)


def any_change(data: st.DataObject, book: FilingBook, filing: Filing, order: Order, today: date) -> Filing:
    """Some change, whether this filing can have it or not."""
    kind = data.draw(st.sampled_from([*ChangeKind][3:]))
    if kind in STATE_CHANGES:
        return change_state(filing, kind, order, today)
    if kind is ChangeKind.RENEWED:
        rows = renewable_rows(filing)
        chosen = data.draw(st.sets(st.sampled_from(rows))) if rows else set()
        return renew(filing, order, chosen, today)
    if kind is ChangeKind.SCOPE_CHANGED:
        ended = data.draw(st.sets(st.sampled_from(filing.scope), max_size=1))
        job = data.draw(st.sampled_from(("", "示例甲工种", "示例乙工种")))
        return change_scope(
            filing, order, today, ended=ended, added=(a_scope_row(job=job, from_on=order.on),)
        )
    if kind is ChangeKind.MERGED:
        return merge(book, filing, order, OTHER.number_prefix, today)
    if kind is ChangeKind.RENAMED:
        return rename(filing, order, data.draw(st.sampled_from(("示例新机构", "示例老机构"))), "", today)
    return change_bureau(filing, order, data.draw(st.sampled_from(BUREAUS)), today)


def facts(filing: Filing, day: date) -> FilingOnDay:
    """What it was on a day, but for the day on which a row of the scope was to end."""
    on_day = filing_on(filing, day)
    return replace(on_day, scope=tuple(replace(row, to_on=None) for row in on_day.scope))


@settings(max_examples=150)
@given(st.data())
def test_history_is_never_lost_and_no_change_touches_the_days_before_it(data: st.DataObject) -> None:
    book = FilingBook(
        [*filing_entries(None, OTHER), *filing_entries(None, a_filing(scope=(a_scope_row(), WELDER)))]
    )
    prefix, today, done = a_filing().number_prefix, date(2024, 9, 1), 0
    for _ in range(data.draw(st.integers(1, 12))):
        today += timedelta(days=data.draw(st.integers(0, 200)))
        on = today + timedelta(days=data.draw(st.integers(-60, 40)))
        before = book.by_prefix(prefix)
        assert before is not None
        order = an_order(on, late=data.draw(st.booleans()))
        try:
            after = any_change(data, book, before, order, today)
        except ChangeRefused:
            continue
        done += 1
        for entry in filing_entries(before, after):
            book.apply(entry)
        assert book.by_prefix(prefix) == after
        assert after.changes[:-1] == before.changes
        assert (after.changes[-1].on, after.changes[-1].instrument) == (on, order.instrument)
        for history in ("names", "bureaus", "states"):
            assert set(getattr(before, history)) <= set(getattr(after, history))
        first_touched = on
        if after.changes[-1].kind is ChangeKind.RENEWED and before.expires_on is not None:
            first_touched = before.expires_on + timedelta(days=1)
        for days in (1, 2, 30, 100, 400, 900):
            day = first_touched - timedelta(days=days)
            assert facts(after, day) == facts(before, day)
    assert len(book.entries(prefix)) == done + 1


def test_what_can_be_done_follows_from_the_state() -> None:
    filing = a_filing()
    assert ChangeKind.RECTIFIED not in possible_changes(filing, TODAY)
    rectifying = change_state(filing, ChangeKind.RECTIFYING, an_order(), TODAY)
    assert filing_on(rectifying, TODAY).may_certify
    assert ChangeKind.RECTIFIED in possible_changes(rectifying, TODAY)
    rectified = change_state(rectifying, ChangeKind.RECTIFIED, an_order(TODAY + timedelta(days=9)), TODAY)
    assert filing_on(rectified, TODAY + timedelta(days=9)).state is FilingState.FILED
    for end in (ChangeKind.WITHDRAWN, ChangeKind.ORDERED_OUT, ChangeKind.CANCELLED):
        ended = change_state(filing, end, an_order(), TODAY)
        assert filing_on(ended, TODAY - timedelta(days=1)).may_certify
        assert not filing_on(ended, TODAY).may_certify
        with refusal(ChangeRefusal.NOT_NOW):
            change_state(ended, ChangeKind.RECTIFYING, an_order(), TODAY)


@pytest.mark.parametrize("instrument", ["", "   ", "\n"])
def test_nothing_is_changed_without_an_instrument(instrument: str) -> None:
    with refusal(ChangeRefusal.INSTRUMENT_MISSING):
        change_state(a_filing(), ChangeKind.CANCELLED, Order(TODAY, instrument), TODAY)


def test_what_is_recorded_late_has_to_be_said_and_stands_in_the_record() -> None:
    filing = rename(a_filing(), an_order(), "示例新机构", "", TODAY)
    earlier = an_order(TODAY - timedelta(days=30))
    with refusal(ChangeRefusal.BEFORE_THE_LAST_CHANGE):
        change_bureau(filing, earlier, "430200", TODAY)
    moved = change_bureau(filing, replace(earlier, late=True), "430200", TODAY)
    assert moved.changes[-1].late
    assert not filing.changes[-1].late
    assert filing_on(moved, TODAY - timedelta(days=31)).bureau == "430100"


def test_a_state_never_comes_before_the_last_one_even_late() -> None:
    filing = change_state(a_filing(), ChangeKind.RECTIFYING, an_order(), TODAY)
    with refusal(ChangeRefusal.BEFORE_THE_LAST_STATE):
        change_state(filing, ChangeKind.CANCELLED, an_order(TODAY - timedelta(days=1), late=True), TODAY)


def test_days_out_of_reach_are_refused() -> None:
    with refusal(ChangeRefusal.TOO_FAR_AHEAD):
        change_bureau(a_filing(), an_order(TODAY + timedelta(days=400)), "430200", TODAY)
    with refusal(ChangeRefusal.BEFORE_THE_FILING):
        change_bureau(a_filing(), an_order(date(2020, 1, 1), late=True), "430200", TODAY)


def test_renewal_continues_what_was_chosen_and_ends_the_rest_with_the_old_validity() -> None:
    bounded = replace(WELDER, to_on=LAST_DAY)
    dropped = a_scope_row(job="示例工种")
    filing = a_filing(scope=(a_scope_row(), bounded, dropped))
    renewed = renew(filing, an_order(), {a_scope_row(), bounded}, TODAY)
    assert renewed.expires_on == date(2030, 7, 31)
    assert filing_on(renewed, LAST_DAY).scope == tuple(
        replace(row, to_on={"示例工种": LAST_DAY}.get(row.job, row.to_on and date(2030, 7, 31)))
        for row in filing_on(filing, LAST_DAY).scope
    )
    after = filing_on(renewed, LAST_DAY + timedelta(days=1))
    assert {row.occupation for row in after.scope} == {"电工", "焊工"}
    assert len(after.scope) == 2
    with refusal(ChangeRefusal.NOTHING_CONTINUED):
        renew(filing, an_order(), set(), TODAY)
    with refusal(ChangeRefusal.LONGER_THAN_THREE_YEARS):
        renew(filing, an_order(), {bounded}, TODAY, date(2030, 8, 1))


def test_what_expired_is_renewed_only_by_an_instrument_of_before_and_late() -> None:
    rows = set(a_filing().scope)
    afterwards = LAST_DAY + timedelta(days=10)
    with refusal(ChangeRefusal.ALREADY_EXPIRED):
        renew(a_filing(), an_order(afterwards, late=True), rows, afterwards)
    with refusal(ChangeRefusal.ALREADY_EXPIRED):
        renew(a_filing(), an_order(LAST_DAY), rows, afterwards)
    renewed = renew(a_filing(), an_order(LAST_DAY, late=True), rows, afterwards)
    assert filing_on(renewed, afterwards).may_certify
    assert renewed.changes[-1].late


def test_scope_rows_end_on_the_eve_and_begin_on_the_day() -> None:
    filing = a_filing(scope=(a_scope_row(), WELDER))
    chef = a_scope_row(occupation_code="4-03-02-01", occupation="中式烹调师", from_on=TODAY)
    after = change_scope(filing, an_order(), TODAY, ended={WELDER}, added=(chef,))
    eve = filing_on(after, TODAY - timedelta(days=1))
    assert {row.occupation for row in eve.scope} == {"电工", "焊工"}
    assert {row.occupation for row in filing_on(after, TODAY).scope} == {"电工", "中式烹调师"}
    with refusal(ChangeRefusal.ROW_ALREADY_THERE):
        change_scope(filing, an_order(), TODAY, added=(a_scope_row(levels=(4,), from_on=TODAY),))
    with refusal(ChangeRefusal.ROW_BEGINS_EARLIER):
        change_scope(filing, an_order(), TODAY, added=(replace(chef, from_on=date(2026, 1, 1)),))
    with refusal(ChangeRefusal.ROW_UNKNOWN):
        change_scope(filing, an_order(), TODAY, ended={chef})
    with refusal(ChangeRefusal.NOTHING_CHANGED):
        change_scope(filing, an_order(), TODAY)


def test_a_merger_says_who_answers_afterwards_and_for_whom() -> None:
    book = FilingBook([*filing_entries(None, OTHER), *filing_entries(None, a_filing())])
    third = a_filing(number_prefix="S000043990003", expires_on=date(2029, 7, 31))
    for entry in filing_entries(None, third):
        book.apply(entry)
    for filing, into, on in ((a_filing(), OTHER, TODAY), (OTHER, third, TODAY + timedelta(days=9))):
        merged = merge(book, filing, an_order(on), into.number_prefix, TODAY)
        assert filing_on(merged, on - timedelta(days=1)).may_certify
        assert filing_on(merged, on).state is FilingState.MERGED
        for entry in filing_entries(filing, merged):
            book.apply(entry)
    prefixes = [each.number_prefix for each in book.successors(a_filing().number_prefix)]
    assert prefixes == [OTHER.number_prefix, third.number_prefix]
    assert [each.number_prefix for each in book.predecessors(third.number_prefix)] == [
        a_filing().number_prefix,
        OTHER.number_prefix,
    ]
    assert book.successors(third.number_prefix) == ()


def test_nobody_is_merged_into_what_is_unknown_ended_or_itself() -> None:
    gone = change_state(OTHER, ChangeKind.WITHDRAWN, an_order(), TODAY)
    book = FilingBook([*filing_entries(None, gone), *filing_entries(None, a_filing())])
    with refusal(ChangeRefusal.SUCCESSOR_NOT_IN_FORCE):
        merge(book, a_filing(), an_order(), OTHER.number_prefix, TODAY)
    for prefix in (a_filing().number_prefix, "S000043990099"):
        with refusal(ChangeRefusal.SUCCESSOR_UNKNOWN):
            merge(book, a_filing(), an_order(), prefix, TODAY)


def test_the_log_takes_no_merger_into_nothing_or_in_a_circle() -> None:
    book = FilingBook([*filing_entries(None, OTHER), *filing_entries(None, a_filing())])
    into_other = merge(book, a_filing(), an_order(), OTHER.number_prefix, TODAY)
    back = merge(book, OTHER, an_order(), a_filing().number_prefix, TODAY)
    for entry in filing_entries(a_filing(), into_other):
        book.apply(entry)
    with pytest.raises(MalformedFilingEntry, match="successor"):
        book.apply(filing_entries(OTHER, back)[0])
    nowhere = filing_entries(a_filing(), replace(into_other, successor="S000043990099"))[0]
    with pytest.raises(MalformedFilingEntry, match="successor"):
        FilingBook(filing_entries(None, a_filing())).apply(nowhere)


def test_recorded_changes_cannot_be_dropped() -> None:
    renamed = rename(a_filing(), an_order(), "示例新机构", "", TODAY)
    with suppress(ChangeRefused):
        renamed = change_bureau(renamed, an_order(), "430200", TODAY)
    with pytest.raises(MalformedFilingEntry, match="changes"):
        filing_entries(renamed, replace(renamed, changes=()))
