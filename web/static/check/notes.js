// Signed notes, verifier keys, checkpoints and cosignatures of a transparency log.
// Source: C2SP signed-note, tlog-checkpoint, tlog-cosignature.

import { concat, equal, fromBase64, fromUtf8, hex, number, sha256, utf8 } from "./bytes.js";
import { verify } from "./ed25519.js";
import { BadSignature, MalformedEncoding, UnknownSigner } from "./errors.js";
import { MAX_SIZE } from "./inclusion.js";
import { isPublicKey } from "./points.js";

export const ED25519_TYPE = 0x01;
export const COSIGNATURE_TYPE = 0x04;
const MAX_NOTE_BYTES = 1 << 20;
const SIGNATURE_START = "— ";
// No plus and no white space, as Unicode has it: `\s` alone means another set in every language.
const NAME = /^[^+\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+$/u;
const UNPRINTABLE = /[\p{C}\p{Z}]/u;
const UNWRITABLE = /[\x00-\x09\x0b-\x1f]/;
const DECIMAL = /^(0|[1-9][0-9]{0,18})$/;

// Splits at the first `separator`: what stands before it, and behind it; "" where it is missing.
const partition = (text, separator) => {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + separator.length)];
};

// A `vkey`: whose signature, under which name and algorithm, is looked for.
export const parseVkey = async (text) => {
  const [name, rest] = partition(text, "+");
  const [keyHash, encoded] = partition(rest, "+");
  const material = fromBase64(encoded, 33);
  const [algorithm, publicKey] = [material[0], material.subarray(1)];
  // Two names that look alike on a screen are told apart by nobody: an anchor has a visible name.
  if (!NAME.test(name) || UNPRINTABLE.test(name) || !isPublicKey(publicKey)) throw new MalformedEncoding("vkey");
  const wanted = (await sha256(utf8(`${name}\n`), material)).subarray(0, 4);
  if (hex(wanted) !== keyHash || ![ED25519_TYPE, COSIGNATURE_TYPE].includes(algorithm)) {
    throw new MalformedEncoding("vkey");
  }
  return { name, algorithm, publicKey, keyHash: wanted };
};

// Splits a note at its last blank line: the text that is signed, and its signature lines.
export const parseNote = (data) => {
  if (data.length > MAX_NOTE_BYTES) throw new MalformedEncoding("note too long");
  const whole = fromUtf8(data);
  const at = whole.lastIndexOf("\n\n");
  if (at === -1 || !whole.endsWith("\n") || at + 2 === whole.length || UNWRITABLE.test(whole)) {
    throw new MalformedEncoding("note");
  }
  const lines = whole.slice(at + 2, -1).split("\n");
  return { text: whole.slice(0, at + 1), signatures: lines.map(parseSignature) };
};

const parseSignature = (line) => {
  if (!line.startsWith(SIGNATURE_START)) throw new MalformedEncoding("signature line");
  const [name, encoded] = partition(line.slice(SIGNATURE_START.length), " ");
  const material = fromBase64(encoded);
  if (!NAME.test(name) || material.length < 5) throw new MalformedEncoding("signature line");
  return { name, keyHash: material.subarray(0, 4), value: material.subarray(4) };
};

// The three lines of a checkpoint body; extension lines are refused.
export const parseCheckpoint = (text) => {
  const [origin, size, root, ...rest] = text.split("\n");
  if (UNWRITABLE.test(text) || rest.length !== 1 || rest[0] !== "" || origin === "" || !DECIMAL.test(size)) {
    throw new MalformedEncoding("checkpoint");
  }
  if (BigInt(size) >= MAX_SIZE) throw new MalformedEncoding("checkpoint");
  return { origin, size: BigInt(size), root: fromBase64(root, 32) };
};

// Shows that the key signed the note's text. Lines of other keys are ignored, as the format asks; a key signs a
// note once, because a second line of it would be another spelling of the same note.
export const checkNote = async (note, key) => {
  const lines = note.signatures.filter((each) => each.name === key.name && equal(each.keyHash, key.keyHash));
  if (lines.length === 0) throw new UnknownSigner();
  if (lines.length > 1) throw new BadSignature("signed twice");
  const { value } = lines[0];
  if (key.algorithm === ED25519_TYPE) {
    await verify(key.publicKey, utf8(note.text), value);
  } else if (value.length === 72) {
    const cosigned = utf8(`cosignature/v1\ntime ${number(value.subarray(0, 8))}\n`);
    await verify(key.publicKey, concat(cosigned, utf8(note.text)), value.subarray(8));
  } else {
    throw new BadSignature();
  }
};

// The checkpoint of a note that `key` signed for its own origin.
export const verifiedCheckpoint = async (note, key) => {
  await checkNote(note, key);
  const checkpoint = parseCheckpoint(note.text);
  // The name on the signature line is not signed; the origin in the text is.
  if (checkpoint.origin !== key.name) throw new UnknownSigner();
  return checkpoint;
};
