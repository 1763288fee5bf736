"""Name, navigation, first page, footer."""

WORDS = {
    "site.name": "Register of Vocational Skill Certificates",
    "site.province": "Hunan Province",
    "site.tagline": "One register for the province · public · free",
    "site.skip": "Skip to content",
    "site.switch": "中文",
    "site.switch_label": "切换到中文",
    "site.notice": "Notice",
    "site.menu": "Main",
    "nav.home": "Look up",
    "nav.verify": "Verify a file",
    "nav.holder": "For holders",
    "nav.institutions": "Institutions",
    "nav.about": "About",
    "footer.ask": (
        "Questions about a certificate go to the institution that issued it, then to the human "
        "resources bureau responsible for it. General questions: call 12333."
    ),
    "footer.genuine": (
        "The genuine address is {origin}. Looking up is free and never asks you to log in, pay or "
        "install anything."
    ),
    "footer.developers": "For developers and auditors",
    "footer.api": "API description (OpenAPI)",
    "footer.checkpoint": "Log checkpoint",
    "footer.key": "Log verifier key",
    "footer.meaning": "What the signature means, and does not",
    "home.title": "Is this certificate genuine?",
    "home.lead": (
        "Type the certificate number, or upload a photo of the QR code on it, and see at once what "
        "the provincial register says."
    ),
    "box.number": "Certificate number",
    "box.hint": "22 characters, beginning with Y or S, printed on the certificate beside 证书编号.",
    "box.placeholder": "e.g. S000043990001253000001",
    "box.submit": "Look up",
    "box.or": "or",
    "box.picture": "Upload a photo of the QR code",
    "box.picture_hint": "JPG, PNG or WebP with the whole code in view. The photo is read and not kept.",
    "box.picture_chosen": "Chosen: ",
    "box.count": "{count} of 22 characters",
    "home.more": "You can also",
    "home.verify.title": "Verify an electronic certificate",
    "home.verify.text": (
        "Someone sent you a certificate, a receipt or a whole list? Upload it and see each step, or check it "
        "on this device without uploading."
    ),
    "home.holder.title": "Your own certificates",
    "home.holder.text": (
        "Download the files, see all you hold with a management secret, share some fields, ask for a correction."
    ),
    "home.institutions.title": "Find an institution",
    "home.institutions.text": (
        "See whether an institution was filed on a given day, and for which occupations and levels."
    ),
    "home.results": "What the answers mean",
    "home.results.valid": "Registered and in force, with the content shown on the page.",
    "home.results.superseded": "Content or number was corrected. What you hold is the old one.",
    "home.results.annulled": "Annulled. It no longer proves a skill level.",
    "home.results.not_found": (
        "Not registered so far. New certificates may still be under review: not found is not fake."
    ),
    "home.results.unavailable": (
        "The system could not answer just now. Try again later; it says nothing about the certificate."
    ),
    "home.beware": "Beware of fake look-up sites",
    "home.beware.text": (
        "The QR code on a certificate opens an address that begins with {origin}/ . A site with "
        "another address, or one that asks for money, photos of documents or bank details, is not "
        "this register."
    ),
    "level.1": "Level 1 (senior technician)",
    "level.2": "Level 2 (technician)",
    "level.3": "Level 3 (advanced worker)",
    "level.4": "Level 4 (intermediate worker)",
    "level.5": "Level 5 (junior worker)",
}
