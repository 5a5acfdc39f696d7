"""The bot joins Discord, with all that it works with, and leaves it again when it is told to."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import discord
from pydantic import SecretStr

from bot.app import penguess
from bot.client import Penguess
from bot.config import BadConfiguration, Config
from bot.engine_process import EngineProcess
from bot.kit.task_set import TaskSet
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from bot.store.database import Store
from bot.web.server import Web
from engine.client import EngineClient

log = logging.getLogger(__name__)

End = Callable[[], Awaitable[None]]


async def join(
    settings: Config,
    token: str,
    stop: asyncio.Event,
    *,
    url: str | None,
    hosted: Playground | None,
) -> None:
    """Join, and stay until `stop` is set.

    url: of a playground to join in Discord's place; hosted: the playground itself, where it runs in
    this process. Raises CannotRun.
    """
    if hosted is not None:
        secret = SecretStr(hosted.activities.client_secret)
        settings = settings.model_copy(update={"client_secret": secret})
    async with AsyncExitStack() as stack:
        engine, end_engine = await stack.enter_async_context(_engine(settings))
        store = await stack.enter_async_context(Store(settings.database))
        renderer = Renderer()
        stack.callback(renderer.close)
        if url is not None:
            # On loopback heartbeats are answered before discord.py has noted when it sent them,
            # and it takes that for a delay of a whole interval.
            logging.getLogger("discord.gateway").setLevel(logging.ERROR)
            stack.enter_context(point_discord_at(url))
        bot = penguess(settings, store, engine, renderer)
        tasks = TaskSet()
        stack.push_async_callback(tasks.end)
        stack.push_async_callback(_leave, bot, end_engine)
        web = Web(bot, settings.web_host, settings.web_port)
        try:
            await stack.enter_async_context(web)
        except OSError as error:
            raise BadConfiguration(
                f"PENGUESS_WEB_PORT: cannot listen on {settings.web_host}:{settings.web_port}: "
                f"{error.strerror or error}"
            ) from error
        log.info("health and metrics", extra={"url": web.url})
        if hosted is not None:
            hosted.host_activity(web.url + "/activity")
        joined = tasks.start(_join(bot, token))
        stopped = tasks.start(stop.wait())
        tasks.start(renderer.warm_up())
        await asyncio.wait({joined, stopped}, return_when=asyncio.FIRST_COMPLETED)
        if joined.done():
            joined.result()
        log.info("stopping")


async def _join(bot: Penguess, token: str) -> None:
    try:
        await bot.start(token)
    except discord.LoginFailure as error:
        raise BadConfiguration("DISCORD_TOKEN: Discord does not know this token") from error
    except discord.PrivilegedIntentsRequired as error:
        raise BadConfiguration(
            "PENGUESS_CHAT: switch on the message content intent for the application at "
            "https://discord.com/developers/applications first"
        ) from error


async def _leave(bot: Penguess, end_engine: End) -> None:
    """Leave, with the engine at the same time: nobody waits until one that is busy and ends anyway
    has taken note of what it need not draw any more."""
    await asyncio.gather(bot.close(), end_engine())


@asynccontextmanager
async def _engine(settings: Config) -> AsyncIterator[tuple[EngineClient, End]]:
    """A client of the engine that the settings name, or of one started here; and what ends the
    latter before its time."""
    token = settings.engine_token.get_secret_value() if settings.engine_token else None
    if settings.engine_url is not None:
        async with EngineClient(settings.engine_url, token) as client:
            yield client, _nothing
        return
    process = EngineProcess(settings.model)
    process.start()
    async with EngineClient(process.address) as client:

        async def end() -> None:
            await process.stop()
            await client.close()  # whoever calls it hears at once that it is away

        try:
            yield client, end
        finally:
            await end()


async def _nothing() -> None:
    """Engines of others go on."""
