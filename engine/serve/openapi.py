"""The operations of the HTTP API, and the OpenAPI document that is made of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import models_json_schema

from engine.serve import api
from engine.version import VERSION

NDJSON = "application/x-ndjson"
_REF = "#/components/schemas/{model}"


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation; the server binds the handler of this name.

    reply: a model for JSON, or a media type for anything else. refusals: statuses of errors.
    """

    name: str
    method: str
    path: str
    summary: str
    reply: type[BaseModel] | str
    request: type[BaseModel] | None = None
    multipart: bool = False
    resume: bool = False
    open: bool = False  # to everybody, without token
    refusals: tuple[int, ...] = ()


_BODY = (400, 408, 413, 415, 422)
_BUSY = (429, 503)

OPERATIONS = (
    Operation(
        "draw",
        "POST",
        "/v1/drawings",
        "Draw a prompt; the events of the drawing, one JSON object a line",
        NDJSON,
        api.DrawingRequest,
        refusals=(*_BODY, 409, *_BUSY),
    ),
    Operation(
        "follow",
        "GET",
        "/v1/drawings/{id}",
        "The events of a drawing, from number `from` on",
        NDJSON,
        resume=True,
        refusals=(404, 422),
    ),
    Operation(
        "cancel",
        "DELETE",
        "/v1/drawings/{id}",
        "End a drawing within one step; its last event",
        api.LastEvent,
        refusals=(404, 422),
    ),
    Operation(
        "sketch",
        "POST",
        "/v1/sketches",
        "Sketch a prompt several times, within a second",
        api.SketchesReply,
        api.SketchesRequest,
        refusals=(*_BODY, *_BUSY),
    ),
    Operation(
        "guess",
        "POST",
        "/v1/guesses",
        "Name what a picture or a drawing shows",
        api.GuessReply,
        api.GuessRequest,
        multipart=True,
        refusals=(*_BODY, *_BUSY),
    ),
    Operation(
        "judge",
        "POST",
        "/v1/verdicts",
        "Say how many judges would see a prompt in a drawing",
        api.VerdictReply,
        api.VerdictRequest,
        refusals=(*_BODY, *_BUSY),
    ),
    Operation(
        "caption",
        "POST",
        "/v1/captions",
        "Say in short phrases what a picture or a drawing shows",
        api.CaptionReply,
        api.CaptionRequest,
        refusals=(*_BODY, *_BUSY),
    ),
    Operation(
        "embed",
        "POST",
        "/v1/embeddings",
        "Vectors of texts and pictures",
        api.EmbeddingsReply,
        api.EmbeddingsRequest,
        refusals=(*_BODY, *_BUSY),
    ),
    Operation("models", "GET", "/v1/models", "What judges here", api.ModelsReply, refusals=(503,)),
    Operation("health", "GET", "/healthz", "Alive", api.HealthReply, open=True),
    Operation(
        "ready", "GET", "/readyz", "Ready to draw", api.HealthReply, open=True, refusals=(503,)
    ),
    Operation("metrics", "GET", "/metrics", "For Prometheus", "text/plain"),
    Operation("document", "GET", "/openapi.json", "This document", "application/json"),
)

_MEANINGS = {
    400: "Not JSON, or no form that can be read",
    401: "No token, or a wrong one",
    404: "There is no such drawing, or it is older than an hour",
    408: "The body does not come",
    409: "The id belongs to another drawing",
    413: "Too many bytes",
    415: "Another content type is wanted",
    421: "Asked by a name, where no token keeps strangers out",
    422: "A value is out of bounds; the message says which",
    429: "No place is left; Retry-After says when to ask again",
    503: "Starting or stopping; Retry-After says when to ask again",
}


@cache
def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document of the API, which nobody may change."""
    models = {api.ErrorReply, *(o.request for o in OPERATIONS if o.request)}
    models |= {o.reply for o in OPERATIONS if not isinstance(o.reply, str)}
    ordered = sorted(models, key=lambda model: model.__name__)
    _, schemas = models_json_schema([(model, "validation") for model in ordered], ref_template=_REF)
    event = TypeAdapter(api.Event).json_schema(ref_template=_REF)
    components = {**schemas["$defs"], **event.pop("$defs"), "Event": event}
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Penguess engine", "version": VERSION},
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        "security": [{"token": []}],
    }


def _operation(operation: Operation) -> dict[str, Any]:
    if operation.reply == NDJSON:
        content = {NDJSON: {"schema": _ref("Event")}}
    elif isinstance(operation.reply, str):
        content = {operation.reply: {}}
    else:
        content = {"application/json": {"schema": _ref(operation.reply.__name__)}}
    refusals = operation.refusals if operation.open else (401, 421, *operation.refusals)
    error = {"application/json": {"schema": _ref("ErrorReply")}}
    responses: dict[str, Any] = {"200": {"description": operation.summary, "content": content}}
    for status in sorted(refusals):
        responses[str(status)] = {"description": _MEANINGS[status], "content": error}
    if operation.name == "ready":
        responses["503"]["content"] = content
    described: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "responses": responses,
    }
    if "{id}" in operation.path:
        schema = TypeAdapter(api.Id).json_schema()
        described["parameters"] = [{"name": "id", "in": "path", "required": True, "schema": schema}]
    if operation.resume:
        schema = {"type": "integer", "minimum": 0, "maximum": api.MAX_EVENTS, "default": 0}
        described["parameters"].append({"name": "from", "in": "query", "schema": schema})
    if operation.request:
        body = {"application/json": {"schema": _ref(operation.request.__name__)}}
        if operation.multipart:
            body["multipart/form-data"] = {"schema": _FORM}
        described["requestBody"] = {"required": True, "content": body}
    if operation.open:
        described["security"] = []
    return described


# Of a guess as a form: the image as a file, anything else as in JSON; `words` may be repeated.
_FORM = {
    "type": "object",
    "properties": {
        "image": {"type": "string", "contentMediaType": "application/octet-stream"},
        "words": {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 100}},
        "top": {"type": "integer", "minimum": 1, "maximum": 100},
    },
    "required": ["image"],
}


def _ref(name: str) -> dict[str, str]:
    return {"$ref": _REF.format(model=name)}
