// The X.509 chain under the sheet's PDF signature: the province's root, and the sheet key it certifies.
// Source: RFC 5280; RFC 8410 (Ed25519 in X.509); RFC 9336 (document signing as a key purpose).

import { base64, concat, equal, fromAscii, fromBase64, hex, utf8 } from "./bytes.js";
import * as der from "./der.js";
import { verify } from "./ed25519.js";
import { BadSignature, isOneOf, MalformedEncoding, MalformedTrust, UntrustedCertificate } from "./errors.js";
import { isPublicKey } from "./points.js";

const FILE = "root.pem";
const PEM = /-----BEGIN CERTIFICATE-----\n([A-Za-z0-9+/=\n]+)-----END CERTIFICATE-----\n/g;
const ALGORITHM = concat(Uint8Array.of(der.SEQUENCE, der.ED25519.length), der.ED25519);
const FOR_DOCUMENTS = der.element(der.SEQUENCE, der.DOCUMENT_SIGNING);

// What a certificate says, unverified. Raises UntrustedCertificate.
export const parseCertificate = (data) => {
  try {
    const whole = der.readElement(data);
    if (whole.whole.length !== data.length) throw new MalformedEncoding("der: trailing bytes");
    const [body, algorithm, signature] = der.childrenOf(whole, der.SEQUENCE);
    return { ...parseBody(body), signedPart: body.whole, algorithm: algorithm.whole, signature: bitsOf(signature), whole: data };
  } catch (fault) {
    isOneOf(fault, MalformedEncoding, TypeError);
    throw new UntrustedCertificate("certificate_unreadable");
  }
};

const parseBody = (body) => {
  const parts = der.childrenOf(body, der.SEQUENCE);
  const [version, serial, algorithm, issuer, validity, subject, key, ...rest] = parts;
  der.contentOf(version, der.CONTEXT(0));
  der.contentOf(serial, der.INTEGER);
  const [from, until] = der.childrenOf(validity, der.SEQUENCE).map(momentOf);
  const [keyAlgorithm, keyBits] = der.childrenOf(key, der.SEQUENCE);
  return {
    serial: serial.whole,
    innerAlgorithm: algorithm.whole,
    issuer: issuer.whole,
    subject: subject.whole,
    from,
    until,
    keyAlgorithm: keyAlgorithm.whole,
    publicKey: bitsOf(keyBits),
    extensions: rest.filter((each) => each.tag === der.CONTEXT(3)).flatMap(readExtensions),
  };
};

const readExtensions = (element) => {
  const [list] = der.readElements(element.content);
  return der.childrenOf(list, der.SEQUENCE).map((each) => {
    const parts = der.childrenOf(each, der.SEQUENCE);
    return { oid: parts[0].whole, value: der.contentOf(parts.at(-1), der.OCTET_STRING) };
  });
};

const bitsOf = (element) => {
  const content = der.contentOf(element, der.BIT_STRING);
  if (content[0] !== 0) throw new MalformedEncoding("der: spare bits");
  return content.subarray(1);
};

const momentOf = (element) => {
  const text = fromAscii(element.content);
  const digits = element.tag === der.UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const match = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
  if (match === null || ![der.UTC_TIME, der.GENERALIZED_TIME].includes(element.tag)) throw new MalformedEncoding("time");
  const [year, month, ...rest] = match.slice(1).map(Number);
  return Date.UTC(year, month - 1, ...rest);
};

// The Ed25519 key that a certificate names, whoever issued it.
export const certificateKey = (certificate) => {
  if (!equal(certificate.keyAlgorithm, ALGORITHM)) throw new UntrustedCertificate("certificate_for_other_purpose");
  if (!isPublicKey(certificate.publicKey)) throw new UntrustedCertificate("certificate_unreadable");
  return certificate.publicKey;
};

// The roots in a PEM text, each once, in the one spelling that the register writes.
export const parseRoots = (pem) => {
  try {
    const roots = [...fromAscii(pem).matchAll(PEM)].map(([, text]) => parseCertificate(fromBase64(text.replaceAll("\n", ""))));
    const keys = new Set(roots.map((root) => hex(certificateKey(root))));
    const written = roots.map((root) => pemOf(root.whole)).join("");
    if (roots.length === 0 || keys.size !== roots.length || !equal(utf8(written), pem)) throw new MalformedEncoding(FILE);
    return roots;
  } catch (fault) {
    isOneOf(fault, MalformedEncoding, UntrustedCertificate);
    throw new MalformedTrust(FILE);
  }
};

const pemOf = (data) => {
  const lines = base64(data).replace(/.{64}(?=.)/g, "$&\n");
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
};

// Shows that one of the roots issued this certificate for sheets, and that it was valid at `moment`.
export const checkSheetCertificate = async (certificate, roots, moment) => {
  let root = null;
  for (const each of roots) {
    if (root === null && (await isIssuedBy(certificate, each)) && (await isIssuedBy(each, each))) root = each;
  }
  if (root === null) throw new UntrustedCertificate("not_issued_by_root");
  // The root also certifies a key for PDF viewers, which is no Ed25519 key.
  certificateKey(certificate);
  const [purposes, constraints] = [der.EXTENDED_KEY_USAGE, der.BASIC_CONSTRAINTS].map((wanted) =>
    certificate.extensions.filter((each) => equal(each.oid, wanted)),
  );
  const isForSheets =
    purposes.length === 1 && equal(purposes[0].value, FOR_DOCUMENTS) && constraints.length === 1 &&
    // An empty sequence: the certificate is no authority.
    equal(constraints[0].value, Uint8Array.of(der.SEQUENCE, 0));
  if (!isForSheets) throw new UntrustedCertificate("certificate_for_other_purpose");
  if ([certificate, root].some((each) => moment < each.from || moment > each.until)) {
    throw new UntrustedCertificate("certificate_not_valid_then");
  }
};

const isIssuedBy = async (certificate, issuer) => {
  const algorithms = [certificate.algorithm, certificate.innerAlgorithm];
  if (!equal(certificate.issuer, issuer.subject) || !algorithms.every((each) => equal(each, ALGORITHM))) return false;
  try {
    await verify(certificateKey(issuer), certificate.signedPart, certificate.signature);
    return true;
  } catch (fault) {
    isOneOf(fault, BadSignature, UntrustedCertificate);
    return false;
  }
};
