"""The status lists that are served, against the acts in the log.

Every list must be the one that the newest `status` entry of its name commits to, follow from the acts as of
the size that the entry names, be signed, and still be good: neither past its validity, nor silent for long
about an act that is in the log.

Source: W3C Bitstring Status List v1.0; positions as in `registry.status`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from registry.ledger.audit_replay import LogReplay
from registry.ledger.audit_report import FindingCode, Found, first_difference
from registry.ledger.audit_status import StatusClaim, check_status_list
from registry.ledger.public_documents import status_list
from signing.status_list import LIST_ENTRIES, StatusPurpose, parse_status_list

# A list follows an act at once; whoever was interrupted in between has this long.
PUBLICATION_GRACE = timedelta(hours=1)


@dataclass
class ServedLists:
    """What the log says of its lists so far."""

    newest: dict[str, StatusClaim] = field(default_factory=dict)
    older: dict[str, set[bytes]] = field(default_factory=dict)
    acts: list[tuple[int, datetime]] = field(default_factory=list)

    def claim(self, claims: Iterable[StatusClaim]) -> None:
        """Takes in `status` entries, in order."""
        for each in claims:
            if each.name in self.newest:
                self.older.setdefault(each.name, set()).add(self.newest[each.name].digest)
            self.newest[each.name] = each

    def names(self, ordinals: int) -> list[str]:
        """Every list that has an entry, or whose ordinals have been given."""
        parts = range(max(1, -(-ordinals // LIST_ENTRIES)))
        covering = [f"{purpose.value}-{part}" for purpose in StatusPurpose for part in parts]
        return sorted({*covering, *self.newest})

    def check(self, name: str, body: bytes | None, replay: LogReplay, base: str, now: datetime) -> None:
        """One list as served, None where it is missing. Raises: Found.

        Steps:
        1. it is there if the log has an entry for it, or if an act would set a bit in it; and only then
        2. it is what its newest entry commits to, follows from the acts, and is signed
        3. it is published under this origin, has not run out, and knows of every act but the youngest
        """
        # 1
        document = status_list(name)
        purpose, part = StatusPurpose(name.rpartition("-")[0]), int(name.rpartition("-")[2])
        claim = self.newest.get(name)
        due = replay.status.bits(purpose, part, self._due_size(replay.size, now))
        if body is None:
            if claim is not None or any(due):
                document.found(FindingCode.ANSWER_MISSING)
            return
        if claim is None:
            document.found(FindingCode.STATUS_LIST_UNCOMMITTED)
        # 2
        if sha256(body).digest() in self.older.get(name, ()):
            document.found(FindingCode.STATUS_LIST_STALE, reason="older_list", entry=claim.index)
        try:
            check_status_list(claim, body, replay.status, replay.keys)
        except Found as fault:
            inner = fault.finding
            document.found(inner.code, offset=inner.offset, entry=claim.index, **inner.detail)
        # 3
        published = parse_status_list(body)
        if published.url != f"{base}{document.address}":
            document.found(FindingCode.STATUS_LIST_MALFORMED, reason="origin")
        if published.valid_until < now:
            document.found(FindingCode.STATUS_LIST_STALE, reason="expired", entry=claim.index)
        known = replay.status.bits(purpose, part, max(claim.size, self._due_size(replay.size, now)))
        if known != published.bits:
            ordinal = part * LIST_ENTRIES + 8 * first_difference(known, published.bits)
            document.found(FindingCode.STATUS_LIST_STALE, reason="behind", ordinal=ordinal)

    def _due_size(self, size: int, now: datetime) -> int:
        """Up to which size the acts are old enough to stand in every list."""
        young = (index for index, at in reversed(self.acts) if at <= now - PUBLICATION_GRACE)
        return min(size, next(young, -1) + 1)
