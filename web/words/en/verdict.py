"""The verdict page."""

WORDS = {
    "result.valid": "Valid",
    "result.superseded": "Corrected",
    "result.annulled": "Annulled",
    "result.erased": "Personal data erased",
    "result.not_found": "Not found",
    "result.unavailable": "Could not check",
    "result.not_recognised": "Not recognised",
    "result.not_authentic": "Verification failed",
    "result.valid.line": "The provincial register holds this certificate, and it is in force.",
    "result.superseded.line": "This content was corrected. The corrected one counts.",
    "result.annulled.line": "This certificate was annulled and no longer proves a skill level.",
    "result.erased.line": (
        "The register held this certificate. Its personal data was erased as the law provides."
    ),
    "result.not_found.line": (
        "The provincial register has no certificate of this number so far. Not found does not mean fake."
    ),
    "result.unavailable.line": (
        "No result could be reached just now. That says nothing about the certificate."
    ),
    "result.not_authentic.line": "This is not what the register signed. Do not rely on it.",
    "result.not_recognised.line": "This is no file and no code of this platform. There is nothing to verify in it.",
    "result.unknown_ref.line": (
        "This QR code belongs to no registration. It is not one of ours, or its address is incomplete."
    ),
    "verdict.as_of": "As of {at}",
    "verdict.number": "Certificate number",
    "verdict.copy": "Copy",
    "verdict.copied": "Copied",
    "verdict.printed": (
        "Printed from {address}. A print shows the state at the time of the look-up; what counts is "
        "the answer online."
    ),
    "verdict.print": "Print this page",
    "verdict.again": "Look up another",
    "verdict.facts": "What the certificate says",
    "verdict.name": "Name",
    "verdict.name_masked": "only the first character is shown, for privacy",
    "verdict.occupation": "Occupation",
    "verdict.job": "Job type",
    "verdict.level": "Skill level",
    "verdict.issued_on": "Date of issue",
    "verdict.institution": "Issuing institution",
    "verdict.approved_by": "Reviewed by",
    "verdict.version": "Current version",
    "verdict.version_n": "Version {version}",
    "verdict.legacy.review": "Earlier review: {review}.",
    "verdict.legacy": (
        "Issued before the register existed, and entered on the strength of the earlier review."
    ),
    "verdict.custody.register": (
        "The review was signed with a key that the register keeps for the bureau: it shows that the "
        "procedure was followed, not that the bureau itself put a seal on it."
    ),
    "verdict.custody.bureau": "The review was signed by the bureau with a key that it keeps itself.",
    "verdict.replaced_by": "New certificate number",
    "verdict.older_version": (
        "You looked up an older version. It was corrected and is now version {version}, shown below."
    ),
    "verdict.see_current": "See the current version",
    "verdict.replaced": (
        "This number was replaced by a new one. Below is what was registered under the old number; "
        "look up the new one instead."
    ),
    "verdict.annulled_since": "Annulled on {at}. Reason: {reason}.",
    "verdict.see_new": "See the new certificate",
    "name.title": "Name check",
    "name.unchecked": "Name not checked",
    "name.unchecked.text": (
        "The number exists; whether it is this person's certificate is another question. Enter the "
        "full name on the certificate. The answer is only yes or no."
    ),
    "name.scanned.text": (
        "A scan shows that the register holds this certificate, not whose it is. Enter the person's "
        "full name to check."
    ),
    "name.empty": "Enter a name",
    "name.empty.text": "The name is missing. Enter the full name as it stands on the certificate.",
    "name.match": "The name matches",
    "name.match.text": "The name you entered is the registered holder's.",
    "name.mismatch": "The name does not match",
    "name.mismatch.text": (
        "The name you entered is not the registered one. Check the characters and the dot “·”; if it "
        "still differs, this is not that person's certificate."
    ),
    "name.impossible": "The name cannot be checked",
    "name.impossible.text": "The register holds no name to compare with.",
    "name.label": "Full name of the holder",
    "name.hint": (
        "The name is sent with the form for comparison only. It never appears in an address and is not kept."
    ),
    "name.submit": "Check the name",
    "filing.title": "Filing of the institution",
    "filing.issue": "On the date of issue",
    "filing.today": "Today",
    "filing.covered": "filed for this occupation and level",
    "filing.not_covered": "not filed for this occupation or level",
    "filing.note": (
        "A certificate is judged by the filing on its date of issue. It stays valid when the "
        "institution's filing ends later."
    ),
    "history.title": "History",
    "history.act.registered": "Registered",
    "history.act.corrected": "Corrected",
    "history.act.superseded": "Replaced by a new number",
    "history.act.annulled": "Annulled",
    "history.act.reinstated": "Reinstated",
    "history.act.reissued": "Reissued",
    "history.act.erased": "Personal data erased",
    "history.reason": "Reason: {reason}",
    "history.entry": "log entry {index}",
    "act_reason.clerical_error": "clerical error",
    "act_reason.wrongly_issued": "should not have been issued",
    "act_reason.fraud": "fraud",
    "act_reason.replaced": "replaced by a new number",
    "act_reason.wrongly_annulled": "the annulment was wrong",
    "act_reason.lost_or_damaged": "lost or damaged",
    "act_reason.legal_ground": "as the law provides",
    "act_authority.institution": "asked for by the institution",
    "act_authority.bureau": "decided by the reviewing bureau",
    "act_authority.province": "decided by the province",
    "act_authority.court": "by a court's document",
    "history.authority": "Authority: {authority}",
    "history.document": "rests on a paper (its hash is recorded)",
    "national.title": "National network",
    "national.pending": "Waiting",
    "national.pending.text": "Registered in the province and waiting to be sent to the national look-up.",
    "national.sent": "Sent",
    "national.sent.text": "Sent to the national look-up, not confirmed there yet.",
    "national.online": "Online nationwide",
    "national.online.text": "The national look-up holds it in the same state, found from every province.",
    "national.rejected": "Returned",
    "national.rejected.text": (
        "The national look-up returned the record: {why}. The provincial registration stands, and whether "
        "the certificate is in force is said in the first line of this page."
    ),
    "national.class.holder": "it is about the holder's details, which the institution is checking",
    "national.class.number": "it is about the certificate number or the issue date, which institution and province are checking",
    "national.class.institution": "it has not taken the institution's filing yet, which the province sees to",
    "national.class.network": "it lies with the network, which the province has asked",
    "check.title": "Check it without us",
    "check.text": (
        "Every certificate stands in a public log that nobody can rewrite unnoticed. Download the "
        "two files below and verify them with public tools: you need not trust this site."
    ),
    "check.index": "Entry in the log",
    "check.size": "Entries in the log",
    "check.checkpoint": "Checkpoint (signed note)",
    "check.receipt": "Download the public receipt (.tlog-proof)",
    "check.opening": "Download the opened fields and salts (.json)",
    "check.limits": (
        "The receipt proves registration, not that the certificate is in force today: the first line "
        "of this page says that."
    ),
    "notfound.title": "Not found: what may be behind it",
    "notfound.new.title": "The certificate is new",
    "notfound.new.text": (
        "An institution has 30 working days from issue to upload its data, and the bureau 15 working "
        "days from receipt to review it. Until then it is normal to find nothing."
    ),
    "notfound.typo.title": "The number was mistyped",
    "notfound.typo.text": (
        "Compare character by character: the first is a letter, the other 21 are digits. There is no "
        "letter O or I among them."
    ),
    "notfound.province.title": "It may be from another province",
    "notfound.province.text": (
        "The 6th and 7th characters name the province. Hunan is 43; here they are {code}. Ask that "
        "province's look-up or the national one."
    ),
    "notfound.national.title": "Try the national look-up",
    "notfound.national.text": (
        "The national site 技能人才评价工作网 (www.osta.org.cn) looks up by name and identity number."
    ),
    "notfound.ask.title": "Whom to ask",
    "notfound.ask.issuer": (
        "By its first 13 characters the number belongs to {name}, whose data {bureau} reviews. Ask "
        "the institution first, then the bureau."
    ),
    "notfound.ask.unknown": (
        "No institution in the register has a number with these first 13 characters. Ask whoever "
        "issued the certificate for the right number, then the human resources bureau of that place, "
        "or call 12333."
    ),
    "unknownref.title": "What is wrong with this code",
    "unknownref.text": (
        "Check that the address begins with {origin}/q/ and is complete. If it is and the answer "
        "stays the same, look the number up instead, and consider that the code may be forged."
    ),
}
