"""Holders: the management secret, logging in, all own certificates."""

WORDS = {
    "problem.secret_mistyped.title": "The management secret has a typo",
    "problem.secret_mistyped.detail": (
        "It has five groups of four; the last one shows slips of the pen. Compare it with your note and "
        "type it again."
    ),
    "problem.secret_refused.title": "Name, identity number and secret do not go together",
    "problem.secret_refused.detail": (
        "Check each and try again. To protect people, this page does not say which one was wrong."
    ),
    "problem.secret_exists.title": "There is a management secret already",
    "problem.secret_exists.detail": (
        "It was shown once, when it was taken. If it is lost, or somebody else took it, go to the bureau with "
        "your identity card: it will be voided, and you can take a new one."
    ),
    "problem.holder_unknown.title": "Not found",
    "problem.holder_unknown.detail": "Go back and log in again.",
}
