"""The staff's pages: waiting for a job."""

WORDS = {
    "job.kind": "In progress",
    "job.kind.intake": "Taking in a batch",
    "job.kind.bundle": "Making the offline bundle",
    "job.kind.propose": "Preparing the decision",
    "job.kind.approve": "Registering certificates",
    "job.kind.return": "Returning a batch",
    "job.kind.act": "Acting on a certificate",
    "job.kind.filing": "Filing an institution",
    "job.lead": "Wait here or do something else meanwhile: it goes on. This page leads to the result by itself.",
    "job.next": "Handed in; it begins in a moment.",
    "job.queued_behind": "Waiting; {before} before it.",
    "job.running": "In progress …",
    "job.running_at": "In progress, {percent}% done.",
    "job.done": "Done.",
    "job.refused": "Not done.",
    "job.postponed": "This can not be done right now: {title}. Everything you handed in is kept; it goes on by itself, and need not be sent again.",
    "job.stuck": "Not begun yet.",
    "job.stuck_title": "The background program is not running",
    "job.stuck_text": (
        "What you handed in is kept, and is done as soon as the background program (skillcert work) runs "
        "again; do not hand it in twice. Please tell the administrator of this register."
    ),
    "job.lost": "The server cannot be reached for the moment; trying again. What you handed in is safe.",
    "job.asked_at": "Handed in: {at}.",
    "job.reference": "Reference: {id}.",
    "job.refreshes": "This page refreshes every 3 seconds.",
    "job.nothing_changed": "Nothing in the register was changed.",
    "job.back": "Back",
    "job.rows": "Rows of the sheet: {rows}.",
    "problem.job_asker_may_not.title": "The account changed after this was handed in",
    "problem.job_asker_may_not.detail": (
        "When its turn came, the account that asked was disabled, or had another role or office, so nothing "
        "was done. Whoever is responsible now may hand it in again."
    ),
    "problem.job_gave_up.title": "Several attempts failed",
    "problem.job_gave_up.detail": (
        "The background program stopped in the middle three times, and does not try again. Please give the "
        "reference to the administrator of this register; everything else goes on."
    ),
    "problem.job_kind_unknown.title": "The background program does not know this yet",
    "problem.job_kind_unknown.detail": (
        "It is older than the web server. Please tell the administrator, and hand it in again afterwards."
    ),
    "problem.internal.title": "The program erred",
    "problem.internal.detail": (
        "This is our fault, not that of what you handed in. Please give the reference to the administrator "
        "of this register, and try again later."
    ),
}
