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
    "holder.way.facts": "Download one, by three facts",
    "holder.way.facts.text": (
        "With all three right, you can download the files of this one certificate. Your other "
        "certificates are not shown."
    ),
    "holder.way.secret": "Log in with the management secret",
    "holder.way.secret.text": "All your certificates with their files, sharing, corrections, and where you are logged in.",
    "holder.ways": "All your certificates",
    "holder.ways.no_secret": (
        "No secret yet? Open one certificate by the three facts first; you can take it there."
    ),
    "holder.wait": "Too many attempts, try again later",
    "holder.wait.text": (
        "Wait {seconds} seconds. To protect holders, too many attempts at one identity number, at one "
        "certificate number or from one network have to wait, whether or not they are right."
    ),
    "inside.menu": "Holder's menu",
    "inside.menu.certificates": "My certificates",
    "inside.menu.shares": "Sharing",
    "inside.menu.corrections": "Corrections",
    "inside.menu.sessions": "Log-ins and secret",
    "inside.logout": "Log out",
    "inside.already": "You are logged in.",
    "inside.already.go": "See all your certificates",
    "inside.ended": "You logged out, or your log-in has ended. Log in again when you need to.",
    "secret.offer": "Take a management secret",
    "secret.offer.text": "With it you log in once and see all your certificates, instead of one at a time.",
    "secret.offer.once": "It is shown once: have pen and paper ready.",
    "secret.offer.lost": (
        "Take it yourself, and soon: whoever has your paper could take it first. If it is lost, a bureau voids it once you show "
        "your identity card, and you take a new one."
    ),
    "secret.offer.submit": "Take the secret",
    "secret.taken_at": "A management secret was taken on {day}",
    "secret.taken_at.text": " to see all your certificates.",
    "secret.taken_at.not_you": "Was it not you?",
    "secret.taken_at.void": (
        "Go to the bureau with your identity card and have it voided. All log-ins with it end, and "
        "everything shared with it stops."
    ),
    "secret.log_in": "Log in with the management secret",
    "secret.shown": "Write down your management secret",
    "secret.shown.lead": "Write it down now, and keep it apart from the certificate.",
    "secret.slip": "Register of vocational skill certificates: management secret",
    "secret.shown.read": (
        "Five groups of four, upper or lower case. It has no letters I, L, O, U: what looks like one is a 1 or a 0."
    ),
    "secret.shown.once": "It is shown only this once. Reload or close the page, and it is gone.",
    "secret.shown.nobody": (
        "The register keeps a hash that can't be turned back. No clerk can see it or will ask you for it."
    ),
    "secret.shown.lost": (
        "Lost it, or somebody may know it: log in and replace it, or have a bureau void it with your "
        "identity card in hand."
    ),
    "secret.shown.replaced": "The old one works no longer, and all other log-ins have ended.",
    "secret.shown.on": "I have written it down: log in",
    "secret.shown.on_again": "I have written it down: back to my certificates",
    "secret.copy": "Copy",
    "secret.copied": "Copied",
    "secret.print": "Print",
    "secret.title": "Log in with the management secret",
    "secret.lead": "You will see all your certificates, those that were annulled or corrected as well.",
    "secret.name_hint": "as on the certificate; if it was corrected, either name will do",
    "secret.id_number_hint": "of the document on the certificate; a final X may be upper or lower case",
    "secret.secret": "Management secret",
    "secret.secret_hint": "five groups of four; dashes may be left out, upper or lower case",
    "secret.submit": "Log in",
    "secret.incomplete": "All three are needed",
    "secret.incomplete.text": "Enter name, identity number and management secret.",
    "secret.none": "No secret yet?",
    "secret.none.text": (
        "Open any of your certificates by name, identity number and certificate number; you can take the "
        "secret there."
    ),
    "secret.none.go": "Enter the three facts",
    "secret.lost": "Lost your secret?",
    "secret.lost.text": (
        "Go to a bureau with your identity card. A clerk checks that it is you and voids the old one, and "
        "you can take a new one at once."
    ),
    "secret.old_wrong": "The current secret is not right",
    "secret.old_wrong.text": "Check it and try again. Nothing was replaced.",
    "secret.replace": "Replace the management secret",
    "secret.since": "The current one was taken on {day}.",
    "secret.no_secret_yet": "You have none yet. With one you can log in without the identity service.",
    "secret.replace.text": (
        "The old one stops working and all other log-ins end. The new one is shown once, too."
    ),
    "secret.replace.submit": "Give me a new one",
    "mine.title": "My certificates",
    "mine.lead": "{count} in your name, the newest first.",
    "mine.institution": "Institution",
    "mine.issued_on": "Issued on",
    "mine.version": "Corrected",
    "mine.version.text": "the content was corrected, this is version {version}",
    "mine.download": "Download the certificate (PDF)",
    "mine.other_forms": "Other forms: verifiable credential, receipts, QR code",
    "mine.replaced_by": "The number of this certificate was corrected; the current one is",
    "mine.replaced_by.end": ". No files are offered for this one.",
    "mine.not_in_force": "This certificate is not in force at present, so no files are offered.",
    "mine.none": "No certificate is registered in your name.",
    "mine.otherwise_named": (
        "{count} more stand under the same identity number with another name, and are not shown. If they are "
        "yours, or somebody used your number by mistake, have the institution or the bureau correct it."
    ),
    "mine.links": "The links work for {minutes} minutes; reload the page for new ones. Do not pass them on.",
    "mine.other_document": (
        "Only certificates under the same kind of document are here. For those under another one, such as a "
        "passport, log in with that."
    ),
    "inside.log_ins.title": "Where you are logged in",
    "inside.log_ins.lead": "One you do not know? End all others, then replace your secret.",
    "inside.log_ins.some_browser": "A browser",
    "inside.log_ins.this": "this one",
    "inside.log_ins.way.secret": "With the secret; ",
    "inside.log_ins.way.provider": "Through the identity service; ",
    "inside.log_ins.times": "since {opened}, last used {seen}",
    "inside.log_ins.end_others": "End all others",
}
