"""What is removed when it was kept long enough."""

WORDS = {
    "retention.approved_uploads": "uploads of approved batches",
    "retention.returned_uploads": "uploads of batches that were returned or replaced",
    "retention.requests": "papers and words of requests that ended",
    "retention.upload_rows": "rows of these",
    "retention.trail": "acts in the trail",
    "retention.jobs": "jobs that ended",
    "retention.drafts": "drafts of decided batches",
    "retention.shares": "shares that ended or were stopped",
    "retention.sessions": "expired log-ins",
    "retention.holder_sessions": "expired log-ins of holders",
    "retention.holders": "holders of whom nothing is registered any more",
    "retention.attempts": "forgotten log-in attempts",
}
