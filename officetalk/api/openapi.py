"""The description of the API for machines, generated from the declarations."""

from __future__ import annotations

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import Any

import msgspec
from msgspec import inspect

from officetalk import __version__
from officetalk.api.endpoint import ANY_PERSON, ANY_TOKEN, ANYBODY, PUBLIC, Endpoint, NoParameters
from officetalk.api.entities import Error
from officetalk.http.parameters import File, Upload
from officetalk.identity.scopes import SCOPES

_REF = "#/components/schemas/{name}"
_FORMS = ("application/json", "application/x-www-form-urlencoded", "multipart/form-data")


def describe(endpoints: Iterable[Endpoint], origin: str) -> dict[str, Any]:
    """OpenAPI 3.1."""
    declared = list(endpoints)
    types = [kind for e in declared for kind in (e.returns, e.or_returns, e.parameters)]
    schemas, components = msgspec.json.schema_components(
        [*types, Error], schema_hook=_hook, ref_template=_REF
    )
    described = iter(schemas)
    paths: dict[str, Any] = {}
    for e in declared:
        answer, other, given = next(described), next(described), next(described)
        if e.or_returns is not None:
            answer = {"anyOf": [answer, other]}
        paths.setdefault(e.path, {})[e.method.lower()] = _operation(e, answer, given, components)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "OfficeTalk",
            "version": __version__,
            "description": "Mastodon's client API, as far as OfficeTalk has it.",
        },
        "servers": [{"url": origin}],
        "paths": paths,
        "components": {"schemas": _without_uploads(components), "securitySchemes": _security(origin)},
    }


def _hook(kind: type) -> dict[str, Any]:
    raise NotImplementedError(kind)


def _security(origin: str) -> dict[str, Any]:
    code = {
        "authorizationUrl": f"{origin}/oauth/authorize",
        "tokenUrl": f"{origin}/oauth/token",
        "scopes": {scope: scope for scope in SCOPES},
    }
    return {"oauth2": {"type": "oauth2", "flows": {"authorizationCode": code}}}


def _without_uploads(components: dict[str, Any]) -> dict[str, Any]:
    return {
        **components,
        **{kind.__name__: {"type": "string", "format": "binary"} for kind in (Upload, File)},
    }


def _operation(
    e: Endpoint, answer: dict[str, Any], given: dict[str, Any], components: dict[str, Any]
) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in re.findall(r"\{(\w+)\}", e.path)
    ]
    operation: dict[str, Any] = {
        "operationId": e.operation_id,
        "summary": e.summary,
        "tags": [_tag(e.path)],
        "parameters": parameters,
        "responses": _responses(e, answer),
    }
    if e.deprecated is not None:
        operation["deprecated"] = True
    if e.access in (ANY_PERSON, ANY_TOKEN):
        operation["security"] = [{"oauth2": []}]
    elif e.access not in (PUBLIC, ANYBODY):
        operation["security"] = [{"oauth2": [scope]} for scope in e.scopes]
    if e.parameters is not NoParameters:
        if e.method == "GET":
            parameters += _in_query(e.parameters, components[given["$ref"].rpartition("/")[2]])
        else:
            operation["requestBody"] = {"content": {form: {"schema": given} for form in _FORMS}}
    return operation


def _tag(path: str) -> str:
    steps = [step for step in path.split("/") if step and step != "api" and not re.fullmatch(r"v\d", step)]
    return steps[0]


def _in_query(struct: Any, component: dict[str, Any]) -> list[dict[str, Any]]:
    properties = component["properties"]
    info = inspect.type_info(struct)
    assert isinstance(info, inspect.StructType)
    shown = []
    for field in info.fields:
        schema = dict(properties[field.encode_name])
        is_list = isinstance(field.type, inspect.ListType)
        shown.append(
            {
                "name": field.encode_name + ("[]" if is_list else ""),
                "in": "query",
                "required": field.required,
                "schema": schema,
                **({"style": "form", "explode": True} if is_list else {}),
            }
        )
    return shown


def _responses(e: Endpoint, answer: dict[str, Any]) -> dict[str, Any]:
    statuses = {429, *e.errors}
    if e.access not in (PUBLIC, ANYBODY):
        statuses.add(401)
    if e.needs_person:
        statuses |= {403, 422}
    if e.parameters is not NoParameters:
        statuses |= {422} if e.method == "GET" else {400, 413, 422}
    if "{" in e.path:
        statuses.add(404)
    error = {"application/json": {"schema": {"$ref": _REF.format(name="Error")}}}
    responses: dict[str, Any] = {
        str(status): {"description": e.summary, "content": {e.media_type: {"schema": answer}}}
        for status in (200, *e.also)
    }
    for status in sorted(statuses):
        responses[str(status)] = {"description": HTTPStatus(status).phrase, "content": error}
    return responses
