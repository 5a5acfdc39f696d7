"""The HTTP API of the engine, on aiohttp: reads requests, writes events and errors as JSON.

What it serves is in openapi.py; who decides and who paints, in service.py.
"""

from __future__ import annotations

import asyncio
import base64
import hmac
import ipaddress
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from aiohttp import BodyPartReader, MultipartReader, web
from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web_protocol import RequestPayloadError
from pydantic import BaseModel, TypeAdapter, ValidationError
from yarl import URL

from engine.canvas.decoder import MAX_BYTES, UnreadablePicture
from engine.paint.settling import NoSketcher, NotThisPainter
from engine.paint.spec import explain
from engine.serve import api, openapi
from engine.serve.eventlog import EventLog
from engine.serve.queries import NotReady
from engine.serve.scheduler import QueueFull
from engine.serve.service import BadTarget, IdTaken, Service

log = logging.getLogger(__name__)

MAX_DRAWING_BYTES = 8 << 20  # 1,024 long strokes to start from
MAX_PICTURE_BYTES = MAX_BYTES * 4 // 3 + (1 << 20)  # in base64, and some words

_LONG = 64 << 10  # bytes of a body that takes long to read
_READ_WITHIN = 60.0  # seconds for a line, until who follows a drawing is let go
_UNREADABLE = (HttpProcessingError, RequestPayloadError)  # a body or a part of one

_SOON = 2  # seconds, the Retry-After of an engine that is starting or stopping

M = TypeVar("M", bound=BaseModel)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_SERVICE = web.AppKey("service", Service)
_ID = TypeAdapter(api.Id)


class Refused(Exception):
    """A request that is answered with an error."""

    def __init__(self, status: int, code: str, message: str, retry_after: int = 0) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.retry_after = retry_after


def make_app(service: Service, token: str | None = None) -> web.Application:
    """The application; with a token every request but health checks must carry it."""
    app = web.Application(middlewares=[_errors(service), _authorise(token)])
    app[_SERVICE] = service
    handlers: dict[str, Handler] = {
        "draw": _draw,
        "follow": _follow,
        "cancel": _cancel,
        "sketch": _sketch,
        "guess": _guess,
        "judge": _judge,
        "caption": _caption,
        "embed": _embed,
        "models": _models,
        "health": _health,
        "ready": _ready,
        "metrics": _metrics,
        "document": _document,
    }
    for operation in openapi.OPERATIONS:
        app.router.add_route(operation.method, operation.path, handlers[operation.name])
    return app


async def _draw(request: web.Request) -> web.StreamResponse:
    body = await _json(request, api.DrawingRequest, MAX_DRAWING_BYTES)
    return await _stream(request, request.app[_SERVICE].draw(body), 0)


async def _follow(request: web.Request) -> web.StreamResponse:
    events = request.app[_SERVICE].archive.get(_id(request))
    if events is None:
        raise _unknown()
    start = request.query.get("from", "0")
    few = len(start) <= len(str(api.MAX_EVENTS)) and start.isascii() and start.isdigit()
    if not (few and int(start) <= api.MAX_EVENTS):
        raise Refused(422, "invalid", f"from: a number from 0 to {api.MAX_EVENTS:,}")
    return await _stream(request, events, int(start))


async def _stream(request: web.Request, events: EventLog, start: int) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Cache-Control": "no-store"})
    response.content_type = openapi.NDJSON
    events.readers += 1
    try:
        await response.prepare(request)
        async for line in events.read(start):
            async with asyncio.timeout(_READ_WITHIN):
                await response.write(line)
        await response.write_eof()
    except (ConnectionResetError, TimeoutError):
        log.debug("who followed %s has gone, or does not read", request.path)
        if request.transport is not None:
            request.transport.abort()
    finally:
        events.readers -= 1
        events.idle_since = request.app[_SERVICE].clock()
    return response


async def _cancel(request: web.Request) -> web.StreamResponse:
    last = await request.app[_SERVICE].cancel(_id(request))
    if last is None:
        raise _unknown()
    return _reply(last)


async def _sketch(request: web.Request) -> web.StreamResponse:
    body = await _json(request, api.SketchesRequest, MAX_PICTURE_BYTES)
    return _reply(await request.app[_SERVICE].queries.sketch(body))


async def _guess(request: web.Request) -> web.StreamResponse:
    if request.content_type == "multipart/form-data":
        body = _validate(api.GuessRequest, await _form(request))
    else:
        body = await _json(request, api.GuessRequest, MAX_PICTURE_BYTES)
    return _reply(await request.app[_SERVICE].queries.guess(body))


async def _judge(request: web.Request) -> web.StreamResponse:
    body = await _json(request, api.VerdictRequest, MAX_PICTURE_BYTES)
    return _reply(await request.app[_SERVICE].queries.judge(body))


async def _caption(request: web.Request) -> web.StreamResponse:
    body = await _json(request, api.CaptionRequest, MAX_PICTURE_BYTES)
    return _reply(await request.app[_SERVICE].queries.caption(body))


async def _embed(request: web.Request) -> web.StreamResponse:
    body = await _json(request, api.EmbeddingsRequest, MAX_PICTURE_BYTES)
    return _reply(await request.app[_SERVICE].queries.embed(body))


async def _models(request: web.Request) -> web.StreamResponse:
    return _reply(api.ModelsReply(models=[request.app[_SERVICE].ready()]))


async def _health(request: web.Request) -> web.StreamResponse:
    return _reply(api.HealthReply(status=request.app[_SERVICE].status))


async def _ready(request: web.Request) -> web.StreamResponse:
    status = request.app[_SERVICE].status
    return _reply(api.HealthReply(status=status), 200 if status == "ok" else 503)


async def _metrics(request: web.Request) -> web.StreamResponse:
    return web.Response(
        body=request.app[_SERVICE].metrics.text(),
        headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"},
    )


async def _document(_: web.Request) -> web.StreamResponse:
    return web.json_response(openapi.document())


# Requests


def _id(request: web.Request) -> str:
    try:
        return _ID.validate_python(request.match_info["id"])
    except ValidationError as error:
        raise Refused(422, "invalid", f"id: {explain(error)}") from error


async def _json(request: web.Request, model: type[M], most: int) -> M:
    if request.content_type != "application/json":
        raise Refused(415, "content_type", "send JSON, as Content-Type: application/json")
    body = await _body(request, most)
    try:
        if len(body) > _LONG:  # others are not kept waiting
            return await asyncio.to_thread(model.model_validate_json, body)
        return model.model_validate_json(body)
    except ValidationError as error:
        broken = any(item["type"] == "json_invalid" for item in error.errors(include_input=False))
        status, code = (400, "not_json") if broken else (422, "invalid")
        raise Refused(status, code, explain(error)) from error


async def _body(request: web.Request, most: int) -> bytes:
    """The body, of at most so many bytes: checked before it is read, and while."""
    too_long = Refused(413, "too_large", f"the body has over {most:,} bytes")
    if (request.content_length or 0) > most:
        raise too_long
    data = bytearray()
    try:
        async for chunk in request.content.iter_chunked(1 << 16):
            data += chunk
            if len(data) > most:
                raise too_long
    except _UNREADABLE as error:
        raise Refused(400, "unreadable", "the body is not encoded as its head says") from error
    return bytes(data)


async def _form(request: web.Request) -> dict[str, Any]:
    """A guess as multipart/form-data, as the fields of a GuessRequest."""
    if (request.content_length or 0) > MAX_PICTURE_BYTES:
        raise Refused(413, "too_large", f"the body has over {MAX_PICTURE_BYTES:,} bytes")
    fields: dict[str, Any] = {}
    words: list[str] = []
    left = MAX_PICTURE_BYTES
    try:
        form = await request.multipart()
        while (part := await form.next()) is not None:
            if isinstance(part, MultipartReader) or part.name is None:
                raise Refused(400, "not_a_form", "a part of the form has no name, or parts itself")
            data = await _part(part, left)
            left -= len(data)
            match part.name:
                case "image":
                    fields["image"] = base64.b64encode(data)  # as in JSON
                case "words":
                    words.append(data.decode())
                case "top":
                    fields["top"] = data.decode()
                case "drawing":
                    fields["drawing"] = json.loads(data)
                case name:
                    raise Refused(422, "invalid", f"{name[:40]}: there is no such field")
            if len(words) > api.MAX_WORDS:
                raise Refused(422, "invalid", f"words: over {api.MAX_WORDS:,}")
    except (
        *_UNREADABLE,  # a part whose headers are none
        ValueError,
        AssertionError,
        LookupError,
        RecursionError,
        RuntimeError,  # an encoding of a part that aiohttp does not know
    ) as error:
        raise Refused(400, "not_a_form", "not multipart/form-data that can be read") from error
    return {**fields, "words": words} if words else fields


async def _part(part: BodyPartReader, most: int) -> bytes:
    data = bytearray()
    while chunk := await part.read_chunk():
        data += chunk
        if len(data) > most:
            raise Refused(413, "too_large", f"the body has over {MAX_PICTURE_BYTES:,} bytes")
    return part.decode(bytes(data))


def _validate(model: type[M], fields: dict[str, Any]) -> M:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        raise Refused(422, "invalid", explain(error)) from error


# Answers


def _reply(model: BaseModel, status: int = 200) -> web.Response:
    return web.Response(
        body=model.model_dump_json().encode(), status=status, content_type="application/json"
    )


def _unknown() -> Refused:
    return Refused(404, "unknown", "there is no such drawing, or it is older than an hour")


def _refusal(error: Refused) -> web.Response:
    message = error.message.encode("utf-8", "replace").decode()  # it may repeat what was sent
    fault = api.Fault(code=error.code, message=message)
    response = _reply(api.ErrorReply(error=fault), error.status)
    if error.retry_after:
        response.headers["Retry-After"] = str(error.retry_after)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _errors(service: Service) -> Any:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        try:
            return await handler(request)
        except Refused as error:
            refused = error
        except NotReady as error:
            refused = Refused(503, "not_ready", str(error), _SOON)
        except QueueFull as error:
            refused = Refused(429, "queue_full", str(error), error.retry_after)
        except IdTaken as error:
            refused = Refused(409, "id_taken", str(error))
        except UnreadablePicture as error:
            code = "nothing_drawn" if error.reason == "blank" else "unreadable_picture"
            refused = Refused(422, code, str(error))
        except BadTarget as error:
            refused = Refused(422, "bad_target", str(error))
        except NoSketcher as error:
            refused = Refused(422, "no_sketcher", str(error))
        except NotThisPainter as error:
            refused = Refused(422, "not_this_painter", str(error))
        except web.HTTPException as error:
            words = {404: "not_found", 405: "method_not_allowed", 413: "too_large"}
            code = words.get(error.status, "bad_request")
            refused = Refused(error.status, code, error.reason.lower())
            response = _refusal(refused)
            if "Allow" in error.headers:
                response.headers["Allow"] = error.headers["Allow"]
            return response
        except ConnectionResetError:
            raise  # the caller has gone
        except Exception:
            log.exception("%s %s failed", request.method, request.path)
            refused = Refused(500, "internal", "the engine made a mistake; its log says which")
        service.metrics.refused(refused.code)
        return _refusal(refused)

    return middleware


def _authorise(token: str | None) -> Any:
    wanted = f"Bearer {token}".encode()
    free = {operation.path for operation in openapi.OPERATIONS if operation.open}

    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        if token is not None and request.path not in free:
            given = request.headers.get("Authorization", "").encode("utf-8", "surrogateescape")
            if not hmac.compare_digest(given, wanted):
                raise Refused(401, "unauthorised", "send the engine's token as a bearer token")
        if token is None and not _by_address(request):
            raise Refused(421, "misdirected", "ask by localhost or by an address, not by a name")
        return await handler(request)

    return middleware


def _by_address(request: web.Request) -> bool:
    """Whether a request is for localhost or an IP address, or came by a Unix socket: a page of
    somebody else's, which has its own name point here, may not ask (DNS rebinding)."""
    if request.transport is None or not isinstance(
        request.transport.get_extra_info("sockname"), tuple
    ):
        return True
    try:
        host = URL(f"http://{request.host}").host or ""
        return host == "localhost" or bool(ipaddress.ip_address(host))
    except ValueError:
        return False
