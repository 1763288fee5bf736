"""What /metrics says of jobs: how many wait, how long the oldest does. A worker that is gone shows."""

from registry.jobs.desk import Jobs


def job_lines(jobs: Jobs, now_seconds: float) -> list[str]:
    """Open jobs, and the age of the oldest; 0 while none waits. Raises: DatabaseUnavailable."""
    count, oldest = jobs.waiting()
    age = 0.0 if oldest is None else max(0.0, now_seconds - oldest.timestamp())
    return [
        "# HELP skillcert_jobs_open Jobs that were asked for and have not ended.",
        "# TYPE skillcert_jobs_open gauge",
        f"skillcert_jobs_open {count}",
        "# HELP skillcert_oldest_job_seconds Since when the oldest of them waits.",
        "# TYPE skillcert_oldest_job_seconds gauge",
        f"skillcert_oldest_job_seconds {age:.0f}",
    ]
