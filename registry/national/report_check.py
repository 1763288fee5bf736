"""Whether a reconciliation report is what it claims to be, without register, network or clock of its own.

report     1 read in its one spelling · 2 not from the future · 3 the key is trusted for receipts and did not
           leak · 4 the proof
our side   5 one of the log's keys signed the checkpoint inside · 6 as many witnesses as required cosigned
           it · 7 the size is the checkpoint's, and no entry lies behind it
theirs     8 the network's key is known · 9 it signed the answer · 10 the digest is of the answer's body ·
           11 the body is an answer over everything, to exactly this comparison and of its day
together   12 count and root of both sides are equal · 13 what is not is exactly what the report lists

Source: W3C Data Integrity EdDSA Cryptosuites v1.0; C2SP tlog-checkpoint; RFC 9421; RFC 9530.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from http import HTTPStatus
from itertools import pairwise

from registry.national.errors import (
    MalformedMessage,
    MalformedReport,
    ReceiptRefused,
    SignatureFault,
    SignatureRefused,
)
from registry.national.findings import ComparisonOutcome, Waiting
from registry.national.holdings_messages import (
    HoldingsAnswer,
    HoldingsQuestion,
    check_holdings,
    parse_holdings,
)
from registry.national.http_signatures import check_content_digest, response_message, verify_message
from registry.national.protocol import RESPONSE_COMPONENTS, TAG
from registry.national.report import Side, StatedReconciliation, bound_nonce, parse_report
from signing.errors import MalformedEncoding
from signing.made_by_register import check_period, check_signature
from signing.notes import parse_note
from signing.outcomes import Outcome, Step, failed, not_checked, passed, together
from signing.registration import CHECKPOINT, check_checkpoint, check_witnesses
from signing.trust import Trust

READ, PERIOD, KEY, SIGNED = (
    "reconciliation_read",
    "reconciliation_period",
    "reconciliation_key",
    "reconciliation_signed",
)
SIZE = "reconciliation_size"
NETWORK_KEY, NETWORK_SIGNED, NETWORK_DIGEST, NETWORK_ANSWER = (
    "network_key",
    "network_signed",
    "network_digest",
    "network_answer",
)
EQUAL, LISTED = "sides_equal", "exceptions_explain"
_ALL = (
    *(READ, PERIOD, KEY, SIGNED, CHECKPOINT, SIZE),
    *(NETWORK_KEY, NETWORK_SIGNED, NETWORK_DIGEST, NETWORK_ANSWER, EQUAL, LISTED),
)
# A comparison takes minutes, and two clocks may differ.
_SAME_TIME = timedelta(days=1)
# The network's public keys by key id.
NetworkKeys = Mapping[str, bytes]


@dataclass(frozen=True)
class CheckedReport:
    """The steps in order, and what the report states where it could be read."""

    steps: tuple[Step, ...]
    stated: StatedReconciliation | None
    answer: HoldingsAnswer | None

    @property
    def is_authentic(self) -> Outcome:
        """Whether both sides signed what stands there; what it says is another question."""
        return together(step.outcome for step in self.steps if step.name not in (EQUAL, LISTED))

    @property
    def holds(self) -> Outcome:
        """Whether all of it holds, and both sides have the same but for what is listed."""
        return together(step.outcome for step in self.steps)


def check_report(data: bytes, trust: Trust, network_keys: NetworkKeys, now: datetime) -> CheckedReport:
    """What can be said of these bytes; no exception for anything a stranger sends."""
    try:
        stated, document = parse_report(data)
    except MalformedReport as fault:
        return unread_report((failed(READ, fault.reason),))
    theirs, answer = _network(stated, network_keys)
    steps = (
        passed(READ),
        check_period(PERIOD, stated.compared_at, now),
        *check_signature((KEY, SIGNED), document, stated.issuer, stated.compared_at, trust, now),
        *_our_side(stated, trust),
        *theirs,
        _equal(stated, answer),
        _listed(stated, answer),
    )
    return CheckedReport(steps, stated, answer)


def unread_report(steps: tuple[Step, ...]) -> CheckedReport:
    """What there is to say where no report could be read: why, and that nothing else was checked."""
    taken = {step.name for step in steps}
    rest = (not_checked(name, "reconciliation_unreadable") for name in _ALL if name not in taken)
    return CheckedReport((*steps, *rest), None, None)


def side_of(answer: HoldingsAnswer) -> Side:
    """The network's side of an answer over everything."""
    everything = answer.ranges[0].range
    return Side(everything.count, everything.root)


def _our_side(stated: StatedReconciliation, trust: Trust) -> tuple[Step, ...]:
    try:
        note = parse_note(stated.checkpoint.encode())
    except MalformedEncoding:
        return failed(CHECKPOINT, "checkpoint_malformed"), not_checked(SIZE, "no_checkpoint")
    signed, checkpoint = check_checkpoint(note, trust)
    if checkpoint is None:
        return signed, not_checked(SIZE, "no_checkpoint")
    lists = [each.entries for each in stated.exceptions] + [each.entries for each in stated.differences]
    fits = checkpoint.size == stated.size and all(
        entry < stated.size for entries in lists for entry in entries
    )
    sized = passed(SIZE) if fits else failed(SIZE, "entry_behind_checkpoint")
    return signed, *check_witnesses(note, trust), sized


def _network(
    stated: StatedReconciliation, keys: NetworkKeys
) -> tuple[tuple[Step, ...], HoldingsAnswer | None]:
    """Steps 8 to 11, and the answer where all of them passed."""
    if not keys:
        rest = (not_checked(name, "no_network_key") for name in (NETWORK_SIGNED, NETWORK_DIGEST))
        known = (not_checked(NETWORK_KEY, "no_network_key"), *rest)
    else:
        known = _network_signature(stated, keys)
    ours = stated.ours
    nonce = bound_nonce(stated.salt, stated.checkpoint.encode(), ours.count, ours.root)
    try:
        answer = parse_holdings(stated.answer.body)
        check_holdings(answer, HoldingsQuestion(nonce, ("",)))
    except MalformedMessage:
        return (*known, failed(NETWORK_ANSWER, "network_answer_malformed")), None
    except ReceiptRefused:
        return (*known, failed(NETWORK_ANSWER, "answer_to_another_question")), None
    if abs(answer.as_of_at - stated.compared_at) > _SAME_TIME:
        # The nonce fits as long as our side stayed as it was; the network's may have changed since.
        return (*known, failed(NETWORK_ANSWER, "answer_of_another_time")), None
    return (*known, passed(NETWORK_ANSWER)), answer


def _network_signature(stated: StatedReconciliation, keys: NetworkKeys) -> tuple[Step, Step, Step]:
    message = response_message(HTTPStatus.OK, stated.answer.fields.items())
    try:
        verify_message(message, RESPONSE_COMPONENTS, keys, tag=TAG)
    except SignatureRefused as fault:
        if fault.reason is SignatureFault.UNKNOWN_KEY:
            unsigned = not_checked(NETWORK_SIGNED, "no_key"), not_checked(NETWORK_DIGEST, "no_key")
            return failed(NETWORK_KEY, "unknown_key"), *unsigned
        unsigned = failed(NETWORK_SIGNED, "bad_signature"), not_checked(NETWORK_DIGEST, "network_not_signed")
        return passed(NETWORK_KEY), *unsigned
    try:
        check_content_digest(message, stated.answer.body)
    except SignatureRefused:
        return passed(NETWORK_KEY), passed(NETWORK_SIGNED), failed(NETWORK_DIGEST, "digest_differs")
    return passed(NETWORK_KEY), passed(NETWORK_SIGNED), passed(NETWORK_DIGEST)


def _equal(stated: StatedReconciliation, answer: HoldingsAnswer | None) -> Step:
    if answer is None:
        return not_checked(EQUAL, "no_network_answer")
    theirs = side_of(answer)
    if theirs.count != stated.ours.count:
        return failed(EQUAL, "count_differs")
    if theirs.root != stated.ours.root:
        return failed(EQUAL, "root_differs")
    return passed(EQUAL)


def _listed(stated: StatedReconciliation, answer: HoldingsAnswer | None) -> Step:
    """What is not at the network is exactly what stands in the lists, and the outcome says so."""
    if answer is None:
        return not_checked(LISTED, "no_network_answer")
    if not _lists_plausible(stated):
        return failed(LISTED, "lists_contradict")
    absent = sum(len(each.entries) for each in stated.exceptions if not each.earlier_online)
    if stated.registered - absent != stated.ours.count:
        return failed(LISTED, "exceptions_incomplete")
    outcome = _outcome(side_of(answer) == stated.ours, bool(stated.exceptions))
    return passed(LISTED) if outcome is stated.outcome else failed(LISTED, "outcome_contradicts")


def _outcome(same: bool, excepted: bool) -> ComparisonOutcome:
    if not same:
        return ComparisonOutcome.DIFFERS
    return ComparisonOutcome.EXACT_BUT_FOR if excepted else ComparisonOutcome.EXACT


def _lists_plausible(stated: StatedReconciliation) -> bool:
    """Each entry once and in order, each group once, no empty group; differences only where there are any."""
    exceptions = [(each.state, each.reason, each.earlier_online) for each in stated.exceptions]
    kinds = [(each.kind, each.remedy) for each in stated.differences]
    entries = [each.entries for each in stated.exceptions]
    listed = [entry for group in entries for entry in group]
    return (
        len(set(exceptions)) == len(exceptions)
        and len(set(kinds)) == len(kinds)
        and len(set(listed)) == len(listed)
        and all(group and _ascending(group) for group in entries)
        and all(each.count and _ascending(each.entries) for each in stated.differences)
        and all((each.state is Waiting.REJECTED) == bool(each.reason) for each in stated.exceptions)
        and bool(stated.differences) == (stated.outcome is ComparisonOutcome.DIFFERS)
    )


def _ascending(values: Iterable[int]) -> bool:
    return all(first < second for first, second in pairwise(values))
