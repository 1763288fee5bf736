// Deterministic CBOR of the few kinds that a token is made of, read so that no second spelling passes: integers
// (as BigInt), byte and text strings, arrays, maps and bare tags, in the shortest form and in key order.
// Source: RFC 8949 section 4.2.1 (core deterministic encoding).

import { concat, fromUtf8, number } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";

const MAX_DEPTH = 8;

export class Tagged {
  constructor(tag, value) {
    this.tag = tag;
    this.value = value;
  }
}

export const decodeCbor = (data) => {
  const reader = new Reader(data);
  const value = reader.value(0);
  if (reader.at !== data.length) throw new MalformedEncoding("cbor: trailing bytes");
  return value;
};

// A byte string's head and content; with `major` 3 a text string, with 4 the head of an array.
export const encodeHead = (major, length) => {
  if (length < 24) return Uint8Array.of((major << 5) | length);
  return length < 256 ? Uint8Array.of((major << 5) | 24, length) : Uint8Array.of((major << 5) | 25, length >> 8, length & 255);
};

export const encodeBytes = (data) => concat(encodeHead(2, data.length), data);

class Reader {
  constructor(data) {
    this.data = data;
    this.at = 0;
  }

  value(depth) {
    if (depth > MAX_DEPTH) throw new MalformedEncoding("cbor: nesting");
    const [major, argument] = this.head();
    if (major === 0) return argument;
    if (major === 1) return -1n - argument;
    if (major === 2) return this.take(argument);
    if (major === 3) return fromUtf8(this.take(argument));
    if (major === 4) return this.array(argument, depth);
    if (major === 5) return this.map(argument, depth);
    if (major === 6) return new Tagged(argument, this.value(depth + 1));
    throw new MalformedEncoding("cbor: simple value");
  }

  head() {
    const [first] = this.take(1n);
    const [major, info] = [first >> 5, first & 31];
    if (info < 24) return [major, BigInt(info)];
    if (info > 27) throw new MalformedEncoding("cbor: indefinite or reserved length");
    const width = 1 << (info - 24);
    const argument = number(this.take(BigInt(width)));
    const shortest = width === 1 ? 24n : 1n << BigInt(4 * width);
    if (argument < shortest) throw new MalformedEncoding("cbor: not the shortest form");
    return [major, argument];
  }

  array(length, depth) {
    this.requireRoom(length);
    return Array.from({ length: Number(length) }, () => this.value(depth + 1));
  }

  map(length, depth) {
    this.requireRoom(length);
    const found = new Map();
    let previous = new Uint8Array();
    for (let count = 0n; count < length; count += 1n) {
      const start = this.at;
      const key = this.value(depth + 1);
      const encoded = this.data.subarray(start, this.at);
      if (!["bigint", "string"].includes(typeof key) || !isBefore(previous, encoded)) {
        throw new MalformedEncoding("cbor: map keys");
      }
      previous = encoded;
      found.set(key, this.value(depth + 1));
    }
    return found;
  }

  take(length) {
    this.requireRoom(length);
    this.at += Number(length);
    return this.data.subarray(this.at - Number(length), this.at);
  }

  requireRoom(length) {
    if (length > BigInt(this.data.length - this.at)) throw new MalformedEncoding("cbor: end of data");
  }
}

const isBefore = (left, right) => {
  for (let at = 0; at < right.length; at += 1) {
    if (at === left.length || left[at] < right[at]) return true;
    if (left[at] > right[at]) return false;
  }
  return false;
};
