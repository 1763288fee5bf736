"""Verifying a file."""

WORDS = {
    "verify.title": "Verify an electronic certificate",
    "verify.lead": (
        "Upload the PDF, the credential (JSON), a receipt (.tlog-proof), a picture of the QR code, or a verification receipt. "
        "It is verified step by step, and you see each result."
    ),
    "verify.file": "Choose files",
    "verify.file_hint": "Up to {files} files or one ZIP, {megabytes} MB together. They are verified in memory and not kept.",
    "verify.qr": "Or paste the text of a QR code",
    "verify.qr_hint": "The whole text that another app read from the code, beginning with http.",
    "verify.name": "Name of the holder (optional)",
    "verify.name_hint": "If given, it is compared with the registered one.",
    "verify.submit": "Verify",
    "verify.said": "What the file says",
    "verify.said.text": "This stands in the file that you handed in, and is shown to nobody else.",
    "verify.name_in_file": "as in your file, shown to nobody else",
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
    "verify.now_version": "It is now version {version}, under the same number.",
    "verify.find_current": "Offline it is only known to be superseded. What holds now: {address}",
    "verify.unknown_form": (
        "Files that can be verified: the PDF certificate, the JSON credential, a .tlog-proof "
        "receipt, a verification receipt, and PNG, JPG or WebP pictures of the QR code. Make sure it is the right file and "
        "that no messenger converted it."
    ),
    "checked.conclusion.authentic_and_in_force": "Authentic and in force.",
    "checked.conclusion.superseded": "The file is genuine but was corrected since: use the new one.",
    "checked.conclusion.erased": "The file is genuine, but the certificate's personal data was erased as the law provides.",
    "checked.conclusion.annulled": "The file is genuine, but the certificate was annulled.",
    "checked.conclusion.not_authentic": "Not authentic: it was altered, or not made by the register.",
    "checked.conclusion.could_not_check": (
        "Not fully checked: see above what is missing, and try again online or with a newer trust folder."
    ),
    "checked.conclusion.not_recognised": "Not recognised: no file and no code of this platform. For a list add --batch.",
    "checked.short.authentic_and_in_force": "authentic and in force",
    "checked.short.superseded": "corrected",
    "checked.short.annulled": "annulled",
    "checked.short.not_authentic": "not authentic",
    "checked.short.could_not_check": "could not be checked fully",
    "checked.short.stated_then": "genuine verification receipt",
    "checked.short.not_recognised": "not recognised",
    "checked.short.not_found": "not found",
    "checked.short.erased": "personal data erased",
    "checked.fields": "The file says: ",
    "checked.registered": "Registered: ",
    "checked.number_offline": "A number alone cannot be checked offline; bring a file or a QR code.",
    "checked.named.open": "The name was not checked: there is no full name to compare it with.",
    "checked.named.match": "The name is the same.",
    "checked.named.mismatch": "The name differs: this is not that person's certificate.",
    "checked.name.match": "name is the same",
    "checked.name.mismatch": "name differs",
    "checked.progress": "verified",
    "checked.total": "{count} in all: {counts}",
    "checked.written": "The result was written to {path}",
    "many.title": "Result for several files",
    "many.lead": "{count} files. Follow a name to its steps.",
    "many.table": "What each file came to",
    "many.file": "File",
    "many.conclusion": "Result",
    "many.reason": "Reason",
    "many.number": "Certificate number",
    "many.unnamed": "(without a name)",
    "many.receipts": "For a verification receipt, verify that one file by itself.",
    "many.again": "Verify more files",
    "problem.too_many_files.title": "Too many files at once",
    "problem.too_many_files.detail": (
        "The page says how many are verified at once; verify the rest after them. Employers can also verify a list."
    ),
    "problem.archive_unreadable.title": "The ZIP cannot be opened",
    "problem.archive_unreadable.detail": (
        "It is damaged, or holds no file. Pack it again, or unpack it and choose the files themselves."
    ),
}
