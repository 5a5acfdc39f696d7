"""Which gateway events a change makes for a bot with given intents.

docs: events/gateway#list-of-intents, events/gateway#message-content-intent
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntFlag
from typing import TYPE_CHECKING, Any

from bot.playground.model.entities import Channel, Member, Message
from bot.playground.model.errors import Json
from bot.playground.model.world import Event, World
from bot.playground.protocol import discord_json, interaction_json

if TYPE_CHECKING:
    from bot.playground.protocol.interactions import Desk


class Intent(IntFlag):
    """docs: events/gateway#list-of-intents"""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15


Dispatch = tuple[str, Json, bool]  # name, data, whether it concerns the guild


def translate(world: World, desk: Desk, event: Event, intents: int) -> Iterator[Dispatch]:
    """The events to send for `event`, none if the intents leave it out, or if it happened where
    the bot is no member."""
    subject: Any = event.subject
    if event.kind == "interaction_create":
        in_guild = subject.channel.guild_id == world.guild_id
        yield "INTERACTION_CREATE", interaction_json.payload(world, desk.uploads, subject), in_guild
        return
    if _without_bot(world, subject):
        return
    if event.kind.startswith("message_"):
        yield from _message(world, desk, event.kind, subject, intents)
    elif event.kind.startswith("reaction_"):
        yield from _reaction(world, event, subject, intents)
    elif event.kind.startswith("channel_"):
        if event.kind == "channel_delete" and event.detail is not subject:
            return  # a thread goes with its channel, without a word of its own
        yield from _channel(world, event.kind, subject, intents)
    elif event.kind == "guild_update" and intents & Intent.GUILDS:
        yield "GUILD_UPDATE", discord_json.guild_json(world), True
    elif event.kind == "role_update" and intents & Intent.GUILDS:
        data = {"guild_id": str(world.guild_id), "role": discord_json.role_json(subject)}
        yield "GUILD_ROLE_UPDATE", data, True  # docs: events/gateway-events#guild-role-update
    elif event.kind == "member_add" and intents & Intent.GUILD_MEMBERS:
        member: Member = subject
        data = discord_json.member_json(member) | {"guild_id": str(world.guild_id)}
        yield "GUILD_MEMBER_ADD", data, True
    elif event.kind == "bot_invited" and intents & Intent.GUILDS:
        data = discord_json.guild_create_json(world)
        del data["unavailable"]  # as of a guild that was not there when the bot logged in
        yield "GUILD_CREATE", data, True
    elif event.kind == "bot_removed":  # docs: events/gateway-events#guild-delete
        yield "GUILD_DELETE", {"id": str(world.guild_id)}, True
    elif event.kind == "member_update":
        yield from _member_update(world, subject, intents)
    elif event.kind in ("thread_joined", "thread_left") and intents & Intent.GUILDS:
        yield from _thread_members(world, event, subject)
    elif event.kind == "typing":
        yield from _typing(world, event, subject, intents)


def _without_bot(world: World, subject: Any) -> bool:
    place = world.channels.get(subject.channel_id) if isinstance(subject, Message) else subject
    return isinstance(place, Channel) and not world.has_bot(place)


def _sees(world: World, channel: Channel) -> bool:
    return world.can_view(channel, world.bot.id)


def _message(
    world: World, desk: Desk, kind: str, message: Message, intents: int
) -> Iterator[Dispatch]:
    channel = world.channels[message.channel_id]
    wanted = Intent.DIRECT_MESSAGES if channel.is_direct else Intent.GUILD_MESSAGES
    # The gateway is silent about ephemeral messages: their interaction's token is the way to them.
    if message.ephemeral_to is not None or not intents & wanted or not _sees(world, channel):
        return
    guild = not channel.is_direct
    if kind == "message_delete":
        data: Json = {"id": str(message.id), "channel_id": str(channel.id)}
        if guild:
            data["guild_id"] = str(world.guild_id)
        yield "MESSAGE_DELETE", data, guild
        return
    data = discord_json.message_json(world, desk.uploads, message, viewer=world.bot.id)
    reads = intents & Intent.MESSAGE_CONTENT and world.shows_content
    replied = world.messages[channel.id].get(message.reply_to or 0)
    for one, its in ((message, data), (replied, data.get("referenced_message"))):
        if one and its and not reads and not _content_shown(world, channel, one):
            its |= {"content": "", "embeds": [], "attachments": [], "components": []}
    yield kind.upper(), data, guild


def _content_shown(world: World, channel: Channel, message: Message) -> bool:
    """Its own messages, direct ones and those that mention it a bot may always read."""
    return message.author.is_bot or channel.is_direct or world.bot.id in message.mentions


def _reaction(world: World, event: Event, message: Message, intents: int) -> Iterator[Dispatch]:
    channel = world.channels[message.channel_id]
    wanted = (
        Intent.DIRECT_MESSAGE_REACTIONS if channel.is_direct else Intent.GUILD_MESSAGE_REACTIONS
    )
    if not intents & wanted or event.user is None or message.ephemeral_to is not None:
        return
    data: Json = {
        "user_id": str(event.user.id),
        "channel_id": str(channel.id),
        "message_id": str(message.id),
        "emoji": {"id": None, "name": event.detail},
        "burst": False,
        "type": 0,
    }
    if not channel.is_direct:
        data["guild_id"] = str(world.guild_id)
    if event.kind == "reaction_add":
        data["message_author_id"] = str(message.author.id)
        if not channel.is_direct:
            data["member"] = discord_json.member_json(world.members[event.user.id])
        yield "MESSAGE_REACTION_ADD", data, not channel.is_direct
    else:
        yield "MESSAGE_REACTION_REMOVE", data, not channel.is_direct


def _channel(world: World, kind: str, channel: Channel, intents: int) -> Iterator[Dispatch]:
    if channel.is_direct:
        if kind == "channel_create" and intents & Intent.DIRECT_MESSAGES:
            yield "CHANNEL_CREATE", discord_json.channel_json(world, channel), False
        return
    if not intents & Intent.GUILDS:
        return
    data = discord_json.channel_json(world, channel)
    if channel.is_thread and not _sees(world, channel):
        return
    if channel.is_thread and kind == "channel_delete":  # docs: …gateway-events#thread-delete
        data = {key: data[key] for key in ("id", "guild_id", "parent_id", "type")}
    if channel.is_thread:
        if kind == "channel_create":
            data["newly_created"] = True
        yield kind.upper().replace("CHANNEL", "THREAD"), data, True
    else:
        yield kind.upper(), data, True


def _member_update(world: World, member: Member, intents: int) -> Iterator[Dispatch]:
    """docs: events/gateway-events#guild-member-update; a bot always hears of itself"""
    if intents & Intent.GUILD_MEMBERS or (member.user is world.bot and intents & Intent.GUILDS):
        data = discord_json.member_json(member) | {"guild_id": str(world.guild_id)}
        yield "GUILD_MEMBER_UPDATE", data, True


def _thread_members(world: World, event: Event, thread: Channel) -> Iterator[Dispatch]:
    """What a bot without the intent for members hears: only of itself.

    docs: events/gateway-events#thread-create, events/gateway-events#thread-members-update
    """
    if event.user is not world.bot:
        return
    if event.kind == "thread_joined":
        yield "THREAD_CREATE", discord_json.channel_json(world, thread), True
        return
    data: Json = {
        "id": str(thread.id),
        "guild_id": str(world.guild_id),
        "member_count": len(thread.thread_members),
        "removed_member_ids": [str(world.bot.id)],
    }
    yield "THREAD_MEMBERS_UPDATE", data, True


def _typing(world: World, event: Event, channel: Channel, intents: int) -> Iterator[Dispatch]:
    wanted = Intent.DIRECT_MESSAGE_TYPING if channel.is_direct else Intent.GUILD_MESSAGE_TYPING
    if event.user is None or event.user.is_bot or not intents & wanted:
        return
    data: Json = {
        "channel_id": str(channel.id),
        "user_id": str(event.user.id),
        "timestamp": int(world.clock.now()),
    }
    if not channel.is_direct:
        member = world.members[event.user.id]
        data |= {"guild_id": str(world.guild_id), "member": discord_json.member_json(member)}
    yield "TYPING_START", data, not channel.is_direct
