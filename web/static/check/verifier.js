// Verifies a form of a certificate by itself: PDF, credential, receipt, QR text, or a picture of a QR code.
// Bytes and trust in, a report out; it asks nobody for anything. The steps, their names and their reason codes
// are those of the register's own verifier (`signing/verifier.py`); a test holds the two against each other.
//
// PDF          the signature's four steps, then the attached credential
// credential   read in canonical form; issuer and key trusted for credentials; proof; then registration by the
//              receipt it carries, then standing by its two status positions
// receipt      the log's signature and the entry's place; it names no status position
// statement    a verification receipt: `verification_receipt.js` takes its steps
// QR           read in canonical form; signed by the QR key; the address is the token's own; standing by the
//              ordinal it carries. It carries no inclusion proof

import { attachments } from "./attachments.js";
import { fromAscii, startsWith, utf8 } from "./bytes.js";
import { attachmentName, BADGE_TYPE, MAX_CREDENTIAL_BYTES, parseCredential } from "./credential.js";
import { verify as verifySignature } from "./ed25519.js";
import * as errors from "./errors.js";
import { checkProof, proofOf, SUITE } from "./integrity.js";
import { isObject, member, parseJson } from "./json.js";
import { CLOCK_SKEW } from "./moments.js";
import { checkPdf } from "./pades.js";
import { parseQrText } from "./qr.js";
import { HEADER as RECEIPT_HEADER } from "./receipts.js";
import { CHECKPOINT, checkRegistration, RECEIPT, unregistered } from "./registration.js";
import { failed, notChecked, passed, PASSED, report } from "./report.js";
import { checkOrdinal, checkPositions, standingUnknown } from "./standing.js";
import { STATEMENT_TYPE } from "./statement.js";
import { ATTACHMENT as STATEMENT_ATTACHMENT, verifyStatement } from "./verification_receipt.js";

const { isOneOf } = errors;
const PICTURES = [[0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a], [0xff, 0xd8, 0xff], [0x52, 0x49, 0x46, 0x46]];
// Papers that the register signs and that are about no certificate: genuine, and nothing to be verified here.
const OTHER_PAPERS = ["national-reconciliation.json"];
const [RECOGNISED, PICTURE, ATTACHMENT] = ["form_recognised", "picture_read", "pdf_attachment"];
const [READ, PERIOD, KEY, PROOF] = ["credential_read", "credential_period", "credential_key", "credential_signed"];
const [QR_READ, QR_ADDRESS, QR_KEY, QR_SIGNED] = ["qr_read", "qr_address", "qr_key", "qr_signed"];
// A full receipt opens the identity number too: only these fields are ever shown.
const SHOWN = [
  "number", "masked_name", "name", "occupation_code", "occupation", "job", "level", "issued_on", "institution", "issuer",
];
// The other suite canonicalizes RDF, for which no library is loaded here.
const RDF_SUITE = "eddsa-rdfc-2022";

// What can be said of these bytes, or of this QR text, as of `now`. `readCodes` reads the QR codes of a picture:
// it answers with their texts, or throws RefusedBecause with a reason code.
export const verify = async (form, trust, now, readCodes) => {
  const data = typeof form === "string" ? utf8(form.trim().toWellFormed()) : form;
  const begins = (text) => startsWith(data, utf8(text));
  if (begins("%PDF-")) return verifyPdf(data, trust, now);
  if (PICTURES.some((magic) => startsWith(data, magic))) return verifyPicture(data, trust, now, readCodes);
  if (begins(RECEIPT_HEADER)) return verifyReceipt(data, trust);
  if (begins("{")) return verifyJson(data, trust, now);
  if (begins("https://") || begins("http://")) return verifyQr(data, trust, now);
  return unknownForm();
};

const unknownForm = () => report("unknown", [failed(RECOGNISED, "unknown_form")]);

const stopped = (kind, steps) => report(kind, steps, unregistered("form_unreadable"), standingUnknown("form_unreadable"));

const verifyPdf = async (pdf, trust, now) => {
  const steps = await checkPdf(pdf, trust.roots, now, trust.keys.revoked("sheet", now));
  if (steps.some((step) => step.outcome !== PASSED)) {
    return stopped("pdf", [...steps, notChecked(ATTACHMENT, "pdf_not_authentic")]);
  }
  let found;
  try {
    found = await attachments(pdf);
  } catch (fault) {
    isOneOf(fault, errors.MalformedPdf);
    return stopped("pdf", [...steps, failed(ATTACHMENT, "attachment_missing")]);
  }
  if (found.size !== 1) return stopped("pdf", [...steps, failed(ATTACHMENT, "attachment_unexpected")]);
  const [[name, data]] = found;
  if (OTHER_PAPERS.includes(name)) return unknownForm();
  if (name === STATEMENT_ATTACHMENT) return verifyStatement(data, trust, now, [...steps, passed(ATTACHMENT)]);
  const inner = await verifyCredential(data, trust, now);
  const isNamed = name === attachmentName(inner.fields.number ?? "");
  const attached = isNamed ? passed(ATTACHMENT) : failed(ATTACHMENT, "attachment_of_other_certificate");
  const { signed, registered, in_force: standing } = inner.questions;
  return report("pdf", [...steps, attached, ...signed], registered, standing, restOf(inner));
};

const restOf = ({ fields, version, entryIndex }) => ({ fields, version, entryIndex });

// By what the document itself says it is; JSON that can't be read is taken for a damaged credential.
const verifyJson = async (data, trust, now) => {
  let types = [BADGE_TYPE];
  try {
    if (data.length <= MAX_CREDENTIAL_BYTES) types = typesOf(parseJson(data));
  } catch (fault) {
    isOneOf(fault, errors.MalformedEncoding);
  }
  if (types.includes(BADGE_TYPE)) return verifyCredential(data, trust, now);
  return types.includes(STATEMENT_TYPE) ? verifyStatement(data, trust, now) : unknownForm();
};

const typesOf = (document) => {
  const named = isObject(document) ? member(document, "type") : undefined;
  return Array.isArray(named) ? named : [named];
};

const verifyCredential = async (data, trust, now) => {
  let credential;
  try {
    credential = parseCredential(data);
  } catch (fault) {
    isOneOf(fault, errors.MalformedEncoding, errors.MalformedCredential);
    const rest = [PERIOD, KEY, PROOF].map((name) => notChecked(name, "credential_unreadable"));
    const isOther = fault instanceof errors.MalformedCredential;
    const read = isOther ? failed(READ, "not_this_kind", { path: fault.path }) : failed(READ, "not_canonical");
    return stopped("credential", [read, ...rest]);
  }
  const claims = { fields: credential.fields, registeredAt: credential.registeredAt };
  const registration = await checkRegistration(credential.receipt, claims, trust);
  const signing = await checkCredential(credential, trust, now);
  const standing = await checkPositions(credential.status, trust, now);
  return report("credential", signing, registration.steps, standing, {
    fields: { ...shown(registration.opened), ...credential.fields, institution_name: credential.institutionName },
    version: credential.version,
    entryIndex: registration.entryIndex,
  });
};

const checkCredential = async (credential, trust, now) => {
  const isLate = credential.registeredAt > now + CLOCK_SKEW;
  const before = [passed(READ), isLate ? failed(PERIOD, "registered_in_the_future") : passed(PERIOD)];
  const proof = member(credential.document, "proof");
  if (isObject(proof) && member(proof, "cryptosuite") === RDF_SUITE) {
    return [...before, ...[KEY, PROOF].map((name) => notChecked(name, "suite_not_checked_here"))];
  }
  let method;
  try {
    ({ method } = proofOf(credential.document));
  } catch (fault) {
    isOneOf(fault, errors.MalformedProof);
    return [...before, notChecked(KEY, "no_proof"), failed(PROOF, "proof_malformed")];
  }
  const steps = await signedSteps(KEY, PROOF, credential.issuer, trust, {
    find: () => trust.keys.key(method, "credential", now),
    check: (publicKey) => checkProof(credential.document, publicKey),
    detail: { suite: SUITE },
  });
  return [...before, ...steps];
};

// Whose key it is, and whether that key signed: the two steps at the end of every signature of the register.
const signedSteps = async (keyStep, signedStep, issuer, trust, { find, check, detail = {} }) => {
  let publicKey;
  try {
    if (issuer !== trust.keys.did) throw new errors.UnknownKey();
    publicKey = find();
  } catch (fault) {
    isOneOf(fault, errors.UnknownKey);
    return [failed(keyStep, "unknown_key"), notChecked(signedStep, "no_key")];
  }
  try {
    await check(publicKey);
  } catch (fault) {
    isOneOf(fault, errors.BadSignature, errors.MalformedProof);
    return [passed(keyStep), failed(signedStep, "bad_signature", detail)];
  }
  return [passed(keyStep), passed(signedStep, detail)];
};

const verifyReceipt = async (data, trust) => {
  const { steps, opened, entryIndex } = await checkRegistration(data, { fields: {} }, trust);
  // The receipt's signature is the log's: its first two steps say who made it, the others what it shows.
  const isSigning = (step) => [RECEIPT, CHECKPOINT].includes(step.name);
  const standing = standingUnknown("no_status_position");
  const rest = { fields: shown(opened), entryIndex };
  return report("receipt", steps.filter(isSigning), steps.filter((step) => !isSigning(step)), standing, rest);
};

const verifyQr = async (data, trust, now) => {
  let token;
  try {
    token = parseQrText(fromAscii(data).trim());
  } catch (fault) {
    isOneOf(fault, errors.MalformedEncoding);
    const rest = [QR_ADDRESS, QR_KEY, QR_SIGNED].map((name) => notChecked(name, "qr_unreadable"));
    return stopped("qr", [failed(QR_READ, "not_canonical"), ...rest]);
  }
  const address = token.namesItsAddress ? passed(QR_ADDRESS) : failed(QR_ADDRESS, "address_of_other_token");
  const signing = await signedSteps(QR_KEY, QR_SIGNED, token.issuer, trust, {
    find: () => trust.keys.keyById(token.signed.keyId, "qr", now),
    check: (publicKey) => verifySignature(publicKey, token.signed.message, token.signed.signature),
  });
  const standing = await checkOrdinal(token.ordinal, trust, now);
  const steps = [passed(QR_READ), address, ...signing];
  return report("qr", steps, unregistered("no_proof_in_qr"), standing, restOf(token));
};

const verifyPicture = async (data, trust, now, readCodes) => {
  let texts;
  try {
    texts = await readCodes(data);
  } catch (fault) {
    isOneOf(fault, errors.RefusedBecause);
    // A bad photo says nothing about the paper.
    return stopped("qr", [notChecked(PICTURE, fault.reason)]);
  }
  if (texts.length > 1) return stopped("qr", [notChecked(PICTURE, "several_codes_in_picture")]);
  const inner = await verifyQr(utf8(texts[0].toWellFormed()), trust, now);
  const { signed, registered, in_force: standing } = inner.questions;
  return report("qr", [passed(PICTURE), ...signed], registered, standing, restOf(inner));
};

const shown = (opened) => Object.fromEntries(Object.entries(opened).filter(([name]) => SHOWN.includes(name)));
