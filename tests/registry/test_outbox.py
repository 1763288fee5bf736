"""What the national network is told: each version once, in order, with the content it had."""

from collections.abc import Sequence
from copy import copy
from dataclasses import replace
from datetime import date

import pytest

from registry.filing.entries import whole_filing
from registry.filing.model import NamePeriod
from registry.filing.record import record_filings
from registry.national.rows import (
    CertificateRow,
    InstitutionRow,
    Reference,
    Row,
    RowAct,
    RowState,
    institution_reference,
    row_bytes,
)
from registry.outbox import LogOutbox
from registry.storage.vault import Place
from tests.builders import a_filing, a_number, an_id_number, form5_row
from tests.registry.filled import CORRECTED_NAME, CORRECTED_TWICE, HOLDERS, Scene, Story
from tests.registry.ledger.builders import PREFIX, PROVINCE

_ALL = 1_000


def _outbox(scene: Scene) -> LogOutbox:
    return LogOutbox(lambda: scene.register.look_up)


def _certificates(rows: Sequence[Row]) -> list[CertificateRow]:
    return [each for each in rows if isinstance(each, CertificateRow)]


def _ref(scene: Scene, story: Story) -> Reference:
    vault = scene.register.keys.vault
    return Reference(vault.network_reference(vault.erased_number(HOLDERS[story].number)))


def _of(scene: Scene, story: Story) -> list[CertificateRow]:
    ref = _ref(scene, story)
    return [each for each in _certificates(_outbox(scene).after(0, _ALL)) if each.ref == ref]


@pytest.mark.parametrize(
    ("story", "rows"),
    [
        (Story.PLAIN, [(1, RowAct.ISSUED, RowState.VALID)]),
        (
            Story.CORRECTED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.CORRECTED, RowState.VALID)],
        ),
        (
            Story.REINSTATED,
            [
                (1, RowAct.ISSUED, RowState.VALID),
                (2, RowAct.ANNULLED, RowState.ANNULLED),
                (3, RowAct.REINSTATED, RowState.VALID),
            ],
        ),
        (
            Story.SUPERSEDED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.SUPERSEDED, RowState.SUPERSEDED)],
        ),
        (
            Story.REISSUED,
            [(1, RowAct.ISSUED, RowState.VALID), (2, RowAct.REISSUED, RowState.VALID)],
        ),
        (
            Story.CORRECTED_TWICE_THEN_ANNULLED,
            [
                (1, RowAct.ISSUED, RowState.VALID),
                (2, RowAct.CORRECTED, RowState.VALID),
                (3, RowAct.CORRECTED, RowState.VALID),
                (4, RowAct.ANNULLED, RowState.ANNULLED),
            ],
        ),
    ],
)
def test_a_certificate_is_told_act_by_act(
    told: Scene, story: Story, rows: list[tuple[int, RowAct, RowState]]
) -> None:
    assert [(each.version, each.act, each.state) for each in _of(told, story)] == rows


def test_positions_are_indices_of_the_log_and_ascend(told: Scene) -> None:
    rows = _outbox(told).after(0, _ALL)
    positions = [each.entry for each in rows]
    assert positions == sorted(set(positions))
    assert min(positions) >= 1
    assert {each.ref for each in _certificates(rows)} == {_ref(told, story) for story in Story}
    numbers = {each.record.number for each in _certificates(rows) if each.record}
    assert numbers == {holder.number for holder in HOLDERS.values()}


def test_each_row_has_the_record_of_its_own_version(told: Scene) -> None:
    names = [each.record and each.record.name for each in _of(told, Story.CORRECTED)]
    assert names == [HOLDERS[Story.CORRECTED].name, CORRECTED_NAME]
    twice = _of(told, Story.CORRECTED_TWICE_THEN_ANNULLED)
    assert [each.record and each.record.name for each in twice][1:] == [
        *CORRECTED_TWICE,
        CORRECTED_TWICE[-1],
    ]


def test_an_act_without_new_content_keeps_the_commitment(told: Scene) -> None:
    issued, annulled, reinstated = (each.commitment for each in _of(told, Story.REINSTATED))
    assert issued == annulled == reinstated
    first, corrected = (each.commitment for each in _of(told, Story.CORRECTED))
    assert first != corrected


def test_the_state_on_the_page_is_that_of_the_newest_position(told: Scene) -> None:
    certificate = told.register.verdict(HOLDERS[Story.REINSTATED].number).certificate
    assert certificate is not None
    assert certificate.history[-1].index == _of(told, Story.REINSTATED)[-1].entry


def _renamed(scene: Scene, name: str) -> None:
    """The province records what a later list says of the filing."""
    record_filings(
        scene.register.ledger,
        scene.register.writer(),
        [a_filing(names=(NamePeriod(name, "", date(2024, 1, 1)),))],
        date(2025, 9, 10),
        province_key=scene.keys[PROVINCE],
    )


def _institutions(rows: Sequence[Row]) -> list[InstitutionRow]:
    return [each for each in rows if isinstance(each, InstitutionRow)]


def test_an_institution_is_told_whole_and_before_its_certificates(told: Scene) -> None:
    rows = _outbox(told).after(0, _ALL)
    (institution,) = _institutions(rows)
    assert rows[0] == institution
    assert (institution.ref, institution.version) == (institution_reference(PREFIX), 1)
    filing = told.register.ledger.folds().filings.by_prefix(PREFIX)
    assert filing is not None
    assert institution.facts == whole_filing(filing)
    assert {each.institution for each in _certificates(rows)} == {PREFIX}


def test_each_filing_entry_is_a_version_that_says_everything_anew(scene: Scene) -> None:
    outbox = _outbox(scene)
    (first,) = _institutions(outbox.after(0, _ALL))
    _renamed(scene, "示例更名机构")
    _renamed(scene, "示例再更名机构")
    rows = outbox.after(0, _ALL)
    again, second, third = _institutions(rows)
    assert (again, second.version, third.version) == (first, 2, 3)
    assert rows[-2:] == [second, third]
    assert [_last_name(each) for each in (first, second, third)] == [
        "示例评价机构",
        "示例更名机构",
        "示例再更名机构",
    ]
    assert third.facts["scope"] == first.facts["scope"]
    # Another outbox, which never saw the register as it was, tells the same.
    assert _outbox(scene).after(0, _ALL) == rows


def test_a_certificate_registered_later_stands_behind_the_institutions_before_it(scene: Scene) -> None:
    outbox = _outbox(scene)
    before = outbox.after(0, _ALL)
    _renamed(scene, "示例评价机构")
    row = form5_row(number=a_number(50), name="示例后来", id_number=an_id_number(50))
    scene.approve(scene.receive([row]).id)
    new = outbox.after(before[-1].entry, _ALL)
    assert [type(each) for each in new] == [InstitutionRow, CertificateRow]
    for limit in (1, 2, 3):
        paged: list[Row] = []
        while page := outbox.after(paged[-1].entry if paged else 0, limit):
            assert len(page) <= limit
            paged += page
        assert paged == [*before, *new]


def test_an_erased_certificate_keeps_its_positions_and_says_nothing_of_anybody(scene: Scene) -> None:
    outbox, story = _outbox(scene), Story.CORRECTED
    before = _of(scene, story)
    others = [each for each in outbox.after(0, _ALL) if each not in before]
    scene.erase(story)
    own = _of(scene, story)
    assert own[:-1] == [replace(each, record=None) for each in before]
    erased = own[-1]
    assert (erased.version, erased.act, erased.state) == (3, RowAct.ERASED, RowState.ERASED)
    assert erased.commitment == before[-1].commitment
    lines = [row_bytes(each) for each in own]
    holder = HOLDERS[story]
    assert not any(each.encode() in line for each in (holder.number, holder.name) for line in lines)
    rows = outbox.after(0, _ALL)
    assert [each for each in rows if each not in own] == others
    assert outbox.at([each.entry for each in own]) == own
    size, _ = outbox.published()
    assert outbox.held_after(0, _ALL, size) == [(row.entry, row.held) for row in rows]
    # So is one that begins behind it, and one whose act is the page's only row.
    assert outbox.after(own[1].entry - 1, 1) == [own[1]]


@pytest.mark.parametrize("story", [Story.PLAIN, Story.CORRECTED])
def test_an_erasure_that_is_not_published_yet_hides_the_record_already(scene: Scene, story: Story) -> None:
    """The row goes with the commit; the checkpoint that covers the act comes after it."""
    outbox = _outbox(scene)
    rows, (size, _) = outbox.after(0, _ALL), outbox.published()
    scene.erase(story)
    held = outbox.held_after(0, _ALL, size)
    assert held == [(row.entry, row.held) for row in rows]


def _last_name(row: InstitutionRow) -> str:
    names = row.facts["names"]
    assert isinstance(names, list)
    assert isinstance(names[-1], dict)
    return str(names[-1]["name"])


def test_what_the_keys_have_forgotten_is_told_without_its_record(told: Scene) -> None:
    """As where an older copy of the database was put back: the key file knows of the erasure, no row does."""
    before = _outbox(told).after(0, _ALL)
    (gone,) = _of(told, Story.PLAIN)
    look_up = copy(told.register.look_up)
    look_up.vault = copy(look_up.vault)
    look_up.vault.forget([Place("record", gone.commitment, "sealed")])
    rows = LogOutbox(lambda: look_up).after(0, _ALL)
    assert rows == [replace(gone, record=None) if each == gone else each for each in before]
