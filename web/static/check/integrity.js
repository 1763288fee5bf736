// Data Integrity proofs of the suite `eddsa-jcs-2022`, one a document:
// signed bytes = SHA256(JCS(proof without proofValue)) || SHA256(JCS(document without proof))
// Source: W3C Data Integrity EdDSA Cryptosuites v1.0 section 3.3.

import { concat, sha256 } from "./bytes.js";
import { verify } from "./ed25519.js";
import { isOneOf, MalformedEncoding, MalformedProof } from "./errors.js";
import { canonicalJson, isObject, member, sameJson, without } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { fromBase58 } from "./multibase.js";

export const SUITE = "eddsa-jcs-2022";
const FIXED = { type: "DataIntegrityProof", cryptosuite: SUITE, proofPurpose: "assertionMethod" };
const OTHERS = ["@context", "created", "verificationMethod", "proofValue"];

// The document's one proof, not yet checked: whose key it names, and the signature.
export const proofOf = (document) => {
  const options = member(document, "proof");
  if (!isObject(options)) throw new MalformedProof();
  if (Object.keys(options).some((name) => !Object.hasOwn(FIXED, name) && !OTHERS.includes(name))) {
    throw new MalformedProof();
  }
  if (Object.entries(FIXED).some(([name, wanted]) => member(options, name) !== wanted)) throw new MalformedProof();
  const [ours, theirs] = [member(options, "@context"), member(document, "@context")];
  if (ours !== theirs && !sameJson(ours, theirs)) throw new MalformedProof();
  const [method, created, value] = ["verificationMethod", "created", "proofValue"].map((name) => member(options, name));
  if ([method, created, value].some((each) => typeof each !== "string")) throw new MalformedProof();
  try {
    parseRfc3339(created);
    return { method, signature: fromBase58(value, 64) };
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    throw new MalformedProof();
  }
};

// Shows that the key signed this document.
export const checkProof = async (document, publicKey) => {
  const { signature } = proofOf(document);
  const options = canonicalJson(without(document.proof, "proofValue"));
  const unsecured = canonicalJson(without(document, "proof"));
  await verify(publicKey, concat(await sha256(options), await sha256(unsecured)), signature);
};
