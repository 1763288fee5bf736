// Bitstring status lists: which versions are annulled, and which were replaced.
// Source: W3C Bitstring Status List v1.0 sections 2.2, 3.3 and 3.4; gzip RFC 1952.

import { startsWith } from "./bytes.js";
import { isOneOf, MalformedEncoding, MalformedTrust } from "./errors.js";
import { inflate } from "./inflate.js";
import { hasExactly, isObject, parseCanonicalJson, sameJson, without } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { fromMultibaseUrl } from "./multibase.js";

export const LIST_ENTRIES = 131_072n;
export const PURPOSES = ["revocation", "supersession"];
export const VC_CONTEXT = "https://www.w3.org/ns/credentials/v2";
const LIST_BYTES = Number(LIST_ENTRIES) / 8;
const MAX_COMPRESSED = 2 * LIST_BYTES;
const MAX_BYTES = 4 * LIST_BYTES;
const TYPES = ["VerifiableCredential", "BitstringStatusListCredential"];
const FIELDS = ["@context", "id", "type", "issuer", "validFrom", "validUntil", "credentialSubject"];
const SUBJECT_FIELDS = ["id", "type", "statusPurpose", "encodedList"];
// No name, comment or time in the header: nothing rides along that is not a bit of the list.
const GZIP_START = Uint8Array.of(0x1f, 0x8b, 8, 0, 0, 0, 0, 0);

// The name under `/status/` of the list that holds this ordinal: `revocation-0`.
export const listName = (purpose, ordinal) => `${purpose}-${ordinal / LIST_ENTRIES}`;

// The bit at `index`, the left-most first; null outside the list.
export const isSet = (list, index) => {
  if (index < 0n || index >= LIST_ENTRIES) return null;
  const at = Number(index);
  return ((list.bits[at >> 3] >> (7 - (at & 7))) & 1) === 1;
};

// A list as it is read, its proof not yet checked. `file` is named where it is refused.
export const parseStatusList = async (data, file) => {
  try {
    return await read(data);
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    throw new MalformedTrust(file);
  }
};

const require = (holds) => {
  if (!holds) throw new MalformedEncoding("status list");
};

const read = async (data) => {
  require(data.length <= MAX_BYTES);
  const document = parseCanonicalJson(data);
  require(isObject(document) && hasExactly(without(document, "proof"), FIELDS));
  const { id: url, issuer, validFrom, validUntil, credentialSubject: subject } = document;
  require(isObject(subject) && hasExactly(subject, SUBJECT_FIELDS));
  require(sameJson(document["@context"], [VC_CONTEXT]) && sameJson(document.type, TYPES));
  require([url, issuer, validFrom, validUntil, subject.encodedList].every((each) => typeof each === "string"));
  require(subject.type === "BitstringStatusList" && subject.id === `${url}#list`);
  require(PURPOSES.includes(subject.statusPurpose));
  return {
    url,
    issuer,
    purpose: subject.statusPurpose,
    validFrom: parseRfc3339(validFrom),
    validUntil: parseRfc3339(validUntil),
    bits: await bitsOf(fromMultibaseUrl(subject.encodedList)),
    document,
  };
};

const bitsOf = async (compressed) => {
  require(compressed.length <= MAX_COMPRESSED && startsWith(compressed, GZIP_START));
  const bits = await inflate(compressed, "gzip", LIST_BYTES);
  require(bits.length === LIST_BYTES);
  return bits;
};
