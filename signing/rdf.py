"""The canonical RDF of a JSON-LD document, with the contexts that lie here and no others.

A term that no context defines would silently drop out of what is signed, and a relative identifier would be
completed by each program in its own way: both are errors. Nothing is ever fetched. The library is loaded when
it is first needed, because most of what the register does needs no RDF.

Canonicalizing takes exponential time for graphs built to that end ("poison graphs"), and several JSON texts
have the same RDF. So a stranger's document comes here only once its shape is known: see
`signing.credential_shape`.

Source: W3C RDF Dataset Canonicalization 1.0 (RDFC-1.0); JSON-LD 1.1 Processing Algorithms and API.
"""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from threading import Lock
from types import MappingProxyType
from typing import Any, Final, NoReturn

from signing.encoding import Json
from signing.errors import MalformedEncoding

VC_CONTEXT: Final = "https://www.w3.org/ns/credentials/v2"
BADGE_CONTEXT: Final = "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"
CONTEXT_FILES: Mapping[str, str] = MappingProxyType(
    {VC_CONTEXT: "credentials-v2.json", BADGE_CONTEXT: "open-badges-3.0.3.json"}
)
# What the library resolves relative identifiers against, so that they can be told.
_BASE: Final = "relative://identifier/"
_NONE: Mapping[str, Json] = MappingProxyType({})
# The library keeps processed contexts in caches that are not made for several threads.
_ONE_AT_A_TIME = Lock()


def canonical_rdf(document: Mapping[str, Json], more_contexts: Mapping[str, Json] = _NONE) -> bytes:
    """The canonical N-Quads of a document. `more_contexts` are known by address beside the two kept here.

    Raises: MalformedEncoding for what JSON-LD refuses, an undefined term, or a context that is not known.
    """
    from pyld import jsonld  # type: ignore[import-untyped]

    def load(url: str, _: object) -> dict[str, Any]:
        if url in CONTEXT_FILES:
            # The tag keeps the processed context for the life of the process.
            return {"contextUrl": None, "documentUrl": url, "document": _context(url), "tag": "static"}
        if url in more_contexts:
            return {"contextUrl": None, "documentUrl": url, "document": more_contexts[url]}
        raise MalformedEncoding("context")

    processor = jsonld.JsonLdProcessor(on_property_dropped=_refuse_term)
    try:
        with _ONE_AT_A_TIME:
            options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": load}
            expanded = processor.expand(dict(document), {"base": _BASE, "documentLoader": load})
            _require_absolute(expanded)
            quads: str = processor.normalize(expanded, options)
    except (jsonld.JsonLdError, RecursionError) as fault:
        raise MalformedEncoding("JSON-LD") from fault
    return quads.encode()


@cache
def _context(url: str) -> Json:
    data: Json = json.loads(files("signing.contexts").joinpath(CONTEXT_FILES[url]).read_bytes())
    return data


def _refuse_term(_: object) -> NoReturn:
    raise MalformedEncoding("undefined term")


def _require_absolute(expanded: Json) -> None:
    """A type that no context defines is a relative identifier too, and should not mean anything by chance."""
    if isinstance(expanded, list):
        for each in expanded:
            _require_absolute(each)
    elif isinstance(expanded, dict):
        named = expanded.get("@type", []) if "@value" not in expanded else []
        for name in [expanded.get("@id", "_:"), *(named if isinstance(named, list) else [named])]:
            if not isinstance(name, str) or ":" not in name or name.startswith(_BASE):
                raise MalformedEncoding("relative identifier")
        for each in expanded.values():
            _require_absolute(each)
