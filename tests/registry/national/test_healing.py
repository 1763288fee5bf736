"""What is sent again, what goes by itself, and what only people can settle."""

from collections.abc import Sequence
from dataclasses import replace

import pytest

from registry.national.comparing import Found
from registry.national.expected import Standing
from registry.national.findings import DifferenceGroup, DifferenceKind, Remedy
from registry.national.healing import Difference, grouped, judged
from registry.national.queue import SendingState
from registry.national.rows import Held
from signing.commitment import Commitment
from signing.encoding import b64url_encode
from tests.registry.national.held_builders import a_held

ONE, TWO, THREE, FOUR = (a_held(1, version) for version in (1, 2, 3, 4))
REF = ONE.ref
OTHER = replace(TWO, commitment=Commitment(bytes(32)))


def standing(*states: SendingState) -> list[Standing]:
    """The versions of a ref at entries 11, 12, 13…"""
    return [
        Standing(10 + version, state, a_held(1, version)) for version, state in enumerate(states, start=1)
    ]


ON, TURNED, WAITS = SendingState.ONLINE, SendingState.REJECTED, SendingState.PENDING


@pytest.mark.parametrize(
    ("ours", "theirs", "versions", "kind", "remedy", "entry", "again"),
    [
        (TWO, None, standing(ON, ON), DifferenceKind.MISSING, Remedy.RESENT, 12, (11, 12)),
        (THREE, None, standing(ON, TURNED, ON), DifferenceKind.MISSING, Remedy.RESENT, 13, (11, 13)),
        (ONE, None, standing(ON, WAITS), DifferenceKind.MISSING, Remedy.RESENT, 11, (11,)),
        (THREE, ONE, standing(ON, ON, ON), DifferenceKind.OLDER, Remedy.RESENT, 13, (12, 13)),
        (TWO, OTHER, standing(ON, ON), DifferenceKind.OTHER_CONTENT, Remedy.REPORTED, 12, ()),
        (ONE, TWO, standing(ON, WAITS), DifferenceKind.NEWER, Remedy.WAITING, 12, ()),
        (ONE, TWO, standing(ON, TURNED), DifferenceKind.NEWER, Remedy.RESENT, 12, (12,)),
        (ONE, OTHER, standing(ON, TURNED), DifferenceKind.NEWER, Remedy.REPORTED, 11, ()),
        (ONE, FOUR, standing(ON), DifferenceKind.NEWER, Remedy.REPORTED, 11, ()),
        (None, ONE, standing(TURNED), DifferenceKind.SURPLUS, Remedy.RESENT, 11, (11,)),
        (None, ONE, standing(WAITS), DifferenceKind.SURPLUS, Remedy.WAITING, 11, ()),
        (None, ONE, [], DifferenceKind.SURPLUS, Remedy.REPORTED, None, ()),
    ],
)
def test_a_difference_has_its_remedy(
    *,
    ours: Held | None,
    theirs: Held | None,
    versions: Sequence[Standing],
    kind: DifferenceKind,
    remedy: Remedy,
    entry: int | None,
    again: tuple[int, ...],
) -> None:
    expected = Difference(kind, remedy, REF, entry, again)
    assert judged(Found(REF, ours, theirs), versions) == expected


def test_groups_name_entries_and_the_references_of_what_we_never_had() -> None:
    unknown = Difference(DifferenceKind.SURPLUS, Remedy.REPORTED, REF, None, ())
    missing = [Difference(DifferenceKind.MISSING, Remedy.RESENT, REF, entry, (entry,)) for entry in (9, 4)]
    assert grouped([missing[0], unknown, missing[1]]) == (
        DifferenceGroup(DifferenceKind.MISSING, Remedy.RESENT, (4, 9)),
        DifferenceGroup(DifferenceKind.SURPLUS, Remedy.REPORTED, (), (b64url_encode(REF),)),
    )
