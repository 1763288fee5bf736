// Bytes and their spellings: each decoder encodes again what it read and compares, so that spare bits and
// other alphabets are refused instead of being a second spelling of the same thing.
// Source: RFC 4648 sections 4, 5 and 8.

import { MalformedEncoding } from "./errors.js";

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const utf8 = (text) => encoder.encode(text);

export const fromUtf8 = (data) => {
  try {
    return decoder.decode(data);
  } catch {
    throw new MalformedEncoding("utf-8");
  }
};

export const fromAscii = (data) => {
  if (data.some((byte) => byte > 127)) throw new MalformedEncoding("ascii");
  return fromUtf8(data);
};

// One character a byte: for searching binary files as text. Nothing that is read this way is believed as text.
export const latin1 = (data) => {
  let text = "";
  for (let at = 0; at < data.length; at += 8192) text += String.fromCharCode(...data.subarray(at, at + 8192));
  return text;
};

export const concat = (...parts) => {
  const whole = new Uint8Array(parts.reduce((total, part) => total + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
};

export const equal = (left, right) => left.length === right.length && left.every((byte, at) => byte === right[at]);

export const startsWith = (data, prefix) => equal(data.subarray(0, prefix.length), prefix);

export const indexOf = (data, wanted, from = 0) => {
  for (let at = data.indexOf(wanted[0], from); at !== -1; at = data.indexOf(wanted[0], at + 1)) {
    if (startsWith(data.subarray(at), wanted)) return at;
  }
  return -1;
};

export const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");

// An unsigned big-endian number; BigInt, because positions in a log may pass 2^53.
export const number = (data) => data.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);

export const base64 = (data) => btoa(latin1(data));

export const base64url = (data) => base64(data).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");

export const fromBase64 = (text, length = null) => decoded(text, text, base64, length);

export const fromBase64url = (text, length = null) =>
  decoded(text, text.replaceAll("-", "+").replaceAll("_", "/"), base64url, length);

const decoded = (text, standard, encode, length) => {
  let data;
  try {
    data = Uint8Array.from(atob(standard), (character) => character.charCodeAt(0));
  } catch {
    throw new MalformedEncoding("base64");
  }
  if (encode(data) !== text || (length !== null && data.length !== length)) throw new MalformedEncoding("base64");
  return data;
};

const digest = async (algorithm, data) => new Uint8Array(await crypto.subtle.digest(algorithm, data));

export const sha256 = (...parts) => digest("SHA-256", concat(...parts));
export const sha512 = (...parts) => digest("SHA-512", concat(...parts));
