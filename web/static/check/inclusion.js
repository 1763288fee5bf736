// Merkle tree hashes, and the check that an entry is in a tree. Positions are BigInt: they may pass 2^53.
// Source: RFC 6962 section 2.1; RFC 9162 section 2.1.3.2 (verification).

import { equal, sha256 } from "./bytes.js";

export const MAX_SIZE = 1n << 63n;
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

export const leafHash = (entry) => sha256(LEAF, entry);
const nodeHash = (left, right) => sha256(NODE, left, right);

const bitLength = (value) => (value === 0n ? 0 : value.toString(2).length);
const bitCount = (value) => value.toString(2).replaceAll("0", "").length;

// Whether `leaf` stands at `index` of the tree of `size` leaves under `root`. The proof is leaf-side first, and
// its length must be inner + border exactly.
export const isIncluded = async (leaf, index, size, proof, root) => {
  if (index < 0n || index >= size || size >= MAX_SIZE) return false;
  const inner = bitLength(index ^ (size - 1n));
  const border = bitCount(index >> BigInt(inner));
  if (proof.length !== inner + border) return false;
  let current = leaf;
  for (const [height, sibling] of proof.entries()) {
    const isRight = height >= inner || ((index >> BigInt(height)) & 1n) === 1n;
    current = isRight ? await nodeHash(sibling, current) : await nodeHash(current, sibling);
  }
  return equal(current, root);
};
