from __future__ import annotations

import io
from typing import Any

import aiohttp
import discord
import pytest
from PIL import Image

from bot.playground.model.permission import Permission
from bot.playground.protocol.discord_json import message_json
from bot.playground.server import Playground
from bot.playground.test_user import TestUser
from tests.bot.playground.conftest import SampleBot, StartBot


@pytest.fixture
def ada(playground: Playground) -> TestUser:
    return TestUser(playground, "Ada")


@pytest.fixture
async def room(start: StartBot) -> discord.TextChannel:
    """The first channel as the bot sees it."""
    bot = await start(SampleBot())
    return bot.guilds[0].text_channels[0]


async def refusal(attempt: Any) -> discord.HTTPException:
    with pytest.raises(discord.HTTPException) as caught:
        await attempt
    return caught.value


async def test_a_message_is_posted_edited_fetched_and_deleted(
    ada: TestUser, room: discord.TextChannel
):
    message = await room.send("one")
    assert [seen.content for seen in ada.sees()] == ["one"]
    await message.edit(content="two")
    assert (await room.fetch_message(message.id)).content == "two"
    assert [found.id async for found in room.history()] == [message.id]
    await message.delete()
    assert ada.sees() == []


async def test_a_file_is_served_back_until_its_address_expires(
    playground: Playground, ada: TestUser, room: discord.TextChannel
):
    picture = io.BytesIO()
    Image.new("L", (2, 3)).save(picture, "GIF")
    picture.seek(0)
    sent = await room.send(file=discord.File(picture, "a.gif"))
    [attachment] = sent.attachments
    assert (attachment.width, attachment.height) == (2, 3)
    assert (await attachment.read())[:6] == b"GIF87a"
    playground.clock.advance(25 * 3600)
    with pytest.raises(discord.NotFound):
        await attachment.read()
    [renewed] = (await room.fetch_message(sent.id)).attachments
    assert (await renewed.read())[:6] == b"GIF87a"


async def test_a_forged_address_is_not_served(playground: Playground, room: discord.TextChannel):
    sent = await room.send(file=discord.File(io.BytesIO(b"data"), "a.txt"))
    forged = sent.attachments[0].url[:-4] + "0000"
    async with aiohttp.ClientSession() as session, session.get(forged) as response:
        assert response.status == 404


async def test_a_script_in_a_file_can_not_run_as_the_page(room: discord.TextChannel):
    sent = await room.send(file=discord.File(io.BytesIO(b"<svg onload='x'/>"), "a.svg"))
    async with aiohttp.ClientSession() as session, session.get(sent.attachments[0].url) as response:
        assert response.headers["Content-Disposition"].startswith("attachment")
        assert "sandbox" in response.headers["Content-Security-Policy"]


async def test_an_embed_shows_its_file_and_the_list_does_not(room: discord.TextChannel):
    embed = discord.Embed(title="cat").set_image(url="attachment://cat.png")
    sent = await room.send(embed=embed, file=discord.File(io.BytesIO(b"png"), "cat.png"))
    assert sent.attachments == []
    assert sent.embeds[0].image.url is not None
    assert "/attachments/" in sent.embeds[0].image.url


async def test_an_edit_drops_files_that_it_does_not_list(ada: TestUser, room: discord.TextChannel):
    sent = await room.send(file=discord.File(io.BytesIO(b"1"), "one.txt"))
    await sent.edit(attachments=[discord.File(io.BytesIO(b"2"), "two.txt")])
    assert [file.filename for file in ada.sees()[0].attachments] == ["two.txt"]
    await sent.edit(content="words only")
    assert [file.filename for file in ada.sees()[0].attachments] == ["two.txt"]


@pytest.mark.parametrize(
    ("fields", "code", "what"),
    [
        ({"content": "x" * 2001}, 50035, "2000 or fewer"),
        ({"content": ""}, 50006, "empty"),
        ({"content": "  \n "}, 50006, "empty"),
        ({"embeds": [discord.Embed(description="x" * 4097)]}, 50035, "4096"),
        ({"embeds": [discord.Embed(description="x" * 3001) for _ in range(2)]}, 50035, "6000"),
        ({"embed": discord.Embed(title="x" * 257)}, 50035, "256"),
        ({"embed": discord.Embed().add_field(name="", value="x")}, 50035, "required"),
        ({"embed": discord.Embed().set_image(url="ftp://x")}, 50035, "Scheme"),
        (
            {
                "content": "x",
                "allowed_mentions": discord.AllowedMentions(users=[discord.Object(1)] * 101),
            },
            50035,
            "100",
        ),
    ],
)
async def test_what_is_too_long_or_empty_is_refused(
    playground: Playground,
    room: discord.TextChannel,
    fields: dict[str, Any],
    code: int,
    what: str,
):
    error = await refusal(room.send(**fields))
    assert (error.code, what in error.text) == (code, True)
    playground.violations.clear()  # some of these the published document refuses as well


async def test_a_file_above_ten_mebibytes_is_refused(room: discord.TextChannel):
    big = discord.File(io.BytesIO(bytes(10 * 1024 * 1024 + 1)), "big.bin")
    error = await refusal(room.send(file=big))
    assert (error.status, error.code) == (413, 40005)


async def test_only_those_whom_allowed_mentions_lets_through_are_pinged(
    playground: Playground, ada: TestUser, room: discord.TextChannel
):
    grace = TestUser(playground, "Grace")
    text = f"<@{ada.user.id}> <@{grace.user.id}> @everyone"
    await room.send(text, allowed_mentions=discord.AllowedMentions.none())
    only_ada = discord.AllowedMentions(everyone=True, users=[discord.Object(ada.user.id)])
    await room.send(text, allowed_mentions=only_ada)
    quiet, loud = ada.sees()
    assert (quiet.mentions, quiet.mention_everyone) == ([], False)
    assert loud.mentions == [ada.user.id]
    assert loud.mention_everyone is False  # the bot lacks the permission for that


async def test_a_lost_permission_is_felt(playground: Playground, room: discord.TextChannel):
    channel = playground.world.channel(room.id)
    playground.faults.take_permission(channel, Permission.SEND_MESSAGES)
    assert (await refusal(room.send("hello"))).code == 50013
    playground.faults.take_permission(channel, Permission.VIEW_CHANNEL)
    assert (await refusal(room.send("hello"))).code == 50001
    playground.faults.give_back_permissions(channel)
    assert (await room.send("hello")).content == "hello"


async def test_files_and_embeds_need_their_permission(
    playground: Playground, room: discord.TextChannel
):
    channel = playground.world.channel(room.id)
    playground.faults.take_permission(channel, Permission.ATTACH_FILES)
    error = await refusal(room.send(file=discord.File(io.BytesIO(b"x"), "x.txt")))
    assert error.code == 50013
    playground.faults.take_permission(channel, Permission.EMBED_LINKS)
    assert (await refusal(room.send(embed=discord.Embed(title="x")))).code == 50013


async def test_a_message_deleted_under_the_bots_hands_is_unknown(
    playground: Playground, room: discord.TextChannel
):
    message = await room.send("soon gone")
    playground.faults.delete_message(playground.world.message(room.id, message.id))
    assert (await refusal(message.edit(content="too late"))).code == 10008


async def test_messages_of_others_are_not_the_bots_to_edit(
    ada: TestUser, room: discord.TextChannel
):
    said = ada.say("mine")
    theirs = room.get_partial_message(said.id)
    assert (await refusal(theirs.edit(content="changed"))).code == 50005
    assert (await refusal(theirs.delete())).code == 50013


async def test_old_messages_can_be_edited_only_so_often(
    playground: Playground, room: discord.TextChannel
):
    message = await room.send("old")
    playground.clock.advance(3601)
    for number in range(3):
        await message.edit(content=f"edit {number}")
    route = f"{playground.url}/api/v10/channels/{room.id}/messages/{message.id}"
    login = {"Authorization": f"Bot {playground.token}"}
    async with (
        aiohttp.ClientSession(headers=login) as session,
        session.patch(route, json={"content": "x"}) as response,
    ):
        assert (response.status, (await response.json())["code"]) == (429, 30046)


async def test_reactions_are_added_and_taken_back(ada: TestUser, room: discord.TextChannel):
    message = await room.send("cat?")
    await message.add_reaction("🐱")
    ada.react(ada.sees()[0], "🐱")
    assert list(ada.sees()[0].reactions) == ["🐱"]
    [reaction] = (await room.fetch_message(message.id)).reactions
    assert (reaction.count, reaction.me) == (2, True)
    assert room.guild.me is not None
    await message.remove_reaction("🐱", room.guild.me)
    assert ada.sees()[0].reactions == {"🐱": [ada.user.id]}
    assert (await refusal(message.add_reaction("cat"))).code == 10014


async def test_a_thread_is_started_and_written_in(
    playground: Playground, ada: TestUser, room: discord.TextChannel
):
    message = await room.send("telephone")
    thread = await message.create_thread(name="round one")
    await thread.send("inside")
    assert thread.id == message.id
    assert [seen.content for seen in ada.sees("round one")] == ["inside"]
    assert (await refusal(message.create_thread(name="again"))).code == 160004
    await thread.edit(archived=True)
    assert playground.world.channel(thread.id).archived


async def test_a_direct_message_reaches_one_person(
    playground: Playground, ada: TestUser, room: discord.TextChannel
):
    grace = TestUser(playground, "Grace")
    member = await room.guild.fetch_member(ada.user.id)
    await member.send("just you")
    assert [seen.content for seen in ada.sees(ada.direct)] == ["just you"]
    assert grace.sees(ada.direct) == []
    grace.user.accepts_direct_messages = False
    shy = await room.guild.fetch_member(grace.user.id)
    assert (await refusal(shy.send("hello"))).code == 50007


async def test_a_reply_names_its_message(ada: TestUser, room: discord.TextChannel):
    said = ada.say("what is this?")
    reply = await room.get_partial_message(said.id).reply("a cat")
    assert reply.reference is not None
    assert reply.reference.message_id == said.id
    ada.world.delete(said)
    gone = room.get_partial_message(said.id)
    assert "Unknown message" in (await refusal(gone.reply("hm"))).text


async def test_a_reply_to_a_reply_shows_what_it_answers(ada: TestUser, playground: Playground):
    first = ada.say("one")
    second = ada.say("two", reply_to=first)
    third = ada.say("three", reply_to=second)
    shown = message_json(playground.world, playground.uploads, third, viewer=ada.user.id)
    assert shown["referenced_message"]["content"] == "two"
    # docs: resources/message#message-object: one level, as on Discord
    assert "referenced_message" not in shown["referenced_message"]
    assert shown["referenced_message"]["message_reference"]["message_id"] == str(first.id)
