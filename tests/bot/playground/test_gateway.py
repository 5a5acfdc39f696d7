from __future__ import annotations

import asyncio

import discord
import pytest

from bot.playground.server import Playground
from bot.playground.test_user import TestUser
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
    TestUser(playground, "Ada").say("hello there")
    message = await asyncio.wait_for(heard.get(), 60)
    assert (message.content, message.author.display_name) == ("hello there", "Ada")


async def collect(bot: SampleBot) -> asyncio.Queue[str]:
    heard: asyncio.Queue[str] = asyncio.Queue()

    @bot.event
    async def on_message(message: discord.Message) -> None:
        await heard.put(message.content)

    @bot.event
    async def on_resumed() -> None:
        await heard.put("(resumed)")

    return heard


async def hear(heard: asyncio.Queue[str], count: int) -> list[str]:
    async with asyncio.timeout(60):
        return [await heard.get() for _ in range(count)]


async def test_events_missed_while_away_are_replayed(playground: Playground, start: StartBot):
    bot = SampleBot()
    heard = await collect(bot)
    await start(bot)
    ada = TestUser(playground, "Ada")
    ada.say("one")
    assert await hear(heard, 1) == ["one"]
    playground.faults.drop_gateway()
    ada.say("two")
    ada.say("three")
    assert await hear(heard, 3) == ["two", "three", "(resumed)"]
    assert len(playground.gateway.sessions) == 1


async def test_a_bot_comes_back_when_told_to_reconnect(playground: Playground, start: StartBot):
    bot = SampleBot()
    heard = await collect(bot)
    await start(bot)
    ada = TestUser(playground, "Ada")
    playground.faults.ask_reconnect()
    ada.say("while you were out")
    assert sorted(await hear(heard, 2)) == ["(resumed)", "while you were out"]


async def test_an_invalid_session_starts_a_new_one(playground: Playground, start: StartBot):
    bot = await start(SampleBot())
    [before] = playground.gateway.sessions
    playground.gateway.identified.clear()
    playground.faults.invalidate_session()
    await asyncio.wait_for(playground.gateway.identified.wait(), 60)
    assert before not in playground.gateway.sessions
    assert not bot.is_closed()


async def test_a_session_ends_when_the_bot_stays_away(playground: Playground, start: StartBot):
    await start(SampleBot())
    [session] = playground.gateway.sessions.values()
    connection = session.connection
    assert connection is not None
    session.connection = None
    session.left_at = playground.clock.now()
    playground.clock.advance(181)
    TestUser(playground, "Ada")
    assert playground.gateway.sessions == {}


async def test_without_the_content_intent_texts_of_others_are_empty(
    playground: Playground, start: StartBot
):
    intents = discord.Intents.default()
    bot = SampleBot(intents)
    heard = await collect(bot)
    await start(bot)
    ada = TestUser(playground, "Ada")
    ada.say("secret")
    ada.say(f"<@{playground.world.bot.id}> this one is for you")
    assert await hear(heard, 2) == ["", f"<@{playground.world.bot.id}> this one is for you"]


async def test_without_the_content_intent_a_reply_tells_only_what_was_written_to_the_bot(
    playground: Playground, start: StartBot
):
    bot = SampleBot(discord.Intents.default())
    heard: asyncio.Queue[discord.Message] = asyncio.Queue()

    @bot.event
    async def on_message(message: discord.Message) -> None:
        await heard.put(message)

    await start(bot)
    ada = TestUser(playground, "Ada")
    secret = ada.say("secret")
    own = await bot.get_partial_messageable(ada.here.id).send("mine")
    mine = playground.world.messages[ada.here.id][own.id]
    ada.say(f"<@{playground.world.bot.id}> look", reply_to=secret)
    ada.say("with a hat", reply_to=mine)
    ada.say("not for you", reply_to=mine, ping=False)
    said: list[tuple[str, str]] = []
    while len(said) < 3:
        message = await asyncio.wait_for(heard.get(), 60)
        if message.reference is not None:
            answered = message.reference.resolved
            assert isinstance(answered, discord.Message)
            said.append((message.content, answered.content))
    assert said == [
        (f"<@{playground.world.bot.id}> look", ""),
        ("with a hat", "mine"),
        ("", "mine"),
    ]


async def test_a_sharded_bot_gets_each_event_once():
    async with Playground(shards=2) as playground:
        from bot.playground.client import point_discord_at

        with point_discord_at(playground.url):
            bot = SampleBot()
            heard = await collect(bot)
            task = asyncio.create_task(bot.start(playground.token))
            await asyncio.wait_for(bot.wait_until_ready(), 60)
            ada = TestUser(playground, "Ada")
            ada.say("in the guild")
            ada.go(ada.direct)
            ada.say("in private")
            assert sorted(await hear(heard, 2)) == ["in private", "in the guild"]
            assert heard.empty()
            assert bot.shard_count == 2
            await bot.close()
            await task


async def test_a_bot_without_compression_is_understood(playground: Playground):
    import aiohttp

    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(playground.gateway.resume_url + "/?v=10&encoding=json") as socket,
    ):
        hello = await socket.receive_json()
        assert hello["op"] == 10
        await socket.send_json({"op": 1, "d": None})
        assert (await socket.receive_json())["op"] == 11
        await socket.send_json({"op": 8, "d": {}})
        closed = await socket.receive()
        assert closed.data == 4003
