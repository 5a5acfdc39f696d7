"""The bot as a process, from its start until it is told to stop.

What people wait for comes first. The playground's page takes a third of the time that the bot and
discord.py take to load, so it is up before they are loaded; the engine, which takes longest, starts
meanwhile.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import importlib
import os
import signal
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from typing import TYPE_CHECKING, Any

from bot.config import BadConfiguration, Config

if TYPE_CHECKING:
    from bot.playground.server import Playground


async def run(settings: Config) -> None:
    """Run until SIGTERM or Ctrl-C. Raises CannotRun for what only shows on trying."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, stop.set)
    token = settings.token.get_secret_value() if settings.token else None
    for name in ("DISCORD_TOKEN", "DISCORD_CLIENT_SECRET"):
        os.environ.pop(name, None)  # no child process has any use for it
    url = settings.playground_url
    if url is not None and token is None:
        raise BadConfiguration("DISCORD_TOKEN: missing; it is what the playground printed")
    async with AsyncExitStack() as stack:
        playground = None
        if token is None:
            playground = await stack.enter_async_context(_playground(settings))
            token, url = playground.token, playground.url
        # On another thread, so that the page is served meanwhile.
        joining = await asyncio.to_thread(_loaded, "bot.joining")
        if not stop.is_set():
            await joining.join(settings, token, stop, url=url, hosted=playground)


def _loaded(module: str) -> Any:
    """Import a module. Nothing of it becomes garbage, so none is looked for: that saves a tenth."""
    gc.disable()
    try:
        return importlib.import_module(module)
    finally:
        gc.enable()


@asynccontextmanager
async def _playground(settings: Config) -> AsyncIterator[Playground]:
    """A playground of the bot's own."""
    from bot.playground.server import Playground  # of no use in Discord

    playground = Playground(
        host=settings.playground_host,
        port=settings.playground_port,
        lenient=settings.chat,
        folder=settings.data,
        invites=True,
        awaits_bot=True,
    )
    try:
        await playground.start()
    except OSError as error:
        raise BadConfiguration(
            f"PENGUESS_PLAYGROUND_PORT: cannot listen on {settings.playground_host}:"
            f"{settings.playground_port}: {error.strerror or error}"
        ) from error
    try:
        print(f"The playground is open at {playground.page}", flush=True)
        if playground.join_key is None:
            print("With PENGUESS_PLAYGROUND_HOST=0.0.0.0, phones in your network can join, too.")
        yield playground
    finally:
        await playground.stop()
