"""Asks witnesses to cosign a checkpoint: all at once, within one deadline, believing none of them.

Whatever a witness sends or fails to send becomes a value, never an exception. Proofs are made in the calling
thread, because readers of the log belong to one thread; only the exchanges run beside each other.

Source: C2SP tlog-witness, tlog-cosignature.
"""

import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from http.cookiejar import CookieJar, DefaultCookiePolicy
from queue import Empty, SimpleQueue
from types import MappingProxyType
from typing import TypeAlias

import httpx

from registry.answers import AnswerTooLong, AnswerTooSlow, read_whole
from registry.witnessing.errors import MalformedAnswer
from registry.witnessing.outcomes import (
    Cosigned,
    Outcome,
    Refused,
    RefusedBecause,
    Unavailable,
    UnavailableBecause,
    believed,
)
from registry.witnessing.policy import WitnessAddress, WitnessPolicy
from registry.witnessing.protocol import (
    ADD_CHECKPOINT,
    MAX_ANSWER_BYTES,
    SIZE_TYPE,
    Submission,
    parse_signature_lines,
    parse_size_answer,
    tree_head,
)
from signing.inclusion import Hash
from signing.notes import Note, VerifierKey

Prove: TypeAlias = Callable[[int], Sequence[Hash]]
# A witness is asked, told the size to prove from, and asked again; once more if somebody else was faster.
_ASKED_AT_MOST = 3
# Once the quorum is there, the others have this long to join it.
_GRACE_SECONDS = 0.1


@dataclass(frozen=True)
class _Conflict:
    """The witness wants a proof from this size."""

    size: int


_NO = MappingProxyType(
    {
        HTTPStatus.BAD_REQUEST: RefusedBecause.MALFORMED,
        HTTPStatus.FORBIDDEN: RefusedBecause.NOT_SIGNED_BY_LOG,
        HTTPStatus.NOT_FOUND: RefusedBecause.UNKNOWN_LOG,
        HTTPStatus.UNPROCESSABLE_ENTITY: RefusedBecause.NOT_AN_EXTENSION,
    }
)


@dataclass(frozen=True)
class Clocks:
    """Seconds since 1970, and seconds that only run forward."""

    now_seconds: Callable[[], float] = time.time
    monotonic_seconds: Callable[[], float] = time.monotonic


@dataclass
class _Round:
    """One checkpoint on its way to all witnesses. Threads leave their answers in `answers`."""

    note: Note
    size: int
    prove: Prove
    deadline: float
    answers: "SimpleQueue[tuple[WitnessAddress, Outcome | _Conflict]]" = field(default_factory=SimpleQueue)
    asked: Counter[VerifierKey] = field(default_factory=Counter)
    outcomes: dict[VerifierKey, Outcome] = field(default_factory=dict)


def open_http() -> httpx.Client:
    """Connections to witnesses, kept between checkpoints: no redirects, cookies or proxies."""
    nobody = CookieJar(DefaultCookiePolicy(allowed_domains=()))
    headers = {"accept-encoding": "identity"}
    return httpx.Client(follow_redirects=False, trust_env=False, headers=headers, cookies=nobody)


class WitnessClient:
    """Asks the witnesses of a policy. One checkpoint at a time."""

    def __init__(
        self, policy: WitnessPolicy, http: httpx.Client, *, seconds: float, clocks: Clocks | None = None
    ) -> None:
        """`seconds`: how long one checkpoint may take with all its witnesses together."""
        self._policy = policy
        self._http = http
        self._seconds = seconds
        self._clocks = clocks or Clocks()
        self._known_sizes: dict[VerifierKey, int] = {}
        self._busy: set[VerifierKey] = set()

    def close(self) -> None:
        """Closes the connections. What is under way ends by itself and keeps no program from ending."""
        self._http.close()

    def collect(self, note: Note, *, previous_size: int, prove: Prove) -> dict[VerifierKey, Outcome]:
        """What each witness of the policy says to the signed checkpoint.

        `previous_size` is where a witness not asked before most likely stands; `prove` makes the proof from a
        size to this checkpoint's.
        """
        size = tree_head(note).size
        round_ = _Round(note, size, prove, self._clocks.monotonic_seconds() + self._seconds)
        # Whoever still owes the answer to an earlier checkpoint is not asked again, or a dead witness would
        # gather threads.
        asked = [each for each in self._policy.witnesses if each.key not in self._busy]
        for witness in asked:
            self._ask(round_, witness, min(self._known_sizes.get(witness.key, previous_size), size))
        while len(round_.outcomes) < len(asked):
            try:
                witness, answer = round_.answers.get(timeout=self._patience(round_))
            except Empty:
                break
            self._settle(round_, witness, answer)
        late = Unavailable(UnavailableBecause.TIMEOUT)
        return {each.key: round_.outcomes.get(each.key, late) for each in self._policy.witnesses}

    def _patience(self, round_: _Round) -> float:
        left = max(0.0, round_.deadline - self._clocks.monotonic_seconds())
        cosigned = sum(isinstance(each, Cosigned) for each in round_.outcomes.values())
        return min(left, _GRACE_SECONDS) if cosigned >= self._policy.quorum else left

    def _ask(self, round_: _Round, witness: WitnessAddress, from_size: int) -> None:
        proof = tuple(round_.prove(from_size)) if 0 < from_size < round_.size else ()
        body = Submission(from_size, proof, round_.note).to_bytes()
        round_.asked[witness.key] += 1
        self._busy.add(witness.key)

        def exchange() -> None:
            try:
                answer = self._exchange(round_, witness, body)
            finally:
                self._busy.discard(witness.key)
            round_.answers.put((witness, answer))

        threading.Thread(target=exchange, name=f"witness {witness.key.name}", daemon=True).start()

    def _settle(self, round_: _Round, witness: WitnessAddress, answer: Outcome | _Conflict) -> None:
        """Notes what the answer means; where the witness wants another proof, it gets one."""
        key = witness.key
        if isinstance(answer, Cosigned):
            self._known_sizes[key] = round_.size
        if not isinstance(answer, _Conflict):
            round_.outcomes[key] = answer
        elif answer.size > round_.size:
            # It saw more of this log than we have: a restored backup, and the best moment to learn of it.
            round_.outcomes[key] = Refused(RefusedBecause.LARGER_TREE_KNOWN)
        elif round_.asked[key] < _ASKED_AT_MOST:
            self._known_sizes[key] = answer.size
            self._ask(round_, witness, answer.size)
        else:
            same = answer.size == round_.size
            reason = RefusedBecause.OTHER_ROOT_KNOWN if same else RefusedBecause.SIZE_KEEPS_CHANGING
            round_.outcomes[key] = Refused(reason)

    def _exchange(self, round_: _Round, witness: WitnessAddress, body: bytes) -> Outcome | _Conflict:
        """One request and its answer. Runs in a thread of its own."""
        left = round_.deadline - self._clocks.monotonic_seconds()
        if left <= 0:
            return Unavailable(UnavailableBecause.TIMEOUT)
        try:
            with self._http.stream(
                "POST", witness.url + ADD_CHECKPOINT, content=body, timeout=httpx.Timeout(left)
            ) as response:
                answer = read_whole(
                    response.iter_raw(),
                    MAX_ANSWER_BYTES,
                    is_late=lambda: self._clocks.monotonic_seconds() > round_.deadline,
                )
        except AnswerTooLong:
            return Unavailable(UnavailableBecause.TOO_LONG)
        except (httpx.TimeoutException, AnswerTooSlow):
            return Unavailable(UnavailableBecause.TIMEOUT)
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, RuntimeError):
            # A RuntimeError is what a client says that was closed meanwhile.
            return Unavailable(UnavailableBecause.CONNECTION)
        media_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        return self._understood(round_.note, witness.key, response.status_code, media_type, answer)

    def _understood(
        self, note: Note, key: VerifierKey, status: int, media_type: str, body: bytes
    ) -> Outcome | _Conflict:
        try:
            if status == HTTPStatus.OK:
                return believed(note, key, parse_signature_lines(body), self._clocks.now_seconds())
            if status == HTTPStatus.CONFLICT:
                if media_type != SIZE_TYPE:
                    return Refused(RefusedBecause.OTHER_ROOT_KNOWN)
                return _Conflict(parse_size_answer(body))
        except MalformedAnswer:
            return Unavailable(UnavailableBecause.MALFORMED_ANSWER)
        reason = {int(each): reason for each, reason in _NO.items()}.get(status)
        return Unavailable(UnavailableBecause.STATUS) if reason is None else Refused(reason)
