"""The CMS container of a sheet's signature: one layout, written and read.

signed attributes (DER set): content-type data, message-digest, signing-certificate-v2; no time, which stands
in the PDF in PAdES. The signature is over the DER of that set: Ed25519 with SHA-512, or for viewers ECDSA
with SHA-256. One certificate, no root.

Source: RFC 5652 sections 5.1 and 5.4; RFC 8419 (Ed25519 in CMS); RFC 5753 (ECDSA in CMS); RFC 5035 section 3;
ETSI EN 319 122-1.
"""

from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_256

from asn1crypto import cms, tsp, x509  # type: ignore[import-untyped]

from signing.errors import MalformedEncoding

# The room that the file reserves for a container.
CONTAINER_BYTES = 2048


@dataclass(frozen=True)
class Scheme:
    """The digest of the file and the algorithm of the signature, as the parser names them."""

    digest: str
    algorithm: str


ED25519 = Scheme("sha512", "ed25519")
ECDSA_P256 = Scheme("sha256", "sha256_ecdsa")


def signed_attributes(certificate: bytes, digest: bytes) -> bytes:
    """The DER that is signed: what was digested, and by whose certificate it is signed."""
    before, after = _attributes_around(certificate, len(digest))
    return before + digest + after


def container(certificate: bytes, digest: bytes, signature: bytes, scheme: Scheme = ED25519) -> bytes:
    """The CMS SignedData as DER, detached from the content whose digest is `digest`."""
    start, middle, end = _container_around(certificate, len(digest), len(signature), scheme)
    return start + digest + middle + signature + end


def read_container(data: bytes) -> tuple[bytes, bytes]:
    """The certificate and the signature in a container; trailing zeros are padding.

    Nothing else is read: whoever checks rebuilds the container and compares.
    Raises: MalformedEncoding.
    """
    try:
        content = cms.ContentInfo.load(data)["content"]
        certificate: bytes = content["certificates"][0].chosen.dump()
        signature: bytes = content["signer_infos"][0]["signature"].native
        x509.Certificate.load(certificate).serial_number  # noqa: B018  # reading parses it
    except (ValueError, TypeError, KeyError, IndexError, AttributeError) as fault:
        # The parser is lazy and meets nonsense in all of these ways.
        raise MalformedEncoding("cms") from fault
    if not isinstance(signature, bytes):
        raise MalformedEncoding("cms")
    return certificate, signature


# All but digest and signature is the same for every sheet of a certificate, and takes long to encode: it is
# encoded once around stand-ins of the same length, which are then cut out.


@lru_cache(maxsize=16)
def _attributes_around(certificate: bytes, digest_bytes: int) -> tuple[bytes, bytes]:
    digest = _stand_in(b"digest", digest_bytes)
    before, after = _attributes(x509.Certificate.load(certificate), digest).dump().split(digest)
    return before, after


@lru_cache(maxsize=64)
def _container_around(
    certificate: bytes, digest_bytes: int, signature_bytes: int, scheme: Scheme
) -> tuple[bytes, bytes, bytes]:
    digest, signature = _stand_in(b"digest", digest_bytes), _stand_in(b"signature", signature_bytes)
    encoded = _encoded_container(x509.Certificate.load(certificate), digest, signature, scheme)
    start, rest = encoded.split(digest)
    middle, end = rest.split(signature)
    return start, middle, end


def _stand_in(what: bytes, length: int) -> bytes:
    return shake_256(what).digest(length)


def _encoded_container(signer: x509.Certificate, digest: bytes, signature: bytes, scheme: Scheme) -> bytes:
    digested_with = {"algorithm": scheme.digest}
    signer_info = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": signer.issuer, "serial_number": signer.serial_number}
                )
            }
        ),
        "digest_algorithm": digested_with,
        "signed_attrs": _attributes(signer, digest),
        "signature_algorithm": {"algorithm": scheme.algorithm},
        "signature": signature,
    }
    signed_data = {
        "version": "v1",
        "digest_algorithms": [digested_with],
        "encap_content_info": {"content_type": "data"},
        "certificates": [cms.CertificateChoices(name="certificate", value=signer)],
        "signer_infos": [signer_info],
    }
    whole = cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(signed_data)})
    encoded: bytes = whole.dump()
    return encoded


def _attributes(certificate: x509.Certificate, digest: bytes) -> cms.CMSAttributes:
    reference = tsp.SigningCertificateV2({"certs": [tsp.ESSCertIDv2({"cert_hash": certificate.sha256})]})
    return cms.CMSAttributes(
        [
            cms.CMSAttribute({"type": "content_type", "values": ["data"]}),
            cms.CMSAttribute({"type": "message_digest", "values": [digest]}),
            cms.CMSAttribute({"type": "signing_certificate_v2", "values": [reference]}),
        ]
    )
