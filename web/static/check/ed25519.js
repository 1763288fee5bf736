// Ed25519 by the browser's own implementation, with two rules of ours before it is asked: the key is the one
// encoding of a point of prime order, and S is smaller than the order, so that nobody can turn a signature
// into a second one. Source: RFC 8032 section 5.1.7; WebCrypto "Ed25519".

import { BadSignature } from "./errors.js";
import { isPublicKey, littleEndian, ORDER } from "./points.js";

export const KEY_BYTES = 32;
const SIGNATURE_BYTES = 64;

export const verify = async (publicKey, message, signature) => {
  if (!isPublicKey(publicKey)) throw new BadSignature("public key");
  if (signature.length !== SIGNATURE_BYTES) throw new BadSignature("length");
  if (littleEndian(signature.subarray(32)) >= ORDER) throw new BadSignature("S");
  const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
  if (!(await crypto.subtle.verify("Ed25519", key, signature, message))) throw new BadSignature();
};

// Whether this browser can do it at all: the first test of RFC 8032 section 7.1, and a changed message.
export const isSupported = async () => {
  try {
    const key = bytesOf("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    const signature = bytesOf(
      "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b" +
        "d25bf5f0595bbe24655141438e7a100b",
    );
    await verify(key, new Uint8Array(), signature);
    return await verify(key, new Uint8Array(1), signature).then(() => false, (fault) => fault instanceof BadSignature);
  } catch {
    return false;
  }
};

const bytesOf = (digits) => Uint8Array.from(digits.match(/../g), (pair) => Number.parseInt(pair, 16));
