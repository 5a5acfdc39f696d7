from __future__ import annotations

import asyncio

import discord
import pytest

from bot.playground.person import Person
from bot.playground.server import Playground
from tests.bot.playground.conftest import SampleBot, StartBot


async def test_a_bot_logs_in_and_sees_the_guild(playground: Playground, start: StartBot):
    bot = await start(SampleBot())
    assert bot.user is not None
    assert bot.user.name == "Penguess"
    [guild] = bot.guilds
    assert [channel.name for channel in guild.text_channels] == [
        "drawing-room",
        "games",
        "quiet-corner",
    ]
    assert guild.me.guild_permissions.send_messages


async def test_a_wrong_token_is_refused(playground: Playground):
    bot = SampleBot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("not the token")
    await bot.close()


async def test_messages_reach_the_bot(playground: Playground, start: StartBot):
    bot = SampleBot()
    heard: asyncio.Queue[discord.Message] = asyncio.Queue()

    @bot.event
    async def on_message(message: discord.Message) -> None:
        await heard.put(message)

    await start(bot)
    Person(playground, "Ada").say("hello there")
    message = await asyncio.wait_for(heard.get(), 5)
    assert (message.content, message.author.display_name) == ("hello there", "Ada")
