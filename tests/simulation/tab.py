"""A person's tab of the pad: the page's side of the protocol, and the real `bot.pad.tab` behind.

What is drawn is sent until the bot says that it is stored, on one connection after another, as
the page does.
"""

from __future__ import annotations

import asyncio
import json
import random
from typing import Any

from aiohttp import WSMessage, WSMsgType

from bot.client import Penguess
from bot.pad import close_codes, operations
from bot.pad.tab import Tab as Server
from tests.simulation.loop import VirtualLoop
from tests.simulation.trace import Trace

_FOR_GOOD = {
    close_codes.CLOSED,
    close_codes.EXPIRED,
    close_codes.BAD_LINK,
    close_codes.NO_SHEET,
    close_codes.MOVED,
}
_LATENCY = 0.05  # seconds


class _Socket:
    """The bot's end of a connection, as much of it as `bot.pad.tab` uses."""

    def __init__(self, tab: Tab, world: VirtualLoop) -> None:
        self._tab = tab
        self._world = world
        self._coming: asyncio.Queue[WSMessage] = asyncio.Queue()

    def put(self, text: str) -> None:
        self._coming.put_nowait(WSMessage(WSMsgType.TEXT, text, None))

    async def receive(self) -> WSMessage:
        return await self._coming.get()

    def __aiter__(self) -> _Socket:
        return self

    async def __anext__(self) -> WSMessage:
        return await self._coming.get()

    async def send_str(self, text: str) -> None:
        self._world.call_at(self._world.time() + _LATENCY, self._tab.told, self, text)

    async def close(self, *, code: int) -> None:
        self._world.call_at(self._world.time() + _LATENCY, self._tab.hung_up, self, code)


class Tab:
    """acked: the last operation that the bot has said is stored. sheet: its id, once known."""

    def __init__(self, token: str, trace: Trace) -> None:
        self._token = token
        self._trace = trace
        self._client = f"{random.getrandbits(40):08x}"[:8]
        self._operations: list[dict[str, Any]] = []
        self._socket: Any = None
        self._loop: VirtualLoop | None = None
        self.acked = 0
        self.usable = True
        self._open = False
        self._serving: list[asyncio.Task[None]] = []  # asyncio itself holds none of them

    @property
    def client(self) -> str:
        return self._client

    @property
    def waiting(self) -> int:
        """How many operations are not known to be stored."""
        return len(self._operations) - self.acked

    def connect(self, bot: Penguess, loop: VirtualLoop, world: VirtualLoop) -> None:
        """Open a connection, unless there is one to this very bot."""
        if not self.usable or (self._socket is not None and self._loop is loop):
            return
        self._socket = socket = _Socket(self, world)
        self._loop, self._open = loop, False
        hello = {"t": "hello", "token": self._token, "clients": [self._client]}

        async def serve() -> None:
            socket.put(json.dumps(hello))
            await Server(bot.pad, socket).run()  # type: ignore[arg-type]

        self._serving.append(loop.create_task(serve()))

    def draw(self, chance: random.Random) -> None:
        """A stroke; now and then the sheet is handed in."""
        if chance.random() < 0.15:
            self._operations.append({"op": "done"})
        else:
            points = [chance.randrange(operations.UNIT) for _ in range(8)]
            name = f"{self._client}-{len(self._operations) + 1}"
            self._operations.append(
                {"op": "add", "stroke": name, "ink": 0, "pen": 1, "points": points}
            )
        self._send(len(self._operations))

    def _send(self, first: int) -> None:
        ops = self._operations[first - 1 :][:64]
        if self._socket is not None and self._open and ops:
            said = {"t": "ops", "client": self._client, "first": first, "ops": ops}
            self._say(self._socket, json.dumps(said))

    def _say(self, socket: Any, text: str) -> None:
        """Send a message on the connection."""
        if self._loop is not None and self._loop.alive:
            self._loop.call_at(self._loop.time() + _LATENCY, socket.put, text)

    def told(self, socket: Any, text: str) -> None:
        if socket is not self._socket:
            return
        said = json.loads(text)
        if said["t"] == "sheet":
            self._open = True
            self._send(self.acked + 1)
        elif said["t"] == "ack":
            self.acked = max(self.acked, said["n"])
            self._trace.note("stored", self._client, said["n"])
            if said["again"]:
                self._send(said["n"] + 1)

    def hung_up(self, socket: Any, code: int) -> None:
        if socket is self._socket:
            self._socket = None
            self._trace.note("hung-up", self._client, code)
            self.usable = code not in _FOR_GOOD

    def close(self) -> None:
        self.usable = False
