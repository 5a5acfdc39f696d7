"""Discord's proxy, from which an Activity's page is served: it alone is reached from there.

What it does to requests and which policy it sets is as Discord's documents and other people's
reports have it (https://github.com/discord/embedded-app-sdk/issues/63,
https://github.com/discord/discord-api-docs/pull/6967): nothing but its own host, under `/.proxy/`.
docs: activities/development-guides/networking, …/local-development#url-mapping
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections import deque

import aiohttp
import yarl
from aiohttp import WSMsgType, web

PREFIX = "/.proxy"
MAX_BODY = 64 * 1024  # bytes of a request; an Activity asks for little
MAX_LINE = 1024 * 1024  # bytes of one message over a WebSocket

_HOP = {"connection", "content-length", "content-encoding", "transfer-encoding", "host", "upgrade"}
_HOST = re.compile(r"[\w.-]+(:\d+)?|\[[\da-fA-F:]+\](:\d+)?")
_DISCORD = re.compile(r"(https|wss)://(\*\.)?(discord|discordsays)\.com")

_Socket = aiohttp.ClientWebSocketResponse | web.WebSocketResponse


class ActivityProxy:
    """Hands requests on to `target`, which `/` is mapped to in the developer portal, and adds
    Discord's policy to what comes back. `target` is "" while there is none.

    plays_discord: pages are framed by this host too, so where their own policy names Discord's
    hosts it stands for them. seen: paths that were asked for
    lately.
    """

    def __init__(self, target: str = "", *, plays_discord: bool = False) -> None:
        self.target = target
        self.plays_discord = plays_discord
        self.seen: deque[str] = deque(maxlen=1000)
        self._session: aiohttp.ClientSession | None = None
        self._lines: set[web.WebSocketResponse] = set()

    async def close(self) -> None:
        await self.cut()
        if self._session is not None:
            await self._session.close()

    async def cut(self) -> None:
        """Drop every page's WebSocket, as proxies do now and then."""
        await asyncio.gather(*(line.close(code=1001) for line in list(self._lines)))

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Any request of an Activity's page."""
        self.seen.append(request.path)
        if self._session is None:
            self._session = aiohttp.ClientSession()
        address = self._address(request)
        headers = {
            name: value for name, value in request.headers.items() if name.lower() not in _HOP
        }
        if request.headers.get("Upgrade", "").lower() == "websocket":
            return await self._tunnel(self._session, request, address)
        if (request.content_length or 0) > MAX_BODY:
            raise web.HTTPRequestEntityTooLarge(MAX_BODY, request.content_length or 0)
        data = await request.read() if request.body_exists else None
        asked = self._session.request(
            request.method, address, headers=headers, data=data, allow_redirects=False
        )
        try:
            async with asked as answer:
                body, given = await answer.read(), answer.headers.copy()
                status = answer.status
        except (aiohttp.ClientError, TimeoutError):
            raise web.HTTPBadGateway(text="The Activity's server does not answer.") from None
        for name in [name for name in given if name.lower() in _HOP]:
            given.popall(name, None)
        if self.plays_discord and "Content-Security-Policy" in given:
            own = _DISCORD.sub("'self'", given["Content-Security-Policy"])
            given["Content-Security-Policy"] = own
        given.add("Content-Security-Policy", policy(request))
        return web.Response(status=status, body=body, headers=given)

    def _address(self, request: web.Request) -> yarl.URL:
        """Where a request is handed on to: below the target, and nowhere else."""
        base = yarl.URL(self.target)
        address = yarl.URL(self.target + request.raw_path.removeprefix(PREFIX))
        if not self.target or not address.path.startswith(base.path) or ".." in address.path:
            raise web.HTTPNotFound
        return address

    async def _tunnel(
        self, session: aiohttp.ClientSession, request: web.Request, address: yarl.URL
    ) -> web.WebSocketResponse:
        near = web.WebSocketResponse(max_msg_size=MAX_LINE)
        await near.prepare(request)
        self._lines.add(near)
        try:
            async with session.ws_connect(address, max_msg_size=MAX_LINE) as far:
                pumps = [asyncio.create_task(_pump(near, far)) for near, far in _both(near, far)]
                await asyncio.wait(pumps)
        except (aiohttp.ClientError, TimeoutError):
            await near.close(code=1011)
        finally:
            self._lines.discard(near)
        return near


def policy(request: web.Request) -> str:
    """The policy that Discord's proxy sets, for the host at which a page sees it."""
    host = request.host if _HOST.fullmatch(request.host) else "invalid"
    own = f"{request.scheme}://{host}{PREFIX}/"
    line = own.replace("http", "ws", 1)
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src {own}",
            f"style-src {own}",
            f"img-src {own} data: blob:",
            f"connect-src {own} {line} https://discord.com/api/",
        ]
    )


def _both(one: _Socket, other: _Socket) -> list[tuple[_Socket, _Socket]]:
    return [(one, other), (other, one)]


async def _pump(source: _Socket, sink: _Socket) -> None:
    """Hand on what is said until one side has gone; then the other is told why."""
    with contextlib.suppress(ConnectionError):
        async for message in source:
            if message.type is WSMsgType.TEXT:
                await sink.send_str(message.data)
    await sink.close(code=source.close_code or 1006)
