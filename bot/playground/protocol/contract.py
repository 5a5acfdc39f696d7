"""Checks the bot's requests, and the playground's answers, against Discord's published OpenAPI
document, where it is at hand.

The document is https://github.com/discord/discord-api-spec (specs/openapi.json);
`PENGUESS_DISCORD_OPENAPI` holds its path.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from bot.playground.model.errors import Json

if TYPE_CHECKING:
    from jsonschema import Draft202012Validator

VARIABLE = "PENGUESS_DISCORD_OPENAPI"
_DOCUMENT = "urn:discord"


class Asked(Protocol):
    """A request, as far as it can be checked: see bot.playground.rest.Call."""

    query: dict[str, str]
    body: Any
    files: Any


class Contract:
    """The operations of an OpenAPI document, ready to check requests."""

    def __init__(self, document: Json) -> None:
        # Slow to import, and most playgrounds have no document to check by.
        from jsonschema import Draft202012Validator
        from referencing import Registry, Resource
        from referencing.jsonschema import DRAFT202012

        # Clients send ids as integers in places, and Discord takes them; nothing else is widened.
        document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._document = document
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        registry: Registry[Any] = Registry().with_resource(_DOCUMENT, resource)
        self._validator = partial(Draft202012Validator, registry=registry)
        self._operations = {
            (method.upper(), _shape(path)): (path, method)
            for path, methods in document["paths"].items()
            for method in methods
            if method in ("get", "post", "put", "patch", "delete")
        }
        self._validators: dict[str, Draft202012Validator] = {}

    @classmethod
    def from_environment(cls) -> Contract | None:
        """The document that the variable names, or None when it is not set."""
        path = os.environ.get(VARIABLE)
        if not path:
            return None
        return cls(json.loads(Path(path).read_text(encoding="utf-8")))

    def has(self, method: str, route: str) -> bool:
        """Does the document have this operation?"""
        return (method, _shape(route)) in self._operations

    def check(self, method: str, route: str, call: Asked) -> Iterator[str]:
        """What the document would not have in a request; nothing when it is all right."""
        known = self._operations.get((method, _shape(route)))
        if known is None:
            yield "the document has no such operation"
            return
        path, verb = known
        operation = self._document["paths"][path][verb]
        yield from self._check_query(operation, path, call.query)
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" not in content:
            if call.body is not None:
                yield "a body where the document has none"
            return
        if call.files and "multipart/form-data" not in content:
            yield "files where the document takes none"
        if call.body is None:
            if operation["requestBody"].get("required"):
                yield "no body where the document requires one"
            return
        pointer = f"/paths/{_escape(path)}/{verb}/requestBody/content/application~1json/schema"
        yield from self._problems("body", pointer, call.body)

    def check_answer(self, method: str, route: str, status: int, body: Any) -> Iterator[str]:
        """What the document would not have in the answer to a request that was granted."""
        known = self._operations.get((method, _shape(route)))
        if known is None or status >= 300:
            return
        path, verb = known
        answers = self._document["paths"][path][verb]["responses"]
        if str(status) not in answers:
            yield f"the document has no answer {status}, but {', '.join(answers)}"
        elif "application/json" in answers[str(status)].get("content", {}):
            place = f"/paths/{_escape(path)}/{verb}/responses/{status}"
            yield from self._problems("answer", f"{place}/content/application~1json/schema", body)
        elif body is not None:
            yield "an answer with a body where the document has none"

    def _check_query(self, operation: Json, path: str, query: dict[str, str]) -> Iterator[str]:
        shared = self._document["paths"][path].get("parameters", [])
        schemas = {
            parameter["name"]: parameter.get("schema", {})
            for parameter in [*shared, *operation.get("parameters", [])]
            if parameter.get("in") == "query"
        }
        for name, text in query.items():
            if name not in schemas:
                yield f"the document has no query parameter {name}"
                continue
            schema = dict(schemas[name])
            validator = self._validator(_absolute(schema))
            if not any(validator.is_valid(value) for value in _readings(text)):
                yield f"query parameter {name}={text!r} does not fit the document"

    def _problems(self, what: str, pointer: str, value: Any) -> Iterator[str]:
        if pointer not in self._validators:
            schema = {"$ref": f"{_DOCUMENT}#{pointer}"}
            self._validators[pointer] = self._validator(schema)
        for error in self._validators[pointer].iter_errors(value):
            deepest = error
            while deepest.context:
                deepest = max(deepest.context, key=lambda inner: len(inner.absolute_path))
            place = "/".join(str(part) for part in deepest.absolute_path)
            yield f"{what} at /{place}: {deepest.message[:300]}"


def _shape(path: str) -> str:
    """A path without the names of its parameters; `@original` stands where an id may stand."""
    return re.sub(r"\{[^}]*\}", "{}", path)


def _escape(path: str) -> str:
    """A path as a token of a JSON pointer in a URI fragment (RFC 6901, section 6)."""
    text = path.replace("~", "~0").replace("/", "~1")
    return text.replace("{", "%7B").replace("}", "%7D")


def _absolute(schema: Any) -> Any:
    """The schema with its references made to point into the document."""
    if isinstance(schema, dict):
        return {
            key: _DOCUMENT + inner if key == "$ref" else _absolute(inner)
            for key, inner in schema.items()
        }
    return [_absolute(inner) for inner in schema] if isinstance(schema, list) else schema


def _readings(text: str) -> list[Any]:
    """What a query's text can mean: a string, a number, a boolean, or a list of one."""
    values: list[Any] = [text]
    if re.fullmatch(r"-?\d+", text):
        values.append(int(text))
    if text.lower() in ("true", "1"):
        values.append(True)
    if text.lower() in ("false", "0"):
        values.append(False)
    return [*values, *([value] for value in list(values))]
