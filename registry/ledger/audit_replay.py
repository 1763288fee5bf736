"""The log replayed from its bytes: what each entry must be, given all entries before it.

- Every entry parses strictly, and `at` never decreases.
- Keys fold; filings, acts and approvals pass the same admission as when they were appended.
- Every certificate stands behind exactly one approval, which covers it by count, order and root.

Out of it come the rows that the projections must hold. Pure: bytes in, values out. Memory grows with
approvals and acts, not with certificates.

Source: the product's own format v1; RFC 8785.
"""

import json
import re
from binascii import a2b_base64
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from registry.filing.book import FilingBook
from registry.filing.errors import FilingError
from registry.ledger.admission import require_act, require_approval, require_filing, require_replacement
from registry.ledger.audit_report import Check, FindingCode, first_difference, found
from registry.ledger.audit_status import StatusBits, StatusClaim
from registry.ledger.chain import Chain, ChainState, Link
from registry.ledger.entries import Entry, EntryType, number, parse_entry, text
from registry.ledger.errors import MalformedEntry, NotAdmitted, Refusal
from registry.ledger.key_history import KeyHistory
from signing.encoding import b64url_decode, canonical_json, parse_json, parse_rfc3339
from signing.errors import MalformedEncoding

_COMMITMENT_CHARACTERS = 43
_CERTIFICATE_TAIL = b'","type":"certificate","v":1}'
# 43 characters hold 32 bytes and two spare bits, which must be zero: that leaves 16 last characters.
_COMMITMENTS = re.compile(rb"(?:[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048])*")
_TO_STANDARD = bytes.maketrans(b"-_", b"+/")


class Version(NamedTuple):
    """One version of a certificate, as the log knows it: the row that the records must hold."""

    idx: int
    certificate: int
    version: int
    commitment: bytes


@dataclass(frozen=True)
class Covering:
    """An approval, and the certificates right behind it."""

    index: int
    count: int
    first_ordinal: int
    bureau: str
    institution: str


@dataclass
class Replayed:
    """What one stretch of the log says that the projections hold, in the order of the log."""

    landmarks: list[tuple[int, str]] = field(default_factory=list)
    approvals: list[tuple[int, bytes, int, int]] = field(default_factory=list)
    decisions: list[tuple[int, bytes, str, Entry]] = field(default_factory=list)
    acts: list[tuple[int, int, int | None]] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    statuses: list[StatusClaim] = field(default_factory=list)


@dataclass
class _Acted:
    """A certificate with acts: its head, and the ordinals of its versions."""

    head: Link
    ordinals: list[int]


class _OpenApproval:
    """An approval whose certificates are still being read."""

    def __init__(self, index: int, entry: Entry) -> None:
        self.index = index
        self.entry = entry
        self.wanted = number(entry, "count")
        self.commitments: list[bytes] = []
        head = f'{{"at":"{text(entry, "at")}","batch":"{text(entry, "batch")}","commitment":"'
        self.head = head.encode()

    @property
    def missing(self) -> int:
        """How many certificates are still to come."""
        return self.wanted - len(self.commitments)

    def read(self, bodies: list[bytes]) -> list[bytes]:
        """The commitments of certificates, up to the first body that is not the one spelling of one."""
        start, end = len(self.head), len(self.head) + _COMMITMENT_CHARACTERS
        texts = [body[start:end] for body in bodies]
        spelt = [self.head + text + _CERTIFICATE_TAIL for text in texts]
        if spelt != bodies or not _COMMITMENTS.fullmatch(b"".join(texts)):
            right = takewhile(_is_right, zip(bodies, spelt, texts, strict=True))
            texts = [text for _, _, text in right]
        return [a2b_base64(text.translate(_TO_STANDARD) + b"=") for text in texts]


def _is_right(certificate: tuple[bytes, bytes, bytes]) -> bool:
    body, spelt, text = certificate
    return body == spelt and len(text) == _COMMITMENT_CHARACTERS and _COMMITMENTS.fullmatch(text) is not None


class LogReplay:
    """The log up to `size`. Raises `Found` at the first entry that could not have been appended.

    `erased` holds the index of the act by each certificate that was erased.
    """

    def __init__(self, log_origin: str) -> None:
        self.size = 0
        self.keys = KeyHistory(log_origin)
        self.filings = FilingBook()
        self.status = StatusBits()
        self.certificates = 0
        self._origin = log_origin
        self._at = ""
        self._approvals: list[Covering] = []
        self._starts: list[int] = []
        self.erased: dict[int, int] = {}
        self._batches: set[bytes] = set()
        self._acted: dict[int, _Acted] = {}
        self._ordinals = 0
        self._open: _OpenApproval | None = None

    @property
    def at(self) -> datetime:
        """The moment of the newest entry."""
        return parse_rfc3339(self._at)

    @property
    def ordinals(self) -> int:
        """How many versions of certificates have a position in the status lists."""
        return self._ordinals

    def feed(self, bodies: list[bytes], replayed: Replayed) -> None:
        """Takes in the next entries, and adds what they say to `replayed`."""
        position = 0
        while position < len(bodies):
            if self._open is None:
                self._landmark(self.size, bodies[position], replayed)
                self.size += 1
                position += 1
            else:
                taken = self._certificates(self._open, bodies[position : position + self._open.missing])
                replayed.versions += [
                    Version(index, index, 1, commitment)
                    for index, commitment in enumerate(taken, start=self.size)
                ]
                self.size += len(taken)
                position += len(taken)
            if self._open is not None and not self._open.missing:
                self._close(self._open)

    def finish(self) -> None:
        """The log ends here: no approval may still wait for its certificates."""
        if self._open is not None:
            self._incomplete(self._open)

    def covering(self, certificate: int) -> Covering | None:
        """The approval that covers a certificate, None if that entry is none."""
        position = bisect_left(self._starts, certificate) - 1
        if position < 0:
            return None
        approval = self._approvals[position]
        return approval if certificate <= approval.index + approval.count else None

    def state(self, certificate: int) -> ChainState | None:
        """Where a certificate stands, None if that entry is none."""
        if self.covering(certificate) is None:
            return None
        acted = self._acted.get(certificate)
        return ChainState.VALID if acted is None else acted.head.state

    def _landmark(self, index: int, body: bytes, replayed: Replayed) -> None:
        entry = self._parsed(index, body)
        kind = EntryType(text(entry, "type"))
        if kind is EntryType.CERTIFICATE:
            found(FindingCode.CERTIFICATE_UNCOVERED, Check.APPROVALS, "entry", index, "body")
        replayed.landmarks.append((index, kind.value))
        if kind is EntryType.KEY:
            with _refused(index, Check.KEYS_AND_FILINGS):
                self.keys.apply(index, entry)
        elif kind is EntryType.FILING:
            with _refused(index, Check.KEYS_AND_FILINGS):
                self._filing(index, entry)
        elif kind is EntryType.APPROVAL:
            self._approval(index, entry, replayed)
        elif kind is EntryType.ACT:
            with _refused(index, Check.ACTS):
                self._act(index, entry, replayed)
        else:
            self._status(index, entry, replayed)

    def _parsed(self, index: int, body: bytes) -> Entry:
        try:
            entry = parse_entry(body)
        except MalformedEntry as fault:
            offset = malformed_offset(body, str(fault))
            found(FindingCode.ENTRY_MALFORMED, Check.ENTRIES, "entry", index, "body", offset=offset)
        at = text(entry, "at")
        if at < self._at:
            offset = body.find(at.encode())
            found(FindingCode.TIME_DECREASES, Check.ENTRIES, "entry", index, "body", offset=offset)
        self._at = at
        return entry

    def _filing(self, index: int, entry: Entry) -> None:
        require_filing(
            entry,
            version=self.filings.version(text(entry, "number_prefix")),
            log_origin=self._origin,
            at=parse_rfc3339(text(entry, "at")),
            keys=self.keys,
        )
        self.filings.apply(entry, index)

    def _approval(self, index: int, entry: Entry, replayed: Replayed) -> None:
        batch = b64url_decode(text(entry, "batch"), length=16)
        opened = _OpenApproval(index, entry)
        with _refused(index, Check.APPROVALS):
            if batch in self._batches:
                raise NotAdmitted(Refusal.BATCH_ALREADY_APPROVED)
            if not opened.wanted:
                raise NotAdmitted(Refusal.COUNT_DIFFERS)
        self._batches.add(batch)
        self._open = opened
        bureau, institution = text(entry, "bureau"), text(entry, "institution")
        self._approvals.append(Covering(index, opened.wanted, self._ordinals, bureau, institution))
        self._starts.append(index)
        replayed.approvals.append((index, batch, opened.wanted, self._ordinals))
        self._ordinals += opened.wanted
        content = {name: value for name, value in entry.items() if name not in ("v", "at")}
        replayed.decisions.append((index, batch, text(entry, "at"), content))

    def _certificates(self, opened: _OpenApproval, bodies: list[bytes]) -> list[bytes]:
        """The commitments of the next certificates; at least one."""
        commitments = opened.read(bodies)
        if not commitments:
            self._not_behind(opened, bodies[0])
        opened.commitments += commitments
        return commitments

    def _not_behind(self, opened: _OpenApproval, body: bytes) -> None:
        """Says what stands where a certificate of this approval should."""
        entry = self._parsed(self.size, body)
        if entry["type"] != EntryType.CERTIFICATE:
            self._incomplete(opened)
        offset = first_difference(body, opened.head)
        found(FindingCode.CERTIFICATE_UNCOVERED, Check.APPROVALS, "entry", self.size, "body", offset=offset)

    def _incomplete(self, opened: _OpenApproval) -> None:
        found(
            FindingCode.APPROVAL_INCOMPLETE,
            Check.APPROVALS,
            "entry",
            opened.index,
            "body",
            count=opened.wanted,
            certificates=len(opened.commitments),
        )

    def _close(self, opened: _OpenApproval) -> None:
        """All certificates are here: the approval must cover exactly these, and be the right bureau's."""
        entry = opened.entry
        with _refused(opened.index, Check.APPROVALS):
            require_approval(
                entry,
                opened.commitments,
                log_origin=self._origin,
                at=parse_rfc3339(text(entry, "at")),
                keys=self.keys,
                filings=self.filings,
            )
        self.certificates += opened.wanted
        self._open = None

    def _act(self, index: int, entry: Entry, replayed: Replayed) -> None:
        certificate = number(entry, "index")
        approval = self.covering(certificate)
        if approval is None:
            raise NotAdmitted(Refusal.CERTIFICATE_UNKNOWN)
        acted = self._acted.get(certificate)
        first = Link(certificate, None, "", "", ChainState.VALID, 1, 1, "")
        if acted is None:
            ordinal = approval.first_ordinal + certificate - approval.index - 1
            acted = _Acted(first, [ordinal])
        link = require_act(
            entry,
            Chain((first, acted.head)),
            log_origin=self._origin,
            at_text=text(entry, "at"),
            index=index,
            bureau=approval.bureau,
            keys=self.keys,
        )
        if link.by is not None:
            require_replacement(link.by, certificate, self.state(link.by))
        new_ordinal = None
        if link.version != acted.head.version:
            new_ordinal, self._ordinals = self._ordinals, self._ordinals + 1
            commitment = b64url_decode(link.commitment, length=32)
            replayed.versions.append(Version(index, certificate, link.version, commitment))
            acted.ordinals.append(new_ordinal)
        if link.state is ChainState.ERASED:
            self.erased[certificate] = index
        acted.head = link
        self._acted[certificate] = acted
        self.status.follow(index, link.state, acted.ordinals)
        replayed.acts.append((index, certificate, new_ordinal))

    def _status(self, index: int, entry: Entry, replayed: Replayed) -> None:
        size = number(entry, "size")
        if size > index:
            found(FindingCode.NOT_ADMISSIBLE, Check.STATUS_LISTS, "entry", index, "body", reason="size")
        digest = b64url_decode(text(entry, "sha256"), length=32)
        replayed.statuses.append(StatusClaim(index, text(entry, "list"), digest, size))


@contextmanager
def _refused(index: int, check: Check) -> Iterator[None]:
    """What the admission of an append would have refused, as a finding."""
    try:
        yield
    except NotAdmitted as fault:
        found(FindingCode.NOT_ADMISSIBLE, check, "entry", index, "body", reason=fault.reason)
    except (MalformedEntry, FilingError) as fault:
        found(FindingCode.NOT_ADMISSIBLE, check, "entry", index, "body", reason=fault.code)


def malformed_offset(body: bytes, named: str) -> int | None:
    """Where an entry stops being one: where it can't be read, where it isn't canonical, or its bad field."""
    try:
        json.loads(body.decode())
        wanted = canonical_json(parse_json(body))
    except UnicodeDecodeError as fault:
        return fault.start
    except json.JSONDecodeError as fault:
        return len(fault.doc[: fault.pos].encode())
    except (MalformedEncoding, ValueError, RecursionError):
        return None
    if wanted != body:
        return first_difference(body, wanted)
    at = body.find(f'"{named}":'.encode())
    return at if at >= 0 else None
