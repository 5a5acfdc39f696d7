"""The bot and its engine as processes that can be killed; what they leave, in one folder."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from bot.engine_process import EngineProcess
from bot.playground.server import Playground
from bot.store.database import open_database
from engine.client import EngineClient

BOOTS_WITHIN = 900.0  # seconds, on a machine that does much else
_STEPS = 12  # of descent for a drawing
_LOOK = 0.02  # seconds


class Processes:
    """kills: of each, how many there were; boots: seconds from the start of each bot until it had
    joined; longest_away: seconds without a bot, at most; unhandled: what its log says of errors."""

    def __init__(self, playground: Playground, folder: Path) -> None:
        self._playground = playground
        self._folder = folder
        self._engine = EngineProcess("pocket")
        self._bot: asyncio.subprocess.Process | None = None
        self._log = folder / "log.jsonl"
        self._port = _free_port()
        self.kills = {"bot": 0, "engine": 0, "both": 0}
        self.boots: list[float] = []
        self.longest_away = 0.0
        self.failed: list[str] = []
        open_database(self._database).close()

    @property
    def pids(self) -> dict[str, int]:
        """The processes that run, by name."""
        found = {"bot": self._bot and self._bot.pid, "engine": self._engine.pid}
        return {name: pid for name, pid in found.items() if pid}

    @property
    def pad(self) -> str:
        """Where the bot's pad is, whichever bot it is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def _database(self) -> Path:
        return self._folder / "penguess.db"

    @property
    def unhandled(self) -> list[str]:
        return self.failed + _errors(self._log)

    async def start(self) -> None:
        """Returns when the engine is ready and the bot has joined."""
        self._engine.start()
        async with EngineClient(self._engine.address) as client:
            await _until(client.ready)
        await self._boot(time.monotonic())

    async def _boot(self, gone_at: float) -> None:
        environment = os.environ | {
            "DISCORD_TOKEN": self._playground.token,
            "PENGUESS_PLAYGROUND_URL": self._playground.url,
            "PENGUESS_ENGINE_URL": self._engine.address,
            "PENGUESS_DATA": str(self._folder),
            "PENGUESS_WEB_PORT": str(self._port),
            "PENGUESS_STEPS": str(_STEPS),
            "PENGUESS_CHAT": "1",
            "PENGUESS_LOG": "warning",
            "PENGUESS_LOG_FORMAT": "json",
        }
        began, gateway = time.monotonic(), self._playground.gateway
        with self._log.open("ab") as log:
            self._bot = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot"), env=environment, stdout=log, stderr=log
            )
        process = self._bot

        async def joined() -> bool:
            if process.returncode is not None:
                raise ChildProcessError(f"the bot ended by itself with {process.returncode}")
            return gateway.connected

        await _until(joined)
        self.boots.append(time.monotonic() - began)
        self.longest_away = max(self.longest_away, time.monotonic() - gone_at)

    async def kill(self, what: str, pause: float) -> None:
        """SIGKILL for "bot", "engine" or "both"; the bot is started again after `pause` seconds,
        the engine by its keeper."""
        self.kills[what] += 1
        gone_at = time.monotonic()
        if what != "bot" and self._engine.pid is not None:
            os.kill(self._engine.pid, signal.SIGKILL)
        if what == "engine" or self._bot is None:
            return
        self._bot.kill()
        await self._bot.wait()
        await _until(self._is_gone)
        await asyncio.sleep(pause)
        await self._boot(gone_at)

    async def _is_gone(self) -> bool:
        return not self._playground.gateway.connected

    async def stop(self) -> None:
        """SIGTERM, as at the end of a day."""
        if self._bot is not None and self._bot.returncode is None:
            self._bot.terminate()
            if code := await self._bot.wait():
                self.failed.append(f"the bot ended with {code} when it was asked to end")
        await self._engine.stop()

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What is in the database now."""
        with closing(sqlite3.connect(self._database)) as connection:
            return connection.execute(sql, values).fetchall()

    def write(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """Change the database while no bot is there."""
        with closing(sqlite3.connect(self._database)) as connection, connection:
            connection.executemany(sql, rows)


async def _until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(BOOTS_WITHIN):
        while not await holds():  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(_LOOK)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _errors(log: Path) -> list[str]:
    """What a log has of errors, and whatever is no line of a log, as a traceback is."""
    found: list[str] = []
    for line in log.read_text(errors="replace").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            # What Python's own helper says when it tidies up after a process that was killed.
            if "resource_tracker" not in line:
                found.append(f"on stderr: {line}")
            continue
        if entry.get("level", "").upper() in ("ERROR", "CRITICAL"):
            found.append(f"in the log: {line}")
    return found
