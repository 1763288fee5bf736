"""What is done about a difference: sent again where that makes it good, and reported where it doesn't.

missing, older     what the network lost goes again, in the order of the versions
newer, surplus     the network took what we count as unsent or turned back (its receipt never came): that
                   version goes again and is confirmed; one that only waits goes by itself
everything else    nothing that we could send would change it; people have to ask the network
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from registry.national.comparing import Found
from registry.national.expected import Standing
from registry.national.findings import DifferenceGroup, DifferenceKind, Remedy
from registry.national.queue import SendingState
from registry.national.rows import Held, Reference
from signing.encoding import b64url_encode


@dataclass(frozen=True)
class Difference:
    """A ref that the network does not hold as it must.

    `entry` is the entry of our log that it is about, None for what the register never had. `again` are the
    entries that make it good once they are sent again.
    """

    kind: DifferenceKind
    remedy: Remedy
    ref: Reference
    entry: int | None
    again: tuple[int, ...]


def judged(found: Found, versions: Sequence[Standing]) -> Difference:
    """The difference in a ref and its remedy; `versions` are all that the register has of it, ascending."""
    kind = _kind(found.ours, found.theirs)
    if kind in (DifferenceKind.MISSING, DifferenceKind.OLDER):
        held = found.theirs.version if found.theirs else 0
        lost = [each for each in versions if each.sending is SendingState.ONLINE and each.held.version > held]
        again = tuple(each.entry for each in lost)
        return Difference(kind, Remedy.RESENT, found.ref, again[-1], again)
    for each in versions:
        if each.held == found.theirs and each.sending is SendingState.REJECTED:
            return Difference(kind, Remedy.RESENT, found.ref, each.entry, (each.entry,))
        if each.held == found.theirs and each.sending is SendingState.PENDING:
            return Difference(kind, Remedy.WAITING, found.ref, each.entry, ())
    confirmed = next((each.entry for each in versions if each.held == found.ours), None)
    return Difference(kind, Remedy.REPORTED, found.ref, confirmed, ())


def grouped(differences: Iterable[Difference]) -> tuple[DifferenceGroup, ...]:
    """The differences by kind and remedy, named by entry where the register knows one."""
    groups = dict[tuple[DifferenceKind, Remedy], tuple[list[int], list[str]]]()
    for each in differences:
        entries, references = groups.setdefault((each.kind, each.remedy), ([], []))
        if each.entry is None:
            references.append(b64url_encode(each.ref))
        else:
            entries.append(each.entry)
    return tuple(
        DifferenceGroup(*group, tuple(sorted(groups[group][0])), tuple(groups[group][1]))
        for group in sorted(groups)
    )


def _kind(ours: Held | None, theirs: Held | None) -> DifferenceKind:
    if theirs is None:
        return DifferenceKind.MISSING
    if ours is None:
        return DifferenceKind.SURPLUS
    if ours.version == theirs.version:
        return DifferenceKind.OTHER_CONTENT
    return DifferenceKind.OLDER if theirs.version < ours.version else DifferenceKind.NEWER
