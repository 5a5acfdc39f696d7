"""How long a restart takes: `python -m bot` with its playground, from Ctrl-C until an old button
works.

A tab of the page is open, a drawing is under way and a game's lobby stands, whose button is the old
one. Beside the clock, which other work on the machine slows down, it tells the processor's time,
without the engine's; and how many times that is what `import discord` alone takes.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from typing import Any

import aiohttp
import psutil

from bot.playground.model.errors import Json

_LOOK_EVERY = 0.01  # seconds
_WITHIN = 300.0  # seconds for anything at all
_IMPORT = [sys.executable, "-c", "import discord"]


class Tab:
    """The page as the server sees it: someone's WebSocket."""

    def __init__(self, address: str, name: str, session: aiohttp.ClientSession) -> None:
        self.messages: dict[str, Json] = {}
        self.bot_here = False
        self.first_channel = ""
        self._address, self._name, self._session = address, name, session
        self._bot = ""
        self._secret: str | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None
        self._answers: dict[int, asyncio.Future[Json]] = {}
        self._settled: dict[str, Json] = {}
        self._news = asyncio.Event()

    async def come_in(self) -> None:
        """Connect as soon as the server answers, and join: as before, if this one was here."""
        while True:
            try:
                self._socket = await self._session.ws_connect(
                    f"{self._address}/people/socket", headers={"Origin": self._address}
                )
                break
            except aiohttp.ClientError:
                await asyncio.sleep(_LOOK_EVERY)
        self._reading = asyncio.create_task(self._read(self._socket))
        room = await self.ask("join", name=self._name, secret=self._secret, languages=["en"])
        self._secret, self._bot = room["secret"], room["bot"]
        self.first_channel = room["channels"][0]["id"]
        self.bot_here = any(one["here"] for one in room["people"] if one["id"] == self._bot)

    async def ask(self, what: str, **data: Any) -> Json:
        """Ask the server for something. Raises RuntimeError with what it says against it."""
        if self._socket is None:
            raise RuntimeError("come in first")
        number = len(self._answers) + 1
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"do": what, "n": number, **data})
        answer = await self._answers[number]
        if "error" in answer:
            raise RuntimeError(answer["error"])
        return answer

    async def ask_bot(self, what: str, **data: Any) -> bool:
        """Ask the bot for something; returns whether it answered in time."""
        asked = (await self.ask(what, **data))["interaction"]
        await self.until(lambda: asked in self._settled)
        return not self._settled[asked]["failed"]

    async def until(self, holds: Any) -> None:
        async with asyncio.timeout(_WITHIN):
            while not holds():
                self._news.clear()
                await self._news.wait()

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            data = message.json()
            if "re" in data:
                self._answers[data["re"]].set_result(data)
            elif data["event"] == "message":
                self.messages[data["message"]["id"]] = data["message"]
            elif data["event"] == "interaction":
                self._settled[data["interaction"]] = data
            elif data["event"] == "person" and data["person"]["id"] == self._bot:
                self.bot_here = data["person"]["here"]
            self._news.set()


def button(message: Json, label: str) -> str | None:
    """The id of a message's button."""

    def find(part: Any) -> str | None:
        if isinstance(part, dict) and part.get("label") == label:
            return part.get("custom_id")
        inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
        return next(filter(None, map(find, inner)), None)

    return find(message["components"])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@dataclass
class _Took:
    """Seconds by the clock, and of a processor."""

    clock: float
    busy: float


class _Run:
    """The bot's process."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._began = time.monotonic()
        self._process = subprocess.Popen([sys.executable, "-m", "bot"], env=environment)
        self._looked = psutil.Process(self._process.pid)

    def took(self) -> _Took:
        return _Took(time.monotonic() - self._began, self._busy())

    def _busy(self) -> float:
        times = self._looked.cpu_times()
        return times.user + times.system

    async def stop(self) -> _Took:
        """Ctrl-C."""
        began, before = time.monotonic(), self._busy()
        self._process.send_signal(signal.SIGINT)
        last = before
        while self._process.poll() is None:
            try:
                last = max(last, self._busy())
            except psutil.Error:
                break
            await asyncio.sleep(_LOOK_EVERY)
        self._process.wait()
        return _Took(time.monotonic() - began, last - before)


def _import_discord() -> float:
    """Seconds of a processor."""
    before = os.times()
    subprocess.run(_IMPORT, check=True)  # noqa: S603 - our own
    after = os.times()
    return sum(after[2:4]) - sum(before[2:4])  # of children: in the program, and in the kernel


async def _prepared(ada: Tab) -> Json:
    """Let a drawing be under way and a lobby stand; what presses its button."""
    await ada.come_in()
    await ada.until(lambda: ada.bot_here)
    where = {"channel": ada.first_channel}
    await ada.ask_bot("call", name="draw", options={"prompt": "a cat"}, **where)
    await ada.until(lambda: any(button(one, "Stop") for one in ada.messages.values()))
    await ada.ask_bot("call", name="pictionary", options={}, **where)
    await ada.until(lambda: any(button(one, "Join") for one in ada.messages.values()))
    lobby = next(one for one in ada.messages.values() if button(one, "Join"))
    return {"message": lobby["id"], "custom_id": button(lobby, "Join"), **where}


async def restart(times: int) -> int:
    """Start again so many times, and print what it took."""
    steps = ("stopping", "the page is up", "an old button works")
    rows: list[tuple[_Took, ...]] = []
    imports: list[float] = []
    with tempfile.TemporaryDirectory(prefix="penguess-bench-") as folder:
        port = free_port()
        environment = os.environ | {
            "PENGUESS_DATA": folder,
            "PENGUESS_PLAYGROUND_PORT": str(port),
            "PENGUESS_WEB_PORT": "0",
            "PENGUESS_LOG": "error",
        }
        for name in ("DISCORD_TOKEN", "PENGUESS_PLAYGROUND_URL"):
            environment.pop(name, None)
        async with aiohttp.ClientSession() as session:
            ada = Tab(f"http://127.0.0.1:{port}", "Ada", session)
            run = _Run(environment)
            try:
                press = await _prepared(ada)
                for _ in range(times):
                    imports.append(_import_discord())
                    stopping = await run.stop()
                    run = _Run(environment)
                    await ada.come_in()
                    page = run.took()
                    while not await ada.ask_bot("component", **press):  # it was not there yet
                        pass
                    rows.append((stopping, page, run.took()))
            finally:
                await run.stop()
    for number, step in enumerate(steps):
        clock = statistics.median(row[number].clock for row in rows)
        busy = statistics.median(row[number].busy for row in rows)
        print(f"{step:20} {clock:5.2f} s by the clock, {busy:5.2f} s of a processor")
    whole = statistics.median(row[0].busy + row[2].busy for row in rows)
    clock = statistics.median(row[0].clock + row[2].clock for row in rows)
    alone = statistics.median(imports)
    print(f"{'from Ctrl-C':20} {clock:5.2f} s by the clock, {whole:5.2f} s of a processor:")
    print(f"{whole / alone:.1f} times `import discord`, which takes {alone:.2f} s of it")
    return 0
