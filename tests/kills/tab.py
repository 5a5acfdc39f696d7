"""A person's tab of the pad, on a real socket to whatever bot is there."""

from __future__ import annotations

import asyncio
import contextlib
import json

import aiohttp

from tests.simulation.tab import Tab
from tests.simulation.trace import Trace

_AGAIN = 0.3  # seconds between attempts to connect


class SocketTab(Tab):
    """Stays connected until its sheet is over: `keep` is a task of its own."""

    def __init__(self, token: str, trace: Trace, address: str) -> None:
        super().__init__(token, trace)
        self._address = address
        self._sends: set[asyncio.Task[None]] = set()

    async def keep(self) -> None:
        """Connect, and again whenever the connection is lost."""
        async with aiohttp.ClientSession() as session:
            while self.usable:
                try:
                    async with session.ws_connect(f"{self._address}/pad/socket") as socket:
                        await self._listen(socket)
                except (aiohttp.ClientError, OSError):
                    self._socket = None
                await asyncio.sleep(_AGAIN)

    async def _listen(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket, self._open = socket, False
        hello = {"t": "hello", "token": self._token, "clients": [self._client]}
        await socket.send_str(json.dumps(hello))
        async for message in socket:
            if message.type is aiohttp.WSMsgType.TEXT:
                self.told(socket, message.data)
        self.hung_up(socket, socket.close_code or 0)

    def _say(self, socket: aiohttp.ClientWebSocketResponse, text: str) -> None:
        async def send() -> None:
            with contextlib.suppress(aiohttp.ClientError, OSError):  # it is sent again later
                await socket.send_str(text)

        task = asyncio.create_task(send())
        self._sends.add(task)
        task.add_done_callback(self._sends.discard)
