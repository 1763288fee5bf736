// The register's `did:web` document: every current and past key, each under a name that says its purpose.
// Source: did:web method specification; W3C Controlled Identifiers v1.0 section 2.2.

import { hex, sha256 } from "./bytes.js";
import { isOneOf, MalformedEncoding, MalformedTrust, UnknownKey } from "./errors.js";
import { hasExactly, isObject, member, parseCanonicalJson, sameJson } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { parseMultikey } from "./multibase.js";

const FILE = "did.json";
const CONTEXTS = ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"];
const DID = /^did:web:[a-z0-9.-]+(%3A[1-9][0-9]{0,4})?$/;
const ORIGIN = /^https?:\/\/([a-z0-9.-]+)(?::([1-9][0-9]{0,4}))?$/;
const METHOD = ["id", "type", "controller", "publicKeyMultibase"];
const ROLES = ["log", "credential", "status", "qr", "receipt", "sheet", "national", "bureau", "witness", "root"];

// The DID of a web origin, null for what is none.
export const didOfOrigin = (origin) => {
  const match = ORIGIN.exec(origin);
  if (match === null) return null;
  return `did:web:${match[1]}${match[2] ? `%3A${match[2]}` : ""}`;
};

// The keys of the register, by the DID URL under which a proof names them.
export class DidKeys {
  constructor(did, byMethod) {
    this.did = did;
    this.byMethod = byMethod;
  }

  // The key under that name, if it may sign in that role and was not revoked.
  key(method, role, now) {
    const found = this.byMethod.get(method);
    if (found === undefined || found.role !== role || isRevoked(found, now)) throw new UnknownKey();
    return found.publicKey;
  }

  keyById(short, role, now) {
    return this.key(`${this.did}#${role}-${short}`, role, now);
  }

  // The public keys of a role that are no longer believed.
  revoked(role, now) {
    const ofRole = [...this.byMethod.values()].filter((each) => each.role === role);
    return ofRole.filter((each) => isRevoked(each, now)).map((each) => each.publicKey);
  }
}

const isRevoked = (key, now) => key.revokedAt !== null && key.revokedAt <= now;

const require = (holds) => {
  if (!holds) throw new MalformedTrust(FILE);
};

export const parseDidDocument = async (data) => {
  const document = read(() => parseCanonicalJson(data));
  require(isObject(document) && hasExactly(document, ["@context", "id", "verificationMethod", "assertionMethod"]));
  const { id: did, verificationMethod: methods, assertionMethod: names } = document;
  require(sameJson(document["@context"], CONTEXTS) && typeof did === "string" && DID.test(did));
  require(Array.isArray(methods) && Array.isArray(names));
  const found = new Map();
  for (const method of methods) {
    const key = await parseMethod(did, method);
    found.set(method.id, key);
  }
  // One key, one purpose: neither a name nor a key stands there twice.
  const keys = new Set([...found.values()].map((key) => hex(key.publicKey)));
  require(found.size === methods.length && keys.size === methods.length);
  require(names.every((name) => found.has(name)) && new Set(names).size === names.length);
  // A key that leaked is told of, and no longer listed for assertions.
  require(names.every((name) => found.get(name).revokedAt === null));
  const told = [...found].filter(([name, key]) => names.includes(name) || key.revokedAt !== null);
  return new DidKeys(did, new Map(told));
};

const parseMethod = async (did, method) => {
  require(isObject(method));
  const isMarked = Object.hasOwn(method, "revoked");
  require(hasExactly(method, isMarked ? [...METHOD, "revoked"] : METHOD));
  const { id: name, type, controller, publicKeyMultibase: material } = method;
  require(type === "Multikey" && controller === did && typeof name === "string" && typeof material === "string");
  const revoked = member(method, "revoked");
  require(!isMarked || typeof revoked === "string");
  const at = name.indexOf("#");
  const fragment = at === -1 ? "" : name.slice(at + 1);
  const role = fragment.split("-", 1)[0];
  require(ROLES.includes(role));
  const publicKey = read(() => parseMultikey(material));
  const revokedAt = isMarked ? read(() => parseRfc3339(revoked)) : null;
  const short = hex(await sha256(publicKey)).slice(0, 16);
  require(name === `${did}#${role}-${short}`);
  return { role, publicKey, revokedAt };
};

const read = (parse) => {
  try {
    return parse();
  } catch (fault) {
    isOneOf(fault, MalformedEncoding);
    throw new MalformedTrust(FILE);
  }
};
