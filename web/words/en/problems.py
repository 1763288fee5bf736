"""When something goes wrong: what happened, and what to do."""

WORDS = {
    "problem.malformed.title": "That could not be read",
    "problem.malformed.detail": "Something in the request has the wrong form. Check it and send it again.",
    "problem.malformed_number.title": "This is not a certificate number",
    "problem.malformed_number.detail": (
        "The number of a skill-level certificate has 22 characters: the letter Y or S, then 21 "
        "digits. Type it again as it stands on the certificate beside 证书编号."
    ),
    "problem.malformed_number.sixteen_digits.title": (
        "16 digits are the number of a qualification certificate"
    ),
    "problem.malformed_number.sixteen_digits.detail": (
        "This is the number of a 职业资格证书 (vocational qualification certificate), which is not "
        "registered here. Look it up on the national site 技能人才评价工作网 (www.osta.org.cn). "
        "Numbers here have 22 characters and begin with Y or S."
    ),
    "problem.malformed_number.two_letters.title": "This is the number of a 特级技师 certificate",
    "problem.malformed_number.two_letters.detail": (
        "Two letters and 20 digits are the number of a 特级技师 (chief technician), appointed by an "
        "enterprise and not registered here. Ask the enterprise that issued it."
    ),
    "problem.identity_number_given.title": "Please do not enter an identity number here",
    "problem.identity_number_given.detail": (
        "What you typed looks like an identity number. It was neither looked up nor kept. Look up by "
        "the 22-character certificate number; to find your own certificate, use “For holders”."
    ),
    "problem.malformed_ref.title": "The QR code's address is incomplete",
    "problem.malformed_ref.detail": (
        "A part of the address is missing or was changed. Scan the code again, or look up the number."
    ),
    "problem.foreign_qr.title": "This is not a QR code of this register",
    "problem.foreign_qr.detail": (
        "The code leads to another site or holds something else; it was not opened. The code on a "
        "certificate leads here: if it leads elsewhere, beware of a fake look-up site and look up "
        "the number instead."
    ),
    "problem.unreadable_file.title": "The file cannot be read",
    "problem.unreadable_file.detail": (
        "It is incomplete, or of a kind that is not supported. Try the original file."
    ),
    "problem.no_code_in_picture.title": "No QR code was found in the picture",
    "problem.no_code_in_picture.detail": (
        "Take the whole code, sharp and without reflections, with a little space around it. Or type "
        "the number."
    ),
    "problem.picture_unreadable.title": "The picture cannot be opened",
    "problem.picture_unreadable.detail": (
        "Upload a JPG, PNG or WebP. Save an HEIC photo as JPG first, or take a screenshot."
    ),
    "problem.picture_too_large.title": "The picture is too large",
    "problem.picture_too_large.detail": "Crop it around the QR code, or make it smaller.",
    "problem.refused.title": "The rules do not allow this",
    "problem.refused.detail": "The step does not agree with the rules of the register. Nothing was changed.",
    "problem.link_invalid.title": "This download link is not right",
    "problem.link_invalid.detail": (
        "It is incomplete or was changed. Look your certificate up again under “For holders”."
    ),
    "problem.offer_expired.title": "The check is too long ago",
    "problem.offer_expired.detail": (
        "A receipt has to be downloaded soon after the check. Please verify again, then download it."
    ),
    "problem.link_expired.title": "This download link has expired",
    "problem.link_expired.detail": (
        "For your protection the links work for a few minutes only. Look your certificate up again "
        "under “For holders”."
    ),
    "problem.not_published.title": "There is nothing here",
    "problem.not_published.detail": (
        "The address may be mistyped, or the content not published yet. Start from the first page."
    ),
    "problem.wrong_method.title": "This address does not take such requests",
    "problem.wrong_method.detail": (
        "Use the pages of this site, or check the method against the API description."
    ),
    "problem.body_too_large.title": "Too much was uploaded",
    "problem.body_too_large.detail": (
        "Make sure it is the right file. Certificates and pictures of QR codes are never this large."
    ),
    "problem.foreign_host.title": "Please use the genuine address",
    "problem.foreign_host.detail": (
        "The address you opened is not this register's. Check the address bar, and beware of fake sites."
    ),
    "problem.person_tries_spent.title": "Names can't be checked against this certificate for now",
    "problem.person_tries_spent.detail": (
        "Too many wrong names or identity numbers were tried on it recently. To protect its holder nothing is "
        "compared for a while, whether what you entered is right or not. Whether the certificate is in force "
        "can still be looked up. If it is urgent, ask the holder for the electronic certificate or a share "
        "link; otherwise try again tomorrow."
    ),
    "problem.too_many_requests.title": "Too many requests",
    "problem.too_many_requests.detail": (
        "Your network has asked too often in a short time. Wait a little. For checks in bulk, space "
        "the requests as the API description says."
    ),
    "problem.search_unavailable.title": "Searching is not possible just now",
    "problem.search_unavailable.detail": (
        "Names cannot be searched at the moment; that does not mean that there is no such "
        "institution. Without a name the directory still lists by area and state, and looking up "
        "numbers is not affected."
    ),
    "problem.search_too_broad.title": "That word is too broad",
    "problem.search_too_broad.detail": "Too much fits. Type a few more characters.",
    "problem.could_not_check.title": "Could not check",
    "problem.could_not_check.detail": (
        "The register cannot answer just now, so no result was reached. That says nothing about the "
        "certificate, nor that it does not exist. Try again in a few minutes."
    ),
    "problem.settings_fault.title": "The settings are wrong",
    "problem.settings_fault.detail": "Nothing was started. Mend these and start again.",
    "problem.internal_fault.title": "Something went wrong on our side",
    "problem.internal_fault.detail": (
        "It was recorded. Try again later; if it keeps happening, tell the operators the request "
        "number below."
    ),
    "problem.code": "Code",
    "problem.reason": "Reason",
    "problem.request": "Request number",
    "problem.status": "HTTP status",
    "problem.home": "To the first page",
    "problem.about_code": "About this problem",
}
