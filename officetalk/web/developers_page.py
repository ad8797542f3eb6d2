"""`/developers`: the API's description (`/api/openapi.json`) as a page that one can read."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import msgspec
from starlette.responses import Response

from officetalk.core.errors import NotFound
from officetalk.web.page import page
from officetalk.web.visit import Visit

_METHODS = ("get", "post", "put", "patch", "delete")


class Value(msgspec.Struct, frozen=True):
    """A parameter, or a field of an entity. `kind` in words; `entity`: the entity that it holds, or empty."""

    name: str
    kind: str
    entity: str
    required: bool


class Method(msgspec.Struct, frozen=True):
    verb: str
    path: str
    summary: str
    scope: str  # that the app must have been granted; empty for what is open
    deprecated: bool
    parameters: list[Value]
    kind: str
    entity: str
    errors: str

    @property
    def anchor(self) -> str:
        return f"{self.verb.lower()}{re.sub('[^a-z0-9]+', '-', self.path.lower())}"


class Family(msgspec.Struct, frozen=True):
    name: str
    methods: list[Method]


class Entity(msgspec.Struct, frozen=True):
    name: str
    words: str
    fields: list[Value]


class Description(msgspec.Struct, frozen=True):
    families: list[Family]
    entities: list[Entity]


@page("/developers")
async def developers(visit: Visit) -> Response:
    describe = visit.services.describe_api
    if describe is None:
        raise NotFound
    return visit.render("developers.html", described=read(describe()), origin=visit.services.settings.origin)


@lru_cache(maxsize=2)
def read(openapi: bytes) -> Description:
    """An OpenAPI description, as the page shows it."""
    described = msgspec.json.decode(openapi)
    schemas = described["components"]["schemas"]
    families: dict[str, list[Method]] = {}
    shown: set[str] = set()
    for path, operations in sorted(described["paths"].items()):
        for verb in _METHODS:
            if verb in operations:
                method = _method(verb, path, operations[verb], schemas)
                families.setdefault(operations[verb]["tags"][0], []).append(method)
    for name, schema in schemas.items():
        if schema.get("type") == "object" and "." not in name and not name.endswith("Parameters"):
            shown.add(name)
    return Description(
        [Family(name, methods) for name, methods in sorted(families.items())],
        [_entity(name, schemas[name]) for name in sorted(shown)],
    )


def _method(verb: str, path: str, operation: dict[str, Any], schemas: dict[str, Any]) -> Method:
    parameters = [
        Value(p["name"], *_kind(p["schema"]), p.get("required", False))
        for p in operation.get("parameters", ())
    ]
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema", {})
    if "$ref" in body:
        parameters += _values(schemas[_name(body)])
    (answer,) = operation["responses"]["200"]["content"].values()
    kind, entity = _kind(answer["schema"])
    scopes = [scope for need in operation.get("security", ()) for scope in need["oauth2"]]
    return Method(
        verb.upper(),
        path,
        operation["summary"],
        " or ".join(scopes) or ("signed in" if operation.get("security") else ""),
        operation.get("deprecated", False),
        parameters,
        kind,
        entity,
        " ".join(status for status in operation["responses"] if status >= "400"),
    )


def _entity(name: str, schema: dict[str, Any]) -> Entity:
    return Entity(name, schema.get("description", ""), _values(schema))


def _values(schema: dict[str, Any]) -> list[Value]:
    required = schema.get("required", ())
    return [
        Value(name, *_kind(value), name in required) for name, value in schema.get("properties", {}).items()
    ]


def _name(schema: dict[str, Any]) -> str:
    return schema["$ref"].rpartition("/")[2]


def _kind(schema: dict[str, Any]) -> tuple[str, str]:
    """What a value is, in words, and the entity in it or an empty text."""
    if "$ref" in schema:
        return "", _name(schema)
    if "anyOf" in schema:
        kinds = [_kind(one) for one in schema["anyOf"]]
        entity = next((entity for _, entity in kinds if entity), "")
        return " or ".join(word for word, _ in kinds if word), entity
    if "enum" in schema:
        return " · ".join("null" if value is None else str(value) for value in schema["enum"]), ""
    kind = schema.get("type", "anything")
    if kind == "array":
        inside, entity = _kind(schema.get("items", {}))
        return f"list of {inside}".strip(), entity
    if kind == "string" and "format" in schema:
        return {"date-time": "time", "binary": "file"}.get(schema["format"], "string"), ""
    return kind, ""
