"""The staff's pages: signing a decision, offline bundles, custody of keys."""

WORDS = {
    "problem.malformed_key_request.title": "This is no request to certify a key",
    "problem.malformed_key_request.detail": (
        "Hand in the request.json that skillcert keys offline-key wrote on the bureau's own machine, unchanged."
    ),
    "problem.malformed_signature_file.title": "This is no signature file of an offline review",
    "problem.malformed_signature_file.detail": (
        "Upload the file that skillcert review --offline-bundle wrote, unchanged."
    ),
    "problem.signature_of_another.title": "This signature is not over the proposal as it stands",
    "problem.signature_of_another.detail": (
        "It is for another batch, an earlier proposal, or somebody else's bundle. Download the bundle yourself "
        "and sign again. Nothing was recorded."
    ),
    "problem.bundle_locked.title": "The bundle does not open",
    "problem.bundle_locked.detail": "The passphrase is wrong: it is the one chosen when the bundle was downloaded.",
    "problem.bundle_damaged.title": "The bundle is not whole",
    "problem.bundle_damaged.detail": (
        "The file is no bundle, or was cut short or damaged on its way. Download it again."
    ),
    "problem.bundle_altered.title": "What the bundle shows is not what would be signed: nothing was signed",
    "problem.bundle_altered.detail": (
        "What follows from the rows in the bundle differs from the content to be signed: a row was altered, "
        "added or left out, or a count is wrong. Do not sign; ask the operator of the register."
    ),
}
