"""The whole of it over the wire: a real engine process, the real bot, a playground, and people."""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.model.entities import Message
from bot.playground.model.world import Event
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from bot.store.database import Store
from engine.client import EngineClient
from tests.bot.chromium import browser as browser
from tests.bot.requests_table import rows

ENGINE_STARTS_WITHIN = 600.0  # seconds; a few, on a machine that does nothing else
PACED_ENGINE = (sys.executable, "-m", "tests.paced_engine")
SOON = 300.0  # seconds that a short drawing may take on a machine that does much else


@pytest.fixture(scope="session")
def engine_address() -> Iterator[str]:
    """An engine with the built-in model, started once for all tests, or the one that
    PENGUESS_ENGINE_URL names."""
    if running := os.environ.get("PENGUESS_ENGINE_URL"):
        yield running
        return
    folder = tempfile.mkdtemp(prefix="penguess-test-")
    address = f"unix:{folder}/engine.sock"
    command = [*PACED_ENGINE, "serve", "--child", "--uds", f"{folder}/engine.sock"]
    # Its standard input closes when these tests end, however they do, and it ends with them.
    process = subprocess.Popen(
        command, env=os.environ | {"OMP_NUM_THREADS": "1"}, stdin=subprocess.PIPE
    )
    try:
        asyncio.run(_until_ready(address, process))
        yield address
    finally:
        process.terminate()
        process.wait()
        shutil.rmtree(folder)


async def _until_ready(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + ENGINE_STARTS_WITHIN
    async with EngineClient(address) as client:
        while not await client.ready():
            assert process.poll() is None, "the engine did not start"
            assert time.monotonic() < until, "the engine is not ready in time"
            await asyncio.sleep(0.2)


@pytest.fixture(scope="session")
def renderer() -> Iterator[Renderer]:
    renderer = Renderer()
    asyncio.run(renderer.warm_up())
    yield renderer
    renderer.close()


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A playground; what the bot sent must have been in order, and among the requests in
    docs/discord.md, or the test fails."""
    async with Playground() as running:
        with point_discord_at(running.url):
            yield running
        assert running.violations == []
        done = {(one.method, one.route) for one in running.rest.records if one.status < 300}
        assert done <= set(rows())


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    async with Store(tmp_path / "penguess.db") as opened:
        yield opened


StartBot = Callable[..., Awaitable[Penguess]]


@pytest.fixture
async def start(
    playground: Playground, store: Store, engine_address: str, renderer: Renderer, tmp_path: Path
) -> AsyncIterator[StartBot]:
    """Starts bots: `await start(steps=20)`; keywords are the configuration's fields, `engine` the
    address of another engine, `clock` another clock, `database` another store.
    They are closed after the test."""
    async with AsyncExitStack() as stack:

        async def run(
            *,
            engine: str = engine_address,
            clock: Callable[[], float] = time.monotonic,
            now: Callable[[], float] = time.time,
            database: Store = store,
            **fields: object,
        ) -> Penguess:
            settings = config.load(data=tmp_path, **({"steps": 12} | fields))
            client = await stack.enter_async_context(EngineClient(engine, patience=3.0))
            bot = penguess(settings, database, client, renderer, clock, now)
            task = asyncio.create_task(bot.start(playground.token))

            async def stop() -> None:
                await bot.close()
                await asyncio.gather(task, return_exceptions=True)

            stack.push_async_callback(stop)
            ready = asyncio.create_task(bot.wait_until_ready())
            async with asyncio.timeout(SOON):
                await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                task.result()
            return bot

        yield run


@pytest.fixture
def ada(playground: Playground) -> TestUser:
    return TestUser(playground, "Ada")


class Watch:
    """Notes the pictures and texts that a message shows, one after another."""

    def __init__(self, playground: Playground, message: Message) -> None:
        self.pictures: list[tuple[str, bytes]] = []
        self.times: list[float] = []
        self.texts: list[str] = [message.text]
        self._message = message
        playground.world.listeners.append(self._on_event)

    def _on_event(self, event: Event) -> None:
        if event.kind != "message_update" or event.subject is not self._message:
            return
        self.times.append(time.monotonic())
        self.texts.append(self._message.text)
        for file in self._message.attachments:
            self.pictures.append((file.filename, file.data))

    @property
    def previews(self) -> set[bytes]:
        """The different still pictures."""
        return {data for name, data in self.pictures if name.endswith(".png")}


def is_over(message: Message) -> bool:
    """Does the message offer to draw it again?"""
    ids = [str(part.get("custom_id", "")) for part in message.walk()]
    return any(id_.startswith("draw:again:") for id_ in ids)


async def over(person: TestUser, message: Message) -> Message:
    """Wait until a drawing is over."""
    await person.wait_for(lambda: is_over(message), SOON)
    return message


def picture(message: Message) -> tuple[str, bytes]:
    """The name and bytes of the only file of a message."""
    (file,) = message.attachments
    return file.filename, file.data
