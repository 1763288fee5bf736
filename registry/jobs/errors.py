"""Errors of the jobs room.

JobError
├── JobKindUnknown   no handler does jobs of that kind: the worker is older than the web server
├── AskerMayNot      whoever asked was disabled, or moved to another role, before the job began
├── JobGaveUp        the worker died over the job again and again
├── JobErred         the program erred over the job
└── JobLeaseLost     another worker took over
"""

from typing import ClassVar

from registry.errors import RegistryError


class JobError(RegistryError):
    """Root of the room's errors."""

    code: ClassVar[str] = "job_error"


class JobKindUnknown(JobError):
    """Nothing here does jobs of that kind."""

    code = "job_kind_unknown"


class AskerMayNot(JobError):
    """The account that asked may not ask for this any more. Nothing was done."""

    code = "job_asker_may_not"


class JobGaveUp(JobError):
    """The job ended the worker every time that it was begun, and is not begun again."""

    code = "job_gave_up"


class JobErred(JobError):
    """The program erred. What happened is in the worker's log."""

    code = "internal"


class JobLeaseLost(JobError):
    """Another worker holds the jobs now; it will do this one again."""

    code = "job_lease_lost"
