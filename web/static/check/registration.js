// Whether what a form says stands in the log: its steps over an inclusion receipt.
//
// 1. the receipt is in its one spelling, and carries its entry and an opening
// 2. one of the log's keys signed the checkpoint, for its own origin
// 3. the hashes lead from the entry to the checkpoint's root
// 4. as many trusted witnesses as required cosigned the checkpoint
// 5. the opening opens the entry's commitment
// 6. every field that the form shows is opened, and is the same
//
// Source: C2SP tlog-proof, tlog-checkpoint, tlog-cosignature; RFC 6962 section 2.1.

import { BadSignature, isOneOf, MalformedEncoding, UnknownSigner } from "./errors.js";
import { isIncluded, leafHash } from "./inclusion.js";
import { checkNote, verifiedCheckpoint } from "./notes.js";
import { checkOpening } from "./opening.js";
import { parseExtra, parseReceipt } from "./receipts.js";
import { failed, notChecked, passed } from "./report.js";

export const RECEIPT = "receipt_read";
export const CHECKPOINT = "checkpoint_signed_by_log";
const INCLUSION = "entry_in_log";
const WITNESSES = "witnesses_cosigned";
const OPENING = "opening_fits_commitment";
const FIELDS = "fields_as_registered";
const ALL = [RECEIPT, CHECKPOINT, INCLUSION, WITNESSES, OPENING, FIELDS];

// All steps, not taken.
export const unregistered = (reason) => ALL.map((name) => notChecked(name, reason));

// The steps, and what the receipt showed where it could be read. `claims` is what the form says of itself:
// `fields`, and `registeredAt` where it names a time; the witnesses' step is taken only where some are required.
export const checkRegistration = async (data, claims, trust) => {
  let receipt;
  let extra;
  try {
    receipt = parseReceipt(data);
    extra = parseExtra(receipt.extra);
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    const rest = ALL.slice(1).map((name) => notChecked(name, "receipt_unreadable"));
    return { steps: [failed(RECEIPT, "receipt_malformed"), ...rest], opened: {}, entryIndex: null };
  }
  const [signed, checkpoint] = await checkCheckpoint(receipt.note, trust);
  const included = await checkInclusion(receipt, extra.entry, checkpoint);
  const witnessed = await checkWitnesses(receipt.note, trust);
  const [opens, opened] = await checkCommitment(extra);
  const agree = checkFields(claims, opened, extra.registeredAt);
  const steps = [passed(RECEIPT), signed, included, ...witnessed, opens, agree];
  return { steps, opened, entryIndex: receipt.index };
};

// Whether one of the trusted log keys signed this note, and the checkpoint that it is.
export const checkCheckpoint = async (note, trust) => {
  for (const key of trust.logKeys) {
    try {
      const checkpoint = await verifiedCheckpoint(note, key);
      const detail = { origin: checkpoint.origin, tree_size: String(checkpoint.size) };
      return [passed(CHECKPOINT, detail), checkpoint];
    } catch (fault) {
      isOneOf(fault, UnknownSigner, BadSignature, MalformedEncoding);
      if (!(fault instanceof UnknownSigner)) return [failed(CHECKPOINT, "bad_signature"), null];
    }
  }
  return [failed(CHECKPOINT, "unknown_log_key"), null];
};

const checkInclusion = async (receipt, entry, checkpoint) => {
  if (checkpoint === null) return notChecked(INCLUSION, "no_checkpoint");
  const leaf = await leafHash(entry);
  if (!(await isIncluded(leaf, receipt.index, checkpoint.size, receipt.proof, checkpoint.root))) {
    return failed(INCLUSION, "not_in_tree");
  }
  return passed(INCLUSION, { entry_index: String(receipt.index) });
};

// No step where no witness is required: a tick for nobody's signature would claim too much.
export const checkWitnesses = async (note, trust) => {
  if (trust.quorum === 0) return [];
  let found = 0;
  for (const key of trust.witnesses) {
    try {
      await checkNote(note, key);
      found += 1;
    } catch (fault) {
      isOneOf(fault, UnknownSigner, BadSignature);
      if (fault instanceof BadSignature) return [failed(WITNESSES, "bad_cosignature")];
    }
  }
  const detail = { found: String(found), required: String(trust.quorum) };
  return [found < trust.quorum ? failed(WITNESSES, "too_few_cosignatures", detail) : passed(WITNESSES, detail)];
};

const checkCommitment = async ({ opening, commitment }) => {
  try {
    return [passed(OPENING), await checkOpening(opening, commitment)];
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    return [failed(OPENING, "opening_does_not_fit"), {}];
  }
};

const checkFields = (claims, opened, registeredAt) => {
  if (Object.keys(opened).length === 0) return notChecked(FIELDS, "nothing_opened");
  if (claims.registeredAt !== undefined && claims.registeredAt !== registeredAt) {
    return failed(FIELDS, "other_time_of_registration");
  }
  for (const [field, value] of Object.entries(claims.fields)) {
    if (opened[field] !== value) return failed(FIELDS, "field_differs", { field });
  }
  return passed(FIELDS);
};
