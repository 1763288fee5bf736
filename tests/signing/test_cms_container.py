"""The container that is put together is the one that an encoder of its own makes."""

import pytest
from asn1crypto import cms  # type: ignore[import-untyped]

from signing.cms_container import ECDSA_P256, ED25519, Scheme, container, read_container, signed_attributes
from tests.signing.sample_forms import SHEET_CERTIFICATE
from tests.signing.sample_viewer import VIEWER


@pytest.mark.parametrize(
    ("certificate", "scheme", "digest_bytes", "signature_bytes"),
    [
        (SHEET_CERTIFICATE, ED25519, 64, 64),
        (VIEWER.certificate, ECDSA_P256, 32, 70),
        (VIEWER.certificate, ECDSA_P256, 32, 71),
        (VIEWER.certificate, ECDSA_P256, 32, 72),
    ],
)
def test_a_container_reads_back_and_encodes_again_to_the_same_bytes(
    certificate: bytes, scheme: Scheme, digest_bytes: int, signature_bytes: int
) -> None:
    for fill in (0x00, 0x5A, 0xFF):
        digest, signature = bytes([fill]) * digest_bytes, bytes([fill ^ 1]) * signature_bytes
        made = container(certificate, digest, signature, scheme)
        assert read_container(made) == (certificate, signature)
        content = cms.ContentInfo.load(made, strict=True)
        (signer,) = content["content"]["signer_infos"]
        attributes = {each["type"].native: each["values"].native[0] for each in signer["signed_attrs"]}
        assert attributes["message_digest"] == digest
        assert signer["signature_algorithm"]["algorithm"].native == scheme.algorithm
        assert signer["digest_algorithm"]["algorithm"].native == scheme.digest
        assert content.dump(force=True) == made
        # What is signed is the set of attributes, under the tag of a set (RFC 5652, section 5.4).
        tagged = signer["signed_attrs"].dump()
        assert signed_attributes(certificate, digest) == b"\x31" + tagged[1:]
