"""The chain of two certificates under a sheet."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID
from hypothesis import given
from hypothesis import strategies as st

from signing.certificates import (
    DOCUMENT_SIGNING,
    Subject,
    certificate_key,
    check_sheet_certificate,
    from_pem,
    issue_root,
    issue_sheet_certificate,
    to_pem,
)
from signing.errors import WrongKeyRole
from signing.form_errors import UntrustedCertificate
from signing.keys import KeyRole
from tests.signing.sample_forms import KEYS, NOW, ROOT, SHEET_CERTIFICATE

SUBJECT = Subject("示例", "示例省")
FROM, UNTIL = datetime(2025, 1, 1, tzinfo=UTC), datetime(2045, 1, 1, tzinfo=UTC)


def test_the_same_input_gives_the_same_certificates() -> None:
    again = issue_root(KEYS[KeyRole.ROOT], SUBJECT, valid_from=FROM, valid_until=UNTIL)
    assert again == issue_root(KEYS[KeyRole.ROOT], SUBJECT, valid_from=FROM, valid_until=UNTIL)
    assert again != issue_root(
        KEYS[KeyRole.ROOT], replace(SUBJECT, common_name="x"), valid_from=FROM, valid_until=UNTIL
    )


def test_the_chain_is_good_for_documents_and_nothing_else() -> None:
    check_sheet_certificate(SHEET_CERTIFICATE, [ROOT], NOW)
    assert certificate_key(SHEET_CERTIFICATE) == KEYS[KeyRole.SHEET].public
    read = x509.load_der_x509_certificate(SHEET_CERTIFICATE)
    assert list(read.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value) == [DOCUMENT_SIGNING]
    assert not read.extensions.get_extension_for_class(x509.BasicConstraints).value.ca


def test_only_the_root_key_issues() -> None:
    with pytest.raises(WrongKeyRole):
        issue_root(KEYS[KeyRole.SHEET], SUBJECT, valid_from=FROM, valid_until=UNTIL)
    with pytest.raises(WrongKeyRole):
        issue_sheet_certificate(
            KEYS[KeyRole.SHEET].public, SUBJECT, KEYS[KeyRole.LOG], ROOT, valid_from=FROM, valid_until=UNTIL
        )


@pytest.mark.parametrize("moment", [datetime(2024, 12, 31, tzinfo=UTC), datetime(2045, 1, 2, tzinfo=UTC)])
def test_outside_its_time_it_is_refused(moment: datetime) -> None:
    with pytest.raises(UntrustedCertificate) as caught:
        check_sheet_certificate(SHEET_CERTIFICATE, [ROOT], moment)
    assert caught.value.reason == "certificate_not_valid_then"


def test_a_changed_byte_of_the_certificate_is_noticed() -> None:
    for place in range(len(SHEET_CERTIFICATE)):
        altered = bytearray(SHEET_CERTIFICATE)
        altered[place] ^= 1 if place % 2 else 0x20
        with pytest.raises(UntrustedCertificate):
            check_sheet_certificate(bytes(altered), [ROOT], NOW)


def test_a_certificate_of_another_kind_of_key_is_refused() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = SUBJECT.name()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .sign(key, SHA256())
        .public_bytes(Encoding.DER)
    )
    with pytest.raises(UntrustedCertificate):
        certificate_key(certificate)
    with pytest.raises(UntrustedCertificate):
        check_sheet_certificate(certificate, [ROOT], NOW)


@pytest.mark.parametrize(
    "purposes", [[ExtendedKeyUsageOID.CODE_SIGNING], [DOCUMENT_SIGNING, ExtendedKeyUsageOID.CLIENT_AUTH]]
)
def test_a_certificate_of_the_root_for_another_purpose_signs_no_sheet(
    purposes: list[x509.ObjectIdentifier],
) -> None:
    root = x509.load_der_x509_certificate(ROOT)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(SUBJECT.name())
        .issuer_name(root.subject)
        .public_key(Ed25519PublicKey.from_public_bytes(KEYS[KeyRole.SHEET].public))
        .serial_number(7)
        .not_valid_before(FROM)
        .not_valid_after(UNTIL)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage(purposes), critical=True)
        .sign(Ed25519PrivateKey.from_private_bytes(bytes([list(KeyRole).index(KeyRole.ROOT)]) * 32), None)
    )
    with pytest.raises(UntrustedCertificate) as caught:
        check_sheet_certificate(certificate.public_bytes(Encoding.DER), [ROOT], NOW)
    assert caught.value.reason == "certificate_for_other_purpose"


def test_pem_is_read_back() -> None:
    assert from_pem(to_pem(ROOT)) == (ROOT,)


@given(st.binary(max_size=100))
def test_arbitrary_bytes_are_the_rooms_own_error(data: bytes) -> None:
    for read in (from_pem, certificate_key):
        with pytest.raises(UntrustedCertificate):
            read(data)
    with pytest.raises(UntrustedCertificate):
        check_sheet_certificate(data, [ROOT], NOW)
