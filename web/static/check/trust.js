// What a verification believes: the register's public keys, its root certificates, its witnesses and its status
// lists, from the files of the trust folder by their names. Status lists are checked when they are used.
// Source: C2SP signed-note (vkey); the register's own layout.

import { fromUtf8, hex } from "./bytes.js";
import { parseRoots } from "./certificates.js";
import { parseDidDocument } from "./did.js";
import { isOneOf, MalformedEncoding, MalformedTrust } from "./errors.js";
import { COSIGNATURE_TYPE, ED25519_TYPE, parseVkey } from "./notes.js";
import { parseStatusList } from "./status_list.js";

const [LOG_KEYS, DID_DOCUMENT, ROOT, WITNESSES, STATUS] = ["log.vkey", "did.json", "root.pem", "witnesses", "status/"];
const QUORUM = /^quorum (0|[1-9][0-9]{0,3})$/;

// The anchors, from a Map of file names to bytes.
export const trustFromFiles = async (files) => {
  const { quorum, witnesses } = await parseWitnesses(files.get(WITNESSES) ?? new Uint8Array());
  const logKeys = await parseKeys(linesOf(files, LOG_KEYS), ED25519_TYPE, LOG_KEYS);
  if (logKeys.length === 0) throw new MalformedTrust(LOG_KEYS);
  const ours = logKeys.map((key) => hex(key.publicKey));
  // Nobody witnesses himself.
  if (witnesses.some((key) => ours.includes(hex(key.publicKey)))) throw new MalformedTrust(WITNESSES);
  const keys = await parseDidDocument(fileOf(files, DID_DOCUMENT));
  const roots = parseRoots(fileOf(files, ROOT));
  const lists = [];
  for (const [name, data] of files) if (name.startsWith(STATUS)) lists.push(await parseStatusList(data, name));
  // Of two copies of one list the newer one counts.
  lists.sort((left, right) => left.validFrom - right.validFrom);
  return { logKeys, keys, roots, witnesses, quorum, statusLists: new Map(lists.map((each) => [each.url, each])) };
};

const fileOf = (files, name) => {
  if (!files.has(name)) throw new MalformedTrust(name);
  return files.get(name);
};

const linesOf = (files, name) => {
  try {
    return fromUtf8(fileOf(files, name)).split("\n").filter((line) => line !== "" && !line.startsWith("#"));
  } catch (fault) {
    isOneOf(fault, MalformedEncoding, MalformedTrust);
    throw new MalformedTrust(name);
  }
};

// The verifier keys on these lines, each once.
const parseKeys = async (lines, algorithm, file) => {
  const keys = [];
  for (const line of lines) {
    try {
      keys.push(await parseVkey(line));
    } catch (fault) {
      isOneOf(fault, MalformedEncoding);
      throw new MalformedTrust(file);
    }
  }
  const isDoubled = new Set(keys.map((key) => `${key.name} ${hex(key.publicKey)}`)).size !== keys.length;
  if (isDoubled || keys.some((key) => key.algorithm !== algorithm)) throw new MalformedTrust(file);
  return keys;
};

const parseWitnesses = async (data) => {
  const lines = linesOf(new Map([[WITNESSES, data]]), WITNESSES);
  let quorum = 0;
  if (lines[0]?.startsWith("quorum ")) {
    const match = QUORUM.exec(lines.shift());
    if (match === null) throw new MalformedTrust(WITNESSES);
    quorum = Number(match[1]);
  }
  const witnesses = await parseKeys(lines, COSIGNATURE_TYPE, WITNESSES);
  const isDoubled = new Set(witnesses.map((key) => hex(key.publicKey))).size !== witnesses.length;
  // A quorum that nobody could reach would look like an attack on every form.
  if (isDoubled || quorum > witnesses.length) throw new MalformedTrust(WITNESSES);
  return { quorum, witnesses };
};
