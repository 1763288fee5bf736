// Canonical JSON (JCS), and reading nothing but it: bytes that are exactly their own canonical form. Duplicate
// keys, other orders, spaces and escapes all change the bytes when they are written again, and are refused so.
// Source: RFC 8785; RFC 7493 section 2.3.

import { equal, fromUtf8, utf8 } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";

export const canonicalJson = (value) => utf8(written(value));

// The value of a JSON text in any form, as long as no object names a member twice.
export const parseJson = (data) => {
  const text = fromUtf8(data);
  let value;
  try {
    value = JSON.parse(text);
  } catch {
    throw new MalformedEncoding("json");
  }
  // Outside strings, every colon stands behind the name of a member.
  if (text.replace(STRINGS, "").split(":").length - 1 !== membersIn(value)) throw new MalformedEncoding("doubled");
  return value;
};

const STRINGS = /"(?:[^"\\]|\\.)*"/g;

const membersIn = (value) => {
  let count = 0;
  const waiting = [value];
  while (waiting.length > 0) {
    const each = waiting.pop();
    if (typeof each !== "object" || each === null) continue;
    const inner = Object.values(each);
    if (!Array.isArray(each)) count += inner.length;
    for (const one of inner) waiting.push(one);
  }
  return count;
};

export const parseCanonicalJson = (data) => {
  const value = parseJson(data);
  if (!equal(canonicalJson(value), data)) throw new MalformedEncoding("json is not in canonical form");
  return value;
};

export const isObject = (value) => typeof value === "object" && value !== null && !Array.isArray(value);

// A member by its own name: what every object inherits is no member of a document.
export const member = (object, name) => (Object.hasOwn(object, name) ? object[name] : undefined);

export const hasExactly = (object, names) =>
  Object.keys(object).length === names.length && names.every((name) => Object.hasOwn(object, name));

export const without = (object, name) =>
  Object.fromEntries(Object.entries(object).filter(([each]) => each !== name));

export const sameJson = (left, right) =>
  left !== undefined && right !== undefined && written(left) === written(right);

const written = (value) => {
  try {
    return write(value);
  } catch (fault) {
    if (fault instanceof RangeError) throw new MalformedEncoding("nested without end");
    throw fault;
  }
};

const write = (value) => {
  if (typeof value === "string") return writeText(value);
  if (typeof value === "number") return writeNumber(value);
  if (value === null || typeof value === "boolean") return String(value);
  if (Array.isArray(value)) return `[${value.map(write).join(",")}]`;
  // Sorting by UTF-16 code units is both what JCS asks and what `sort` does.
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${writeText(name)}:${write(value[name])}`).join(",")}}`;
};

const writeText = (text) => {
  if (!text.isWellFormed()) throw new MalformedEncoding("lone surrogate");
  return JSON.stringify(text);
};

const writeNumber = (value) => {
  // Integers that a double cannot tell apart are refused; from 10^21 on the form has an exponent.
  const isVague = Number.isInteger(value) && !Number.isSafeInteger(value) && Math.abs(value) < 1e21;
  if (!Number.isFinite(value) || isVague) throw new MalformedEncoding("number");
  return JSON.stringify(value);
};
