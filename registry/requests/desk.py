"""Requests on the desk. Every change of state is one statement that names the state it starts from.

So of two who decide at the same moment one decides, and the other is told. An accepted request holds its
signed act: whoever finds it without its job hands the same bytes in again, and the log takes them once.
"""

import base64
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from registry.ledger.append import PreparedCertificate
from registry.ledger.entries import ActKind, Authority, Entry
from registry.requests.errors import RequestDecided, RequestOpen, RequestUnknown
from registry.requests.model import CaseRequest, Party, RequestKind, RequestState, Who, Wish
from registry.review.acting import prepared_json, prepared_of
from registry.review.acts import REQUEST_BYTES, ActReason
from registry.storage import request_rows
from registry.storage.metadata import DESK_METADATA
from registry.storage.request_rows import REQUEST_TABLE
from registry.storage.sql import reading, writing
from registry.storage.vault import Place, Vault
from signing.encoding import Json, parse_rfc3339, rfc3339

_ROWS = DESK_METADATA.tables[str(request_rows.ActRequestRow.__tablename__)]
_REFERENCE_BYTES = 15
_NONE = -1
_SEALED = ("wish", "document", "answer", "signed")


@dataclass(frozen=True)
class Reach:
    """Which requests a list may hold: everything, or those of these institutions and of this bureau."""

    everything: bool = False
    prefixes: frozenset[str] = frozenset()
    bureau: str = ""


class Requests:
    """Requests over the desk's database. Bears several threads at once."""

    def __init__(self, engine: Engine, vault: Callable[[], Vault], clock: Callable[[], datetime]) -> None:
        """`vault` gives the newest one: an erasure replaces it."""
        self._engine = engine
        self._vault = vault
        self._clock = clock

    def ask(self, request: CaseRequest, document: bytes = b"", *, reference: str = "") -> CaseRequest:
        """Keeps a new request; or gives back the open one of that office that says the same.

        Raises: RequestOpen if it says something else; DatabaseUnavailable.
        """
        return self._insert(request, document, self._reference(reference), b"")

    def ask_signed(
        self, request: CaseRequest, document: bytes, content: Entry, corrected: PreparedCertificate | None
    ) -> CaseRequest:
        """As `ask`, for an office that decides at once: the request begins as accepted."""
        return self._insert(request, document, b"", self._sealed_act(request.id, content, corrected))

    def get(self, identity: str) -> CaseRequest:
        """One request. Raises: RequestUnknown, SealBroken, DatabaseUnavailable."""
        return self._one(_ROWS.c.id == identity)

    def by_reference(self, reference: str) -> CaseRequest:
        """The request of a holder, by what the holder was given. Raises: RequestUnknown."""
        tidy = reference.strip().upper().replace("-", "").replace(" ", "")
        if len(tidy) != len(new_reference().replace("-", "")):
            raise RequestUnknown
        return self._one(_ROWS.c.reference == self._reference(tidy))

    def of_certificate(self, certificate: int) -> list[CaseRequest]:
        """All requests on a certificate, newest first."""
        return self._listed(_ROWS.c.certificate == certificate)

    def listed(
        self, reach: Reach, states: Sequence[RequestState], *, offset: int = 0, limit: int = 50
    ) -> Sequence[CaseRequest]:
        """A page of what is within reach, newest first. Raises: DatabaseUnavailable."""
        return self._listed(*_within(reach, states), offset=offset, limit=limit)

    def count(self, reach: Reach, states: Sequence[RequestState]) -> int:
        """How many are within reach. Raises: DatabaseUnavailable."""
        counted = sa.select(sa.func.count()).select_from(_ROWS).where(*_within(reach, states))
        with reading(self._engine) as connection:
            return int(connection.execute(counted).scalar_one())

    def ended_since(self, certificate: int, party: Party, since: datetime) -> int:
        """How many that this party asked for since then are over. Raises: DatabaseUnavailable."""
        over = [state.value for state in RequestState if not state.is_open]
        theirs = _ROWS.c.certificate == certificate, _ROWS.c.asker == party.value, _ROWS.c.state.in_(over)
        counted = sa.select(sa.func.count()).select_from(_ROWS).where(*theirs)
        with reading(self._engine) as connection:
            found = connection.execute(counted.where(_ROWS.c.asked_at > rfc3339(since)))
            return int(found.scalar_one())

    def document(self, identity: str) -> bytes:
        """The paper that came with it, b"" without one. Raises: RequestUnknown, SealBroken."""
        row = self._row(_ROWS.c.id == identity)
        return self._open(identity, "document", bytes(row["document"]))

    def accept(
        self, request: CaseRequest, who: Who, content: Entry, corrected: PreparedCertificate | None
    ) -> None:
        """The act is signed, and waits to be appended. Raises: RequestDecided."""
        request.require(RequestState.ACCEPTED)
        signed = self._sealed_act(request.id, content, corrected)
        self._move(request, RequestState.ACCEPTED, **self._by(who), signed=signed)

    def refuse(self, request: CaseRequest, who: Who, answer: str) -> None:
        """Said no, and why. Raises: RequestDecided."""
        request.require(RequestState.REFUSED)
        sealed = self._vault().seal_json(*_place(request.id, "answer"), answer)
        self._move(request, RequestState.REFUSED, **self._by(who), answer=sealed)

    def withdraw(self, request: CaseRequest, who: Who) -> None:
        """Taken back by the office that asked. Raises: RequestDecided."""
        request.require(RequestState.WITHDRAWN)
        self._move(request, RequestState.WITHDRAWN, **self._by(who))

    def reopen(self, request: CaseRequest) -> None:
        """Its signed act can't be appended any more: it is to be decided anew. Raises: RequestDecided."""
        request.require(RequestState.ASKED)
        self._move(request, RequestState.ASKED, signed=b"", decided_by="", decided_office="", decided_at="")

    def finish(self, request: CaseRequest, entry: int) -> None:
        """The act stands in the log. Doing it again changes nothing."""
        with writing(self._engine) as connection:
            there = _ROWS.c.id == request.id, _ROWS.c.state.in_(["asked", "accepted"])
            values = {"state": RequestState.DONE.value, "entry": entry, "signed": b""}
            connection.execute(sa.update(_ROWS).where(*there).values(**values))

    def signed_act(self, identity: str) -> tuple[Entry, PreparedCertificate | None]:
        """What was signed for an accepted request. Raises: RequestUnknown, RequestDecided, SealBroken."""
        row = self._row(_ROWS.c.id == identity)
        sealed = bytes(row["signed"])
        if row["state"] != RequestState.ACCEPTED.value or not sealed:
            raise RequestDecided
        value = self._vault().open_json(*_place(identity, "signed"), sealed)
        assert isinstance(value, dict)
        content, corrected = value["content"], value["corrected"]
        assert isinstance(content, dict)
        return content, prepared_of(corrected) if isinstance(corrected, dict) else None

    def places_of(self, certificate: int) -> list[Place]:
        """Where anything about a certificate's holder lies, or lay, among its requests."""
        with reading(self._engine) as connection:
            chosen = sa.select(_ROWS.c.id).where(_ROWS.c.certificate == certificate)
            found = connection.execute(chosen).scalars().all()
        return [Place(*_place(str(identity), column)) for identity in found for column in _SEALED]

    def blank(self, certificate: int) -> None:
        """Empties all requests on an erased certificate; what was open is withdrawn."""
        of_it = _ROWS.c.certificate == certificate
        is_open = _ROWS.c.state.in_(["asked", "accepted"])
        with writing(self._engine) as connection:
            emptied = dict.fromkeys((*_SEALED, "reference"), b"")
            connection.execute(sa.update(_ROWS).where(of_it).values(**emptied))
            ended = sa.update(_ROWS).where(of_it, is_open)
            connection.execute(ended.values(state=RequestState.WITHDRAWN.value))

    def blank_ended(self, before: datetime, *, dry_run: bool = False) -> int:
        """Empties what ended before a moment and is not empty yet; how many that are, or would be."""
        ended = [each.value for each in RequestState if not each.is_open]
        is_over = sa.and_(
            _ROWS.c.state.in_(ended), _ROWS.c.decided_at < rfc3339(before), sa.func.length(_ROWS.c.wish) > 0
        )
        if dry_run:
            with reading(self._engine) as connection:
                counted = sa.select(sa.func.count()).select_from(_ROWS).where(is_over)
                return int(connection.execute(counted).scalar_one())
        emptied = dict.fromkeys((*_SEALED, "reference"), b"")
        with writing(self._engine) as connection:
            return int(connection.execute(sa.update(_ROWS).where(is_over).values(**emptied)).rowcount)

    def _sealed_act(self, identity: str, content: Entry, corrected: PreparedCertificate | None) -> bytes:
        prepared: Json = dict(prepared_json(corrected)) if corrected is not None else None
        return self._vault().seal_json(
            *_place(identity, "signed"), {"content": content, "corrected": prepared}
        )

    def _insert(self, request: CaseRequest, document: bytes, reference: bytes, signed: bytes) -> CaseRequest:
        vault, identity, who = self._vault(), request.id, request.asked_by
        values: dict[str, object] = {
            "id": identity,
            "kind": request.kind.value,
            "act": request.act.value,
            "reason": request.reason.value,
            "authority": request.authority.value if request.authority else "",
            "certificate": request.certificate,
            "prefix": request.prefix,
            "bureau": request.bureau,
            "asker": who.party.value,
            "office": who.office,
            "account": who.account,
            "asked_at": rfc3339(request.asked_at),
            "state": RequestState.ASKED.value,
            "decided_by": "",
            "decided_office": "",
            "decided_at": "",
            "entry": _NONE,
            "wish": vault.seal_json(*_place(identity, "wish"), _wish_json(request.wish)),
            "document": vault.seal(*_place(identity, "document"), document) if document else b"",
            "answer": b"",
            "signed": signed,
            "reference": reference,
        }
        if signed:
            values |= {"state": RequestState.ACCEPTED.value, **self._by(who)}
        try:
            with writing(self._engine) as connection:
                connection.execute(sa.insert(_ROWS).values(**values))
        except IntegrityError:
            there = self._one(
                _ROWS.c.certificate == request.certificate,
                _ROWS.c.kind == request.kind.value,
                _ROWS.c.act == request.act.value,
                _ROWS.c.asker == who.party.value,
                _ROWS.c.office == who.office,
                _ROWS.c.state.in_(["asked", "accepted"]),
            )
            # A second click says the same; anything else would be dropped and seem to be done.
            if who.party is not Party.HOLDER and not _is_same(there, request, is_signed=bool(signed)):
                raise RequestOpen from None
            return there
        return self.get(identity)

    def _move(self, request: CaseRequest, state: RequestState, **values: object) -> None:
        as_seen = _ROWS.c.id == request.id, _ROWS.c.state == request.state.value
        with writing(self._engine) as connection:
            done = connection.execute(sa.update(_ROWS).where(*as_seen).values(state=state.value, **values))
        if done.rowcount != 1:
            raise RequestDecided

    def _by(self, who: Who) -> Mapping[str, object]:
        moment = rfc3339(self._clock())
        return {"decided_by": who.account, "decided_office": who.office, "decided_at": moment}

    def _one(self, *conditions: sa.ColumnElement[bool]) -> CaseRequest:
        return self._request_of(self._row(*conditions))

    def _row(self, *conditions: sa.ColumnElement[bool]) -> sa.RowMapping:
        with reading(self._engine) as connection:
            row = connection.execute(sa.select(_ROWS).where(*conditions).limit(1)).mappings().one_or_none()
        if row is None:
            raise RequestUnknown
        return row

    def _listed(
        self, *conditions: sa.ColumnElement[bool], offset: int = 0, limit: int = 200
    ) -> list[CaseRequest]:
        chosen = (
            sa.select(_ROWS)
            .where(*conditions)
            .order_by(_ROWS.c.asked_at.desc(), _ROWS.c.id)
            .offset(offset)
            .limit(limit)
        )
        with reading(self._engine) as connection:
            rows = connection.execute(chosen).mappings().all()
        return [self._request_of(row) for row in rows]

    def _open(self, identity: str, column: str, sealed: bytes) -> bytes:
        return self._vault().open(*_place(identity, column), sealed) if sealed else b""

    def _reference(self, reference: str) -> bytes:
        tidy = reference.replace("-", "")
        return self._vault().reference_mac(tidy) if tidy else b""

    def _request_of(self, row: sa.RowMapping) -> CaseRequest:
        identity, vault = str(row["id"]), self._vault()
        wished = bytes(row["wish"])
        # Empty once its certificate was erased.
        wish = vault.open_json(*_place(identity, "wish"), wished) if wished else _wish_json(Wish("", ""))
        assert isinstance(wish, dict)
        sealed = bytes(row["answer"])
        answer = vault.open_json(*_place(identity, "answer"), sealed) if sealed else ""
        return CaseRequest(
            id=identity,
            kind=RequestKind(row["kind"]),
            act=ActKind(row["act"]),
            reason=ActReason(row["reason"]),
            authority=Authority(row["authority"]) if row["authority"] else None,
            certificate=int(row["certificate"]),
            prefix=row["prefix"],
            bureau=row["bureau"],
            asked_by=Who(Party(row["asker"]), row["office"], row["account"]),
            asked_at=parse_rfc3339(row["asked_at"]),
            state=RequestState(row["state"]),
            wish=Wish(**{**wish, "changes": dict(wish["changes"])}),
            decided_by=row["decided_by"],
            decided_office=row["decided_office"],
            decided_at=parse_rfc3339(row["decided_at"]) if row["decided_at"] else None,
            answer=str(answer),
            entry=None if row["entry"] == _NONE else int(row["entry"]),
        )


def _within(reach: Reach, states: Sequence[RequestState]) -> list[sa.ColumnElement[bool]]:
    wanted: list[sa.ColumnElement[bool]] = [_ROWS.c.state.in_([each.value for each in states])]
    if not reach.everything:
        within: list[sa.ColumnElement[bool]] = [_ROWS.c.prefix.in_(sorted(reach.prefixes))]
        if reach.bureau:
            within.append(_ROWS.c.bureau == reach.bureau)
        wanted.append(sa.or_(*within))
    return wanted


def _is_same(there: CaseRequest, request: CaseRequest, *, is_signed: bool) -> bool:
    if is_signed and there.state is not RequestState.ACCEPTED:
        return False
    said = [(each.reason, each.authority, each.wish) for each in (there, request)]
    return said[0] == said[1]


def new_identity() -> str:
    """The id of a new request: what the log will name, so it says nothing."""
    return secrets.token_hex(REQUEST_BYTES)


def new_reference() -> str:
    """What a holder is given to ask by: 120 random bits, to be read out and typed."""
    text = base64.b32encode(secrets.token_bytes(_REFERENCE_BYTES)).decode()
    return "-".join(text[at : at + 6] for at in range(0, len(text), 6))


def _wish_json(wish: Wish) -> dict[str, Json]:
    return {**asdict(wish), "changes": dict(wish.changes)}


def _place(identity: str, column: str) -> tuple[str, bytes, str]:
    return REQUEST_TABLE, bytes.fromhex(identity), column
