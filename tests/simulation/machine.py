"""The machine that the bot runs on: it boots, is killed, is stopped, and boots again.

What outlives the bot is its database, a file in memory where the system has such a place.
"""

from __future__ import annotations

import asyncio
import contextvars
import logging
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import discord

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.playground.model.errors import Json
from bot.store.database import Store, open_database
from tests.simulation.chance import TIME
from tests.simulation.engine import SimulatedEngine
from tests.simulation.loop import Universe, VirtualLoop
from tests.simulation.network import ClientSession, Link
from tests.simulation.pictures import SimulatedRenderer
from tests.simulation.place import Place
from tests.simulation.trace import Trace

log = logging.getLogger(__name__)

PAD = "https://pad.example"


class Machine:
    """At most one bot at a time. trouble: of the engine, see SimulatedEngine.

    boots, kills, stops: how many of each there were. crashes: boots that Discord did not let
    happen. longest_away: seconds between a kill and the next boot, at most.
    """

    def __init__(
        self,
        universe: Universe,
        place: Place,
        folder: Path,
        chance: random.Random,
        trace: Trace,
        trouble: float,
    ) -> None:
        self._universe = universe
        self._place = place
        self._folder = folder
        self._chance = chance
        self._trace = trace
        self._config = config.load(data=folder, steps=8, chat=chance.random() < 0.3)
        self._engine = SimulatedEngine(random.Random(chance.random()), trace, trouble)
        self._link: Link | None = None
        self.loop: VirtualLoop | None = None
        self.bot: Penguess | None = None
        self.boots = self.kills = self.stops = self.crashes = 0
        self.longest_away = 0.0
        self.unhandled: list[str] = []

    @property
    def database(self) -> Path:
        return self._folder / "penguess.db"

    @property
    def engine(self) -> SimulatedEngine:
        return self._engine

    @property
    def is_up(self) -> bool:
        """Is a bot there that has joined Discord?"""
        return self.bot is not None and self._link is not None

    def boot(self) -> None:
        """Start a process, in which the bot joins Discord, if Discord lets it."""
        self.boots += 1
        loop = VirtualLoop(TIME, random.Random(self._chance.random()))
        loop.set_exception_handler(self._on_exception)
        self._universe.add(loop)
        self.loop = loop
        self._trace.note("boot", self.boots)
        loop.create_task(self._run(loop))

    def _on_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        error = context.get("exception")
        task = context.get("task") or context.get("future")
        self.unhandled.append(f"{context.get('message')}: {error!r} {task!r}")

    async def _run(self, loop: VirtualLoop) -> None:
        store = Store(self.database)
        await store.open()
        renderer = SimulatedRenderer(random.Random(self._chance.random()))
        bot = penguess(self._config, store, self._engine, renderer, lambda: TIME.now)
        bot.http.connector = object()  # type: ignore[assignment]  # there is nothing to connect to
        bot.pad.address = PAD
        try:
            await bot.login(self._place.token)
        except (discord.HTTPException, OSError):
            self.crashes += 1
            self._trace.note("crash")
            self._place.world_loop.call_at(TIME.now + 5.0, self._again, loop)
            return
        bot.shard_count = bot._connection.shard_count = 1
        bot._connection.shard_ids = range(1)
        self.bot = bot
        link = Link(
            self._place.network,
            self._place.gateway,
            loop,
            lambda name, data: self._receive(bot, name, data),
            contextvars.copy_context(),
            random.Random(self._chance.random()),
            self._trace,
        )
        self._link = link
        self._place.world_loop.call_soon(link.identify, self._place.token, bot.intents.value)

    def _again(self, loop: VirtualLoop) -> None:
        if self.loop is loop:
            self.end()
            self.boot()

    def _receive(self, bot: Penguess, name: str, data: Json) -> None:
        parsers: dict[str, Callable[[Any], None]] = bot._connection.parsers
        if name in parsers:
            parsers[name](data)

    def end(self) -> None:
        """Throw away the process there is, if any."""
        if self._link is not None:
            self._link.drop()
        if self.loop is not None:
            self.loop.kill()
            self._universe.remove(self.loop)
        self.bot = self.loop = self._link = None

    def kill(self) -> None:
        """SIGKILL."""
        self.kills += 1
        self._trace.note("kill", self.loop.run if self.loop else 0)
        self.end()

    async def stop(self) -> None:
        """SIGTERM; from the world's loop, which waits until it is done."""
        self.stops += 1
        self._trace.note("stop")
        bot, loop = self.bot, self.loop
        if bot is None or loop is None:
            return
        done = asyncio.get_running_loop().create_future()

        async def close() -> None:
            try:
                await bot.close()
                await bot.store.close()
            finally:
                self._place.world_loop.call_soon(lambda: done.done() or done.set_result(None))

        loop.create_task(close())
        await done
        if self.loop is loop:
            self.end()

    def query(self, sql: str, values: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
        """What is in the database now."""
        with closing(sqlite3.connect(self.database)) as connection:
            return connection.execute(sql, values).fetchall()

    def write(self, sql: str, rows: list[tuple[Any, ...]]) -> None:
        """Change the database while no bot is there."""
        with closing(sqlite3.connect(self.database)) as connection, connection:
            connection.executemany(sql, rows)


def template(folder: Path) -> Path:
    """An empty database, made once: each run begins with a copy of it."""
    path = folder / "template.db"
    open_database(path).close()
    return path


def fresh(made: Path, folder: Path) -> None:
    """Begin a run's folder with a copy of the template."""
    folder.mkdir()
    shutil.copy(made, folder / "penguess.db")


def sessions(place: Callable[[], Place | None]) -> Callable[..., ClientSession]:
    """What makes discord.py's sessions: one of the place of the run under way."""

    def make(**_: Any) -> ClientSession:
        here, loop = place(), asyncio.get_running_loop()
        if here is None or not isinstance(loop, VirtualLoop):
            raise AssertionError("a session outside of a run")
        return ClientSession(here.network, loop)

    return make
