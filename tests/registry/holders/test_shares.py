"""A share opens what was chosen and nothing else, for as long as it was meant to, and every use is known."""

from datetime import date, datetime, timedelta
from itertools import chain, combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registry.holders.disclosing import disclose, forget_shares, shares_of, standing
from registry.holders.share_errors import ShareIncomplete, ShareUnknown, TooManyShares
from registry.holders.share_model import (
    MOST_OPEN,
    OPENS,
    TICKED,
    Preset,
    Share,
    ShareItem,
    ShareState,
    check_choices,
    end_of,
    last_day,
    opened_fields,
    with_implied,
)
from registry.holders.shares import NewShare, Shares
from registry.ledger.entries import ActKind
from registry.retention import Removable, apply_retention
from registry.review.acts import ActReason
from registry.rules.retention import USUAL_DAYS, Kept
from registry.verdict import Result
from signing.commitment import FIELDS, PUBLIC_FIELDS
from signing.encoding import b64url_decode
from signing.outcomes import Outcome
from signing.receipts import parse_extra, parse_receipt, revealed_fields
from signing.statement import entry_commitment
from signing.trust import trust_from_files
from signing.verifier import verify
from tests.registry.filled import HOLDERS, Scene, Story

ADA, BOB = b"a" * 16, b"b" * 16
MONTH = timedelta(days=30)


def share(
    scene: Scene,
    *choices: ShareItem,
    story: Story = Story.PLAIN,
    person: bytes = ADA,
    once: str = "1",
    note: str = "",
) -> Share:
    """A holder shares a certificate for a month."""
    version = scene.register.ledger.records.versions(HOLDERS[story].number)[-1]
    return shares_of(scene.register).make(
        NewShare(
            person=person,
            certificate=version.certificate,
            entry=version.index,
            choices=with_implied(choices or (ShareItem.LEVEL,)),
            ends_at=scene.clock.now + MONTH,
            note=note,
            once=once,
        )
    )


def shares(scene: Scene) -> Shares:
    return shares_of(scene.register)


def is_dead(scene: Scene, code: str) -> bool:
    """Whether a code opens nothing, in either way."""
    for attempt in (shares(scene).open_by, shares(scene).use):
        with pytest.raises(ShareUnknown):
            attempt(code)
    return True


def test_every_choice_of_boxes_opens_exactly_what_it_says_and_verifies_alone(scene: Scene) -> None:
    boxes = [each for each in ShareItem if each is not ShareItem.INSTITUTION]
    subsets = chain.from_iterable(combinations(boxes, size) for size in range(1, len(boxes) + 1))
    made = share(scene)
    trust = trust_from_files(scene.register.trust_files())
    record = scene.register.look_up.current(HOLDERS[Story.PLAIN].number)
    assert record is not None
    for subset in subsets:
        fields = opened_fields(subset)
        shown = disclose(scene.register.look_up, _with(made, frozenset(subset)))
        receipt = parse_receipt(shown.receipt)
        entry, opening = parse_extra(receipt.extra)
        revealed = revealed_fields(opening, entry_commitment(entry))
        assert tuple(name for name in FIELDS if name in revealed) == fields
        assert dict(revealed) == dict(shown.fields) == {name: getattr(record[2], name) for name in fields}
        hidden = opening["digests"]
        assert isinstance(hidden, dict)
        assert set(hidden) == set(FIELDS) - set(fields)
        assert all(len(b64url_decode(str(each))) == 32 for each in hidden.values())
        report = verify(shown.receipt, trust, scene.clock.now)
        assert (report.signed, report.registered) == (Outcome.PASSED, Outcome.PASSED)


def _with(made: Share, choices: frozenset[ShareItem]) -> Share:
    return Share(**{**vars(made), "choices": with_implied(choices)})


def test_what_stays_hidden_is_nowhere_in_the_receipt(scene: Scene) -> None:
    holder = HOLDERS[Story.PLAIN]
    receipt = disclose(scene.register.look_up, share(scene, ShareItem.LEVEL, ShareItem.OCCUPATION)).receipt
    extra = parse_receipt(receipt).extra
    for secret in (holder.number, holder.name, holder.id_number, holder.name[0] + "**"):
        assert secret.encode() not in extra + receipt


@given(st.sets(st.sampled_from(ShareItem), min_size=1))
def test_a_number_gives_away_all_that_is_looked_up_by_it_and_the_log_names_the_institution(
    choices: set[ShareItem],
) -> None:
    opened = set(opened_fields(choices))
    assert {"institution", "issuer"} <= opened
    assert ("number" in opened) <= (opened >= PUBLIC_FIELDS)
    assert opened <= {name for each in with_implied(choices) for name in OPENS[each]}
    assert ("id_number" in opened) == ("id_type" in opened) == (ShareItem.IDENTITY in choices)
    for private, choice in (("name", ShareItem.NAME), ("employer", ShareItem.EMPLOYER)):
        assert (private in opened) == (choice in choices)


def test_every_field_of_a_record_has_one_box() -> None:
    assert sorted(name for fields in OPENS.values() for name in fields) == sorted(FIELDS)


def test_no_preset_ticks_the_identity_number() -> None:
    assert set(TICKED) == set(Preset)
    assert not any(ShareItem.IDENTITY in ticked for ticked in TICKED.values())


def test_nothing_chosen_and_an_unconfirmed_identity_number_are_refused() -> None:
    for choices, confirmed, field in (
        ([], True, "choices"),
        ([ShareItem.INSTITUTION], True, "choices"),
        ([ShareItem.IDENTITY], False, "identity_confirmed"),
    ):
        with pytest.raises(ShareIncomplete) as fault:
            check_choices(choices, identity_confirmed=confirmed)
        assert fault.value.field == field
    assert ShareItem.IDENTITY in check_choices([ShareItem.IDENTITY], identity_confirmed=True)


def test_the_last_day_counts_whole_in_china() -> None:
    today = date(2025, 9, 10)
    ends_at = end_of(date(2025, 9, 30), today, most_days=30)
    assert ends_at == datetime.fromisoformat("2025-10-01T00:00:00+08:00")
    for wrong in (date(2025, 9, 9), date(2025, 10, 11)):
        with pytest.raises(ShareIncomplete):
            end_of(wrong, today, most_days=30)


def test_looking_counts_nothing_and_each_use_is_written_down(scene: Scene) -> None:
    code = share(scene).code
    assert shares(scene).open_by(code).use_count == 0
    moments = []
    for _ in range(3):
        scene.clock.now += timedelta(hours=1)
        shares(scene).use(code)
        moments.append(scene.clock.now)
    found = shares(scene).open_by(code)
    assert found.use_count == 3
    assert [each.hour for each in found.uses] == [each.hour for each in reversed(moments)]


def test_a_stop_and_the_end_date_close_it_and_only_its_holder_sees_which(scene: Scene) -> None:
    stopped, ended = share(scene, once="1"), share(scene, once="2")
    shares(scene).stop(stopped.id)
    assert is_dead(scene, stopped.code)
    scene.clock.step = timedelta()
    scene.clock.now = ended.ends_at - timedelta(seconds=1)
    assert shares(scene).use(ended.code).id == ended.id
    scene.clock.now = ended.ends_at
    assert is_dead(scene, ended.code)
    assert is_dead(scene, "A" * 22)
    listed = shares(scene).of([stopped.certificate])
    states = {each.id: each.state(scene.clock.now) for each in listed}
    assert states == {stopped.id: ShareState.STOPPED, ended.id: ShareState.ENDED}
    assert shares(scene).get(stopped.id).code == ""
    assert last_day(ended) <= ended.ends_at.date()


def test_a_stop_stays_at_its_first_moment(scene: Scene) -> None:
    made = share(scene)
    shares(scene).stop(made.id)
    first = shares(scene).get(made.id).stopped_at
    scene.clock.now += timedelta(days=1)
    shares(scene).stop(made.id)
    assert shares(scene).get(made.id).stopped_at == first


def test_a_form_sent_twice_is_one_share_and_another_persons_is_another(scene: Scene) -> None:
    first, again = share(scene), share(scene)
    assert (first.id, first.code) == (again.id, again.code)
    assert len(shares(scene).of([first.certificate])) == 1
    assert share(scene, person=BOB).id != first.id


def test_the_list_is_of_these_certificates_newest_first(scene: Scene) -> None:
    first, other = share(scene, once="1"), share(scene, story=Story.REISSUED)
    second = share(scene, once="2")
    assert [each.id for each in shares(scene).of([first.certificate])] == [second.id, first.id]
    assert {each.id for each in shares(scene).of([first.certificate, other.certificate])} == {
        *(first.id, second.id),
        other.id,
    }
    assert shares(scene).of([]) == []


def test_stopping_all_of_a_person_stops_no_one_elses(scene: Scene) -> None:
    mine, other = share(scene), share(scene, person=BOB)
    assert shares(scene).stop_all(ADA) == 1
    assert is_dead(scene, mine.code)
    assert shares(scene).open_by(other.code).id == other.id


def test_too_many_open_shares_are_refused_until_one_is_stopped(scene: Scene) -> None:
    made = [share(scene, once=str(each)) for each in range(MOST_OPEN)]
    with pytest.raises(TooManyShares):
        share(scene, once="more")
    assert share(scene, once="0").id == made[0].id
    shares(scene).stop(made[0].id)
    assert share(scene, once="more").state(scene.clock.now) is ShareState.OPEN


def test_after_a_correction_the_share_shows_what_was_chosen_from_as_superseded(scene: Scene) -> None:
    made = share(scene, ShareItem.NAME)
    before = disclose(scene.register.look_up, made)
    changes = {"name": "示例新名"}
    scene.act(Story.PLAIN, ActKind.CORRECTED, ActReason.CLERICAL_ERROR, changes=changes)
    after = disclose(scene.register.look_up, made)
    assert (before.result, after.result) == (Result.VALID, Result.SUPERSEDED)
    assert after.fields == before.fields
    scene.act(Story.PLAIN, ActKind.ANNULLED, ActReason.WRONGLY_ISSUED)
    assert standing(scene.register.look_up, made) is Result.ANNULLED


def test_an_erasure_ends_the_share_takes_its_content_and_leaves_nothing_to_open(scene: Scene) -> None:
    made, other = share(scene, note="示例备注"), share(scene, story=Story.REISSUED)
    shares(scene).use(made.code)
    scene.erase(Story.PLAIN)
    with pytest.raises(ShareUnknown):
        disclose(scene.register.look_up, made)
    places = shares(scene).places_of(made.certificate)
    assert len(places) == 2
    for _ in range(2):
        forget_shares(scene.register, made.certificate)
    assert all(scene.register.keys.vault.has_forgotten(each) for each in places)
    assert is_dead(scene, made.code)
    assert [each.id for each in shares(scene).of([made.certificate, other.certificate])] == [other.id]
    with scene.register.desk_engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM share_use").scalar_one() == 0


def test_ended_shares_go_when_their_period_is_over(scene: Scene) -> None:
    made, stopped = share(scene, once="1"), share(scene, once="2")
    shares(scene).use(made.code)
    shares(scene).stop(stopped.id)
    kept = timedelta(days=USUAL_DAYS[Kept.SHARES])
    for at, dry_run, gone in (
        (scene.clock.now + kept - timedelta(hours=1), False, 0),
        (scene.clock.now + kept + timedelta(hours=1), False, 1),
        (made.ends_at + kept + timedelta(hours=1), True, 1),
        (made.ends_at + kept + timedelta(hours=1), False, 1),
    ):
        scene.clock.now = at
        done = apply_retention(scene.register, USUAL_DAYS, dry_run=dry_run)
        assert done.removed[Removable.SHARES] == gone
    assert shares(scene).of([made.certificate]) == []


def test_neither_code_nor_note_lies_open_in_the_database(scene: Scene) -> None:
    made = share(scene, ShareItem.IDENTITY, note="示例备注")
    assert (made.note, len(made.code)) == ("示例备注", 22)
    scene.register.close()
    held = b"".join(path.read_bytes() for path in scene.places.data_dir.glob("desk.sqlite*"))
    for secret in (made.code, made.note, HOLDERS[Story.PLAIN].number, HOLDERS[Story.PLAIN].id_number):
        assert secret.encode() not in held
