"""The page that checks in the browser, and what its scripts say."""

WORDS = {
    "check_here.title": "Check on this device",
    "check_here.lead": (
        "The file does not leave your phone or computer: signatures, proof of registration and status are "
        "worked out by your own browser. Once the public data is here, it works without a network."
    ),
    "check_here.offered": (
        "Rather not upload the file? Let your browser check it: the file stays on your device, "
        "and it works without a network."
    ),
    "check_here.open": "Check on this device",
    "check_here.noscript": (
        "Checking on this device needs scripts, and they are switched off or did not start. "
        "Switch them on, use a newer browser, or upload instead:"
    ),
    "check_here.unsupported": (
        "This browser cannot verify Ed25519 signatures yet, or the page was not opened over https. "
        "Use a newer browser, or upload instead:"
    ),
    "check_here.trust": "What is relied on",
    "check_here.trust.loading": "Fetching public data ({done}/{total})",
    "check_here.trust.ready": (
        "Everything is here; you may cut the network now. The log has {size} entries; {lists} status lists, "
        "the oldest published {as_of}."
    ),
    "check_here.trust.part": (
        "{lists} of {total} status lists are here. The status of other certificates will be shown as not "
        "checked. The log has {size} entries; the oldest status list was published {as_of}."
    ),
    "check_here.trust.more": "Fetch the other {count} status lists",
    "check_here.trust.again": "Fetch the data again",
    "check_here.trust.stale": (
        "This data is no longer fresh, and a status may have changed. Go online and fetch it again."
    ),
    "check_here.trust.failed": (
        "The public data could not be fetched or is incomplete, so nothing can be checked yet. "
        "Check your network and fetch it again."
    ),
    "check_here.files": "Choose files, or drop them here",
    "check_here.files_hint": (
        "PDF, JSON, .tlog-proof, or photos of a QR code; several at once if you like. Nothing is uploaded."
    ),
    "check_here.text_hint": (
        "The whole text that scanning gives, beginning with http. "
        "You may also paste text or a picture anywhere on this page."
    ),
    "check_here.camera": "Scan with the camera",
    "check_here.camera.stop": "Stop scanning",
    "check_here.camera.view": "Camera picture",
    "check_here.camera.looking": "Point the camera at the QR code. The picture is read on this device only.",
    "check_here.camera.refused": "The camera does not open; please look at the browser's permissions.",
    "check_here.busy": "Checking {name}",
    "check_here.pasted": "Pasted content",
    "check_here.scanned": "QR code seen by the camera",
    "check_here.source": "{name} · {kind}",
    "check_here.occupation_code": "Occupation code",
    "check_here.name_unchecked": (
        "Only the surname is in it, so it does not show whose certificate this is. "
        "Compare the name online, or ask for the certificate's file."
    ),
    "check_here.result.valid.line": "Signed, registered, and in force by the status list named below.",
    "check_here.result.valid_code.line": (
        "The register signed this code, and it is in force by the status list named below. "
        "A code carries no proof of registration."
    ),
    "check_here.result.not_checked": "Not fully checked",
    "check_here.result.not_checked.line": (
        "Some steps were not taken, for the reasons below. The steps that were taken found nothing wrong."
    ),
    "check_here.result.unknown": "Not recognised",
    "check_here.result.fault": "Interrupted",
    "check_here.result.fault.line": (
        "A fault of this page's program: nothing is known about this file. Please upload it instead."
    ),
    "check_here.code.passed": (
        "QR code signature: passed (checked by your own browser; what stands behind the # was not sent to us)"
    ),
    "check_here.code.failed": (
        "QR code signature: failed. The register did not issue this code; please do not rely on it."
    ),
    "check_here.code.not_checked": "QR code signature: not checked",
    "check_here.code.other": (
        "The number in the QR code is another one than on this page; please do not rely on it."
    ),
    "check_here.code.steps": "Steps",
    "check_here.limits": "What checking on this device shows",
    "check_here.limits.what": (
        "It shows that the register issued the file, that nothing in it was changed, that it is registered, and "
        "whether it had been annulled or corrected when the data was fetched. It does not show that the file "
        "belongs to the person who shows it, and changes since then need another look online."
    ),
    "check_here.limits.trust": (
        "This page's program and the public keys come from this site. To depend on it in nothing, use the open "
        "program skillcert verify --offline with a trust folder that you keep:"
    ),
    "check_here.limits.folder": "Download the trust folder (trust.zip)",
}
