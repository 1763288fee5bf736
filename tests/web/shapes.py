"""Whether an answer has the shape that the API's description gives it: the part of JSON Schema used there."""

from collections.abc import Mapping
from typing import Any

from web.api.schemas import SCHEMAS

_TYPES: Mapping[str, type | tuple[type, ...]] = {
    "string": str,
    "boolean": bool,
    "integer": int,
    "array": list,
    "object": dict,
    "null": type(None),
}


def fits(value: object, schema: Mapping[str, Any], at: str = "$") -> list[str]:
    """Where the value does not fit; every property of an answer must be described."""
    if "$ref" in schema:
        return fits(value, SCHEMAS[schema["$ref"].rpartition("/")[2]], at)
    if "anyOf" in schema:
        tries = [fits(value, each, at) for each in schema["anyOf"]]
        return [] if [] in tries else tries[0]
    if "enum" in schema:
        return [] if value in schema["enum"] else [f"{at}: {value!r} is not one of {schema['enum']}"]
    expected = _TYPES[schema["type"]]
    if not isinstance(value, expected) or (isinstance(value, bool) and expected is int):
        return [f"{at}: {type(value).__name__} is no {schema['type']}"]
    if isinstance(value, list) and "items" in schema:
        return [fault for n, item in enumerate(value) for fault in fits(item, schema["items"], f"{at}[{n}]")]
    if isinstance(value, dict) and "properties" in schema:
        return _fits_object(value, schema, at)
    return []


def _fits_object(value: Mapping[str, object], schema: Mapping[str, Any], at: str) -> list[str]:
    properties = schema["properties"]
    faults = [f"{at}.{name}: missing" for name in schema.get("required", ()) if name not in value]
    faults += [f"{at}.{name}: not described" for name in value if name not in properties]
    for name, item in value.items():
        if name in properties:
            faults += fits(item, properties[name], f"{at}.{name}")
    return faults
