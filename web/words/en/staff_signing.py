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
    "act.review.sign": "Signed",
    "outcome.bundle_gone": "The bundle is gone",
    "act.review.bundle_asked": "Asked for an offline bundle",
    "act.review.bundle": "Took an offline bundle",
    "act.review.signature": "Brought an offline signature",
    "act.review.decided": "Decided a batch at the command line",
    "act.key.certified": "Certified a bureau's own key",
    "act.key.viewer": "Made the key that signs for PDF viewers",
    "act.key.made": "Made a key of a bureau",
    "trail.detail.custody": "custody",
    "trail.detail.kind": "decision",
    "signing.title": "Signature",
    "signing.lead": "The signature covers exactly what stands below. What was signed enters the register and stays.",
    "signing.what.approve": "To be signed: approval",
    "signing.what.return": "To be signed: return of the whole batch",
    "signing.count": "Certificates that enter",
    "signing.rows": "Rows of the batch",
    "signing.rejected": "Rejected by the reviewer",
    "signing.accepted": "Flagged, and accepted",
    "signing.refused": "Refused by a rule",
    "signing.root": "Digest over all commitments (Merkle root)",
    "signing.root_hint": "It changes with any letter of any certificate, and stands in the public log with the signature.",
    "signing.return_hint": "No certificate enters; the institution can correct its data and upload them again.",
    "signing.whole_proposal": "The whole proposal",
    "signing.words": "The reviewer's words",
    "signing.people": "Who did it",
    "signing.signed_by": "Signed by {name}",
    "signing.signed_at": "Signed at",
    "signing.key": "Key",
    "signing.command_line": "the register's operator (command line)",
    "signing.unstated": "No reason stated",
    "signing.custody.register": "Key kept by the register's operator",
    "signing.custody.register.means": (
        "The reviewer's passphrase opens a key that lies with the register. Such a signature shows that the operator's review "
        "procedure was completed. It is not the bureau's consent given with a key of its own, and no electronic seal."
    ),
    "signing.custody.bureau": "Key kept by the bureau itself",
    "signing.custody.bureau.means": (
        "The key is on the bureau's own machine only, and the register does not have it. Before it signs, that "
        "machine recomputes what is to be signed from the rows; the register's staff cannot sign in its place."
    ),
    "signing.here": "Sign here",
    "signing.passphrase": "Your signing passphrase",
    "signing.passphrase_hint": (
        "Not the password you log in with: the one you chose when your signing key was made. Used once, kept nowhere."
    ),
    "signing.sign.approve": "Sign: {count} certificates enter",
    "signing.sign.return": "Sign: the batch goes back",
    "signing.not_now": "Not now",
    "signing.elsewhere": "Sign with the key that the bureau keeps",
    "signing.step.take": "Take the offline bundle to the machine that holds the key.",
    "signing.step.sign": "Check the rows there and sign; the result is one small file.",
    "signing.step.bring": "Bring that file back here.",
    "signing.take": "Take the offline bundle",
    "signing.bring": "Bring the signature",
    "signing.fault.key_file_locked": "Wrong signing passphrase: nothing was signed",
    "signing.fault.key_file_locked.detail": (
        "Try again. After several wrong ones you have to wait. If it is forgotten, the operator retires the key and "
        "makes another."
    ),
    "signing.fault.key_file_missing": "You have no signing key yet",
    "signing.fault.key_file_missing.detail": (
        "The operator makes one with skillcert keys bureau {bureau} --for {login}; you type the passphrase yourself."
    ),
    "signing.fault.no_active_key": "The bureau has no signing key in use",
    "signing.fault.no_active_key.detail": (
        "The operator makes one with skillcert keys bureau {bureau} --for {login}, or the bureau makes its own with "
        "skillcert keys offline-key and has the province certify it."
    ),
    "signing.bundle.title": "Offline bundle",
    "signing.bundle.lead": "For checking and signing on the machine that holds the key. It needs no connection.",
    "signing.bundle.personal": "The bundle holds names and full identity numbers of everybody in this batch",
    "signing.bundle.personal.detail": (
        "Each download is recorded in the trail. The file is encrypted under the passphrase chosen below. Copy it only "
        "to the machine that holds the key, delete it afterwards, and send the passphrase another way."
    ),
    "signing.bundle.passphrase_title": "Choose a passphrase for the bundle",
    "signing.bundle.passphrase_text": (
        "It opens the bundle. Do not take your signing passphrase: that one is typed only where the key is."
    ),
    "signing.bundle.passphrase": "Passphrase of the bundle",
    "signing.bundle.passphrase_hint": "At least {shortest} characters. It is kept nowhere; if forgotten, make another bundle.",
    "signing.bundle.again": "Once more",
    "signing.bundle.fault.short": "At least {shortest} characters",
    "signing.bundle.fault.differs": "The two are not the same",
    "signing.bundle.make": "Make the bundle",
    "signing.bundle.ready_title": "The bundle is ready",
    "signing.bundle.ready_text": "Asked for at {at}. It can be taken until {until}, or until the batch is decided; then it is deleted.",
    "signing.bundle.ready_word": "It opens with the passphrase that you chose then. If you forgot it, make another one below.",
    "signing.bundle.gone": "The bundle made earlier is deleted",
    "signing.bundle.gone.detail": "A bundle is kept for one hour only, or the proposal has changed. Please make another one.",
    "signing.bundle.then": "What comes next",
    "signing.bundle.command": "On the machine that holds the key (DIRECTORY is where it lies):",
    "signing.bundle.recomputes": (
        "The command lists the rows and recomputes from them what is to be signed; if anything differs it does not sign. "
        "It writes a .signature.json file, which holds nothing personal."
    ),
    "signing.bundle.no_key": "The bureau keeps no key itself",
    "signing.bundle.no_key.detail": (
        "First run skillcert keys offline-key {bureau} on a machine of the bureau, and have the province certify the "
        "request.json that it writes."
    ),
    "signing.signature.title": "Bring the signature",
    "signing.signature.lead": "It is checked against the proposal as it stands, and only then enters the register.",
    "signing.signature.file": "Signature file (.signature.json)",
    "signing.signature.hint": "By the same person who took the bundle. The file holds nothing personal.",
    "signing.signature.send": "Check and carry out",
    "signing.to_decision": "The decision as it was signed, and whose key signed it",
    "signing.decision.title": "Decision",
    "signing.decision.lead": "What the bureau signed, kept as it was signed; nobody can change it.",
    "signing.decided.approved": "Approved",
    "signing.decided.returned": "Returned",
}
