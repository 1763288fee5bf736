// Which 32 bytes are an Ed25519 public key: a point of prime order, in its one encoding. Browsers read other
// bytes as keys too, and under some of those a signature holds for every message. Nothing here is secret, so
// plain arithmetic is good enough.
// Source: RFC 8032 sections 5.1, 5.1.3 (decoding) and 5.1.4 (addition).

import { hex } from "./bytes.js";

const P = 2n ** 255n - 19n;
export const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

const modulo = (value) => ((value % P) + P) % P;

const power = (base, exponent) => {
  let result = 1n;
  for (let square = modulo(base); exponent > 0n; exponent >>= 1n, square = (square * square) % P) {
    if (exponent & 1n) result = (result * square) % P;
  }
  return result;
};

const inverse = (value) => power(value, P - 2n);
const D = modulo(-121665n * inverse(121666n));
const ROOT_OF_MINUS_ONE = power(2n, (P - 1n) / 4n);

// Extended coordinates [X, Y, Z, T]: x = X/Z, y = Y/Z, x·y = T/Z.
const NEUTRAL = [0n, 1n, 1n, 0n];

export const littleEndian = (data) => data.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);

const known = new Map();

export const isPublicKey = (data) => {
  if (data.length !== 32) return false;
  const name = hex(data);
  if (!known.has(name)) {
    const point = decoded(data);
    known.set(name, point !== null && !isNeutral(point) && isNeutral(times(ORDER, point)));
  }
  return known.get(name);
};

const decoded = (data) => {
  const value = littleEndian(data);
  const sign = value >> 255n;
  const y = value & (2n ** 255n - 1n);
  if (y >= P) return null;
  // x² = (y² - 1) / (d·y² + 1); the divisor is never zero, because -1/d is no square.
  const squared = modulo((y * y - 1n) * inverse(D * y * y + 1n));
  let x = power(squared, (P + 3n) / 8n);
  if ((x * x) % P !== squared) x = (x * ROOT_OF_MINUS_ONE) % P;
  if ((x * x) % P !== squared || (x === 0n && sign === 1n)) return null;
  if ((x & 1n) !== sign) x = P - x;
  return [x, y, 1n, (x * y) % P];
};

const isNeutral = ([x, y, z]) => modulo(x) === 0n && modulo(y - z) === 0n;

const times = (factor, point) => {
  let product = NEUTRAL;
  for (const bit of factor.toString(2)) {
    product = sum(product, product);
    if (bit === "1") product = sum(product, point);
  }
  return product;
};

// The complete addition law, which doubles too.
const sum = ([x1, y1, z1, t1], [x2, y2, z2, t2]) => {
  const a = (y1 - x1) * (y2 - x2);
  const b = (y1 + x1) * (y2 + x2);
  const c = 2n * D * t1 * t2;
  const d = 2n * z1 * z2;
  const [e, f, g, h] = [b - a, d - c, d + c, b + a];
  return [modulo(e * f), modulo(g * h), modulo(f * g), modulo(e * h)];
};
