"""The ways in: what is counted before it is looked up, what opens, and when it ends."""

from collections.abc import Iterator

import pytest

from registry.holders.entry import count_facts, log_in, person_in, replace_secret, take_back
from registry.holders.errors import HolderUnknown, SecretExists, SecretMistyped, SecretRefused
from registry.holders.model import Holder, HolderSession, Way
from registry.holders.room import HolderRoom
from registry.holders.secret_text import new_secret
from registry.staff.errors import LoginThrottled
from registry.staff.passwords import Cost
from tests.registry.filled import CORRECTED_NAME, HOLDERS, Scene, Story
from tests.registry.holders.rooms import Place, holder_of

ADA, BOB = HOLDERS[Story.PLAIN], HOLDERS[Story.REISSUED]


@pytest.fixture
def place(scene: Scene) -> Place:
    return Place(scene)


def take(place: Place, story: Story = Story.PLAIN) -> tuple[Holder, str]:
    """The person of a story takes the secret."""
    found = place.room.register.look_up.current(HOLDERS[story].number)
    assert found is not None
    return place.room.holders.take_secret(person_in(place.room, found[2]))


def enter(
    room: HolderRoom, secret: str, story: Story = Story.PLAIN, *, name: str = "", network: str = "here"
) -> tuple[HolderSession, str]:
    """Logs in as the person of a story."""
    who = holder_of(story, name)
    return log_in(room, name=who.name, id_number=who.id_number, secret=secret, network=network)


def facts(id_number: str, number: str, network: str = "here") -> dict[str, str]:
    """What an attempt by the three facts is counted under."""
    return {"id_number": id_number, "number": number, "network": network}


def refusals(place: Place, attempts: Iterator[dict[str, str]]) -> list[int]:
    """How long each attempt is told to wait, 0 where it counts."""
    told = []
    for attempt in attempts:
        try:
            count_facts(place.room, **attempt)
            told.append(0)
        except LoginThrottled as fault:
            told.append(fault.retry_after_seconds)
    return told


def test_the_secret_opens_a_session_of_its_holder(place: Place) -> None:
    holder, secret = take(place)
    session, token = enter(place.room, secret)
    found = place.room.sessions.visit(token)

    assert found is not None
    assert found[0] == session
    assert found[1].id == holder.id
    assert session.way is Way.SECRET


def test_a_secret_is_taken_once(place: Place) -> None:
    holder, secret = take(place)
    with pytest.raises(SecretExists):
        take(place)
    assert enter(place.room, secret)[0].holder == holder.id


def test_who_has_two_names_takes_one_secret(place: Place) -> None:
    holder, secret = take(place, Story.CORRECTED)
    for name in ("", CORRECTED_NAME):
        assert enter(place.room, secret, Story.CORRECTED, name=name)[0].holder == holder.id


@pytest.mark.parametrize("wrong", ["name", "id_number", "secret", "all"])
def test_whatever_is_wrong_nothing_opens(place: Place, wrong: str) -> None:
    _, secret = take(place)
    right = {"name": ADA.name, "id_number": ADA.id_number, "secret": secret}
    other = {"name": BOB.name, "id_number": BOB.id_number, "secret": new_secret()}
    given = other if wrong == "all" else {**right, wrong: other[wrong]}
    with pytest.raises(SecretRefused):
        log_in(place.room, **given, network="here")


def test_a_slip_of_the_pen_is_told_before_anything_is_counted(place: Place) -> None:
    take(place)
    for _ in range(20):
        with pytest.raises(SecretMistyped):
            enter(place.room, "7K3M-9QWX-10R5-TB8Z-3B7D")


@pytest.mark.parametrize("guess", ["right", "wrong"])
def test_who_waits_is_refused_whether_or_not_it_is_right(place: Place, guess: str) -> None:
    _, secret = take(place)
    for _ in range(3):
        with pytest.raises(SecretRefused):
            enter(place.room, new_secret())
    with pytest.raises(LoginThrottled) as refused:
        enter(place.room, secret if guess == "right" else new_secret())
    assert refused.value.retry_after_seconds == 60


def test_the_waits_grow_to_their_bound_and_are_counted_over_all_processes(place: Place) -> None:
    other, told = place.another_process(), []
    for turn in range(8):
        room = (place.room, other)[turn % 2]
        while True:
            try:
                count_facts(room, **facts(ADA.id_number, f"number {turn}", f"network {turn}"))
                break
            except LoginThrottled as fault:
                told.append(fault.retry_after_seconds)
                place.clock.pass_(seconds=fault.retry_after_seconds)
    assert told == [60, 120, 240, 240, 240]


@pytest.mark.parametrize(
    ("vary", "free"),
    [("number", 3), ("id_number", 3), ("neither", 3), ("both", 8)],
    ids=lambda each: str(each),
)
def test_each_is_counted_by_itself(place: Place, vary: str, free: int) -> None:
    """One person against many certificates, one certificate against many people, one network at all."""

    def attempts() -> Iterator[dict[str, str]]:
        for turn in range(free + 1):
            id_number = ADA.id_number if vary in ("number", "neither") else f"person {turn}"
            number = ADA.number if vary in ("id_number", "neither") else f"number {turn}"
            # What is not counted by the network comes from many.
            network = "here" if vary == "both" else f"network {turn}"
            yield facts(id_number, number, network)

    assert refusals(place, attempts()) == [0] * free + [60]


def test_however_a_number_is_spelled_it_is_counted_as_one(place: Place) -> None:
    spelled = (
        ADA.id_number,
        f" {ADA.id_number[:6]} {ADA.id_number[6:]}",
        ADA.id_number.lower(),
        ADA.id_number,
    )
    attempts = (facts(each, f"number {at}", f"network {at}") for at, each in enumerate(spelled))
    assert refusals(place, attempts) == [0, 0, 0, 60]


def test_a_right_attempt_is_taken_back_and_gives_no_fresh_start(place: Place) -> None:
    attempt = facts(ADA.id_number, ADA.number)
    for _ in range(10):
        take_back(place.room, count_facts(place.room, **attempt))
    for _ in range(2):
        count_facts(place.room, **attempt)
    take_back(place.room, count_facts(place.room, **attempt))
    count_facts(place.room, **attempt)
    with pytest.raises(LoginThrottled):
        count_facts(place.room, **attempt)


def test_neither_way_in_makes_the_other_wait(place: Place) -> None:
    _, secret = take(place)
    attempts = (facts(ADA.id_number, ADA.number, f"network {turn}") for turn in range(5))
    assert refusals(place, attempts)[-1] > 0
    assert enter(place.room, secret, network="elsewhere")


def test_a_network_that_many_share_begins_anew_every_hour(place: Place) -> None:
    def strangers(hour: int) -> Iterator[dict[str, str]]:
        return (facts(f"person {hour} {turn}", f"number {hour} {turn}") for turn in range(9))

    for hour in range(3):
        assert refusals(place, strangers(hour)) == [0] * 8 + [60]
        place.clock.pass_(hours=1)


def test_what_is_counted_is_forgotten_after_a_day(place: Place) -> None:
    attempts = [facts(ADA.id_number, ADA.number)] * 4
    assert refusals(place, iter(attempts))[-1] == 60
    place.clock.pass_(hours=24)
    assert refusals(place, iter(attempts)) == [0, 0, 0, 60]


def test_a_session_ends_when_nobody_uses_it(place: Place) -> None:
    _, token = enter(place.room, take(place)[1])
    place.clock.pass_(minutes=14, seconds=59)
    assert place.room.sessions.visit(token) is not None
    place.clock.pass_(minutes=14, seconds=59)
    assert place.room.sessions.visit(token) is not None
    place.clock.pass_(minutes=15)
    assert place.room.sessions.visit(token) is None


def test_a_session_ends_in_any_case(place: Place) -> None:
    _, token = enter(place.room, take(place)[1])
    for _ in range(5):
        place.clock.pass_(minutes=10)
        assert place.room.sessions.visit(token) is not None
    place.clock.pass_(minutes=10)
    assert place.room.sessions.visit(token) is None


@pytest.mark.parametrize("token", ["", "AAAA", "\udcff", "a" * 5000])
def test_a_token_that_was_never_given_opens_nothing(place: Place, token: str) -> None:
    assert place.room.sessions.visit(token) is None


def test_a_new_secret_replaces_the_old_and_ends_the_other_sessions(place: Place) -> None:
    _, old = take(place)
    (mine, token), (_, elsewhere) = enter(place.room, old), enter(place.room, old)
    new = replace_secret(place.room, mine, old)

    assert place.room.sessions.visit(token) is not None
    assert place.room.sessions.visit(elsewhere) is None
    assert enter(place.room, new)
    with pytest.raises(SecretRefused):
        enter(place.room, old)


def test_a_session_alone_does_not_replace_the_secret(place: Place) -> None:
    _, secret = take(place)
    session, _ = enter(place.room, secret)
    for _ in range(3):
        with pytest.raises(SecretRefused):
            replace_secret(place.room, session, new_secret())
    with pytest.raises(LoginThrottled):
        replace_secret(place.room, session, secret)
    place.clock.pass_(minutes=5)
    assert replace_secret(place.room, session, secret)


def test_whom_a_provider_recognised_needs_no_old_secret(place: Place) -> None:
    holder, _ = take(place)
    session, _ = place.room.sessions.open(holder, Way.PROVIDER)
    assert enter(place.room, replace_secret(place.room, session, ""))


def test_a_voided_secret_opens_nothing_and_can_be_taken_anew(place: Place) -> None:
    holder, secret = take(place)
    _, token = enter(place.room, secret)
    ended = place.room.holders.void(holder)

    assert ended.sessions == 1
    assert place.room.sessions.visit(token) is None
    with pytest.raises(SecretRefused):
        enter(place.room, secret)
    again, fresh = take(place)
    assert again.id == holder.id
    assert again.voided_at is not None
    assert enter(place.room, fresh)


def test_a_secret_kept_at_an_earlier_cost_is_kept_at_todays_after_a_log_in(place: Place) -> None:
    _, secret = take(place)
    dearer = place.another_process(Cost(memory_kib=16, passes=1, lanes=1))
    assert enter(dearer, secret)
    with place.scene.register.desk_engine.connect() as connection:
        stored = str(connection.exec_driver_sql("SELECT secret FROM holder").scalar_one())
    assert "m=16,t=1,p=1" in stored
    assert enter(place.room, secret)


def test_an_unknown_holder_is_told(place: Place) -> None:
    with pytest.raises(HolderUnknown):
        place.room.holders.get("0" * 32)


def test_the_database_holds_no_secret_no_token_and_nobodys_name(place: Place) -> None:
    _, secret = take(place)
    _, token = enter(place.room, secret)
    with pytest.raises(SecretRefused):
        enter(place.room, new_secret())
    count_facts(place.room, **facts(ADA.id_number, ADA.number))

    files = [each for each in place.scene.places.data_dir.glob("desk*") if each.is_file()]
    stored = b"".join(each.read_bytes() for each in files)
    assert len(stored) > 10_000
    assert b"$argon2id$" in stored
    plain = secret.replace("-", "")
    for text in (secret, plain, plain.lower(), plain[:16], token, ADA.name, ADA.id_number, ADA.number):
        assert text.encode() not in stored
