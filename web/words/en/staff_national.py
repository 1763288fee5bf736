"""The desk: the national network, how far sending is, what came back, and what to do."""

WORDS = {
    "desk.menu.national": "National network",
    "desk.home.tile.rejected": "returned by the national network",
    "act.national.read": "Looked at what the national network returned",
    "act.national.again": "Sent again to the national network",
    "trail.subject.national": "National network",
    "job.kind.national_again": "Sending again what was returned",
    "staff_national.title": "National network",
    "staff_national.lead.whole": (
        "Certificates and filings go to the national look-up one by one. Here is how far they are, whether "
        "it answers, and what it returned."
    ),
    "staff_national.lead.own": (
        "The province sends approved certificates to the national look-up. What came back is listed here: "
        "what is wrong, who puts it right, and how."
    ),
    "staff_national.not_configured": "This site is not connected to the national look-up",
    "staff_national.not_configured.text": (
        "Everything waits in the queue and goes by itself once it is connected. Nothing has to be handed in "
        "again."
    ),
    "staff_national.failing": "The national look-up has not answered properly since {since}, for {span}",
    "staff_national.failing.text": (
        "Everything waits in the queue and goes by itself when it is back: nothing is lost, nothing goes "
        "twice, nothing has to be handed in again."
    ),
    "staff_national.failing.fault": "What happened last: {fault}.",
    "staff_national.next_at": "Next attempt: {at}.",
    "staff_national.answers": "The national look-up answered the last time something was sent",
    "staff_national.last_answer": "Last answer: {at}.",
    "staff_national.never": "Nothing was sent yet",
    "staff_national.never.text": "Sending begins by itself once the worker (skillcert work) runs.",
    "staff_national.calendar": "Sent on fixed days: {days} of each month. The next one: {day}.",
    "staff_national.continuous": "Sent continuously: whatever is registered goes at once.",
    "staff_national.lag": "Of those on their way, the oldest was registered {span} ago.",
    "staff_national.span.moments": "less than a minute",
    "staff_national.span.minutes": "{count} min",
    "staff_national.span.hours": "{count} h",
    "staff_national.span.days": "{count} days",
    "staff_national.tile.pending": "Waiting",
    "staff_national.tile.sent": "Sent",
    "staff_national.tile.sent.hint": "no receipt yet",
    "staff_national.tile.online": "Online nationwide",
    "staff_national.tile.rejected": "Returned",
    "staff_national.tile.rejected.hint": "not settled yet",
    "staff_national.tile.settled": "Returned, then settled",
    "staff_national.tiles.hint": (
        "Counted by entries of the log: a correction, an annulment, a reinstatement and a reissue are one "
        "each, and so is each change of a filing. At most 15 seconds old; reload the page for the newest."
    ),
    "staff_national.days": "What went online and what came back, day by day, in the last four weeks",
    "staff_national.days.description": "{first} to {last}: {online} went online, {rejected} came back.",
    "staff_national.days.none": "Nothing went online and nothing came back in the last four weeks",
    "staff_national.days.day": "Day",
    "staff_national.series.online": "Online",
    "staff_national.series.rejected": "Returned",
    "staff_national.by_reason": "Why they came back",
    "staff_national.by_institution": "Institutions concerned",
    "staff_national.group.count": "{count}",
    "staff_national.see_open": "Work through them",
    "staff_national.none": "Nothing came back that waits",
    "staff_national.none.own": "None of your data was returned. You need not do anything.",
    "staff_national.none.bureau": "Nothing of your institutions waits.",
    "staff_national.none.whole": "The network took everything that reached it.",
    "staff_national.reports": "Reconciliation reports",
    "staff_national.reports.text": (
        "They prove that the national look-up has exactly what this register has, or name what differs."
    ),
    "staff_national.reports.newest": "The last one: {at}",
    "staff_national.reports.link": "Reports, and compare now",
    "rejections.title": "Returned by the national network",
    "rejections.lead": (
        "What is wrong goes again by itself once its correction is approved. When the network takes it, the "
        "item here is settled by itself."
    ),
    "rejections.lead.province": (
        "Where the content is wrong, the institution asks for a correction, which then goes by itself. Where "
        "it is right, clear it up with the network and send it again."
    ),
    "rejections.view.open": "Open",
    "rejections.view.settled": "Settled",
    "rejections.institution": "Institution",
    "rejections.any_institution": "All institutions",
    "rejections.reason": "Reason",
    "rejections.any_reason": "All reasons",
    "rejections.submit": "Filter",
    "rejections.count": "{total} in all",
    "rejections.none.open": "Nothing open",
    "rejections.none.open.hint": "Try another filter, or see what is settled.",
    "rejections.none.settled": "Nothing settled yet",
    "rejections.none.settled.hint": "Once a corrected version is online, its item moves here by itself.",
    "rejections.nothing": "There is nothing to send again",
    "rejections.nothing.text": "What was chosen is on its way already, or settled. If nothing was, choose first.",
    "rejections.filing": "Filing: {institution}",
    "rejections.erased": "A certificate whose personal data was erased",
    "rejections.version": "version {version}",
    "rejections.rejected_at": "returned {at}",
    "rejections.stage.open": "To do",
    "rejections.stage.asked": "Asked for",
    "rejections.stage.changed": "New version on its way",
    "rejections.stage.again": "Being sent again",
    "rejections.stage.settled": "Settled",
    "rejections.says": "In the network's words",
    "rejections.no_words": "The network said nothing more.",
    "rejections.ours": "Set aside by this site: it never reached the network.",
    "rejections.next": "What to do",
    "rejections.who": "Who",
    "rejections.who.institution": "the institution asks, the bureau decides",
    "rejections.who.you": "your institution asks, the bureau decides",
    "rejections.who.province": "the province",
    "rejections.who.province.rest": "the province (you need not do anything)",
    "rejections.now.asked": (
        "There is a request that waits for the bureau's decision. If it agrees, the new version goes by itself."
    ),
    "rejections.now.asked.link": "See the request",
    "rejections.now.changed": (
        "The certificate has a newer version, which is on its way. Once the network takes it, this is settled."
    ),
    "rejections.now.again": "It waits to be sent again, or for the network's answer.",
    "rejections.now.settled.again": "Sent again; the network took it {at}.",
    "rejections.now.settled.changed": "A newer version went online {at}, which settled this.",
    "rejections.now.settled.filing": "The changed filing went online {at}, which settled this.",
    "rejections.link.correct": "Correct it",
    "rejections.link.correct.ask": "Ask for a correction",
    "rejections.link.replace": "Replace the number",
    "rejections.link.replace.ask": "Ask for a new number",
    "rejections.link.upload": "Upload the new certificate first",
    "rejections.link.certificate": "See the certificate",
    "rejections.link.filing": "See the filing",
    "rejections.send_one": "Send this one again",
    "rejections.choose": "Choose {what}",
    "rejections.send_chosen": "Send the chosen ones again",
    "rejections.send_all": "Send all {count} of the filter again",
    "rejections.send.hint": (
        "The same content goes once more. Clear it up with the network first: as long as the reason stands, "
        "it comes back."
    ),
    "national.reason.employer_missing": "A certificate of an employer (Y number) without the holder's employer.",
    "national.reason.employer_missing.next": "Look it up in the file, and ask for a correction that adds it.",
    "national.reason.identity_type_not_taken": "The network does not take documents of another kind (type 299).",
    "national.reason.identity_type_not_taken.next": (
        "Ask the holder for an identity card, residence permit or passport, and for a correction by it. If "
        "there is no other document, tell the province, which talks to the network."
    ),
    "national.reason.identity_number_wrong": "The document's number is wrong: length, date of birth or check digit.",
    "national.reason.identity_number_wrong.next": (
        "Compare it with the document. If it differs, ask for a correction; if not, tell the province, which "
        "asks the network."
    ),
    "national.reason.holder_under_16": "By the document's number the holder was under 16 on the issue date.",
    "national.reason.holder_under_16.next": (
        "Compare number and issue date with the originals. If one is wrong, ask for a correction; if the "
        "holder was indeed under 16, for annulment."
    ),
    "national.reason.number_malformed": "The certificate number breaks the rules for numbers.",
    "national.reason.number_malformed.next": (
        "Upload a new certificate under the right number. Once it is approved, ask that it supersedes this one."
    ),
    "national.reason.number_differs": (
        "Institution, year or level in the certificate number is not what the certificate says."
    ),
    "national.reason.number_differs.next": (
        "If the number is wrong, upload a certificate under the right one and ask that it supersedes this "
        "one. If the issue date is wrong, ask for a correction."
    ),
    "national.reason.number_taken": "The network has another certificate under this number.",
    "national.reason.number_taken.next": (
        "Ask the network which one it is. Once the network has cleared it up, send this again."
    ),
    "national.reason.institution_unknown": "The network has not taken the institution's filing yet.",
    "national.reason.institution_unknown.next": (
        "See to why the filing came back. Once it is online, this goes again by itself."
    ),
    "national.reason.issued_in_future": "The issue date is later than the network's own date.",
    "national.reason.issued_in_future.next": (
        "Check the issue date. If it is wrong, ask for a correction; if not, tell the province, which checks "
        "the network's clock and sends it again."
    ),
    "national.reason.credit_code_wrong": "The institution's credit code is wrong: its check character does not fit.",
    "national.reason.credit_code_wrong.next": (
        "Compare it with the licence and put it right in the filing, which then goes by itself."
    ),
    "national.reason.scope_missing": "The filing has no occupation that may be certified.",
    "national.reason.scope_missing.next": (
        "Add the filed occupations to the filing, which then goes by itself."
    ),
    "national.reason.older_version": "The network has a newer version of this certificate.",
    "national.reason.older_version.next": (
        "Reconcile first to see where that version came from, then ask the network."
    ),
    "national.reason.version_conflict": "The network has this version with other content.",
    "national.reason.version_conflict.next": (
        "Reconcile first to see what differs, then have the network correct it, and send this again."
    ),
    "national.reason.row_malformed": "The data does not follow the protocol.",
    "national.reason.row_malformed.next": (
        "Have an engineer compare it with the protocol. Send it again once that is mended."
    ),
    "national.reason.row_too_long": "The data is longer than the protocol can carry.",
    "national.reason.row_too_long.next": (
        "Have an engineer see which field it is. If it is wrong, the institution asks for a correction."
    ),
    "national.reason.remote_failed": "The network fails whenever it gets this one; all others went well.",
    "national.reason.remote_failed.next": (
        "Tell the network's engineers. Send it again once they have mended it."
    ),
    "national.reason.other": "The network's reason code: {code}.",
    "national.reason.other.next": (
        "Read the network's words, and ask if they do not tell. Send it again once the reason is gone."
    ),
    "national.fault.timeout": "no answer in time",
    "national.fault.connection": "no connection, or it broke",
    "national.fault.answer_too_long": "an answer that is too long",
    "national.fault.http_signature_refused": "an answer whose signature is wrong: not believed",
    "national.fault.receipt_refused": "a receipt for something else than was sent: not believed",
    "national.fault.malformed_message": "an answer that is incomplete or unreadable",
    "national.fault.not_signed": "the network does not accept our signature: check the keys",
    "national.fault.stale": "the clocks of both sides differ too much",
    "national.fault.http_500": "an error of the network's system (500)",
    "national.fault.http_502": "an error of the network's system (502)",
    "national.fault.http_503": "the network is busy or under maintenance (503)",
    "national.fault.http_504": "the network's system took too long (504)",
    "national.fault.previous_unknown": "it does not know the batch before: perhaps a restored backup",
    "national.fault.batch_id_reused": "it says that the batch id was used before",
    "national.fault.too_large": "it says that the batch is too large",
    "national.fault.http_429": "the network asks to slow down (429)",
}
