"""The HTTP API: from a request to an answer, by way of faults, login, contract and limits.

docs: reference#http-api
"""

from __future__ import annotations

import json
import logging
import re
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import BodyPartReader, web

from bot.playground.faults import Faults
from bot.playground.gateway import Gateway
from bot.playground.model import errors
from bot.playground.model.entities import Channel, Message
from bot.playground.model.errors import ApiError, Json
from bot.playground.model.uploads import MAX_FILE, MAX_FILES, UploadedFile, Uploads
from bot.playground.model.world import World
from bot.playground.protocol.access import same_secret
from bot.playground.protocol.activities import Activities
from bot.playground.protocol.commands import Commands
from bot.playground.protocol.composing import Files
from bot.playground.protocol.contract import Contract
from bot.playground.protocol.interactions import Desk
from bot.playground.protocol.known_keys import stray_keys
from bot.playground.protocol.limits import VIA, Limit, Limits, RateLimited

log = logging.getLogger(__name__)

MAX_JSON = 1024 * 1024  # bytes
DEFAULT_LIMIT = Limit(50, 1.0)
_MAJOR = ("channel_id", "guild_id", "webhook_id", "webhook_token", "interaction_id")


@dataclass(slots=True)
class Api:
    """What the routes work on."""

    world: World
    uploads: Uploads
    desk: Desk
    commands: Commands
    activities: Activities
    gateway: Gateway
    limits: Limits


@dataclass(slots=True)
class Call:
    """One request of the bot's: path parameters, query, JSON body and files."""

    api: Api
    params: dict[str, str]
    query: dict[str, str]
    body: Any = None
    files: Files = field(default_factory=dict)

    def id(self, name: str) -> int:
        return int(self.params[name])

    @property
    def fields(self) -> Json:
        """The body, which must be an object."""
        if not isinstance(self.body, dict):
            raise ApiError(400, 50109, "The request body contains invalid JSON.")
        return self.body

    @property
    def channel(self) -> Channel:
        return self.api.world.channel(self.id("channel_id"))

    @property
    def message(self) -> Message:
        """A message of the path's; ephemeral ones are not to be had this way."""
        message = self.api.world.message(self.id("channel_id"), self.id("message_id"))
        if message.ephemeral_to is not None:
            raise errors.unknown_message()
        return message


Handler = Callable[[Call], Any]


@dataclass(frozen=True, slots=True)
class Route:
    """A method and path of Discord's, with what answers it. `by_token`: no login needed."""

    method: str
    path: str
    handler: Handler
    limit: Limit
    by_token: bool
    pattern: re.Pattern[str]
    status: int


class RouteTable:
    """Routes in the order they were added."""

    def __init__(self) -> None:
        self.routes: list[Route] = []

    def add(
        self,
        method: str,
        path: str,
        limit: Limit = DEFAULT_LIMIT,
        *,
        by_token: bool = False,
        status: int = 200,
    ) -> Callable[[Handler], Handler]:
        """Let the decorated function answer `method path`; names in braces are parameters. status:
        of an answer with a body."""
        pattern = re.sub(r"\{(\w*_id)\}", r"(?P<\1>\\d+)", path)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)

        def register(handler: Handler) -> Handler:
            compiled = re.compile(pattern)
            self.routes.append(Route(method, path, handler, limit, by_token, compiled, status))
            return handler

        return register


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it comes in, by whatever way. path: under /api/v10; login: the Authorization
    header; read: gives the JSON body and the files. Raises ApiError for what cannot be read."""

    method: str
    path: str
    query: dict[str, str]
    login: str
    read: Callable[[], Awaitable[tuple[Any, Files]]]


@dataclass(frozen=True, slots=True)
class Record:
    """A request that came and how it was answered, for tests to look at."""

    at: float
    method: str
    route: str
    status: int
    body: Any
    files: tuple[str, ...]


class Rest:
    """Answers everything under /api/v10. `violations` holds what a real Discord wouldn't take
    or doesn't know; a test run that leaves some there has failed."""

    def __init__(
        self, api: Api, routes: list[Route], token: str, faults: Faults, contract: Contract | None
    ) -> None:
        self.api = api
        self.routes = routes
        self.token = token
        self.faults = faults
        self.contract = contract
        self.checks_answers = False  # against the contract, as requests are
        self.violations: list[str] = []
        self.records: deque[Record] = deque(maxlen=5000)

    async def serve(self, request: web.Request) -> web.Response:
        asked = Request(
            request.method,
            "/" + request.match_info["tail"],
            dict(request.query),
            request.headers.get("Authorization", ""),
            lambda: _read(request),
        )
        return _answer(*await self.answer(asked))

    async def answer(self, request: Request) -> tuple[int, Any, dict[str, str]]:
        """The status, body and headers of the answer to a request."""
        path = request.path
        found = self._find(request.method, path)
        if found is None:
            self._violation(f"the playground has no route {request.method} {path}")
            return 501, {"message": "501: the playground has no such route", "code": 0}, {}
        route, params = found
        call = Call(self.api, params, request.query)
        try:
            status, body, headers = await self._handle(request, route, call)
        except RateLimited as limited:
            status, body, headers = 429, limited.body, limited.headers
        except ApiError as error:
            log.info("%s %s: %s", request.method, path, error)
            status, body, headers = error.status, error.body(), {}
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            # A body so far from its shape that the rules could not even read it.
            self._violation(f"{request.method} {path}: {error!r} while reading {call.body!r}")
            body, headers = ApiError(400, 50035, "Invalid Form Body").body(), {}
            status = 400
        if self.contract is not None and self.checks_answers:
            for problem in self.contract.check_answer(route.method, route.path, status, body):
                self._violation(f"{route.method} {route.path}: {problem}")
        files = tuple(file.filename for file in call.files.values())
        now = self.api.world.clock.now()
        record = Record(now, route.method, route.path, status, call.body, files)
        self.records.append(record)
        return status, body, headers

    def _find(self, method: str, path: str) -> tuple[Route, dict[str, str]] | None:
        for route in self.routes:
            if route.method == method and (match := route.pattern.fullmatch(path)):
                return route, match.groupdict()
        return None

    def _violation(self, text: str) -> None:
        log.error("%s", text)
        self.violations.append(text)

    async def _handle(
        self, request: Request, route: Route, call: Call
    ) -> tuple[int, Any, dict[str, str]]:
        if not route.by_token and not same_secret(request.login, f"Bot {self.token}"):
            raise errors.unauthorized()
        await self.faults.strike(route.method, route.path)
        call.body, call.files = await request.read()
        for place in stray_keys(route.path, call.body):
            self._violation(f"{route.method} {route.path}: Discord knows no {place}")
        if self.contract is not None:
            for problem in self.contract.check(route.method, route.path, call):
                self._violation(f"{route.method} {route.path}: {problem}")
        # docs: topics/rate-limits#global-rate-limit: interactions are not bound to it
        if not route.by_token:
            self.api.limits.take_global()
        major = "+".join(call.params.get(name, "") for name in _MAJOR)
        bucket = f"{route.method} {route.path}"
        headers = self.api.limits.take(bucket, major, route.limit)
        try:
            result = route.handler(call)
            if isinstance(result, Awaitable):
                result = await result
        except ApiError as error:
            return error.status, error.body(), headers
        await self.faults.strike(route.method, route.path, done=True)
        if result is None:
            return 204, None, headers
        return route.status, result, headers


def _answer(status: int, body: Any, headers: dict[str, str]) -> web.Response:
    """Clients compare Content-Type with exactly application/json, so no charset follows it."""
    headers = VIA | headers
    if status == 204:
        return web.Response(status=204, headers=headers)
    data = json.dumps(body, separators=(",", ":")).encode()
    headers = headers | {"Content-Type": "application/json"}
    return web.Response(status=status, body=data, headers=headers)


async def _read(request: web.Request) -> tuple[Any, Files]:
    """JSON, or `payload_json` and `files[n]` of a form. docs: reference#uploading-files"""
    if not request.body_exists or request.method in ("GET", "DELETE"):
        return None, {}
    if request.content_type == "multipart/form-data":
        return await _read_multipart(request)
    if request.headers.get("Content-Type") != "application/json":
        if not await request.content.read(1):
            return None, {}
        raise ApiError(400, 50035, "Expected Content-Type application/json")
    return _parse(await request.content.read(MAX_JSON + 1)), {}


def _parse(text: bytes) -> Any:
    if len(text) > MAX_JSON:
        raise errors.too_large()
    try:
        return json.loads(text) if text else None
    except (ValueError, RecursionError):
        raise ApiError(400, 50109, "The request body contains invalid JSON.") from None


async def _read_multipart(request: web.Request) -> tuple[Any, Files]:
    body: Any = None
    files: Files = {}
    async for part in await request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        most = MAX_JSON if part.name == "payload_json" else MAX_FILE
        data = bytearray()
        while chunk := await part.read_chunk(65536):
            data += chunk
            if len(data) > most:
                raise errors.too_large()
        index = re.fullmatch(r"files\[(\d+)\]", part.name or "")
        if part.name == "payload_json":
            body = _parse(bytes(data))
        elif index and part.filename and len(files) < MAX_FILES:
            kind = part.headers.get("Content-Type")
            files[int(index[1])] = UploadedFile(part.filename, bytes(data), kind)
        else:
            raise ApiError(400, 50035, f"Unexpected part {part.name!r} in the form")
    return body, files
