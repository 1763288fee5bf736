// Verification receipts (核验回单): the register's signed word of an earlier check. Its steps:
//
// signed       read in its one spelling; not from the future; the key is trusted for receipts; the proof
// registered   one of the log's keys signed the checkpoint inside; as many witnesses as required cosigned it;
//              nothing in the statement contradicts the rest, or lies behind that checkpoint or moment
// in force     never: a receipt says what was so then
//
// Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3; C2SP tlog-checkpoint, tlog-cosignature.

import { utf8 } from "./bytes.js";
import { BadSignature, isOneOf, MalformedEncoding, MalformedProof, UnknownKey } from "./errors.js";
import { checkProof, proofOf } from "./integrity.js";
import { isObject, parseCanonicalJson, without } from "./json.js";
import { CLOCK_SKEW, parseRfc3339 } from "./moments.js";
import { parseNote } from "./notes.js";
import { CHECKPOINT, checkCheckpoint, checkWitnesses } from "./registration.js";
import { failed, notChecked, passed, report } from "./report.js";
import { PURPOSES } from "./status_list.js";
import { conclusionFits, readStatement } from "./statement.js";

export const ATTACHMENT = "verification-receipt.json";
const KIND = "verification_receipt";
const MAX_BYTES = 1 << 16;
const [READ, PERIOD, KEY, SIGNED] = ["statement_read", "statement_period", "statement_key", "statement_signed"];
const [CONSISTENT, TODAY] = ["statement_consistent", "stands_today"];
const LIST_NAME = new RegExp(`^(${PURPOSES.join("|")})-(0|[1-9][0-9]{0,8})$`);

// The report of a receipt; `before` are steps that were taken on the way to it.
export const verifyStatement = async (data, trust, now, before = []) => {
  const today = [notChecked(TODAY, "statement_of_then")];
  const [document, reason] = read(data);
  if (document === null) {
    const signing = [PERIOD, KEY, SIGNED].map((name) => notChecked(name, "statement_unreadable"));
    const content = [CHECKPOINT, CONSISTENT].map((name) => notChecked(name, "statement_unreadable"));
    return report(KIND, [...before, failed(READ, reason), ...signing], content, today);
  }
  const isLate = parseRfc3339(document.checkedAt) > now + CLOCK_SKEW;
  const period = isLate ? failed(PERIOD, "stated_in_the_future") : passed(PERIOD);
  const signing = [...before, passed(READ), period, ...(await checkSignature(document, trust, now))];
  return report(KIND, signing, await checkContent(document, trust), today, { stated: document });
};

// The document, or null and why it could not be read.
const read = (data) => {
  let document;
  try {
    if (data.length > MAX_BYTES) throw new MalformedEncoding("verification receipt too long");
    document = parseCanonicalJson(data);
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    return [null, "not_canonical"];
  }
  try {
    if (!isObject(document)) throw new MalformedEncoding("statement");
    readStatement(without(document, "proof"));
    return [document, ""];
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    return [null, "not_a_statement"];
  }
};

const checkSignature = async (document, trust, now) => {
  let method;
  try {
    ({ method } = proofOf(document));
    if (document.proof.created !== document.checkedAt) throw new MalformedProof();
  } catch (fault) {
    isOneOf(fault, MalformedProof);
    return [notChecked(KEY, "no_proof"), failed(SIGNED, "proof_malformed")];
  }
  let publicKey;
  try {
    if (document.issuer !== trust.keys.did) throw new UnknownKey();
    publicKey = trust.keys.key(method, "receipt", now);
  } catch (fault) {
    isOneOf(fault, UnknownKey);
    return [failed(KEY, "unknown_key"), notChecked(SIGNED, "no_key")];
  }
  try {
    await checkProof(document, publicKey);
    return [passed(KEY), passed(SIGNED)];
  } catch (fault) {
    isOneOf(fault, BadSignature, MalformedProof);
    return [passed(KEY), failed(SIGNED, "bad_signature")];
  }
};

const checkContent = async (document, trust) => {
  let note;
  try {
    note = parseNote(utf8(document.checkpoint));
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    return [failed(CHECKPOINT, "checkpoint_malformed"), notChecked(CONSISTENT, "no_checkpoint")];
  }
  const [signed, checkpoint] = await checkCheckpoint(note, trust);
  if (checkpoint === null) return [signed, notChecked(CONSISTENT, "no_checkpoint")];
  return [signed, ...(await checkWitnesses(note, trust)), checkConsistency(document, checkpoint)];
};

// Whether anything in the statement can't be true beside something else in it.
const checkConsistency = (document, checkpoint) => {
  const indices = [document.given.entryIndex, document.certificate?.entryIndex ?? null];
  if (indices.some((index) => index !== null && BigInt(index) >= checkpoint.size)) {
    return failed(CONSISTENT, "entry_behind_checkpoint");
  }
  const latest = parseRfc3339(document.checkedAt) + CLOCK_SKEW;
  if (document.statusLists.some((list) => !LIST_NAME.test(list.name) || parseRfc3339(list.validFrom) > latest)) {
    return failed(CONSISTENT, "status_list_implausible");
  }
  return conclusionFits(document) ? passed(CONSISTENT) : failed(CONSISTENT, "conclusion_contradicts_steps");
};
