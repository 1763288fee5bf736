"""A proof over statements is accepted for one text only, and a stranger's graph is never canonicalized."""

import json
from collections.abc import Callable
from dataclasses import replace
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.credential import build_credential, credential_body, parse_credential
from signing.credential_shape import require_shape
from signing.data_integrity import RDFC
from signing.encoding import Json, canonical_json
from signing.errors import SigningError
from signing.form_errors import MalformedCredential
from signing.keys import KeyRole
from signing.outcomes import Outcome
from signing.rdf import canonical_rdf
from signing.report import Conclusion, FormKind
from signing.verifier import verify
from tests.signing import sample_forms as forms

KEY = forms.KEYS[KeyRole.CREDENTIAL]
HONEST = build_credential(forms.statement(), KEY, RDFC)
VOCABULARY = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#"


def _document() -> Any:
    return json.loads(HONEST)


def _statements(document: Any) -> bytes:
    return canonical_rdf({name: value for name, value in document.items() if name != "proof"})


@pytest.mark.parametrize(
    "record",
    [
        forms.RECORD,
        replace(forms.RECORD, job="电工（高压）"),
        replace(forms.RECORD, id_type="208", id_number="AB1234567"),
        replace(forms.RECORD, name='示例·"引号"\\反斜线'),
    ],
    ids=["plain", "job", "passport", "escapes"],
)
def test_what_is_signed_has_the_shape_and_is_read_back(record: Any) -> None:
    sample = forms.statement(record)
    signed = build_credential(sample, KEY, RDFC)
    read = parse_credential(signed)
    assert read.fields["name"] == record.name
    assert {**read.document, "proof": None} == {**credential_body(sample), "proof": None}
    proof = read.document["proof"]
    assert isinstance(proof, dict)
    assert (proof["cryptosuite"], "@context" in proof) == ("eddsa-rdfc-2022", False)
    assert verify(signed, forms.trust(), forms.NOW).conclusion is Conclusion.AUTHENTIC_AND_IN_FORCE


def test_the_same_statement_gives_the_same_bytes() -> None:
    assert build_credential(forms.statement(), KEY, RDFC) == HONEST


def test_the_step_says_which_suite_signed() -> None:
    trust = forms.trust()
    for data, suite in ((HONEST, "eddsa-rdfc-2022"), (forms.forms().credential, "eddsa-jcs-2022")):
        steps = {step.name: step for step in verify(data, trust, forms.NOW).steps}
        assert steps["credential_signed"].detail == {"suite": suite}


def _swap(*path: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        values = _at(document, path)
        values.reverse()

    return change


def _set(value: Json, *path: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        _at(document, path[:-1])[path[-1]] = value

    return change


def _rename(name: str, *path: str | int) -> Callable[[Any], None]:
    def change(document: Any) -> None:
        parent = _at(document, path[:-1])
        parent[name] = parent.pop(path[-1])

    return change


def _at(document: Any, path: tuple[str | int, ...]) -> Any:
    for step in path:
        document = document[step]
    return document


# Each makes exactly the honest statements, so the honest signature holds for it.
OTHER_TEXTS: dict[str, Callable[[Any], None]] = {
    "name and identity hash change places": _swap("credentialSubject", "identifier"),
    "lists change places": _swap("credentialStatus"),
    "types change places": _swap("type"),
    "a truth as text": _set("true", "credentialSubject", "identifier", 1, "hashed"),
    "a type without its list": _set("Profile", "issuer", "type"),
    "a type in a list": _set(["IdentityObject"], "credentialSubject", "identifier", 0, "type"),
    "a type by its address": _set(VOCABULARY + "Profile", "issuer", "type", 0),
    "a type twice": _set(["Profile", "Profile"], "issuer", "type"),
    "a set in a list": _set([{"@set": ["S000043990001253000001"]}], "credentialSubject", "licenseNumber"),
    "a value in an object": _set({"@value": "S000043990001253000001"}, "credentialSubject", "licenseNumber"),
    "a name by its address": _rename(VOCABULARY + "licenseNumber", "credentialSubject", "licenseNumber"),
    "an identifier by its keyword": _rename("@id", "issuer", "id"),
    "a type by its keyword": _rename("@type", "issuer", "type"),
    "nothing more": _set(None, "image"),
    "an empty list more": _set([], "endorsement"),
    "an index": _set("x", "issuer", "@index"),
}


@pytest.mark.parametrize("change", OTHER_TEXTS.values(), ids=OTHER_TEXTS)
def test_another_text_of_the_same_statements_is_refused(change: Callable[[Any], None]) -> None:
    document = _document()
    change(document)
    assert document != _document()
    assert _statements(document) == _statements(_document())
    report = verify(canonical_json(document), forms.trust(), forms.NOW)
    assert (report.kind, report.conclusion) == (FormKind.CREDENTIAL, Conclusion.NOT_AUTHENTIC)
    with pytest.raises(MalformedCredential):
        parse_credential(canonical_json(document))


@pytest.mark.parametrize(
    "address",
    [
        "https://skills.example/x> <https://schema.org/name> <https://x",
        "https://skills.example/x y",
        "https://skills.example/x\n",
        "_:b0",
        "skills.example",
        "",
    ],
)
def test_an_address_that_could_end_early_or_name_a_blank_node_is_refused(address: str) -> None:
    document = _document()
    document["evidence"][0]["id"] = address
    with pytest.raises(MalformedCredential):
        require_shape(document)


def _clique(size: int) -> list[Json]:
    """Blank nodes that all point at each other: none can be told from another."""
    return [
        {"id": f"_:n{one}", "type": ["Profile"], "parentOrg": [{"id": f"_:n{two}"} for two in range(size)]}
        for one in range(size)
    ]


def _poison(document: Any) -> None:
    document["endorsement"] = [{"type": ["EndorsementCredential"], "issuer": each} for each in _clique(24)]


def _poison_inside(document: Any) -> None:
    document["credentialSubject"]["source"]["parentOrg"] = _clique(24)


def _poison_by_name(document: Any) -> None:
    document["credentialSubject"]["identifier"] = [{"type": "IdentityObject"}] * 400


@pytest.mark.parametrize("poison", [_poison, _poison_inside, _poison_by_name])
def test_a_poisoned_graph_is_refused_before_it_is_canonicalized(poison: Callable[[Any], None]) -> None:
    """Canonicalizing any of these would not end in a lifetime, or take seconds."""
    document = _document()
    poison(document)
    data, trust = canonical_json(document), forms.trust()
    started = process_time()
    report = verify(data, trust, forms.NOW)
    assert process_time() - started < 1
    assert report.conclusion is Conclusion.NOT_AUTHENTIC
    assert report.steps[0].outcome is Outcome.FAILED


def test_the_longest_credential_that_is_read_is_canonicalized_in_bounded_time() -> None:
    document = _document()
    document["evidence"][0]["narrative"] = '"\\\n示' * 25_000
    data, trust = canonical_json(document), forms.trust()
    assert (1 << 17) < len(data) < (1 << 18)
    started = process_time()
    report = verify(data, trust, forms.NOW)
    assert process_time() - started < 2
    assert {step.name: step.reason for step in report.steps}["credential_signed"] == "bad_signature"


def _leaves(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in _leaves(each, (*path, name))]
    if isinstance(value, list):
        return [leaf for at, each in enumerate(value) for leaf in _leaves(each, (*path, at))]
    return [path]


@pytest.mark.parametrize("path", _leaves(_document()), ids=lambda path: "/".join(map(str, path)))
def test_every_value_is_signed(path: tuple[str | int, ...]) -> None:
    """A value that RDF let drop out could be anything under a good signature."""
    document = _document()
    value = _at(document, path)
    _set(not value if isinstance(value, bool) else value + "x", *path)(document)
    report = verify(canonical_json(document), forms.trust(), forms.NOW)
    assert report.signed is Outcome.FAILED


@given(
    st.sampled_from([path[:length] for path in _leaves(_document()) for length in range(1, len(path) + 1)]),
    st.one_of(
        st.none(), st.booleans(), st.text(max_size=3), st.just([]), st.just({}), st.just({"@value": "x"})
    ),
)
def test_any_value_in_any_place_is_refused_by_the_rooms_own_error(
    path: tuple[str | int, ...], value: Json
) -> None:
    document = _document()
    if _at(document, path) == value:
        return
    _set(value, *path)(document)
    report = verify(canonical_json(document), forms.trust(), forms.NOW)
    assert report.signed in (Outcome.FAILED, Outcome.NOT_CHECKED)
    try:
        require_shape(document)
    except SigningError:
        return
