"""Canonical RDF: the contexts are the published ones, nothing is fetched, nothing drops out unnoticed."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path

import pytest

import signing
from signing.credential import credential_body
from signing.encoding import Json
from signing.errors import MalformedEncoding
from signing.rdf import BADGE_CONTEXT, CONTEXT_FILES, VC_CONTEXT, canonical_rdf
from tests.signing import sample_forms as forms

CONTEXTS = Path(signing.__path__[0]) / "contexts"
CONTEXT: list[Json] = [VC_CONTEXT, BADGE_CONTEXT]
BARE: dict[str, Json] = {
    "@context": CONTEXT,
    "id": "https://skills.example/x",
    "type": ["VerifiableCredential", "OpenBadgeCredential"],
    "name": "示例",
}


def test_the_contexts_are_the_published_bytes() -> None:
    rows = re.findall(
        r"^\| `(\S+\.json)` \| (\S+) \| `([0-9a-f]{64})` \|", (CONTEXTS / "README.md").read_text(), re.M
    )
    assert {url: name for name, url, _ in rows} == dict(CONTEXT_FILES)
    assert {name for name, _, _ in rows} == {path.name for path in CONTEXTS.glob("*.json")}
    for name, _, digest in rows:
        assert sha256((CONTEXTS / name).read_bytes()).hexdigest() == digest


def test_what_is_said_becomes_statements() -> None:
    lines = canonical_rdf(BARE).decode().splitlines()
    assert '<https://skills.example/x> <https://schema.org/name> "示例" .' in lines
    assert len(lines) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"masterpiece": "x"},
        {"credentialSubject": {"type": ["AchievementSubject"], "masterpiece": "x"}},
        {"type": ["VerifiableCredential", "SkillCertificate"]},
        {"id": "certificates/1"},
        {"issuer": "register"},
        {"issuer": {"id": "register", "type": ["Profile"]}},
        {"evidence": [{"id": "", "type": ["Evidence"]}]},
    ],
)
def test_a_term_or_an_identifier_that_would_drop_out_is_an_error(change: dict[str, Json]) -> None:
    with pytest.raises(MalformedEncoding):
        canonical_rdf({**BARE, **change})


@pytest.mark.parametrize(
    "context",
    [
        [*CONTEXT, "https://skills.example/context.json"],
        [VC_CONTEXT, BADGE_CONTEXT.replace("3.0.3", "3.0.2")],
        ["file:///etc/passwd"],
        [{"@import": "https://skills.example/context.json"}],
        None,
        7,
    ],
)
def test_no_other_context_is_known_and_none_is_fetched(context: Json) -> None:
    with pytest.raises(MalformedEncoding):
        canonical_rdf({**BARE, "@context": context})


def test_what_json_ld_refuses_is_the_rooms_own_error() -> None:
    nested: Json = "x"
    for _ in range(5_000):
        nested = {"type": ["Profile"], "parentOrg": nested}
    for change in ({"id": 7}, {"type": 7}, {"@graph": 7}, {"issuer": nested}):
        with pytest.raises(MalformedEncoding):
            canonical_rdf({**BARE, **change})


def test_several_threads_get_the_same_bytes() -> None:
    body = credential_body(forms.statement())
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: canonical_rdf(body), range(40)))) == 1


def test_the_library_is_loaded_when_it_is_first_needed() -> None:
    """It takes a tenth of a second, which every command would pay."""
    program = "import sys, signing.verifier, registry.electronic; sys.exit('pyld' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0
