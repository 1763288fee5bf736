// The credential in its canonical bytes, read strictly: a W3C Verifiable Credential 2.0 of the Open Badges 3.0
// kind that carries its inclusion receipt as a data URI. Its proof is checked elsewhere.
// Source: W3C VC Data Model 2.0; 1EdTech Open Badges 3.0.

import { utf8 } from "./bytes.js";
import { isOneOf, MalformedCredential, MalformedEncoding } from "./errors.js";
import { isObject, member, parseCanonicalJson, sameJson } from "./json.js";
import { parseRfc3339 } from "./moments.js";
import { PURPOSES, VC_CONTEXT } from "./status_list.js";

export const BADGE_TYPE = "OpenBadgeCredential";
export const MAX_CREDENTIAL_BYTES = 1 << 18;
const BADGE_CONTEXT = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json";
const RECEIPT_URI = "data:text/plain;charset=utf-8,";
const MIDNIGHT = "T00:00:00+08:00";
const PREFIX_LENGTH = 13;
const DECIMAL = /^(0|[1-9][0-9]{0,8})$/;

// A credential's file name, under which a sheet carries it.
export const attachmentName = (certificateNumber) => `${certificateNumber}.json`;

export const parseCredential = (data) => {
  if (data.length > MAX_CREDENTIAL_BYTES) throw new MalformedEncoding("credential too long");
  const root = new Reader(parseCanonicalJson(data), "");
  if (!sameJson(root.list("@context"), [VC_CONTEXT, BADGE_CONTEXT])) throw new MalformedCredential("@context");
  if (!sameJson(root.list("type"), ["VerifiableCredential", BADGE_TYPE])) throw new MalformedCredential("type");
  const subject = root.child("credentialSubject");
  const institution = subject.child("source");
  return {
    issuer: root.child("issuer").text("id"),
    version: versionOf(root.text("id")),
    registeredAt: root.moment("validFrom"),
    fields: fieldsOf(root, subject, institution),
    institutionName: institution.text("name"),
    status: new Map(root.children("credentialStatus", 2).map(statusOf)),
    receipt: receiptOf(root.children("evidence", 1)[0]),
    document: root.value,
  };
};

// One JSON object and where it stands, read strictly.
class Reader {
  constructor(value, path) {
    if (!isObject(value)) throw new MalformedCredential(path);
    this.value = value;
    this.path = path;
  }

  text(name) {
    const value = member(this.value, name);
    if (typeof value !== "string") throw new MalformedCredential(`${this.path}/${name}`);
    return value;
  }

  list(name) {
    const value = member(this.value, name);
    if (!Array.isArray(value)) throw new MalformedCredential(`${this.path}/${name}`);
    return value;
  }

  moment(name) {
    try {
      return parseRfc3339(this.text(name));
    } catch (fault) {
      isOneOf(fault, MalformedEncoding, MalformedCredential);
      throw new MalformedCredential(`${this.path}/${name}`);
    }
  }

  child(name) {
    return new Reader(member(this.value, name), `${this.path}/${name}`);
  }

  children(name, count) {
    const values = this.list(name);
    if (values.length !== count) throw new MalformedCredential(`${this.path}/${name}`);
    return values.map((value, at) => new Reader(value, `${this.path}/${name}/${at}`));
  }
}

const fieldsOf = (root, subject, institution) => {
  const achievement = subject.child("achievement");
  const awarded = root.text("awardedDate");
  return {
    number: subject.text("licenseNumber"),
    name: subject.children("identifier", 2)[0].text("identityHash"),
    occupation_code: achievement.text("humanCode"),
    occupation: achievement.text("fieldOfStudy"),
    job: Object.hasOwn(achievement.value, "specialization") ? achievement.text("specialization") : "",
    level: subject.children("result", 1)[0].text("value"),
    issued_on: awarded.endsWith(MIDNIGHT) ? awarded.slice(0, -MIDNIGHT.length) : awarded,
    institution: institution.text("id").slice(-PREFIX_LENGTH),
  };
};

const versionOf = (identifier) => {
  const marker = "#version-";
  const at = identifier.lastIndexOf(marker);
  const digits = at === -1 ? identifier : identifier.slice(at + marker.length);
  if (!DECIMAL.test(digits)) throw new MalformedCredential("/id");
  return digits;
};

const statusOf = (entry) => {
  const index = entry.text("statusListIndex");
  if (entry.text("type") !== "BitstringStatusListEntry" || !DECIMAL.test(index)) throw new MalformedCredential(entry.path);
  const purpose = entry.text("statusPurpose");
  if (!PURPOSES.includes(purpose)) throw new MalformedCredential(entry.path);
  return [purpose, { url: entry.text("statusListCredential"), index: BigInt(index) }];
};

const receiptOf = (evidence) => {
  const uri = evidence.text("id");
  let receipt;
  try {
    receipt = decodeURIComponent(uri.startsWith(RECEIPT_URI) ? uri.slice(RECEIPT_URI.length) : uri);
  } catch {
    throw new MalformedCredential("/evidence");
  }
  if (RECEIPT_URI + quoted(receipt) !== uri) throw new MalformedCredential("/evidence");
  return utf8(receipt);
};

// The one spelling of a receipt in an address: these characters stand for themselves, every other byte is %XX.
const quoted = (text) =>
  Array.from(utf8(text), (byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9/+=@:;,._~-]/.test(character) ? character : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  }).join("");
