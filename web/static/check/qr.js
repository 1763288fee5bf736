// The QR code's text: an address for people, and behind the "#" a COSE_Sign1 token over CWT claims, which no
// server sees. Source: RFC 9052 section 4.2 (COSE_Sign1); RFC 8392 (CWT); RFC 9596 (typ).

import { concat, equal, fromBase64url, hex, utf8 } from "./bytes.js";
import { decodeCbor, encodeBytes, encodeHead, Tagged } from "./cbor.js";
import { didOfOrigin } from "./did.js";
import { MalformedEncoding } from "./errors.js";

const TYPE = "skillcert-qr";
const MAX_TEXT = 1200;
const SIGN1_TAG = 18n;
const [ALG, KID, TYP] = [1n, 4n, 16n];
const EDDSA = -8n;
const [ISS, IAT, CTI, TABLE] = [1n, 6n, 7n, -65537n];
const [NUMBER, VERSION, MASKED_NAME, OCCUPATION_CODE, LEVEL, ISSUED_ON, COMMITMENT, INDEX, ORDINAL] = Array.from(
  { length: 9 },
  (_, at) => BigInt(at + 1),
);
const TEXT = /^(https?:\/\/[^/#?]+)\/q\/([A-Za-z0-9_-]{22})#([A-Za-z0-9_-]+)$/;
// 9999-12-31, the last day that dates are written with.
const [LAST_SECOND, LAST_DAY] = [253_402_300_799n, 2_932_896n];

const require = (holds) => {
  if (!holds) throw new MalformedEncoding("token");
};

// A QR text in its one spelling, its signature not yet checked. `namesItsAddress` is false where the token was
// pasted behind another address than its own.
export const parseQrText = (text) => {
  const match = text.length <= MAX_TEXT ? TEXT.exec(text) : null;
  require(match !== null);
  const [, origin, reference, token] = match;
  const did = didOfOrigin(origin);
  require(did !== null);
  const ref = fromBase64url(reference, 16);
  const [protectedHeader, payload, signature] = parseSign1(fromBase64url(token));
  const signed = {
    keyId: keyIdOf(mapOf(decodeCbor(protectedHeader))),
    message: concat(encodeHead(4, 4), textOf("Signature1"), encodeBytes(protectedHeader), encodeBytes(new Uint8Array()), encodeBytes(payload)),
    signature,
  };
  return { ...readClaims(mapOf(decodeCbor(payload)), did, ref), signed };
};

const textOf = (text) => concat(encodeHead(3, text.length), utf8(text));

const parseSign1 = (data) => {
  const value = decodeCbor(data);
  require(value instanceof Tagged && value.tag === SIGN1_TAG && Array.isArray(value.value) && value.value.length === 4);
  const [protectedHeader, unprotected, payload, signature] = value.value;
  require([protectedHeader, payload, signature].every((each) => each instanceof Uint8Array));
  require(unprotected instanceof Map && unprotected.size === 0 && signature.length === 64);
  return [protectedHeader, payload, signature];
};

const keyIdOf = (header) => {
  require(hasKeys(header, [ALG, KID, TYP]) && header.get(ALG) === EDDSA && header.get(TYP) === TYPE);
  const keyId = header.get(KID);
  require(keyId instanceof Uint8Array && keyId.length === 8);
  return hex(keyId);
};

const readClaims = (claims, did, ref) => {
  require(hasKeys(claims, [ISS, IAT, CTI, TABLE]));
  const table = mapOf(claims.get(TABLE));
  require(hasKeys(table, [NUMBER, VERSION, MASKED_NAME, OCCUPATION_CODE, LEVEL, ISSUED_ON, COMMITMENT, INDEX, ORDINAL]));
  const [issuer, cti, commitment] = [claims.get(ISS), claims.get(CTI), table.get(COMMITMENT)];
  const seconds = countOf(claims.get(IAT));
  const days = countOf(table.get(ISSUED_ON));
  require(commitment instanceof Uint8Array && commitment.length === 32 && typeof issuer === "string");
  require(seconds <= LAST_SECOND && days <= LAST_DAY);
  return {
    issuer,
    namesItsAddress: issuer === did && cti instanceof Uint8Array && equal(cti, ref),
    version: String(countOf(table.get(VERSION))),
    entryIndex: countOf(table.get(INDEX)),
    ordinal: countOf(table.get(ORDINAL)),
    fields: {
      number: stringOf(table.get(NUMBER)),
      masked_name: stringOf(table.get(MASKED_NAME)),
      occupation_code: stringOf(table.get(OCCUPATION_CODE)),
      level: String(countOf(table.get(LEVEL))),
      issued_on: new Date(Number(days) * 86_400_000).toISOString().slice(0, 10),
    },
  };
};

const hasKeys = (map, keys) => map.size === keys.length && keys.every((key) => map.has(key));

const mapOf = (value) => {
  require(value instanceof Map);
  return value;
};

const stringOf = (value) => {
  require(typeof value === "string");
  return value;
};

const countOf = (value) => {
  require(typeof value === "bigint" && value >= 0n && value < 1n << 63n);
  return value;
};
