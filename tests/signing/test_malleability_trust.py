"""The files of the trust folder, and the sheet certificate, have one spelling each."""

import pytest

from signing.certificates import check_sheet_certificate, from_pem
from signing.keys import KeyRole
from signing.notes import ED25519_TYPE, VerifierKey
from signing.trust import trust_from_files
from tests.signing import sample_forms as forms
from tests.signing.mutations import Case, Change, Form, cases_of, plus_order, put, swap

LOG_KEY = VerifierKey(forms.LOG, ED25519_TYPE, forms.KEYS[KeyRole.LOG].public)


def _in_folder(name: str, honest: bytes, mutations: dict[str, Change]) -> Form:
    files = forms.trust_files()
    return Form(f"trust/{name}", honest, lambda data: trust_from_files({**files, name: data}), mutations)


LINES: dict[str, Change] = {
    "byte order mark": put(b"\xef\xbb\xbf"),
    "carriage return": lambda data: data.rstrip(b"\n") + b"\r\n",
    "space before": put(b" "),
    "space behind": lambda data: data.rstrip(b"\n") + b" \n",
    "form feed": lambda data: data.rstrip(b"\n") + b"\x0c" + data,
    "line separator": lambda data: data.rstrip(b"\n") + "\u2028".encode() + data,
    "not UTF-8": put(b"\xff"),
    "doubled": lambda data: data.rstrip(b"\n") + b"\n" + data,
}
TRUST = [
    _in_folder("log.vkey", f"# ours\n{LOG_KEY}\n".encode(), LINES),
    _in_folder(
        "witnesses",
        f"quorum 1\n{forms.WITNESS}\n".encode(),
        {
            **LINES,
            "quorum with a zero": swap(b"quorum 1", b"quorum 01"),
            "quorum with a sign": swap(b"quorum 1", b"quorum +1"),
            "quorum in wide digits": swap(b"quorum 1", "quorum １"),
            "quorum below zero": swap(b"quorum 1", b"quorum -1"),
            "quorum with two spaces": swap(b"quorum 1", b"quorum  1"),
            "quorum out of reach": swap(b"quorum 1", b"quorum 2"),
            "quorum twice": swap(b"quorum 1", b"quorum 1\nquorum 0"),
            "quorum behind": lambda data: f"{forms.WITNESS}\nquorum 1\n".encode(),
            "a log's key": lambda data: f"quorum 1\n{LOG_KEY}\n".encode(),
        },
    ),
    Form(
        "root.pem",
        forms.trust_files()["root.pem"],
        from_pem,
        {
            "text before": put(b"text\n"),
            "text behind": put(suffix=b"text\n"),
            "a certificate twice": lambda data: data + data,
            "carriage returns": lambda data: data.replace(b"\n", b"\r\n"),
            "lines joined": lambda data: data.replace(b"\n", b"", 3).replace(b"-----MII", b"-----\nMII"),
            "space in a line": swap(b"MII", b"MI I"),
            "byte order mark": put(b"\xef\xbb\xbf"),
        },
    ),
    Form(
        "sheet certificate",
        forms.SHEET_CERTIFICATE,
        lambda data: check_sheet_certificate(data, [forms.ROOT], forms.NOW),
        {
            "trailing byte": put(suffix=b"\x00"),
            "long length": lambda data: data[:1] + b"\x83\x00" + data[2:],
            "signature S + L": lambda data: data[:-64] + plus_order(data[-64:]),
            "spare bits of the signature": lambda data: data[:-65] + b"\x01" + data[-64:],
        },
    ),
]


@pytest.mark.parametrize("case", cases_of([*TRUST]), ids=str)
def test_another_spelling_is_refused(case: Case) -> None:
    case.is_refused()
