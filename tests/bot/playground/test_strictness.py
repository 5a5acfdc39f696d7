"""What Discord refuses, and a milder playground would let through; each with its page."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands, ui
from PIL import Image

from bot.playground.model.entities import Channel, ChannelType
from bot.playground.model.errors import ApiError
from bot.playground.model.permission import Permission
from bot.playground.protocol.command_input import InvalidInput
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.playground.conftest import SampleBot, StartBot


@pytest.fixture
def ada(playground: Playground) -> TestUser:
    return TestUser(playground, "Ada")


async def refusal(work: Awaitable[Any]) -> tuple[int, int]:
    with pytest.raises(discord.HTTPException) as caught:
        await work
    return caught.value.status, caught.value.code


async def until(holds: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not holds():  # noqa: ASYNC110 - the client tells nobody
            await asyncio.sleep(0.01)


def thread_in(ada: TestUser, *, private: bool = False) -> Channel:
    return ada.world.add_thread(ada.here, "inside", ada.user, message=None, private=private)


def gallery() -> ui.LayoutView:
    view = ui.LayoutView()
    shown = ui.MediaGallery(discord.MediaGalleryItem("attachment://a.png"))
    view.add_item(ui.Container(shown, ui.File("attachment://b.txt")))
    return view


def files() -> list[discord.File]:
    return [discord.File(io.BytesIO(b"x"), name) for name in ("a.png", "b.txt", "c.txt")]


async def test_files_that_components_show_are_not_among_the_attachments(
    ada: TestUser, start: StartBot
):
    """docs: components/reference#unfurled-media-item; discord-api-docs issues 8277 and 8279"""
    bot = await start(SampleBot())
    place = bot.get_partial_messageable(ada.here.id)
    sent = await place.send(view=gallery(), files=files())
    assert [file.filename for file in sent.attachments] == ["c.txt"]
    (container,) = sent.components
    assert isinstance(container, discord.Container)
    item, file = container.children
    assert isinstance(item, discord.components.MediaGalleryComponent)
    assert item.items[0].media.attachment_id is not None
    assert isinstance(file, discord.components.FileComponent)
    assert file.media.attachment_id is not None


async def test_a_nonce_brings_the_first_message_back_even_if_it_is_deleted(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: resources/message#create-message (enforce_nonce)"""
    bot = await start(SampleBot())
    place = bot.get_partial_messageable(ada.here.id)
    first = await place.send("one", nonce="n")
    assert (await place.send("two", nonce="n")).id == first.id
    assert (await place.send("three", nonce="m")).id != first.id
    await first.delete()
    assert (await place.send("four", nonce="n")).id == first.id
    assert [message.text for message in ada.sees()] == ["three"]
    playground.clock.advance(600)
    assert (await place.send("five", nonce="n")).id != first.id


async def test_nothing_is_edited_in_an_archived_thread_until_it_is_opened(
    ada: TestUser, start: StartBot
):
    """docs: topics/threads#active--archived-threads, topics/opcodes-and-status-codes#json"""
    bot = await start(SampleBot())
    thread = thread_in(ada)
    place = bot.get_partial_messageable(thread.id)
    sent = await place.send("one")
    thread.archived = True
    assert await refusal(sent.edit(content="two")) == (400, 50083)
    found = await bot.fetch_channel(thread.id)
    assert isinstance(found, discord.Thread)
    await found.edit(archived=False)
    assert (await sent.edit(content="two")).content == "two"
    thread.archived = True
    await place.send("writing opens it too")
    assert not thread.archived


async def test_a_locked_thread_takes_nothing_but_from_who_manages_threads(
    ada: TestUser, start: StartBot
):
    """docs: topics/threads#locked-threads"""
    bot = await start(SampleBot())
    thread = thread_in(ada)
    place = bot.get_partial_messageable(thread.id)
    sent = await place.send("one")
    thread.archived = thread.locked = True
    assert await refusal(place.send("two")) == (403, 160005)
    found = await bot.fetch_channel(thread.id)
    assert isinstance(found, discord.Thread)
    assert (await refusal(found.edit(archived=False)))[0] == 403
    thread.archived = False
    assert await refusal(sent.edit(content="two")) == (403, 160005)
    ada.go(thread)
    with pytest.raises(ApiError):
        ada.say("I can not write here either")
    ada.world.overwrite(
        ada.world.channel(thread.parent_id or 0), ada.world.bot.id, allow=Permission.MANAGE_THREADS
    )
    assert (await sent.edit(content="two")).content == "two"


async def test_a_private_thread_is_there_for_members_alone(ada: TestUser, start: StartBot):
    """docs: topics/threads#private-threads, topics/threads#thread-membership"""
    bot = await start(SampleBot())
    thread = thread_in(ada, private=True)
    place = bot.get_partial_messageable(thread.id)
    assert await refusal(place.send("knock")) == (403, 50001)
    assert await refusal(bot.fetch_channel(thread.id)) == (403, 50001)
    (guild,) = bot.guilds
    ada.say("the gateway keeps up")
    assert guild.get_thread(thread.id) is None
    ada.go(thread)
    ada.say(f"come in, <@{ada.world.bot.id}>")
    await until(lambda: guild.get_thread(thread.id))
    assert (await place.send("thanks")).content == "thanks"
    ada.world.leave_thread(thread, ada.world.bot.id)
    assert await refusal(place.send("still?")) == (403, 50001)
    ada.world.overwrite(
        ada.world.channel(thread.parent_id or 0), ada.world.bot.id, allow=Permission.MANAGE_THREADS
    )
    assert (await place.send("as a moderator")).content == "as a moderator"


async def test_an_activity_is_launched_only_where_there_is_one(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: interactions/receiving-and-responding#interaction-response-object (LAUNCH_ACTIVITY)"""
    bot, refused = SampleBot(), list[int]()

    @bot.tree.command(description="Play")
    async def play(interaction: discord.Interaction) -> None:
        try:
            await interaction.response.launch_activity()
        except discord.HTTPException as error:
            refused.append(error.code)
            await interaction.response.send_message("no")

    await start(bot)
    await ada.slash("play")
    assert refused == [50035]
    playground.commands.enable_activities()
    asked = await ada.slash("play")
    assert asked.launched
    assert asked.message is None


async def test_who_is_timed_out_can_only_read(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: topics/permissions#permissions-for-timed-out-members"""
    bot = await start(SampleBot())
    place = bot.get_partial_messageable(ada.here.id)
    sent = await place.send("one")
    playground.world.time_out(playground.world.bot, 60.0)
    assert await refusal(place.send("two")) == (403, 50013)
    assert (await place.fetch_message(sent.id)).id == sent.id
    playground.world.time_out(ada.user, 60.0)
    with pytest.raises(ApiError):
        ada.say("neither do I")
    playground.clock.advance(61.0)
    assert (await place.send("two")).content == "two"


@pytest.mark.parametrize("kind", [ChannelType.VOICE, ChannelType.STAGE])
async def test_the_chat_of_a_voice_channel_takes_who_may_connect(
    ada: TestUser, start: StartBot, kind: ChannelType
):
    """docs: topics/permissions#implicit-permissions"""
    bot = await start(SampleBot())
    voice = ada.world.add_channel("lounge", kind=kind)
    place = bot.get_partial_messageable(voice.id)
    await place.send("one")
    ada.world.overwrite(voice, ada.world.bot.id, deny=Permission.CONNECT)
    assert await refusal(place.send("two")) == (403, 50013)


async def test_automod_blocks_a_word_for_all_but_who_manages_the_server(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: resources/auto-moderation#auto-moderation-rule-object"""
    bot = await start(SampleBot())
    playground.world.blocked_words.add("moth")
    place = bot.get_partial_messageable(ada.here.id)
    assert await refusal(place.send("A Moth!")) == (400, 200000)
    with pytest.raises(ApiError) as caught:
        ada.say("moth")
    assert caught.value.code == 200000
    assert TestUser(playground, "Mod", moderator=True).say("moth").text == "moth"
    assert (await place.send("mothers")).content == "mothers"


async def test_a_command_for_adults_is_found_in_age_restricted_channels_alone(
    ada: TestUser, start: StartBot
):
    """docs: interactions/application-commands#agerestricted-commands"""
    bot = SampleBot()

    @bot.tree.command(description="Draw", nsfw=True)
    async def draw(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("drawn")

    await start(bot)
    with pytest.raises(InvalidInput):
        await ada.slash("draw")
    ada.here.age_restricted = True
    assert (await ada.slash("draw")).message is not None


async def test_a_server_speaks_english_unless_it_is_a_community(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: resources/guild#guild-object (preferred_locale)"""
    bot, asked = SampleBot(), list[discord.Interaction]()

    @bot.tree.command(description="Draw")
    @app_commands.allowed_contexts(guilds=True)
    async def draw(interaction: discord.Interaction) -> None:
        asked.append(interaction)
        await interaction.response.send_message("drawn")

    await start(bot)
    ada.user.locale = "de"
    await ada.slash("draw")
    playground.world.become_community("ja")
    (guild,) = bot.guilds
    await until(lambda: guild.preferred_locale is discord.Locale.japanese)
    await ada.slash("draw")
    assert [str(one.guild_locale) for one in asked] == ["en-US", "ja"]
    assert guild.features == ["COMMUNITY"]


async def test_a_thread_goes_with_its_channel_and_a_server_with_the_bot(
    playground: Playground, ada: TestUser, start: StartBot
):
    """docs: events/gateway-events#channel-delete, events/gateway-events#guild-delete"""
    bot = await start(SampleBot())
    (guild,) = bot.guilds
    thread = thread_in(ada)
    await until(lambda: guild.get_thread(thread.id))
    playground.world.remove_channel(ada.here)
    await until(lambda: guild.get_thread(thread.id) is None)
    assert thread.id not in playground.world.channels
    playground.faults.remove_bot()
    await until(lambda: not bot.guilds)


@pytest.mark.parametrize("lenient", [False, True])
async def test_only_a_lenient_playground_lets_the_bot_delete_what_others_wrote(*, lenient: bool):
    async with Playground(lenient=lenient) as playground:
        ada = TestUser(playground, "Ada")
        granted = playground.world.roles[playground.world.members[playground.world.bot.id].roles[0]]
        assert bool(granted.permissions & Permission.MANAGE_MESSAGES) is lenient
        assert ada.say("hello") in ada.sees()


async def test_custom_emoji_are_told_of_and_served_where_discord_has_them(
    playground: Playground, start: StartBot
):
    bot = await start(SampleBot())
    guild = bot.guilds[0]
    names = [emoji.name for emoji in playground.world.emoji.values()]
    assert [emoji.name for emoji in guild.emojis] == names
    found = await guild.fetch_emojis()
    assert [emoji.name for emoji in found] == names
    for emoji in found:
        with Image.open(io.BytesIO(await emoji.read())) as picture:
            assert (picture.format, picture.size) == ("PNG", (128, 128))
    missing = discord.PartialEmoji.with_state(guild._state, name="none", id=1)
    with pytest.raises(discord.NotFound):
        await missing.read()
