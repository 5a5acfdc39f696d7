"""The bot in a process of its own, as people run it: `python -m bot`."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from bot.playground.server import Playground
from tests.bot.conftest import SOON

BOT = [sys.executable, "-m", "bot"]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def environment_of(
    playground: Playground, engine: str, folder: Path, **more: str
) -> dict[str, str]:
    """What leads a bot to a playground, an engine and a folder for what it keeps."""
    return (
        os.environ
        | {
            "DISCORD_TOKEN": playground.token,
            "PENGUESS_PLAYGROUND_URL": playground.url,
            "PENGUESS_ENGINE_URL": engine,
            "PENGUESS_DATA": str(folder),
            "PENGUESS_WEB_PORT": str(free_port()),
        }
        | more
    )


def is_there(playground: Playground) -> bool:
    """Is a bot in the playground, with its commands?"""
    return playground.gateway.connected and bool(playground.commands.usable())


@asynccontextmanager
async def running(
    environment: dict[str, str], there: Callable[[], bool], folder: Path | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A bot in a process of its own, once the playground says that it has joined.

    folder: where another copy of the bot lies.
    """
    process = await asyncio.create_subprocess_exec(*BOT, env=environment, cwd=folder)
    try:
        async with asyncio.timeout(SOON):
            while not there():
                assert process.returncode is None
                await asyncio.sleep(0.1)
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()
