"""The reconciliation report: the steps of its check, its pages and the command line."""

WORDS = {
    "reconciliation.title": "National network reconciliation",
    "reconciliation.outcome.exact": "Exactly the same",
    "reconciliation.outcome.exact_but_for": "The same, but for what is listed",
    "reconciliation.outcome.differs": "Not the same",
    "reconciliation.checked.failed": "Conclusion: not what both sides signed; nothing in it counts.",
    "reconciliation.checked.not_checked": (
        "Conclusion: not all could be checked; give the network's public key and the trust folder."
    ),
    "reconciliation.checked.said": "Conclusion: compared {at}, as of log entry {size}: {outcome}.",
    "step.reconciliation_read": "Read the reconciliation report",
    "step.reconciliation_period": "The report's time is plausible",
    "step.reconciliation_key": "The key is the register's, for receipts and reports",
    "step.reconciliation_signed": "The register's signature is right",
    "step.reconciliation_size": "The number of entries is that of the checkpoint",
    "step.network_key": "The key is the network's",
    "step.network_signed": "The network's signature is right",
    "step.network_digest": "The network's answer was not altered",
    "step.network_answer": "The network answered exactly this comparison",
    "step.sides_equal": "Count and digest of both sides are equal",
    "step.exceptions_explain": "All that is not online is listed, and the counts add up",
    "reason.too_long": "The file is too long for a reconciliation report",
    "reason.not_a_report": "It is no reconciliation report of this register",
    "reason.reconciliation_unreadable": "The report could not be read, so this step was not taken",
    "reason.no_network_key": "The network's public key was not given, so this step was not taken",
    "reason.network_not_signed": "The signature did not pass, so this step was not taken",
    "reason.digest_differs": "The answer is not the one that was signed",
    "reason.network_answer_malformed": "The answer is missing or of another shape",
    "reason.answer_to_another_question": (
        "The answer is to another comparison, or our count, digest or checkpoint was altered"
    ),
    "reason.no_network_answer": "There is no answer to rely on, so this step was not taken",
    "reason.count_differs": "The counts differ",
    "reason.root_differs": "The counts are equal, the digests are not",
    "reason.lists_contradict": "The lists contradict themselves",
    "reason.exceptions_incomplete": "The lists are too short for the counts",
    "reason.outcome_contradicts": "The conclusion does not fit counts, digests or lists",
}
