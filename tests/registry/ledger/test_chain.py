"""The chain of a certificate: which act is possible where, and what it leads to."""

from typing import assert_never

import pytest

from registry.ledger.chain import ChainState, Link, follow, registration, replay
from registry.ledger.entries import ActKind, Entry
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal

VALID, SUPERSEDED = ChainState.VALID, ChainState.SUPERSEDED
ANNULLED, ERASED = ChainState.ANNULLED, ChainState.ERASED
AT = "2026-01-05T01:00:00Z"
CERTIFICATE: Entry = {"type": "certificate", "at": AT, "commitment": "first"}

# Every act in every state: where it leads, or None where it can't be.
TABLE: dict[tuple[ActKind, ChainState], ChainState | None] = {
    (ActKind.CORRECTED, VALID): VALID,
    (ActKind.CORRECTED, SUPERSEDED): None,
    (ActKind.CORRECTED, ANNULLED): None,
    (ActKind.CORRECTED, ERASED): None,
    (ActKind.SUPERSEDED, VALID): SUPERSEDED,
    (ActKind.SUPERSEDED, SUPERSEDED): None,
    (ActKind.SUPERSEDED, ANNULLED): None,
    (ActKind.SUPERSEDED, ERASED): None,
    (ActKind.ANNULLED, VALID): ANNULLED,
    (ActKind.ANNULLED, SUPERSEDED): None,
    (ActKind.ANNULLED, ANNULLED): None,
    (ActKind.ANNULLED, ERASED): None,
    (ActKind.REINSTATED, VALID): None,
    (ActKind.REINSTATED, SUPERSEDED): None,
    (ActKind.REINSTATED, ANNULLED): VALID,
    (ActKind.REINSTATED, ERASED): None,
    (ActKind.REISSUED, VALID): VALID,
    (ActKind.REISSUED, SUPERSEDED): None,
    (ActKind.REISSUED, ANNULLED): None,
    (ActKind.REISSUED, ERASED): None,
    (ActKind.ERASED, VALID): ERASED,
    (ActKind.ERASED, SUPERSEDED): ERASED,
    (ActKind.ERASED, ANNULLED): ERASED,
    (ActKind.ERASED, ERASED): None,
}


def an_act(act: ActKind, previous: int, **over: object) -> Entry:
    named: Entry = {}
    if act is ActKind.CORRECTED:
        named = {"commitment": "second"}
    elif act is ActKind.SUPERSEDED:
        named = {"by": 50}
    base: Entry = {"index": 10, "previous": previous, "act": act.value, "reason": "fraud", "at": AT}
    return {**base, **named, **over}  # type: ignore[dict-item]  # tests name the fields


def standing(state: ChainState) -> Link:
    """The head of a certificate that came into this state."""
    match state:
        case ChainState.VALID:
            return registration(10, CERTIFICATE)
        case ChainState.SUPERSEDED:
            return follow(registration(10, CERTIFICATE), 11, an_act(ActKind.SUPERSEDED, 10))
        case ChainState.ANNULLED:
            return follow(registration(10, CERTIFICATE), 11, an_act(ActKind.ANNULLED, 10))
        case ChainState.ERASED:
            return follow(registration(10, CERTIFICATE), 11, an_act(ActKind.ERASED, 10))
        case _:
            assert_never(state)


def test_the_table_is_complete() -> None:
    assert set(TABLE) == {(act, state) for act in ActKind for state in ChainState}


@pytest.mark.parametrize(("act", "state"), TABLE, ids=lambda each: str(each))
def test_an_act_is_possible_exactly_where_the_table_says(act: ActKind, state: ChainState) -> None:
    head, after = standing(state), TABLE[act, state]
    entry = an_act(act, head.index)
    if after is None:
        with pytest.raises(NotAdmitted) as refusal:
            follow(head, 20, entry)
        assert refusal.value.reason is Refusal.ACT_NOT_POSSIBLE
    else:
        link = follow(head, 20, entry)
        assert (link.index, link.act, link.state, link.reason) == (20, act, after, "fraud")


def test_only_the_head_is_continued() -> None:
    head = standing(VALID)
    for previous in (0, 9, 11):
        with pytest.raises(NotAdmitted) as refusal:
            follow(head, 20, an_act(ActKind.ANNULLED, previous))
        assert refusal.value.reason is Refusal.CHAIN_MOVED_ON


def test_a_correction_makes_a_version_and_a_printing() -> None:
    chain = replay(
        10,
        CERTIFICATE,
        [
            (11, an_act(ActKind.CORRECTED, 10, commitment="second")),
            (12, an_act(ActKind.REISSUED, 11)),
            (13, an_act(ActKind.ANNULLED, 12)),
            (14, an_act(ActKind.REINSTATED, 13)),
            (15, an_act(ActKind.CORRECTED, 14, commitment="third")),
        ],
    )
    assert [(link.version, link.printing, link.commitment) for link in chain.links] == [
        (1, 1, "first"),
        (2, 2, "second"),
        (2, 3, "second"),
        (2, 3, "second"),
        (2, 3, "second"),
        (3, 4, "third"),
    ]
    assert (chain.first.index, chain.head.index, chain.content_index) == (10, 15, 15)
    assert replay(10, CERTIFICATE, []).content_index == 10


def test_superseded_names_what_replaced_it() -> None:
    assert standing(SUPERSEDED).by == 50
    assert standing(VALID).by is None


@pytest.mark.parametrize("act", ActKind)
def test_an_act_names_what_it_must_and_nothing_else(act: ActKind) -> None:
    head = standing(ANNULLED if act is ActKind.REINSTATED else VALID)
    complete = an_act(act, head.index)
    for name, owner in (("commitment", ActKind.CORRECTED), ("by", ActKind.SUPERSEDED)):
        wrong = {field: value for field, value in complete.items() if field != name}
        if act is not owner:
            wrong = {**complete, name: 1 if name == "by" else "other"}
        with pytest.raises(MalformedEntry, match=name):
            follow(head, 20, wrong)


def test_an_unknown_act_is_malformed() -> None:
    with pytest.raises(MalformedEntry, match="act"):
        follow(standing(VALID), 20, {**an_act(ActKind.ANNULLED, 10), "act": "forgotten"})
