"""A pad behind a real web server, and tabs that speak its protocol."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.pad import Pad, Sheet, Work, routes
from bot.store.database import Store


class Served:
    """A pad on a port of its own. news: what its listener heard, as (what, sheet, work)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.now = 1_000_000.0
        self.port = 0
        self.news: list[tuple[str, str, Work]] = []

    async def start(self) -> None:
        self._stack = AsyncExitStack()
        store = await self._stack.enter_async_context(Store(self.path))
        self.store = store
        self.pad = Pad(store, now=lambda: self.now)

        async def on_change(sheet: str, work: Work) -> None:
            self.news.append(("change", sheet, work))

        async def on_done(sheet: str, work: Work) -> None:
            self.news.append(("done", sheet, work))

        self.pad.listen("test:", on_change, on_done)
        app = web.Application()
        routes.join(self.pad, app)
        self.runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self.runner.setup()
        self._stack.push_async_callback(self.runner.cleanup)
        await web.TCPSite(self.runner, "127.0.0.1", self.port, reuse_address=True).start()
        self.port = self.runner.addresses[0][1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.pad.address = self.url

    async def stop(self) -> None:
        await self._stack.aclose()

    async def restart(self) -> None:
        """End as a process would, and come back at the same address from what was stored."""
        await self.stop()
        await self.start()


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[Served]:
    one = Served(tmp_path / "penguess.db")
    await one.start()
    yield one
    await one.stop()


class Tab:
    """A tab that says what it is told to say."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def say(self, **message: Any) -> None:
        await self.socket.send_str(json.dumps(message))

    async def hear(self, kind: str) -> dict[str, Any]:
        """The next message of a kind; fails when the socket is closed before."""
        while True:
            message = await self.socket.receive(timeout=60)
            assert message.type is aiohttp.WSMsgType.TEXT, (message.type, self.socket.close_code)
            said = json.loads(message.data)
            if said["t"] == kind:
                return said

    async def closed(self) -> int | None:
        """Wait until the server closes; the code."""
        while True:
            message = await self.socket.receive(timeout=60)
            if message.type is aiohttp.WSMsgType.CLOSE:
                return message.data
            if message.type is not aiohttp.WSMsgType.TEXT:
                return self.socket.close_code

    async def send(self, client: str, first: int, *ops: dict[str, Any]) -> dict[str, Any]:
        """Send operations and return how they were acknowledged."""
        await self.say(t="ops", client=client, first=first, ops=ops)
        return await self.hear("ack")


OpenTab = Callable[..., Awaitable[Tab]]


@pytest.fixture
async def tab(served: Served) -> AsyncIterator[OpenTab]:
    """Opens tabs: `await tab(link)` says hello and is shown the sheet; `greet=False` does not."""
    async with aiohttp.ClientSession() as session:

        async def connect(link: str, *clients: str, greet: bool = True) -> Tab:
            socket = await session.ws_connect(f"{served.url}/pad/socket")
            opened = Tab(socket)
            if greet:
                await opened.say(t="hello", token=link.partition("#")[2], clients=clients)
            return opened

        yield connect


def sheet(id_: str = "test:1", **changes: Any) -> Sheet:
    fields = {"id": id_, "person": 7, "title": "a cat", "ink": 10.0, "strokes": None}
    return Sheet(**(fields | changes))


def add(name: str, *points: int, ink: int = 0, pen: int = 1) -> dict[str, Any]:
    return {"op": "add", "stroke": name, "ink": ink, "pen": pen, "points": points or (10, 10)}


def extend(name: str, *points: int) -> dict[str, Any]:
    return {"op": "extend", "stroke": name, "points": points}
