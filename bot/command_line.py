"""The bot on the command line: run it, back up what it keeps, put a back-up in its place."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

import discord
from pydantic import SecretStr

from bot import config
from bot.app import penguess
from bot.client import Penguess
from bot.config import BadConfiguration, Config
from bot.engine_process import EngineProcess
from bot.kit import logs
from bot.pictures.renderer import Renderer
from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from bot.store import backup
from bot.store.database import Store, UnusableDatabase
from bot.web.server import Web
from engine.client import EngineClient

log = logging.getLogger(__name__)

_ENDING = 10.0  # seconds that a bot which was told to stop may still take


def main(argv: Sequence[str] | None = None, prog: str = "python -m bot") -> int:
    """Run one command. Returns the exit code: 0, or 2 for what has to be put right first."""
    args = _parser(prog).parse_args(argv)
    os.umask(0o077)  # what is written is for this user alone: people's data, and what signs links
    try:
        settings = config.load()
        match args.command:
            case "backup":
                backup.back_up(settings.database, args.file)
                print(f"backed up to {args.file}")
            case "restore":
                before = backup.restore(settings.database, args.file)
                print(f"restored from {args.file}")
                if before is not None:
                    print(f"what was there before is kept in {before}")
            case "config":
                print(config.table())
            case _:
                logs.set_up(settings.log_level, settings.log_format)
                with backup.sole_user(settings.data, _ENDING):
                    asyncio.run(_run(settings.settled()))
    except (
        BadConfiguration,
        backup.BackupFailed,
        backup.AlreadyRunning,
        UnusableDatabase,
    ) as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    except OSError as error:
        print(f"penguess: {error}", file=sys.stderr)
        return 2
    return 0


def _parser(prog: str) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=prog,
        description="Join Discord, with DISCORD_TOKEN set; without, open the playground.",
    )
    commands = parser.add_subparsers(dest="command")
    commands.add_parser("run", help="run the bot; so does no command at all")
    commands.add_parser("play", help="the same")
    save = commands.add_parser("backup", help="copy the database; the bot may be running")
    save.add_argument("file", type=Path, help="a new file")
    load = commands.add_parser("restore", help="put a back-up in the database's place")
    load.add_argument("file", type=Path, help="what `backup` wrote")
    commands.add_parser("config", help="print the variables as a Markdown table")
    return parser


async def _run(settings: Config) -> None:
    """Run until SIGTERM or Ctrl-C. Raises BadConfiguration for what only shows on trying."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):  # on Windows
            loop.add_signal_handler(number, stop.set)
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(Store(settings.database))
        engine = await stack.enter_async_context(_engine(settings))
        renderer = Renderer()
        stack.callback(renderer.close)
        token, playground = await stack.enter_async_context(_discord(settings))
        if playground is not None:
            secret = SecretStr(playground.activities.client_secret)
            settings = settings.model_copy(update={"client_secret": secret})
        bot = penguess(settings, store, engine, renderer)
        stack.push_async_callback(bot.close)
        web = Web(bot, settings.web_host, settings.web_port)
        try:
            await stack.enter_async_context(web)
        except OSError as error:
            raise BadConfiguration(
                f"PENGUESS_WEB_PORT: cannot listen on {settings.web_host}:{settings.web_port}: "
                f"{error.strerror or error}"
            ) from error
        log.info("health and metrics", extra={"url": web.url})
        if playground is not None:
            playground.host_activity(web.url + "/activity")
        joined = asyncio.create_task(_join(bot, token))
        stopped = asyncio.create_task(stop.wait())
        stack.callback(stopped.cancel)
        if playground is not None:
            print(f"The playground is open at {playground.page}", flush=True)
        await renderer.warm_up()
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


@asynccontextmanager
async def _engine(settings: Config) -> AsyncIterator[EngineClient]:
    """A client of the engine that the settings name, or of one started here."""
    token = settings.engine_token.get_secret_value() if settings.engine_token else None
    if settings.engine_url is not None:
        async with EngineClient(settings.engine_url, token) as client:
            yield client
        return
    process = EngineProcess(settings.model)
    process.start()
    try:
        async with EngineClient(process.address) as client:
            yield client
    finally:
        await process.stop()


@asynccontextmanager
async def _discord(settings: Config) -> AsyncIterator[tuple[str, Playground | None]]:
    """The token to join with, and the playground if one was opened here."""
    token = settings.token.get_secret_value() if settings.token else None
    for name in ("DISCORD_TOKEN", "DISCORD_CLIENT_SECRET"):
        os.environ.pop(name, None)  # no child process has any use for it
    if token is None or settings.playground_url is not None:
        # On loopback heartbeats are answered before discord.py has noted when it sent them, and
        # it takes that for a delay of a whole interval.
        logging.getLogger("discord.gateway").setLevel(logging.ERROR)
    if settings.playground_url is not None:
        if token is None:
            raise BadConfiguration("DISCORD_TOKEN: missing; it is what the playground printed")
        with point_discord_at(settings.playground_url):
            yield token, None
        return
    if token is not None:
        yield token, None
        return
    playground = Playground(
        host=settings.playground_host,
        port=settings.playground_port,
        lenient=settings.chat,
        folder=settings.data,
        invites=True,
    )
    try:
        await playground.start()
    except OSError as error:
        raise BadConfiguration(
            f"PENGUESS_PLAYGROUND_PORT: cannot listen on {settings.playground_host}:"
            f"{settings.playground_port}: {error.strerror or error}"
        ) from error
    try:
        with point_discord_at(playground.url):
            yield playground.token, playground
    finally:
        await playground.stop()
