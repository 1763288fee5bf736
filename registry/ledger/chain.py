"""The chain of a certificate: its registration and every act on it, replayed to a state.

Source: the register's own rules for acts; 湘人社规〔2025〕14号 arts. 15 and 21 (consequences of violations),
湘人社发〔2024〕26号 (十) (certificates wrongly issued).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from registry.ledger.entries import ActKind, Entry, number, optional_text, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal


class ChainState(StrEnum):
    """Where a certificate stands after all acts on it."""

    VALID = "valid"
    SUPERSEDED = "superseded"
    ANNULLED = "annulled"
    ERASED = "erased"


# From which states an act is possible, and where it leads.
_TRANSITIONS: dict[ActKind, tuple[frozenset[ChainState], ChainState]] = {
    ActKind.CORRECTED: (frozenset({ChainState.VALID}), ChainState.VALID),
    ActKind.SUPERSEDED: (frozenset({ChainState.VALID}), ChainState.SUPERSEDED),
    ActKind.ANNULLED: (frozenset({ChainState.VALID}), ChainState.ANNULLED),
    ActKind.REINSTATED: (frozenset({ChainState.ANNULLED}), ChainState.VALID),
    ActKind.REISSUED: (frozenset({ChainState.VALID}), ChainState.VALID),
    ActKind.ERASED: (
        frozenset({ChainState.VALID, ChainState.SUPERSEDED, ChainState.ANNULLED}),
        ChainState.ERASED,
    ),
}
# What an act names beyond itself: the commitment of the new content, or the entry of the new certificate.
_NAMES = {ActKind.CORRECTED: "commitment", ActKind.SUPERSEDED: "by"}


@dataclass(frozen=True)
class Link:
    """One entry of the chain, with what held right after it.

    `authority`, `document` and `request` are "" where the act names none. `requests` are all that were done
    on this certificate up to here: each is done once.
    """

    index: int
    act: ActKind | None
    reason: str
    at: str
    state: ChainState
    version: int
    printing: int
    commitment: str
    by: int | None = None
    authority: str = ""
    document: str = ""
    request: str = ""
    requests: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Chain:
    """A certificate's entries in order; the first is its registration."""

    links: tuple[Link, ...]

    @property
    def first(self) -> Link:
        """The registration."""
        return self.links[0]

    @property
    def head(self) -> Link:
        """The newest entry."""
        return self.links[-1]

    @property
    def content_index(self) -> int:
        """The entry that holds the current version's commitment."""
        return next(each.index for each in self.links if each.version == self.head.version)


def registration(index: int, entry: Entry) -> Link:
    """The first link, from a certificate entry."""
    return Link(index, None, "", text(entry, "at"), ChainState.VALID, 1, 1, text(entry, "commitment"))


def follow(head: Link, index: int, entry: Entry) -> Link:
    """The link that an act adds behind `head`. Raises: NotAdmitted, MalformedEntry."""
    act = act_kind(entry)
    if number(entry, "previous") != head.index:
        raise NotAdmitted(Refusal.CHAIN_MOVED_ON)
    before, after = _TRANSITIONS[act]
    if head.state not in before:
        raise NotAdmitted(Refusal.ACT_NOT_POSSIBLE)
    for kind, name in _NAMES.items():
        if (act is kind) != (name in entry):
            raise MalformedEntry(name)
    document, request = optional_text(entry, "document"), optional_text(entry, "request")
    # The paper behind an erasure names the person who is to be forgotten: it stays in the register.
    if document and (act is ActKind.ERASED or "authority" not in entry):
        raise MalformedEntry("document")
    if request in head.requests:
        raise NotAdmitted(Refusal.REQUEST_DONE)
    changed = act is ActKind.CORRECTED
    return Link(
        index=index,
        act=act,
        reason=text(entry, "reason"),
        at=text(entry, "at"),
        state=after,
        version=head.version + changed,
        printing=head.printing + (act in (ActKind.REISSUED, ActKind.CORRECTED)),
        commitment=text(entry, "commitment") if changed else head.commitment,
        by=number(entry, "by") if act is ActKind.SUPERSEDED else None,
        authority=optional_text(entry, "authority"),
        document=document,
        request=request,
        requests=head.requests | {request} if request else head.requests,
    )


def replay(index: int, entry: Entry, acts: Iterable[tuple[int, Entry]]) -> Chain:
    """The chain of a certificate from its entry and its acts in order."""
    links = [registration(index, entry)]
    for act_index, act_entry in acts:
        links.append(follow(links[-1], act_index, act_entry))
    return Chain(tuple(links))


def act_kind(entry: Entry) -> ActKind:
    """The kind of an act entry. Raises: MalformedEntry."""
    try:
        return ActKind(text(entry, "act"))
    except ValueError as fault:
        raise MalformedEntry("act") from fault
