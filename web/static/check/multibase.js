// Multibase text and the Multikey form of an Ed25519 public key, decoded strictly.
// Source: W3C Controlled Identifiers v1.0 sections 2.2.2 (Multikey) and 2.4 (Multibase); base58btc alphabet.

import { fromBase64url } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";
import { isPublicKey } from "./points.js";

const ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const MAX_BASE58 = 200;

const base58 = (data) => {
  let value = data.reduce((total, byte) => (total << 8n) | BigInt(byte), 0n);
  let digits = "";
  for (; value > 0n; value /= 58n) digits = ALPHABET[Number(value % 58n)] + digits;
  const first = data.findIndex((byte) => byte !== 0);
  return `z${ALPHABET[0].repeat(first === -1 ? data.length : first)}${digits}`;
};

export const fromBase58 = (text, length) => {
  // Long input is refused first: reading base58 takes quadratic time.
  if (!text.startsWith("z") || text.length > MAX_BASE58) throw new MalformedEncoding("base58");
  let value = 0n;
  for (const character of text.slice(1)) {
    const digit = ALPHABET.indexOf(character);
    if (digit === -1) throw new MalformedEncoding("base58");
    value = value * 58n + BigInt(digit);
  }
  const data = new Uint8Array(length);
  for (let at = length - 1; at >= 0; at -= 1, value >>= 8n) data[at] = Number(value & 255n);
  if (value !== 0n || base58(data) !== text) throw new MalformedEncoding("base58");
  return data;
};

export const fromMultibaseUrl = (text) => {
  if (!text.startsWith("u")) throw new MalformedEncoding("multibase");
  return fromBase64url(text.slice(1));
};

export const parseMultikey = (text) => {
  const data = fromBase58(text, 34);
  const key = data.subarray(2);
  if (data[0] !== 0xed || data[1] !== 0x01 || !isPublicKey(key)) throw new MalformedEncoding("multikey");
  return key;
};
