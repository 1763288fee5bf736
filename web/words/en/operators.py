"""For operators: said on the command line, never on a public page."""

WORDS = {
    "problem.key_file_missing.title": "A key or passphrase file is missing",
    "problem.key_file_missing.detail": "Check the directory in SKILLCERT_KEY_DIR and the passphrase file.",
    "problem.viewer_key_missing.title": "There is no key for PDF viewers yet",
    "problem.viewer_key_missing.detail": (
        "SKILLCERT_VIEWER_SIGNATURE is on. Make the key with skillcert keys viewer, or switch it off."
    ),
    "problem.key_file_exists.title": "The key is already there",
    "problem.key_file_exists.detail": "A key is never overwritten. To replace one, rotate it.",
    "problem.key_file_exposed.title": "The key file can be read by others",
    "problem.key_file_exposed.detail": "Set the file to 600 and its directory to 700, then try again.",
    "problem.key_file_locked.title": "The key does not open",
    "problem.key_file_locked.detail": "The passphrase is wrong, or the file was altered.",
    "problem.wrong_key_role.title": "This is the wrong key",
    "problem.wrong_key_role.detail": "One key, one purpose: this one was made for another.",
    "problem.log_not_found.title": "The log was never begun here",
    "problem.log_not_found.detail": "Check SKILLCERT_DATA_DIR, or set the register up first.",
    "problem.register_missing.title": "The register's file is gone",
    "problem.register_missing.detail": (
        "A register was begun here (its guard is still there), but register.sqlite is not in the data "
        "directory, and no empty one was made. Check SKILLCERT_DATA_DIR; if the file is lost, put the newest "
        "backup in its place and run skillcert audit."
    ),
    "problem.guard_missing.title": "The rollback guard is gone",
    "problem.guard_missing.detail": (
        "The log has entries but there is no readable guard.json beside its key, so nothing was signed. Bring "
        "it back from where the keys live; if it is lost, take the newest checkpoint that a witness or verifier "
        "holds and run skillcert keys guard --from-checkpoint FILE."
    ),
    "problem.guard_mismatch.title": "The log does not extend what was signed",
    "problem.guard_mismatch.detail": (
        "It may be a restored backup or a fork. Nothing is signed; find out why before anything else."
    ),
    "problem.guard_mismatch.log_behind.title": "The database is older than what was signed",
    "problem.guard_mismatch.log_behind.detail": (
        "Probably an old backup was restored, or a replica that was behind took over. Nothing was signed. Do "
        "not delete the guard; bring back the newest database. If that is lost for good, run skillcert keys "
        "freeze --reason data_lost."
    ),
    "problem.guard_mismatch.log_differs.title": "The database is not the log that was signed",
    "problem.guard_mismatch.log_differs.detail": (
        "It was altered after it was signed, or two logs went on from one backup. Nothing was signed. Run "
        "skillcert audit to see where it differs and bring back the unaltered database; if that is lost, run "
        "skillcert keys freeze --reason data_lost."
    ),
    "problem.guard_mismatch.guard_behind.title": "The rollback guard is an old copy",
    "problem.guard_mismatch.guard_behind.detail": (
        "It is older than a published checkpoint, so it was probably restored from a backup and would not "
        "notice an old database. Nothing was signed. Take the newest checkpoint that a witness or verifier "
        "holds and run skillcert keys guard --from-checkpoint FILE."
    ),
    "problem.guard_mismatch.other_log.title": "The rollback guard is another log's",
    "problem.guard_mismatch.other_log.detail": (
        "Nothing was signed. Check that SKILLCERT_LOG_ORIGIN, SKILLCERT_KEY_DIR and the database belong "
        "together, and bring back this log's own guard.json."
    ),
    "problem.log_frozen.title": "This log has ended",
    "problem.log_frozen.detail": (
        "The statement of the province root lies in the key directory as frozen.json; since then nothing is "
        "written, and reading and verifying go on. Use the log that continues it."
    ),
    "problem.checkpoint_needed.title": "A checkpoint that outsiders hold is needed",
    "problem.checkpoint_needed.detail": (
        "Where data was lost, only the newest checkpoint that outsiders hold can say what was published. Ask a "
        "witness or a verifier for it and name it with --checkpoint FILE. Nothing was written."
    ),
    "problem.checkpoint_refused.title": "This checkpoint cannot be used",
    "problem.checkpoint_refused.detail": "Nothing was written. Check the file.",
    "problem.checkpoint_refused.not_signed.title": "No key of this log signed the checkpoint",
    "problem.checkpoint_refused.not_signed.detail": (
        "The file is incomplete, was altered, or is no checkpoint. Nothing was written."
    ),
    "problem.checkpoint_refused.other_log.title": "This is another log's checkpoint",
    "problem.checkpoint_refused.other_log.detail": (
        "Check SKILLCERT_LOG_ORIGIN and the file. Nothing was written."
    ),
    "problem.not_the_predecessor.title": "This statement cannot be continued",
    "problem.not_the_predecessor.detail": (
        "It was altered, or it ends this very log, or it names another successor. Check the file and "
        "SKILLCERT_LOG_ORIGIN. Nothing was begun."
    ),
    "problem.no_active_key.title": "No key for this purpose is active",
    "problem.no_active_key.detail": (
        "All keys for this purpose are retired or not valid yet. Introduce a new one: skillcert keys "
        "introduce, for a bureau skillcert keys bureau."
    ),
    "problem.last_key.title": "This is the only active key for its purpose",
    "problem.last_key.detail": (
        "The register could not go on without it, so it was not retired. Introduce the next key first "
        "(skillcert keys introduce), then retire this one."
    ),
    "problem.log_key_unavailable.title": "No log key can sign the checkpoint",
    "problem.log_key_unavailable.detail": "Nothing was written. See skillcert keys list.",
    "problem.log_key_unavailable.none_active.title": "No log key is active",
    "problem.log_key_unavailable.none_active.detail": (
        "After this no key could sign checkpoints, so nothing was written. Introduce a new one first: "
        "skillcert keys introduce log."
    ),
    "problem.log_key_unavailable.not_held.title": "An active log key is not at hand",
    "problem.log_key_unavailable.not_held.detail": (
        "Every active log key signs every checkpoint, so nothing was written. Bring its file back into the "
        "key directory; if it is lost, retire it: skillcert keys retire."
    ),
    "problem.public_log_unavailable.title": "The site gave no answer",
    "problem.public_log_unavailable.detail": (
        "No connection, a timeout, or it can't answer now. This says nothing about the log: audit it again later."
    ),
    "problem.audit_state_unusable.title": "The state of the last audit can't be used",
    "problem.audit_state_unusable.detail": (
        "It can't be read or written, is no checkpoint, or is of another log. Check the file's name; "
        "do not delete it: it is signed evidence."
    ),
    "problem.writer_busy.title": "Another process is writing",
    "problem.writer_busy.detail": "There is one writer at a time. Try again when it has finished.",
    "problem.database_unavailable.title": "The database does not answer",
    "problem.database_unavailable.detail": "Check that it is running and that the disk is not full.",
    "problem.disk_full.title": "The disk is full",
    "problem.disk_full.detail": (
        "Nothing was written by halves. Make room on the disk of the data directory, of the key directory or of "
        "the database server, then repeat the same command: what was registered is not registered again, and "
        "what was not published is published first. For one certificate, first look up whether the act holds."
    ),
    "problem.disk_read_only.title": "The disk or the database can only be read",
    "problem.disk_read_only.detail": (
        "Nothing was written. Check how the data and key directories are mounted and who owns them, or whether "
        "the database server is a standby; then repeat the same command."
    ),
    "problem.schema_too_new.title": "The data was written by a later version",
    "problem.schema_too_new.detail": "Open it with that version of the program or a later one.",
    "problem.database_not_permitted.title": "The database role may not do that",
    "problem.database_not_permitted.detail": (
        "Commands and the worker need the writer's role; the web server has the reader's. "
        "Check SKILLCERT_DATABASE_URL, or let the owner run skillcert database prepare."
    ),
    "problem.schema_outdated.title": "The database is not prepared for this version",
    "problem.schema_outdated.detail": (
        "Run skillcert database prepare; on PostgreSQL as the owner, with --owner-url."
    ),
    "problem.role_missing.title": "The server knows no such role",
    "problem.role_missing.detail": "Create it first: CREATE ROLE … LOGIN. docs/operations.md shows how.",
    "problem.role_too_mighty.title": "A role may do more than it is granted",
    "problem.role_too_mighty.detail": (
        "Writer and reader must be two roles that are no superuser, own nothing here and are member of no "
        "role that may more. Nothing was changed."
    ),
    "problem.not_the_owner.title": "Only the owner of the database can do that",
    "problem.not_the_owner.detail": "--owner-url must name the role that owns the database.",
    "problem.no_roles.title": "SQLite has no roles",
    "problem.no_roles.detail": "Leave --writer and --reader out: whoever may write the file may write all of it.",
    "problem.seal_broken.title": "A record does not open",
    "problem.seal_broken.detail": (
        "The key is another one, or the record was altered or moved. Run skillcert audit."
    ),
    "problem.number_taken.title": "The number is taken",
    "problem.number_taken.detail": "A number is given once. Check whether it was reported twice.",
    "problem.not_admitted.title": "The log did not admit the entry",
    "problem.not_admitted.detail": "Nothing was written.",
    "problem.batch_not_registered.title": "This batch is not in the register",
    "problem.batch_not_registered.detail": (
        "Only a batch that was approved and registered has certificates. Check its id and its review."
    ),
    "problem.bulk_error.title": "The batch's certificates could not be made",
    "problem.bulk_error.detail": "See the particular reason.",
    "problem.folder_busy.title": "Another run makes files into this folder",
    "problem.folder_busy.detail": "Wait until it is done, or name another folder.",
    "problem.folder_unfit.title": "This folder can't be used",
    "problem.folder_unfit.detail": (
        "Check that it can be written and that the disk has room; a made.csv in it must be this program's."
    ),
    "problem.batch_unknown.title": "There is no such batch",
    "problem.batch_unknown.detail": "Check the batch id.",
    "problem.batch_decided.title": "The batch was decided before",
    "problem.batch_decided.detail": "One batch, one decision.",
    "problem.batch_refused.title": "The batch cannot be approved",
    "problem.batch_refused.detail": "Form 4 does not match Form 5: return it to the institution.",
    "problem.row_refused.title": "Some rows cannot be approved",
    "problem.row_refused.detail": "Nobody can approve a refused row. Return the batch or reject those rows.",
    "problem.row_unknown.title": "The batch has no such rows",
    "problem.row_unknown.detail": "Check the row numbers: they are those of the workbook.",
    "problem.flags_undecided.title": "Flagged rows are undecided",
    "problem.flags_undecided.detail": "Say of each flagged row whether it is accepted or rejected.",
    "problem.nothing_to_approve.title": "There is nothing to approve",
    "problem.nothing_to_approve.detail": "Every row is refused or rejected: return the batch.",
    "problem.certificate_unknown.title": "The register has no such number",
    "problem.certificate_unknown.detail": "Check the certificate number.",
    "problem.correction_refused.title": "The corrected certificate does not fit the filing",
    "problem.correction_refused.detail": (
        "Date, occupation, level or name of the institution do not fit its filing on that day. What an upload "
        "would not let in, a correction does not either."
    ),
    "problem.request_unknown.title": "There is no such request",
    "problem.request_unknown.detail": "Check the reference: it was shown once, when the request was handed in.",
    "problem.request_decided.title": "This request was decided",
    "problem.request_decided.detail": (
        "Something happened to it after you opened the page, and nothing was done now. Open the request again."
    ),
    "problem.request_open.title": "Your office has such a request open for this certificate",
    "problem.request_open.detail": (
        "That one says something else, so this one was not handed in. Have it decided or take it back first."
    ),
    "problem.request_not_possible.title": "This can't be done to the certificate as it stands",
    "problem.request_not_possible.detail": (
        "State, reason or authority do not fit what is asked for. Open the certificate's page to see what can be done."
    ),
    "problem.request_incomplete.title": "The request is incomplete",
    "problem.request_incomplete.detail": (
        "Say why, in at most 1,000 characters; a correction names the new content, a replacement the new number."
    ),
    "problem.not_the_decider.title": "There is no such request",
    "problem.not_the_decider.detail": (
        "The bureau that approved the certificate decides, or the province; a disputed annulment is the province's."
    ),
    "problem.certificate_moved.title": "Something happened to this certificate meanwhile",
    "problem.certificate_moved.detail": (
        "You saw an earlier state, and nothing was done. Open the certificate's page again, and act from there."
    ),
    "problem.correction_out_of_reach.title": "This correction needs a new number",
    "problem.correction_out_of_reach.detail": (
        "Number, year and level are part of the number: issue a new one that supersedes the old."
    ),
    "problem.institution_unknown.title": "No filing has this number prefix",
    "problem.institution_unknown.detail": "Check the first 13 characters, or import the filing first.",
    "problem.national_unavailable.title": "The national network does not answer",
    "problem.national_unavailable.detail": "The rows stay in the queue and will be sent again.",
    "problem.national_refused.title": "The national network refused the batch",
    "problem.national_refused.detail": "Sending it again will not help; find out why.",
    "problem.national_not_configured.title": "The national network is not set up",
    "problem.national_not_configured.detail": "Set SKILLCERT_NATIONAL_URL and SKILLCERT_NATIONAL_KEY_FILE.",
    "problem.receipt_refused.title": "The national receipt does not fit",
    "problem.receipt_refused.detail": (
        "It does not answer what was sent, so it is not believed; it will be sent again."
    ),
    "problem.font_missing.title": "The font for the sheet is missing",
    "problem.font_missing.detail": "Install fonts-noto-cjk, or name a directory in SKILLCERT_FONT_DIR.",
    "problem.glyph_missing.title": "One character can't be drawn with the fonts at hand",
    "problem.glyph_missing.detail": (
        "The certificate is registered all the same: its credential, receipt and QR code can be downloaded. "
        "Only the PDF can't be made for now; no box and no other character is put in its place. Tell the "
        "register the code that follows: the PDF is there once a font with that character is."
    ),
    "glyph.missing": "the character that no font here has.",
    "problem.malformed_trust.title": "The trust folder is incomplete",
    "problem.malformed_trust.detail": "Check log.vkey, did.json, root.pem and status.",
    "problem.demo_elsewhere.title": "This directory cannot be used for the demo",
    "problem.demo_elsewhere.detail": (
        "It holds something else, or a demo of another port. Choose another directory or port."
    ),
    "problem.command_line_fault.title": "The command is not written as it must be",
    "problem.command_line_fault.detail": "See skillcert COMMAND --help.",
    "problem.passphrase_unfit.title": "This passphrase will not do",
    "problem.passphrase_unfit.detail": "A new passphrase has at least twelve characters, and is typed twice the same.",
    "problem.file_unreadable.title": "This file cannot be read",
    "problem.file_unreadable.detail": "Check its name, its path and its permissions.",
    "problem.port_unavailable.title": "This port cannot be used",
    "problem.port_unavailable.detail": "Probably another program uses it. Choose another port, or stop that program.",
    "problem.filing_import_fault.title": "The institutions file has faults",
    "problem.filing_import_fault.detail": (
        "Nothing was imported. Mend the rows and columns listed and import it again."
    ),
    "refusal.key_unknown": "no such key is registered",
    "refusal.key_retired": "the key is retired",
    "refusal.key_not_yet_valid": "the key is not valid yet",
    "refusal.key_expired": "the key has expired",
    "refusal.key_of_another_bureau": "the key is another bureau's",
    "refusal.key_of_another_role": "the key is for another purpose",
    "refusal.not_the_responsible_bureau": "not the bureau that the filing names",
    "refusal.institution_unknown": "no such institution is filed",
    "refusal.batch_already_approved": "the batch was approved before",
    "refusal.count_differs": "the count differs from what was approved",
    "refusal.root_differs": "the content differs from what was approved",
    "refusal.order_differs": "the order is not the prescribed one",
    "refusal.signature_wrong": "the signature is wrong",
    "refusal.record_differs": "the record differs from its commitment",
    "refusal.certificate_unknown": "there is no such certificate",
    "refusal.filing_moved_on": "the filing was changed in the meantime",
    "refusal.chain_moved_on": "the certificate was acted on in the meantime",
    "refusal.act_not_possible": "the certificate's state does not allow this act",
    "refusal.request_done": "what was asked for has been done already",
    "refusal.number_must_stay": "a correction must keep the number",
    "refusal.proof_of_possession_wrong": "possession of the key was not proved",
    "refusal.custody_differs": "the key is not in the custody in which this was signed",
    "refusal.decision_differs": "the record of the decision is not that of this batch",
    "ground.purpose_ended": "the purpose is fulfilled, can't be, or no longer needs the data",
    "ground.retention_ended": "the service has ended, or the time of keeping",
    "ground.consent_withdrawn": "consent was withdrawn",
    "ground.unlawful_processing": "processing broke the law or an agreement",
    "ground.other_law": "other cases that laws or regulations provide for",
    "erasure.key_backups": "Old backups of the key directory still open old databases: replace and destroy them now",
    "erasure.handed_out": "Files, receipts and codes handed out before can't be called back, and stay linkable",
    "erasure.processes": "Running web servers still hold the old key in memory: restart skillcert serve",
    "erasure.server_space": "PostgreSQL: let the owner run VACUUM, and see to its archived write-ahead log",
    "erasure.file_traces": "Unused space of the database file still shows the number: run this command again later",
    "erasure.search": "The search index did not answer: the worker goes on, or run skillcert reindex",
    "erasure.network": "The national network has not confirmed: the worker goes on telling it until it does",
    "erasure.no_network": "No national network is set: once one is, it will be told of this erasure",
}
