// The published bytes that a verification believes. Every list is fetched, whichever certificate is looked at
// later, so that the server learns nothing about the question. Nothing is ever sent but these addresses.

import { fromUtf8 } from "./bytes.js";
import { isOneOf, MalformedTrust, Refused } from "./errors.js";
import { member, parseCanonicalJson } from "./json.js";
import { parseNote, verifiedCheckpoint } from "./notes.js";
import { trustFromFiles } from "./trust.js";

const ANCHORS = {
  "log.vkey": "/log/vkey",
  "did.json": "/.well-known/did.json",
  "root.pem": "/trust/root.pem",
  witnesses: "/trust/witnesses",
};
const AT_ONCE = 6;
const LIST_NAME = /^[a-z]+-[0-9]{1,9}$/;

export const fetchBytes = async (address) => {
  const answer = await fetch(address, { credentials: "omit", redirect: "error", referrerPolicy: "no-referrer" });
  if (!answer.ok) throw new MalformedTrust(address);
  return new Uint8Array(await answer.arrayBuffer());
};

// The trust folder as far as it was fetched, and what was not.
export class Published {
  constructor() {
    this.files = new Map();
    this.missing = [];
    this.trust = null;
    this.treeSize = 0n;
  }

  // Fetches the anchors, the newest checkpoint and up to `most` status lists. `tell(done, total)` is progress.
  async fetchAll(most, tell) {
    const names = member(parseCanonicalJson(await fetchBytes("/trust/status")), "lists");
    if (!Array.isArray(names) || !names.every((name) => LIST_NAME.test(name))) throw new MalformedTrust("/trust/status");
    this.files = new Map();
    this.missing = names;
    const wanted = Object.entries(ANCHORS);
    const total = wanted.length + 1 + Math.min(names.length, most);
    for (const [at, [name, address]] of wanted.entries()) {
      tell(at, total);
      this.files.set(name, await fetchBytes(address));
    }
    tell(wanted.length, total);
    const checkpoint = await fetchBytes("/log/checkpoint");
    await this.fetchLists(most, (done) => tell(wanted.length + 1 + done, total));
    this.treeSize = await sizeOf(checkpoint, this.trust.logKeys);
  }

  // Fetches up to `most` of the status lists that are not here yet.
  async fetchLists(most, tell) {
    const wanted = this.missing.slice(0, most);
    for (let at = 0; at < wanted.length; at += AT_ONCE) {
      tell(at);
      const part = wanted.slice(at, at + AT_ONCE);
      const bodies = await Promise.all(part.map((name) => fetchBytes(`/status/${name}`)));
      for (const [number, name] of part.entries()) this.files.set(`status/${name}`, bodies[number]);
    }
    this.missing = this.missing.slice(wanted.length);
    this.trust = await trustFromFiles(this.files);
  }

  // As of when it is: the oldest status list decides, and the first that ends.
  get asOf() {
    return Math.min(...[...this.trust.statusLists.values()].map((list) => list.validFrom));
  }

  isStale(now) {
    return [...this.trust.statusLists.values()].some((list) => now >= list.validUntil);
  }
}

const sizeOf = async (checkpoint, logKeys) => {
  const note = parseNote(checkpoint);
  for (const key of logKeys) {
    try {
      return (await verifiedCheckpoint(note, key)).size;
    } catch (fault) {
      // Another key of the log may have signed it.
      isOneOf(fault, Refused);
    }
  }
  throw new MalformedTrust("checkpoint");
};

// Only the two lists that hold one code's position, with the anchors: for a page whose address names the code.
export const trustForCode = async (listNames) => {
  const files = new Map();
  for (const [name, address] of Object.entries(ANCHORS)) files.set(name, await fetchBytes(address));
  const published = fromUtf8(await fetchBytes("/trust/status"));
  const present = JSON.parse(published).lists;
  for (const name of listNames.filter((each) => present.includes(each))) {
    files.set(`status/${name}`, await fetchBytes(`/status/${name}`));
  }
  return trustFromFiles(files);
};
