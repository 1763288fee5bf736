// The CMS container of a sheet's signature: one layout, written and read. Nothing but certificate and signature
// is read out of it: whoever checks writes the container again and compares.
// Source: RFC 5652 sections 5.1 and 5.4; RFC 8419 (Ed25519 in CMS); RFC 5035 section 3.

import { sha256 } from "./bytes.js";
import * as der from "./der.js";
import { isOneOf, MalformedEncoding } from "./errors.js";

const { element, SEQUENCE, SET, OCTET_STRING, CONTEXT } = der;
const NULL = Uint8Array.of(0x05, 0);
const VERSION_1 = Uint8Array.of(der.INTEGER, 1, 1);
const DIGEST_ALGORITHM = element(SEQUENCE, der.SHA512, NULL);

const attribute = (name, value) => element(SEQUENCE, name, element(SET, value));

// The attributes in the order that DER asks of a set: the shortest comes first.
const attributes = async (certificate, digest) => {
  const reference = element(SEQUENCE, element(OCTET_STRING, await sha256(certificate.whole)));
  return [
    attribute(der.CONTENT_TYPE, der.DATA),
    attribute(der.SIGNING_CERTIFICATE_V2, element(SEQUENCE, element(SEQUENCE, reference))),
    attribute(der.MESSAGE_DIGEST, element(OCTET_STRING, digest)),
  ];
};

// The DER that is signed: what was digested, and by whose certificate it is signed.
export const signedAttributes = async (certificate, digest) => element(SET, ...(await attributes(certificate, digest)));

// The container, detached from the content whose SHA-512 is `digest`.
export const writeContainer = async (certificate, digest, signature) => {
  const signer = element(
    SEQUENCE,
    VERSION_1,
    element(SEQUENCE, certificate.issuer, certificate.serial),
    DIGEST_ALGORITHM,
    element(CONTEXT(0), ...(await attributes(certificate, digest))),
    element(SEQUENCE, der.ED25519),
    element(OCTET_STRING, signature),
  );
  const signedData = element(
    SEQUENCE,
    VERSION_1,
    element(SET, DIGEST_ALGORITHM),
    element(SEQUENCE, der.DATA),
    element(CONTEXT(0), certificate.whole),
    element(SET, signer),
  );
  return element(SEQUENCE, der.SIGNED_DATA, element(CONTEXT(0), signedData));
};

// The bytes of the certificate, and the signature; what stands behind the container is padding.
export const readContainer = (data) => {
  try {
    const [, content] = der.childrenOf(der.readElement(data), SEQUENCE);
    const [signedData] = der.childrenOf(content, CONTEXT(0));
    const parts = der.childrenOf(signedData, SEQUENCE);
    const [certificate] = der.childrenOf(parts[3], CONTEXT(0));
    const [signer] = der.childrenOf(parts[4], SET);
    const signature = der.contentOf(der.childrenOf(signer, SEQUENCE)[5], OCTET_STRING);
    return { certificate: certificate.whole, signature };
  } catch (fault) {
    isOneOf(fault, MalformedEncoding, TypeError);
    throw new MalformedEncoding("cms");
  }
};
