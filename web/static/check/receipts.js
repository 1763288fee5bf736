// The `.tlog-proof`: one file that shows an entry's place in a signed tree, and opens its commitment.
// Source: C2SP tlog-proof.

import { fromAscii, fromBase64, fromBase64url, indexOf, utf8 } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";
import { isObject, member, parseCanonicalJson, without } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { parseNote } from "./notes.js";

export const HEADER = "c2sp.org/tlog-proof@v1";
const MAX_RECEIPT_BYTES = 1 << 20;
const INDEX = /^index (0|[1-9][0-9]{0,18})$/;
const EXTRA = "extra ";

// A receipt in its one spelling: where an entry stands, under which checkpoint, and what opens it.
export const parseReceipt = (data) => {
  const at = data.length <= MAX_RECEIPT_BYTES ? indexOf(data, utf8("\n\n")) : -1;
  if (at === -1) throw new MalformedEncoding("receipt");
  const lines = fromAscii(data.subarray(0, at)).split("\n");
  if (lines.shift() !== HEADER) throw new MalformedEncoding("receipt");
  let extra = new Uint8Array();
  if (lines[0]?.startsWith(EXTRA)) {
    extra = fromBase64(lines.shift().slice(EXTRA.length));
    if (extra.length === 0) throw new MalformedEncoding("receipt");
  }
  const index = INDEX.exec(lines.shift() ?? "");
  if (index === null) throw new MalformedEncoding("receipt");
  const proof = lines.map((line) => fromBase64(line, 32));
  return { index: BigInt(index[1]), proof, note: parseNote(data.subarray(at + 2)), extra };
};

// The log entry that a receipt carries, and the opening beside it.
export const parseExtra = (extra) => {
  const value = parseCanonicalJson(extra);
  const entry = isObject(value) ? member(value, "entry") : undefined;
  if (typeof entry !== "string") throw new MalformedEncoding("extra");
  return { ...parseEntry(utf8(entry)), opening: without(value, "entry") };
};

// What a log entry that carries a commitment says: a certificate's, or that of an act which changes content.
const parseEntry = (entry) => {
  const value = parseCanonicalJson(entry);
  if (!isObject(value) || !["certificate", "act"].includes(member(value, "type"))) throw new MalformedEncoding("entry");
  const [commitment, at] = [member(value, "commitment"), member(value, "at")];
  if (typeof commitment !== "string" || typeof at !== "string") throw new MalformedEncoding("entry");
  return { entry, commitment: fromBase64url(commitment, 32), registeredAt: parseRfc3339(at) };
};
