"""A playground, and a bot of discord.py's own kind that does a bit of everything."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack

import discord
import pytest
from discord import app_commands

from bot.playground.client import point_discord_at
from bot.playground.server import Playground


class SampleBot(discord.AutoShardedClient):
    """A plain client with a command tree; tests add commands before they start it."""

    def __init__(self, intents: discord.Intents | None = None) -> None:
        super().__init__(
            intents=intents or discord.Intents.all(),
            guild_ready_timeout=0,
            allowed_mentions=discord.AllowedMentions.none(),
        )
        self.tree = app_commands.CommandTree(self)
        self.problems: list[BaseException] = []
        self.tree.error(self._on_tree_error)

    async def setup_hook(self) -> None:
        await self.tree.sync()

    async def _on_tree_error(
        self, _: discord.Interaction, error: app_commands.AppCommandError
    ) -> None:
        self.problems.append(getattr(error, "original", error))


StartBot = Callable[[SampleBot], Awaitable[SampleBot]]


@pytest.fixture
async def playground() -> AsyncIterator[Playground]:
    """A running playground; what the bot sent and what it was answered must have been in order, or
    the test fails."""
    async with Playground(generosity=20) as running:
        running.rest.checks_answers = True
        with point_discord_at(running.url):
            yield running
        assert running.violations == []


@pytest.fixture
async def start(playground: Playground) -> AsyncIterator[StartBot]:
    """Logs bots in and waits until each is ready; they are closed after the test."""
    async with AsyncExitStack() as stack:

        async def run(bot: SampleBot) -> SampleBot:
            task = asyncio.create_task(bot.start(playground.token))

            async def stop() -> None:
                await bot.close()
                await asyncio.gather(task, return_exceptions=True)

            stack.push_async_callback(stop)
            ready = asyncio.create_task(bot.wait_until_ready())
            async with asyncio.timeout(60):
                await asyncio.wait({ready, task}, return_when=asyncio.FIRST_COMPLETED)
            if task.done():
                ready.cancel()
                task.result()
            return bot

        yield run
