// PAdES signatures with Ed25519, checked without trusting the PDF's structure: the CMS container is written
// again from the certificate, the digest of everything outside it and the signature, and has to equal the bytes
// in the file, padding included. So no byte of a signed file can change unnoticed, and nothing can be appended.
// One other signature, the one for viewers, may stand before the register's and inside what that covers: it is
// not looked at, and nothing rests on it.
// Source: ETSI EN 319 142-1 (PAdES baseline B-B); ISO/TS 32002; ISO 32000-2 section 12.8.

import { concat, equal, fromAscii, hex, latin1, sha512, utf8 } from "./bytes.js";
import { certificateKey, checkSheetCertificate, parseCertificate } from "./certificates.js";
import { readContainer, signedAttributes, writeContainer } from "./cms.js";
import { verify } from "./ed25519.js";
import { BadSignature, isOneOf, MalformedEncoding, MalformedPdf, UntrustedCertificate } from "./errors.js";
import { CLOCK_SKEW, rfc3339 } from "./moments.js";
import { failed, notChecked, passed } from "./report.js";

const MAX_PDF_BYTES = 8 << 20;
const CONTAINER_BYTES = 2048;
const RANGE = /\/ByteRange \[(\d{1,10}) (\d{1,10}) (\d{1,10}) (\d{1,10}) *\]/g;
const SIGNED_AT = /\/M \(D(?::|\\072)(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z\)/g;

const FOUND = "pdf_signature_found";
const WHOLE_FILE = "pdf_covers_whole_file";
const INTACT = "pdf_signature_intact";
const CHAIN = "pdf_certificate_chain";

// Whether the register signed exactly this file, in four steps. `revoked` are public keys that leaked.
//
// 1. there is one signature; 2. it covers the file from the first byte to the last; 3. the container and the
// signature are what the certificate's key made over these bytes; 4. a root issued that certificate for sheets,
// it was valid when the file says it was signed, and its key did not leak.
export const checkPdf = async (pdf, roots, now, revoked) => {
  let parts;
  try {
    parts = split(pdf);
  } catch (fault) {
    isOneOf(fault, MalformedPdf);
    const rest = [WHOLE_FILE, INTACT, CHAIN].map((name) => notChecked(name, "no_signature"));
    return [failed(FOUND, fault.reason), ...rest];
  }
  const covers = parts.endsAt === pdf.length ? passed(WHOLE_FILE) : failed(WHOLE_FILE, "bytes_after_signature");
  let intact;
  let certificate = new Uint8Array();
  try {
    const container = readContainer(fromHex(parts.container));
    intact = await checkSignature(parts, container);
    certificate = container.certificate;
  } catch (fault) {
    isOneOf(fault, MalformedEncoding, UntrustedCertificate);
    intact = failed(INTACT, "container_malformed");
  }
  return [passed(FOUND), covers, intact, await checkChain(certificate, roots, parts.signedAt, now, revoked)];
};

const split = (pdf) => {
  const text = pdf.length <= MAX_PDF_BYTES ? latin1(pdf) : "";
  const ranges = [...text.matchAll(RANGE)];
  if (!text.startsWith("%PDF-") || ranges.length === 0 || text.split("/ByteRange").length - 1 > ranges.length) {
    throw new MalformedPdf("not_signed");
  }
  const [start, gapStart, gapEnd, length] = ranges.at(-1).slice(1).map(Number);
  if (ranges.length > 2 || (ranges.length === 2 && !liesBefore(ranges[0], gapStart))) {
    throw new MalformedPdf("several_signatures");
  }
  const gap = pdf.subarray(gapStart, Math.max(gapStart, gapEnd));
  const endsAt = gapEnd + length;
  if (start !== 0 || endsAt > pdf.length || gap[0] !== 0x3c || gap.at(-1) !== 0x3e) throw new MalformedPdf("range_malformed");
  const message = concat(pdf.subarray(0, gapStart), pdf.subarray(gapEnd, endsAt));
  return { message, container: gap.subarray(1, -1), endsAt, signedAt: signedAtOf(message, ranges.length) };
};

// Whether the first signature, the one for viewers, covers nothing of the update that holds the last.
const liesBefore = (first, lastGap) => {
  const [, gapStart, gapEnd, length] = first.slice(1).map(Number);
  return gapStart < gapEnd && gapEnd <= first.index && first.index < gapEnd + length && gapEnd + length < lastGap;
};

// What the last signature says; every signature of a sheet says when it was made.
const signedAtOf = (message, signatures) => {
  const times = [...latin1(message).matchAll(SIGNED_AT)];
  if (times.length !== signatures) throw new MalformedPdf("time_malformed");
  const [year, month, day, ...clock] = times.at(-1).slice(1);
  const moment = Date.parse(`${year}-${month}-${day}T${clock.join(":")}Z`);
  if (Number.isNaN(moment) || rfc3339(moment) !== `${year}-${month}-${day}T${clock.join(":")}Z`) {
    throw new MalformedPdf("time_malformed");
  }
  return moment;
};

const fromHex = (data) => {
  const digits = fromAscii(data);
  if (!/^([0-9A-Fa-f]{2})*$/.test(digits)) throw new MalformedEncoding("hex");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
};

const checkSignature = async (parts, { certificate: bytes, signature }) => {
  const certificate = parseCertificate(bytes);
  const digest = await sha512(parts.message);
  const expected = hex(await writeContainer(certificate, digest, signature)).toUpperCase().padEnd(2 * CONTAINER_BYTES, "0");
  if (!equal(utf8(expected), parts.container)) return failed(INTACT, "content_changed");
  try {
    await verify(certificateKey(certificate), await signedAttributes(certificate, digest), signature);
  } catch (fault) {
    isOneOf(fault, BadSignature, UntrustedCertificate);
    return failed(INTACT, "bad_signature");
  }
  return passed(INTACT, { signed_at: rfc3339(parts.signedAt) });
};

const checkChain = async (bytes, roots, signedAt, now, revoked) => {
  try {
    // As for every form: a clock that is slow by minutes must not call forged what was just made.
    if (signedAt > now + CLOCK_SKEW) throw new UntrustedCertificate("signed_in_the_future");
    const certificate = parseCertificate(bytes);
    await checkSheetCertificate(certificate, roots, signedAt);
    // X.509 knows no revocation here: the time in the file is the signer's word, and the signer leaked.
    const hasLeaked = revoked.some((each) => equal(each, certificateKey(certificate)));
    return hasLeaked ? failed(CHAIN, "sheet_key_revoked") : passed(CHAIN);
  } catch (fault) {
    isOneOf(fault, UntrustedCertificate);
    return failed(CHAIN, fault.reason);
  }
};
