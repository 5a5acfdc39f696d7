from __future__ import annotations

import asyncio
import time

import discord
import pytest

from bot.playground.client import point_discord_at
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.playground.conftest import SampleBot, StartBot


@pytest.fixture
async def room(start: StartBot) -> discord.TextChannel:
    bot = await start(SampleBot())
    return bot.guilds[0].text_channels[0]


def answers(playground: Playground, route: str) -> list[int]:
    """The status of each answer to requests of a route, in order."""
    return [record.status for record in playground.rest.records if record.route.endswith(route)]


async def test_a_429_is_waited_out(playground: Playground, room: discord.TextChannel):
    message = await room.send("one")
    playground.faults.rate_limit("PATCH *", times=2, retry_after=0.05)
    await message.edit(content="two")
    assert answers(playground, "{message_id}") == [429, 429, 200]


async def test_a_global_429_stops_everything_for_its_time(
    playground: Playground, room: discord.TextChannel
):
    playground.faults.rate_limit("POST */messages", retry_after=0.2, everywhere=True)
    began = time.monotonic()
    await room.send("late")
    assert time.monotonic() - began >= 0.2


async def test_a_429_on_an_interactions_edit_is_waited_out(playground: Playground, start: StartBot):
    bot = SampleBot()

    @bot.tree.command(description="Draw")
    async def draw(interaction: discord.Interaction) -> None:
        await interaction.response.defer()
        playground.faults.rate_limit("PATCH */@original", retry_after=0.05)
        await interaction.edit_original_response(content="done")

    await start(bot)
    ada = TestUser(playground, "Ada")
    await ada.slash("draw")
    await ada.wait_for_message("done")
    assert answers(playground, "@original") == [429, 200]


async def test_an_answer_is_lost_and_what_was_asked_is_done(
    playground: Playground, room: discord.TextChannel
):
    playground.faults.lose("POST */messages", status=503)
    with pytest.raises(discord.DiscordServerError):
        await room.send("there")
    assert [one.content async for one in room.history()] == ["there"]


async def test_a_500_is_tried_again(playground: Playground, room: discord.TextChannel):
    playground.faults.fail("POST */messages")
    assert (await room.send("again")).content == "again"
    assert answers(playground, "/messages") == [500, 200]


async def test_a_delay_delays(playground: Playground, room: discord.TextChannel):
    playground.faults.delay("POST */typing", 0.2)
    began = time.monotonic()
    await room.typing()
    assert time.monotonic() - began >= 0.2


async def test_limits_slow_a_bot_that_edits_too_fast():
    async with Playground() as playground:
        with point_discord_at(playground.url):
            bot = SampleBot()
            task = asyncio.create_task(bot.start(playground.token))
            await asyncio.wait_for(bot.wait_until_ready(), 60)
            message = await bot.guilds[0].text_channels[0].send("0")
            began = time.monotonic()
            for number in range(6):
                await message.edit(content=str(number))
            assert time.monotonic() - began >= 3
            await bot.close()
            await task


async def test_a_route_that_is_not_there_says_so_loudly(
    playground: Playground, room: discord.TextChannel
):
    with pytest.raises(discord.DiscordServerError) as caught:
        await room.guild.fetch_roles()
    assert caught.value.status == 501
    [violation] = playground.violations
    assert "no route GET" in violation
    playground.violations.clear()
