"""The X.509 chain under the sheet's PDF signature: the province's root, and the sheet key it certifies.

A closed chain of two: the root certificate is handed out in the trust folder and built into nobody's
viewer; the sheet certificate travels in each PDF. Keys sign through `SigningKey.sign`, so a KMS can stand
behind them, and Ed25519 makes the same certificate from the same input.

Source: RFC 5280; RFC 8410 (Ed25519 in X.509); RFC 9336 (document signing as a key purpose);
RFC 9608 (no revocation information available).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import NoReturn

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.x509.oid import NameOID

from signing.form_errors import UntrustedCertificate
from signing.keys import KeyRole, SigningKey
from signing.points import is_public_key

_SIGNATURE_START = b"\x03\x41\x00"
DOCUMENT_SIGNING = x509.ObjectIdentifier("1.3.6.1.5.5.7.3.36")

# Whether a key leaked is told by the trust folder, and by no list or responder that a validator could ask.
_NO_REVOCATION_AVAILABLE = x509.UnrecognizedExtension(x509.ObjectIdentifier("2.5.29.56"), b"\x05\x00")


@dataclass(frozen=True)
class Subject:
    """Whom a certificate names."""

    common_name: str
    organisation: str

    def name(self) -> x509.Name:
        """As an X.509 name."""
        return x509.Name(
            [
                x509.NameAttribute(NameOID.ORGANIZATION_NAME, self.organisation),
                x509.NameAttribute(NameOID.COMMON_NAME, self.common_name),
            ]
        )


def issue_root(root: SigningKey, subject: Subject, *, valid_from: datetime, valid_until: datetime) -> bytes:
    """The root's self-signed certificate as DER."""
    name, public = subject.name(), root.require(KeyRole.ROOT).public
    key = Ed25519PublicKey.from_public_bytes(public)
    builder = _builder(name, name, key, public, (valid_from, valid_until))
    authority = builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
    return _sign(authority.add_extension(_usage(authority=True), critical=True), root)


def issue_sheet_certificate(
    sheet_public: bytes,
    subject: Subject,
    root: SigningKey,
    root_certificate: bytes,
    *,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """The certificate of a sheet key, for signing documents and nothing else, as DER."""
    key = Ed25519PublicKey.from_public_bytes(sheet_public)
    return _document_certificate(
        key, sheet_public, subject, root, root_certificate, (valid_from, valid_until)
    )


def issue_viewer_certificate(
    viewer_public: bytes,
    subject: Subject,
    root: SigningKey,
    root_certificate: bytes,
    *,
    valid_from: datetime,
    valid_until: datetime,
) -> bytes:
    """The certificate of the P-256 key that signs for viewers, whose public point is `viewer_public`."""
    key = EllipticCurvePublicKey.from_encoded_point(SECP256R1(), viewer_public)
    return _document_certificate(
        key, viewer_public, subject, root, root_certificate, (valid_from, valid_until)
    )


def to_pem(der: bytes) -> bytes:
    """A certificate as the text of `root.pem`."""
    return x509.load_der_x509_certificate(der).public_bytes(serialization.Encoding.PEM)


def from_pem(pem: bytes) -> tuple[bytes, ...]:
    """The DER of each certificate in a PEM text: at least one, each once, as `to_pem` writes them.

    Raises: UntrustedCertificate.
    """
    try:
        found = x509.load_pem_x509_certificates(pem)
    except (ValueError, x509.InvalidVersion) as fault:
        raise UntrustedCertificate("root_unreadable") from fault
    # The root's key verifies what it issued without passing through `signing.keys`.
    ders = tuple(each.public_bytes(serialization.Encoding.DER) for each in found)
    if b"".join(map(to_pem, ders)) != pem or len(set(map(certificate_key, ders))) != len(ders):
        raise UntrustedCertificate("root_unreadable")
    return ders


def one_from_pem(pem: bytes) -> bytes:
    """The DER of the one certificate in a PEM text, whatever its key. Raises: UntrustedCertificate."""
    try:
        return x509.load_pem_x509_certificate(pem).public_bytes(serialization.Encoding.DER)
    except (ValueError, x509.InvalidVersion) as fault:
        raise UntrustedCertificate("certificate_unreadable") from fault


def certificate_key(der: bytes) -> bytes:
    """The Ed25519 key that a certificate names, whoever issued it. Raises: UntrustedCertificate."""
    try:
        public = _load(der).public_key()
    except (ValueError, UnsupportedAlgorithm) as fault:
        raise UntrustedCertificate("certificate_unreadable") from fault
    if not isinstance(public, Ed25519PublicKey):
        raise UntrustedCertificate("certificate_for_other_purpose")
    raw = public.public_bytes_raw()
    if not is_public_key(raw):
        raise UntrustedCertificate("certificate_unreadable")
    return raw


def certificate_begins(der: bytes) -> datetime:
    """The moment from which a certificate is valid. Raises: UntrustedCertificate."""
    return _load(der).not_valid_before_utc


def check_sheet_certificate(der: bytes, roots: Sequence[bytes], moment: datetime) -> None:
    """Shows that one of the roots issued this certificate for sheets, and that it was valid at `moment`.

    There are several roots, as DER, after a rotation of the root. Raises: UntrustedCertificate.
    """
    certificate = _load(der)
    # The parser lets the signature's spare-bit count vary; one certificate has one spelling here.
    if not der.endswith(_SIGNATURE_START + certificate.signature):
        raise UntrustedCertificate("certificate_unreadable")
    root = next((each for each in map(_load, roots) if _issued(certificate, each)), None)
    if root is None:
        raise UntrustedCertificate("not_issued_by_root")
    # The root also certifies a key for PDF viewers, which is no Ed25519 key.
    certificate_key(der)
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
        constraints = certificate.extensions.get_extension_for_class(x509.BasicConstraints).value
    except (ValueError, x509.ExtensionNotFound, x509.DuplicateExtension) as fault:
        raise UntrustedCertificate("certificate_for_other_purpose") from fault
    if list(purposes) != [DOCUMENT_SIGNING] or constraints.ca:
        raise UntrustedCertificate("certificate_for_other_purpose")
    for each in (certificate, root):
        if not each.not_valid_before_utc <= moment <= each.not_valid_after_utc:
            raise UntrustedCertificate("certificate_not_valid_then")


def _issued(certificate: x509.Certificate, root: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(root)
        root.verify_directly_issued_by(root)
    except (InvalidSignature, TypeError, ValueError, UnsupportedAlgorithm):
        return False
    return True


def _load(der: bytes) -> x509.Certificate:
    try:
        return x509.load_der_x509_certificate(der)
    except (ValueError, x509.InvalidVersion) as fault:
        raise UntrustedCertificate("certificate_unreadable") from fault


def _document_certificate(
    key: Ed25519PublicKey | EllipticCurvePublicKey,
    public: bytes,
    subject: Subject,
    root: SigningKey,
    root_certificate: bytes,
    valid: tuple[datetime, datetime],
) -> bytes:
    issuer = x509.load_der_x509_certificate(root_certificate)
    builder = _builder(subject.name(), issuer.subject, key, public, valid)
    issuer_key = Ed25519PublicKey.from_public_bytes(root.require(KeyRole.ROOT).public)
    extensions: Iterable[tuple[x509.ExtensionType, bool]] = (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(authority=False), True),
        (x509.ExtendedKeyUsage([DOCUMENT_SIGNING]), True),
        (x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer_key), False),
        (_NO_REVOCATION_AVAILABLE, False),
    )
    for extension, critical in extensions:
        builder = builder.add_extension(extension, critical=critical)
    return _sign(builder, root)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    key: Ed25519PublicKey | EllipticCurvePublicKey,
    public: bytes,
    valid: tuple[datetime, datetime],
) -> x509.CertificateBuilder:
    # One root issues few certificates, so a serial from their content is unique, and repeatable.
    serial = sha256(b"skillcert/x509\0" + public + valid[0].isoformat().encode()).digest()[:16]
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(int.from_bytes(serial, "big") >> 1 | 1)
        .not_valid_before(valid[0])
        .not_valid_after(valid[1])
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key), critical=False)
    )


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not authority,
        content_commitment=not authority,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )


def _sign(builder: x509.CertificateBuilder, key: SigningKey) -> bytes:
    return builder.sign(_Delegate(key), None).public_bytes(serialization.Encoding.DER)


class _Delegate(Ed25519PrivateKey):
    """A `SigningKey` in the shape that the certificate builder wants; it can only sign."""

    def __init__(self, key: SigningKey) -> None:
        self._key = key

    def sign(self, data: object) -> bytes:
        return self._key.sign(bytes(data))  # type: ignore[call-overload]  # any buffer, as the interface says

    def public_key(self) -> Ed25519PublicKey:
        return Ed25519PublicKey.from_public_bytes(self._key.public)

    def private_bytes(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("the key stays where it is")

    def private_bytes_raw(self) -> NoReturn:
        raise TypeError("the key stays where it is")

    def __copy__(self) -> "_Delegate":
        return self

    def __deepcopy__(self, memo: object) -> "_Delegate":
        return self
