"""Witnesses: for operators, and why one did not cosign."""

WORDS = {
    "problem.quorum_missed.title": "Too few witnesses cosigned; not published yet",
    "problem.quorum_missed.detail": (
        "What was appended is durable and only waits to be published; do not repeat it. The worker (skillcert "
        "work) tries again and again, and so does the next append. The witnesses:"
    ),
    "problem.log_key_is_witness.title": "The witness policy names the log's own key",
    "problem.log_key_is_witness.detail": (
        "Nobody witnesses himself. Correct the file that SKILLCERT_WITNESSES_FILE names."
    ),
    "problem.malformed_witness_policy.title": "The witness policy cannot be followed",
    "problem.malformed_witness_policy.detail": (
        "First a line 'quorum N', then one witness a line: its key, a space, its address; # begins a comment."
    ),
    "problem.log_refused.title": "This log cannot be witnessed",
    "problem.log_refused.detail": (
        "A log's verifier key is wanted (a whole line of /log/vkey), not the witness's own."
    ),
    "problem.witness_state_missing.title": "Half of the witness is missing",
    "problem.witness_state_missing.detail": (
        "Its key or its memory (witness.sqlite) is gone. Without its memory it does not know what it cosigned, "
        "and the key is over: begin a new witness and tell the register. Never put an old backup in its place."
    ),
    "problem.witness_state_unavailable.title": "The witness's memory cannot be read or written",
    "problem.witness_state_unavailable.detail": (
        "Nothing was cosigned. Check directory, permissions and disk space."
    ),
    "problem.submission_refused.title": "The witness did not cosign",
    "problem.submission_refused.detail": "The checkpoint does not extend the log that it saw.",
    "witness.malformed": "cannot read our request",
    "witness.unknown_log": "does not follow this log yet: give it the key of /log/vkey",
    "witness.not_signed_by_log": "does not know the log's key: after a rotation, give it the new one",
    "witness.not_an_extension": "says that the log does not extend what it saw: find out why at once",
    "witness.larger_tree_known": "saw a longer log than this one: this may be an old backup, find out at once",
    "witness.other_root_known": "saw another log of the same length: a fork, find out why at once",
    "witness.size_keeps_changing": "keeps changing its mind about what it saw",
    "witness.timeout": "did not answer in time",
    "witness.connection": "cannot be reached",
    "witness.status": "answered with an error status",
    "witness.too_long": "answered too much",
    "witness.malformed_answer": "gave an answer that cannot be read",
    "witness.no_cosignature": "answered without a cosignature of its own",
    "witness.bad_cosignature": "sent a cosignature that does not hold",
    "witness.implausible_time": "cosigned at a time that cannot be true: compare the clocks",
}
