// DER, as far as certificates and signature containers need it: read strictly, and written.
// Source: ITU-T X.690 sections 8 and 10.

import { concat } from "./bytes.js";
import { MalformedEncoding } from "./errors.js";

export const [INTEGER, BIT_STRING, OCTET_STRING, OID, SEQUENCE, SET] = [0x02, 0x03, 0x04, 0x06, 0x30, 0x31];
export const [UTC_TIME, GENERALIZED_TIME] = [0x17, 0x18];
export const CONTEXT = (tag) => 0xa0 | tag;

// Object identifiers that occur here, each with its head.
const oid = (...content) => Uint8Array.of(OID, content.length, ...content);
export const ED25519 = oid(0x2b, 0x65, 0x70);
export const SHA512 = oid(0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x03);
export const DATA = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x01);
export const SIGNED_DATA = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02);
export const CONTENT_TYPE = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x03);
export const MESSAGE_DIGEST = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x04);
export const SIGNING_CERTIFICATE_V2 = oid(0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x2f);
export const BASIC_CONSTRAINTS = oid(0x55, 0x1d, 0x13);
export const EXTENDED_KEY_USAGE = oid(0x55, 0x1d, 0x25);
export const DOCUMENT_SIGNING = oid(0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x24);

// The element at the beginning of `data`: its tag, its content, and all its bytes.
export const readElement = (data) => {
  if (data.length < 2 || (data[0] & 0x1f) === 0x1f) throw new MalformedEncoding("der");
  const [start, length] = readLength(data);
  if (start + length > data.length) throw new MalformedEncoding("der: end of data");
  return { tag: data[0], content: data.subarray(start, start + length), whole: data.subarray(0, start + length) };
};

const readLength = (data) => {
  const width = data[1] & 0x7f;
  if (data[1] < 0x80) return [2, data[1]];
  // Nothing here is longer than three bytes can count.
  if (width === 0 || width > 3 || data.length < 2 + width) throw new MalformedEncoding("der: length");
  const length = data.subarray(2, 2 + width).reduce((value, byte) => value * 256 + byte, 0);
  const shortest = width === 1 ? 0x80 : 256 ** (width - 1);
  if (length < shortest) throw new MalformedEncoding("der: not the shortest form");
  return [2 + width, length];
};

// The elements that fill `data` to its last byte.
export const readElements = (data) => {
  const found = [];
  for (let at = 0; at < data.length; ) {
    const element = readElement(data.subarray(at));
    found.push(element);
    at += element.whole.length;
  }
  return found;
};

// The content of an element that has to be of this kind.
export const contentOf = (element, tag) => {
  if (element?.tag !== tag) throw new MalformedEncoding("der: tag");
  return element.content;
};

export const childrenOf = (element, tag) => readElements(contentOf(element, tag));

// An element written, with the shortest length.
export const element = (tag, ...parts) => {
  const content = concat(...parts);
  if (content.length < 0x80) return concat(Uint8Array.of(tag, content.length), content);
  const length = [];
  for (let rest = content.length; rest > 0; rest >>= 8) length.unshift(rest & 255);
  return concat(Uint8Array.of(tag, 0x80 | length.length, ...length), content);
};
