"""The reconciliation report: the steps of its check, its pages and the command line."""

WORDS = {
    "reconciliation.title": "National network reconciliation",
    "reconciliation.list": "National reconciliation",
    "reconciliation.list.lead": "Every comparison is signed by both sides and kept. One is made regularly, too.",
    "reconciliation.ask": "Compare now",
    "reconciliation.ask.text": (
        "Compares this register with what the national network holds, one by one; a few seconds to a minute. "
        "What is missing or older there is sent again."
    ),
    "reconciliation.under_way": "A comparison is under way: look at it",
    "reconciliation.not_set": "No national network is set, so nothing can be compared",
    "reconciliation.not_set.text": (
        "Tell the operator of this platform: the network's address and public key have to be set first."
    ),
    "reconciliation.none": "No reports yet",
    "reconciliation.none.text": "After the first comparison its report will stand here.",
    "reconciliation.column.at": "Compared at",
    "reconciliation.column.outcome": "Conclusion",
    "reconciliation.column.size": "Log entries",
    "reconciliation.column.files": "Files",
    "reconciliation.file": "Download the report of {at} ({kind})",
    "reconciliation.pdf": "Download the report (PDF)",
    "reconciliation.json": "Download the signed data (JSON)",
    "reconciliation.said.exact": "At {size} log entries, the network has exactly this register",
    "reconciliation.said.exact_but_for": (
        "At {size} log entries, the network has this register, but for what is listed below"
    ),
    "reconciliation.said.differs": "At {size} log entries, the network does not have this register",
    "reconciliation.explained.exact": (
        "The network holds exactly the certificates and institutions of this register: none more, none fewer."
    ),
    "reconciliation.explained.exact_but_for": (
        "All that the network confirmed is the same, one by one. All that is not online yet is listed below."
    ),
    "reconciliation.explained.differs": (
        "The network holds something else than it confirmed. The differences and what is done stand below."
    ),
    "reconciliation.compared_at": "Compared at",
    "reconciliation.register": "The register",
    "reconciliation.register.text": "{size} log entries, {registered} certificates and institutions",
    "reconciliation.work": "How it went",
    "reconciliation.work.text": "Exchanges: {exchanges}; differences made good: {healed}",
    "reconciliation.comparison": "Side by side",
    "reconciliation.ours": "This register",
    "reconciliation.ours.note": "should be online",
    "reconciliation.theirs": "The national network",
    "reconciliation.theirs.note": "holds",
    "reconciliation.root": "Digest of it all (tree root)",
    "reconciliation.squares": (
        "Each square is a byte of the digest; equal means square by square. Those that differ are framed on the "
        "network's side."
    ),
    "reconciliation.squares.alt": "The digest as a picture; its value stands below",
    "reconciliation.equal": "equal",
    "reconciliation.unequal": "not equal",
    "reconciliation.exceptions": "Not online yet",
    "reconciliation.rejections": "What to do about what was turned back",
    "reconciliation.differences": "Differences",
    "reconciliation.nothing": "None.",
    "reconciliation.colon": ": ",
    "reconciliation.count": "{count} in all",
    "reconciliation.earlier": "An earlier version is online.",
    "reconciliation.absent": "Nothing of it is online.",
    "reconciliation.entries": "Log entries",
    "reconciliation.references": "The network's references",
    "reconciliation.more": "The other {count} stand in the file.",
    "reconciliation.difference.missing": "Missing there",
    "reconciliation.difference.older": "An older version there",
    "reconciliation.difference.newer": "A newer version there",
    "reconciliation.difference.other_content": "The same version with other content",
    "reconciliation.difference.surplus": "Surplus there",
    "reconciliation.remedy.resent": "Sent again",
    "reconciliation.remedy.waiting": "Goes with the next sending",
    "reconciliation.remedy.reported": "The network has to be asked",
    "reconciliation.signatures": "Both signatures",
    "reconciliation.covers.ours": "Over this whole report.",
    "reconciliation.covers.theirs": "Over its whole answer, which covers our count, digest and checkpoint.",
    "reconciliation.key": "Key",
    "reconciliation.signed_at": "Signed at (UTC)",
    "reconciliation.signature": "Signature",
    "reconciliation.batch": "The last batch that the network took is its No. {sequence}:",
    "reconciliation.checkpoint": "Log checkpoint",
    "reconciliation.steps": "This report was checked just now",
    "reconciliation.steps.text": "Checked step by step as this page was opened; the file can be checked offline:",
    "reconciliation.step.passed": "passed",
    "reconciliation.step.failed": "failed",
    "reconciliation.step.not_checked": "not checked",
    "reconciliation.open_check": "Not every step of this report's check passed",
    "reconciliation.open_check.text": "Which one did not, and why, stands further down.",
    "reconciliation.unread": "This report cannot be read",
    "reconciliation.unread.text": "What is kept does not fit its signatures. Tell the operator of this platform.",
    "reconciliation.proves": "What this proves",
    "reconciliation.proves.what": (
        "Proved: at that time the network, under its own signature, answered with a count and digest that are, or "
        "are not, those of all that it had confirmed to this register by then."
    ),
    "reconciliation.proves.digest": (
        "Equal digests mean that reference, version, state and content commitment of every single one are equal."
    ),
    "reconciliation.proves.not": (
        "Not proved: that what was registered is true; what the network's query page shows; what happened after."
    ),
    "job.kind.reconcile": "Comparison with the national network",
    "act.national.reconcile": "Compared with the national network",
    "problem.sender_lease_lost.title": "Something is being sent to the national network",
    "problem.sender_lease_lost.detail": "Both sides are compared as soon as it is through.",
    "problem.not_compared.title": "The two sides could not be compared",
    "problem.not_compared.detail": (
        "The network gave no answer that can be believed, so neither equal nor different can be said. "
        "Try again in a while."
    ),
    "reconciliation.outcome.exact": "Exactly the same",
    "reconciliation.outcome.exact_but_for": "The same, but for what is listed",
    "reconciliation.outcome.differs": "Not the same",
    "reconciliation.written": "The report was written to {path}.",
    "reconciliation.checked.failed": "Conclusion: not what both sides signed; nothing in it counts.",
    "reconciliation.checked.not_checked": (
        "Conclusion: not all could be checked; give the network's public key and the trust folder."
    ),
    "reconciliation.checked.said": "Conclusion: compared {at}, at {size} log entries: {outcome}.",
    "reconciliation.could_not_check": "Not compared: {why}. This says neither same nor different.",
    "reconciliation.why.sender_lease_lost": "another process is sending or comparing; try again later",
    "reconciliation.why.batch_in_flight": "a batch has no receipt yet; run skillcert sync first",
    "reconciliation.why.connection": "no connection to the national network",
    "reconciliation.why.timeout": "the national network did not answer in time",
    "reconciliation.why.http_signature_refused": "the answer is not signed with the key of the public key set",
    "reconciliation.why.receipt_refused": "the answer is to another question",
    "reconciliation.why.holdings_moved": "the network's data changed meanwhile; compare again",
    "reconciliation.why.holdings_count": "its answers contradict one another: the parts do not add up",
    "reconciliation.why.holdings_root": "its answers contradict one another: no part explains the whole",
    "reconciliation.why.holdings_leaves": "its answers contradict one another: leaves and totals differ",
    "reconciliation.why.holdings_endless": "its answers come to no end",
    "reconciliation.can_be_healed": "What is missing or older can be sent again: run it without --no-heal.",
    "reconciliation.said": "{outcome}. At {size} log entries: {count} online, root {root}.",
    "reconciliation.exception.pending": "Waiting: {count}.",
    "reconciliation.exception.rejected": "Turned back: {count}. {reason}",
    "reconciliation.difference": "{kind}: {count} ({remedy}).",
    "reconciliation.healed": "Made good by sending again, and compared: {count}.",
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
    "reason.answer_of_another_time": "The answer was given more than a day before or after the comparison",
    "reason.no_network_answer": "There is no answer to rely on, so this step was not taken",
    "reason.count_differs": "The counts differ",
    "reason.root_differs": "The counts are equal, the digests are not",
    "reason.lists_contradict": "The lists contradict themselves",
    "reason.exceptions_incomplete": "The lists are too short for the counts",
    "reason.outcome_contradicts": "The conclusion does not fit counts, digests or lists",
}
