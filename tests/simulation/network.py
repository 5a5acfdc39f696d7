"""What lies between the bot and Discord: requests and events that come late, twice or not at all.

discord.py is the real one, with its retries and rate limits. In the place of aiohttp's session it
gets one that hands requests to the playground's `Rest` in this process, and in the place of the
gateway's socket a link that hands events to its parsers.
"""

from __future__ import annotations

import asyncio
import contextvars
import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

import aiohttp
from multidict import CIMultiDict

from bot.playground.gateway import Gateway, Op, Session
from bot.playground.model.errors import ApiError, Json
from bot.playground.model.uploads import UploadedFile, Uploads
from bot.playground.protocol.limits import VIA, RateLimited
from bot.playground.rest import Request, Rest
from tests.simulation.loop import VirtualLoop
from tests.simulation.trace import Trace

API = "/api/v10"
CDN = "https://cdn.discordapp.com"


@dataclass(frozen=True, slots=True)
class Weather:
    """How likely each kind of trouble is for one request or event, in [0, 1].

    refused: 5xx before anything was done; lost: done, and the answer is a 5xx or none at all, so
    that discord.py asks again; limited: 429; late: seconds pass first.
    """

    refused: float = 0.0
    lost: float = 0.0
    limited: float = 0.0
    late: float = 0.0
    stalled: float = 0.0  # an event of the gateway, and all that come after it
    missed: float = 0.0  # the gateway's session is lost, with all that comes meanwhile


CALM = Weather()
ROUGH = Weather(refused=0.02, lost=0.01, limited=0.02, late=0.03, stalled=0.005, missed=0.002)
STORM = Weather(refused=0.1, lost=0.04, limited=0.06, late=0.1, stalled=0.02, missed=0.01)


class Answer:
    """What discord.py reads of an answer."""

    def __init__(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        self.status = status
        self.reason = str(status)
        self.headers = CIMultiDict(headers)
        self._body = body

    async def text(self, encoding: str = "utf-8") -> str:
        return self._body.decode(encoding)

    async def read(self) -> bytes:
        return self._body


class _Exchange:
    def __init__(self, work: Callable[[], Any]) -> None:
        self._work = work

    async def __aenter__(self) -> Answer:
        return await self._work()

    async def __aexit__(self, *_: object) -> None:
        pass


class ClientSession:
    """As much of aiohttp.ClientSession as discord.py uses."""

    closed = False

    def __init__(self, network: Network, loop: VirtualLoop) -> None:
        self._network = network
        self._loop = loop

    def request(
        self,
        method: str,
        url: str,
        *,
        data: Any = None,
        headers: Any = None,
        params: Any = None,
        **_: Any,
    ) -> _Exchange:
        return _Exchange(
            lambda: self._network.exchange(
                self._loop, method, str(url), data, headers or {}, params or {}
            )
        )

    def get(self, url: str, **_: Any) -> _Exchange:
        return _Exchange(lambda: self._network.fetch(self._loop, str(url)))

    async def close(self) -> None:
        self.closed = True


class Network:
    """The way to Discord. world: the loop that Discord and the people are in."""

    def __init__(
        self,
        rest: Rest,
        uploads: Uploads,
        world: VirtualLoop,
        chance: random.Random,
        trace: Trace,
    ) -> None:
        self._rest = rest
        self._uploads = uploads
        self._world = world
        self._chance = chance
        self._trace = trace
        self.weather = CALM

    def latency(self) -> float:
        if self._chance.random() < self.weather.late:
            return self._chance.uniform(1.0, 8.0)
        return self._chance.uniform(0.02, 0.2)

    async def exchange(
        self,
        loop: VirtualLoop,
        method: str,
        url: str,
        data: Any,
        headers: dict[str, str],
        params: dict[str, Any],
    ) -> Answer:
        """Raises what aiohttp raises when a connection breaks."""
        path = unquote(url.split(API, 1)[1])
        body, files = _unpacked(data)
        future: asyncio.Future[Answer] = loop.create_future()
        roll, weather = self._chance.random(), self.weather
        fate = ""
        for name in ("refused", "lost", "limited"):
            share: float = getattr(weather, name)
            if roll < share:
                fate = name
                break
            roll -= share

        def deliver(answer: Answer | Exception) -> None:
            if future.done():
                return
            if isinstance(answer, Exception):
                future.set_exception(answer)
            else:
                future.set_result(answer)

        def send_back(answer: Answer | Exception) -> None:
            if loop.alive:
                loop.call_at(loop.time() + self.latency(), deliver, answer)

        def arrive() -> None:
            query = {key: str(value) for key, value in params.items()}

            async def read() -> tuple[Any, dict[int, UploadedFile]]:
                return (json.loads(body) if body else None), files

            plain, _, search = path.partition("?")
            query |= dict(part.split("=", 1) for part in search.split("&") if "=" in part)
            login = headers.get("Authorization", "")
            request = Request(method, plain, query, login, read)
            if fate == "refused":
                self._trace.note("refused", method, plain)
                send_back(self._trouble())
                return
            if fate == "limited":
                self._trace.note("limited", method, plain)
                limited = RateLimited(self._chance.uniform(0.1, 4.0), {})
                send_back(_answer(429, limited.body, limited.headers))
                return
            status, reply, back = _at_once(self._rest.answer(request))
            self._trace.note("request", method, plain, status, len(body), len(files))
            if fate == "lost":
                self._trace.note("lost", method, plain)
                send_back(self._trouble())
                return
            send_back(_answer(status, reply, back))

        self._world.call_at(loop.time() + self.latency(), arrive)
        return await future

    def _trouble(self) -> Answer | Exception:
        kind = self._chance.choice((500, 502, 503, 104))
        if kind == 104:
            return aiohttp.ClientOSError(104, "Connection reset by peer")
        error = ApiError(kind, 0, f"{kind}: trouble")
        return _answer(kind, error.body(), {})

    async def fetch(self, loop: VirtualLoop, url: str) -> Answer:
        """A file that somebody uploaded."""
        future: asyncio.Future[Answer] = loop.create_future()

        def deliver() -> None:
            if not future.done():
                number = int(url.split("/attachments/", 1)[1].split("/")[1])
                kept = self._uploads._kept.get(number)
                bad = kept is None or self._chance.random() < self.weather.refused
                answer = Answer(404, b"", {}) if bad or kept is None else Answer(200, kept.data, {})
                future.set_result(answer)

        loop.call_at(loop.time() + self.latency(), deliver)
        return await future


class Link:
    """The connection of one bot to the gateway: what the gateway calls a connection.

    receive: takes an event by its name and data, in the bot's loop and in `context`.
    """

    def __init__(
        self,
        network: Network,
        gateway: Gateway,
        loop: VirtualLoop,
        receive: Callable[[str, Json], None],
        context: contextvars.Context,
        chance: random.Random,
        trace: Trace,
    ) -> None:
        self.session: Session | None = None
        self.queue = self
        self.ended_here = False
        self._network = network
        self._gateway = gateway
        self._loop = loop
        self._receive = receive
        self._context = context
        self._chance = chance
        self._trace = trace
        self._last = 0.0

    def identify(self, token: str, intents: int) -> None:
        """Begin a session; called in the world's loop."""
        self._gateway.connections.add(self)  # type: ignore[arg-type]
        self._gateway._identify(self, {"token": token, "intents": intents})  # type: ignore[arg-type]

    def drop(self) -> None:
        """Hang up for good: the session is gone, and nobody takes it up."""
        self._gateway.connections.discard(self)
        if self.session is not None:
            self._gateway.sessions.pop(self.session.id, None)
            self.session = None

    def put_nowait(self, item: Any) -> None:
        """An event is on its way; they arrive in order, like Discord's."""
        if not self._loop.alive or not isinstance(item, dict) or item["op"] != Op.DISPATCH:
            return
        weather = self._network.weather
        name = item["t"]
        arrives = self._loop.time() + self._network.latency()
        if self._chance.random() < weather.stalled:
            self._trace.note("stalled", name)
            arrives += self._chance.uniform(2.0, 20.0)
        if name == "INTERACTION_CREATE" and self._chance.random() < weather.missed:
            self._trace.note("missed", name)
            return
        self._last = max(self._last + 1e-6, arrives)
        data = json.dumps(item["d"])
        self._loop.call_at(self._last, self._arrive, name, data, context=self._context)

    def _arrive(self, name: str, data: str) -> None:
        self._trace.note("event", name, len(data))
        self._receive(name, json.loads(data))


def _unpacked(data: Any) -> tuple[str, dict[int, UploadedFile]]:
    """The JSON and the files of a request's body."""
    if not isinstance(data, aiohttp.FormData):
        return data or "", {}
    body, files = "", {}
    for options, headers, value in data._fields:
        name = options["name"]
        if name == "payload_json":
            body = value
        else:
            kind = headers.get("Content-Type")
            number = int(name.removeprefix("files[").removesuffix("]"))
            files[number] = UploadedFile(options["filename"], value.read(), kind)
    return body, files


def _answer(status: int, body: Any, headers: dict[str, str]) -> Answer:
    headers = VIA | headers
    if status == 204:
        return Answer(204, b"", headers)
    return Answer(status, json.dumps(body).encode(), headers | {"Content-Type": "application/json"})


def _at_once(work: Any) -> Any:
    """What a coroutine gives that waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        return done.value
    raise AssertionError("the playground waited")
