"""Verifying a file."""

WORDS = {
    "verify.title": "Verify an electronic certificate",
    "verify.lead": (
        "Upload the PDF, the credential (JSON), a receipt (.tlog-proof) or a picture of the QR code. "
        "It is verified step by step, and you see each result."
    ),
    "verify.file": "Choose a file",
    "verify.file_hint": "At most {megabytes} MB. The file is verified in memory and not kept.",
    "verify.qr": "Or paste the text of a QR code",
    "verify.qr_hint": "The whole text that another app read from the code, beginning with http.",
    "verify.name": "Name of the holder (optional)",
    "verify.name_hint": "If given, it is compared with the registered one.",
    "verify.submit": "Verify",
    "verify.steps": "Steps",
    "verify.kind.pdf": "electronic certificate (PDF)",
    "verify.kind.json": "verifiable credential (JSON)",
    "verify.kind.tlog-proof": "receipt",
    "verify.kind.qr": "QR code of a certificate",
    "verify.kind.unknown": "unknown file",
    "verify.question.signed": "Did the register sign it?",
    "verify.question.registered": "Is it registered?",
    "verify.question.in_force": "Is it in force?",
    "verify.outcome.passed": "passed",
    "verify.outcome.failed": "failed",
    "verify.outcome.not_checked": "not checked",
    "verify.again": "Verify another",
    "verify.what": "Verified: {kind}",
    "verify.trust_register": "The register decides",
    "verify.unknown_form": (
        "Files that can be verified: the PDF certificate, the JSON credential, a .tlog-proof "
        "receipt, and PNG, JPG or WebP pictures of the QR code. Make sure it is the right file and "
        "that no messenger converted it."
    ),
}
