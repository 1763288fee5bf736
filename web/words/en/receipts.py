"""Verification receipts: downloading one, and checking one."""

WORDS = {
    "receipt.title": "Verification receipt",
    "receipt.text": (
        "For your files: a dated statement, signed by the register, of what was checked, the conclusion and every "
        "step, the log and status lists it rests on, and the issuer's filing on the day of issue and today."
    ),
    "receipt.name": "Name for the receipt to compare (optional)",
    "receipt.name_hint": "If given, it is compared, and the receipt says whether it matched.",
    "receipt.with_name": "Put the name I gave into the receipt as well",
    "receipt.pdf": "Download the PDF receipt",
    "receipt.json": "Download the JSON receipt",
    "receipt.hint": (
        "A receipt speaks of the moment of the check only. No copy is kept here; upload it under “Verify a file” "
        "to have it checked later."
    ),
    "receipt.nothing_to_state": "The check came to no answer, so there is no receipt of it.",
    "receipt.written": "Verification receipt: {path}",
    "result.stated": "Genuine verification receipt",
    "stated.line": "The register issued this verification receipt on {at}. Its conclusion then: {conclusion}.",
    "stated.not_today": "It speaks of then, not of today.",
    "stated.not_today.text": "The certificate may have been corrected, annulled or reinstated since.",
    "stated.check_today": "Verify again now",
    "stated.check_today.file": "Upload the original file again",
    "stated.then": "Stated on {at}",
    "stated.given": "What was checked",
    "stated.given.number": "Certificate number",
    "stated.given.reference": "Reference in the address of a QR code",
    "stated.given.qr": "Text of a QR code",
    "stated.given.picture": "Picture of a QR code",
    "stated.given.pdf": "Electronic certificate (PDF)",
    "stated.given.json": "Verifiable credential (JSON)",
    "stated.given.tlog-proof": "Registration receipt",
    "stated.conclusion": "Conclusion then",
    "stated.conclusion.authentic_and_in_force": "authentic and in force",
    "stated.conclusion.superseded": "authentic, but superseded",
    "stated.conclusion.annulled": "the certificate is annulled",
    "stated.conclusion.erased": "personal data erased, content no longer given",
    "stated.conclusion.not_found": "the register has no such number (not found is not fake)",
    "stated.conclusion.not_authentic": "not authentic: altered, or not issued by the register",
    "stated.name.match": "the same as the registered holder's",
    "stated.name.mismatch": "not the registered holder's",
    "stated.name.unchecked": "no name was compared",
    "stated.filing.day": "on the day of the check",
    "stated.comma": ", ",
    "stated.list": "Status list",
    "stated.steps": "The steps of that check",
    "verify.kind.verification-receipt": "Verification receipt",
}
