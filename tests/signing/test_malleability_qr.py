"""The QR text and its COSE token have one spelling."""

import base64
from collections.abc import Callable

import pytest

from signing import cbor
from signing.encoding import (
    b64url_decode,
    b64url_encode,
)
from signing.errors import SigningError
from signing.keys import KeyRole
from signing.qr import parse_qr_text
from tests.signing import sample_forms as forms
from tests.signing.mutations import (
    Case,
    Change,
    Form,
    cases_of,
    plus_order,
    put,
    spare_bits,
    swap,
)

QR_KEY = forms.KEYS[KeyRole.QR]
SAMPLE = forms.statement()

QR_TEXT = forms.make_qr_text(SAMPLE, forms.FORM_KEYS)
TOKEN = b64url_decode(QR_TEXT.partition("#")[2])


def _qr(data: bytes) -> object:
    token = parse_qr_text(data.decode("ascii", "surrogateescape"))
    token.check(QR_KEY.public)
    if not token.names_its_address or token.issuer != forms.DID:
        raise SigningError
    return token


def _token(change: Change) -> Change:
    return lambda data: data.partition(b"#")[0] + b"#" + b64url_encode(change(TOKEN)).encode()


def _parts() -> tuple[bytes, bytes, bytes]:
    value = cbor.decode(TOKEN)
    assert isinstance(value, cbor.Tagged)
    match value.value:
        case [bytes() as protected, dict(), bytes() as payload, bytes() as signature]:
            return protected, payload, signature
    raise AssertionError


def _remade(protected: bytes, payload: bytes) -> Change:
    """A token over these bytes, signed by the right key."""
    signature = QR_KEY.sign(cbor.encode(["Signature1", protected, b"", payload]))
    return _token(lambda _: cbor.encode(cbor.Tagged(18, [protected, {}, payload, signature])))


def _claims(finish: Callable[[list[bytes]], bytes]) -> Change:
    """The claims written otherwise: `finish` gets each key with its value, encoded."""
    protected, payload, _ = _parts()
    claims = cbor.decode(payload)
    assert isinstance(claims, dict)
    return _remade(protected, finish([cbor.encode(key) + cbor.encode(claims[key]) for key in claims]))


def _header(content: dict[cbor.Cbor, cbor.Cbor]) -> Change:
    return _remade(cbor.encode(content), _parts()[1])


_KID = bytes.fromhex(QR_KEY.key_id)
QR = Form(
    "qr",
    QR_TEXT.encode(),
    _qr,
    {
        "padding": put(suffix=b"="),
        "spare bits": lambda data: data.partition(b"#")[0] + b"#" + spare_bits(b64url_encode(TOKEN)).encode(),
        "the other alphabet": lambda data: (
            data.partition(b"#")[0] + b"#" + base64.b64encode(TOKEN).rstrip(b"=").replace(b"A", b"+", 1)
        ),
        "space": put(suffix=b" "),
        "newline": put(suffix=b"\n"),
        "escaped": swap(b"#", b"#%41"),
        "fragment twice": swap(b"#", b"##"),
        "host in capitals": swap(b"skills", b"SKILLS"),
        "port spelled out": swap(b"skills.example", b"skills.example:443"),
        "port with a zero": swap(b"skills.example", b"skills.example:0443"),
        "user before the host": swap(b"https://", b"https://x@"),
        "slash more": swap(b"/q/", b"//q/"),
        "query": swap(b"#", b"?x=1#"),
        "ref with spare bits": lambda data: data.replace(
            SAMPLE.ref.encode(), spare_bits(SAMPLE.ref).encode()
        ),
        "ref of another": lambda data: data.replace(SAMPLE.ref.encode(), b"A" * 22),
        "trailing byte": _token(lambda it: it + b"\x00"),
        "no tag": _token(lambda it: it[1:]),
        "long tag": _token(lambda it: b"\xd8\x12" + it[1:]),
        "two tags": _token(lambda it: b"\xd2" + it),
        "list of no stated length": _token(lambda it: it[:1] + b"\x9f" + it[2:] + b"\xff"),
        "long list head": _token(lambda it: it[:1] + b"\x98\x04" + it[2:]),
        "long signature head": _token(lambda it: it[:-66] + b"\x59\x00\x40" + it[-64:]),
        "unprotected header": _token(swap(b"\xa0\x58", b"\xa1\x01\x27\x58")),
        "unprotected header of no stated length": _token(swap(b"\xa0\x58", b"\xbf\xff\x58")),
        "signature S + L": _token(lambda it: it[:-64] + plus_order(it[-64:])),
        "signature of 63 bytes": _token(lambda it: it[:-66] + b"\x58\x3f" + it[-64:-1]),
        "claims of no stated length": _claims(lambda it: b"\xbf" + b"".join(it) + b"\xff"),
        "claims with a long head": _claims(lambda it: b"\xb8\x04" + b"".join(it)),
        "claims in another order": _claims(lambda it: b"\xa4" + b"".join(it[::-1])),
        "claim doubled": _claims(lambda it: b"\xa5" + b"".join(it) + it[-1]),
        "claim left out": _claims(lambda it: b"\xa3" + b"".join(it[:2] + it[3:])),
        "unknown claim": _claims(lambda it: b"\xa5" + b"".join([*it[:3], cbor.encode(8) + b"\x00", it[3]])),
        "long key": _claims(lambda it: b"\xa4\x18\x01" + it[0][1:] + b"".join(it[1:])),
        "bytes behind the claims": _claims(lambda it: b"\xa4" + b"".join(it) + b"\x00"),
        "time as a float": _claims(lambda it: b"\xa4" + it[0] + b"\x06\xfb" + bytes(8) + it[2] + it[3]),
        "time as a flag": _claims(lambda it: b"\xa4" + it[0] + b"\x06\xf5" + it[2] + it[3]),
        "header: other type": _header({1: -8, 4: _KID, 16: "other"}),
        "header: unknown label": _header({1: -8, 4: _KID, 5: b"", 16: "skillcert-qr"}),
        "header: other algorithm": _header({1: -7, 4: _KID, 16: "skillcert-qr"}),
        "header: long key id": _header({1: -8, 4: _KID + b"\x00", 16: "skillcert-qr"}),
        "header: empty": _remade(b"", _parts()[1]),
    },
)


@pytest.mark.parametrize("case", cases_of([QR]), ids=str)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()
