"""At the counter: voiding a holder's management secret."""

WORDS = {
    "void.title": "Void a holder's management secret",
    "void.lead": (
        "Holders who lost their secret, or whose secret somebody else took, come in person with their "
        "document. Check the person and the document first, then type what it says."
    ),
    "void.who": "The holder at the counter",
    "void.id_type": "Kind of document",
    "void.id_number": "Identity number",
    "void.name": "Name",
    "void.number": "Number of any of the certificates",
    "void.number.hint": (
        "One within your bureau's reach. The search is kept in the trail, without name and numbers."
    ),
    "void.find": "Find",
    "void.incomplete": "All four are needed.",
    "void.not_found": "No certificate within your reach fits all four",
    "void.not_found.text": (
        "Compare each with the document and the certificate. A certificate that another bureau approved is "
        "for that bureau or the province."
    ),
    "void.found": "The holder",
    "void.certificate": "Certificate",
    "void.identity": "Document",
    "void.secret": "Management secret",
    "void.secret.since": "taken on {day}",
    "void.secret.none": "none",
    "void.voided": "Voided before",
    "void.sessions": "Logged in",
    "void.sessions.count": "in {count} places",
    "void.nothing": "This holder never took a secret and never logged in: there is nothing to void.",
    "void.what": (
        "The secret stops working, all log-ins end and all shares stop. The holder can take a new one at once "
        "by the three facts. What somebody saw or downloaded can't be recalled."
    ),
    "void.checked": "I checked the person and the original document",
    "void.unchecked": "Check the person and the original document first, then tick the box.",
    "void.submit": "Void the secret",
    "void.done": "Voided",
    "void.done.text": (
        "{sessions} log-ins ended, {shares} shares stopped. Have the holder take a new secret now, by name, "
        "identity number and certificate number, and write it down."
    ),
    "act.holder.find": "Find a holder (to void a secret)",
    "act.holder.void": "Void a holder's secret",
    "act.holder.secret_taken": "A holder took a secret",
    "act.holder.secret_replaced": "A holder replaced a secret",
    "trail.detail.shares": "shares stopped",
}
