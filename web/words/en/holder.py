"""For holders."""

WORDS = {
    "holder.title": "Your certificates",
    "holder.lead": "Holders download their own electronic certificates here.",
    "holder.name": "Name",
    "holder.name_hint": "exactly as on the certificate, with the dot “·” where there is one",
    "holder.id_number": "Identity number",
    "holder.id_number_hint": "of the document used for the assessment; a final X may be upper or lower case",
    "holder.number": "Certificate number",
    "holder.submit": "Find my certificate",
    "holder.privacy": (
        "The three are used for this comparison only. They never appear in an address or a log."
    ),
    "holder.refused": "No certificate fits all three",
    "holder.refused.text": (
        "Check each and try again. A new certificate may still be in upload and review (30 + 15 "
        "working days). To protect people, this page does not say which one was wrong."
    ),
    "holder.incomplete": "All three are needed",
    "holder.incomplete.text": "Enter name, identity number and certificate number.",
    "holder.found": "Here is your certificate",
    "holder.valid_for": (
        "The links work for {minutes} minutes; after that, look it up again. Do not pass them on."
    ),
    "holder.not_in_force": "This certificate is not in force at present, so no files are offered.",
    "holder.see": "See the public result",
    "holder.download": "Download",
    "holder.form.pdf": "Electronic certificate (PDF)",
    "holder.form.pdf.text": (
        "To print or to send to an employer; signed, with the verifiable credential attached."
    ),
    "holder.form.json": "Verifiable credential (JSON)",
    "holder.form.json.text": "For recruiting and credit systems that read and verify by themselves.",
    "holder.form.rdfc.json": "Verifiable credential (JSON, RDFC proof)",
    "holder.form.rdfc.json.text": "The same content signed with eddsa-rdfc-2022, for Open Badges systems that read only that.",
    "holder.form.tlog-proof": "Public receipt",
    "holder.form.tlog-proof.text": (
        "For checking offline. Public content only: no full name, no identity number."
    ),
    "holder.form.full.tlog-proof": "Full receipt (keep it to yourself)",
    "holder.form.full.tlog-proof.text": (
        "All registered content and the identity number; proves your registration for good. Do not "
        "pass it on."
    ),
    "holder.form.png": "QR code (picture)",
    "holder.form.png.text": "For a CV or a file: whoever scans it sees the result.",
    "holder.reader": (
        "Your reader may call the signature unknown: scan the code or upload the file to verify."
    ),
    "holder.reader.text": (
        "The certificate is signed with Ed25519, which some PDF readers do not know yet; they say "
        "“unknown” or “cannot be verified”. That says nothing against the file: scan the QR code on "
        "it, or upload it under “Verify a file”."
    ),
}
