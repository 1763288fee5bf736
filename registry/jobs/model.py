"""A job as a value, and what whoever does it is given."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias

from registry.register import Register
from signing.encoding import Json


class JobState(StrEnum):
    """How far a job is. 排队中 · 办理中 · 已完成 · 未办成."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self in (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True)
class Job:
    """What somebody asked for, and what became of it.

    `subject` is what it is about, as a reference that names no person: a batch, a filing, a request. There is
    at most one open job of a kind and subject. `standing` is as whom the account asked.

    `content` and `result` are kept in clear, so neither ever holds anything personal. `code` is set when it
    was refused, and so are `particulars`: the error's own fields, which lie sealed. A postponed job has both
    while it is queued, and `again_at`. `progress` of `total` 0 means that nobody can say how much there is to
    do.
    """

    id: str
    kind: str
    subject: str
    account: str
    standing: str
    state: JobState
    progress: int
    total: int
    content: Mapping[str, Json]
    result: Mapping[str, Json]
    code: str
    particulars: Mapping[str, Json]
    asked_at: datetime
    begun_at: datetime | None
    ended_at: datetime | None
    again_at: datetime | None
    attempts: int


@dataclass(frozen=True)
class JobContext:
    """What a handler works with. `attachments` are opened when they are read, each anew."""

    register: Register
    job: Job
    attachments: Mapping[str, bytes]
    report: Callable[[int, int], None]
    now: datetime


# A handler can be killed at any instruction, and is then run again from its beginning with the same job: it
# must find out by itself what is already done. What it returns is the job's result.
Handler: TypeAlias = Callable[[JobContext], Mapping[str, Json]]
