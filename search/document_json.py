"""Documents as JSON values: what an index stores, can filter by, and gives back.

Reading back goes through the same checks as making a document, so an index that was altered or is not ours
answers with an error instead of showing what it was given.
"""

from collections.abc import Mapping
from datetime import date
from typing import assert_never

from search.documents import (
    CertificateDocument,
    Document,
    InstitutionDocument,
    Kind,
    MaskedIdentity,
    MaskedName,
    OfferedOccupation,
)
from search.errors import MalformedDocument


def document_to_json(document: Document) -> dict[str, object]:
    """Spell a document, with what it can be filtered by, as JSON values."""
    match document:
        case CertificateDocument():
            return {
                "id": document.entry_index,
                "number": document.number,
                "masked_name": document.masked_name.shown,
                "masked_identity": document.masked_identity.shown,
                "occupation_code": document.occupation_code,
                "occupation": document.occupation,
                "job": document.job,
                "level": document.level,
                "issued_on": document.issued_on.isoformat(),
                "year": document.year,
                "prefix": document.prefix,
                "institution": document.institution,
                "institution_short": document.institution_short,
                "bureau": document.bureau,
                "city": document.city,
                "state": document.state,
            }
        case InstitutionDocument():
            return {
                "id": document.prefix,
                "prefix": document.prefix,
                "name": document.name,
                "short_name": document.short_name,
                "former_names": list(document.former_names),
                "bureau": document.bureau,
                "city": document.city,
                "occupations": [[one.code, one.name, one.job] for one in document.occupations],
                "occupation_code": sorted({one.code for one in document.occupations}),
                "state": document.state,
            }
        case _ as never:
            assert_never(never)


def document_from_json(kind: Kind, body: Mapping[str, object]) -> Document:
    """Read back what `document_to_json` spelt.

    Raises: MalformedDocument, UnmaskedValue
    """
    match kind:
        case Kind.CERTIFICATE:
            return CertificateDocument(
                entry_index=_integer(body, "id"),
                number=_text(body, "number"),
                masked_name=MaskedName(_text(body, "masked_name")),
                masked_identity=MaskedIdentity(_text(body, "masked_identity")),
                occupation_code=_text(body, "occupation_code"),
                occupation=_text(body, "occupation"),
                job=_text(body, "job"),
                level=_integer(body, "level"),
                issued_on=_date(body, "issued_on"),
                institution=_text(body, "institution"),
                institution_short=_text(body, "institution_short"),
                bureau=_text(body, "bureau"),
                city=_text(body, "city"),
                state=_text(body, "state"),
            )
        case Kind.INSTITUTION:
            return InstitutionDocument(
                prefix=_text(body, "prefix"),
                name=_text(body, "name"),
                short_name=_text(body, "short_name"),
                former_names=tuple(_texts("former_names", body.get("former_names"))),
                bureau=_text(body, "bureau"),
                city=_text(body, "city"),
                occupations=_offered(body),
                state=_text(body, "state"),
            )
        case _ as never:
            assert_never(never)


def _text(body: Mapping[str, object], field: str) -> str:
    value = body.get(field)
    if not isinstance(value, str):
        raise MalformedDocument(field)
    return value


def _integer(body: Mapping[str, object], field: str) -> int:
    value = body.get(field)
    if not isinstance(value, int) or isinstance(value, bool):
        raise MalformedDocument(field)
    return value


def _date(body: Mapping[str, object], field: str) -> date:
    try:
        return date.fromisoformat(_text(body, field))
    except ValueError as fault:
        raise MalformedDocument(field) from fault


def _texts(field: str, value: object) -> list[str]:
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise MalformedDocument(field)
    return list(value)


def _offered(body: Mapping[str, object]) -> tuple[OfferedOccupation, ...]:
    rows = body.get("occupations")
    if not isinstance(rows, list):
        raise MalformedDocument("occupations")
    offered = []
    for row in rows:
        columns = _texts("occupations", row)
        if len(columns) != 3:
            raise MalformedDocument("occupations")
        offered.append(OfferedOccupation(*columns))
    return tuple(offered)
