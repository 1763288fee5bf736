"""Errors of the witnessing room.

WitnessingError
├── MalformedSubmission   bytes that are no add-checkpoint request; `what` names the part
├── MalformedAnswer       bytes that are no answer of a witness; `what` names the part
├── MalformedPolicy       a policy file that cannot be followed; `line` counts from 1, 0 = the file as a whole
├── SubmissionRefused     a checkpoint that the witness does not cosign; `reason` says why
├── LogRefused            a log that the witness cannot follow under that key
├── StateMissing          the witness's key is there and its memory is not, or the other way round
├── StateUnavailable      the witness's memory can't be read or written now
├── LogKeyIsWitness       a policy that counts a key of the log itself as a witness
└── QuorumMissed          too few witnesses cosigned: the entries are durable, but not published
"""

from collections.abc import Mapping
from enum import StrEnum
from typing import ClassVar

from registry.errors import RegistryError


class WitnessingError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "witnessing_error"


class MalformedSubmission(WitnessingError):
    """The bytes are no add-checkpoint request."""

    code = "malformed_submission"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class MalformedAnswer(WitnessingError):
    """The bytes are no answer that a witness gives."""

    code = "malformed_answer"

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class MalformedPolicy(WitnessingError):
    """The policy can't be followed as it is written."""

    code = "malformed_witness_policy"

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class Refusal(StrEnum):
    """Why a witness did not cosign."""

    UNKNOWN_LOG = "unknown_log"
    NOT_SIGNED_BY_LOG = "not_signed_by_log"
    OLD_SIZE_TOO_LARGE = "old_size_too_large"
    OTHER_SIZE_KNOWN = "other_size_known"
    OTHER_ROOT_KNOWN = "other_root_known"
    NOT_AN_EXTENSION = "not_an_extension"


class SubmissionRefused(WitnessingError):
    """The witness does not cosign this checkpoint. `known_size` is the size that it cosigned last."""

    code = "submission_refused"

    def __init__(self, reason: Refusal, *, known_size: int = 0) -> None:
        super().__init__(reason, known_size)
        self.reason = reason
        self.known_size = known_size


class LogRefused(WitnessingError):
    """No log's key, or the witness's own: it would witness itself."""

    code = "log_refused"


class StateMissing(WitnessingError):
    """Only half of a witness is here. A witness that forgot what it cosigned must not go on."""

    code = "witness_state_missing"


class StateUnavailable(WitnessingError):
    """The witness's memory did not answer. Nothing was cosigned."""

    code = "witness_state_unavailable"


class LogKeyIsWitness(WitnessingError):
    """The policy counts the log's own key as a witness: whoever signs the log would watch himself."""

    code = "log_key_is_witness"


class QuorumMissed(WitnessingError):
    """Too few witnesses cosigned. What was appended is durable and is published by a later run.

    `failures`: what became of each witness that did not cosign, by its name.
    """

    code = "quorum_missed"

    def __init__(self, *, found: int, quorum: int, failures: Mapping[str, str]) -> None:
        super().__init__(found, quorum, dict(failures))
        self.found = found
        self.quorum = quorum
        self.failures = dict(failures)
