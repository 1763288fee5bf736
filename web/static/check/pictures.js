// QR codes read from pictures, in the page: by the same decoder that the register uses, as WebAssembly.

import { RefusedBecause } from "./errors.js";
import { fetchBytes } from "./published.js";

const MAX_BYTES = 12 << 20;
const MAX_PIXELS = 40_000_000;
// Larger photos are read at a smaller size: a code that fills a hundredth of them still has pixels to spare.
const ENOUGH_PIXELS = 12_000_000;
// By the first byte of a PNG, a JPEG and a WebP file: not every browser looks for itself.
const TYPES = { 0x89: "image/png", 0xff: "image/jpeg", 0x52: "image/webp" };
const OPTIONS = { formats: ["QRCode"] };

export class Decoder {
  constructor(readBarcodes) {
    this.readBarcodes = readBarcodes;
  }

  // The texts of the QR codes in a picture file, each once.
  async readFile(data) {
    if (data.length > MAX_BYTES) throw new RefusedBecause("picture_too_large");
    return this.readImage(await pixelsOf(data));
  }

  async readImage(image) {
    const results = await this.readBarcodes(image, OPTIONS);
    const texts = new Set(results.filter((each) => each.isValid && each.text).map((each) => each.text));
    if (texts.size === 0) throw new RefusedBecause("no_code_in_picture");
    return [...texts];
  }
}

// The decoder, ready to work without a network. The module says which binary it was made for.
export const loadDecoder = async (moduleAddress, binaryAddress) => {
  const module = await import(moduleAddress);
  const wasmBinary = await fetchBytes(binaryAddress);
  const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", wasmBinary));
  const found = Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  if (found !== module.ZXING_WASM_SHA256) throw new RefusedBecause("no_decoder_here");
  await module.prepareZXingModule({ overrides: { wasmBinary: wasmBinary.buffer }, fireImmediately: true });
  return new Decoder(module.readBarcodes);
};

// What takes the decoder's place where it did not arrive.
export const noDecoder = {
  readFile: () => Promise.reject(new RefusedBecause("no_decoder_here")),
};

const pixelsOf = async (data) => {
  let bitmap;
  try {
    bitmap = await createImageBitmap(new Blob([data], { type: TYPES[data[0]] }));
  } catch {
    throw new RefusedBecause("picture_unreadable");
  }
  const pixels = bitmap.width * bitmap.height;
  if (pixels > MAX_PIXELS) throw new RefusedBecause("picture_too_large");
  const scale = Math.min(1, Math.sqrt(ENOUGH_PIXELS / pixels));
  const image = drawn(bitmap, Math.ceil(bitmap.width * scale), Math.ceil(bitmap.height * scale));
  bitmap.close();
  return image;
};

// A picture or a frame as opaque pixels on white.
export const drawn = (source, width, height) => {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [width, height];
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.fillStyle = "white";
  context.fillRect(0, 0, width, height);
  context.drawImage(source, 0, 0, width, height);
  return context.getImageData(0, 0, width, height);
};
